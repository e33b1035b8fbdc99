//! Sends that are held: undone in time, too late, hurried, abandoned by their callers, and asked for twice.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use socket2::SockRef;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::support::gateway::Answer;
use crate::support::people::PASSWORD;
use crate::support::post::note;
use crate::support::sink::{Act, Gate, Sink};
use crate::support::{Gateway, Page};

/// A mail with a name that can be undone for so many seconds, and where it can be asked about.
fn held(seconds: u64) -> (Value, String) {
    let id = Uuid::new_v4();
    let mut mail = note("Held");
    mail["sendId"] = json!(id);
    mail["undoFor"] = json!(seconds);
    (mail, format!("/mail/sends/{id}"))
}

/// A request that waits for its answer in the background, as ralf's.
fn sending(gateway: &Gateway, mail: &Value) -> JoinHandle<Answer> {
    let request = gateway.post("ralf", "/mail").json(mail);
    tokio::spawn(async move { Answer::of(request.send().await.unwrap()).await })
}

/// Waits until a send is as it is to be.
async fn until(gateway: &Gateway, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    loop {
        let request = gateway.get("ralf", path).header("Prefer", "wait=20");
        let answer = Answer::of(request.send().await.unwrap()).await;
        match answer.status {
            // It has not got there yet.
            404 => tokio::task::yield_now().await,
            200 if wanted(&answer.body) => return answer.body,
            200 => assert!(answer.body["error"].is_null(), "{}", answer.text),
            _ => panic!("{}", answer.text),
        }
    }
}

async fn until_held(gateway: &Gateway, path: &str) -> Value {
    loop {
        let answer = gateway.get_json("ralf", path).await;
        if answer.body["undoUntil"].is_string() {
            return answer.body;
        }
        tokio::task::yield_now().await;
    }
}

async fn ask(gateway: &Gateway, login: &str, method: Method, path: &str) -> Answer {
    let request = gateway.request(method, path);
    let request = request.basic_auth(login, Some(PASSWORD));
    Answer::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn undone_in_time_nothing_was_sent_and_all_is_given_back() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "ralf").await;
    let draft = note("Prepared");
    let (opened, _) = tokio::join!(
        gateway.post_json("ralf", "/mail/compose", &draft),
        page.accept()
    );
    let window = opened.body["id"].as_str().unwrap().to_owned();
    let upload = gateway.post("ralf", "/mail/attachments/a.txt").body("text");
    let upload = Answer::of(upload.send().await.unwrap()).await.body;
    let (mut mail, path) = held(30);
    mail["composeId"] = json!(window);
    mail["attachments"] = json!([upload["location"]]);
    mail["attachmentType"] = json!("link");
    // Longer than what stays in memory.
    mail["body"] = json!("Text\n".repeat(20_000));
    let request = sending(&gateway, &mail);
    let known = until_held(&gateway, &path).await;
    assert_eq!(
        (&known["state"], &known["bytesSent"], &known["messageId"]),
        (&json!("held"), &json!(0), &Value::Null)
    );
    assert!(known["undoLeft"].as_u64().unwrap() > 20_000, "{known}");
    assert!(known["bytes"].as_u64().unwrap() > 100_000, "{known}");
    assert_eq!(gateway.spooled(), ["spooled"]);
    let mut rival = note("From elsewhere");
    rival["composeId"] = json!(window);
    let answer = gateway.post_json("ralf", "/mail", &rival).await;
    assert_eq!(answer.body["details"], json!({"state": "sending"}));

    for _ in 0..2 {
        let undone = ask(&gateway, "ralf", Method::DELETE, &path).await;
        assert_eq!((undone.status, undone.text.as_str()), (204, ""));
    }
    let answer =
        json!({"error": 409, "message": "Sending was undone", "details": {"state": "undone"}});
    assert_eq!(request.await.unwrap().body, answer);
    let known = gateway.get_json("ralf", &path).await.body;
    assert_eq!(
        (&known["state"], &known["error"]),
        (&json!("undone"), &answer)
    );
    let now = ask(&gateway, "ralf", Method::POST, &path).await;
    assert_eq!(
        (now.status, &now.body["details"]["state"]),
        (409, &json!("undone"))
    );
    let shares = gateway.get_json("ralf", "/mail/shares").await;
    assert_eq!(shares.body["shares"], json!([]));
    let follow = format!("/mail/compose/{window}");
    assert_eq!(
        gateway.get_json("ralf", &follow).await.body["state"],
        "opened"
    );
    assert!(gateway.sent().is_empty() && gateway.spooled().is_empty());

    // Asked for again by its name, with other words.
    mail["body"] = json!("Better");
    mail["undoFor"] = json!(0);
    assert_eq!(gateway.post_json("ralf", "/mail", &mail).await.status, 200);
    assert_eq!(gateway.get_json("ralf", &path).await.body["state"], "sent");
    assert_eq!(
        gateway.get_json("ralf", &follow).await.body["state"],
        "sent"
    );
    assert_eq!(gateway.sent().len(), 1);
}

