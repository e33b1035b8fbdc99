//! Signals.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use reqwest::Method;
use rustix::process::Signal;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::Page;
use crate::support::command::{House, Process};
use crate::support::gateway::Answer;
use crate::support::people::basic;
use crate::support::post::below;
use crate::support::sink::{Act, Gate, Sink};

/// A server that is sending a mail which waits for the gate.
async fn sending(
    gate: &Gate,
) -> (
    House,
    Process,
    Sink,
    tokio::task::JoinHandle<reqwest::Result<reqwest::Response>>,
) {
    let held = gate.clone();
    let sink = Sink::with(move |_, command| {
        if command == "." {
            held.pass();
        }
        Act::Usual
    });
    let house = House::with_account(&format!("smtp://127.0.0.1:{}", sink.port), "");
    let server = house.serve();
    let mail = json!({"to": "a@example.com", "body": "Text"});
    let request = server.request(Method::POST, "ralf", "/mail").json(&mail);
    let caller = tokio::spawn(request.send());
    sink.seen_soon(|seen| seen.commands.iter().any(|line| line == "DATA"))
        .await;
    (house, server, sink, caller)
}

#[tokio::test]
async fn sessions_are_told_to_come_back_each_at_another_time() {
    for signal in [Signal::TERM, Signal::INT] {
        let house = House::inhabited("");
        let mut server = house.serve();
        let mut pages = Vec::new();
        for _ in 0..8 {
            pages.push(Page::at(&server.address(), "ralf", "secret-ralf").await);
        }
        server.signal(signal);
        let mut delays = HashSet::new();
        for page in &mut pages {
            let close = page.next_of("close").await;
            assert_eq!(close["reason"], "shutdown");
            delays.insert(close["reconnectAfter"].as_u64().unwrap());
            page.closed().await;
        }
        assert_eq!(delays.len(), 8);
        assert_eq!(server.ended(), Some(0));
    }
}

#[tokio::test]
async fn a_request_in_flight_is_answered_and_no_new_one_is_taken() {
    let gate = Gate::default();
    let (_house, mut server, sink, caller) = sending(&gate).await;
    let address = server.address();
    server.signal(Signal::TERM);
    server.log_with("stopping");
    // The listener goes a moment after the word.
    soon(|| std::net::TcpStream::connect(&address).is_err()).await;
    gate.open();
    let answer = Answer::of(caller.await.unwrap().unwrap()).await;
    assert_eq!(
        answer.body,
        json!({"status": 200, "message": "Mail successful sent"})
    );
    assert_eq!(server.ended(), Some(0));
    assert_eq!(sink.mails().len(), 1);
}

#[tokio::test]
async fn a_second_signal_ends_at_once() {
    let gate = Gate::default();
    let (_house, mut server, _sink, caller) = sending(&gate).await;
    server.signal(Signal::TERM);
    server.log_with("stopping");
    server.signal(Signal::INT);
    assert_eq!(server.ended(), Some(1), "while the mail still waits");
    assert!(caller.await.unwrap().is_err());
    gate.open();
}

#[tokio::test]
async fn an_upload_under_way_is_taken_to_its_end() {
    let house = House::inhabited("");
    let mut server = house.serve();
    let basic = basic("ralf", "secret-ralf");
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let head = format!(
        "POST /mail/attachments/a HTTP/1.1\r\nHost: x\r\nAuthorization: {basic}\r\nContent-Length: 2097152\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![b'x'; 1 << 20]).await.unwrap();
    let unfinished = house.path("data/blobs/uploads");
    soon(|| !below(&unfinished).is_empty()).await;
    server.signal(Signal::TERM);
    server.log_with("stopping");
    stream.write_all(&vec![b'x'; 1 << 20]).await.unwrap();
    let mut status = [0; 13];
    stream.read_exact(&mut status).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 302 ");
    assert_eq!(server.ended(), Some(0));
}

/// Waits until something holds.
async fn soon(mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(Instant::now() < deadline, "it never came");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn sighup_is_survived() {
    let house = House::inhabited("");
    let mut server = house.serve();
    let mut page = Page::at(&server.address(), "ralf", "secret-ralf").await;
    server.signal(Signal::HUP);
    server.log_with("SIGHUP");
    page.pulse(true, true).await;
    let answer = server
        .request(Method::GET, "ralf", "/mail")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    server.signal(Signal::HUP);
    page.close().await;
    assert_eq!(server.stop(), Some(0));
}

#[tokio::test]
async fn a_compose_that_waits_for_a_page_is_answered_before_the_end() {
    let house = House::inhabited("");
    let mut server = house.serve();
    let mut page = Page::at(&server.address(), "ralf", "secret-ralf").await;
    let request = server
        .request(Method::POST, "ralf", "/mail/compose")
        .json(&json!({}));
    let caller = tokio::spawn(request.send());
    let offer = page.next_of("compose").await;
    server.signal(Signal::TERM);
    page.closed().await;
    let answer = Answer::of(caller.await.unwrap().unwrap()).await;
    let again = json!({"error": 503, "message": "The server is being restarted, try again"});
    assert_eq!(answer.body, again);
    assert!(offer["id"].is_string());
    assert_eq!(server.ended(), Some(0));
}
