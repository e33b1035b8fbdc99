//! The socket below a connection, for what only the kernel can do.

use std::any::Any;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Weak};
use std::time::Duration;

use actix_web::dev::Extensions;
use actix_web::rt::net::{TcpStream, UnixStream};
use socket2::SockRef;

/// A connection's socket, kept with the connection: it ends when the connection does.
pub struct Socket(Arc<OwnedFd>);

/// A socket that whoever watches over a session may cut, for as long as the connection lasts.
#[derive(Clone)]
pub struct Cut(Weak<OwnedFd>);

/// Keeps the socket of each new connection where its requests find it. Given to `HttpServer::on_connect`.
pub fn remember(connection: &dyn Any, data: &mut Extensions) {
    let fd = if let Some(tcp) = connection.downcast_ref::<TcpStream>() {
        // A frame is small and wanted at once.
        let _ = tcp.set_nodelay(true);
        tcp.as_fd().try_clone_to_owned()
    } else if let Some(unix) = connection.downcast_ref::<UnixStream>() {
        unix.as_fd().try_clone_to_owned()
    } else {
        return;
    };
    match fd {
        Ok(fd) => {
            data.insert(Socket(Arc::new(fd)));
        }
        Err(cause) => tracing::warn!(%cause, "a connection's socket cannot be watched"),
    }
}

impl Socket {
    /// Lets the kernel end the connection when sent data stays unacknowledged for `limit`. Unix sockets have no such
    /// peers.
    pub fn abort_unacknowledged(&self, limit: Duration) {
        let _ = SockRef::from(&*self.0).set_tcp_user_timeout(Some(limit));
    }

    /// A handle to cut the connection with.
    pub fn cut(&self) -> Cut {
        Cut(Arc::downgrade(&self.0))
    }
}

impl Cut {
    /// Ends the sending direction: the peer reads what was sent, and then the end.
    pub fn finish(&self) {
        if let Some(fd) = self.0.upgrade() {
            let _ = SockRef::from(&*fd).shutdown(std::net::Shutdown::Write);
        }
    }

    /// Ends the connection in both directions, whatever its owner does.
    pub fn cut(&self) {
        if let Some(fd) = self.0.upgrade() {
            let _ = SockRef::from(&*fd).shutdown(std::net::Shutdown::Both);
        }
    }
}
