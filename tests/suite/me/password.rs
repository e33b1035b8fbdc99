//! Changing one's password.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ask, assert_refused};
use crate::login::{SIGNED_OUT, log_in, status_of};
use crate::support::people::{self, PASSWORD, basic, sign_in};
use crate::support::{Gateway, Page};

const NEW: &str = "a much better sesame";

async fn change(gateway: &Gateway, cookie: &str, current: &str, new: &str) -> (u16, String) {
    let body = json!({"current": current, "new": new});
    let answer = ask(gateway, cookie, Method::POST, "/me/password", body).await;
    (answer.status, answer.text)
}

#[tokio::test]
async fn the_old_password_and_everything_signed_in_with_it_end_but_the_session_that_changed_it() {
    let gateway = Gateway::start().await;
    let (cookie, other) = (
        sign_in(&gateway, "ralf").await,
        sign_in(&gateway, "ralf").await,
    );
    let strange = sign_in(&gateway, "anna").await;
    let (_, token) = people::token(&gateway, Some("ralf"), "groupdav mail", None).await;
    let password = basic("ralf", PASSWORD);
    let open = async |header: (&str, &str)| Page::connect(&gateway, &[header]).await.unwrap();
    let mut own = open(("cookie", &cookie)).await;
    let mut others = [
        open(("cookie", &other)).await,
        open(("authorization", &password)).await,
    ];
    let mut program = open(("authorization", &basic("ralf", &token))).await;

    let (status, text) = change(&gateway, &cookie, PASSWORD, NEW).await;
    assert_eq!(status, 200, "{text}");
    assert_eq!(gateway.get_json("ralf", "/mail").await.status, 401);
    assert_eq!(log_in(&gateway, "ralf", PASSWORD).await.status, 401);
    assert_eq!(status_of(&gateway, &other).await, 401);
    for page in &mut others {
        assert_eq!(page.closed().await, SIGNED_OUT);
    }
    own.pulse(true, true).await;
    program.pulse(true, true).await;
    assert_eq!(status_of(&gateway, &cookie).await, 200);
    assert_eq!(status_of(&gateway, &strange).await, 200);
    assert_eq!(log_in(&gateway, "ralf", NEW).await.status, 200);
    // And back, with the password alone: no session stays.
    let back = gateway
        .request(Method::POST, "/me/password")
        .basic_auth("ralf", Some(NEW))
        .json(&json!({"current": NEW, "new": PASSWORD}));
    assert_eq!(back.send().await.unwrap().status(), 200);
    assert_eq!(own.closed().await, SIGNED_OUT);
    assert_eq!(gateway.get_json("ralf", "/mail").await.status, 200);
}

#[tokio::test]
async fn a_password_that_cannot_be_one_is_refused_and_nothing_changes() {
    let gateway = Gateway::start().await;
    let cookie = sign_in(&gateway, "ralf").await;
    let with = |new: Value| json!({"current": PASSWORD, "new": new});
    let bodies = [
        (json!({}), "'current'"),
        (json!({"current": PASSWORD}), "'new'"),
        (json!({"current": 5, "new": NEW}), "'current'"),
        (
            json!({"current": "wrong", "new": NEW}),
            "'current': the password is wrong",
        ),
        (json!({"current": "", "new": NEW}), "'current'"),
        (with(json!("")), "'new'"),
        (with(json!("seven77")), "shorter than 8"),
        (with(json!("äöüäöüä")), "shorter than 8"),
        (with(json!("x".repeat(1025))), "longer than 1024"),
        (with(json!("line\nend of it")), "'new'"),
        (with(json!("token5_0123456789")), "form of a token"),
        (with(json!(PASSWORD)), "'new': the password is the one"),
        (with(json!({"a": NEW})), "'new'"),
        (
            json!({"current": PASSWORD, "new": NEW, "login": "anna"}),
            "'login'",
        ),
    ];
    assert_refused(&gateway, &cookie, (Method::POST, "/me/password"), &bodies).await;
    let answer = ask(
        &gateway,
        &cookie,
        Method::POST,
        "/me/password",
        with(json!("seven77")),
    )
    .await;
    assert_eq!(answer.body["details"]["attribute"], "new");
    assert!(!answer.text.contains("seven77"), "{}", answer.text);
    assert_eq!(log_in(&gateway, "ralf", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn wrong_ones_are_failed_logins() {
    let gateway = Gateway::with(|config| config.auth.login_attempts = 2).await;
    let cookie = sign_in(&gateway, "ralf").await;
    for _ in 0..2 {
        assert_eq!(change(&gateway, &cookie, "wrong", NEW).await.0, 422);
    }
    let (status, text) = change(&gateway, &cookie, "wrong too", NEW).await;
    assert_eq!(status, 429, "{text}");
    assert_eq!(log_in(&gateway, "ralf", "another guess").await.status, 429);
    assert_eq!(status_of(&gateway, &cookie).await, 200, "the session ended");
}
