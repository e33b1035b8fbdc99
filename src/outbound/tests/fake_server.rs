//! An SMTP server for tests that does what a script says.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

use crate::net::tls::Tls;

/// What the server does instead of the usual.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Act {
    Usual,
    Say(&'static str),
    SayAndClose(&'static str),
    Close,
    Hang,
    /// Says something, and does not read on.
    SayAndHang(&'static str),
    /// Gives the usual answer together with the next one, so that a client gets nothing which waits for it.
    Later,
    Nothing,
    Wait(Duration),
    /// Says a letter at this interval, and never a line.
    Drip(Duration),
}

/// What the server has seen.
#[derive(Default)]
pub(super) struct Seen {
    pub connects: usize,
    pub open: usize,
    pub most_open: usize,
    pub commands: Vec<String>,
    /// Commands that were there before the one ahead of them was answered.
    pub early: usize,
    pub mails: Vec<Mail>,
    /// What came after DATA on connections that ended before the message did.
    pub unfinished: Vec<Vec<u8>>,
}

#[derive(Clone, Default)]
pub(super) struct Mail {
    pub to: Vec<String>,
    pub data: Vec<u8>,
}

pub(super) struct FakeServer {
    pub port: u16,
    pub seen: Arc<Mutex<Seen>>,
}

type Script = Arc<dyn Fn(usize, &str) -> Act + Send + Sync>;

impl FakeServer {
    /// Listens, and asks `script` with the number of the connection, from 1 on, and the command; `CONNECT` and `.` are
    /// the beginning and the end of a message.
    pub(super) async fn start(script: impl Fn(usize, &str) -> Act + Send + Sync + 'static) -> Self {
        Self::serving(None, script).await
    }

    /// The same with TLS from the first byte.
    pub(super) async fn encrypted(
        certificate: &Certificate,
        script: impl Fn(usize, &str) -> Act + Send + Sync + 'static,
    ) -> Self {
        Self::serving(Some(certificate.acceptor()), script).await
    }

    async fn serving(
        tls: Option<TlsAcceptor>,
        script: impl Fn(usize, &str) -> Act + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
        let port = listener.local_addr().expect("address").port();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (script, noted): (Script, _) = (Arc::new(script), seen.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let number = {
                    let mut seen = noted.lock().expect("lock");
                    seen.connects += 1;
                    seen.open += 1;
                    seen.most_open = seen.most_open.max(seen.open);
                    seen.connects
                };
                let (script, noted, tls) = (script.clone(), noted.clone(), tls.clone());
                tokio::spawn(async move {
                    let _ = match tls {
                        None => serve(stream, number, script, &noted).await,
                        Some(tls) => match tls.accept(stream).await {
                            Ok(stream) => serve(stream, number, script, &noted).await,
                            Err(cause) => Err(cause),
                        },
                    };
                    noted.lock().expect("lock").open -= 1;
                });
            }
        });
        Self { port, seen }
    }

    pub(super) fn seen<T>(&self, look: impl FnOnce(&Seen) -> T) -> T {
        look(&self.seen.lock().expect("lock"))
    }
}

/// Both ends of an encrypted connection can be made of it.
pub(super) struct Certificate(rcgen::CertifiedKey<rcgen::KeyPair>);

impl Certificate {
    /// For `127.0.0.1`, signed by itself.
    pub(super) fn new() -> Self {
        let names = ["127.0.0.1".to_owned()];
        Self(rcgen::generate_simple_self_signed(names).expect("a certificate"))
    }

    fn acceptor(&self) -> TlsAcceptor {
        let key = PrivatePkcs8KeyDer::from(self.0.signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![self.0.cert.der().clone()], key.into());
        TlsAcceptor::from(Arc::new(config.expect("a key for the certificate")))
    }

    /// Trusts this one.
    pub(super) fn tls(&self) -> Tls {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(&file, self.0.cert.pem()).expect("writes");
        Tls::new(Some(file.path())).expect("certificates")
    }
}

