//! Every way of writing a path, and the paths that are none.

use quillgate::server::URLS;
use reqwest::Method;
use serde_json::json;

use crate::auth_matrix::{NONE_SUCH, TABLE, assert_answer_in_form};
use crate::support::Gateway;
use crate::support::exchange::{exchange, request};
use crate::support::gateway::Answer;
use crate::support::people::PASSWORD;

#[tokio::test]
async fn base_path_and_trailing_slash_make_no_difference() {
    let gateway = Gateway::start().await;
    for row in TABLE
        .iter()
        .filter(|row| row.method == "GET" && !row.path.contains(['<', '#']))
    {
        if row.pattern.starts_with("/demo") || row.pattern == "/ws" {
            continue;
        }
        let plain = gateway.get_json("ralf", row.path).await;
        let path = row.path.trim_end_matches('/');
        for written in [
            format!("{path}/"),
            format!("/egroupware/groupdav.php{path}"),
            format!("/egroupware/groupdav.php{path}/"),
        ] {
            let answer = gateway.get_json("ralf", &written).await;
            assert_eq!(answer.status, row.passes, "{written}");
            // The page says where it is.
            if !["/", "/embed"].contains(&row.path) {
                assert_eq!(answer.text, plain.text, "{written}");
            }
            assert_answer_in_form(&answer);
        }
    }
    for path in ["/mail/", "/egroupware/groupdav.php/mail/1/"] {
        let answer = gateway
            .post_json("ralf", path, &json!({"to": "info@example.org"}))
            .await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    }
    assert_eq!(gateway.sent().len(), 2);
}

#[tokio::test]
async fn ones_own_login_and_the_placeholders_of_tools_may_stand_before_mail() {
    let gateway = Gateway::start().await;
    for prefix in ["/ralf", "/r%61lf", "/{username}", "/%7Busername%7D"] {
        for base in ["", "/egroupware/groupdav.php"] {
            for path in ["/mail", "/mail/{id}", "/mail/%7Bid%7D/"] {
                let written = format!("{base}{prefix}{path}");
                let answer = exchange(&gateway, &request("GET", &written, "", b"")).await;
                assert_eq!(answer.status, 200, "{written}: {}", answer.text);
                assert!(
                    answer.body["responses"]["/ralf/mail/1"].is_string(),
                    "{written}"
                );
            }
            let written = format!("{base}{prefix}/mail/1/compose");
            let answer = exchange(&gateway, &request("POST", &written, "", b"{}")).await;
            assert_eq!(
                answer.body["details"]["reason"], "offline",
                "{written}: {}",
                answer.text
            );
        }
    }
}

#[tokio::test]
async fn another_users_prefix_is_refused_whatever_the_route() {
    let gateway = Gateway::start().await;
    let expected = "/mail is NOT available for users other than the one you authenticated!";
    for row in TABLE.iter().filter(|row| row.pattern.starts_with("/mail")) {
        for prefix in ["/anna", "/nobody", "/Ralf", "/egroupware/groupdav.php/anna"] {
            let path = format!("{prefix}{}", row.path.replace("<upload>", NONE_SUCH));
            let method: Method = row.method.parse().unwrap();
            let request = gateway
                .request(method, &path)
                .basic_auth("ralf", Some(PASSWORD));
            let answer = Answer::of(request.body(row.body).send().await.unwrap()).await;
            assert_eq!(
                answer.body,
                json!({"error": 403, "message": expected}),
                "{path}"
            );
            assert_answer_in_form(&answer);
        }
        // Nobody learns of logins without one.
        let path = format!("/anna{}", row.path.replace("<upload>", NONE_SUCH));
        let answer = gateway
            .request(row.method.parse().unwrap(), &path)
            .body(row.body);
        assert_eq!(answer.send().await.unwrap().status(), 401, "{path}");
    }
}

#[tokio::test]
async fn a_method_that_a_path_does_not_have_is_told_which_it_has() {
    let gateway = Gateway::start().await;
    for url in URLS {
        let row = TABLE.iter().find(|row| row.pattern == url.path).unwrap();
        let path = row.path.replace("<upload>", NONE_SUCH);
        let known: Vec<_> = url.methods().collect();
        for method in [
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND",
        ] {
            if known.contains(&method) {
                continue;
            }
            for base in ["", "/egroupware/groupdav.php"] {
                let request = gateway.request(method.parse().unwrap(), &format!("{base}{path}"));
                let answer = Answer::of(request.send().await.unwrap()).await;
                assert_eq!(answer.status, 405, "{method} {path}");
                assert_eq!(
                    answer.header("allow"),
                    Some(known.join(", ").as_str()),
                    "{path}"
                );
                if method != "HEAD" {
                    assert_answer_in_form(&answer);
                }
            }
        }
    }
}

#[tokio::test]
async fn a_path_that_is_none_is_404() {
    let gateway = Gateway::start().await;
    for path in [
        "/mail/foo",
        "/mail/1/foo",
        "/mail/1x",
        "/mail/-1",
        "/mail/1/2",
        "/mail/compose/x/y",
        "/mails",
        "/Mail",
        "//mail",
        "/mail//1",
        "/mail/1//compose",
        "/ralf/presence",
        "/ralf",
        "/a/b/mail",
        "/mail/mail",
        "/static/",
        "/static/index.html",
        "/static/nothing.js",
        "/static/../Cargo.toml",
        "/demo/outbox",
        "/foo",
        "/egroupware",
        "/egroupware/groupdav.phpx/mail",
        "/egroupware/groupdav.php/foo",
        "/egroupware/groupdav.php/egroupware/groupdav.php/mail",
        "/metrics",
    ] {
        for method in ["GET", "POST"] {
            let raw = exchange(&gateway, &request(method, path, "", b"{}")).await;
            // Everything below /static/ is a path, but only to be read.
            let is_file = method == "POST" && path.starts_with("/static/") && path.len() > 8;
            let expected = if is_file { 405 } else { 404 };
            assert_eq!(raw.status, expected, "{method} {path}: {}", raw.text);
            assert_eq!(raw.body["error"], expected, "{method} {path}: {}", raw.text);
            assert!(
                raw.head.contains(&format!("x-webdav-status: {expected} ")),
                "{}",
                raw.head
            );
        }
    }
}
