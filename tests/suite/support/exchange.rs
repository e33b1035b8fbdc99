//! HTTP by the byte, for what no HTTP library sends.

use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Gateway;

/// Longer than any answer takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer as it came.
#[derive(Debug)]
pub struct RawAnswer {
    /// Zero: the connection closed without one.
    pub status: u16,
    pub head: String,
    pub text: String,
    pub body: Value,
}

/// Sends `request` as it is and reads until the gateway closes, so it had better say `Connection: close`.
pub async fn exchange(gateway: &Gateway, request: &[u8]) -> RawAnswer {
    let mut stream = TcpStream::connect(&gateway.address).await.unwrap();
    // It may have been answered and closed before all of it was taken.
    let _ = stream.write_all(request).await;
    read_answer(&mut stream).await
}

/// Reads until the gateway closes.
pub async fn read_answer(stream: &mut TcpStream) -> RawAnswer {
    let mut bytes = Vec::new();
    let reading = stream.read_to_end(&mut bytes);
    // A reset comes after the answer when not everything was read.
    let _ = tokio::time::timeout(PATIENCE, reading)
        .await
        .expect("an answer in time");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .unwrap_or(0);
    RawAnswer {
        status,
        head: head.to_ascii_lowercase(),
        text: body.to_owned(),
        body: serde_json::from_str(body).unwrap_or(Value::Null),
    }
}

/// A request of a user with the usual password, its connection closed afterwards.
pub fn request(method: &str, path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let basic = super::people::basic("ralf", super::people::PASSWORD);
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {basic}\r\nConnection: close\r\n\
         Content-Length: {length}\r\n{headers}\r\n"
    );
    [head.as_bytes(), body].concat()
}

impl RawAnswer {
    /// Whatever went wrong is told in one shape, and without what is nobody's business.
    pub fn assert_safe(&self, asked: &str) {
        assert_eq!(self.body["error"], self.status, "{asked}: {}", self.text);
        assert!(self.body["message"].is_string(), "{asked}: {}", self.text);
        let members = self.body.as_object().unwrap().keys();
        for member in members {
            let known = ["error", "message", "details"].contains(&member.as_str());
            assert!(known, "{asked}: {}", self.text);
        }
        let told = format!("x-webdav-status: {} ", self.status);
        assert!(self.head.contains(&told), "{asked}: {}", self.head);
        for secret in [super::people::PASSWORD, "/tmp/", "quillgate.db", "src/"] {
            // A caller's own words may come back.
            let own = asked.contains(secret);
            assert!(own || !self.text.contains(secret), "{asked}: {}", self.text);
        }
    }
}
