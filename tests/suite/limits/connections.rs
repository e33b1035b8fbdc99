//! Connections that are too many or too slow.

use std::time::{Duration, Instant};

use quillgate::telemetry::limits::Limit;
use serde_json::json;

use reqwest::Method;
use tokio::net::TcpStream;

use super::{assert_refused_and_closed, assert_served, counted};
use crate::support::command::House;
use crate::support::raw::Raw;
use crate::support::{Gateway, Page, eventually};

async fn with_connections(max: usize, per_address: usize) -> Gateway {
    Gateway::with(|config| {
        config.server.http.connections_max = max;
        config.server.http.connections_per_address = per_address;
    })
    .await
}

/// A connection with an upload that lacks its last byte.
async fn busy(connection: Raw) -> Raw {
    let headers = ["Content-Length: 5", "Expect: 100-continue"];
    let mut raw = connection.posting("/mail/attachments/a", &headers).await;
    assert_eq!(raw.answer().await.status, 100);
    raw.send(b"hell").await.unwrap();
    raw
}

async fn finish(raw: &mut Raw) {
    raw.send(b"o").await.unwrap();
    let answer = raw.answer().await;
    assert_eq!(answer.status, 302, "{}", answer.body);
}

#[tokio::test]
async fn idle_connections_make_room_the_longest_idle_first() {
    let gateway = with_connections(10, 1000).await;
    let mut idle = Vec::new();
    for open in 1..=40 {
        idle.push(Raw::connect(&gateway).await);
        // One after the other, so that it is known which is the oldest.
        eventually("it has been taken", async || {
            gateway.load.connections().0 == open.min(10)
                && gateway.load.limits().count(Limit::Connections)
                    == (open as u64).saturating_sub(10)
        })
        .await;
    }
    for raw in &mut idle[..30] {
        assert_eq!(raw.closed().await, "");
    }
    let left = &mut idle[30];
    let answer = left.ask().await;
    assert_eq!(answer.status, 200);
    // So near the limit it is not kept.
    assert!(answer.head.contains("connection: close"), "{}", answer.head);
    assert_eq!(left.closed().await, "");
    counted(&gateway, Limit::Connections, 30).await;
    drop(idle);
    eventually("all are gone", async || gateway.load.connections().0 == 0).await;
    let mut raw = Raw::connect(&gateway).await;
    for _ in 0..3 {
        let answer = raw.ask().await;
        assert!(
            !answer.head.contains("connection: close"),
            "{}",
            answer.head
        );
    }
}

#[tokio::test]
async fn when_all_are_busy_the_next_one_is_told_503_and_sessions_go_on() {
    let gateway = with_connections(3, 1000).await;
    let mut page = Page::open(&gateway, "anna").await;
    let mut busy_ones = Vec::new();
    for _ in 0..3 {
        busy_ones.push(busy(Raw::connect(&gateway).await).await);
    }
    let message = "More than 3 connections (server.connections_max), try again in 2 seconds";
    let body = json!({"error": 503, "message": message, "details": {"limit": 3}});
    for times in 1..=2 {
        let mut raw = Raw::connect(&gateway).await;
        assert_refused_and_closed(&raw.ask().await, 503, &body, Some(2));
        assert_eq!(raw.closed().await, "");
        counted(&gateway, Limit::Connections, times).await;
    }
    // A session is no such connection.
    page.pulse(true, true).await;
    for raw in &mut busy_ones {
        finish(raw).await;
    }
    eventually("there is room again", async || {
        Raw::connect(&gateway).await.ask().await.status == 200
    })
    .await;
    page.pulse(true, true).await;
    assert_eq!(gateway.load.connections().1, 1);
}

