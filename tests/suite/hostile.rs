//! What callers should not send: bodies and attributes. The rest of a request is in `hostile_http`.

use quillgate::draft::ATTRIBUTES;
use serde_json::{Value, json};

use crate::support::exchange::{RawAnswer, exchange, request};
use crate::support::{Gateway, Page};

/// Both take the same attributes and check them in the same way.
const PATHS: [&str; 2] = ["/mail", "/mail/1/compose"];
const NIL: &str = "00000000-0000-0000-0000-000000000000";

async fn post(gateway: &Gateway, path: &str, body: &[u8]) -> RawAnswer {
    exchange(gateway, &request("POST", path, "", body)).await
}

#[tokio::test]
async fn a_body_that_is_not_json_is_422_with_line_and_column() {
    let gateway = Gateway::start().await;
    let deep = |open: &str, close: &str, levels: usize| {
        format!("{{\"to\":{}{}}}", open.repeat(levels), close.repeat(levels)).into_bytes()
    };
    for (body, reason) in [
        (b"".to_vec(), "EOF while parsing"),
        (b"to=info@example.org".to_vec(), "expected"),
        (b"[{}]".to_vec(), "expected a JSON object"),
        (b"null".to_vec(), "expected a JSON object"),
        (b"\"to\"".to_vec(), "expected a JSON object"),
        (b"{\"to\":\"a@b.example\"".to_vec(), "EOF"),
        (b"{} {}".to_vec(), "trailing characters at line 1 column 4"),
        (b"{}\0".to_vec(), "trailing characters"),
        (
            b"{\n\"to\":1,\n\"to\":2}".to_vec(),
            "member 'to' is given twice at line 3 column 4",
        ),
        (
            b"{\"x\":{\"a\":1,\"a\":1}}".to_vec(),
            "member 'a' is given twice",
        ),
        (b"{\"subject\":\"\xff\"}".to_vec(), "line 1 column"),
        (b"{\"subject\":\"\xc3\"}".to_vec(), "line 1 column"),
        (b"{\"subject\":\"\xed\xa0\x80\"}".to_vec(), "line 1 column"),
        (b"{\"subject\":\"\\ud800\"}".to_vec(), "line 1 column"),
        (b"\xef\xbb\xbf{}".to_vec(), "line 1 column"),
        (b"\xff\xfe{\0}\0".to_vec(), "line 1 column"),
        (b"{\"priority\":NaN}".to_vec(), "line 1 column"),
        (b"{\"priority\":1e999}".to_vec(), "line 1 column"),
        (deep("[", "]", 32), "nested deeper than 32 levels"),
        (deep("{\"a\":", "}", 32), "nested deeper than 32 levels"),
        (deep("[", "]", 100_000), "nested deeper than 32 levels"),
        (
            deep("{\"a\":", "}", 100_000),
            "nested deeper than 32 levels",
        ),
        (deep("[", "", 100_000), "nested deeper than 32 levels"),
    ] {
        for path in PATHS {
            let answer = post(&gateway, path, &body).await;
            let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
            assert_eq!(answer.status, 422, "{shown}: {}", answer.text);
            answer.assert_safe(&shown);
            let message = answer.body["message"].as_str().unwrap();
            assert!(
                message.starts_with("Error decoding JSON: "),
                "{shown}: {message}"
            );
            assert!(
                message.contains(reason) && message.contains("line"),
                "{shown}: {message}"
            );
            assert!(message.len() < 200, "{message}");
        }
        // A login and a password need no more than 16 KiB.
        let answer = post(&gateway, "/login", &body[..body.len().min(10_000)]).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
    }
    // One level less is fine: the outermost object counts.
    let body = deep("[", "]", 31);
    let answer = post(&gateway, "/mail", &body).await;
    assert!(answer.text.contains("to[0]"), "{}", answer.text);
}

