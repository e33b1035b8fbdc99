//! A program that calls: HTTP/1.1 over one connection that stays open.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Bytes of an upload that are written at a time.
const PIECE: usize = 256 * 1024;

/// One connection to a server.
pub struct Caller {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What came back; the body is the caller's buffer until its next request.
pub struct Answer<'a> {
    pub status: u16,
    pub head: &'a [u8],
    pub body: &'a [u8],
}

impl Caller {
    pub async fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(4096),
        })
    }

    /// Sends a whole request and reads the whole answer.
    pub async fn call(&mut self, request: &[u8]) -> io::Result<Answer<'_>> {
        self.send(request).await?;
        self.answer().await
    }

    /// Sends a part of a request.
    pub async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Sends a request whose body is so many bytes of nothing, and reads the answer.
    pub async fn upload(&mut self, head: &[u8], size: u64) -> io::Result<Answer<'_>> {
        let piece = vec![b'x'; PIECE];
        self.send(head).await?;
        let mut left = size;
        while left > 0 {
            let part = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
            self.send(&piece[..part]).await?;
            left -= part as u64;
        }
        self.answer().await
    }

    /// Reads the answer to what was sent.
    pub async fn answer(&mut self) -> io::Result<Answer<'_>> {
        self.buffer.clear();
        let (head, length) = loop {
            self.more().await?;
            if let Some(head) = find(&self.buffer, b"\r\n\r\n") {
                break (head + 4, content_length(&self.buffer[..head])?);
            }
        };
        while self.buffer.len() < head + length {
            self.more().await?;
        }
        let status = self.buffer.get(9..12).and_then(|digits| {
            let digits = std::str::from_utf8(digits).ok()?;
            digits.parse().ok()
        });
        let (head, body) = self.buffer.split_at(head);
        Ok(Answer {
            status: status.ok_or(io::ErrorKind::InvalidData)?,
            head,
            body,
        })
    }

    async fn more(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

impl Answer<'_> {
    /// The body as far as it is text, for a message about what went wrong.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body[..self.body.len().min(300)]).into_owned()
    }

    /// The value of a header, named in lower case.
    pub fn header(&self, name: &str) -> Option<String> {
        header(self.head, name)
    }
}

fn header(head: &[u8], name: &str) -> Option<String> {
    let head = std::str::from_utf8(head).ok()?;
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().to_owned())
    })
}

/// An answer without a length has no body, as far as our servers go.
fn content_length(head: &[u8]) -> io::Result<usize> {
    header(head, "content-length").map_or(Ok(0), |value| {
        value
            .parse()
            .map_err(|_| io::Error::from(io::ErrorKind::InvalidData))
    })
}

pub fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

/// A `POST` with everything in it.
pub fn post(path: &str, authorization: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let mut request = post_head(path, authorization, content_type, body.len() as u64);
    request.extend_from_slice(body);
    request
}

/// The head of a `POST` whose body follows.
pub fn post_head(path: &str, authorization: &str, content_type: &str, length: u64) -> Vec<u8> {
    let credentials = match authorization {
        "" => String::new(),
        value => format!("Authorization: {value}\r\n"),
    };
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\n{credentials}Content-Type: {content_type}\r\n\
         Content-Length: {length}\r\n\r\n"
    )
    .into_bytes()
}

/// A `GET`.
pub fn get(path: &str, authorization: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {authorization}\r\n\r\n")
        .into_bytes()
}
