//! What stands in the log, and what never does.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::command::{House, Process};
use crate::support::people::basic;
use crate::support::sink::{Act, Sink};

/// Everything that somebody typed, and that concerns nobody who reads logs.
const SECRETS: [&str; 9] = [
    "ralf",
    "secret-",
    "Hello-Subject",
    "Body-Text",
    "somebody",
    "example.org",
    "example.com",
    "File-Name",
    "token1_",
];

/// Does everything once, with a server that takes mail, one that refuses it, and wrong credentials.
async fn live_through(server: &Process, token: &str) {
    let upload = server
        .request(Method::POST, "ralf", "/ralf/mail/attachments/File-Name.txt")
        .header("X-No-Location", "true")
        .body("x");
    let upload: Value = upload.send().await.unwrap().json().await.unwrap();
    let location = upload["location"].as_str().unwrap();
    let mail = json!({
        "to": ["somebody@example.com", "reject-somebody@example.com"], "subject": "Hello-Subject",
        "body": "Body-Text", "attachments": [location],
    });
    for (path, body, status) in [
        ("/mail/1", mail.clone(), 200),
        (
            "/ralf/mail",
            json!({"to": "reject-somebody@example.com", "subject": "Hello-Subject"}),
            500,
        ),
        ("/mail/compose", mail.clone(), 404),
        ("/mail", json!({"to": "somebody"}), 422),
    ] {
        let answer = server.request(Method::POST, "ralf", path).json(&body);
        assert_eq!(answer.send().await.unwrap().status(), status, "{path}");
    }
    for (login, password, path, status) in [
        ("ralf", "secret-wrong", "/mail", 401),
        ("ralf", token, "/mail", 200),
        ("ralf", "token1_AAAAAAAAAAAAAAAAAAAAAAAA", "/mail", 401),
        ("ralf", "secret-ralf", location, 200),
        ("ralf", "secret-ralf", "/ralf/nothing/File-Name", 404),
        ("ralf", "secret-ralf", "/mail?secret-query=1", 200),
    ] {
        let url = format!("http://{}{path}", server.address());
        let request = server.http.get(url).basic_auth(login, Some(password));
        assert_eq!(request.send().await.unwrap().status(), status, "{path}");
    }
    let url = format!("http://{}/login", server.address());
    let signed_in = server
        .http
        .post(url)
        .json(&json!({"login": "ralf", "password": "secret-ralf"}));
    assert!(signed_in.send().await.unwrap().status().is_success());
}

async fn logged(level: &str, format: &str) -> String {
    let sink = Sink::with(|_, command| match command.contains("reject-") {
        true => Act::Say("550 5.1.1 somebody is unknown"),
        false => Act::Usual,
    });
    let smtp = format!("smtp://127.0.0.1:{}", sink.port);
    let house = House::with_account(
        &smtp,
        &format!("log.level = \"{level}\"\nlog.format = \"{format}\""),
    );
    let token = house
        .ok(&["token", "create", "--user", "ralf"])
        .trim()
        .to_owned();
    let mut server = house.serve();
    live_through(&server, &token).await;
    assert_eq!(server.stop(), Some(0));
    server.log()
}

fn holds_no_secret(log: &str) {
    let encoded = basic("ralf", "secret-ralf");
    let encoded = encoded.strip_prefix("Basic ").unwrap();
    for secret in SECRETS.iter().copied().chain([encoded]) {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}

#[tokio::test]
async fn every_request_is_one_line_and_no_line_tells_what_was_in_it() {
    let log = logged("info", "text").await;
    let requests: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("request id="))
        .collect();
    assert_eq!(requests.len(), 12, "{log}");
    for (line, (method, route, status)) in requests.iter().zip([
        ("POST", "/mail/attachments/{name:.*}", 200),
        ("POST", "/mail/{identity:[0-9]+}", 200),
        ("POST", "/mail", 500),
        ("POST", "/mail/compose", 404),
    ]) {
        assert!(
            line.contains(&format!(
                "method={method} route=\"{route}\" status={status} ms="
            )),
            "{line}"
        );
        assert!(line.contains("client=127.0.0.1"), "{line}");
    }
    holds_no_secret(&log);
}

#[tokio::test]
async fn the_finest_level_tells_no_more_about_people() {
    let log = logged("trace", "text").await;
    assert!(log.contains("TRACE"), "it is the finest");
    holds_no_secret(&log);
}

#[tokio::test]
async fn json_lines_are_json() {
    let log = logged("info", "json").await;
    for line in log.lines() {
        let entry: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
        for name in ["timestamp", "level", "message"] {
            assert!(entry[name].is_string(), "{line}");
        }
    }
    let request = log
        .lines()
        .find(|line| line.contains("\"request\""))
        .unwrap();
    let request: Value = serde_json::from_str(request).unwrap();
    assert_eq!(
        (&request["method"], &request["status"]),
        (&json!("POST"), &json!(200))
    );
    assert_eq!(request["id"].as_str().unwrap().len(), 32);
    holds_no_secret(&log);
}
