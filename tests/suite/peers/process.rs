//! The same peers against a process of its own, whose descriptors, threads and memory are counted.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::Method;
use rustix::process::Signal;
use serde_json::json;

use crate::support::command::{House, Process};
use crate::support::eventually;
use crate::support::page::Page;
use crate::support::proxy::{Flow, Proxy};
use crate::support::socket::{PING, Socket, TEXT};

const PASSWORD: &str = "secret-ralf";
const EACH: usize = 12;

/// Descriptors and threads.
fn held(server: &Process) -> (usize, usize) {
    let count = |what: &str| {
        std::fs::read_dir(format!("/proc/{}/{what}", server.pid()))
            .unwrap()
            .count()
    };
    (count("fd"), count("task"))
}

async fn sessions(server: &Process, login: &str) -> u64 {
    let request = server.request(Method::GET, login, "/presence");
    let answer = request.send().await.unwrap();
    let presence: serde_json::Value = answer.json().await.unwrap();
    presence["users"][0]["sessions"].as_u64().unwrap()
}

/// One of each kind, all of them gone when the gateway has noticed what they are.
async fn trouble(address: &str) {
    let page = async |flow| {
        let proxy = Proxy::to(address).await;
        let mut page = Page::at(&proxy.address, "ralf", PASSWORD).await;
        proxy.both(flow);
        // It is told nothing, or that it is over: as late as the gateway ends it.
        let _ = tokio::time::timeout(Duration::from_secs(3), page.next_whenever()).await;
        (proxy, page)
    };
    let raw = async |bytes: Vec<u8>, times: usize| {
        let mut peer = Socket::open(address, "ralf", PASSWORD).await;
        let flood = async {
            for _ in 0..times {
                if !peer.send(&bytes).await {
                    break;
                }
            }
        };
        let _ = tokio::time::timeout(Duration::from_secs(3), flood).await;
        peer
    };
    let never_reads = raw(Vec::new(), 0);
    let pings = raw(Socket::frame(PING, true, &[b'x'; 125]), 100_000);
    let texts = raw(Socket::frame(TEXT, true, br#"{"type":"x"}"#), 100_000);
    let huge = raw(Socket::head(0x80 | TEXT, 1 << 60), 1);
    let never_whole = raw(Socket::head(0x80 | TEXT, 60_000), 1);
    let peers = async { tokio::join!(never_reads, pings, texts, huge, never_whole) };
    let pages = async { tokio::join!(page(Flow::Lost), page(Flow::Stalled)) };
    let _ = tokio::join!(peers, pages);
}

#[tokio::test]
async fn descriptors_threads_and_memory_are_back() {
    let more = "presence.heartbeat = \"500ms\"\npresence.resume_grace = \"100ms\"\n\
                presence.sessions_per_user = 1000\nlog.level = \"info,quillgate=info\"\n";
    let house = House::inhabited(more);
    let mut server = house.serve();
    let address = server.address();
    // What is made once and kept.
    trouble(&address).await;
    let gone = async |what: &str| {
        eventually(what, async || sessions(&server, "ralf").await == 0).await;
    };
    gone("the first ones are gone").await;
    eventually("their descriptors too", async || held(&server).0 < 40).await;
    let (before, peak) = (held(&server), server.memory_peak());
    join_all((0..EACH).map(|_| trouble(&address))).await;
    gone("all are gone").await;
    eventually("descriptors and threads are back", async || {
        let now = held(&server);
        // The client's own connection comes and goes.
        now.0 <= before.0 + 2 && now.1 <= before.1 + 2
    })
    .await;
    let grown = server.memory_peak().saturating_sub(peak);
    assert!(grown < 96 << 10, "{grown} KiB for {} peers", 7 * EACH);
    assert_eq!(server.stop(), Some(0));
}

#[tokio::test]
async fn a_server_that_stood_still_drops_nobody() {
    let more = "presence.heartbeat = \"500ms\"\npresence.resume_grace = \"0s\"\n";
    let house = House::inhabited(more);
    let mut server = house.serve();
    let address = server.address();
    let mut page = Page::at(&address, "ralf", PASSWORD).await;
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let living = tokio::spawn(async move {
        tokio::select! {
            closed = async { while page.next_whenever().await.is_ok() {} } => panic!("{closed:?}"),
            _ = stopped => page,
        }
    });
    server.signal(Signal::STOP);
    // As when a machine is moved, or a disk does not answer: longer than two heartbeats.
    tokio::time::sleep(Duration::from_millis(2500)).await;
    server.signal(Signal::CONT);
    // And on for longer than a silent session is kept.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(sessions(&server, "ralf").await, 1);
    stop.send(()).unwrap();
    living.await.unwrap().close().await;
    assert_eq!(server.stop(), Some(0));
}

#[tokio::test]
async fn a_peer_that_does_not_read_does_not_hold_up_the_end() {
    let more = "presence.push_inline_max = \"1 MiB\"\npresence.compose_deadline = \"1s\"\n\
                presence.composes_per_minute = 0\n";
    let house = House::inhabited(more);
    let mut server = house.serve();
    let peer = Socket::open(&server.address(), "ralf", PASSWORD).await;
    // More than the kernel takes, and less than its queue holds: nobody but its own silence could end it, in a minute.
    let draft = json!({"body": "x".repeat(500_000)});
    let composes = (0..24).map(|_| {
        let request = server.request(Method::POST, "ralf", "/mail/compose");
        request.json(&draft).send()
    });
    for answer in join_all(composes).await {
        assert_eq!(answer.unwrap().status(), 404);
    }
    assert_eq!(sessions(&server, "ralf").await, 1);
    let began = Instant::now();
    let ended = tokio::task::spawn_blocking(move || server.stop());
    assert_eq!(ended.await.unwrap(), Some(0));
    // The server's own patience with what is under way is thirty seconds.
    assert!(began.elapsed() < Duration::from_secs(25));
    drop(peer);
}
