//! Passwords that are tried too often, or too many at once.

use futures_util::future::join_all;
use quillgate::config::Config;
use quillgate::telemetry::limits::Limit;
use reqwest::Method;

use super::{assert_served, counted};
use crate::support::Gateway;
use crate::support::gateway::Answer;
use crate::support::people::PASSWORD;

/// A gateway behind a proxy, so that requests come from wherever they say.
async fn proxied(change: impl FnOnce(&mut Config)) -> Gateway {
    Gateway::with(|config| {
        config.server.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
        change(config);
    })
    .await
}

async fn try_password(gateway: &Gateway, login: &str, password: &str, address: &str) -> Answer {
    let request = gateway
        .request(Method::GET, "/mail")
        .basic_auth(login, Some(password))
        .header("X-Forwarded-For", address);
    Answer::of(request.send().await.unwrap()).await
}

/// Refused until the window of five minutes has passed.
#[track_caller]
fn assert_throttled(answer: &Answer) {
    assert_eq!(answer.status, 429, "{}", answer.text);
    let after = answer.header("retry-after").unwrap();
    let seconds: u64 = after.parse().unwrap();
    assert!((200..=300).contains(&seconds), "{seconds}");
    let message = format!("Too many failed logins, try again in {seconds} seconds");
    assert_eq!(
        answer.body,
        serde_json::json!({"error": 429, "message": message})
    );
}

#[tokio::test]
async fn wrong_passwords_of_one_login_from_one_address_are_429() {
    let gateway = proxied(|config| config.auth.login_attempts = 2).await;
    for _ in 0..2 {
        assert_eq!(
            try_password(&gateway, "ralf", "wrong", "192.0.2.1")
                .await
                .status,
            401
        );
    }
    assert_throttled(&try_password(&gateway, "ralf", "wrong", "192.0.2.1").await);
    counted(&gateway, Limit::LoginAttempts, 1).await;
    // Not even the right one is looked at from there; from elsewhere it is, and so is everybody else's.
    assert_throttled(&try_password(&gateway, "ralf", PASSWORD, "192.0.2.1").await);
    assert_eq!(
        try_password(&gateway, "anna", PASSWORD, "192.0.2.1")
            .await
            .status,
        200
    );
    assert_eq!(
        try_password(&gateway, "ralf", PASSWORD, "192.0.2.2")
            .await
            .status,
        200
    );
    // What was right a moment ago passes.
    assert_eq!(
        try_password(&gateway, "ralf", PASSWORD, "192.0.2.1")
            .await
            .status,
        200
    );
    counted(&gateway, Limit::LoginAttempts, 2).await;
}

#[tokio::test]
async fn wrong_passwords_of_many_logins_from_one_address_are_429() {
    let gateway = proxied(|config| config.auth.login_attempts_per_address = 3).await;
    for login in ["a", "b", "c"] {
        assert_eq!(
            try_password(&gateway, login, "wrong", "192.0.2.1")
                .await
                .status,
            401
        );
    }
    assert_throttled(&try_password(&gateway, "d", "wrong", "192.0.2.1").await);
    counted(&gateway, Limit::LoginAttemptsPerAddress, 1).await;
    assert_eq!(
        try_password(&gateway, "d", "wrong", "192.0.2.2")
            .await
            .status,
        401
    );
    assert_eq!(
        try_password(&gateway, "ralf", PASSWORD, "192.0.2.2")
            .await
            .status,
        200
    );
    assert_eq!(
        try_password(&gateway, "ralf", PASSWORD, "192.0.2.1")
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn wrong_passwords_of_one_login_from_many_addresses_are_429() {
    let gateway = proxied(|config| config.auth.login_attempts_per_login = 3).await;
    for address in ["192.0.2.1", "192.0.2.2", "2001:db8::1"] {
        assert_eq!(
            try_password(&gateway, "ralf", "wrong", address)
                .await
                .status,
            401
        );
    }
    assert_throttled(&try_password(&gateway, "ralf", "wrong", "192.0.2.3").await);
    counted(&gateway, Limit::LoginAttemptsPerLogin, 1).await;
    assert_eq!(
        try_password(&gateway, "anna", PASSWORD, "192.0.2.3")
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn more_logins_at_once_than_may_wait_are_503() {
    let gateway = Gateway::with(|config| {
        config.auth.passwords_at_once = 1;
        config.auth.passwords_waiting = 1;
    })
    .await;
    assert_served(&gateway, "anna").await;
    let (mut checked, mut refused) = (0, 0);
    for round in 0..20 {
        let logins = (0..12).map(|n| format!("nobody{round}-{n}"));
        let tries = join_all(logins.map(|login| async {
            let address = "192.0.2.1";
            let login = login;
            try_password(&gateway, &login, "wrong", address).await
        }));
        // Whoever is known already does not wait for them.
        let (answers, ()) = tokio::join!(tries, assert_served(&gateway, "anna"));
        for answer in answers {
            if answer.status == 401 {
                checked += 1;
                continue;
            }
            refused += 1;
            assert_eq!(answer.status, 503, "{}", answer.text);
            let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
            assert!((1..=60).contains(&seconds), "{seconds}");
            let message = format!("Too many logins at once, try again in {seconds} seconds");
            assert_eq!(answer.message(), message);
        }
        if refused > 0 {
            break;
        }
    }
    assert!(
        checked > 0 && refused > 0,
        "{checked} checked, {refused} refused"
    );
    counted(&gateway, Limit::PasswordsWaiting, refused).await;
    assert_served(&gateway, "ralf").await;
}
