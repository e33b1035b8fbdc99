//! The TCP stream below an SMTP connection. It tells what lettre does not: whether bytes still move, and whether the
//! server was given the end of a message.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Bytes that a server may say in a row. lettre would collect a line without an end for ever.
const SAID_MAX: usize = 256 * 1024;
const END_OF_DATA: [u8; 5] = *b"\r\n.\r\n";

/// What can be seen of a stream from outside while lettre owns it.
#[derive(Debug)]
pub(super) struct Watch {
    moved: AtomicU64,
    cut: AtomicBool,
    ended: AtomicBool,
    /// What the server says first, while that is of interest.
    greeting: Mutex<Option<Vec<u8>>>,
}

impl Watch {
    /// Of a stream over which nothing has gone yet.
    pub(super) fn new() -> Self {
        Self {
            moved: AtomicU64::new(0),
            cut: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            greeting: Mutex::new(Some(Vec::new())),
        }
    }

    /// All that the server has said, once: from here on nothing is kept.
    pub(super) fn greeting(&self) -> Vec<u8> {
        self.kept().take().unwrap_or_default()
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Option<Vec<u8>>> {
        self.greeting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes that went either way.
    pub(super) fn moved(&self) -> u64 {
        self.moved.load(Ordering::Relaxed)
    }

    /// Lets every further write fail: the message could not be read to its end and must not look complete.
    pub(super) fn cut(&self) {
        self.cut.store(true, Ordering::Relaxed);
    }

    /// Whether the last thing handed to the network was the end of a message.
    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }
}

/// A TCP stream with a watch on it.
#[derive(Debug)]
pub(super) struct Wire {
    tcp: TcpStream,
    watch: Arc<Watch>,
    tail: [u8; END_OF_DATA.len()],
    said: usize,
}

impl Wire {
    pub(super) fn new(tcp: TcpStream, watch: Arc<Watch>) -> Self {
        Self {
            tcp,
            watch,
            tail: [0; END_OF_DATA.len()],
            said: 0,
        }
    }

    fn note(&mut self, written: &[u8]) {
        self.said = 0;
        for byte in &written[written.len().saturating_sub(END_OF_DATA.len())..] {
            self.tail.rotate_left(1);
            self.tail[END_OF_DATA.len() - 1] = *byte;
        }
        self.watch
            .ended
            .store(self.tail == END_OF_DATA, Ordering::Relaxed);
        self.watch
            .moved
            .fetch_add(written.len() as u64, Ordering::Relaxed);
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.tcp).poll_read(context, buffer))?;
        let read = buffer.filled().len() - before;
        self.watch.moved.fetch_add(read as u64, Ordering::Relaxed);
        if let Some(greeting) = &mut *self.watch.kept() {
            greeting.extend_from_slice(&buffer.filled()[before..]);
        }
        self.said += read;
        if self.said > SAID_MAX {
            return Poll::Ready(Err(io::Error::other("the server says too much")));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.watch.cut.load(Ordering::Relaxed) {
            return Poll::Ready(Err(io::Error::other("the message could not be read")));
        }
        let length = ready!(Pin::new(&mut self.tcp).poll_write(context, bytes))?;
        self.note(&bytes[..length]);
        Poll::Ready(Ok(length))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(context)
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.peer_addr()
    }
}
