//! `GET /ws` by the letter of RFC 6455, byte by byte. The decoder's own tests have more cases, and
//! `tests/autobahn/run` has some hundred.

use serde_json::{Value, json};

use crate::support::raw::{Raw, frame, handshake, header};
use crate::support::{Gateway, Page};

const TEXT: u8 = 0x81;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;

#[tokio::test]
async fn the_connection_ends_as_soon_as_close_frames_are_exchanged() {
    let gateway = Gateway::with(|config| config.attachments.max_size = 1000).await;
    // An upload is refused early: its client may take its time to read why, and the gateway waits for it.
    let mut upload = Raw::post(&gateway, "/mail/attachments/a", &["Content-Length: 100000"]).await;
    assert_eq!(upload.answer().await.status, 413);
    for code in [1000_u16, 1001, 3000, 4999] {
        let mut socket = Raw::websocket(&gateway).await;
        socket
            .send(&frame(CLOSE, &code.to_be_bytes()))
            .await
            .unwrap();
        assert_eq!(socket.close_code().await, Some(code));
        assert!(socket.ended().await);
    }
    let mut socket = Raw::websocket(&gateway).await;
    socket.send(&frame(CLOSE, b"")).await.unwrap();
    loop {
        let (first, payload) = socket.frame().await.unwrap();
        if first == CLOSE {
            assert_eq!(payload, b"");
            break;
        }
    }
    assert!(socket.ended().await);
    assert!(upload.is_open());
}

#[tokio::test]
async fn whom_the_gateway_closes_gets_the_reason_however_much_it_sends() {
    let gateway = Gateway::start().await;
    let mut socket = Raw::websocket(&gateway).await;
    socket.send(&header(TEXT, 1 << 20)).await.unwrap();
    // Not one byte of the message is needed to know.
    assert_eq!(socket.close_code().await, Some(1009));
    // A connection with unread bytes would be reset, and the reason lost on its way.
    let mut sender = Raw::websocket(&gateway).await;
    let message = frame(TEXT, &vec![b' '; 1 << 20]);
    let sent = sender.send(&message).await;
    assert_eq!(sender.close_code().await, Some(1009), "{sent:?}");
}

#[tokio::test]
async fn what_the_protocol_forbids_ends_the_connection_with_the_code_that_it_names() {
    let gateway = Gateway::start().await;
    let cut_short = [header(TEXT, 100), b"{\"type\":\"\xFF".to_vec()].concat();
    for (code, what, bytes) in [
        (1002, "a reserved bit", frame(0xC1, b"{}")),
        (1002, "no mask", vec![TEXT, 2, b'{', b'}']),
        (1002, "a long ping", frame(PING, &[b'x'; 126])),
        (1002, "a fragmented ping", frame(0x09, b"x")),
        (
            1002,
            "a close code that is never sent",
            frame(CLOSE, &1006_u16.to_be_bytes()),
        ),
        (1002, "half a close code", frame(CLOSE, &[3])),
        (1007, "a close reason", frame(CLOSE, b"\x03\xE8\xFF")),
        (1007, "a text that has not ended", cut_short),
    ] {
        let mut socket = Raw::websocket(&gateway).await;
        socket.send(&bytes).await.unwrap();
        assert_eq!(socket.close_code().await, Some(code), "{what}");
        assert!(socket.ended().await);
    }
}

#[tokio::test]
async fn a_ping_is_answered_with_its_payload() {
    let gateway = Gateway::start().await;
    let mut socket = Raw::websocket(&gateway).await;
    socket.send(&frame(PING, b"still there?")).await.unwrap();
    loop {
        let (first, payload) = socket.frame().await.unwrap();
        if first == 0x8A {
            return assert_eq!(payload, b"still there?");
        }
    }
}

#[tokio::test]
async fn a_client_of_another_version_is_told_which_one() {
    let gateway = Gateway::start().await;
    for lines in ["Sec-WebSocket-Version: 99\r\n", ""] {
        let mut raw = Raw::connect(&gateway).await;
        raw.send(handshake(lines).as_bytes()).await.unwrap();
        let answer = raw.answer().await;
        assert_eq!(answer.status, 426, "{answer:?}");
        assert!(
            answer
                .head
                .to_lowercase()
                .contains("sec-websocket-version: 13")
        );
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(body["error"], 426);
    }
}

#[tokio::test]
async fn whoever_floods_is_closed_and_nobody_else() {
    let gateway = Gateway::with(|config| config.presence.frames_per_second = 5).await;
    let mut other = Page::open(&gateway, "anna").await;
    for flood in [
        frame(PING, b""),
        frame(TEXT, br#"{"type":"ping"}"#),
        // Fragments of a message that never ends and never grows.
        frame(0x00, b""),
    ] {
        let mut socket = Raw::websocket(&gateway).await;
        if flood[0] == 0 {
            socket.send(&frame(0x01, b"")).await.unwrap();
        }
        // As much as may come at once is answered like anything else.
        for _ in 0..200 {
            if socket.send(&flood).await.is_err() {
                break;
            }
        }
        assert_eq!(socket.close_code().await, Some(1008));
    }
    other.say(json!({"type": "ping"})).await;
    other.next_of("pong").await;
}