trait Wire: AsyncRead + AsyncWrite + Unpin {}
impl<T: AsyncRead + AsyncWrite + Unpin> Wire for T {}

async fn serve(
    stream: impl Wire,
    number: usize,
    script: Script,
    seen: &Mutex<Seen>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut owed = String::new();
    if !answer(
        &mut stream,
        &mut owed,
        script(number, "CONNECT"),
        "220 fake ESMTP",
    )
    .await?
    {
        return Ok(());
    }
    let mut mail = Mail::default();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let command = line.trim_end().to_owned();
        seen.lock().expect("lock").commands.push(command.clone());
        let act = script(number, &command);
        let verb = command.get(..4).unwrap_or_default().to_ascii_uppercase();
        let usual = match verb.as_str() {
            "EHLO" => "250-fake\r\n250-SIZE 100000000\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES",
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            "AUTH" => "235 2.7.0 welcome",
            _ => "250 2.0.0 OK",
        };
        if verb == "RCPT" && matches!(act, Act::Usual | Act::Later) {
            mail.to.push(
                command["RCPT TO:".len()..]
                    .trim_matches(['<', '>'])
                    .to_owned(),
            );
        }
        if matches!(verb.as_str(), "RSET" | "MAIL") {
            mail = Mail::default();
        }
        let goes_on = answer(&mut stream, &mut owed, act, usual).await?;
        // In a message nothing is a command.
        if verb != "DATA" && !stream.buffer().is_empty() {
            seen.lock().expect("lock").early += 1;
        }
        if !goes_on || verb == "QUIT" {
            return Ok(());
        }
        if verb == "DATA" && matches!(act, Act::Usual | Act::Wait(_)) {
            let mut data = Vec::new();
            if !read_data(&mut stream, &mut data).await? {
                seen.lock().expect("lock").unfinished.push(data);
                return Ok(());
            }
            let act = script(number, ".");
            if matches!(
                act,
                Act::Usual | Act::Close | Act::Hang | Act::Wait(_) | Act::Drip(_)
            ) {
                seen.lock().expect("lock").mails.push(Mail {
                    data,
                    ..std::mem::take(&mut mail)
                });
            }
            if !answer(&mut stream, &mut owed, act, "250 2.0.0 queued").await? {
                return Ok(());
            }
        }
    }
}

/// `false`: the connection ended before the message did.
async fn read_data(stream: &mut BufReader<impl Wire>, data: &mut Vec<u8>) -> std::io::Result<bool> {
    loop {
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Ok(false);
        }
        if line == b".\r\n" {
            return Ok(true);
        }
        data.extend_from_slice(if line.starts_with(b".") {
            &line[1..]
        } else {
            &line
        });
    }
}

/// `false`: the connection is over.
async fn answer(
    stream: &mut BufReader<impl Wire>,
    owed: &mut String,
    act: Act,
    usual: &str,
) -> std::io::Result<bool> {
    let text = match act {
        Act::Nothing => return Ok(true),
        Act::Later => {
            owed.push_str(&format!("{usual}\r\n"));
            return Ok(true);
        }
        Act::Close => return Ok(false),
        Act::Hang => std::future::pending::<&str>().await,
        Act::Drip(interval) => loop {
            stream.get_mut().write_all(b"2").await?;
            stream.get_mut().flush().await?;
            tokio::time::sleep(interval).await;
        },
        Act::Wait(time) => {
            tokio::time::sleep(time).await;
            usual
        }
        Act::Usual => usual,
        Act::Say(text) | Act::SayAndClose(text) | Act::SayAndHang(text) => text,
    };
    let said = format!("{}{text}\r\n", std::mem::take(owed));
    stream.get_mut().write_all(said.as_bytes()).await?;
    stream.get_mut().flush().await?;
    if matches!(act, Act::SayAndHang(_)) {
        std::future::pending::<()>().await;
    }
    Ok(!matches!(act, Act::SayAndClose(_)))
}
