//! `folder`: the copy goes where the sender wants it, as far as that is there.

use std::time::Duration;

use serde_json::json;

use super::{gateway, send, warning};
use crate::support::Gateway;
use crate::support::dovecot::{Dovecot, password};
use crate::support::post::below;

#[tokio::test]
async fn a_folder_on_a_server_has_any_name() {
    let Some(dovecot) = Dovecot::start() else {
        return;
    };
    let gateway = gateway(Duration::from_secs(20)).await;
    gateway
        .keeps_copies_at(&dovecot.url("ralf"), &password("ralf"))
        .await;
    let create = ["CREATE \"Archiv/Gr&APwA3w-e &- mehr\"", "CREATE \"a*b\""];
    dovecot.say("ralf", &create);
    for (folder, directory) in [
        ("Archiv/Grüße & mehr", ".Archiv.Gr&APwA3w-e &- mehr"),
        ("a*b", ".a*b"),
        ("inbox", ""),
        ("Drafts", ".Drafts"),
    ] {
        let answer = send(&gateway, json!({"folder": folder})).await;
        assert_eq!(warning(&answer), "", "{folder}");
        assert_eq!(dovecot.messages("ralf", directory).len(), 1, "{folder}");
    }
    assert_eq!(dovecot.messages("ralf", ".Sent").len(), 0);
    for folder in ["Archiv/Grüße", "Archiv", "a%b", "sent", "&"] {
        for path in ["/mail", "/mail/compose"] {
            let mail = json!({"to": "a@example.com", "folder": folder});
            let answer = gateway.post_json("ralf", path, &mail).await;
            let message = format!("Invalid value '{folder}' for folder: there is no such folder");
            assert_eq!((answer.status, answer.message()), (422, message.as_str()));
        }
    }
    let mail = json!({"folder": "Archiv/Grüße & mehr"});
    let answer = gateway.post_json("ralf", "/mail/compose", &mail).await;
    assert_eq!(answer.status, 404, "nobody is online: {}", answer.text);
    assert_eq!(gateway.sent().len(), 4);
    assert_eq!(gateway.spooled(), [""; 0]);
}

#[tokio::test]
async fn a_folder_that_cannot_be_looked_for_stops_no_mail() {
    let Some(dovecot) = Dovecot::start() else {
        return;
    };
    let gateway = gateway(Duration::from_secs(20)).await;
    gateway
        .keeps_copies_at("imap://127.0.0.1:1?user=x", "x")
        .await;
    let answer = send(&gateway, json!({"folder": "Gone"})).await;
    assert!(warning(&answer).contains("is not reachable"));
    assert_eq!(gateway.spooled(), ["accepted"]);
    // When it can be looked for it is not there: the copy goes where others go. The next copy shows that the mailbox
    // is well again.
    gateway
        .keeps_copies_at(&dovecot.url("ralf"), &password("ralf"))
        .await;
    assert_eq!(warning(&send(&gateway, json!({})).await), "");
    crate::support::eventually("the copy is filed", async || gateway.spooled().is_empty()).await;
    assert_eq!(dovecot.messages("ralf", ".Sent").len(), 2);
}

#[tokio::test]
async fn a_folder_on_this_machine_is_there_or_not() {
    let gateway = Gateway::start().await;
    let root = gateway.data.join("mail/1/5");
    std::fs::create_dir_all(root.join(".Archive.2026/cur")).unwrap();
    for (folder, directory) in [
        ("Archive/2026", ".Archive.2026/cur"),
        ("Drafts", ".Drafts/cur"),
        ("INBOX", "cur"),
        ("Sent", ".Sent/cur"),
    ] {
        let answer = send(&gateway, json!({"folder": folder})).await;
        assert_eq!(warning(&answer), "", "{folder}");
        assert_eq!(below(&root.join(directory)).len(), 1, "{folder}");
    }
    for folder in ["Archive", "..", "../../7", "/etc", "Archive.2026", "x/"] {
        for path in ["/mail", "/mail/compose"] {
            let mail = json!({"to": "a@example.com", "folder": folder});
            let answer = gateway.post_json("ralf", path, &mail).await;
            assert_eq!(answer.status, 422, "{folder}");
            let message = format!("Invalid value '{folder}' for folder: ");
            assert!(answer.message().starts_with(&message), "{}", answer.text);
        }
    }
    gateway.keeps_no_copies().await;
    let answer = send(&gateway, json!({"folder": "Sent"})).await;
    assert_eq!(
        (answer.status, answer.message()),
        (
            422,
            "Invalid value 'Sent' for folder: the account has no mailbox"
        )
    );
    assert_eq!(gateway.sent().len(), 4);
}
