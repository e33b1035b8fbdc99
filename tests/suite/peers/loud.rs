//! Peers that say too much.

use std::time::Duration;

use tokio::io::{AsyncWriteExt, copy, sink};
use tokio::time::timeout;

use super::scene::Scene;
use crate::support::people::Peer;
use crate::support::socket::{PING, Socket, TEXT};

/// How long a flood lasts that nobody ends: longer than it takes to be dropped for silence.
const FLOOD: Duration = Duration::from_millis(2500);

/// Whether a peer takes what it is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reads {
    Everything,
    Nothing,
}

/// Sends as fast as it can.
async fn flood(scene: &Scene, peer: &Peer, first: Vec<u8>, frame: Vec<u8>, reads: Reads) {
    let socket = scene.socket(peer).await;
    let (mut from, mut to) = socket.stream.into_split();
    let many = frame.repeat(100);
    let sends = async {
        let mut sent = to.write_all(&first).await;
        while sent.is_ok() {
            sent = to.write_all(&many).await;
        }
    };
    let reading = async {
        match reads {
            Reads::Everything => drop(copy(&mut from, &mut sink()).await),
            Reads::Nothing => std::future::pending().await,
        }
    };
    // Closed for it, or at the end of its own: the others notice neither.
    let _ = timeout(FLOOD, async {
        tokio::select! {
            () = sends => {}
            () = reading => {}
        }
    })
    .await;
    drop((from, to));
    scene.goes_offline(peer).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn floods_of_frames_and_of_pieces() {
    let scene = Scene::set(2).await;
    let ping = Socket::frame(TEXT, true, br#"{"type":"ping"}"#);
    let reads = Reads::Everything;
    flood(&scene, &scene.peers[0], Vec::new(), ping, reads).await;
    let (first, more) = (Socket::piece(true, b""), Socket::piece(false, b""));
    flood(&scene, &scene.peers[1], first, more, reads).await;
    scene.ends_well().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn floods_whose_answers_nobody_reads() {
    let scene = Scene::set(2).await;
    let ping = Socket::frame(PING, true, &[b'x'; 125]);
    let unknown = Socket::frame(TEXT, true, br#"{"type":"what is this?"}"#);
    for (peer, frame) in scene.peers.iter().zip([ping, unknown]) {
        flood(&scene, peer, Vec::new(), frame, Reads::Nothing).await;
    }
    scene.ends_well().await;
}

#[tokio::test]
async fn messages_without_an_end() {
    let scene = Scene::set(3).await;
    let [pieces, announced, dripping] = &scene.peers[..] else {
        panic!("three peers");
    };
    tokio::join!(
        a_message_in_pieces_without_an_end(&scene, pieces),
        a_frame_that_announces_more_than_there_is(&scene, announced),
        a_frame_that_never_becomes_whole(&scene, dripping),
    );
    scene.ends_well().await;
}

async fn a_message_in_pieces_without_an_end(scene: &Scene, peer: &Peer) {
    let mut socket = scene.socket(peer).await;
    let mut first = true;
    let code = loop {
        assert!(socket.send(&Socket::piece(first, &[b' '; 1024])).await);
        first = false;
        if let Ok(code) = timeout(Duration::from_millis(5), socket.closed()).await {
            break code;
        }
    };
    assert_eq!(code, Some(1009));
    scene.goes_offline(peer).await;
}

async fn a_frame_that_announces_more_than_there_is(scene: &Scene, peer: &Peer) {
    let mut socket = scene.socket(peer).await;
    let head = Socket::head(0x80 | TEXT, i64::MAX as u64);
    assert!(socket.send(&head).await);
    assert_eq!(socket.closed().await, Some(1009));
    scene.goes_offline(peer).await;
}

/// A byte now and then is no sign of life: only what it says is.
async fn a_frame_that_never_becomes_whole(scene: &Scene, peer: &Peer) {
    let socket = scene.socket(peer).await;
    let (mut from, mut to) = socket.stream.into_split();
    let drips = tokio::spawn(async move {
        let head = Socket::head(0x80 | TEXT, 60_000);
        let mut sent = to.write_all(&head).await;
        while sent.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
            sent = to.write_all(b" ").await;
        }
    });
    let reads = tokio::spawn(async move { copy(&mut from, &mut sink()).await });
    scene.goes_offline(peer).await;
    drips.abort();
    reads.abort();
}
