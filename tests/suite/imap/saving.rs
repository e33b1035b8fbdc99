//! A copy arrives as it was sent, or the answer says why it has not yet.

use std::time::Duration;

use quillgate::identities::admin::accounts::AccountChange;
use quillgate::identities::server_url::Folders;
use serde_json::json;

use super::{WITHOUT, gateway, send, warning};
use crate::support::dovecot::{Dovecot, password};
use crate::support::gateway::Answer;
use crate::support::people;
use crate::support::post::{note, parsed};

const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_copy_is_what_was_sent_whichever_way_it_goes() {
    let Some(dovecot) = Dovecot::start() else {
        return;
    };
    let gateway = gateway(PATIENCE).await;
    let (imap, imaps) = (dovecot.imap, dovecot.imaps);
    let user = "user=ralf@example.test";
    for (count, url) in [
        format!("imaps://127.0.0.1:{imaps}?{user}"),
        format!("imap+starttls://127.0.0.1:{imap}?{user}"),
        // Where nothing but encryption helps.
        format!("imap://127.0.0.1:{imap}?{user}"),
    ]
    .iter()
    .enumerate()
    {
        gateway.keeps_copies_at(url, &password("ralf")).await;
        let bcc = json!({"bcc": "\"Hidden, One\" <hidden@example.com>"});
        let answer = send(&gateway, bcc).await;
        assert_eq!(warning(&answer), "", "{url}");
        assert_eq!(gateway.spooled(), [""; 0]);
        let copies = dovecot.messages("ralf", ".Sent");
        assert_eq!(copies.len(), count + 1);
        for sent in gateway.sent() {
            let line = "Bcc: \"Hidden, One\" <hidden@example.com>\r\n";
            let expected = format!("{line}{sent}");
            let same: Vec<_> = copies.iter().filter(|copy| copy.text == expected).collect();
            assert_eq!(same.len(), 1, "{sent}");
            let date = parsed(&sent).date().unwrap().to_timestamp();
            assert_eq!((same[0].is_seen, same[0].arrived), (true, date));
        }
    }
    // The account's own mailbox has none.
    assert_eq!(gateway.copies().len(), 0);
}

#[tokio::test]
async fn what_a_server_refuses_is_said_and_the_copy_waits() {
    let Some(dovecot) = Dovecot::start() else {
        return;
    };
    let gateway = gateway(PATIENCE).await;
    let (imap, imaps) = (dovecot.imap, dovecot.imaps);
    let ralf = "user=ralf@example.test";
    let long = "x".repeat(30_000);
    for (at, (url, secret, sent, why)) in [
        (
            format!("imap://127.0.0.2:{imap}?{ralf}"),
            "secret-ralf",
            None,
            "the mail server offers no way to sign in with a password",
        ),
        (
            format!("imaps://127.0.0.2:{imaps}?{ralf}"),
            "secret-ralf",
            None,
            "the mail server is not reachable (the server's certificate is not accepted: it is for another name",
        ),
        (
            format!("imap+starttls://127.0.0.2:{imap}?{ralf}"),
            "secret-ralf",
            None,
            "the mail server is not reachable (the server's certificate is not accepted: it is for another name",
        ),
        (
            dovecot.url("ralf"),
            "wrong",
            None,
            "the mail server refused the user name or password (Authentication failed.)",
        ),
        (
            dovecot.url("full"),
            "secret-full",
            None,
            "the mailbox is full, it is saved later",
        ),
        (
            dovecot.url("ralf"),
            "secret-ralf",
            Some("Nowhere/Übrig"),
            "the folder 'Nowhere/Übrig' does not exist, it is saved later",
        ),
        (
            "imap://127.0.0.1:1?user=x".to_owned(),
            "x",
            None,
            "the mail server is not reachable (Connection refused), it is saved later",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        gateway.keeps_copies_in(&url, secret, sent).await;
        let answer = send(&gateway, json!({"body": long})).await;
        let warning = warning(&answer);
        assert!(warning.starts_with(&format!("{WITHOUT}{why}")), "{warning}");
        assert!(warning.ends_with(", it is saved later"), "{warning}");
        assert_eq!(gateway.sent().len(), at + 1);
        assert_eq!(gateway.spooled(), vec!["accepted"; at + 1]);
    }
    for user in ["ralf", "full"] {
        assert_eq!(dovecot.messages(user, ".Sent").len(), 0);
    }
}

#[tokio::test]
async fn one_s_own_password_opens_one_s_own_mailbox_and_a_token_does_not() {
    let Some(dovecot) = Dovecot::start() else {
        return;
    };
    let gateway = gateway(PATIENCE).await;
    let url = format!("imaps://127.0.0.1:{}?auth=session", dovecot.imaps);
    let folders: Folders = url.parse().unwrap();
    gateway
        .change_account(AccountChange {
            folders: Some(folders),
            ..AccountChange::default()
        })
        .await;
    assert_eq!(warning(&send(&gateway, json!({})).await), "");
    let (_, token) = people::token(&gateway, Some("ralf"), "groupdav mail", None).await;
    let request = gateway
        .request(reqwest::Method::POST, "/mail")
        .basic_auth("ralf", Some(token))
        .json(&note("Hello"));
    let answer = Answer::of(request.send().await.unwrap()).await;
    assert_eq!(
        warning(&answer),
        "Mail NOT saved to Sent folder, as no user password"
    );
    assert_eq!(gateway.spooled(), [""; 0], "it is dropped");
    assert_eq!(gateway.sent().len(), 2);
    let log = dovecot.log();
    assert_eq!(
        log.matches("Login: user=<ralf@example.org>").count(),
        1,
        "{log}"
    );
}
