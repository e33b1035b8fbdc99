//! Signing in and out, and how credentials end.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::gateway::Answer;
use crate::support::people::{self, PASSWORD, sign_in};
use crate::support::{Gateway, Page};

/// The code that a socket is closed with when its credential has ended.
pub const SIGNED_OUT: Option<u16> = Some(4401);

pub async fn send(request: RequestBuilder) -> Answer {
    Answer::of(request.send().await.unwrap()).await
}

fn form(login: &str, password: &str) -> Value {
    json!({"login": login, "password": password})
}

pub async fn log_in(gateway: &Gateway, login: &str, password: &str) -> Answer {
    send(
        gateway
            .request(Method::POST, "/login")
            .json(&form(login, password)),
    )
    .await
}

/// `GET /mail` with another `Authorization`.
pub async fn status_of(gateway: &Gateway, cookie: &str) -> u16 {
    send(
        gateway
            .request(Method::GET, "/mail")
            .header("cookie", cookie),
    )
    .await
    .status
}

#[tokio::test]
async fn signing_in_gives_a_cookie_that_scripts_cannot_read_and_other_sites_cannot_send() {
    let gateway = Gateway::start().await;
    let answer = log_in(&gateway, "ralf", PASSWORD).await;
    let user = json!({"id": 5, "login": "ralf", "name": "Ralf Becker", "admin": false});
    assert_eq!(answer.body, json!({"status": 200, "user": user}));
    let cookie = answer.header("set-cookie").unwrap();
    for flag in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=2592000"] {
        assert!(
            cookie.split("; ").any(|part| part == flag),
            "{flag} is not in {cookie}"
        );
    }
    assert!(
        !cookie.contains("Secure") && !cookie.contains("Domain"),
        "{cookie}"
    );
    assert!(
        !answer
            .text
            .contains(cookie.split([';', '.']).nth(1).unwrap())
    );
}

