//! Peers of whom nothing is heard any more, whatever the reason.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use futures_util::future::join_all;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use tokio::task::JoinHandle;

use super::scene::{HEARTBEAT, Scene, assert_offline};
use crate::support::people::{PASSWORD, Peer};
use crate::support::proxy::{Flow, Proxy};
use crate::support::{Page, parts};

/// Reads a page's frames for some heartbeats: by that it answers the pings, and stays.
async fn lives(page: &mut Page) {
    assert!(page.hears_no("withdraw", 3 * HEARTBEAT).await);
    page.say(json!({"type": "ping"})).await;
    page.next_of("pong").await;
}

/// Reads what comes, to the end.
fn reader(mut page: Page) -> JoinHandle<()> {
    tokio::spawn(async move { while page.next_whenever().await.is_ok() {} })
}

#[tokio::test]
async fn lines_that_are_cut_and_laptops_that_sleep() {
    let scene = Scene::set(6).await;
    let [cut, up, down, sleeps, reset, half] = &scene.peers[..] else {
        panic!("six peers");
    };
    tokio::join!(
        a_cut(&scene, cut),
        one_direction(&scene, up, Flow::Lost, Flow::Open),
        one_direction(&scene, down, Flow::Open, Flow::Lost),
        a_sleep(&scene, sleeps),
        a_reset(&scene, reset),
        a_half_close(&scene, half),
    );
    scene.ends_well().await;
}

async fn a_cut(scene: &Scene, peer: &Peer) {
    let proxy = Proxy::to(&scene.gateway.address).await;
    let mut page = scene.page(peer, &proxy.address).await;
    lives(&mut page).await;
    proxy.both(Flow::Lost);
    // What was asked for before anybody knew is answered as well.
    assert_offline(&scene.compose(peer).await);
    scene.goes_offline(peer).await;
}

async fn one_direction(scene: &Scene, peer: &Peer, up: Flow, down: Flow) {
    let proxy = Proxy::to(&scene.gateway.address).await;
    let page = scene.page(peer, &proxy.address).await;
    proxy.flows(up, down);
    let reader = reader(page);
    scene.goes_offline(peer).await;
    reader.abort();
}

async fn a_sleep(scene: &Scene, peer: &Peer) {
    let proxy = Proxy::to(&scene.gateway.address).await;
    let mut page = scene.page(peer, &proxy.address).await;
    lives(&mut page).await;
    proxy.both(Flow::Stalled);
    scene.goes_offline(peer).await;
    // It wakes, learns that its connection is none any more, and comes back.
    proxy.both(Flow::Open);
    assert_ne!(page.closed().await, Some(1000));
    let mut page = scene.page(peer, &proxy.address).await;
    let (answer, offer) = tokio::join!(scene.compose(peer), page.accept());
    assert_eq!(answer.status, 200, "{}", answer.text);
    page.say(json!({"type": "finished", "id": offer["id"], "state": "discarded"}))
        .await;
    page.close().await;
    scene.goes_offline(peer).await;
}

async fn a_reset(scene: &Scene, peer: &Peer) {
    let proxy = Proxy::to(&scene.gateway.address).await;
    let mut page = scene.page(peer, &proxy.address).await;
    proxy.reset();
    assert_eq!(page.closed().await, None);
    scene.goes_offline(peer).await;
}

async fn a_half_close(scene: &Scene, peer: &Peer) {
    let proxy = Proxy::to(&scene.gateway.address).await;
    let mut page = scene.page(peer, &proxy.address).await;
    proxy.half_close();
    assert_ne!(page.closed().await, Some(1000));
    scene.goes_offline(peer).await;
}

#[tokio::test]
async fn peers_that_hear_nothing_or_do_not_say_so() {
    let scene = Scene::set(4).await;
    let [stopped, unread, byte, mute] = &scene.peers[..] else {
        panic!("four peers");
    };
    tokio::join!(
        a_stopped_process(&scene, stopped),
        a_peer_that_never_reads(&scene, unread),
        a_peer_that_reads_byte_by_byte(&scene, byte),
        a_peer_that_never_answers_pings(&scene, mute),
    );
    scene.ends_well().await;
}

