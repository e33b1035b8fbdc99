//! Web Push: subscriptions, and what a push service and a browser get to see.

mod calling;
pub mod service;
mod subscriptions;

use quillgate::config::Config;
use reqwest::Method;
use serde_json::Value;

use crate::support::Gateway;
use crate::support::gateway::Answer;
use service::{PushService, Subscriber};

/// A gateway that asks push services on this machine.
async fn gateway(change: impl FnOnce(&mut Config)) -> Gateway {
    Gateway::with(|config| {
        config.mail.private_hosts = true;
        change(config);
    })
    .await
}

/// A request with the cookie of the web client.
async fn ask(
    gateway: &Gateway,
    cookie: &str,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> Answer {
    let mut request = gateway.request(method, path).header("cookie", cookie);
    if let Some(body) = body {
        request = request.json(body);
    }
    Answer::of(request.send().await.unwrap()).await
}

/// Subscribes the browser of a session.
async fn subscribe(gateway: &Gateway, cookie: &str, service: &PushService) -> Subscriber {
    let subscriber = Subscriber::new();
    let form = subscriber.subscription(&service.endpoint());
    let answer = ask(gateway, cookie, Method::POST, "/me/push", Some(&form)).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    subscriber
}

/// How many subscriptions ralf has.
async fn subscriptions(gateway: &Gateway) -> usize {
    let answer = gateway.get_json("ralf", "/me/push").await;
    answer.body["subscriptions"].as_array().unwrap().len()
}