/// Every attribute with values of types that it does not have, and how messages call it.
fn wrong_types() -> Vec<(&'static str, Vec<(Value, &'static str)>)> {
    let no_list = |name: &'static str, item: &'static str| {
        let given = [
            json!(5),
            json!(true),
            json!({}),
            json!({"0": "a@b.example"}),
        ];
        let mut values: Vec<_> = given.into_iter().map(|value| (value, name)).collect();
        values.extend(
            [
                json!([5]),
                json!([null]),
                json!([["a@b.example"]]),
                json!([{}]),
            ]
            .map(|value| (value, item)),
        );
        (name, values)
    };
    let none_of = |name: &'static str, values: &[Value]| {
        (
            name,
            values.iter().map(|value| (value.clone(), name)).collect(),
        )
    };
    let no_text = [
        json!(5),
        json!(1.5),
        json!(false),
        json!([]),
        json!(["a"]),
        json!({}),
    ];
    vec![
        no_list("to", "to[0]"),
        no_list("cc", "cc[0]"),
        no_list("bcc", "bcc[0]"),
        no_list("replyto", "replyto[0]"),
        no_list("attachments", "attachments[0]"),
        none_of("subject", &no_text),
        none_of("body", &no_text),
        none_of("bodyHtml", &no_text),
        none_of("replyEml", &no_text),
        none_of("attachmentType", &no_text),
        none_of("shareExpiration", &no_text),
        none_of("sharePassword", &no_text),
        none_of(
            "shareMaxDownloads",
            &[json!("1"), json!(1.0), json!(true), json!([1]), json!({})],
        ),
        none_of("folder", &no_text),
        none_of("composeId", &no_text),
        none_of(
            "composeAgain",
            &[json!(0), json!("true"), json!([]), json!({})],
        ),
        none_of(
            "priority",
            &[
                json!("1"),
                json!(1.0),
                json!(true),
                json!([1]),
                json!({}),
                json!(1e300),
            ],
        ),
        none_of(
            "signature",
            &[json!(0), json!("false"), json!([]), json!({})],
        ),
        none_of("sendId", &no_text),
        none_of(
            "undoFor",
            &[json!("5"), json!(1.0), json!(true), json!([5]), json!({})],
        ),
    ]
}

#[tokio::test]
async fn a_wrong_type_is_422_naming_the_attribute_whichever_it_is() {
    let gateway = Gateway::start().await;
    let table = wrong_types();
    let mut names: Vec<_> = table.iter().map(|(name, _)| *name).collect();
    let mut known = ATTRIBUTES;
    names.sort_unstable();
    known.sort_unstable();
    assert_eq!(names, known, "attributes that this test does not know");
    for (name, values) in table {
        for (value, called) in values {
            for path in PATHS {
                let mut draft = json!({"to": "info@example.org"});
                draft[name] = value.clone();
                let answer = post(&gateway, path, draft.to_string().as_bytes()).await;
                assert_eq!(answer.status, 422, "{draft}: {}", answer.text);
                answer.assert_safe(&draft.to_string());
                let message = answer.body["message"].as_str().unwrap();
                assert!(
                    message.contains(&format!("'{called}'")),
                    "{draft}: {message}"
                );
            }
        }
    }
    assert!(gateway.sent().is_empty());
}

#[tokio::test]
async fn no_attribute_brings_a_header_of_its_own() {
    let gateway = Gateway::start().await;
    let injections = [
        "\r\nBcc: evil@example.org",
        "\nX-Evil: 1",
        "\rX-Evil: 1",
        "\u{0}",
        "\r\n\r\nevil",
    ];
    for injection in injections {
        for (name, value, status) in [
            ("to", format!("info@example.org{injection}"), 422),
            ("to", format!("\"Info{injection}\" <info@example.org>"), 422),
            ("cc", format!("info@example.org{injection}"), 422),
            ("bcc", format!("info@example.org{injection}"), 422),
            (
                "replyto",
                format!("Info{injection} <info@example.org>"),
                422,
            ),
            ("subject", format!("Hello{injection}"), 422),
            (
                "attachments",
                format!("/mail/attachments/a--b{injection}"),
                400,
            ),
            ("attachmentType", format!("attach{injection}"), 422),
            ("shareExpiration", format!("+2days{injection}"), 422),
            ("sharePassword", format!("secret{injection}"), 422),
            (
                "composeId",
                format!("0198c0de-0000-7000-8000-000000000001{injection}"),
                422,
            ),
            (
                "sendId",
                format!("0198c0de-0000-7000-8000-000000000001{injection}"),
                422,
            ),
            ("folder", format!("Sent{injection}"), 422),
            ("replyEml", format!("/mail/attachments/a{injection}"), 422),
        ] {
            for path in PATHS {
                let mut draft = json!({"to": "info@example.org"});
                draft[name] = json!(value);
                let answer = post(&gateway, path, draft.to_string().as_bytes()).await;
                assert_eq!(answer.status, status, "{draft}: {}", answer.text);
                answer.assert_safe(&draft.to_string());
                let message = answer.body["message"].as_str().unwrap();
                assert!(
                    !message.contains(['\r', '\n', '\0']),
                    "{draft}: {message:?}"
                );
            }
        }
    }
    assert!(gateway.sent().is_empty());
    // In the text it is text.
    let draft = json!({
        "to": "info@example.org",
        "subject": "Hello",
        "body": "Text\r\n.\r\nBcc: evil@example.org\r\n\r\nMore",
        "bodyHtml": "<p>Text</p>\r\n.\r\nBcc: evil@example.org",
    });
    assert_eq!(
        post(&gateway, "/mail", draft.to_string().as_bytes())
            .await
            .status,
        200
    );
    let sent = &gateway.sent()[0];
    let header = sent.split_once("\r\n\r\n").unwrap().0;
    assert!(!header.to_ascii_lowercase().contains("evil"), "{header}");
}

