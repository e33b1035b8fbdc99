//! `GET /ws`: the protocol `quillgate.v1`, frame by frame.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};

use crate::support::people::{self, PASSWORD, basic, sign_in};
use crate::support::{Gateway, Page};

const NOBODYS: &str = "0198c0de-0000-7000-8000-000000000001";

/// One frame as it goes over the wire.
fn frame(kind: Data, bytes: &[u8], last: bool) -> Message {
    Message::Frame(Frame::message(
        Bytes::copy_from_slice(bytes),
        OpCode::Data(kind),
        last,
    ))
}

/// The status that a handshake is refused with.
async fn refused(gateway: &Gateway, headers: &[(&str, &str)]) -> u16 {
    match Page::upgrade(gateway, headers).await {
        Err(Error::Http(answer)) => answer.status().as_u16(),
        Err(other) => panic!("{other}"),
        Ok(_) => 101,
    }
}

pub async fn answer_to(page: &mut Page, said: Value) -> Value {
    page.say(said).await;
    page.next().await.unwrap()
}

#[tokio::test]
async fn hello_is_the_first_frame_and_says_who_one_is() {
    let gateway = Gateway::start().await;
    let header = basic("ralf", PASSWORD);
    let mut page = Page::upgrade(&gateway, &[("authorization", &header)])
        .await
        .unwrap();
    let hello = page.next().await.unwrap();
    let mut members: Vec<_> = hello
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    members.sort_unstable();
    assert_eq!(
        members,
        [
            "assets",
            "heartbeat",
            "now",
            "pulse",
            "session",
            "type",
            "user",
            "version",
            "visibility"
        ]
    );
    assert_eq!(hello["type"], "hello");
    assert_eq!(
        hello["user"],
        json!({"id": 5, "login": "ralf", "name": "Ralf Becker"})
    );
    assert_eq!(
        (&hello["heartbeat"], &hello["pulse"]),
        (&json!(30), &json!(60))
    );
    assert_eq!(hello["version"], env!("CARGO_PKG_VERSION"));
    assert!(
        hello["session"]
            .as_str()
            .unwrap()
            .parse::<uuid::Uuid>()
            .is_ok()
    );
    assert!(hello["now"].as_str().unwrap().ends_with('Z'));
    let other = Page::open(&gateway, "ralf").await;
    assert_ne!(hello["session"], other.hello["session"]);
}

#[tokio::test]
async fn only_known_people_from_known_pages_get_in() {
    let gateway = Gateway::with(|config| {
        config.server.allowed_origins = vec!["https://portal.example.org".to_owned()];
    })
    .await;
    let cookie = sign_in(&gateway, "ralf").await;
    let (_, session) = people::token(&gateway, Some("ralf"), "mail:session", None).await;
    let (_, send) = people::token(&gateway, Some("ralf"), "groupdav mail:send", None).await;
    let (password, wrong) = (basic("ralf", PASSWORD), basic("ralf", "wrong"));
    let (session, send) = (basic("ralf", &session), basic("ralf", &send));
    let foreign = ("origin", "https://evil.example");
    assert_eq!(refused(&gateway, &[]).await, 401);
    assert_eq!(refused(&gateway, &[("authorization", &wrong)]).await, 401);
    assert_eq!(refused(&gateway, &[("authorization", &send)]).await, 403);
    assert_eq!(refused(&gateway, &[("authorization", &session)]).await, 101);
    assert_eq!(
        refused(&gateway, &[("authorization", &password), foreign]).await,
        403
    );
    assert_eq!(
        refused(&gateway, &[("cookie", &cookie), foreign]).await,
        403
    );
    assert_eq!(
        refused(&gateway, &[("cookie", "quillgate_session=x"), foreign]).await,
        403
    );
    let port = gateway.address.rsplit(':').next().unwrap();
    for host in ["localhost", "127.0.0.1", "[::1]"] {
        let own = format!("http://{host}:{port}");
        assert_eq!(
            refused(&gateway, &[("cookie", &cookie), ("origin", &own)]).await,
            101,
            "{own}"
        );
        for other in [
            format!("https://{host}:{port}"),
            format!("http://{host}"),
            "null".to_owned(),
        ] {
            let headers = [("cookie", cookie.as_str()), ("origin", &other)];
            assert_eq!(refused(&gateway, &headers).await, 403, "{other}");
        }
    }
    let portal = ("origin", "https://portal.example.org");
    assert_eq!(refused(&gateway, &[("cookie", &cookie), portal]).await, 101);
}

#[tokio::test]
async fn a_cookie_that_is_none_is_told_after_the_upgrade() {
    let gateway = Gateway::start().await;
    for cookie in [
        "quillgate_session=x",
        "quillgate_session=a.b",
        "quillgate_session=",
    ] {
        let mut page = Page::upgrade(&gateway, &[("cookie", cookie)])
            .await
            .unwrap();
        assert_eq!(page.next().await, Err(Some(4401)), "{cookie}");
    }
}

