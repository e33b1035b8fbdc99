//! A WebSocket byte by byte, for what no page would send, and for peers that do not read.

use std::time::Duration;

use socket2::{Domain, Socket as Plain, Type};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::people::basic;

/// Longer than anything that is to happen.
const PATIENCE: Duration = Duration::from_secs(20);

pub const TEXT: u8 = 1;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
const CONTINUATION: u8 = 0;
const LAST: u8 = 0x80;
const MASKED: u8 = 0x80;

/// An open WebSocket, with `hello` still to be read.
pub struct Socket {
    pub stream: TcpStream,
    read: Vec<u8>,
}

impl Socket {
    /// With a receive buffer of few bytes, so that not reading is felt soon.
    pub async fn open(address: &str, login: &str, password: &str) -> Self {
        let plain = Plain::new(Domain::IPV4, Type::STREAM, None).unwrap();
        plain.set_recv_buffer_size(4096).unwrap();
        let address: std::net::SocketAddr = address.parse().unwrap();
        plain.connect(&address.into()).unwrap();
        plain.set_nonblocking(true).unwrap();
        let mut stream = TcpStream::from_std(plain.into()).unwrap();
        stream.set_nodelay(true).unwrap();
        let authorization = basic(login, password);
        let request = format!(
            "GET /ws HTTP/1.1\r\nHost: {address}\r\nAuthorization: {authorization}\r\nUpgrade: websocket\r\n\
             Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: quillgate.v1\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            // Byte by byte: what follows is not part of it.
            head.push(stream.read_u8().await.unwrap());
        }
        assert!(head.starts_with(b"HTTP/1.1 101 "), "{head:?}");
        Self {
            stream,
            read: Vec::new(),
        }
    }

    /// The bytes of a frame from a client, with a mask of zeros.
    pub fn frame(kind: u8, last: bool, payload: &[u8]) -> Vec<u8> {
        let mut bytes = Self::head(if last { LAST | kind } else { kind }, payload.len() as u64);
        bytes.extend_from_slice(payload);
        bytes
    }

    /// The first bytes of a frame that announces so many.
    pub fn head(first: u8, length: u64) -> Vec<u8> {
        let mut bytes = vec![first];
        match length {
            0..126 => bytes.push(MASKED | length as u8),
            126..0x1_0000 => {
                bytes.push(MASKED | 126);
                bytes.extend_from_slice(&(length as u16).to_be_bytes());
            }
            _ => {
                bytes.push(MASKED | 127);
                bytes.extend_from_slice(&length.to_be_bytes());
            }
        }
        bytes.extend_from_slice(&[0; 4]);
        bytes
    }

    /// The next piece of a message without an end.
    pub fn piece(first: bool, payload: &[u8]) -> Vec<u8> {
        Self::frame(if first { TEXT } else { CONTINUATION }, false, payload)
    }

    /// False: the gateway takes no more.
    pub async fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).await.is_ok()
    }

    /// The next frame from the gateway: its kind and its payload; none: the connection has ended.
    pub async fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            if let Some((length, head)) = self.announced()
                && self.read.len() >= head + length
            {
                let frame: Vec<_> = self.read.drain(..head + length).collect();
                return Some((frame[0] & 0x0f, frame[head..].to_vec()));
            }
            let more = tokio::time::timeout(PATIENCE, self.stream.read_buf(&mut self.read)).await;
            if more.expect("a frame in time").unwrap_or(0) == 0 {
                return None;
            }
        }
    }

    /// Length of the next frame's payload and of its head.
    fn announced(&self) -> Option<(usize, usize)> {
        let length = *self.read.get(1)?;
        Some(match length {
            126 => {
                let bytes = self.read.get(2..4)?;
                (u16::from_be_bytes(bytes.try_into().unwrap()).into(), 4)
            }
            127 => {
                let bytes = self.read.get(2..10)?;
                (u64::from_be_bytes(bytes.try_into().unwrap()) as usize, 10)
            }
            length => (length.into(), 2),
        })
    }

    /// The code that the gateway closes with; none: it just ends. Frames before it are passed over.
    pub async fn closed(&mut self) -> Option<u16> {
        while let Some((kind, payload)) = self.next().await {
            if kind == CLOSE {
                let code = payload.get(..2)?;
                return Some(u16::from_be_bytes(code.try_into().unwrap()));
            }
        }
        None
    }
}
