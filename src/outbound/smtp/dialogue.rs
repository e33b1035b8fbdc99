//! Commands and answers over a stream, each within the time limit and within bounds.

use std::fmt::Display;
use std::io;
use std::mem::MaybeUninit;
use std::time::Duration;

use futures_util::FutureExt;
use lettre::transport::smtp::response::{Response, Severity};
use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;
use tokio_rustls::rustls;

use super::reply::{Fault, Reply};
use crate::net::stream::Stream;
use crate::net::tls::Tls;

/// Bytes that an answer may have.
const SAID_MAX: usize = 64 * 1024;
/// Bytes that are read at a time.
const READ: usize = 2 * 1024;

pub(super) struct Dialogue {
    stream: Stream,
    /// What the server has said and nobody has looked at yet.
    heard: Vec<u8>,
    /// The stream has not taken all that it was given.
    cut: bool,
    limit: Duration,
}

impl Dialogue {
    pub(super) fn new(stream: Stream, limit: Duration) -> Self {
        Self {
            stream,
            heard: Vec::new(),
            cut: false,
            limit,
        }
    }

    pub(super) fn stream(&self) -> &Stream {
        &self.stream
    }

    /// Gives bytes to the network, as many as it takes within the limit.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        match timeout(self.limit, self.put(bytes)).await {
            Ok(sent) => sent.map_err(|cause| Fault::io(&cause)),
            Err(_) => Err(Fault::silent(self.limit)),
        }
    }

    async fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.cut = true;
        self.stream.write_all(bytes).await?;
        self.cut = false;
        self.stream.flush().await
    }

    /// Whether the network may have all that was sent: nothing of it is kept back, unwritten or waiting for encryption.
    pub(super) fn has_sent_all(&self) -> bool {
        !self.cut && self.stream.tls().is_none_or(|tls| !tls.wants_write())
    }

    /// Sends a command and waits for its answer.
    pub(super) async fn command(&mut self, command: impl Display) -> Result<Response, Fault> {
        self.ask(command.to_string().as_bytes()).await
    }

    /// Sends a line or several, and waits for the first answer.
    pub(super) async fn ask(&mut self, lines: &[u8]) -> Result<Response, Fault> {
        let limit = self.limit;
        let asked = async {
            self.put(lines).await.map_err(|cause| Fault::io(&cause))?;
            self.read_answer().await
        };
        match timeout(limit, asked).await {
            Ok(answer) => answer,
            Err(_) => Err(Fault::silent(limit)),
        }
    }

    /// The next answer; one that says no is a fault.
    pub(super) async fn answer(&mut self) -> Result<Response, Fault> {
        match timeout(self.limit, self.read_answer()).await {
            Ok(answer) => answer,
            Err(_) => Err(Fault::silent(self.limit)),
        }
    }

    /// Whether the server has neither said anything unasked nor hung up.
    pub(super) fn is_quiet(&mut self) -> bool {
        // The system is asked, too: the runtime may not have heard yet of what came.
        let socket = SockRef::from(self.stream.tcp());
        let pending = match socket.peek(&mut [MaybeUninit::uninit()]) {
            Err(cause) => cause.kind() != io::ErrorKind::WouldBlock,
            Ok(_) => true,
        };
        !pending && self.heard.is_empty() && self.stream.read_u8().now_or_never().is_none()
    }

    /// Goes on encrypted. The caller limits the time.
    pub(super) async fn encrypt(self, tls: &Tls, host: &str) -> Result<Self, Fault> {
        if !self.heard.is_empty() {
            return Err(Fault::lost(
                "the server went on in clear text after its answer to STARTTLS, somebody may be tampering with the connection",
            ));
        }
        let stream = self.stream.encrypt(tls, host).await;
        Ok(Self::new(
            stream.map_err(|cause| tls_fault(&cause))?,
            self.limit,
        ))
    }

    async fn read_answer(&mut self) -> Result<Response, Fault> {
        let mut text = String::new();
        loop {
            let line = self.read_line().await?;
            let digits = line.bytes().take_while(u8::is_ascii_digit).count();
            text.push_str(&line);
            // RFC 5321, section 4.2: a client should also understand a code that stands alone.
            text.push_str(if line.len() == 3 { " \r\n" } else { "\r\n" });
            if text.len() > SAID_MAX {
                return Err(too_much());
            }
            if digits != 3 || line.as_bytes().get(3) != Some(&b'-') {
                break;
            }
        }
        let answer: Response = text
            .parse()
            .map_err(|_| Fault::lost("the server gave an answer that is not SMTP"))?;
        match answer.code().severity {
            Severity::PositiveCompletion | Severity::PositiveIntermediate => Ok(answer),
            _ => Err(Fault::Refused(Reply::of(&answer))),
        }
    }

    /// A line without its end.
    async fn read_line(&mut self) -> Result<String, Fault> {
        let mut searched = 0;
        loop {
            let end = self.heard[searched..]
                .iter()
                .position(|byte| *byte == b'\n');
            if let Some(end) = end {
                let line: Vec<u8> = self.heard.drain(..=searched + end).collect();
                let line = line.strip_suffix(b"\n").unwrap_or(&line);
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                return Ok(String::from_utf8_lossy(line).into_owned());
            }
            searched = self.heard.len();
            if searched > SAID_MAX {
                return Err(too_much());
            }
            self.heard.reserve(READ);
            match self.stream.read_buf(&mut self.heard).await {
                Ok(0) => return Err(Fault::hung_up()),
                Ok(_) => {}
                Err(cause) => return Err(Fault::io(&cause)),
            }
        }
    }
}

