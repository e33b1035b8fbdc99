//! Chromium's own protocol, for what chromedriver does not pass on: service workers, also when no page is open.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::{Browser, eventually};

/// Longer than anything that is to happen.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct DevTools {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    sent: u64,
    events: Vec<Value>,
}

impl DevTools {
    pub async fn of(browser: &Browser) -> Self {
        let (socket, _) = connect_async(browser.devtools_address()).await.unwrap();
        Self {
            socket,
            sent: 0,
            events: Vec::new(),
        }
    }

    async fn read(&mut self) -> Value {
        let message = tokio::time::timeout(PATIENCE, self.socket.next()).await;
        let message = message.expect("an answer of the browser").unwrap().unwrap();
        serde_json::from_str(message.to_text().unwrap()).unwrap()
    }

    /// A command, to the browser itself or to what a session is attached to.
    pub async fn send(&mut self, session: Option<&str>, method: &str, params: Value) -> Value {
        self.sent += 1;
        let mut command = json!({"id": self.sent, "method": method, "params": params});
        if let Some(session) = session {
            command["sessionId"] = json!(session);
        }
        self.socket
            .send(Message::text(command.to_string()))
            .await
            .unwrap();
        loop {
            let mut answer = self.read().await;
            if answer["id"] == self.sent {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].take();
            }
            self.events.push(answer);
        }
    }

    /// Attaches to the first page or worker of this kind whose address begins so.
    pub async fn attach(&mut self, kind: &str, url: &str) -> String {
        let mut found = None;
        eventually("there is something to attach to", async || {
            let targets = self.send(None, "Target.getTargets", json!({})).await;
            let all = targets["targetInfos"].as_array().unwrap();
            let is_it = |target: &&Value| {
                target["type"] == kind && target["url"].as_str().unwrap().starts_with(url)
            };
            found = all
                .iter()
                .find(is_it)
                .map(|target| target["targetId"].clone());
            found.is_some()
        })
        .await;
        let attach = json!({"targetId": found, "flatten": true});
        let attached = self.send(None, "Target.attachToTarget", attach).await;
        attached["sessionId"].as_str().unwrap().to_owned()
    }

    /// What a script resolves to.
    pub async fn run(&mut self, session: &str, script: &str) -> Value {
        let expression = format!("(async () => {{ {script} }})()");
        let evaluate =
            json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let mut answer = self.send(Some(session), "Runtime.evaluate", evaluate).await;
        assert!(answer["exceptionDetails"].is_null(), "{script}: {answer}");
        answer["result"]["value"].take()
    }

    /// Gives a service worker a push message, as if it had come from the browser's push service.
    pub async fn push(&mut self, page: &str, origin: &str, message: &Value) {
        self.send(Some(page), "ServiceWorker.enable", json!({}))
            .await;
        let registration = loop {
            let known = self.events.iter().rev().find_map(|event| {
                let all = event["params"]["registrations"].as_array()?;
                let own = all.iter().find(|each| {
                    each["scopeURL"]
                        .as_str()
                        .is_some_and(|url| url.starts_with(origin))
                })?;
                Some(own["registrationId"].clone())
            });
            match known {
                Some(registration) => break registration,
                None => {
                    let event = self.read().await;
                    self.events.push(event);
                }
            }
        };
        let delivery =
            json!({"origin": origin, "registrationId": registration, "data": message.to_string()});
        self.send(Some(page), "ServiceWorker.deliverPushMessage", delivery)
            .await;
    }
}
