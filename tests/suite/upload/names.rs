//! The name of an upload: all that follows `/mail/attachments/`.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::support::Gateway;
use crate::support::gateway::Answer;
use crate::support::raw::{Raw, RawAnswer};

/// Uploads to a path that no client may tidy up.
async fn upload(gateway: &Gateway, name: &str) -> RawAnswer {
    let path = format!("/mail/attachments{name}");
    let mut raw = Raw::post(gateway, &path, &["Content-Length: 1"]).await;
    raw.send(b"x").await.unwrap();
    raw.answer().await
}

#[tokio::test]
async fn a_name_is_kept_with_every_slash_made_harmless() {
    let gateway = Gateway::start().await;
    let long = "x".repeat(255);
    let wide = "%C3%BC".repeat(127) + "x";
    for (given, name) in [
        ("", "no-name"),
        ("/", "no-name"),
        ("/a.txt", "a.txt"),
        ("/a/b/c.txt", "a-b-c.txt"),
        ("/a%2Fb%2fc.txt", "a-b-c.txt"),
        ("/a.txt/", "a.txt-"),
        ("//a", "-a"),
        ("/..", ".."),
        ("/.", "."),
        ("/../../etc/passwd", "..-..-etc-passwd"),
        ("/%2e%2e%2fetc%2fpasswd", "..-etc-passwd"),
        ("/%252e%252e%252f", "%2e%2e%2f"),
        ("/a--b--c.txt", "a--b--c.txt"),
        ("/--", "--"),
        ("/a%20b+c.txt", "a b+c.txt"),
        (
            "/%E6%97%A5%E6%9C%AC%20%F0%9F%93%8E.pdf",
            "日本 \u{1f4ce}.pdf",
        ),
        ("/a%3Fb%23c%22d%27.txt", "a?b#c\"d'.txt"),
        ("/a%5Cb", "a\\b"),
        ("/100%.txt", "100%.txt"),
        (&format!("/{long}"), &long),
        (&format!("/{wide}"), &("ü".repeat(127) + "x")),
        ("/mail/attachments/x", "mail-attachments-x"),
    ] {
        let answer = upload(&gateway, given).await;
        assert_eq!(answer.status, 302, "{given}: {}", answer.body);
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        let decoded = body["location"].as_str().unwrap();
        let (shown, token) = decoded.rsplit_once("--").unwrap();
        assert_eq!(shown, format!("/mail/attachments/{name}"), "{given}");
        let header = answer
            .head
            .lines()
            .find_map(|line| line.strip_prefix("location: http://localhost"));
        let header = header.unwrap();
        assert!(header.bytes().all(|byte| byte.is_ascii_graphic()));
        let path = header.strip_prefix("/egroupware/groupdav.php").unwrap();
        assert_eq!(
            percent_decode_str(path).decode_utf8().unwrap(),
            decoded,
            "{given}"
        );
        for path in [path, &format!("/mail/attachments/{token}")] {
            let request = gateway
                .get("ralf", path)
                .header("Accept", "application/json");
            let known = Answer::of(request.send().await.unwrap()).await;
            assert_eq!(known.body["name"], *name, "{path}");
            assert_eq!(known.body["location"], decoded);
        }
    }
}

#[tokio::test]
async fn a_name_that_is_too_long_or_holds_control_characters_is_422() {
    let gateway = Gateway::start().await;
    let long = "x".repeat(256);
    let wide = "%C3%BC".repeat(128);
    for (given, why) in [
        (long.as_str(), "it is longer than 255 bytes"),
        (&wide, "it is longer than 255 bytes"),
        ("a%00b", "it has control characters"),
        ("a%0d%0aSet-Cookie:%20x", "it has control characters"),
        ("a%09b", "it has control characters"),
        ("a%7fb", "it has control characters"),
        ("a%C2%85b", "it has control characters"),
        ("a%FFb", "it is not UTF-8"),
        ("%C3", "it is not UTF-8"),
    ] {
        let answer = upload(&gateway, &format!("/{given}")).await;
        assert_eq!(answer.status, 422, "{given}");
        assert!(!answer.head.to_ascii_lowercase().contains("set-cookie"));
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        let message = body["message"].as_str().unwrap();
        assert!(
            message.starts_with("Invalid file name '") && message.ends_with(why),
            "{message}"
        );
        assert!(!message.contains(char::is_control), "{message}");
    }
    assert_eq!(super::files(&gateway).len(), 0);
}
