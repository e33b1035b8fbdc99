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
        Self::connect(gateway).await.posting(path, headers).await
    }

    /// The same on this connection.
    pub async fn posting(mut self, path: &str, headers: &[&str]) -> Self {
        let basic = basic("ralf", PASSWORD);
        let mut head =
            format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {basic}\r\n");
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

    /// The next answer, an interim one included.
    pub async fn answer(&mut self) -> RawAnswer {
        let end = loop {
            if let Some(at) = find(&self.read, b"\r\n\r\n") {
                break at;
            }
            assert!(self.more().await, "closed in the head: {:?}", self.text());
        };
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

    async fn more(&mut self) -> bool {
        let read = self.stream.read_buf(&mut self.read);
        let read = tokio::time::timeout(PATIENCE, read).await;
        read.expect("an answer in time").unwrap_or(0) > 0
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.read).into_owned()
    }
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}
