//! Sessions that are too many, and what one of them may send and leave unread.

use std::time::Duration;

use quillgate::telemetry::limits::Limit;
use serde_json::json;

use super::{assert_served, counted};
use crate::support::exchange::{exchange, request};
use crate::support::raw::{Raw, frame, header};
use crate::support::{Gateway, Page, eventually};

#[tokio::test]
async fn one_session_too_many_of_a_user_closes_an_older_one() {
    let gateway = Gateway::with(|config| config.presence.sessions_per_user = 1).await;
    let mut annas = Page::open(&gateway, "anna").await;
    let mut first = Page::open(&gateway, "ralf").await;
    let mut second = Page::open(&gateway, "ralf").await;
    assert_eq!(first.closed().await, Some(4408));
    counted(&gateway, Limit::SessionsPerUser, 1).await;
    second.pulse(true, true).await;
    annas.pulse(true, true).await;
    second.close().await;
    eventually("it has left", async || gateway.load.sessions().await == 1).await;
    Page::open(&gateway, "ralf").await.pulse(true, true).await;
    counted(&gateway, Limit::SessionsPerUser, 1).await;
}

#[tokio::test]
async fn one_session_too_many_of_all_is_told_503_before_the_upgrade() {
    let gateway = Gateway::with(|config| config.presence.sessions_max = 2).await;
    let mut ralfs = Page::open(&gateway, "ralf").await;
    let annas = Page::open(&gateway, "anna").await;
    let handshake = request(
        "GET",
        "/egroupware/groupdav.php/ws",
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        b"",
    );
    let handshake = String::from_utf8(handshake).unwrap();
    let handshake = handshake.replace("Connection: close", "Connection: close, Upgrade");
    for times in 1..=3 {
        let answer = exchange(&gateway, handshake.as_bytes()).await;
        let message = "More than 2 sessions (presence.sessions_max), try again in 30 seconds";
        let body = json!({"error": 503, "message": message, "details": {"limit": 2}});
        assert_eq!((answer.status, &answer.body), (503, &body));
        assert!(
            answer.head.contains("\r\nretry-after: 30\r\n"),
            "{}",
            answer.head
        );
        answer.assert_safe("");
        counted(&gateway, Limit::Sessions, times).await;
    }
    ralfs.pulse(true, true).await;
    assert_served(&gateway, "ralf").await;
    annas.close().await;
    eventually("her place is free", async || {
        gateway.load.connections().1 == 1
    })
    .await;
    // Handshakes that fail take no place.
    for _ in 0..5 {
        assert!(Page::connect(&gateway, &[]).await.is_err());
    }
    Page::open(&gateway, "anna").await.pulse(true, true).await;
    counted(&gateway, Limit::Sessions, 3).await;
}

#[tokio::test]
async fn a_message_too_large_closes_its_session() {
    let gateway = Gateway::with(|config| config.presence.frame_max = 1000).await;
    let mut other = Page::open(&gateway, "anna").await;
    let mut socket = Raw::websocket(&gateway).await;
    socket.send(&header(0x81, 1001)).await.unwrap();
    assert_eq!(socket.close_code().await, Some(1009));
    counted(&gateway, Limit::FrameSize, 1).await;
    other.pulse(true, true).await;
}

#[tokio::test]
async fn more_frames_than_agreed_close_their_session() {
    let gateway = Gateway::with(|config| config.presence.frames_per_second = 5).await;
    let mut other = Page::open(&gateway, "anna").await;
    let mut socket = Raw::websocket(&gateway).await;
    let burst = frame(0x89, b"").repeat(100);
    socket.send(&burst).await.unwrap();
    assert_eq!(socket.close_code().await, Some(1008));
    counted(&gateway, Limit::Frames, 1).await;
    other.pulse(true, true).await;
}

#[tokio::test]
async fn frames_that_nobody_takes_close_their_session() {
    let gateway = Gateway::with(|config| {
        config.presence.queue = 4;
        config.presence.push_inline_max = 1 << 20;
        config.presence.compose_deadline = Duration::from_millis(100);
    })
    .await;
    let mut other = Page::open(&gateway, "anna").await;
    let _stuck = Page::open(&gateway, "ralf").await;
    let draft = json!({"body": "x".repeat(500_000)});
    // More than the kernel and the queue hold, one after the other.
    eventually("the stuck page is closed", async || {
        let answer = gateway.post_json("ralf", "/mail/compose", &draft).await;
        assert_eq!(answer.status, 404, "{}", answer.text);
        gateway.load.sessions().await == 1
    })
    .await;
    counted(&gateway, Limit::Queue, 1).await;
    other.pulse(true, true).await;
}
