//! `quillgate demo`: the newcomer's first command.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::command::{House, Process};
use crate::support::post::below;
use crate::support::{Page, parts};

fn demo(house: &House, more: &[&str]) -> Process {
    let mut arguments = vec!["demo", "--listen", "127.0.0.1:0"];
    arguments.extend(more);
    let process = Process::start(house.command(&arguments));
    process.printed_with("Ctrl-C");
    process
}

fn address(demo: &Process) -> String {
    let line = demo.printed_with("Open ");
    let url = line.split_whitespace().nth(1).unwrap().to_owned();
    let host = url.strip_prefix("http://").unwrap();
    host.trim_end_matches('/').to_owned()
}

/// Pastes a line, as it was printed.
async fn paste(line: &str) -> Value {
    let script = format!("{line} -sS --max-time 30");
    let run = tokio::task::spawn_blocking(move || {
        Command::new("bash").args(["-c", &script]).output().unwrap()
    });
    let output = run.await.unwrap();
    assert!(
        output.status.success(),
        "{line}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{line}: {output:?}"))
}

#[tokio::test]
async fn every_printed_line_does_what_it_says() {
    if parts::need("curl").is_none() || parts::need("bash").is_none() {
        return;
    }
    let house = House::new("");
    let mut demo = demo(&house, &["--data", "play"]);
    let text = demo.printed();
    assert!(
        text.contains("Sign in   ralf (user 5) or anna (user 7), password demo"),
        "{text}"
    );
    let lines: Vec<String> = text
        .lines()
        .filter(|line| line.starts_with("curl "))
        .map(str::to_owned)
        .collect();
    let [identities, compose, send, upload, file, link] = &lines[..] else {
        panic!("{text}")
    };
    assert_eq!(
        paste(identities).await,
        json!({"responses": {"/ralf/mail/1": "Ralf Becker <ralf@example.org>"}})
    );
    let offline = paste(compose).await;
    assert_eq!(offline["message"], "User 'ralf' (#5) is NOT online");

    let mut page = Page::at(&address(&demo), "ralf", "demo").await;
    let (opened, offer) = tokio::join!(paste(compose), page.accept());
    assert_eq!(opened["message"], "Request to open compose window sent");
    assert_eq!(offer["data"]["subject"], "Hello from curl");
    assert_eq!(
        paste(send).await,
        json!({"status": 200, "message": "Mail successful sent"})
    );
    let outbox = below(&house.path("play/outbox"));
    assert_eq!(outbox.len(), 2, "the mail and its envelope");
    assert_eq!(below(&house.path("play/mail/1/5/.Sent/cur")).len(), 1);
    let stored = paste(upload).await;
    assert_eq!(stored["message"], "Attachment stored");
    assert_eq!(paste(file).await["message"], "File stored");
    assert_eq!(
        paste(link).await,
        json!({"status": 200, "message": "Mail successful sent"})
    );

    let url = format!("http://{}/demo/outbox", address(&demo));
    let listed = demo.http.get(url).basic_auth("ralf", Some("demo"));
    let listed: Value = listed.send().await.unwrap().json().await.unwrap();
    assert_eq!(listed["messages"].as_array().unwrap().len(), 2);
    let page = demo.http.get(format!("http://{}/", address(&demo)));
    assert_eq!(page.send().await.unwrap().status(), 200);
    assert_eq!(demo.stop(), Some(0));
    assert!(house.path("play/quillgate.db").exists());
}

#[tokio::test]
async fn a_demo_without_a_directory_leaves_nothing_behind() {
    let house = House::new("");
    std::fs::create_dir(house.path("tmp")).unwrap();
    let mut command = house.command(&["demo", "--listen", "127.0.0.1:0"]);
    command.env("TMPDIR", house.path("tmp"));
    let mut demo = Process::start(command);
    // The very first that is printed: whoever reads it may stop the demo at once.
    demo.printed_with("Open ");
    assert_eq!(below(&house.path("tmp")).len(), 1);
    assert_eq!(demo.stop(), Some(0));
    assert_eq!(below(&house.path("tmp")).len(), 0);
    assert!(!house.path("data").exists());
}

#[tokio::test]
async fn a_second_demo_on_its_directory_finds_everything_as_it_was() {
    let house = House::new("");
    for _ in 0..2 {
        let mut demo = demo(&house, &["--data", "play"]);
        let url = format!("http://{}/mail", address(&demo));
        let known = demo.http.get(url).basic_auth("anna", Some("demo"));
        let known: Value = known.send().await.unwrap().json().await.unwrap();
        assert_eq!(
            known,
            json!({"responses": {"/anna/mail/2": "Anna Example <anna@example.org>"}})
        );
        assert_eq!(demo.stop(), Some(0));
    }
}
