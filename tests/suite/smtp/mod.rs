//! Sending through SMTP servers: a real one, and one that does what no real one would do on request.

mod connections;
mod crash;
mod exim;
mod faults;
mod wire;

use serde_json::{Value, json};

use crate::support::Gateway;
use crate::support::gateway::Answer;
use crate::support::sink::Sink;

/// A gateway whose mail goes to `sink`.
async fn gateway_to(sink: &Sink) -> Gateway {
    let gateway = Gateway::start().await;
    gateway.sends_to(sink.port).await;
    gateway
}

/// Sends a short mail of ralf's.
async fn send(gateway: &Gateway, to: &[&str]) -> Answer {
    let mail = json!({"to": to, "subject": "Hello", "body": "Text"});
    gateway.post_json("ralf", "/mail", &mail).await
}

/// What was answered, when nothing more than this is to be in it.
fn failure(message: &str, details: Value) -> Value {
    json!({"error": 500, "message": message, "details": details})
}
