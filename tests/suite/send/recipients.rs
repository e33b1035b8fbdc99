//! Who gets a mail, and who is told of it.

use serde_json::{Value, json};

use super::python;
use crate::support::Gateway;
use crate::support::gateway::files;

/// The envelopes of the mails that went out.
fn envelopes(gateway: &Gateway) -> Vec<Value> {
    files(&gateway.outbox(), "json")
        .into_iter()
        .map(|path| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
        .collect()
}

#[tokio::test]
async fn blind_copies_stand_in_the_own_copy_only_in_front_of_the_sent_bytes() {
    let gateway = Gateway::start().await;
    let mail = json!({
        "to": "a@example.com", "cc": ["c@example.com"],
        "bcc": ["Hidden Person <hidden@example.com>", "second-hidden@example.com"],
        "subject": "Hello", "body": "Text",
    });
    assert_eq!(gateway.post_json("ralf", "/mail", &mail).await.status, 200);
    let (sent, copies) = (gateway.sent(), gateway.copies());
    assert_eq!((sent.len(), copies.len()), (1, 1));
    assert!(!sent[0].to_ascii_lowercase().contains("bcc"));
    assert!(!sent[0].to_ascii_lowercase().contains("hidden"));
    let (first, rest) = copies[0].split_once("\r\n").unwrap();
    assert_eq!(rest, sent[0]);
    assert!(first.starts_with("Bcc: "), "{first}");
    let envelope = &envelopes(&gateway)[0];
    assert_eq!(envelope["from"], "ralf@example.org");
    assert_eq!(
        envelope["to"],
        json!([
            "a@example.com",
            "c@example.com",
            "hidden@example.com",
            "second-hidden@example.com"
        ])
    );
    let Some(read) = python::read(&copies[0]) else {
        return;
    };
    assert_eq!(
        read["addresses"]["Bcc"],
        json!([
            ["Hidden Person", "hidden@example.com"],
            ["", "second-hidden@example.com"]
        ])
    );
}

#[tokio::test]
async fn without_blind_copies_the_own_copy_is_the_sent_message() {
    let gateway = Gateway::start().await;
    let mail = json!({"to": "a@example.com", "body": "Text"});
    assert_eq!(gateway.post_json("ralf", "/mail", &mail).await.status, 200);
    assert_eq!(gateway.copies(), gateway.sent());
}

#[tokio::test]
async fn a_mail_to_blind_copies_alone_names_nobody() {
    let gateway = Gateway::start().await;
    let mail = json!({"bcc": ["hidden@example.com"], "body": "Text"});
    assert_eq!(gateway.post_json("ralf", "/mail", &mail).await.status, 200);
    let sent = gateway.sent();
    assert!(!sent[0].contains("hidden"));
    assert_eq!(envelopes(&gateway)[0]["to"], json!(["hidden@example.com"]));
    let Some(read) = python::read(&sent[0]) else {
        return;
    };
    assert_eq!(read["addresses"]["To"], json!([]));
}

#[tokio::test]
async fn every_way_to_write_a_mailbox_reaches_it_once() {
    let gateway = Gateway::start().await;
    let mail = json!({
        "to": [
            "a@example.com, \"B, B\" <b@example.com>",
            "c@example.com (Comment)",
            "Team: d@example.com, E <e@example.com>;",
            "\"odd local\"@example.com",
            "=?utf-8?Q?J=C3=BCrgen?= <j@example.com>",
        ],
        "cc": "A@example.com <a@example.com>",
        "bcc": ["post@Bücher.example", "пошта@example.com", "b@example.com"],
    });
    let answer = gateway.post_json("ralf", "/mail", &mail).await;
    assert_eq!(answer.status, 422, "a name with @ needs quotes");
    let mut mail = mail;
    mail["cc"] = json!("\"A@example.com\" <a@example.com>");
    let answer = gateway.post_json("ralf", "/mail", &mail).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(
        envelopes(&gateway)[0]["to"],
        json!([
            "a@example.com",
            "b@example.com",
            "c@example.com",
            "d@example.com",
            "e@example.com",
            "\"odd local\"@example.com",
            "j@example.com",
            "post@xn--bcher-kva.example",
            "пошта@example.com",
        ])
    );
    let Some(read) = python::read(&gateway.sent()[0]) else {
        return;
    };
    assert_eq!(
        read["addresses"]["To"][2],
        json!(["Comment", "c@example.com"])
    );
    assert_eq!(
        read["addresses"]["To"][6],
        json!(["Jürgen", "j@example.com"])
    );
}
