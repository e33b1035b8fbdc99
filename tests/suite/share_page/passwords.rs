//! Shares that open with a password.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{HTML, change, get, opened, path, row, send, shared, tool};
use crate::support::gateway::Answer;
use crate::support::{Gateway, people};

const SECRET: &str = "grün & blau+%";

async fn locked(gateway: &Gateway) -> String {
    super::filed(gateway, "Secret plan.txt", "text/plain", "the plan").await;
    let terms = json!({"sharePassword": SECRET});
    shared(gateway, "Secret plan.txt", "share_rw", terms).await
}

fn form(gateway: &Gateway, token: &str, password: &str) -> RequestBuilder {
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("password", password)
        .finish();
    gateway
        .request(Method::POST, &path(token))
        .header("accept", HTML)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
}

fn is_silent(answer: &Answer) {
    let told = format!("{}{:?}", answer.text, answer.headers);
    for secret in [
        "Secret",
        "plan",
        "Ralf",
        "Becker",
        "8 B",
        "etag",
        "last-modified",
    ] {
        assert!(!told.contains(secret), "{secret}: {told}");
    }
}

#[tokio::test]
async fn tools_show_it_with_any_user_name_and_are_asked_for_it() {
    let gateway = Gateway::start().await;
    let token = locked(&gateway).await;
    let here = path(&token);
    for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE] {
        for url in [
            here.clone(),
            format!("{here}?download"),
            format!("{here}?preview"),
            format!("{here}/x"),
        ] {
            let answer = send(tool(&gateway, method.clone(), &url)).await;
            assert_eq!(answer.status, 401, "{method} {url}");
            let challenge = format!("Basic realm=\"EGroupware share {token}\"");
            assert_eq!(answer.header("www-authenticate"), Some(&*challenge));
            assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
            if method != Method::HEAD {
                assert_eq!(answer.body["error"], 401, "{}", answer.text);
            }
            is_silent(&answer);
        }
    }
    for name in ["anybody", "", "ralf"] {
        let request = tool(&gateway, Method::GET, &here).basic_auth(name, Some(SECRET));
        assert_eq!(send(request).await.text, "the plan");
    }
    let wrong = tool(&gateway, Method::GET, &here).basic_auth("ralf", Some(people::PASSWORD));
    assert_eq!(send(wrong).await.status, 401);
    // No page makes a browser open its own dialog, neither with a script nor with a picture.
    for (name, value) in [
        ("x-requested-with", "XMLHttpRequest"),
        ("sec-fetch-mode", "no-cors"),
    ] {
        let answer = send(tool(&gateway, Method::GET, &here).header(name, value)).await;
        let challenge = answer.header("www-authenticate");
        assert_eq!((answer.status, challenge), (401, None), "{name}");
    }
}

