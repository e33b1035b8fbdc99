//! What users see and change about themselves: `/me…`.

mod identities;
mod password;
mod sessions;
mod tokens;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::Gateway;
use crate::support::gateway::Answer;

/// Asks as the web client of a session does. `body` null: none.
async fn ask(gateway: &Gateway, cookie: &str, method: Method, path: &str, body: Value) -> Answer {
    let request = gateway.request(method, path).header("cookie", cookie);
    let request = match body {
        Value::Null => request,
        body => request.json(&body),
    };
    Answer::of(request.send().await.unwrap()).await
}

/// Asserts that each body is 422 with a message that names something, and tells which did.
async fn assert_refused(
    gateway: &Gateway,
    cookie: &str,
    (method, path): (Method, &str),
    bodies: &[(Value, &str)],
) {
    for (body, named) in bodies {
        let answer = ask(gateway, cookie, method.clone(), path, body.clone()).await;
        let shown = format!("{path} {body}: {}", answer.text);
        assert_eq!(answer.status, 422, "{shown}");
        assert!(answer.message().contains(named), "{shown}");
    }
}

#[tokio::test]
async fn the_page_learns_who_is_signed_in_and_programs_do_not() {
    let gateway = Gateway::start().await;
    let user = json!({"id": 5, "login": "ralf", "name": "Ralf Becker", "email": "ralf@example.org",
                      "admin": false, "timezone": null});
    let cookie = crate::support::people::sign_in(&gateway, "ralf").await;
    let id = cookie.split(['=', '.']).nth(1).unwrap();
    let answer = ask(&gateway, &cookie, Method::GET, "/me", Value::Null).await;
    let expected = json!({"user": user, "session": id, "passwordHere": true});
    assert_eq!(answer.body, expected);
    let answer = gateway.get_json("ralf", "/me").await;
    let expected = json!({"user": user, "session": null, "passwordHere": true});
    assert_eq!(answer.body, expected);
    // A form of another site cannot send this type, and a page of another site does not get past the gate.
    let plain = gateway
        .request(Method::POST, "/me/tokens")
        .header("cookie", &cookie)
        .header("content-type", "text/plain")
        .body(r#"{"scopes": ["mail"]}"#);
    assert_eq!(plain.send().await.unwrap().status(), 415);
}
