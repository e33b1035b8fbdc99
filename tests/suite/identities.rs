//! `GET /mail`: the identities that one may send as.

use std::path::PathBuf;

use quillgate::auth::admin::AdminError;
use quillgate::identities::admin::accounts::{self, NewAccount};
use quillgate::identities::admin::identities;
use quillgate::identities::admin::new_identity::{NewIdentity, Rank};
use quillgate::identities::admin::owners::Owners;
use quillgate::identities::server_url::{Folders, SmtpServer};
use quillgate::ids::{AccountId, IdentityId};
use serde_json::json;

use crate::support::Gateway;

/// Adds an account of everybody, and an identity of ralf on it.
async fn add(gateway: &Gateway, id: i32, folders: Folders, new: NewIdentity) {
    let smtp = SmtpServer::Directory(PathBuf::from("/nowhere"));
    gateway
        .change(move |db| async move {
            let account = NewAccount {
                name: format!("Account {id}"),
                owners: Owners::Everyone,
                smtp,
                smtp_password: None,
                folders,
                imap_password: None,
                sent: None,
                drafts: None,
                user_editable: false,
            };
            let (account, mut changes): (AccountId, _) = accounts::add(&db, None, account).await?;
            let (_, more) =
                identities::add(&db, Some(IdentityId(id)), account, "ralf", new).await?;
            changes.extend(more);
            Ok::<_, AdminError>(changes)
        })
        .await;
}

#[tokio::test]
async fn identities_are_listed_as_the_contract_writes_them_the_default_one_first() {
    let gateway = Gateway::start().await;
    add(
        &gateway,
        52,
        Folders::Local,
        NewIdentity {
            email: "sysop@testbox.example.org".to_owned(),
            name: Some("Ralf Becker".to_owned()),
            org: "boulder.example.org".to_owned(),
            label: "Sysop".to_owned(),
            rank: Rank::Default,
            ..NewIdentity::default()
        },
    )
    .await;
    add(
        &gateway,
        40,
        Folders::None,
        NewIdentity {
            email: "only@smtp.example.org".to_owned(),
            ..NewIdentity::default()
        },
    )
    .await;
    let answer = gateway.get("ralf", "/mail").send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(
        answer.text().await.unwrap(),
        "{\n  \"responses\": {\n    \
         \"/ralf/mail/52\": \"Ralf Becker boulder.example.org <sysop@testbox.example.org> (Sysop)\",\n    \
         \"/ralf/mail/1\": \"Ralf Becker <ralf@example.org>\"\n  }\n}\n"
    );
    // The first one is what `/mail` sends as.
    let draft = json!({"to": "info@example.org"});
    assert_eq!(
        gateway.post_json("ralf", "/mail/1", &draft).await.status,
        200
    );
    assert!(gateway.sent()[0].contains("From: \"Ralf Becker\" <ralf@example.org>"));
}

#[tokio::test]
async fn what_is_left_out_is_left_out_with_its_space() {
    let gateway = Gateway::start().await;
    let listed = gateway.get_json("anna", "/mail").await;
    assert_eq!(
        listed.body,
        json!({"responses": {"/anna/mail/2": "Anna Example <anna@example.org>"}})
    );
    let none = gateway.get_json("root", "/mail").await;
    assert_eq!(none.text, "{\n  \"responses\": {}\n}\n");
    let refused = gateway
        .post_json("root", "/mail", &json!({"to": "info@example.org"}))
        .await;
    assert_eq!(refused.status, 404, "{}", refused.text);
}

#[tokio::test]
async fn an_id_that_is_not_ones_own_is_404() {
    let gateway = Gateway::start().await;
    let draft = json!({"to": "info@example.org"});
    for id in [
        "2",
        "0",
        "3",
        "2147483647",
        "2147483648",
        "99999999999999999999",
        "00000000000000000002",
    ] {
        for path in [format!("/mail/{id}"), format!("/mail/{id}/compose")] {
            let answer = gateway.post_json("ralf", &path, &draft).await;
            assert_eq!(
                (answer.status, &answer.body["error"]),
                (404, &json!(404)),
                "{path}"
            );
            assert_ne!(answer.body["details"]["reason"], "offline", "{path}");
        }
    }
    assert!(gateway.sent().is_empty());
    assert_eq!(
        gateway.post_json("anna", "/mail/2", &draft).await.status,
        200
    );
}

#[tokio::test]
async fn a_new_identity_is_there_for_the_next_request() {
    let gateway = Gateway::start().await;
    assert!(
        !gateway
            .get_json("ralf", "/mail")
            .await
            .text
            .contains("/ralf/mail/60")
    );
    let new = NewIdentity {
        email: "new@example.org".to_owned(),
        ..NewIdentity::default()
    };
    add(&gateway, 60, Folders::Local, new).await;
    assert!(
        gateway
            .get_json("ralf", "/mail")
            .await
            .text
            .contains("/ralf/mail/60")
    );
}
