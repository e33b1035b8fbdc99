//! One SMTP connection: lettre's, driven command by command so that single recipients may be refused, over a stream of
//! our own (lettre sets no TCP_NODELAY, which costs 40 ms a mail). Every step has a time limit.

use std::error::Error as _;
use std::fmt::{self, Display};
use std::fs::File;
use std::io::{self, Read};
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Ehlo, Quit, Rset};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::spool::Envelope;
use super::wire::{Watch, Wire};

/// Bytes of the message that go out at a time.
const CHUNK: usize = 64 * 1024;
/// How long a connection that is no longer needed may take to say good-bye.
const QUIT_TIME: Duration = Duration::from_secs(2);
/// The server is about to close the connection.
pub(super) const CLOSING: u16 = 421;

/// What a server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Three digits.
    pub code: u16,
    /// The server's own words, several lines as one.
    pub text: String,
}

impl Reply {
    /// The enhanced status code (RFC 3463) that the words begin with, for instance `5.1.1`.
    #[must_use]
    pub fn enhanced(&self) -> Option<&str> {
        let word = self.text.split(' ').next()?;
        let mut parts = word.split('.');
        let digits = |part: Option<&str>| {
            part.is_some_and(|part| {
                (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
            })
        };
        let whole = digits(parts.next())
            && digits(parts.next())
            && digits(parts.next())
            && parts.next().is_none();
        whole.then_some(word)
    }
}

impl Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.text)
    }
}

/// Why a step failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The server said no; the connection is still good unless it said 421.
    Refused(Reply),
    /// The connection is of no more use.
    Lost(String),
}

/// How the transfer of a message ended, if not well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TransferFault {
    /// The server has certainly not taken it.
    NotTaken(Fault),
    /// The server got all of it and did not answer.
    Unconfirmed(String),
}

#[derive(Clone, Copy, Debug, Default)]
struct Features {
    size: bool,
    eight_bit: bool,
    smtputf8: bool,
}

/// An open connection, greeted and ready for a mail.
pub(super) struct Connection {
    smtp: AsyncSmtpConnection,
    watch: Arc<Watch>,
    features: Features,
    limit: Duration,
}

impl Connection {
    /// Connects and exchanges greetings, within `limit`.
    pub(super) async fn open(host: &str, port: u16, limit: Duration) -> Result<Self, Fault> {
        timeout(limit, Self::greet(host, port, limit))
            .await
            .unwrap_or_else(|_| Err(silent(limit)))
    }

    async fn greet(host: &str, port: u16, limit: Duration) -> Result<Self, Fault> {
        let lost = |cause: io::Error| lost(&cause.to_string());
        let tcp = TcpStream::connect((host, port)).await.map_err(lost)?;
        tcp.set_nodelay(true).map_err(lost)?;
        let hello = match tcp.local_addr().map_err(lost)?.ip().to_canonical() {
            IpAddr::V4(address) => ClientId::Ipv4(address),
            IpAddr::V6(address) => ClientId::Ipv6(address),
        };
        let watch = Arc::new(Watch::default());
        let wire = Box::new(Wire::new(tcp, watch.clone()));
        let mut smtp = AsyncSmtpConnection::connect_with_transport(wire, &hello)
            .await
            .map_err(fault)?;
        // lettre keeps the answer to its own EHLO and does not look for SIZE.
        let answer = smtp.command(Ehlo::new(hello)).await.map_err(fault)?;
        Ok(Self {
            smtp,
            watch,
            features: features(&answer),
            limit,
        })
    }

    /// Whether the server takes addresses without an ASCII form.
    pub(super) fn has_smtputf8(&self) -> bool {
        self.features.smtputf8
    }

    /// Begins a mail.
    pub(super) async fn mail(&mut self, envelope: &Envelope) -> Result<(), Fault> {
        let mut command = format!("MAIL FROM:<{}>", envelope.from);
        if self.features.size {
            command.push_str(&format!(" SIZE={}", envelope.size));
        }
        if envelope.non_ascii.is_some() {
            if self.features.eight_bit {
                command.push_str(" BODY=8BITMIME");
            }
            command.push_str(" SMTPUTF8");
        }
        self.step(format!("{command}\r\n")).await.map(drop)
    }

    /// Names one recipient.
    pub(super) async fn recipient(&mut self, address: &str) -> Result<(), Fault> {
        self.step(format!("RCPT TO:<{address}>\r\n"))
            .await
            .map(drop)
    }

