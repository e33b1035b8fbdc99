//! What callers should not send: names, tokens and paths.

use serde_json::json;

use crate::support::Gateway;
use crate::support::exchange::{exchange, request};

#[tokio::test]
async fn a_file_name_is_a_name_and_never_a_path() {
    let gateway = Gateway::start().await;
    for (written, name) in [
        ("../../../../etc/passwd", "..-..-..-..-etc-passwd"),
        ("..%2f..%2fquillgate.db", "..-..-quillgate.db"),
        ("%2e%2e%2f%2e%2e%2fx", "..-..-x"),
        ("..", ".."),
        ("%2Fetc%2Fpasswd", "-etc-passwd"),
        ("C:%5Cwindows", "C:\\windows"),
        ("a%25b", "a%b"),
        ("%3Cscript%3E", "<script>"),
    ] {
        let path = format!("/mail/attachments/{written}");
        let answer = exchange(
            &gateway,
            &request("POST", &path, "X-No-Location: true\r\n", b"x"),
        )
        .await;
        assert_eq!(answer.status, 200, "{written}: {}", answer.text);
        let location = answer.body["location"].as_str().unwrap();
        assert!(
            location.starts_with(&format!("/mail/attachments/{name}--")),
            "{location}"
        );
    }
    assert_eq!(gateway.uploads(), 8);
    let long = "x".repeat(256);
    for written in [
        "a%0d%0aX-Evil:%201",
        "a%00",
        "a%FF",
        "%C3%28",
        "a%7f",
        long.as_str(),
    ] {
        let path = format!("/mail/attachments/{written}");
        let answer = exchange(&gateway, &request("POST", &path, "", b"x")).await;
        assert_eq!(answer.status, 422, "{written}: {}", answer.text);
        answer.assert_safe(written);
        assert!(!answer.head.contains("x-evil"), "{}", answer.head);
    }
    assert_eq!(gateway.uploads(), 8);
}

#[tokio::test]
async fn a_token_is_no_path_and_nobody_elses() {
    let gateway = Gateway::start().await;
    let annas = gateway
        .post("anna", "/mail/attachments/a.txt")
        .body("hers")
        .send()
        .await
        .unwrap();
    let annas: serde_json::Value = annas.json().await.unwrap();
    let annas = annas["location"].as_str().unwrap().to_owned();
    let before = gateway.uploads();
    for location in [
        annas.as_str(),
        "/mail/attachments/x--../../../quillgate.db",
        "/mail/attachments/x--..%2f..%2f..%2fquillgate.db",
        "/mail/attachments/..",
        "/mail/attachments/%2e%2e%2fmaster.key",
        "/mail/attachments/x--%00",
        "/mail/attachment/..%2fx",
        "/mail/attachment/%25",
    ] {
        for method in ["GET", "DELETE"] {
            let answer = exchange(&gateway, &request(method, location, "", b"")).await;
            assert_eq!(answer.status, 404, "{method} {location}: {}", answer.text);
            answer.assert_safe(location);
        }
        let draft = json!({"to": "info@example.org", "attachments": [location]}).to_string();
        for path in ["/mail", "/mail/compose"] {
            let answer = exchange(&gateway, &request("POST", path, "", draft.as_bytes())).await;
            assert_eq!(answer.status, 400, "{draft}: {}", answer.text);
            let message = answer.body["message"].as_str().unwrap();
            assert!(
                message.starts_with("Attachment ") && message.ends_with(" NOT found"),
                "{message}"
            );
        }
    }
    for location in [
        "/etc/passwd",
        "file:///etc/passwd",
        "../quillgate.db",
        "",
        "http://169.254.169.254/",
    ] {
        let draft = json!({"to": "info@example.org", "attachments": [location]}).to_string();
        let answer = exchange(&gateway, &request("POST", "/mail", "", draft.as_bytes())).await;
        assert_eq!(answer.status, 400, "{draft}: {}", answer.text);
    }
    assert_eq!(gateway.uploads(), before);
    assert!(gateway.sent().is_empty());
}

#[tokio::test]
async fn files_of_the_server_are_not_reached_through_those_it_shows() {
    let gateway = Gateway::demo(|_| {}).await;
    for path in [
        "/static/../Cargo.toml",
        "/static/..%2fCargo.toml",
        "/static/%2e%2e/Cargo.toml",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/demo/outbox/../quillgate.db",
        "/demo/outbox/..%2fquillgate.db",
        "/demo/outbox/..%2f..%2f..%2fetc%2fx.eml",
        "/demo/outbox/.eml",
        "/demo/outbox/a%00.eml",
    ] {
        let answer = exchange(&gateway, &request("GET", path, "", b"")).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.text);
        answer.assert_safe(path);
    }
}

#[tokio::test]
async fn odd_percent_signs_break_nothing() {
    let gateway = Gateway::start().await;
    for path in [
        "/mail/%",
        "/mail/%z",
        "/mail/%zz",
        "/mail/%00",
        "/mail/%ff",
        "/mail%2f1",
        "/%2fmail",
        "/%2e%2e/mail",
        "/%ff/mail/foo",
        "/mail/compose/%",
        "/%",
        "/%%%",
        "/mail/attachments/%",
        "/mail/attachments/x--%",
        "/mail/..",
        "/mail/../mail/foo",
        "/mail/1%20",
        "/mail/%C2%B2",
        "/mail/%D9%A1/compose",
        "/mail/foo?%",
        "/mail/foo?a=%zz&=&&",
        "/;/mail",
        "/mail;x=1",
        "/\\mail",
        "/mail/{id}/{id}",
        "/mail/{identity}",
    ] {
        for method in ["GET", "POST"] {
            let answer = exchange(&gateway, &request(method, path, "", b"")).await;
            let expected: &[u16] = match (method, path.contains("attachments")) {
                // A name of an upload is anything; `%` is one.
                ("POST", true) => &[302],
                _ => &[404, 403, 405],
            };
            assert!(
                expected.contains(&answer.status),
                "{method} {path}: {} {}",
                answer.status,
                answer.text
            );
            if answer.status != 302 {
                answer.assert_safe(path);
            }
        }
    }
}
