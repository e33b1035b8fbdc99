//! The end of a share is the end of what is under way.

use reqwest::Method;
use serde_json::Value;

use super::{change, disable_ralf, filed, path, revoke, share_of, shared, tool};
use crate::support::raw::Raw;
use crate::support::{Gateway, eventually};
use quillgate::shares::rows::Column;

/// More than any buffer on the way takes.
const LARGE: usize = 64 << 20;

/// A download that has begun, and whose client does not read on.
async fn asking(gateway: &Gateway, token: &str) -> Raw {
    let mut raw = Raw::connect(gateway).await;
    let request = format!("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", path(token));
    raw.send(request.as_bytes()).await.unwrap();
    raw.begun().await;
    raw
}

#[tokio::test]
async fn downloads_end_with_the_share_its_password_and_its_owner() {
    let gateway = Gateway::start().await;
    let token = share_of(&gateway, "large.bin", vec![b'x'; LARGE], "link").await;
    let other = shared(&gateway, "large.bin", "share_ro", Value::Null).await;
    for end in ["password", "revoked", "owner"] {
        let ended = if end == "owner" { &other } else { &token };
        let (mut first, mut second) =
            (asking(&gateway, ended).await, asking(&gateway, ended).await);
        let bystander = (end != "owner").then_some(asking(&gateway, &other).await);
        let known = 1 + usize::from(bystander.is_some());
        eventually("under way", async || gateway.load.shares() == known).await;
        match end {
            "password" => change(&gateway, ended, Column::LastDay, "2099-01-01").await,
            "revoked" => revoke(&gateway, ended).await,
            _ => disable_ralf(&gateway).await,
        }
        // Neither of them gets all: the connection breaks.
        for raw in [&mut first, &mut second] {
            assert!(raw.closed().await.len() < LARGE, "{end}");
        }
        if let Some(bystander) = bystander {
            eventually("only the other one", async || gateway.load.shares() == 1).await;
            bystander.reset();
        }
        eventually("nothing is left", async || gateway.load.shares() == 0).await;
    }
}

#[tokio::test]
async fn an_upload_ends_with_its_share_and_leaves_what_was_there() {
    let gateway = Gateway::start().await;
    filed(&gateway, "a.txt", "text/plain", "before").await;
    let token = shared(&gateway, "a.txt", "share_rw", Value::Null).await;
    let mut raw = Raw::connect(&gateway).await;
    let head = format!(
        "PUT {} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf",
        path(&token)
    );
    raw.send(head.as_bytes()).await.unwrap();
    eventually("under way", async || gateway.load.shares() == 1).await;
    revoke(&gateway, &token).await;
    assert_eq!(raw.closed().await, "");
    eventually("nothing is left", async || gateway.load.shares() == 0).await;
    let kept = gateway
        .get("ralf", "/files/home/ralf/a.txt")
        .send()
        .await
        .unwrap();
    assert_eq!(kept.text().await.unwrap(), "before");
}

#[tokio::test]
async fn nothing_stays_of_what_has_ended() {
    let gateway = Gateway::start().await;
    let token = share_of(&gateway, "a.txt", "x", "link").await;
    for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE] {
        tool(&gateway, method, &path(&token)).send().await.unwrap();
    }
    eventually("nothing is left", async || gateway.load.shares() == 0).await;
}