    /// Asks to hand over the message.
    pub(super) async fn data(&mut self) -> Result<(), Fault> {
        let reply = self.step(Data).await?;
        if u16::from(reply.code()) != 354 {
            return Err(Fault::Lost(
                "the server answered DATA with something else than 354".to_owned(),
            ));
        }
        Ok(())
    }

    /// Hands over the message in `file`, chunk by chunk. The limit counts from the last byte that moved.
    pub(super) async fn transfer(&mut self, file: &Path) -> Result<(), TransferFault> {
        let chunks = match Chunks::open(file, self.watch.clone()) {
            Ok(chunks) => chunks,
            Err(cause) => return Err(TransferFault::NotTaken(lost(&cause.to_string()))),
        };
        let watch = self.watch.clone();
        let mut transfer = Box::pin(self.smtp.message_iter(chunks));
        let outcome = loop {
            let moved = watch.moved();
            match timeout(self.limit, &mut transfer).await {
                Ok(outcome) => break outcome.map_err(fault),
                Err(_) if watch.moved() == moved => break Err(silent(self.limit)),
                Err(_) => {}
            }
        };
        match outcome {
            Ok(_) => Ok(()),
            Err(Fault::Lost(reason)) if watch.has_ended() => {
                Err(TransferFault::Unconfirmed(reason))
            }
            Err(fault) => Err(TransferFault::NotTaken(fault)),
        }
    }

    /// Ends a mail that was begun; the connection can be used for another one.
    pub(super) async fn reset(&mut self) -> Result<(), Fault> {
        self.step(Rset).await.map(drop)
    }

    /// Says good-bye, briefly.
    pub(super) async fn quit(mut self) {
        let _ = timeout(QUIT_TIME, self.smtp.command(Quit)).await;
    }

    async fn step(&mut self, command: impl Display) -> Result<Response, Fault> {
        match timeout(self.limit, self.smtp.command(command)).await {
            Ok(answer) => answer.map_err(fault),
            Err(_) => Err(silent(self.limit)),
        }
    }
}

fn features(answer: &Response) -> Features {
    let mut features = Features::default();
    for line in answer.message().skip(1) {
        match line
            .split_whitespace()
            .next()
            .map(str::to_ascii_uppercase)
            .as_deref()
        {
            Some("SIZE") => features.size = true,
            Some("8BITMIME") => features.eight_bit = true,
            Some("SMTPUTF8") => features.smtputf8 = true,
            _ => {}
        }
    }
    features
}

fn silent(limit: Duration) -> Fault {
    Fault::Lost(format!("no answer within {} s", limit.as_secs_f32()))
}

/// A lost connection, in the system's words without its number for them.
fn lost(words: &str) -> Fault {
    let words = words.split(" (os error").next().unwrap_or(words);
    Fault::Lost(words.to_owned())
}

/// lettre's error in our words. Its own text begins with a class of errors that says nothing to a user.
fn fault(error: lettre::transport::smtp::Error) -> Fault {
    let words = error.source().map(ToString::to_string);
    match error.status() {
        Some(code) => Fault::Refused(Reply {
            code: code.into(),
            text: words.unwrap_or_default(),
        }),
        None if error.is_response() => Fault::Lost(match words.as_deref() {
            Some("incomplete response") => "the server closed the connection".to_owned(),
            _ => "the server gave an answer that is not SMTP".to_owned(),
        }),
        None => lost(&words.unwrap_or_else(|| error.to_string())),
    }
}

/// The message in pieces, without its last line end, which lettre adds itself. Reading blocks for the moment that a
/// file takes which was just written.
struct Chunks {
    file: io::Take<File>,
    watch: Arc<Watch>,
}

impl Chunks {
    fn open(path: &Path, watch: Arc<Watch>) -> io::Result<Self> {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        Ok(Self {
            file: file.take(size.saturating_sub(2)),
            watch,
        })
    }
}

impl Iterator for Chunks {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let mut chunk = Vec::with_capacity(CHUNK);
        match self
            .file
            .by_ref()
            .take(CHUNK as u64)
            .read_to_end(&mut chunk)
        {
            Ok(0) if self.file.limit() == 0 => None,
            Ok(length) if length > 0 => Some(chunk),
            // An iterator can only end, and lettre would finish half a message.
            _ => {
                self.watch.cut();
                None
            }
        }
    }
}
