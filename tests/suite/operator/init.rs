//! `quillgate init`, with answers that are piped in.

use std::path::Path;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::command::{House, Process, Ran, mode};
use crate::support::dns::{Dns, srv};
use crate::support::dovecot::Dovecot;
use crate::support::exim::Exim;
use crate::support::post::below;
use crate::support::{certificates, eventually};

fn init(house: &House, dns: &Dns, answers: &[&str]) -> Ran {
    init_at(house, "own.toml", dns, answers)
}

fn init_at(house: &House, file: &str, dns: &Dns, answers: &[&str]) -> Ran {
    let flag = dns.flag();
    let lines: String = answers.iter().map(|line| format!("{line}\n")).collect();
    house.run_with(&["init", "--config", file, "--dns", &flag], &lines)
}

async fn send(server: &Process, password: &str, to: &str) -> Value {
    let url = format!("http://{}/mail", server.address());
    let mail = json!({"to": [to], "subject": "Hello", "body": "Sent."});
    let request = server.http.request(Method::POST, url);
    let answer = request
        .basic_auth("ralf", Some(password))
        .json(&mail)
        .send()
        .await
        .unwrap();
    answer.json().await.unwrap()
}

/// For a server of files, with a password that is kept here; the first line is answered wrongly before, and the password
/// is too short at first.
const FILES: [&str; 13] = [
    "somewhere",
    "127.0.0.1:0",
    "https://gate.example.org",
    "127.0.0.2",
    "store",
    "ralf@example.org",
    "",
    "Ralf Becker",
    "",
    "",
    "seven77",
    "secret one",
    "yes",
];

