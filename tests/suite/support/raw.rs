//! HTTP byte by byte, for what no well-behaved client would send.

use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use super::Gateway;
use super::people::{PASSWORD, basic};

/// Longer than anything that is to happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// One connection to a gateway.
pub struct Raw {
    stream: TcpStream,
    read: Vec<u8>,
}

/// An answer without interpretation.
#[derive(Debug)]
pub struct RawAnswer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Raw {
    pub async fn connect(gateway: &Gateway) -> Self {
        Self {
            stream: TcpStream::connect(&gateway.address).await.unwrap(),
            read: Vec::new(),
        }
    }

    /// A connection from another address of the loopback.
    pub async fn connect_from(gateway: &Gateway, address: [u8; 4]) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((address, 0).into()).unwrap();
        let stream = socket.connect(gateway.address.parse().unwrap()).await;
        Self {
            stream: stream.unwrap(),
            read: Vec::new(),
        }
    }

    /// A connection on which ralf's `POST` with these headers has been sent, and nothing of its body.
    pub async fn post(gateway: &Gateway, path: &str, headers: &[&str]) -> Self {
        Self::begin(gateway, "POST", path, headers).await
    }

    /// The same with another method.
    pub async fn begin(gateway: &Gateway, method: &str, path: &str, headers: &[&str]) -> Self {
        let raw = Self::connect(gateway).await;
        raw.asking(method, path, headers).await
    }

    /// ralf's `POST` on this connection.
    pub async fn posting(self, path: &str, headers: &[&str]) -> Self {
        self.asking("POST", path, headers).await
    }

    async fn asking(mut self, method: &str, path: &str, headers: &[&str]) -> Self {
        let basic = basic("ralf", PASSWORD);
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {basic}\r\n");
        for header in headers {
            head += header;
            head += "\r\n";
        }
        self.send(format!("{head}\r\n").as_bytes()).await.unwrap();
        self
    }

    /// Asks whether the gateway is well, and returns what it says.
    pub async fn ask(&mut self) -> RawAnswer {
        self.send(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .await
            .unwrap();
        self.answer().await
    }

    /// Waits until the gateway has closed, and returns what it said before.
    pub async fn closed(&mut self) -> String {
        while self.more().await {}
        self.text()
    }

    pub async fn send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        tokio::time::timeout(PATIENCE, self.stream.write_all(bytes))
            .await
            .expect("the gateway reads on")
    }

    /// Sends no more (FIN), and can still read.
    pub async fn finish(&mut self) {
        self.stream.shutdown().await.unwrap();
    }

    /// Breaks the connection off (RST).
    pub fn reset(self) {
        SockRef::from(&self.stream)
            .set_linger(Some(Duration::ZERO))
            .unwrap();
    }

    /// Waits for the head of the next answer, and returns where it ends.
    pub async fn begun(&mut self) -> usize {
        loop {
            if let Some(at) = find(&self.read, b"\r\n\r\n") {
                break at;
            }
            assert!(self.more().await, "closed in the head: {:?}", self.text());
        }
    }

    /// The next answer, an interim one included.
    pub async fn answer(&mut self) -> RawAnswer {
        let end = self.begun().await;
        let head = String::from_utf8_lossy(&self.read[..end]).into_owned();
        self.read.drain(..end + 4);
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse::<usize>().unwrap())
        });
        let length = length.unwrap_or(0);
        while self.read.len() < length {
            assert!(self.more().await, "closed in the body: {:?}", self.text());
        }
        let body = self.read.drain(..length).collect();
        let body = String::from_utf8(body).unwrap();
        RawAnswer { status, head, body }
    }

    /// A connection that has become a WebSocket of ralf's.
    pub async fn websocket(gateway: &Gateway) -> Self {
        let mut raw = Self::connect(gateway).await;
        let head = handshake("Sec-WebSocket-Version: 13\r\n");
        raw.send(head.as_bytes()).await.unwrap();
        assert_eq!(raw.answer().await.status, 101);
        raw
    }

    /// The next WebSocket frame: its first byte and its payload. `None`: the connection has ended.
    pub async fn frame(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            if let [first, length, rest @ ..] = self.read.as_slice() {
                let (head, length) = match (*length, rest) {
                    (length @ 0..=125, _) => (2, usize::from(length)),
                    (126, [a, b, ..]) => (4, usize::from(u16::from_be_bytes([*a, *b]))),
                    (127, [_, _, _, _, _, a, b, c, ..]) => {
                        (10, u32::from_be_bytes([0, *a, *b, *c]).try_into().unwrap())
                    }
                    _ => (2, usize::MAX - 2),
                };
                if self.read.len() >= head + length {
                    let first = *first;
                    let payload = self.read[head..head + length].to_vec();
                    self.read.drain(..head + length);
                    return Some((first, payload));
                }
            }
            if !self.more().await {
                return None;
            }
        }
    }

    /// The code of the close frame that comes next; texts, pings and pongs before it are passed over.
    pub async fn close_code(&mut self) -> Option<u16> {
        while let Some((first, payload)) = self.frame().await {
            if first == 0x88 {
                return Some(u16::from_be_bytes([payload[0], payload[1]]));
            }
        }
        None
    }

    /// True when the gateway has ended the connection, or does so while this reads to the end.
    pub async fn ended(&mut self) -> bool {
        while self.more().await {
            self.read.clear();
        }
        true
    }

    /// True when nothing says that the connection has ended.
    pub fn is_open(&self) -> bool {
        let mut byte = [0];
        let read = self.stream.try_read(&mut byte);
        matches!(read, Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
    }

    async fn more(&mut self) -> bool {
        let read = self.stream.read_buf(&mut self.read);
        let read = tokio::time::timeout(PATIENCE, read).await;
        read.expect("an answer in time").unwrap_or(0) > 0
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.read).into_owned()
    }
}

/// ralf's request for a WebSocket, with these further header lines.
pub fn handshake(lines: &str) -> String {
    let basic = basic("ralf", PASSWORD);
    format!(
        "GET /ws HTTP/1.1\r\nHost: localhost\r\nAuthorization: {basic}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{lines}\r\n"
    )
}

/// A WebSocket frame as a client sends it: masked, with a mask of zeros.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    [&header(first, payload.len() as u64)[..], payload].concat()
}

/// The header of one, whatever follows it.
pub fn header(first: u8, length: u64) -> Vec<u8> {
    let mut header = vec![first, 0x80 | 127];
    if length < 126 {
        header[1] = 0x80 | length as u8;
    } else {
        header.extend_from_slice(&length.to_be_bytes());
    }
    header.extend_from_slice(&[0; 4]);
    header
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}