#[tokio::test]
async fn a_caller_that_is_gone_changes_nothing() {
    let gateway = Gateway::start().await;
    let (mail, path) = held(1);
    let request = sending(&gateway, &mail);
    until_held(&gateway, &path).await;
    request.abort();
    let known = until(&gateway, &path, |known| known["state"] == "sent").await;
    assert_eq!(gateway.sent().len(), 1);
    assert!(gateway.sent()[0].contains(known["messageId"].as_str().unwrap()));
    assert_eq!(known["bytesSent"], known["bytes"]);
}

#[tokio::test]
async fn one_name_is_one_mail_however_often_it_is_asked_for() {
    let gateway = Gateway::start().await;
    let (mail, path) = held(30);
    let first = sending(&gateway, &mail);
    until_held(&gateway, &path).await;
    let second = sending(&gateway, &mail);
    let mut other = mail.clone();
    other["subject"] = json!("Another");
    let refused = gateway.post_json("ralf", "/mail", &other).await;
    assert_eq!(
        refused.body,
        json!({
            "error": 422, "message": "Attribute 'sendId' stands for another message already",
            "details": {"state": "held"},
        })
    );
    // The path is a part of the request.
    let refused = gateway.post_json("ralf", "/mail/1", &mail).await;
    assert_eq!(refused.status, 422);
    for (login, status) in [("anna", 404), ("ralf", 204)] {
        let now = ask(&gateway, login, Method::POST, &path).await;
        assert_eq!(now.status, status, "{}", now.text);
    }
    let sent = json!({"status": 200, "message": "Mail successful sent"});
    assert_eq!(first.await.unwrap().body, sent);
    assert_eq!(second.await.unwrap().body, sent);
    assert_eq!(gateway.post_json("ralf", "/mail", &mail).await.body, sent);
    assert_eq!(gateway.sent().len(), 1);
    let late = ask(&gateway, "ralf", Method::DELETE, &path).await;
    assert_eq!(
        late.body,
        json!({"error": 409, "message": "The mail is sent already", "details": {"state": "sent"}})
    );
    // Names are each user's own.
    for method in [Method::GET, Method::DELETE, Method::POST] {
        let answer = ask(&gateway, "anna", method, &path).await;
        assert_eq!(answer.status, 404, "{}", answer.text);
    }
    let mut own = mail.clone();
    own["undoFor"] = json!(0);
    assert_eq!(gateway.post_json("anna", "/mail", &own).await.status, 200);
    assert_eq!(gateway.sent().len(), 2);
}

#[tokio::test]
async fn what_is_wrong_is_told_at_once_and_a_failed_one_may_be_repeated() {
    let gate = Gate::default();
    let silent = gate.clone();
    let sink = Sink::with(move |_, command| match command {
        "RCPT TO:<reject@example.com>" => Act::Say("550 5.1.1 User unknown"),
        "." => {
            silent.pass();
            Act::Close
        }
        _ => Act::Usual,
    });
    let gateway = Gateway::start().await;
    gateway.sends_to(sink.port).await;
    let (mail, path) = held(30);
    for (name, value, status) in [
        ("to", json!("no address"), 422),
        ("to", json!([]), 422),
        ("folder", json!("None such"), 422),
        (
            "attachments",
            json!(["/mail/attachments/a--0123456789abcdefghijkl"]),
            400,
        ),
        ("undoFor", json!(31), 422),
        ("undoFor", json!(-1), 422),
        ("sendId", Value::Null, 422),
    ] {
        let mut wrong = mail.clone();
        wrong[name] = value;
        let answer = gateway.post_json("ralf", "/mail", &wrong).await;
        assert_eq!(answer.status, status, "{name}: {}", answer.text);
    }
    let mut refused = mail.clone();
    refused["to"] = json!("reject@example.com");
    refused["undoFor"] = json!(0);
    let answer = gateway.post_json("ralf", "/mail", &refused).await;
    assert_eq!(answer.body["details"]["smtp"]["code"], 550);
    let known = gateway.get_json("ralf", &path).await.body;
    assert_eq!(
        (&known["state"], &known["error"]),
        (&json!("failed"), &answer.body)
    );
    let late = ask(&gateway, "ralf", Method::DELETE, &path).await;
    assert_eq!(late.body["details"]["state"], "failed");

    // The server has it and says nothing.
    let mut unclear = mail.clone();
    unclear["undoFor"] = json!(0);
    let request = sending(&gateway, &unclear);
    sink.seen_soon(|seen| seen.commands.iter().any(|line| line == "DATA"))
        .await;
    let known = gateway.get_json("ralf", &path).await.body;
    assert_eq!(
        (&known["state"], &known["undoUntil"]),
        (&json!("sending"), &Value::Null)
    );
    let late = ask(&gateway, "ralf", Method::DELETE, &path).await;
    assert_eq!(
        late.body,
        json!({"error": 409, "message": "The mail is being sent already", "details": {"state": "sending"}})
    );
    gate.open();
    let answer = request.await.unwrap();
    assert_eq!(answer.body["details"]["state"], "in doubt");
    let known = gateway.get_json("ralf", &path).await.body;
    assert_eq!(
        (&known["state"], &known["error"], &known["messageId"]),
        (
            &json!("in doubt"),
            &answer.body,
            &answer.body["details"]["messageId"]
        )
    );
    // Nobody sends that again by accident.
    let again = gateway.post_json("ralf", "/mail", &unclear).await;
    assert_eq!(again.body, answer.body);
}

