//! What one changes about one's identities.

use quillgate::identities::admin::identities::add;
use quillgate::identities::admin::new_identity::NewIdentity;
use quillgate::ids::{AccountId, IdentityId};
use reqwest::Method;
use serde_json::{Value, json};

use super::{ask, assert_refused};
use crate::support::Gateway;
use crate::support::people::sign_in;

const FIRST: &str = "/me/identities/1";

/// A further identity of ralf.
async fn add_second(gateway: &Gateway) {
    let new = NewIdentity {
        email: "sales@example.org".to_owned(),
        ..NewIdentity::default()
    };
    gateway
        .change(move |db| async move {
            let (_, changes) = add(&db, Some(IdentityId(3)), AccountId(1), "ralf", new).await?;
            Ok(changes)
        })
        .await;
}

#[tokio::test]
async fn a_change_holds_for_the_next_mail_and_what_it_does_not_name_stays() {
    let gateway = Gateway::start().await;
    let cookie = sign_in(&gateway, "ralf").await;
    let listed = ask(
        &gateway,
        &cookie,
        Method::GET,
        "/me/identities",
        Value::Null,
    )
    .await;
    let mut identity = json!({
        "id": 1, "display": "Ralf Becker <ralf@example.org>", "email": "ralf@example.org", "name": "Ralf Becker",
        "org": "", "label": "", "replyTo": null, "signature": null, "default": true,
    });
    let user = json!({"id": 5, "login": "ralf", "name": "Ralf Becker"});
    assert_eq!(listed.body, json!({"user": user, "identities": [identity]}));

    let body = json!({"name": "Dr. Ralf Becker", "org": "Example Inc.", "label": "office",
                      "replyTo": " team@exämple.org ", "signature": "Ralf\nExample Inc."});
    let answer = ask(&gateway, &cookie, Method::PATCH, FIRST, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    for (name, value) in [
        (
            "display",
            "Dr. Ralf Becker Example Inc. <ralf@example.org> (office)",
        ),
        ("name", "Dr. Ralf Becker"),
        ("org", "Example Inc."),
        ("label", "office"),
        ("replyTo", "team@exämple.org"),
        ("signature", "Ralf\nExample Inc."),
    ] {
        identity[name] = value.into();
    }
    assert_eq!(answer.body, identity);
    let mail = json!({"to": "info@example.org", "subject": "Hello", "body": "Text"});
    assert_eq!(
        gateway.post_json("ralf", "/mail/1", &mail).await.status,
        200
    );
    let sent = gateway.sent().pop().unwrap();
    assert!(
        sent.contains("Dr. Ralf Becker") && sent.contains("Reply-To: "),
        "{sent}"
    );
    assert!(sent.contains("--=20\r\nRalf\r\nExample Inc."), "{sent}");

    let answer = ask(
        &gateway,
        &cookie,
        Method::PATCH,
        FIRST,
        json!({"replyTo": "", "signature": null}),
    )
    .await;
    identity["replyTo"] = Value::Null;
    identity["signature"] = Value::Null;
    assert_eq!(answer.body, identity);
}

#[tokio::test]
async fn another_default_takes_the_place_of_the_first() {
    let gateway = Gateway::start().await;
    add_second(&gateway).await;
    let cookie = sign_in(&gateway, "ralf").await;
    let answer = ask(
        &gateway,
        &cookie,
        Method::PATCH,
        "/me/identities/3",
        json!({"default": true}),
    )
    .await;
    assert_eq!(answer.body["default"], true, "{}", answer.text);
    let listed = ask(
        &gateway,
        &cookie,
        Method::GET,
        "/me/identities",
        Value::Null,
    )
    .await;
    let defaults: Vec<_> = listed.body["identities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|identity| (identity["id"].clone(), identity["default"].clone()))
        .collect();
    assert_eq!(
        defaults,
        [(json!(3), json!(true)), (json!(1), json!(false))]
    );
    // Changing another part of the one does not take it away from the other.
    ask(
        &gateway,
        &cookie,
        Method::PATCH,
        FIRST,
        json!({"label": "old"}),
    )
    .await;
    let first = gateway.get_json("ralf", "/mail").await.text;
    assert!(first.find("/ralf/mail/3").unwrap() < first.find("/ralf/mail/1").unwrap());
}

#[tokio::test]
async fn what_would_break_a_header_or_is_the_administrators_is_refused_by_name() {
    let gateway = Gateway::start().await;
    let cookie = sign_in(&gateway, "ralf").await;
    let bodies = [
        (json!({"name": "A\r\nBcc: b@example.org"}), "'name'"),
        (json!({"name": 5}), "'name'"),
        (json!({"name": "\u{202e}a"}), "'name'"),
        (json!({"name": "x".repeat(256)}), "'name'"),
        (json!({"org": "A\nB"}), "'org'"),
        (json!({"label": "a\u{2028}b"}), "'label'"),
        (json!({"label": "a\u{0}b"}), "'label'"),
        (json!({"replyTo": "nobody"}), "'replyTo'"),
        (
            json!({"replyTo": "a@example.org, b@example.org"}),
            "'replyTo'",
        ),
        (json!({"replyTo": ["a@example.org"]}), "'replyTo'"),
        (
            json!({"signature": "x".repeat((64 << 10) + 1)}),
            "'signature'",
        ),
        (json!({"signature": "a\u{0}b"}), "'signature'"),
        (json!({"signature": {"html": "x"}}), "'signature'"),
        (json!({"default": false}), "default"),
        (json!({"default": "yes"}), "'default'"),
        (json!({"email": "boss@example.org"}), "'email'"),
        (json!({"account": 1}), "'account'"),
        (json!({"id": 2}), "'id'"),
        (json!({"label": "fine", "colour": "red"}), "'colour'"),
    ];
    assert_refused(&gateway, &cookie, (Method::PATCH, FIRST), &bodies).await;
    let listed = ask(
        &gateway,
        &cookie,
        Method::GET,
        "/me/identities",
        Value::Null,
    )
    .await;
    assert_eq!(listed.body["identities"][0]["label"], "", "{}", listed.text);
    for path in [
        "/me/identities/2",
        "/me/identities/9",
        "/me/identities/99999999999",
    ] {
        let answer = ask(
            &gateway,
            &cookie,
            Method::PATCH,
            path,
            json!({"label": "x"}),
        )
        .await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.text);
    }
    let anna = sign_in(&gateway, "anna").await;
    let listed = ask(&gateway, &anna, Method::GET, "/me/identities", Value::Null).await;
    assert_eq!(listed.body["identities"][0]["label"], "", "{}", listed.text);
}