#[tokio::test]
async fn one_address_takes_no_place_of_another() {
    let gateway = with_connections(1000, 2).await;
    let mut first = busy(Raw::connect(&gateway).await).await;
    let mut second = busy(Raw::connect(&gateway).await).await;
    let message = "More than 2 connections from your address (server.connections_per_address), try again in 2 seconds";
    let body = json!({"error": 429, "message": message, "details": {"limit": 2}});
    let mut third = Raw::connect(&gateway).await;
    assert_refused_and_closed(&third.ask().await, 429, &body, Some(2));
    counted(&gateway, Limit::ConnectionsPerAddress, 1).await;
    let mut neighbour = Raw::connect_from(&gateway, [127, 0, 0, 2]).await;
    assert_eq!(neighbour.ask().await.status, 200);
    finish(&mut first).await;
    finish(&mut second).await;
    // The longest idle one of its own makes room.
    assert_eq!(Raw::connect(&gateway).await.ask().await.status, 200);
    assert_eq!(first.closed().await, "");
    assert_eq!(second.ask().await.status, 200);
    assert_eq!(neighbour.ask().await.status, 200);
    counted(&gateway, Limit::ConnectionsPerAddress, 2).await;
}

#[tokio::test]
async fn the_connections_of_a_trusted_proxy_are_many_clients() {
    let gateway = Gateway::with(|config| {
        config.server.http.connections_per_address = 1;
        config.server.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    let mut proxied = Vec::new();
    for _ in 0..5 {
        proxied.push(busy(Raw::connect(&gateway).await).await);
    }
    for raw in &mut proxied {
        finish(raw).await;
        assert_eq!(raw.ask().await.status, 200);
    }
    assert_eq!(gateway.load.limits().count(Limit::ConnectionsPerAddress), 0);
}

#[tokio::test]
async fn a_header_that_does_not_come_is_408_and_costs_nobody_else_anything() {
    let limit = Duration::from_secs(2);
    let gateway = Gateway::with(|config| {
        config.server.http.header_timeout = limit;
        config.server.http.keep_alive = Duration::from_millis(500);
    })
    .await;
    let began = Instant::now();
    let mut slow = Raw::connect(&gateway).await;
    slow.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        .await
        .unwrap();
    // A request that takes longer than that is not slow to ask.
    let waiting = async {
        let compose = gateway
            .post("ralf", "/mail/compose")
            .header("Prefer", "wait=4");
        let answer = compose.json(&json!({"subject": "Hello"})).send().await;
        assert_eq!(answer.unwrap().status(), 404);
    };
    let refused = async {
        let message = "No whole header within 2 seconds (server.header_timeout)";
        let body = json!({"error": 408, "message": message});
        assert_refused_and_closed(&slow.answer().await, 408, &body, None);
        assert!(began.elapsed() >= limit);
        assert_eq!(slow.closed().await, "");
        counted(&gateway, Limit::HeaderTime, 1).await;
        assert_served(&gateway, "anna").await;
    };
    tokio::join!(waiting, refused);
}

#[tokio::test]
async fn a_second_header_that_drips_is_given_up_as_well() {
    let gateway = Gateway::with(|config| {
        config.server.http.header_timeout = Duration::from_secs(1);
        config.server.http.keep_alive = Duration::from_secs(1);
    })
    .await;
    let mut slow = Raw::connect(&gateway).await;
    assert_eq!(slow.ask().await.status, 200);
    let began = Instant::now();
    slow.send(b"GET /healthz HTTP/1.1\r\nX-Slow: ")
        .await
        .unwrap();
    while slow.send(b"x").await.is_ok() {
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(began.elapsed() < Duration::from_secs(20), "still open");
    }
    assert!(began.elapsed() >= Duration::from_secs(2));
    counted(&gateway, Limit::HeaderTime, 1).await;
    assert_served(&gateway, "anna").await;
}

#[tokio::test]
async fn a_process_that_may_open_few_files_keeps_some_for_its_work() {
    let house = House::inhabited("");
    let server = house.serve_with_files(512);
    let address = server.address();
    let mut idle = Vec::new();
    for round in 0..40 {
        for _ in 0..10 {
            idle.push(TcpStream::connect(&address).await.unwrap());
        }
        let path = format!("/mail/attachments/{round}");
        let upload = server.request(Method::POST, "ralf", &path).body("file");
        let mail = json!({"to": "info@example.org", "body": "Text"});
        let send = server.request(Method::POST, "anna", "/mail").json(&mail);
        assert_eq!(upload.send().await.unwrap().status(), 302);
        assert_eq!(send.send().await.unwrap().status(), 200);
    }
    let log = server.log();
    assert!(log.contains("server.connections_max"), "{log}");
    assert!(!log.contains("Too many open files"), "{log}");
}