#[tokio::test]
async fn every_frame_of_a_page_is_understood() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "ralf").await;
    for said in [
        json!({"type": "active"}),
        json!({"type": "pulse", "focused": true, "visible": true}),
        json!({"type": "pulse"}),
        json!({"type": "pulse", "focused": "yes", "news": [1, 2]}),
        json!({"news": {}, "type": "ping"}),
    ] {
        assert_eq!(
            answer_to(&mut page, said.clone()).await,
            json!({"type": "pong"}),
            "{said}"
        );
    }
    // What nobody knows: an offer that is over is withdrawn, the rest needs no answer.
    let ack = json!({"type": "ack", "id": NOBODYS, "state": "opened", "visible": true});
    assert_eq!(
        answer_to(&mut page, ack).await,
        json!({"type": "withdraw", "id": NOBODYS})
    );
    for said in [
        json!({"type": "attach", "windows": []}),
        json!({"type": "attach", "windows": [NOBODYS]}),
        json!({"type": "ack", "id": NOBODYS, "state": "refused", "reason": "full"}),
        json!({"type": "seen", "id": NOBODYS}),
        json!({"type": "finished", "id": NOBODYS, "state": "discarded"}),
        json!({"type": "unwatch"}),
    ] {
        page.say(said.clone()).await;
        assert_eq!(
            answer_to(&mut page, json!({"type": "ping"})).await["type"],
            "pong",
            "{said}"
        );
    }
}

#[tokio::test]
async fn what_is_no_frame_of_the_protocol_is_told_and_the_session_goes_on() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "ralf").await;
    let answer = answer_to(&mut page, json!({"type": "dance"})).await;
    let message = "unknown type 'dance'";
    assert_eq!(
        answer,
        json!({"type": "error", "code": "unknown-type", "message": message})
    );
    for said in [
        json!({"type": "hello"}),
        json!({"type": "ack"}),
        json!({"type": "ack", "id": NOBODYS}),
        json!({"type": "ack", "id": NOBODYS, "state": "eaten"}),
        json!({"type": "ack", "id": 5, "state": "opened"}),
        json!({"type": "ack", "id": "x", "state": "opened"}),
        json!({"type": "seen"}),
        json!({"type": "finished", "id": NOBODYS, "state": "sent"}),
        json!({"type": "attach"}),
        json!({"type": "attach", "windows": NOBODYS}),
        json!({"type": "attach", "windows": [[]]}),
        json!({"type": "attach", "windows": vec![NOBODYS; 1001]}),
    ] {
        let answer = answer_to(&mut page, said.clone()).await;
        assert_eq!(answer["type"], "error", "{said}");
        assert!(answer["message"].as_str().unwrap().len() < 200, "{answer}");
    }
    assert_eq!(
        answer_to(&mut page, json!({"type": "ping"})).await["type"],
        "pong"
    );
}

#[tokio::test]
async fn what_is_no_message_closes_with_the_code_that_says_why() {
    let gateway = Gateway::with(|config| config.presence.frame_max = 1000).await;
    let pad = |length: usize| {
        let frame = format!(r#"{{"type":"ping","pad":"{}"}}"#, "x".repeat(length));
        frame.into_bytes()
    };
    let nested = "[".repeat(900);
    for (code, message) in [
        (1003, frame(Data::Binary, b"{}", true)),
        (1003, frame(Data::Binary, b"{}", false)),
        (1007, frame(Data::Text, b"{\"type\":\"\xff\"}", true)),
        (1008, frame(Data::Text, b"", true)),
        (1008, frame(Data::Text, b"ping", true)),
        (1008, frame(Data::Text, b"[]", true)),
        (1008, frame(Data::Text, b"{}", true)),
        (1008, frame(Data::Text, b"{\"type\":\"ping\"} x", true)),
        (1008, frame(Data::Text, nested.as_bytes(), true)),
        (1009, frame(Data::Text, &pad(1000), true)),
        (1009, frame(Data::Text, &vec![b' '; 1 << 20], true)),
        (1002, frame(Data::Reserved(3), b"{}", true)),
        (1002, frame(Data::Continue, b"{}", true)),
    ] {
        let mut page = Page::open(&gateway, "ralf").await;
        let shown = message.to_string();
        page.send(message).await;
        let told = page.closed().await;
        assert_eq!(told, Some(code), "{}", &shown[..shown.len().min(300)]);
    }
}

#[tokio::test]
async fn a_message_in_pieces_is_one_message() {
    let gateway = Gateway::with(|config| config.presence.frame_max = 1000).await;
    let mut page = Page::open(&gateway, "ralf").await;
    let text = r#"{"type":"dänce"}"#.as_bytes();
    // Cut in the middle of a letter, and with a ping of WebSocket's own in between.
    page.send(frame(Data::Text, &text[..11], false)).await;
    page.send(Message::Ping(Bytes::from_static(b"?"))).await;
    page.send(frame(Data::Continue, &text[11..12], false)).await;
    page.send(frame(Data::Continue, b"", false)).await;
    page.send(frame(Data::Continue, &text[12..], true)).await;
    assert_eq!(
        page.next_of("error").await["message"],
        "unknown type 'dänce'"
    );
    for (code, first, rest) in [
        (1009, vec![b' '; 600], vec![b' '; 600]),
        (1007, b"{\"type\":\"".to_vec(), b"\xff\"}".to_vec()),
        (1008, b"{\"type\":".to_vec(), b"5}".to_vec()),
    ] {
        let mut page = Page::open(&gateway, "ralf").await;
        page.send(frame(Data::Text, &first, false)).await;
        page.send(frame(Data::Continue, &rest, true)).await;
        assert_eq!(page.closed().await, Some(code));
    }
}