#[tokio::test]
async fn nobody_holds_mails_without_end_and_a_stop_sends_what_is_held() {
    let sink = Sink::start();
    let gateway = Gateway::start().await;
    gateway.sends_to(sink.port).await;
    let mails: Vec<_> = (0..20).map(|_| held(30)).collect();
    let requests: Vec<_> = mails
        .iter()
        .map(|(mail, _)| sending(&gateway, mail))
        .collect();
    for (_, path) in &mails {
        until_held(&gateway, path).await;
    }
    let (one_more, _) = held(30);
    let answer = gateway.post_json("ralf", "/mail", &one_more).await;
    assert_eq!(
        (answer.status, answer.header("retry-after")),
        (429, Some("5")),
        "{}",
        answer.text
    );
    let (others, path) = held(0);
    assert_eq!(
        gateway.post_json("anna", "/mail", &others).await.status,
        200
    );
    assert_eq!(ask(&gateway, "anna", Method::GET, &path).await.status, 200);
    // Their callers are gone, but for the first.
    let mut requests = requests.into_iter();
    let first = requests.next().unwrap();
    requests.for_each(|request| request.abort());
    gateway.stop().await;
    assert_eq!(first.await.unwrap().status, 200);
    assert_eq!(sink.mails().len(), 21);
}

/// A server that has taken nothing of a message until the gate is open.
fn slow_server(gate: Gate) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    SockRef::from(&listener)
        .set_recv_buffer_size(64 << 10)
        .unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut output = stream.try_clone().unwrap();
        let mut input = BufReader::new(stream);
        output.write_all(b"220 slow ESMTP\r\n").unwrap();
        let mut line = String::new();
        while input.read_line(&mut line).unwrap() > 0 {
            let data = line.starts_with("DATA");
            let answer: &[u8] = if data { b"354 go\r\n" } else { b"250 ok\r\n" };
            output.write_all(answer).unwrap();
            if data {
                gate.pass();
                let mut end = [0; 5];
                let mut chunk = vec![0; 64 << 10];
                while &end != b"\r\n.\r\n" {
                    let read = input.read(&mut chunk).unwrap();
                    for byte in &chunk[..read] {
                        end.rotate_left(1);
                        end[4] = *byte;
                    }
                }
                output.write_all(b"250 taken\r\n").unwrap();
            }
            line.clear();
        }
    });
    port
}

#[tokio::test]
async fn of_a_large_mail_it_is_told_how_much_the_server_has_got() {
    let gate = Gate::default();
    let gateway = Gateway::start().await;
    gateway.sends_to(slow_server(gate.clone())).await;
    let content: Arc<[u8]> = vec![b'x'; 10 << 20].into();
    let upload = gateway
        .post("ralf", "/mail/attachments/a.bin")
        .body(content.to_vec());
    let upload = Answer::of(upload.send().await.unwrap()).await.body;
    let (mut mail, path) = held(0);
    mail["attachments"] = json!([upload["location"]]);
    let request = sending(&gateway, &mail);
    let known = loop {
        let known = gateway.get_json("ralf", &path).await.body;
        if known["bytesSent"].as_u64().is_some_and(|sent| sent > 0) {
            break known;
        }
    };
    assert_eq!(known["state"], "sending");
    assert!(known["bytes"].as_u64().unwrap() > 10 << 20, "{known}");
    assert!(
        known["bytesSent"].as_u64() < known["bytes"].as_u64(),
        "{known}"
    );
    gate.open();
    assert_eq!(request.await.unwrap().status, 200);
    let known = gateway.get_json("ralf", &path).await.body;
    assert_eq!(
        (&known["state"], &known["bytesSent"]),
        (&json!("sent"), &known["bytes"])
    );
}

#[tokio::test]
async fn what_holds_the_signature_already_gets_none() {
    use quillgate::identities::admin::new_identity::IdentityChange;
    let gateway = Gateway::start().await;
    let change = IdentityChange {
        signature: Some(Some("Yours truly".to_owned())),
        ..IdentityChange::default()
    };
    gateway.change_identity(1, change).await;
    let mut mail = note("Signed");
    for (signature, is_added) in [
        (json!(null), true),
        (json!(true), true),
        (json!(false), false),
    ] {
        let subject = format!("Signed {signature}");
        mail["subject"] = json!(subject);
        mail["signature"] = signature;
        assert_eq!(gateway.post_json("ralf", "/mail", &mail).await.status, 200);
        let sent = gateway.sent();
        let sent = sent.iter().find(|mail| mail.contains(&subject)).unwrap();
        assert_eq!(sent.contains("Yours truly"), is_added, "{sent}");
    }
}