#[tokio::test]
async fn an_unknown_attribute_is_ignored_and_listed() {
    let gateway = Gateway::start().await;
    let draft = json!({"to": "info@example.org", "colour": "red", "X-A\r\nBcc": {"deep": []}});
    let expected = "Unknown attribute(s) ignored: colour, X-A\\r\\nBcc";
    let sent = gateway.post_json("ralf", "/mail", &draft).await;
    let body = json!({"status": 200, "warning": expected, "message": "Mail successful sent"});
    assert_eq!(sent.text, format!("{body:#}\n"));
    let mut page = Page::open(&gateway, "ralf").await;
    let (opened, offer) = tokio::join!(
        gateway.post_json("ralf", "/mail/compose", &draft),
        page.accept()
    );
    assert_eq!(
        (opened.status, &opened.body["warning"]),
        (200, &json!(expected))
    );
    assert!(offer["data"].get("colour").is_none(), "{offer}");
    let many: serde_json::Map<_, _> = (0..5000).map(|n| (format!("a{n}"), json!(n))).collect();
    let many = json!(many).to_string();
    let answer = post(&gateway, "/mail/compose", many.as_bytes());
    let (answer, _) = tokio::join!(answer, page.accept());
    assert!(answer.text.len() < 1000, "{}", answer.text);
}

#[tokio::test]
async fn ids_that_are_none_are_404_and_values_out_of_range_422() {
    let gateway = Gateway::start().await;
    for id in [
        "x",
        "00000000-0000-0000-0000-000000000000",
        "..",
        "%2e%2e",
        "%00",
        "'%20or%20''='",
        "{id}",
    ] {
        for path in [
            format!("/mail/compose/{id}"),
            format!("/mail/compose/{id}/payload"),
        ] {
            let answer = exchange(&gateway, &request("GET", &path, "", b"")).await;
            assert_eq!(answer.status, 404, "{path}: {}", answer.text);
            answer.assert_safe(&path);
        }
    }
    for draft in [
        json!({"to": "info@example.org", "priority": 2}),
        json!({"to": "info@example.org", "priority": -9_223_372_036_854_775_808_i64}),
        json!({"to": "info@example.org", "priority": 18_446_744_073_709_551_615_u64}),
        json!({"to": "info@example.org", "composeId": "x"}),
        json!({"to": "info@example.org", "sendId": "x"}),
        json!({"to": "info@example.org", "undoFor": 5}),
        json!({"to": "info@example.org", "sendId": NIL, "undoFor": 31}),
        json!({"to": "info@example.org", "sendId": NIL, "undoFor": -1}),
        json!({"to": "info@example.org", "sendId": NIL, "undoFor": 18_446_744_073_709_551_615_u64}),
        json!({"to": "info@example.org", "shareExpiration": "yesterday"}),
        json!({"to": "info@example.org", "attachmentType": "paperclip"}),
        json!({"to": "x".repeat(100_000)}),
        json!({"to": "(".repeat(100_000)}),
        json!({"to": vec![""; 3]}),
    ] {
        for path in PATHS {
            let answer = post(&gateway, path, draft.to_string().as_bytes()).await;
            assert_eq!(answer.status, 422, "{}", answer.text);
            assert!(answer.text.len() < 500, "{}", answer.text);
            answer.assert_safe("");
        }
    }
}
