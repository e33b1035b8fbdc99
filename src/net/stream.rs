//! A connection to a mail server, in clear text or encrypted.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::tls::{Tls, server_name};

/// Bytes to and from a server.
#[derive(Debug)]
pub enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// What TLS has agreed on. The certificate was found good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encryption {
    /// For instance `TLSv1_3`.
    pub version: String,
    /// For instance `TLS13_AES_256_GCM_SHA384`.
    pub cipher: String,
    /// The server's own certificate, DER.
    pub certificate: Vec<u8>,
}

impl Stream {
    /// Connects in clear text, to whichever address of the host answers. The caller limits the time.
    ///
    /// # Errors
    /// The network's.
    pub async fn connect(host: &str, port: u16) -> io::Result<Self> {
        let tcp = TcpStream::connect((host, port)).await?;
        // Commands and answers take turns: nothing may wait for more to send.
        tcp.set_nodelay(true)?;
        Ok(Self::Plain(tcp))
    }

    /// Encrypts what was clear text, and checks that the certificate is the host's. The caller limits the time.
    ///
    /// # Errors
    /// The network's, and what is wrong with the certificate.
    pub async fn encrypt(self, tls: &Tls, host: &str) -> io::Result<Self> {
        match self {
            Self::Plain(tcp) => {
                let stream = tls.connector().connect(server_name(host)?, tcp).await?;
                Ok(Self::Tls(Box::new(stream)))
            }
            encrypted @ Self::Tls(_) => Ok(encrypted),
        }
    }

    /// The connection below.
    #[must_use]
    pub fn tcp(&self) -> &TcpStream {
        match self {
            Self::Plain(tcp) => tcp,
            Self::Tls(stream) => stream.get_ref().0,
        }
    }

    /// What was agreed on, if it is encrypted.
    #[must_use]
    pub fn tls(&self) -> Option<&tokio_rustls::rustls::ClientConnection> {
        match self {
            Self::Plain(_) => None,
            Self::Tls(stream) => Some(stream.get_ref().1),
        }
    }

    /// The same for a person; `None` in clear text.
    #[must_use]
    pub fn encryption(&self) -> Option<Encryption> {
        let tls = self.tls()?;
        Some(Encryption {
            version: format!("{:?}", tls.protocol_version()?),
            cipher: format!("{:?}", tls.negotiated_cipher_suite()?.suite()),
            certificate: tls.peer_certificates()?.first()?.to_vec(),
        })
    }

    /// The server's address.
    ///
    /// # Errors
    /// The system's.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.tcp().peer_addr()
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_read(context, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_write(context, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_flush(context),
            Self::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_shutdown(context),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