#[tokio::test]
async fn the_cookie_is_secure_when_browsers_come_by_https() {
    let is_secure = async |gateway: &Gateway| {
        let request = gateway
            .request(Method::POST, "/login")
            .json(&form("ralf", PASSWORD));
        let answer = send(request.header("x-forwarded-proto", "https")).await;
        answer.header("set-cookie").unwrap().contains("; Secure")
    };
    let anybody = Gateway::start().await;
    assert!(
        !is_secure(&anybody).await,
        "a header that anybody can send is believed"
    );
    let proxied = Gateway::with(|config| {
        config.server.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    assert!(is_secure(&proxied).await);
    let plain = log_in(&proxied, "ralf", PASSWORD).await;
    assert!(!plain.header("set-cookie").unwrap().contains("; Secure"));
    let public = Gateway::with(|config| {
        config.server.public_url = Some("https://mail.example.org".parse().unwrap());
    })
    .await;
    assert!(is_secure(&public).await);
}

#[tokio::test]
async fn a_wrong_login_learns_nothing_and_opens_no_dialog_of_the_browser() {
    let gateway = Gateway::start().await;
    let (_, token) = people::token(&gateway, Some("ralf"), "groupdav mail", None).await;
    for (login, password) in [
        ("ralf", "wrong"),
        ("nobody", PASSWORD),
        ("ralf", token.as_str()),
    ] {
        let answer = log_in(&gateway, login, password).await;
        assert_eq!(
            answer.body,
            json!({"error": 401, "message": "Wrong login or password"})
        );
        assert_eq!(answer.header("www-authenticate"), None);
        assert_eq!(answer.header("set-cookie"), None);
    }
    for body in [
        json!({}),
        json!({"login": "ralf"}),
        json!({"login": 5, "password": PASSWORD}),
    ] {
        let answer = send(gateway.request(Method::POST, "/login").json(&body)).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.text);
    }
    let scripted = gateway
        .request(Method::GET, "/mail")
        .header("x-requested-with", "fetch");
    let answer = send(scripted).await;
    assert_eq!(
        (answer.status, answer.header("www-authenticate")),
        (401, None)
    );
}

#[tokio::test]
async fn signing_out_makes_the_cookie_worthless_and_closes_its_sockets() {
    let gateway = Gateway::start().await;
    let (cookie, other) = (
        sign_in(&gateway, "ralf").await,
        sign_in(&gateway, "ralf").await,
    );
    let mut page = Page::connect(&gateway, &[("cookie", &cookie)])
        .await
        .unwrap();
    let mut kept = Page::connect(&gateway, &[("cookie", &other)])
        .await
        .unwrap();
    let answer = send(
        gateway
            .request(Method::POST, "/logout")
            .header("cookie", &cookie),
    )
    .await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(status_of(&gateway, &cookie).await, 401);
    assert_eq!(page.closed().await, SIGNED_OUT);
    // A script cannot read the status of a refused handshake: it is told by the code.
    let mut late = Page::upgrade(&gateway, &[("cookie", &cookie)])
        .await
        .unwrap();
    assert_eq!(late.next().await, Err(SIGNED_OUT));
    // The other browser goes on.
    assert_eq!(status_of(&gateway, &other).await, 200);
    kept.say(json!({"type": "ping"})).await;
    kept.next_of("pong").await;
    // Nothing to end is no error.
    let again = send(
        gateway
            .request(Method::POST, "/logout")
            .header("cookie", &cookie),
    )
    .await;
    assert_eq!(again.status, 200);
}

#[tokio::test]
async fn signing_out_is_not_coming_back() {
    let gateway = Gateway::start().await;
    let cookie = sign_in(&gateway, "ralf").await;
    let mut page = Page::connect(&gateway, &[("cookie", &cookie)])
        .await
        .unwrap();
    send(
        gateway
            .request(Method::POST, "/logout")
            .header("cookie", &cookie),
    )
    .await;
    assert_eq!(page.closed().await, SIGNED_OUT);
    let answer = gateway.post_json("ralf", "/mail/compose", &json!({})).await;
    assert_eq!(answer.body["details"]["reason"], "offline");
}

#[tokio::test]
async fn signing_in_again_ends_the_session_that_the_browser_had() {
    let gateway = Gateway::start().await;
    let cookie = sign_in(&gateway, "ralf").await;
    let request = gateway
        .request(Method::POST, "/login")
        .json(&form("anna", PASSWORD));
    assert_eq!(send(request.header("cookie", &cookie)).await.status, 200);
    assert_eq!(status_of(&gateway, &cookie).await, 401);
}

#[tokio::test]
async fn another_site_cannot_use_the_cookie() {
    let gateway = Gateway::start().await;
    let cookie = sign_in(&gateway, "ralf").await;
    let post = |path: &str| {
        gateway
            .request(Method::POST, path)
            .header("cookie", &cookie)
            .header("content-type", "application/json")
            .body(r#"{"to": "info@example.org"}"#)
    };
    for path in [
        "/mail",
        "/mail/1/compose",
        "/mail/attachments/a",
        "/logout",
        "/login",
    ] {
        for origin in [
            "https://evil.example",
            "null",
            "http://localhost",
            "http://127.0.0.1:1",
        ] {
            let answer = send(post(path).header("origin", origin)).await;
            assert_eq!(answer.status, 403, "{path} from {origin}: {}", answer.text);
        }
        let answer = send(post(path).header("sec-fetch-site", "cross-site")).await;
        assert_eq!(answer.status, 403, "{path}: {}", answer.text);
    }
    for path in ["/mail", "/mail/1/compose"] {
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "text/json",
        ] {
            let request = gateway
                .request(Method::POST, path)
                .header("cookie", &cookie);
            let request = request.header("content-type", kind).body("{}");
            assert_eq!(send(request).await.status, 415, "{path} with {kind}");
        }
        let request = gateway
            .request(Method::POST, path)
            .header("cookie", &cookie);
        assert_eq!(send(request.body("{}")).await.status, 415, "{path}");
    }
    assert!(gateway.sent().is_empty());
    assert_eq!(status_of(&gateway, &cookie).await, 200, "still signed in");
    let own = format!("http://{}", gateway.address);
    let answer = send(
        post("/mail")
            .header("origin", own)
            .header("sec-fetch-site", "same-origin"),
    );
    assert_eq!(answer.await.status, 200);
}
