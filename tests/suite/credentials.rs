//! How long credentials hold, and how many wrong ones.

use std::time::Duration;

use quillgate::auth::admin::{tokens, users};
use quillgate::auth::password;
use quillgate::store::time;
use reqwest::Method;
use serde_json::json;

use crate::login::{SIGNED_OUT, log_in, send, status_of};
use crate::support::people::{self, PASSWORD, basic, sign_in};
use crate::support::{Gateway, Page, eventually};

async fn status_with(gateway: &Gateway, login: &str, password: &str) -> u16 {
    let request = gateway
        .request(Method::GET, "/mail")
        .basic_auth(login, Some(password));
    send(request).await.status
}

#[tokio::test]
async fn failed_logins_are_limited_and_lock_nobody_else_out() {
    let gateway = Gateway::start().await;
    let cookie = sign_in(&gateway, "ralf").await;
    let (_, token) = people::token(&gateway, Some("ralf"), "groupdav mail", None).await;
    for round in 0..10 {
        assert_eq!(
            status_with(&gateway, "ralf", "wrong").await,
            401,
            "round {round}"
        );
        assert_eq!(
            status_with(&gateway, "anna", "wrong").await,
            401,
            "round {round}"
        );
    }
    for password in ["wrong", "another"] {
        let request = gateway
            .request(Method::GET, "/mail")
            .basic_auth("ralf", Some(password));
        let answer = send(request).await;
        assert_eq!(answer.status, 429, "{}", answer.text);
        let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=300).contains(&seconds), "{seconds}");
    }
    assert_eq!(log_in(&gateway, "ralf", "wrong").await.status, 429);
    // The right password was in use before: it is remembered.
    assert_eq!(status_with(&gateway, "ralf", PASSWORD).await, 200);
    assert_eq!(status_with(&gateway, "ralf", &token).await, 200);
    assert_eq!(status_of(&gateway, &cookie).await, 200);
    // Anna's was not, so hers is as good as a guess.
    assert_eq!(status_with(&gateway, "anna", PASSWORD).await, 429);
    assert_eq!(
        status_with(&gateway, "root", PASSWORD).await,
        200,
        "from the same address"
    );
}

#[tokio::test]
async fn wrong_tokens_count_for_nobody() {
    let gateway = Gateway::start().await;
    let (id, _) = people::token(&gateway, Some("ralf"), "groupdav mail", None).await;
    for _ in 0..20 {
        let wrong = format!("token{id}_0123456789abcdefghijkl");
        assert_eq!(status_with(&gateway, "ralf", &wrong).await, 401);
    }
    assert_eq!(status_with(&gateway, "ralf", PASSWORD).await, 200);
}

#[tokio::test]
async fn first_logins_side_by_side_pass_as_one() {
    // Two that hashed at the same time would be one failure too many.
    let gateway = Gateway::with(|config| config.auth.login_attempts = 1).await;
    let logins = (0..40).map(|_| status_with(&gateway, "ralf", PASSWORD));
    let statuses = futures_util::future::join_all(logins).await;
    assert_eq!(statuses, vec![200; 40]);
}

#[tokio::test]
async fn a_changed_password_holds_for_the_next_request_and_ends_what_the_old_one_began() {
    let gateway = Gateway::start().await;
    let cookie = sign_in(&gateway, "ralf").await;
    let (_, token) = people::token(&gateway, Some("ralf"), "groupdav mail", None).await;
    let mut by_password = Page::open(&gateway, "ralf").await;
    let mut by_cookie = Page::connect(&gateway, &[("cookie", &cookie)])
        .await
        .unwrap();
    let header = basic("ralf", &token);
    let mut by_token = Page::connect(&gateway, &[("authorization", &header)])
        .await
        .unwrap();
    let mut annas = Page::open(&gateway, "anna").await;
    let hash = password::hash("new and better").unwrap();
    gateway
        .change(move |db| async move { users::set_password(&db, "ralf", hash).await })
        .await;
    assert_eq!(status_with(&gateway, "ralf", PASSWORD).await, 401);
    assert_eq!(status_of(&gateway, &cookie).await, 401);
    assert_eq!(status_with(&gateway, "ralf", "new and better").await, 200);
    assert_eq!(by_password.closed().await, SIGNED_OUT);
    assert_eq!(by_cookie.closed().await, SIGNED_OUT);
    for page in [&mut by_token, &mut annas] {
        page.say(json!({"type": "ping"})).await;
        page.next_of("pong").await;
    }
}

#[tokio::test]
async fn a_disabled_user_is_out_at_once_and_comes_back_when_enabled() {
    let gateway = Gateway::start().await;
    let cookie = sign_in(&gateway, "ralf").await;
    let (_, token) = people::token(&gateway, Some("ralf"), "groupdav mail", None).await;
    let (_, all) = people::token(&gateway, None, "groupdav mail", None).await;
    let mut pages = vec![Page::open(&gateway, "ralf").await];
    for credential in [&token, &all] {
        let header = basic("ralf", credential);
        pages.push(
            Page::connect(&gateway, &[("authorization", &header)])
                .await
                .unwrap(),
        );
    }
    gateway
        .change(|db| async move { users::disable(&db, "ralf").await })
        .await;
    for credential in [PASSWORD, &token, &all] {
        assert_eq!(status_with(&gateway, "ralf", credential).await, 401);
    }
    assert_eq!(status_of(&gateway, &cookie).await, 401);
    for page in &mut pages {
        assert_eq!(page.closed().await, SIGNED_OUT);
    }
    assert_eq!(log_in(&gateway, "ralf", PASSWORD).await.status, 401);
    gateway
        .change(|db| async move { users::enable(&db, "ralf").await })
        .await;
    assert_eq!(status_with(&gateway, "ralf", PASSWORD).await, 200);
    assert_eq!(status_with(&gateway, "ralf", &token).await, 200);
    assert_eq!(
        status_of(&gateway, &cookie).await,
        401,
        "what ended stays so"
    );
}

