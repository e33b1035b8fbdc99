//! One's tokens: made with what they may do, listed, revoked.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ask, assert_refused};
use crate::login::SIGNED_OUT;
use crate::support::gateway::Answer;
use crate::support::people::{self, basic, sign_in};
use crate::support::{Gateway, Page, eventually};

async fn listed(gateway: &Gateway, cookie: &str) -> Vec<Value> {
    let answer = ask(gateway, cookie, Method::GET, "/me/tokens", Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body["tokens"].as_array().unwrap().clone()
}

async fn create(gateway: &Gateway, cookie: &str, body: Value) -> Answer {
    let answer = ask(gateway, cookie, Method::POST, "/me/tokens", body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer
}

async fn status_of(gateway: &Gateway, login: &str, token: &str) -> u16 {
    let request = gateway.request(Method::GET, "/mail");
    let request = request.basic_auth(login, Some(token));
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_token_is_shown_once_works_for_its_owner_alone_and_ends_at_once() {
    let gateway = Gateway::start().await;
    let (cookie, strange) = (
        sign_in(&gateway, "ralf").await,
        sign_in(&gateway, "anna").await,
    );
    let body =
        json!({"remark": " CRM ", "scopes": ["mail:session", "groupdav"], "until": "+30days"});
    let made = create(&gateway, &cookie, body).await.body;
    let token = made["token"].as_str().unwrap().to_owned();
    let mut expected = made.clone();
    expected.as_object_mut().unwrap().remove("token");
    assert_eq!(made["remark"], "CRM");
    assert_eq!(made["scopes"], json!(["groupdav", "mail:session"]));
    assert!(
        made["until"].as_str().unwrap().ends_with("T23:59:59.999Z"),
        "{made}"
    );
    assert_eq!(listed(&gateway, &cookie).await, [expected]);
    assert_eq!(listed(&gateway, &strange).await, [] as [Value; 0]);

    assert_eq!(status_of(&gateway, "ralf", &token).await, 200);
    assert_eq!(
        status_of(&gateway, "anna", &token).await,
        401,
        "valid for all users"
    );
    eventually("the last use is written", async || {
        listed(&gateway, &cookie).await[0]["lastUsed"].is_string()
    })
    .await;

    let headers = basic("ralf", &token);
    let mut page = Page::connect(&gateway, &[("authorization", &headers)])
        .await
        .unwrap();
    let path = format!("/me/tokens/{}", made["id"]);
    let answer = ask(&gateway, &strange, Method::DELETE, &path, Value::Null).await;
    assert_eq!(answer.status, 404, "{}", answer.text);
    assert_eq!(status_of(&gateway, "ralf", &token).await, 200);
    let answer = ask(&gateway, &cookie, Method::DELETE, &path, Value::Null).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    assert_eq!(status_of(&gateway, "ralf", &token).await, 401);
    assert_eq!(page.closed().await, SIGNED_OUT);
    assert_eq!(listed(&gateway, &cookie).await, [] as [Value; 0]);
    let again = ask(&gateway, &cookie, Method::DELETE, &path, Value::Null).await;
    assert_eq!(again.status, 404);
}

#[tokio::test]
async fn tokens_for_all_users_are_nobodys_own() {
    let gateway = Gateway::start().await;
    let cookie = sign_in(&gateway, "root").await;
    let (id, token) = people::token(&gateway, None, "groupdav mail", None).await;
    assert_eq!(listed(&gateway, &cookie).await, [] as [Value; 0]);
    let path = format!("/me/tokens/{id}");
    let answer = ask(&gateway, &cookie, Method::DELETE, &path, Value::Null).await;
    assert_eq!(answer.status, 404, "{}", answer.text);
    assert_eq!(status_of(&gateway, "ralf", &token).await, 200);
}

#[tokio::test]
async fn what_cannot_be_a_token_is_refused_by_name() {
    let gateway = Gateway::start().await;
    let cookie = sign_in(&gateway, "ralf").await;
    let mail = json!(["groupdav", "mail"]);
    let bodies = [
        (json!({}), "'scopes'"),
        (json!({"scopes": []}), "'scopes'"),
        (json!({"scopes": {"mail": true}}), "'scopes'"),
        (json!({"scopes": [5]}), "scopes[0]"),
        (
            json!({"scopes": ["mail", "mail:all\n\u{202e}"]}),
            "'mail:all\\n\\u{202e}'",
        ),
        (
            json!({"scopes": mail, "remark": "x".repeat(101)}),
            "'remark'",
        ),
        (json!({"scopes": mail, "remark": "a\r\nb"}), "remark"),
        (json!({"scopes": mail, "remark": 5}), "'remark'"),
        (
            json!({"scopes": mail, "until": "2020-01-01"}),
            "'until': it is in the past",
        ),
        (json!({"scopes": mail, "until": "soon"}), "'until'"),
        (json!({"scopes": mail, "until": 5}), "'until'"),
        (json!({"scopes": mail, "untill": "+1day"}), "'untill'"),
        (json!({"scopes": mail, "allUsers": true}), "'allUsers'"),
        (json!({"scopes": mail, "user": "anna"}), "'user'"),
    ];
    assert_refused(&gateway, &cookie, (Method::POST, "/me/tokens"), &bodies).await;
    assert_eq!(listed(&gateway, &cookie).await, [] as [Value; 0]);
}

#[tokio::test]
async fn a_hundred_tokens_are_all_that_a_user_has() {
    let gateway = Gateway::start().await;
    for _ in 0..100 {
        people::token(&gateway, Some("ralf"), "mail", None).await;
    }
    let cookie = sign_in(&gateway, "ralf").await;
    let body = json!({"scopes": ["mail"]});
    let answer = ask(&gateway, &cookie, Method::POST, "/me/tokens", body.clone()).await;
    assert_eq!(answer.status, 409, "{}", answer.text);
    assert_eq!(answer.body["details"]["limit"], 100);
    let strange = sign_in(&gateway, "anna").await;
    create(&gateway, &strange, body.clone()).await;
    let path = format!("/me/tokens/{}", listed(&gateway, &cookie).await[0]["id"]);
    ask(&gateway, &cookie, Method::DELETE, &path, Value::Null).await;
    create(&gateway, &cookie, body).await;
}