/// A page in a process of its own, which answers pings.
const PAGE: &str = r#"
import base64, os, socket, sys
host, port, login = sys.argv[1].split(":")[0], int(sys.argv[1].split(":")[1]), sys.argv[2]
peer = socket.create_connection((host, port))
peer.sendall(("GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: quillgate.v1\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Basic "
    + base64.b64encode(login.encode()).decode() + "\r\n\r\n").encode())
peer = peer.makefile("rwb", buffering=0)
while peer.readline() not in (b"\r\n", b""):
    pass
def whole(length):
    data = b""
    while len(data) < length:
        more = peer.read(length - len(data))
        if not more:
            print("closed", flush=True)
            sys.exit(0)
        data += more
    return data
try:
    while True:
        kind, length = whole(2)
        if length == 126:
            length = int.from_bytes(whole(2), "big")
        payload = whole(length)
        if kind & 15 == 9:
            peer.write(bytes([0x8A, 0x80 | length, 0, 0, 0, 0]) + payload)
            print("pong", flush=True)
        elif kind & 15 == 1:
            print(payload.decode(), flush=True)
except ConnectionError:
    print("closed", flush=True)
"#;

/// Ended with the test.
struct Client(Child);

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn a_stopped_process(scene: &Scene, peer: &Peer) {
    let Some(python) = parts::need("python3") else {
        return;
    };
    let child = Command::new(python)
        .args(["-c", PAGE, &scene.gateway.address])
        .arg(format!("{}:{PASSWORD}", peer.login))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut client = Client(child);
    let mut lines = BufReader::new(client.0.stdout.take().unwrap()).lines();
    let (lines, pongs) = tokio::task::spawn_blocking(move || {
        let pongs = lines.by_ref().map(Result::unwrap);
        let pongs = pongs.filter(|line| line == "pong").take(4).count();
        (lines, pongs)
    })
    .await
    .unwrap();
    assert_eq!(pongs, 4, "it lives for longer than a silent one");
    scene.has_sessions(peer, 1).await;
    let pid = Pid::from_raw(i32::try_from(client.0.id()).unwrap()).unwrap();
    kill_process(pid, Signal::STOP).unwrap();
    scene.goes_offline(peer).await;
    kill_process(pid, Signal::CONT).unwrap();
    let last = tokio::task::spawn_blocking(move || lines.last().unwrap().unwrap());
    assert_eq!(last.await.unwrap(), "closed");
}

async fn a_peer_that_never_reads(scene: &Scene, peer: &Peer) {
    let socket = scene.socket(peer).await;
    // Offers pile up, as large as they get.
    let draft = json!({"body": "x".repeat(4000)});
    let compose = || {
        scene
            .gateway
            .post_json(&peer.login, "/mail/compose", &draft)
    };
    for answer in join_all((0..30).map(|_| compose())).await {
        assert_offline(&answer);
    }
    scene.goes_offline(peer).await;
    drop(socket);
}

async fn a_peer_that_reads_byte_by_byte(scene: &Scene, peer: &Peer) {
    let proxy = Proxy::to(&scene.gateway.address).await;
    let page = scene.page(peer, &proxy.address).await;
    proxy.flows(Flow::Open, Flow::Slow(1));
    let reader = reader(page);
    // The first offer stands in the way of every ping.
    assert_offline(&scene.compose(peer).await);
    scene.goes_offline(peer).await;
    reader.abort();
}

async fn a_peer_that_never_answers_pings(scene: &Scene, peer: &Peer) {
    let mut socket = scene.socket(peer).await;
    let reads = tokio::spawn(async move { while socket.next().await.is_some() {} });
    scene.goes_offline(peer).await;
    tokio::time::timeout(Duration::from_secs(20), reads)
        .await
        .expect("its connection has ended as well")
        .unwrap();
}