#[tokio::test]
async fn a_revoked_token_is_out_at_once() {
    let gateway = Gateway::start().await;
    let (id, token) = people::token(&gateway, Some("ralf"), "groupdav mail", None).await;
    let header = basic("ralf", &token);
    let mut page = Page::connect(&gateway, &[("authorization", &header)])
        .await
        .unwrap();
    let mut other = Page::open(&gateway, "ralf").await;
    assert_eq!(status_with(&gateway, "ralf", &token).await, 200);
    people::revoke(&gateway, id).await;
    assert_eq!(status_with(&gateway, "ralf", &token).await, 401);
    assert_eq!(page.closed().await, SIGNED_OUT);
    other.say(json!({"type": "ping"})).await;
    other.next_of("pong").await;
}

#[tokio::test]
async fn the_end_date_of_a_token_ends_its_requests_and_its_sockets() {
    // Not even a rare heartbeat keeps it alive.
    let gateway =
        Gateway::with(|config| config.presence.heartbeat = Duration::from_secs(3600)).await;
    let until = time::now() + 1500;
    let (_, token) = people::token(&gateway, Some("ralf"), "groupdav mail", Some(until)).await;
    let header = basic("ralf", &token);
    let mut page = Page::connect(&gateway, &[("authorization", &header)])
        .await
        .unwrap();
    assert_eq!(page.closed().await, SIGNED_OUT);
    assert!(time::now() >= until);
    assert_eq!(status_with(&gateway, "ralf", &token).await, 401);
}

#[tokio::test]
async fn the_end_of_a_web_session_ends_its_requests_and_its_sockets() {
    let gateway = Gateway::with(|config| {
        config.presence.heartbeat = Duration::from_secs(3600);
        config.auth.session_lifetime = Duration::from_millis(1500);
    })
    .await;
    let cookie = sign_in(&gateway, "ralf").await;
    let mut page = Page::connect(&gateway, &[("cookie", &cookie)])
        .await
        .unwrap();
    assert_eq!(page.closed().await, SIGNED_OUT);
    assert_eq!(status_of(&gateway, &cookie).await, 401);
}

#[tokio::test]
async fn a_token_says_when_it_was_last_used() {
    let gateway = Gateway::start().await;
    let (_, token) = people::token(&gateway, None, "groupdav mail", None).await;
    let last_used = async || {
        let all = gateway
            .store
            .read(|db: sea_orm::DatabaseConnection| async move { tokens::all(&db).await });
        all.await.unwrap()[0].last_used
    };
    assert_eq!(last_used().await, None);
    let before = time::now();
    assert_eq!(status_with(&gateway, "anna", &token).await, 200);
    eventually("the last use is written", async || {
        last_used().await >= Some(before)
    })
    .await;
}

#[tokio::test]
async fn two_people_on_one_connection_are_two_people() {
    let gateway = Gateway::start().await;
    // The client keeps its connection: who one is belongs to the request.
    for login in ["ralf", "anna", "ralf"] {
        let listed = gateway.get_json(login, "/mail").await;
        assert!(
            listed.text.contains(&format!("/{login}/mail/")),
            "{}",
            listed.text
        );
    }
    assert_eq!(
        send(gateway.request(Method::GET, "/mail")).await.status,
        401
    );
}

#[tokio::test]
async fn guesses_from_one_address_lock_no_other_address_out() {
    let gateway = Gateway::with(|config| {
        config.server.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    let from = async |address: &str, password: &str| {
        let request = gateway
            .request(Method::GET, "/mail")
            .basic_auth("ralf", Some(password));
        send(request.header("x-forwarded-for", address))
            .await
            .status
    };
    for _ in 0..10 {
        assert_eq!(from("2001:db8:0:1::1", "wrong").await, 401);
    }
    // What a client claims stands left of what the proxy has seen.
    assert_eq!(from("192.0.2.7, 2001:db8:0:1::1", "wrong").await, 429);
    // One network of IPv6 is one household.
    assert_eq!(from("2001:db8:0:1:ffff::2", "wrong").await, 429);
    assert_eq!(from("2001:db8:0:2::1", "wrong").await, 401);
    assert_eq!(from("192.0.2.7", "wrong").await, 401);
    assert_eq!(from("192.0.2.7", PASSWORD).await, 200);
}

#[tokio::test]
async fn a_new_token_may_be_used_before_every_process_has_heard_of_it() {
    let gateway = Gateway::start().await;
    let (_, token) = people::token(&gateway, Some("ralf"), "groupdav mail", None).await;
    let header = basic("ralf", &token);
    let mut page = Page::connect(&gateway, &[("authorization", &header)])
        .await
        .unwrap();
    page.say(json!({"type": "watch"})).await;
    // Now it hears of everything that was changed so far.
    gateway.change(|_| async { Ok(Vec::new()) }).await;
    let _second = Page::open(&gateway, "ralf").await;
    while page.next_of("presence").await["sessions"] != 2 {}
}
