//! Connections that did their work wait for the next copy, and a slow server makes nobody else wait.

use std::time::Duration;

use quillgate::auth::admin::AdminError;
use quillgate::identities::admin::accounts::{self, NewAccount};
use quillgate::identities::admin::identities;
use quillgate::identities::admin::new_identity::NewIdentity;
use quillgate::identities::admin::owners::Owners;
use quillgate::identities::server_url::{Folders, SmtpServer};
use quillgate::ids::IdentityId;
use serde_json::json;

use super::server::{Act, Server};
use super::{gateway, send, warning};
use crate::support::dovecot::{Dovecot, password};
use crate::support::eventually;
use crate::support::gateway::Answer;
use crate::support::sink::Gate;

const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn copies_of_one_user_share_a_connection() {
    let Some(dovecot) = Dovecot::start() else {
        return;
    };
    let gateway = gateway(PATIENCE).await;
    let url = dovecot.url("ralf");
    gateway.keeps_copies_at(&url, &password("ralf")).await;
    for _ in 0..3 {
        assert_eq!(warning(&send(&gateway, json!({})).await), "");
    }
    assert_eq!(dovecot.messages("ralf", ".Sent").len(), 3);
    assert_eq!(dovecot.log().matches("imap-login: Info: Login").count(), 1);
    // Another password is another login: nobody gets in on somebody else's connection.
    gateway.keeps_copies_at(&url, "wrong").await;
    let refused = warning(&send(&gateway, json!({})).await);
    assert!(
        refused.contains("refused the user name or password"),
        "{refused}"
    );
    // Folders come and go while the connection lives on.
    gateway.keeps_copies_at(&url, &password("ralf")).await;
    dovecot.say("ralf", &["RENAME Sent Old"]);
    assert_eq!(warning(&send(&gateway, json!({})).await), "");
    assert_eq!(dovecot.messages("ralf", ".Old").len(), 3);
}

#[tokio::test]
async fn a_connection_that_has_died_is_noticed_before_it_is_used() {
    let gateway = gateway(PATIENCE).await;
    let server = Server::with("IMAP4rev1 LITERAL+", |number, command| match number {
        // Closed after the append; and closed when it is asked whether it still lives.
        1 if command.starts_with("APPEND") => Act::UsualAndClose,
        2 if command == "NOOP" => Act::Say("* BYE shutting down\r\n".to_owned()),
        _ => Act::Usual,
    });
    gateway.keeps_copies_at(&server.url(), "secret").await;
    for connects in 1..4 {
        assert_eq!(warning(&send(&gateway, json!({})).await), "");
        let seen = server.seen();
        assert_eq!((seen.connects, seen.messages.len()), (connects, connects));
    }
}

#[tokio::test]
async fn a_silent_server_makes_nobody_else_wait() {
    let gateway = gateway(PATIENCE).await;
    let gate = Gate::default();
    let held = gate.clone();
    let silent = Server::with("IMAP4rev1", move |_, command| match command {
        "CONNECT" => Act::Late(held.clone()),
        _ => Act::Usual,
    });
    gateway.keeps_copies_at(&silent.url(), "secret").await;
    let out = SmtpServer::Directory(gateway.outbox());
    let well = Server::with("IMAP4rev1 LITERAL+", |_, _| Act::Usual);
    let folders: Folders = well.url().parse().unwrap();
    let secret = gateway.secret("secret");
    gateway
        .change(move |db| async move {
            let account = NewAccount {
                name: "Other".to_owned(),
                owners: Owners::Everyone,
                smtp: out,
                smtp_password: None,
                folders,
                imap_password: Some(secret),
                sent: None,
                drafts: None,
                user_editable: false,
            };
            let (account, mut changes) = accounts::add(&db, None, account).await?;
            let new = NewIdentity {
                email: "ralf@example.org".to_owned(),
                ..NewIdentity::default()
            };
            let id = Some(IdentityId(3));
            let (_, more) = identities::add(&db, id, account, "ralf", new).await?;
            changes.extend(more);
            Ok::<_, AdminError>(changes)
        })
        .await;
    let mail = json!({"to": "a@example.com", "body": "x"});
    let waiting = gateway.post("ralf", "/mail/1").json(&mail).send();
    let waiting = tokio::spawn(waiting);
    eventually("the silent server is asked", async || {
        silent.seen().connects == 1
    })
    .await;
    for _ in 0..3 {
        let answer = gateway.post_json("ralf", "/mail/3", &mail).await;
        assert_eq!(warning(&answer), "");
    }
    assert_eq!(well.seen().messages.len(), 3);
    assert!(!waiting.is_finished());
    gate.open();
    let answer = Answer::of(waiting.await.unwrap().unwrap()).await;
    assert_eq!(warning(&answer), "");
}
