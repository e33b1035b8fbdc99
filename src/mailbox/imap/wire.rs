//! The lines of a conversation with an IMAP server. Each wait has its limit, and so has what a server may say.

use std::time::Duration;

use futures_util::FutureExt;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::time::timeout;

use super::error::{ImapError, Words};
use super::response::Response;
use super::token::literal_length;
use crate::net::fault;
use crate::net::server::{Security, Server};
use crate::net::stream::Stream;
use crate::net::tls::Tls;

/// Bytes of one line with its literals.
const LINE: usize = 64 * 1024;
/// Bytes of all that answers one command.
const ANSWER: usize = 4 * 1024 * 1024;

/// A connection and how it is read.
#[derive(Debug)]
pub(super) struct Wire {
    stream: BufReader<Stream>,
    /// The longest wait for any progress.
    silence: Duration,
    /// Bytes that the present answer may still have.
    room: usize,
}

impl Wire {
    /// Connects, and encrypts where that comes first.
    pub(super) async fn connect(
        server: &Server,
        tls: &Tls,
        silence: Duration,
        met: &mut impl FnMut(&Stream),
    ) -> Result<Self, ImapError> {
        let connect = Stream::connect(&server.host, server.port);
        let stream = limited(silence, connect).await?;
        met(&stream);
        let wire = Self {
            stream: BufReader::new(stream),
            silence,
            room: ANSWER,
        };
        match server.security {
            Security::Tls => wire.encrypt(server, tls, met).await,
            Security::StartTls | Security::None => Ok(wire),
        }
    }

    /// Encrypts from here on. What the server has said too early would pass for something said under encryption.
    pub(super) async fn encrypt(
        self,
        server: &Server,
        tls: &Tls,
        met: &mut impl FnMut(&Stream),
    ) -> Result<Self, ImapError> {
        if !self.stream.buffer().is_empty() {
            return Err(ImapError::Protocol("more follows its answer to STARTTLS"));
        }
        let encrypt = self.stream.into_inner().encrypt(tls, &server.host);
        let stream = limited(self.silence, encrypt).await?;
        met(&stream);
        Ok(Self {
            stream: BufReader::new(stream),
            silence: self.silence,
            room: ANSWER,
        })
    }

    /// Whether the server has closed an idle connection, or said what nobody asked for: both make it useless.
    pub(super) fn is_stale(&mut self) -> bool {
        self.stream.fill_buf().now_or_never().is_some()
    }

    /// Bytes as they are.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<(), ImapError> {
        limited(self.silence, self.stream.write_all(bytes)).await
    }

    pub(super) async fn flush(&mut self) -> Result<(), ImapError> {
        limited(self.silence, self.stream.flush()).await
    }

    /// Begins a new answer, with room of its own.
    pub(super) fn begin_answer(&mut self) {
        self.room = ANSWER;
    }

    /// The next line with its literals.
    pub(super) async fn response(&mut self) -> Result<Response, ImapError> {
        let mut line = Vec::new();
        loop {
            let start = line.len();
            self.line(&mut line).await?;
            let Some(length) = literal_length(&line[start..]) else {
                break;
            };
            if length > LINE - line.len() {
                return Err(ImapError::Protocol("a line without end"));
            }
            self.take(length)?;
            let start = line.len();
            line.resize(start + length, 0);
            limited(self.silence, self.stream.read_exact(&mut line[start..])).await?;
        }
        let end = line.strip_suffix(b"\n").unwrap_or(&line);
        let end = end.strip_suffix(b"\r").unwrap_or(end);
        Ok(Response::parse(end))
    }

    /// Adds a line with its end to `line`.
    async fn line(&mut self, line: &mut Vec<u8>) -> Result<(), ImapError> {
        loop {
            let bytes = limited(self.silence, self.stream.fill_buf()).await?;
            if bytes.is_empty() {
                return Err(ImapError::Closed(Words::default()));
            }
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let part = end.map_or(bytes, |at| &bytes[..=at]);
            if part.len() > LINE.saturating_sub(line.len()) {
                return Err(ImapError::Protocol("a line without end"));
            }
            line.extend_from_slice(part);
            let length = part.len();
            self.stream.consume(length);
            self.take(length)?;
            if end.is_some() {
                return Ok(());
            }
        }
    }

    fn take(&mut self, length: usize) -> Result<(), ImapError> {
        let room = self.room.checked_sub(length);
        self.room = room.ok_or(ImapError::Protocol("an answer without end"))?;
        Ok(())
    }
}

/// One step with a server, in words when it fails.
async fn limited<T>(
    silence: Duration,
    step: impl Future<Output = std::io::Result<T>>,
) -> Result<T, ImapError> {
    match timeout(silence, step).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(cause)) => Err(ImapError::Unreachable(fault::io_words(&cause))),
        Err(_) => Err(ImapError::Unreachable(fault::silent(silence))),
    }
}
