//! A browser page, as far as the gateway can tell: a WebSocket that speaks `quillgate.v1`.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::Gateway;
use super::people::{PASSWORD, basic};

/// Longer than anything that is to happen.
const PATIENCE: Duration = Duration::from_secs(15);

pub struct Page {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub hello: Value,
}

impl Page {
    /// A page of a user who signed in with the usual password.
    pub async fn open(gateway: &Gateway, login: &str) -> Self {
        let basic = basic(login, PASSWORD);
        Self::connect(gateway, &[("authorization", &basic)])
            .await
            .unwrap()
    }

    /// A page with other headers; the error is what the handshake was answered with.
    pub async fn connect(
        gateway: &Gateway,
        headers: &[(&str, &str)],
    ) -> Result<Self, tungstenite::Error> {
        let mut page = Self::upgrade(gateway, headers).await?;
        page.hello = page.next_of("hello").await;
        Ok(page)
    }

    /// A page of a gateway that is a process of its own.
    pub async fn at(address: &str, login: &str, password: &str) -> Self {
        let basic = basic(login, password);
        let mut page = Self::upgrade_at(address, &[("authorization", &basic)])
            .await
            .unwrap();
        page.hello = page.next_of("hello").await;
        page
    }

    /// A WebSocket on which nothing has been read yet.
    pub async fn upgrade(
        gateway: &Gateway,
        headers: &[(&str, &str)],
    ) -> Result<Self, tungstenite::Error> {
        Self::upgrade_at(&gateway.address, headers).await
    }

    /// The same at a gateway of another process.
    pub async fn upgrade_at(
        address: &str,
        headers: &[(&str, &str)],
    ) -> Result<Self, tungstenite::Error> {
        let mut request = format!("ws://{address}/ws").into_client_request()?;
        for (name, value) in headers {
            let name: tungstenite::http::HeaderName = name.parse().unwrap();
            request
                .headers_mut()
                .insert(name, HeaderValue::from_str(value).unwrap());
        }
        let protocol = HeaderValue::from_static("quillgate.v1");
        request
            .headers_mut()
            .insert("sec-websocket-protocol", protocol);
        // As browsers do, without waiting to fill a packet.
        let (socket, _) = connect_async_with_config(request, None, true).await?;
        Ok(Self {
            socket,
            hello: Value::Null,
        })
    }

    pub async fn say(&mut self, frame: Value) {
        self.send(Message::text(frame.to_string())).await;
    }

    /// The same on a connection that may have ended.
    pub async fn try_say(&mut self, frame: Value) -> Result<(), tungstenite::Error> {
        self.socket.send(Message::text(frame.to_string())).await
    }

    /// The port at this end of its connection.
    pub fn local_port(&self) -> u16 {
        let MaybeTlsStream::Plain(stream) = self.socket.get_ref() else {
            panic!("there is no TLS here");
        };
        stream.local_addr().unwrap().port()
    }

    pub async fn send(&mut self, message: Message) {
        self.socket.send(message).await.unwrap();
    }

    /// The next frame of a type; other frames are passed over.
    pub async fn next_of(&mut self, kind: &str) -> Value {
        loop {
            let frame = self
                .next()
                .await
                .unwrap_or_else(|code| panic!("closed with {code:?} before '{kind}'"));
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// The next frame, or the code that the connection was closed with (none: without a close frame).
    pub async fn next(&mut self) -> Result<Value, Option<u16>> {
        tokio::time::timeout(PATIENCE, self.next_whenever())
            .await
            .expect("a frame in time")
    }

    /// The same, however long it takes.
    pub async fn next_whenever(&mut self) -> Result<Value, Option<u16>> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(reason))) => {
                    // The answer has been made, and not yet sent. Then it hangs up, as browsers do: the server waits for that.
                    let _ = self.socket.flush().await;
                    let _ = self.socket.get_mut().shutdown().await;
                    return Err(reason.map(|reason| reason.code.into()));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(None),
            }
        }
    }

    /// True when no frame of a type comes for so long.
    pub async fn hears_no(&mut self, kind: &str, wait: Duration) -> bool {
        let heard = async {
            loop {
                match self.next().await {
                    Ok(frame) if frame["type"] == kind => return false,
                    Ok(_) => {}
                    Err(_) => return true,
                }
            }
        };
        tokio::time::timeout(wait, heard).await.unwrap_or(true)
    }

    /// The code that the connection is closed with; frames before it are passed over.
    pub async fn closed(&mut self) -> Option<u16> {
        loop {
            if let Err(code) = self.next().await {
                return code;
            }
        }
    }

    /// Waits for an offer and confirms it.
    pub async fn accept(&mut self) -> Value {
        let offer = self.next_of("compose").await;
        self.say(json!({"type": "ack", "id": offer["id"], "state": "opened", "visible": true}))
            .await;
        offer
    }

    pub async fn pulse(&mut self, focused: bool, visible: bool) {
        self.say(json!({"type": "pulse", "focused": focused, "visible": visible}))
            .await;
        self.next_of("pong").await;
    }

    /// Goes away as a closed tab does.
    pub async fn close(mut self) {
        let _ = self.socket.close(None).await;
        while let Some(Ok(_)) = self.socket.next().await {}
    }
}
