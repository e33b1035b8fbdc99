//! Signatures, as Debian's dkimpy verifies them: somebody else's understanding of RFC 6376 and RFC 8463.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use quillgate::identities::admin::dkim_keys::{self, NewDkimKey};
use quillgate::identities::dkim::private_key;
use quillgate::ids::AccountId;
use quillgate::store::sealed::Keyring;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::Gateway;
use crate::support::command::House;
use crate::support::gateway::files;
use crate::support::parts;
use crate::support::post::{below, note};

const PROGRAM: &str = r#"
import dkim, json, re, sys
task = json.load(sys.stdin)
def dns(name, timeout=5):
    return task["records"].get(name.decode().rstrip("."), "").encode() or None
def verified(text):
    message = text.encode()
    count = len(re.findall(rb"^DKIM-Signature:", message.split(b"\r\n\r\n")[0], re.M))
    result = []
    for at in range(count):
        try:
            result.append(dkim.DKIM(message, minkey=2048).verify(idx=at, dnsfunc=dns))
        except dkim.DKIMException as error:
            result.append(str(error))
    return result
print(json.dumps([verified(message) for message in task["messages"]]))
"#;

/// Debian's own Python, which has Debian's packages.
const PYTHON: &str = "/usr/bin/python3";

/// For each message, what each of its signatures is worth.
fn verified(records: &BTreeMap<String, String>, messages: &[String]) -> Option<Value> {
    let can = |program: &mut Command| program.output().is_ok_and(|ran| ran.status.success());
    if !can(Command::new(PYTHON).args(["-c", "import dkim, nacl"])) {
        parts::missing("python3-dkim and python3-nacl");
        return None;
    }
    let mut child = Command::new(PYTHON)
        .args(["-c", PROGRAM])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let task = json!({"records": records, "messages": messages});
    let mut input = child.stdin.take().unwrap();
    input.write_all(task.to_string().as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// The record that a zone file's line publishes.
fn published(line: &str) -> (String, String) {
    let (name, strings) = line.trim_end().split_once(". IN TXT ").unwrap();
    assert!(strings.split("\" \"").all(|string| string.len() <= 257));
    let value = strings.trim_matches('"').replace("\" \"", "");
    (name.to_owned(), value)
}

#[tokio::test]
async fn another_program_verifies_every_signature() {
    let Some(openssl) = parts::need("openssl") else {
        return;
    };
    let house = House::inhabited("");
    let server = house.serve();
    let rsa = house.path("rsa.pem");
    let made = Command::new(openssl)
        .args(["genrsa", "-traditional", "-out"])
        .args([rsa.as_os_str(), "2048".as_ref()])
        .output();
    assert!(made.unwrap().status.success());
    let add = |selector: &str, key: &[&str]| {
        let start = [
            "dkim",
            "add",
            "--account",
            "1",
            "--domain",
            "Bücher.example",
            "--selector",
        ];
        house.ok(&[&start[..], &[selector], key].concat())
    };
    let records: BTreeMap<_, _> = [
        published(&add("ed", &["--generate"])),
        published(&add("rsa.2026", &["--key-file", "rsa.pem"])),
    ]
    .into();
    assert!(records.contains_key("ed._domainkey.xn--bcher-kva.example"));
    let listed = house.json(&["dkim", "list", "--json"]);
    let algorithms: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|key| &key["algorithm"])
        .collect();
    assert_eq!(json!(algorithms), json!(["ed25519-sha256", "rsa-sha256"]));
    for key in listed.as_array().unwrap() {
        assert_eq!(records[key["name"].as_str().unwrap()], key["txt"]);
    }

    house.ok(&["key", "rotate"]);
    let upload = server
        .request(Method::POST, "ralf", "/mail/attachments/Größe.bin")
        .header("X-No-Location", "true")
        .body((0..=255).cycle().take(100_000).collect::<Vec<u8>>());
    let upload: Value = upload.send().await.unwrap().json().await.unwrap();
    let to = json!([
        "Anna Müller <anna@example.com>",
        "\"Team, All\" <team@example.com>"
    ]);
    for mail in [
        note("Hello"),
        json!({"to": to, "cc": to, "replyto": "r@example.com", "subject": "Grüße aus 日本 ".repeat(12),
               "body": "Größe \t x  \n\n.\n"}),
        json!({"to": to}),
        json!({"to": to, "body": "\n\n \n"}),
        json!({"to": to, "body": "a \n\n\n\n"}),
        json!({"to": to, "body": "x", "bodyHtml": "<img src=\"data:image/png;base64,AAAA\">  x", "bcc": "b@example.com",
               "attachments": [upload["location"]]}),
        json!({"to": to, "subject": "long", "body": "line of a text\n".repeat(10_000)}),
    ] {
        let request = server.request(Method::POST, "ralf", "/mail/1").json(&mail);
        assert_eq!(request.send().await.unwrap().status(), 200, "{mail}");
    }
    let read = |paths: Vec<std::path::PathBuf>| -> Vec<String> {
        paths
            .iter()
            .map(|path| std::fs::read_to_string(path).unwrap())
            .collect()
    };
    let mut messages = read(files(&house.path("outbox"), "eml"));
    assert_eq!(messages.len(), 7);
    // The sender's own copies are signed as well, that with the Bcc line in front, too.
    messages.extend(read(below(&house.path("data/mail/1/5/.Sent/cur"))));
    let good = messages.len();
    assert_eq!(good, 14);
    for message in &messages {
        assert!(
            message.split("\r\n").all(|line| line.len() <= 998),
            "{message}"
        );
        assert!(
            !message.contains(" l=") && message.contains(" t=") && message.contains("h=From:From:")
        );
    }
    let is_hello = |message: &&String| message.contains("Subject: Hello\r\n");
    let first = messages.iter().find(is_hello).unwrap().clone();
    messages.extend([
        first.replace("\r\nText", "\r\nTxet"),
        first.replace("Subject: Hello", "Subject: Hallo"),
        first.replace("From:", "From: <evil@example.com>\r\nFrom:"),
        first.replace("Date: ", "Date:  "),
    ]);
    let Some(verified) = verified(&records, &messages) else {
        return;
    };
    for (at, verified) in verified.as_array().unwrap().iter().enumerate() {
        let changed = good..good + 3;
        if changed.contains(&at) {
            let signatures = verified.as_array().unwrap();
            assert!(
                signatures.len() == 2 && !signatures.contains(&json!(true)),
                "{at}: {verified}"
            );
        } else {
            assert_eq!(*verified, json!([true, true]), "{}", messages[at]);
        }
    }

    house.ok(&["dkim", "remove", "1"]);
    let request = server
        .request(Method::POST, "ralf", "/mail/1")
        .json(&note("Once"));
    assert_eq!(request.send().await.unwrap().status(), 200);
    let last = read(files(&house.path("outbox"), "eml"))
        .into_iter()
        .find(|mail| mail.contains("Subject: Once"));
    assert_eq!(last.unwrap().matches("DKIM-Signature:").count(), 1);
}

#[test]
fn keys_that_cannot_be_used_are_refused_by_name() {
    let house = House::inhabited("");
    house.write("garbage.pem", "garbage");
    house.write(
        "ec.pem",
        "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n",
    );
    let add = |account: &str, domain: &str, selector: &str, key: &[&str]| {
        let start = [
            "dkim",
            "add",
            "--account",
            account,
            "--domain",
            domain,
            "--selector",
            selector,
        ];
        house.run(&[&start[..], key].concat())
    };
    let generate = &["--generate"][..];
    for (ran, reason) in [
        (
            add("9", "example.org", "a", generate),
            "there is no account 9",
        ),
        (
            add("1", "[127.0.0.1]", "a", generate),
            "--domain: '[127.0.0.1]' is no domain",
        ),
        (
            add("1", "a b", "a", generate),
            "--domain: 'a b' is no domain",
        ),
        (
            add("1", "example.org", "a b", generate),
            "--selector: 'a b' must be",
        ),
        (
            add("1", "example.org", "a", &["--key-file", "none.pem"]),
            "--key-file none.pem: No such file",
        ),
        (
            add("1", "example.org", "a", &["--key-file", "garbage.pem"]),
            "--key-file garbage.pem: it is no private key",
        ),
        (
            add("1", "example.org", "a", &["--key-file", "ec.pem"]),
            "neither RSA nor Ed25519",
        ),
        (
            house.run(&["dkim", "remove", "7"]),
            "there is no DKIM key 7",
        ),
    ] {
        assert!(ran.refusal(1).contains(reason), "{ran:?}");
    }
    assert!(
        add("1", "example.org", "a", &[])
            .refusal(2)
            .contains("--key-file")
    );
    if let Some(openssl) = parts::need("openssl") {
        let path = house.path("small.pem");
        let made = Command::new(openssl)
            .args(["genrsa", "-out"])
            .args([path.as_os_str(), "1024".as_ref()])
            .output();
        assert!(made.unwrap().status.success());
        let ran = add("1", "example.org", "a", &["--key-file", "small.pem"]);
        assert!(ran.refusal(1).contains("2048 to 4096 bits"), "{ran:?}");
    }
    assert_eq!(add("1", "example.org", "a", generate).code, Some(0));
    let twice = add("1", "EXAMPLE.org", "A", generate);
    assert!(
        twice.refusal(1).contains("quillgate dkim remove 1"),
        "{twice:?}"
    );
    house.ok(&["account", "remove", "1"]);
    assert_eq!(house.json(&["dkim", "list", "--json"]), json!([]));
}

#[tokio::test]
async fn a_key_that_does_not_open_stops_the_mail() {
    let gateway = Gateway::start().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let new = NewDkimKey {
        account: AccountId(1),
        domain: "example.org".to_owned(),
        selector: "a".to_owned(),
        private_key: private_key::generate().unwrap(),
        keys: Keyring::open(&elsewhere.path().join("another.key")).unwrap(),
    };
    gateway
        .change(|db| async move { Ok(dkim_keys::add(&db, new).await?.1) })
        .await;
    let answer = gateway.post_json("ralf", "/mail", &note("Hello")).await;
    assert_eq!(answer.status, 500, "{}", answer.text);
    assert!(!answer.text.contains("key"), "{}", answer.text);
    assert_eq!(gateway.sent().len(), 0);
}