#[tokio::test]
async fn answers_become_a_server_that_sends() {
    let house = House::new("");
    let dns = Dns::start(Vec::new());
    let ran = init(&house, &dns, &FILES);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(
        ran.stdout.contains("\"somewhere\" must be"),
        "{}",
        ran.stdout
    );
    let own = house.path("own.toml");
    assert!(
        ran.stdout
            .contains(&format!("quillgate serve --config '{}'", own.display()))
    );
    assert_eq!(mode(&own), 0o600);
    let written: toml::Value = toml::from_str(&std::fs::read_to_string(&own).unwrap()).unwrap();
    let expected: toml::Value = toml::from_str(
        r#"
        server.listen = "127.0.0.1:0"
        server.public_url = "https://gate.example.org"
        server.trusted_proxies = ["127.0.0.2"]
        storage.data_dir = "store"
        "#,
    )
    .unwrap();
    assert_eq!(written, expected);
    let users = house.json(&["user", "list", "--json", "--config", "own.toml"]);
    assert_eq!(
        (&users[0]["login"], &users[0]["admin"]),
        (&json!("ralf"), &json!(true))
    );
    let mut server = house.serve_with(&["serve", "--config", "own.toml"]);
    let answer = send(&server, "secret one", "anna@example.org").await;
    assert_eq!(
        answer,
        json!({"status": 200, "message": "Mail successful sent"})
    );
    assert_eq!(
        below(&house.path("store/outbox")).len(),
        2,
        "the mail and its envelope"
    );
    assert_eq!(server.stop(), Some(0));

    // What is there stays unless somebody says otherwise, and a database has its home for itself.
    let kept = std::fs::read_to_string(&own).unwrap();
    let ran = init(&house, &dns, &[""]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(
        ran.stderr.contains("give another file with --config"),
        "{ran:?}"
    );
    assert_eq!(std::fs::read_to_string(&own).unwrap(), kept);
    let mut again = vec!["yes"];
    again.extend(FILES);
    again.insert(5, "other");
    again.remove(6);
    again.insert(5, "store");
    let ran = init(&house, &dns, &again);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(
        ran.stdout.contains("there is a database in store already"),
        "{ran:?}"
    );
    assert!(
        std::fs::read_to_string(&own)
            .unwrap()
            .contains("data_dir = \"other\"")
    );
}

#[test]
fn answers_that_end_early_leave_nothing() {
    let house = House::new("");
    let dns = Dns::start(Vec::new());
    let before = names(&house.path("."));
    for count in 0..FILES.len() {
        let ran = init(&house, &dns, &FILES[..count]);
        assert_eq!(ran.code, Some(1), "{count}: {ran:?}");
        assert_eq!(
            ran.stderr,
            "quillgate: the answers ended before the last question, nothing was written\n"
        );
        assert_eq!(names(&house.path(".")), before, "{count}");
    }
    let mut no = FILES;
    no[FILES.len() - 1] = "no";
    assert_eq!(
        init(&house, &dns, &no).stderr,
        "quillgate: nothing was written\n"
    );
    assert_eq!(names(&house.path(".")), before);
}

fn names(directory: &Path) -> Vec<std::ffi::OsString> {
    let entries = std::fs::read_dir(directory).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn servers_are_found_tried_and_used() {
    let (Some(exim), Some(dovecot)) = (Exim::start(), Dovecot::start()) else {
        return;
    };
    let house = House::new("");
    let dns = Dns::start(vec![
        srv(
            "_submissions._tcp.example.test",
            0,
            exim.ports.tls,
            "localhost",
        ),
        srv("_imaps._tcp.example.test", 0, dovecot.imaps, "localhost"),
    ]);
    let ca = certificates::ca_file();
    let ca = ca.to_str().unwrap();
    let local = format!(
        "smtps://localhost:{}?auth=session&login=local",
        exim.ports.tls
    );
    let ran = init(
        &house,
        &dns,
        &[
            "127.0.0.1:0",
            "",
            "",
            "ralf@example.test",
            "",
            "Ralf Becker",
            // As proposed: but the server knows people by less than their address.
            "",
            "",
            ca,
            "",
            "secret-ralf",
            "again",
            &local,
            "",
            "",
            "mail",
            "secret-ralf",
            "",
        ],
    );
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(
        ran.stdout
            .contains("DNS, SRV record of _imaps._tcp.example.test"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout
            .contains("check the password of ralf@example.test"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("sign-in: as ralf\n") || ran.stdout.contains("sign-in: as ralf "),
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains("secret-ralf"));
    let database = below(&house.path("data"))
        .into_iter()
        .filter(|path| path.is_file());
    let database: Vec<u8> = database
        .flat_map(|path| std::fs::read(path).unwrap())
        .collect();
    assert!(!database.windows(11).any(|bytes| bytes == b"secret-ralf"));

    let mut server = house.serve_with(&["serve", "--config", "own.toml"]);
    let answer = send(&server, "secret-ralf", "someone@example.test").await;
    assert_eq!(
        answer,
        json!({"status": 200, "message": "Mail successful sent"})
    );
    eventually("the copy", async || {
        dovecot.messages("ralf", ".Sent").len() == 1
    })
    .await;
    // Everybody else with a mailbox gets an identity on the same account.
    let url = format!("http://{}/mail", server.address());
    let known = server.http.get(url).basic_auth("anna", Some("secret-anna"));
    let known: Value = known.send().await.unwrap().json().await.unwrap();
    assert_eq!(
        known,
        json!({"responses": {"/anna/mail/2": "anna <anna@example.test>"}})
    );
    assert_eq!(server.stop(), Some(0));
    let accounts = house.json(&["account", "list", "--json", "--config", "own.toml"]);
    assert_eq!(
        accounts.as_array().unwrap().len(),
        1,
        "the one that newcomers find"
    );

    // The same servers with one mailbox whose passwords are kept.
    let smtp = format!("smtps://127.0.0.1:{}?user=ralf", exim.ports.tls);
    let imap = format!("imaps://127.0.0.1:{}?user=ralf@example.test", dovecot.imaps);
    let ran = init_at(
        &house,
        "stored.toml",
        &dns,
        &[
            "127.0.0.1:0",
            "",
            "stored",
            "ralf@example.test",
            "",
            "Ralf Becker",
            &smtp,
            &imap,
            ca,
            "secret-ralf",
            "secret-ralf",
            "secret-here",
            "",
        ],
    );
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let accounts = house.json(&["account", "list", "--json", "--config", "stored.toml"]);
    assert_eq!(
        (&accounts[0]["owner"], &accounts[0]["everyone"]),
        (&json!(["ralf"]), &json!(false))
    );
    let checks = house.json(&["check", "--json", "--config", "stored.toml"]);
    let signed_in: Vec<_> = checks.as_array().unwrap()[2..]
        .iter()
        .map(|row| &row["signed-in"])
        .collect();
    assert_eq!(signed_in, ["ralf", "ralf@example.test"]);
}
