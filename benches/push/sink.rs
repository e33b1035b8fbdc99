//! The mail server at the other end: takes everything, keeps nothing.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::Trouble;
use crate::caller::find;

const END_OF_DATA: &[u8] = b"\r\n.\r\n";
const BUFFER: usize = 256 * 1024;

/// A server in this thread.
pub struct Sink {
    pub port: u16,
    taken: Arc<Taken>,
}

#[derive(Default)]
struct Taken {
    mails: AtomicUsize,
    bytes: AtomicUsize,
}

impl Sink {
    pub async fn start() -> Result<Self, Trouble> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let taken = Arc::<Taken>::default();
        let count = taken.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // How a conversation ends shows in the count of mails.
                tokio::spawn(converse(stream, count.clone()));
            }
        });
        Ok(Self { port, taken })
    }

    /// Mails that were taken.
    pub fn mails(&self) -> usize {
        self.taken.mails.load(Relaxed)
    }

    /// Bytes of all messages together.
    pub fn bytes(&self) -> usize {
        self.taken.bytes.load(Relaxed)
    }
}

async fn converse(mut stream: TcpStream, taken: Arc<Taken>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.write_all(b"220 sink ESMTP\r\n").await?;
    let mut buffer = Vec::with_capacity(4096);
    loop {
        while find(&buffer, b"\r\n").is_none() {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        }
        let end = find(&buffer, b"\r\n").unwrap_or(0) + 2;
        let verb = buffer[..end.min(4)].to_ascii_uppercase();
        buffer.drain(..end);
        let answer: &[u8] = match verb.as_slice() {
            b"EHLO" => b"250-sink\r\n250-PIPELINING\r\n250-SIZE 100000000\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
            b"DATA" => b"354 go on\r\n",
            b"QUIT" => b"221 bye\r\n",
            _ => b"250 2.0.0 OK\r\n",
        };
        stream.write_all(answer).await?;
        if verb == b"QUIT" {
            return Ok(());
        }
        if verb == b"DATA" {
            let bytes = swallow(&mut stream, &mut buffer).await?;
            taken.bytes.fetch_add(bytes, Relaxed);
            taken.mails.fetch_add(1, Relaxed);
            stream.write_all(b"250 2.0.0 queued\r\n").await?;
        }
    }
}

/// Reads to the end of a message and tells its length; what comes after it stays in `buffer`.
async fn swallow(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<usize> {
    let mut length = 0;
    loop {
        if let Some(end) = find(buffer, END_OF_DATA) {
            buffer.drain(..end + END_OF_DATA.len());
            buffer.shrink_to(4096);
            return Ok(length + end);
        }
        // The mark may come in two pieces.
        let seen = buffer.len().saturating_sub(END_OF_DATA.len() - 1);
        buffer.drain(..seen);
        length += seen;
        buffer.reserve(BUFFER);
        if stream.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}