#[tokio::test]
async fn browsers_get_a_form_and_then_a_cookie_for_this_share_alone() {
    let gateway = Gateway::start().await;
    let token = locked(&gateway).await;
    let here = path(&token);
    let page = opened(&gateway, &here).await;
    assert_eq!((page.status, page.header("www-authenticate")), (200, None));
    assert!(page.text.contains("type=\"password\""), "{}", page.text);
    // Else browsers would send the form with `Origin: null`.
    assert_eq!(page.header("referrer-policy"), Some("same-origin"));
    is_silent(&page);

    let wrong = send(form(&gateway, &token, "rot")).await;
    assert_eq!(
        (wrong.status, wrong.header("www-authenticate")),
        (401, None)
    );
    assert!(
        wrong.text.contains("That is not the password"),
        "{}",
        wrong.text
    );
    is_silent(&wrong);
    let bytes = opened(&gateway, &format!("{here}?download")).await;
    assert!(bytes.text.contains("type=\"password\""), "{}", bytes.text);

    let right = send(form(&gateway, &token, SECRET)).await;
    assert_eq!(
        (right.status, right.header("location")),
        (303, Some(&*here))
    );
    let cookie = right.header("set-cookie").unwrap().to_owned();
    for part in [
        "HttpOnly",
        "SameSite=Lax",
        &format!("Path={here}"),
        "Max-Age=43200",
    ] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    assert!(!cookie.contains("Secure"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let with = |url: &str| tool(&gateway, Method::GET, url).header("cookie", cookie.clone());
    assert_eq!(send(with(&here)).await.text, "the plan");

    // Not for another share with the same password, and not when it is changed in any place.
    let other = shared(
        &gateway,
        "Secret plan.txt",
        "share_ro",
        json!({"sharePassword": SECRET}),
    )
    .await;
    assert_eq!(send(with(&path(&other))).await.status, 401);
    for forged in [
        format!("{cookie}A"),
        cookie.replace(':', "."),
        "quillgate_share=x1:a:b".into(),
        "quillgate_share=".into(),
    ] {
        let request = tool(&gateway, Method::GET, &here).header("cookie", forged);
        assert_eq!(send(request).await.status, 401);
    }
    // Another password: worth nothing.
    let stored = row(&gateway, &other).await.password_hash.unwrap();
    change(
        &gateway,
        &token,
        quillgate::shares::rows::Column::PasswordHash,
        stored,
    )
    .await;
    assert_eq!(send(with(&here)).await.status, 401);
    assert_eq!(send(form(&gateway, &token, SECRET)).await.status, 303);
}

#[tokio::test]
async fn a_form_comes_from_the_page_itself_and_is_small() {
    let gateway = Gateway::start().await;
    let token = locked(&gateway).await;
    let own = format!("http://{}", gateway.address);
    for (origin, status) in [
        (own.as_str(), 303),
        ("https://evil.example", 403),
        ("null", 403),
    ] {
        let answer = send(form(&gateway, &token, SECRET).header("origin", origin)).await;
        assert_eq!(answer.status, status, "{origin}");
    }
    let cross = form(&gateway, &token, SECRET).header("sec-fetch-site", "cross-site");
    assert_eq!(send(cross).await.status, 403);
    let long = send(form(&gateway, &token, &"x".repeat(5000))).await;
    assert_eq!(long.status, 413);
    let request = gateway
        .request(Method::POST, &path(&token))
        .json(&json!({"password": SECRET}));
    assert_eq!(send(request).await.status, 415);
    // Where there is no password none is asked for.
    let open = shared(&gateway, "Secret plan.txt", "share_ro", Value::Null).await;
    let answer = send(form(&gateway, &open, "x")).await;
    assert_eq!((answer.status, answer.header("set-cookie")), (303, None));
    let unknown = send(form(&gateway, "0123456789abcdefABCDEF00", SECRET)).await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn behind_https_the_cookie_is_secure_and_it_survives_a_restart() {
    let directory = tempfile::TempDir::new().unwrap();
    let mut config = quillgate::config::Config::for_data_dir(&directory.path().join("data"));
    config.server.listen = vec![quillgate::config::Listen::Tcp("127.0.0.1:0".to_owned())];
    config.server.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    let gateway = Gateway::launch(config.clone()).await;
    people::move_in(&gateway.store, &gateway.outbox()).await;
    let token = locked(&gateway).await;
    let proxied = form(&gateway, &token, SECRET).header("x-forwarded-proto", "https");
    let answer = send(proxied).await;
    let cookie = answer.header("set-cookie").unwrap().to_owned();
    assert!(cookie.contains("; Secure"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    gateway.stop().await;
    let gateway = Gateway::launch(config).await;
    let again = tool(&gateway, Method::GET, &path(&token)).header("cookie", cookie);
    assert_eq!(send(again).await.text, "the plan");
}

#[tokio::test]
async fn guessing_is_limited_and_nobody_else_feels_it() {
    let gateway = Gateway::with(|config| config.auth.login_attempts = 3).await;
    let token = locked(&gateway).await;
    for _ in 0..2 {
        assert_eq!(send(form(&gateway, &token, "wrong")).await.status, 401);
    }
    let guess = tool(&gateway, Method::GET, &path(&token)).basic_auth("", Some("wrong"));
    assert_eq!(send(guess).await.status, 401);
    let page = send(form(&gateway, &token, SECRET)).await;
    assert_eq!(page.status, 429);
    assert!(
        page.text
            .contains("Too many wrong passwords. Please try again in 5 minutes."),
        "{}",
        page.text
    );
    let seconds: u64 = page.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=300).contains(&seconds));
    is_silent(&page);
    let guess = tool(&gateway, Method::GET, &path(&token)).basic_auth("", Some(SECRET));
    let refused = send(guess).await;
    assert_eq!((refused.status, &refused.body["error"]), (429, &json!(429)));
    // Another address, another share, and the owner's own login.
    let mut elsewhere = crate::support::raw::Raw::connect_from(&gateway, [127, 0, 0, 9]).await;
    let basic = people::basic("x", SECRET);
    let here = path(&token);
    let request = format!("GET {here} HTTP/1.1\r\nHost: x\r\nAuthorization: {basic}\r\n\r\n");
    elsewhere.send(request.as_bytes()).await.unwrap();
    assert_eq!(elsewhere.answer().await.body, "the plan");
    let other = shared(&gateway, "Secret plan.txt", "share_ro", Value::Null).await;
    assert_eq!(get(&gateway, &path(&other)).await.status, 200);
    assert_eq!(gateway.get_json("ralf", "/mail").await.status, 200);
}
