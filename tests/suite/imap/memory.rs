//! A large copy passes through in pieces.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::command::House;
use crate::support::dovecot::{Dovecot, password};

/// KiB.
const MIB: u64 = 1024;

#[tokio::test]
async fn a_copy_of_20_mib_takes_little_memory() {
    let Some(dovecot) = Dovecot::start() else {
        return;
    };
    let house = House::inhabited("");
    house.write("secret", &password("ralf"));
    let url = format!("{}&password_file=secret", dovecot.url("ralf"));
    house.ok(&["account", "set", "1", "--imap", &url]);
    let server = house.serve();
    let send = async |length: usize| {
        let upload = server
            .request(Method::POST, "ralf", "/mail/attachments/a.bin")
            .body(vec![0xA5; length]);
        let upload: Value = upload.send().await.unwrap().json().await.unwrap();
        let mail = json!({"to": "a@example.com", "attachments": [upload["location"]]});
        let answer = server.request(Method::POST, "ralf", "/mail").json(&mail);
        let answer: Value = answer.send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["warning"], Value::Null, "{answer}");
    };
    // What any mail takes.
    send(1000).await;
    let before = server.memory_peak();
    send(15 << 20).await;
    let copies = dovecot.messages("ralf", ".Sent");
    assert_eq!(copies.len(), 2);
    assert!(copies.iter().any(|copy| copy.text.len() > 20 << 20));
    let more = server.memory_peak() - before;
    assert!(more < 8 * MIB, "{more} KiB");
}
