//! Where one is signed in, and signing out there.

use jiff::Timestamp;
use quillgate::store::time;
use reqwest::Method;
use serde_json::{Value, json};

use super::ask;
use crate::login::{SIGNED_OUT, send, status_of};
use crate::support::people::{PASSWORD, sign_in};
use crate::support::{Gateway, Page};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0";

async fn sign_in_with(gateway: &Gateway, browser: &str) -> String {
    let answer = send(
        gateway
            .request(Method::POST, "/login")
            .header("user-agent", browser)
            .json(&json!({"login": "ralf", "password": PASSWORD})),
    )
    .await;
    let cookie = answer.header("set-cookie").unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

async fn listed(gateway: &Gateway, cookie: &str) -> Vec<Value> {
    let answer = ask(gateway, cookie, Method::GET, "/me/sessions", Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body["sessions"].as_array().unwrap().clone()
}

/// Texts with and without fractions of a second do not sort as the times do.
fn time_of(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

fn id_of(cookie: &str) -> &str {
    cookie.split(['=', '.']).nth(1).unwrap()
}

async fn online(gateway: &Gateway, cookie: &str) -> Page {
    let page = Page::connect(gateway, &[("cookie", cookie)]).await;
    page.unwrap()
}

#[tokio::test]
async fn every_place_is_listed_with_its_browser_and_the_pages_that_it_has_open() {
    let gateway = Gateway::start().await;
    let before = Timestamp::from_millisecond(time::now()).unwrap();
    let phone = sign_in_with(&gateway, &"x".repeat(5000)).await;
    let cookie = sign_in_with(&gateway, FIREFOX).await;
    let strange = sign_in(&gateway, "anna").await;
    let _pages = (
        online(&gateway, &cookie).await,
        online(&gateway, &cookie).await,
    );
    let list = listed(&gateway, &cookie).await;
    let ids: Vec<_> = list
        .iter()
        .map(|session| session["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, [id_of(&cookie), id_of(&phone)], "the latest first");
    let own = &list[0];
    assert_eq!(own["userAgent"], FIREFOX);
    assert_eq!((&own["current"], &own["online"]), (&json!(true), &json!(2)));
    let other = &list[1];
    assert_eq!(other["userAgent"], "x".repeat(300));
    assert_eq!(
        (&other["current"], &other["online"]),
        (&json!(false), &json!(0))
    );
    for name in ["created", "lastUsed", "expires"] {
        assert!(time_of(&own[name]) >= before, "{name}: {own}");
    }
    assert!(
        !list
            .iter()
            .any(|session| session.to_string().contains("secret"))
    );
    assert_eq!(
        listed(&gateway, &strange).await.len(),
        1,
        "anna sees ralf's"
    );
}

#[tokio::test]
async fn a_session_ends_for_the_next_request_and_its_sockets_at_once() {
    let gateway = Gateway::start().await;
    let cookie = sign_in(&gateway, "ralf").await;
    let lost = sign_in(&gateway, "ralf").await;
    let strange = sign_in(&gateway, "anna").await;
    let (mut own, mut theirs) = (
        online(&gateway, &cookie).await,
        online(&gateway, &lost).await,
    );
    let path = format!("/me/sessions/{}", id_of(&lost));
    let answer = ask(&gateway, &strange, Method::DELETE, &path, Value::Null).await;
    assert_eq!(answer.status, 404, "{}", answer.text);
    assert_eq!(status_of(&gateway, &lost).await, 200);
    let answer = ask(&gateway, &cookie, Method::DELETE, &path, Value::Null).await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    assert_eq!(status_of(&gateway, &lost).await, 401);
    assert_eq!(theirs.closed().await, SIGNED_OUT);
    let again = ask(&gateway, &cookie, Method::DELETE, &path, Value::Null).await;
    assert_eq!(again.status, 404);
    own.pulse(true, true).await;
    assert_eq!(listed(&gateway, &cookie).await.len(), 1);

    // All others at once.
    let others = [
        sign_in(&gateway, "ralf").await,
        sign_in(&gateway, "ralf").await,
    ];
    let mut page = online(&gateway, &others[0]).await;
    let answer = ask(
        &gateway,
        &cookie,
        Method::DELETE,
        "/me/sessions",
        Value::Null,
    )
    .await;
    assert_eq!(answer.body, json!({"status": 200, "ended": 2}));
    assert_eq!(page.closed().await, SIGNED_OUT);
    for other in &others {
        assert_eq!(status_of(&gateway, other).await, 401);
    }
    own.pulse(true, true).await;
    assert_eq!(status_of(&gateway, &cookie).await, 200);
    assert_eq!(status_of(&gateway, &strange).await, 200);
}

/// The use of a session is written now and then, not with every request.
#[tokio::test]
async fn the_last_use_is_written_behind_and_only_when_it_is_news() {
    use sea_orm::ConnectionTrait;
    let gateway = Gateway::start().await;
    let cookie = sign_in(&gateway, "ralf").await;
    let at = |list: &[Value]| time_of(&list[0]["lastUsed"]);
    let signed_in = at(&listed(&gateway, &cookie).await);
    for _ in 0..3 {
        assert_eq!(status_of(&gateway, &cookie).await, 200);
    }
    assert_eq!(at(&listed(&gateway, &cookie).await), signed_in);
    // As if that had been an hour ago, and nobody remembered the session.
    let id = id_of(&cookie).to_owned();
    let told = id.clone();
    gateway
        .change(move |db| async move {
            let earlier = time::now() - 3_600_000;
            db.execute_unprepared(&format!(
                "UPDATE web_sessions SET last_used = {earlier} WHERE id = '{id}'"
            ))
            .await?;
            // Forgets what is in memory; nothing of it is another's.
            Ok(vec![quillgate::store::changes::Change::WebSession(told)])
        })
        .await;
    crate::support::eventually("the use is written", async || {
        at(&listed(&gateway, &cookie).await) >= signed_in
    })
    .await;
}
