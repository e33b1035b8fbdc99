//! What servers say, and what the caller is told.

use serde_json::Map;

use super::fake_server::{Act, FakeServer};
use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_recipient_is_a_warning_when_others_get_the_mail() {
    let script = |_: usize, command: &str| match command {
        "RCPT TO:<bad@x.org>" => Act::Say("550 5.1.1 User unknown"),
        _ => Act::Usual,
    };
    let (house, server) = (house(), FakeServer::start(script).await);
    let sent = house
        .send(&server, json!({"to": ["bad@x.org", "b@x.org"], "foo": 1}))
        .await
        .expect("sent");
    assert_eq!(
        serde_json::to_string(&sent.json()).expect("JSON"),
        r#"{"status":200,"warning":"Unknown attribute(s) ignored: foo; Mail NOT sent to bad@x.org (550 5.1.1 User unknown)","message":"Mail successful sent"}"#
    );
    assert_eq!(server.seen(|seen| seen.mails[0].to.clone()), ["b@x.org"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_for_everybody_is_an_error_in_the_server_s_words_and_the_connection_stays() {
    let script = |_: usize, command: &str| match command {
        "RCPT TO:<bad@x.org>" => Act::Say("550-5.1.1 User unknown\r\n550 5.1.1 here"),
        "RCPT TO:<grey@x.org>" => Act::Say("451 come back later"),
        _ => Act::Usual,
    };
    let (house, server) = (house(), FakeServer::start(script).await);
    let error = house
        .send(&server, json!({"to": ["bad@x.org"], "cc": ["grey@x.org"]}))
        .await
        .expect_err("refused");
    assert_eq!(
        answer(error),
        json!({"error": 500, "message": "550 5.1.1 User unknown here", "details": {"smtp": {
            "code": 550, "enhanced": "5.1.1", "response": "550 5.1.1 User unknown here",
            "recipients": {"bad@x.org": "550 5.1.1 User unknown here", "grey@x.org": "451 come back later"},
        }}})
    );
    assert_eq!((house.spooled().len(), house.copies().len()), (0, 0));
    house.send(&server, draft()).await.expect("sent");
    let (connects, resets) = server.seen(|seen| {
        (
            seen.connects,
            seen.commands.iter().filter(|line| *line == "RSET").count(),
        )
    });
    assert_eq!((connects, resets), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_may_refuse_and_nothing_stays_behind() {
    for (step, says) in [
        ("CONNECT", "554 5.7.1 go away"),
        ("MAIL FROM:<ralf@example.org>", "550 5.7.1 not you"),
        ("DATA", "451 4.3.0 not now"),
        (".", "554 5.6.0 no such mail"),
    ] {
        let script = move |_: usize, command: &str| {
            if command.starts_with(step) {
                Act::Say(says)
            } else {
                Act::Usual
            }
        };
        let (house, server) = (house(), FakeServer::start(script).await);
        let error = house.send(&server, draft()).await.expect_err(step);
        assert_eq!(answer(error)["message"], says, "{step}");
        assert_eq!(
            (house.spooled().len(), house.copies().len()),
            (0, 0),
            "{step}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_smtputf8_gets_no_address_that_needs_it() {
    let (house, server) = (house(), FakeServer::start(|_, _| Act::Usual).await);
    let error = house
        .send(&server, json!({"to": ["пошта@x.org"]}))
        .await
        .expect_err("refused");
    assert!(
        error.to_string().contains("SMTPUTF8") && error.to_string().contains("пошта@x.org"),
        "{error}"
    );
    house
        .send(&server, json!({"to": ["a@bücher.example"]}))
        .await
        .expect("a domain has an ASCII form");
    assert_eq!(
        server.seen(|seen| seen.mails[0].to.clone()),
        ["a@xn--bcher-kva.example"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn smtputf8_is_used_only_when_needed() {
    let script = |_: usize, command: &str| match command.get(..4) {
        Some("EHLO") => Act::Say("250-fake\r\n250-8bitmime\r\n250 smtputf8"),
        _ => Act::Usual,
    };
    let (house, server) = (house(), FakeServer::start(script).await);
    house.send(&server, draft()).await.expect("sent");
    house
        .send(&server, json!({"to": ["пошта@x.org"]}))
        .await
        .expect("sent");
    let begun: Vec<String> = server.seen(|seen| {
        seen.commands
            .iter()
            .filter(|line| line.starts_with("MAIL"))
            .cloned()
            .collect()
    });
    assert_eq!(
        begun,
        [
            "MAIL FROM:<ralf@example.org>",
            "MAIL FROM:<ralf@example.org> BODY=8BITMIME SMTPUTF8"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_called_8_bit_when_it_is_and_only_then() {
    let script = |number: usize, command: &str| match (number, command.get(..4)) {
        (_, Some("EHLO")) if number < 3 => Act::Say("250-fake\r\n250-8bitmime\r\n250 smtputf8"),
        (_, Some("EHLO")) => Act::Say("250-fake\r\n250 smtputf8"),
        _ => Act::Usual,
    };
    let server = FakeServer::start(script).await;
    let long = "Grüße\n".repeat(50_000);
    for (to, body, parameters) in [
        // In clear text only the headers may not be ASCII: the text is encoded.
        ("b@x.org", "Grüße", ""),
        ("b@x.org", long.as_str(), ""),
    ] {
        let house = house();
        let draft = json!({"to": [to], "subject": "Grüße", "body": body});
        house.send(&server, draft).await.expect("sent");
        let begun = server.seen(|seen| {
            let mut begun = seen.commands.iter().rev();
            begun.find(|line| line.starts_with("MAIL")).cloned()
        });
        let expected = format!("MAIL FROM:<ralf@example.org>{parameters}");
        assert_eq!(begun, Some(expected));
    }
    for (body, connection) in [("x", 3), (long.as_str(), 4)] {
        let house = house();
        let draft = json!({"to": ["пошта@x.org"], "body": body});
        let error = house.send(&server, draft).await.expect_err("8-bit");
        assert_eq!(
            answer(error),
            json!({"error": 500, "message": "The SMTP server does not support 8BITMIME, which this mail needs"})
        );
        let (connects, mails) = server.seen(|seen| (seen.connects, seen.mails.len()));
        assert_eq!((connects, mails), (connection, 2));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_server_takes_is_not_even_begun() {
    let script = |_: usize, command: &str| match command.get(..4) {
        Some("EHLO") => Act::Say("250-fake\r\n250 SIZE 2000"),
        _ => Act::Usual,
    };
    let (house, server) = (house(), FakeServer::start(script).await);
    let large = json!({"to": ["b@x.org"], "body": "x\n".repeat(1000)});
    let body = answer(house.send(&server, large).await.expect_err("too large"));
    let size = body["details"]["size"].as_u64().unwrap_or_default();
    assert!((3000..5000).contains(&size), "{body}");
    let message =
        format!("The mail has {size} bytes, the SMTP server takes no more than 2000 bytes");
    assert_eq!(
        body,
        json!({"error": 500, "message": message, "details": {"size": size, "limit": 2000}})
    );
    house.send(&server, draft()).await.expect("sent");
    server.seen(|seen| {
        let begun = seen.commands.iter().filter(|line| line.starts_with("MAIL"));
        assert_eq!((seen.connects, begun.count(), seen.mails.len()), (1, 1, 1));
    });
    assert_eq!(house.spooled(), Vec::<String>::new());
}

#[test]
fn the_answer_s_members_stand_in_the_contract_s_order() {
    let sent = Sent {
        message_id: "m".into(),
        warnings: vec!["one".into(), "two".into()],
        refused: Vec::new(),
    };
    let members: Map<String, Value> = sent.json();
    assert_eq!(
        members.keys().collect::<Vec<_>>(),
        ["status", "warning", "message"]
    );
    assert_eq!(members["warning"], "one; two");
}