fn too_much() -> Fault {
    Fault::lost("the server says too much")
}

/// Why there is no TLS.
pub(super) fn tls_fault(cause: &io::Error) -> Fault {
    let tls = cause
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match tls {
        Some(rustls::Error::InvalidMessage(_)) => {
            Fault::lost("what the server answers at this port is not TLS")
        }
        // A server that closes before it has read what we say resets the connection.
        None if matches!(
            cause.kind(),
            io::ErrorKind::UnexpectedEof
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::BrokenPipe
        ) =>
        {
            Fault::lost("the server closed the connection when TLS was to begin")
        }
        _ => Fault::io(cause),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::{TcpListener, TcpStream};

    use super::*;

    async fn pair() -> (Dialogue, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
        let port = listener.local_addr().expect("address").port();
        let stream = Stream::connect("127.0.0.1", port).await.expect("connects");
        let (peer, _) = listener.accept().expect("accepts");
        (Dialogue::new(stream, Duration::from_secs(20)), peer)
    }

    #[tokio::test]
    async fn a_word_or_the_end_is_noticed_without_waiting_for_it() {
        let (mut dialogue, mut peer) = pair().await;
        assert!(dialogue.is_quiet() && dialogue.is_quiet());
        peer.write_all(b"4").expect("writes");
        assert!(!dialogue.is_quiet());
        let (mut dialogue, peer) = pair().await;
        drop(peer);
        assert!(!dialogue.is_quiet());
        // What came with an answer that was waited for.
        let (mut dialogue, mut peer) = pair().await;
        peer.write_all(b"250\r\n421 bye\r\n").expect("writes");
        dialogue.answer().await.expect("a code alone is an answer");
        assert!(!dialogue.is_quiet());
    }

    #[tokio::test]
    async fn what_the_stream_has_not_taken_was_not_sent() {
        let (mut dialogue, _peer) = pair().await;
        dialogue.limit = Duration::from_millis(50);
        dialogue.send(b"QUIT\r\n").await.expect("fits");
        assert!(dialogue.has_sent_all());
        // More than any socket holds, and nobody reads.
        let much = vec![b'x'; 64 << 20];
        dialogue.send(&much).await.expect_err("no room");
        assert!(!dialogue.has_sent_all());
    }
}
