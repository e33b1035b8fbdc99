//! The real binary, killed while it sends: what has gone out is never sent again, and its copy is filed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::command::{House, Process};
use crate::support::eventually;
use crate::support::post::{below, spooled};
use crate::support::sink::{Act, Gate, Sink};

fn house_to(sink: &Sink) -> House {
    let smtp = format!("smtp://127.0.0.1:{}", sink.port);
    House::with_account(&smtp, "")
}

fn copies(house: &House) -> Vec<String> {
    below(&house.path("data/mail/1/5/.Sent/cur"))
        .into_iter()
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect()
}

fn mail() -> Value {
    json!({"to": "a@example.com", "bcc": "hidden@example.com", "subject": "Hello", "body": "Text"})
}

fn send(server: &Process) -> tokio::task::JoinHandle<reqwest::Result<reqwest::Response>> {
    send_this(server, &mail())
}

fn send_this(
    server: &Process,
    mail: &Value,
) -> tokio::task::JoinHandle<reqwest::Result<reqwest::Response>> {
    let request = server.request(Method::POST, "ralf", "/mail").json(mail);
    tokio::spawn(request.send())
}

/// A server that answers a whole message once the gate is open, and tells when one has arrived.
fn silent_at_the_end(gate: &Gate) -> (Sink, Arc<AtomicBool>) {
    let arrived = Arc::new(AtomicBool::new(false));
    let (held, complete) = (gate.clone(), arrived.clone());
    let sink = Sink::with(move |_, command| {
        if command == "." {
            complete.store(true, Ordering::SeqCst);
            held.pass();
        }
        Act::Usual
    });
    (sink, arrived)
}

/// Starts the server again, and waits until its spool is as it is to be.
async fn restarted(house: &House, wanted: &[&str]) -> Process {
    let server = house.serve();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while spooled(&house.path("data")) != wanted {
        assert!(std::time::Instant::now() < deadline, "{}", server.log());
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    server
}

#[tokio::test]
async fn killed_between_250_and_filing_the_copy_is_filed_by_the_next_start() {
    let sink = Sink::start();
    let house = house_to(&sink);
    let mut server = house.serve();
    // Filing cannot succeed: the mail stays where a process leaves it that dies before it has filed.
    std::fs::create_dir_all(house.path("data/mail/1")).unwrap();
    house.write("data/mail/1/5", "in the way");
    let answer: Value = send(&server).await.unwrap().unwrap().json().await.unwrap();
    assert_eq!(answer["status"], 200, "{answer}");
    assert_eq!(spooled(&house.path("data")), ["accepted"]);
    server.kill();
    std::fs::remove_file(house.path("data/mail/1/5")).unwrap();
    for _ in 0..2 {
        let mut server = restarted(&house, &[]).await;
        let copies = copies(&house);
        assert_eq!(copies.len(), 1);
        let sent = sink.mails()[0].text();
        assert_eq!(copies[0], format!("Bcc: <hidden@example.com>\r\n{sent}"));
        assert_eq!(server.stop(), Some(0));
    }
    assert_eq!(sink.mails().len(), 1, "never sent again");
}

#[tokio::test]
async fn killed_before_the_server_has_confirmed_the_mail_is_in_doubt_and_not_sent_again() {
    let gate = Gate::default();
    let (sink, arrived) = silent_at_the_end(&gate);
    let house = house_to(&sink);
    let mut server = house.serve();
    let caller = send(&server);
    eventually("the whole message at the server", async || {
        arrived.load(Ordering::SeqCst)
    })
    .await;
    server.kill();
    assert!(caller.await.unwrap().is_err());
    gate.open();
    sink.seen_soon(|seen| seen.open == 0).await;
    let server = restarted(&house, &["in-doubt"]).await;
    let log = server.log_with("in doubt");
    assert!(!log.contains("hidden@") && !log.contains("Hello"), "{log}");
    assert_eq!((copies(&house).len(), sink.mails().len()), (0, 1));
}

#[tokio::test]
async fn killed_before_the_message_was_handed_over_nothing_is_left_and_nothing_sent() {
    let gate = Gate::default();
    let held = gate.clone();
    let sink = Sink::with(move |_, command| {
        if command.starts_with("RCPT") {
            held.pass();
        }
        Act::Usual
    });
    let house = house_to(&sink);
    let mut server = house.serve();
    // A short mail is in memory until then.
    let mut long = mail();
    long["body"] = "Text\n".repeat(20_000).into();
    let callers = [send(&server), send_this(&server, &long)];
    sink.seen_soon(|seen| {
        let named = seen.commands.iter().filter(|line| line.starts_with("RCPT"));
        named.count() == 2
    })
    .await;
    assert_eq!(spooled(&house.path("data")), ["spooled"]);
    server.kill();
    for caller in callers {
        assert!(caller.await.unwrap().is_err());
    }
    gate.open();
    let server = restarted(&house, &[]).await;
    assert_eq!((copies(&house).len(), sink.mails().len()), (0, 0));
    drop(server);
}

#[tokio::test]
async fn killed_while_a_mail_is_held_it_is_gone_and_one_in_doubt_is_known_by_its_name() {
    let gate = Gate::default();
    let (sink, arrived) = silent_at_the_end(&gate);
    let house = house_to(&sink);
    let mut server = house.serve();
    let names = [30, 0].map(|seconds| {
        let (id, mut mail) = (uuid::Uuid::new_v4(), mail());
        mail["sendId"] = json!(id);
        mail["undoFor"] = json!(seconds);
        drop(send_this(&server, &mail));
        format!("/mail/sends/{id}")
    });
    let known = async |server: &Process, path: &str| -> Value {
        let request = server.request(Method::GET, "ralf", path);
        request.send().await.unwrap().json().await.unwrap()
    };
    eventually("one held, one with the server", async || {
        let held = known(&server, &names[0]).await["undoUntil"].is_string();
        held && arrived.load(Ordering::SeqCst)
    })
    .await;
    server.kill();
    gate.open();
    let server = restarted(&house, &["in-doubt"]).await;
    assert_eq!(known(&server, &names[0]).await["error"], 404);
    let unclear = known(&server, &names[1]).await;
    assert_eq!(unclear["state"], "in doubt", "{unclear}");
    assert_eq!(
        unclear["error"]["details"]["messageId"],
        unclear["messageId"]
    );
    // It is not sent again by its name.
    let mut again = mail();
    again["sendId"] = unclear["id"].clone();
    let answer: Value = send_this(&server, &again)
        .await
        .unwrap()
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(answer, unclear["error"]);
    assert!(sink.mails().len() <= 1);
}
