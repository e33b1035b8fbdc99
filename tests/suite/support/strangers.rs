//! Servers of a domain that nobody has told us about: each says a few scripted words over TLS.

use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// What a server answers to a line; `None`: it hangs up.
pub type Script = fn(&str) -> Option<String>;

/// Servers that end with this, and an authority that has given all of them one certificate.
pub struct Strangers {
    directory: TempDir,
    acceptor: TlsAcceptor,
    servers: JoinSet<()>,
}

/// How a server begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    Tls,
    /// In clear text, until a line that holds `STARTTLS` has been answered.
    Clear,
}

impl Strangers {
    /// With a certificate for these names.
    pub fn new(names: &[&str]) -> Self {
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority =
            CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let certificate = CertificateParams::new(names).unwrap();
        let certificate = certificate.signed_by(&key, &authority).unwrap();
        let directory = TempDir::new().unwrap();
        std::fs::write(directory.path().join("ca.pem"), authority.pem()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
        Self {
            directory,
            acceptor: TlsAcceptor::from(Arc::new(config)),
            servers: JoinSet::new(),
        }
    }

    pub fn ca_file(&self) -> PathBuf {
        self.directory.path().join("ca.pem")
    }

    /// Says `greeting` and then what the script has, at a port of its own of this address.
    pub async fn add(
        &mut self,
        ip: &str,
        start: Start,
        greeting: &'static str,
        script: Script,
    ) -> u16 {
        let listener = TcpListener::bind((ip, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let acceptor = self.acceptor.clone();
        self.servers.spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(acceptor.clone(), stream, start, greeting, script));
            }
        });
        port
    }
}

async fn serve(
    acceptor: TlsAcceptor,
    stream: TcpStream,
    start: Start,
    greeting: &'static str,
    script: Script,
) -> Option<()> {
    if start == Start::Clear {
        let stream = talk(stream, greeting, script, true).await?;
        acceptor.accept(stream).await.ok()?;
        return None;
    }
    let stream = acceptor.accept(stream).await.ok()?;
    talk(stream, greeting, script, false).await.map(drop)
}

async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    greeting: &str,
    script: Script,
    until_starttls: bool,
) -> Option<S> {
    stream.write_all(greeting.as_bytes()).await.ok()?;
    stream.flush().await.ok()?;
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while stream.read_line(&mut line).await.ok()? > 0 {
        let Some(answer) = script(line.trim_end()) else {
            break;
        };
        stream.write_all(answer.as_bytes()).await.ok()?;
        stream.flush().await.ok()?;
        if until_starttls && line.contains("STARTTLS") {
            return Some(stream.into_inner());
        }
        line.clear();
    }
    // A client that still reads gets all of it.
    let _ = stream.shutdown().await;
    None
}
