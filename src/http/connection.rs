//! The gateway's end of a client's connection, with a handle for whoever watches over it: the task that serves a
//! connection may be stuck in it, and a second descriptor for every connection would halve how many there can be.

use std::io;
use std::net::IpAddr;
use std::os::fd::AsRawFd;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::rt::net::{TcpStream, UnixStream};
use futures_util::task::AtomicWaker;
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What is wished of a connection from outside; the task that serves it does it at its next step.
#[derive(Default)]
struct Wishes {
    abort: AtomicBool,
    finish: AtomicBool,
    /// Milliseconds; 0: nothing is wished.
    abort_unacknowledged: AtomicU64,
    last_words: Mutex<Option<String>>,
    waker: AtomicWaker,
}

/// Says what is to become of a connection, from any thread. It outlives the connection without keeping it open.
#[derive(Clone)]
pub struct Handle(Arc<Wishes>);

impl Handle {
    /// Ends the connection at once in both directions, whatever was still to be said.
    pub fn abort(&self) {
        self.0.abort.store(true, SeqCst);
        self.0.waker.wake();
    }

    /// Ends the sending direction after what has been written: the peer reads it, and then the end. Said by the
    /// connection's own task, which goes on to write.
    pub fn finish(&self) {
        self.0.finish.store(true, SeqCst);
    }

    /// Says something to a peer that is still to ask, and then nothing more. What it asks afterwards has no answer.
    pub fn end_with(&self, words: String) {
        *lock(&self.0.last_words) = Some(words);
        self.0.waker.wake();
    }

    /// Lets the kernel end the connection when sent data stays unacknowledged for `limit`, from the next write on.
    pub fn abort_unacknowledged(&self, limit: Duration) {
        let limit = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        self.0.abort_unacknowledged.store(limit, SeqCst);
    }
}

enum Socket {
    Tcp(TcpStream),
    /// Its peer is a process of the same machine.
    Unix(UnixStream),
}

/// One connection of a client.
pub struct Connection {
    socket: Socket,
    wishes: Arc<Wishes>,
    finished: bool,
}

impl From<TcpStream> for Connection {
    fn from(stream: TcpStream) -> Self {
        // A frame is small and wanted at once.
        let _ = stream.set_nodelay(true);
        Self::new(Socket::Tcp(stream))
    }
}

impl From<UnixStream> for Connection {
    fn from(stream: UnixStream) -> Self {
        Self::new(Socket::Unix(stream))
    }
}

impl Connection {
    fn new(socket: Socket) -> Self {
        Self {
            socket,
            wishes: Arc::default(),
            finished: false,
        }
    }

    /// Where the peer is; none for a process of this machine.
    pub fn peer(&self) -> Option<IpAddr> {
        match &self.socket {
            Socket::Tcp(stream) => stream.peer_addr().ok().map(|peer| peer.ip()),
            Socket::Unix(_) => None,
        }
    }

    /// The number of its descriptor. The kernel gives the lowest one that is free.
    pub fn descriptor(&self) -> u64 {
        let number = match &self.socket {
            Socket::Tcp(stream) => stream.as_raw_fd(),
            Socket::Unix(stream) => stream.as_raw_fd(),
        };
        u64::from(number.unsigned_abs())
    }

    /// For whoever watches over this connection.
    pub fn handle(&self) -> Handle {
        Handle(self.wishes.clone())
    }

    /// Does one step of `act` on the socket, unless the connection is to be aborted.
    fn step<T>(
        &mut self,
        cx: &mut Context<'_>,
        act: impl FnOnce(Pin<&mut (dyn Stream + '_)>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let step = match &mut self.socket {
            Socket::Tcp(stream) => act(Pin::new(stream), cx),
            Socket::Unix(stream) => act(Pin::new(stream), cx),
        };
        if step.is_pending() {
            // Registered first: a wish that comes in between is seen below.
            self.wishes.waker.register(cx.waker());
        }
        if self.wishes.abort.load(SeqCst) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        step
    }

    /// Says what is to be said at last.
    fn end(&mut self, cx: &mut Context<'_>) {
        let words = lock(&self.wishes.last_words).take();
        if let Some(words) = words {
            // Few enough to go to the kernel at once; a peer with whom they do not is not told.
            let _ = Pin::new(&mut *self).poll_write(cx, words.as_bytes());
            let _ = Pin::new(self).poll_shutdown(cx);
        }
    }

    fn configure(&self) {
        let limit = self.wishes.abort_unacknowledged.swap(0, SeqCst);
        if limit > 0
            && let Socket::Tcp(stream) = &self.socket
        {
            let limit = Some(Duration::from_millis(limit));
            if let Err(cause) = SockRef::from(stream).set_tcp_user_timeout(limit) {
                tracing::warn!(%cause, "a peer that is gone is noticed late");
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

trait Stream: AsyncRead + AsyncWrite + Unpin {}
impl<T: AsyncRead + AsyncWrite + Unpin> Stream for T {}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let connection = self.get_mut();
        let step = connection.step(cx, |stream, cx| stream.poll_read(cx, buffer));
        connection.end(cx);
        step
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.configure();
        self.get_mut()
            .step(cx, |stream, cx| stream.poll_write(cx, bytes))
    }

    /// Called when everything written has gone to the kernel.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.finished && self.wishes.finish.load(SeqCst) {
            self.finished = true;
            return self.poll_shutdown(cx);
        }
        self.get_mut().step(cx, |stream, cx| stream.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut()
            .step(cx, |stream, cx| stream.poll_shutdown(cx))
    }
}
