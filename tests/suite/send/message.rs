//! The message that a recipient gets, as two parsers understand it.

use mail_parser::{MessageParser, MimeHeaders};
use quillgate::identities::admin::new_identity::IdentityChange;
use serde_json::{Value, json};

use super::python;
use crate::support::Gateway;
use crate::support::post::{note, parsed};

/// Sends as ralf what must be taken, and returns the message that went out.
async fn sent(gateway: &Gateway, mail: &Value) -> String {
    let before = gateway.sent();
    let answer = gateway.post_json("ralf", "/mail/1", mail).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let mut after = gateway.sent();
    after.retain(|message| !before.contains(message));
    assert_eq!(after.len(), 1);
    assert!(
        after[0]
            .split("\r\n")
            .all(|line| !line.contains(['\r', '\n']))
    );
    assert!(after[0].split("\r\n").all(|line| line.len() <= 998));
    after.remove(0)
}

fn header(message: &str, name: &str) -> Vec<String> {
    let head = message
        .split("\r\n\r\n")
        .next()
        .unwrap()
        .replace("\r\n ", " ");
    let head = head.replace("\r\n\t", " ");
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .filter(|(own, _)| own.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.to_owned())
        .collect()
}

#[tokio::test]
async fn the_header_names_everybody_and_says_who_sent_it() {
    let gateway = Gateway::start().await;
    let mail = json!({
        "to": ["Anna Müller <anna@example.com>", "\"Becker, Ralf\" <rb@example.com>"],
        "cc": "cc@bücher.example",
        "replyto": ["Answers <answers@example.com>"],
        "subject": "Grüße aus 日本 — and a long subject that has to be folded somewhere, surely, or it is too long",
        "body": "Text",
        "priority": 1,
    });
    let message = sent(&gateway, &mail).await;
    assert!(message.split("\r\n\r\n").next().unwrap().is_ascii());
    for name in [
        "Date",
        "From",
        "To",
        "Cc",
        "Reply-To",
        "Subject",
        "Message-ID",
        "User-Agent",
        "MIME-Version",
    ] {
        assert_eq!(header(&message, name).len(), 1, "{name}");
    }
    assert_eq!(header(&message, "X-Priority"), ["1"]);
    assert_eq!(header(&message, "Importance"), ["high"]);
    let id = &header(&message, "Message-ID")[0];
    assert!(id.starts_with('<') && id.ends_with("@example.org>"), "{id}");
    let own = parsed(&message);
    assert_eq!(own.subject(), mail["subject"].as_str());
    assert_eq!(own.body_text(0).unwrap().trim_end(), "Text");
    let Some(read) = python::read(&message) else {
        return;
    };
    assert_eq!(
        read["addresses"],
        json!({
            "From": [["Ralf Becker", "ralf@example.org"]],
            "To": [["Anna Müller", "anna@example.com"], ["Becker, Ralf", "rb@example.com"]],
            "Cc": [["", "cc@xn--bcher-kva.example"]],
            "Bcc": null,
            "Reply-To": [["Answers", "answers@example.com"]],
        })
    );
    let subject = ["Subject", mail["subject"].as_str().unwrap()];
    assert!(
        read["headers"]
            .as_array()
            .unwrap()
            .contains(&json!(subject))
    );
}

#[tokio::test]
async fn priority_is_said_in_two_headers_or_not_at_all() {
    let gateway = Gateway::start().await;
    for (priority, number, word) in [(1, "1", "high"), (3, "3", "normal"), (5, "5", "low")] {
        let mut mail = note("Hello");
        mail["priority"] = json!(priority);
        let message = sent(&gateway, &mail).await;
        assert_eq!(header(&message, "X-Priority"), [number]);
        assert_eq!(header(&message, "Importance"), [word]);
    }
    let message = sent(&gateway, &note("Hello")).await;
    assert_eq!(
        header(&message, "X-Priority").len() + header(&message, "Importance").len(),
        0
    );
}

#[tokio::test]
async fn text_is_verbatim_but_for_its_line_ends() {
    let gateway = Gateway::start().await;
    let long = "x".repeat(3000);
    let body = format!("First\n.\n..dots\nFrom here\r\n\ttab  \ntrailing   \n\nGrüße\n{long}\n");
    let message = sent(&gateway, &json!({"to": "a@x.org", "body": body})).await;
    let expected = body.replace("\r\n", "\n").replace('\n', "\r\n");
    let own = parsed(&message);
    assert_eq!(
        own.body_text(0).unwrap().replace("\r\n", "\n"),
        expected.replace("\r\n", "\n")
    );
    assert_eq!(
        own.html_body_count(),
        own.text_body_count(),
        "no HTML part of its own"
    );
    let Some(read) = python::read(&message) else {
        return;
    };
    assert_eq!(read["parts"][0]["content"], expected);
    assert_eq!(read["parts"][0]["type"], "text/plain");
}

#[tokio::test]
async fn both_bodies_are_an_alternative_of_exactly_these_two() {
    let gateway = Gateway::start().await;
    let html = "<p onclick=\"x()\">Hallo <b>Grüße</b></p><script>x()</script>";
    let mail = json!({"to": "a@x.org", "body": "Plain words", "bodyHtml": html});
    let message = sent(&gateway, &mail).await;
    let Some(read) = python::read(&message) else {
        return;
    };
    let parts: Vec<_> = read["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| (&part["type"], &part["content"]))
        .collect();
    assert_eq!(
        json!(parts),
        json!([
            ["multipart/alternative", null],
            ["text/plain", "Plain words"],
            ["text/html", html]
        ]),
        "verbatim: it is the caller's"
    );
    let own = parsed(&message);
    assert_eq!(own.body_html(0).unwrap(), html);
    assert_eq!(own.body_text(0).unwrap(), "Plain words");
}

#[tokio::test]
async fn html_alone_gets_a_text_that_keeps_every_url() {
    let gateway = Gateway::start().await;
    let html = "<p>See <a href=\"https://example.org/a?b=c&amp;d=e\">this</a> &amp; \
                <a href='mailto:x@example.org'>that</a></p>";
    let message = sent(&gateway, &json!({"to": "a@x.org", "bodyHtml": html})).await;
    let own = parsed(&message);
    assert_eq!(own.body_html(0).unwrap(), html);
    let text = own.body_text(0).unwrap();
    for part in [
        "See",
        "this",
        "that",
        "&",
        "https://example.org/a?b=c&d=e",
        "mailto:x@example.org",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(
        !text.contains('<') || text.contains("<https") || text.contains("<mailto"),
        "{text}"
    );
}

#[tokio::test]
async fn the_signature_stands_below_both_parts() {
    let gateway = Gateway::start().await;
    gateway
        .change_identity(
            1,
            IdentityChange {
                signature: Some(Some(
                    "<b>Ralf</b><br><a href=\"https://example.org\">web</a>".to_owned(),
                )),
                reply_to: Some(Some("desk@example.org".to_owned())),
                ..IdentityChange::default()
            },
        )
        .await;
    let mail =
        json!({"to": "a@x.org", "body": "Hi", "bodyHtml": "<html><body><p>Hi</p></body></html>"});
    let message = sent(&gateway, &mail).await;
    let own = parsed(&message);
    let text = own.body_text(0).unwrap().replace("\r\n", "\n");
    assert!(
        text.starts_with("Hi\n-- \n") && text.contains("Ralf"),
        "{text}"
    );
    assert!(text.contains("https://example.org"), "{text}");
    let html = own.body_html(0).unwrap();
    let place = html.find("<b>Ralf</b>").unwrap();
    assert!(
        html.find("<p>Hi</p>").unwrap() < place && place < html.find("</body>").unwrap(),
        "{html}"
    );
    assert_eq!(header(&message, "Reply-To"), ["<desk@example.org>"]);
    let mut mail = note("Hello");
    mail["replyto"] = json!("own@example.org");
    let message = sent(&gateway, &mail).await;
    assert_eq!(header(&message, "Reply-To"), ["<own@example.org>"]);
    let text = parsed(&message).body_text(0).unwrap().into_owned();
    assert!(text.starts_with("Text\r\n-- \r\n"), "{text:?}");
}

#[tokio::test]
async fn attachments_arrive_with_name_type_and_every_byte() {
    let gateway = Gateway::start().await;
    let png: Vec<u8> = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
        .iter()
        .copied()
        .chain(0..=255)
        .cycle()
        .take(9001)
        .collect();
    let mut locations = Vec::new();
    let long = format!("{}.txt", "lang-ü".repeat(25));
    for (name, kind, body) in [
        ("Größe \"1\"; 日本.txt", "image/gif", png.clone()),
        ("report.pdf", "application/pdf", b"words".to_vec()),
        ("note.csv", "", b"a;b\r\n.\r\n".to_vec()),
        (&long, "text/plain; charset=utf-8", "Grüße".into()),
        (
            "message.eml",
            "message/rfc822",
            b"Subject: x\r\n\r\ny".to_vec(),
        ),
        ("empty", "", Vec::new()),
    ] {
        let encoded =
            percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
        let mut request = gateway
            .post("ralf", &format!("/mail/attachments/{encoded}"))
            .body(body);
        if !kind.is_empty() {
            request = request.header("Content-Type", kind);
        }
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        locations.push(answer["location"].clone());
    }
    let mail = json!({"to": "a@x.org", "body": "See", "bodyHtml": "<p>See</p>", "attachments": locations,
                      "attachmentType": "attach"});
    let message = sent(&gateway, &mail).await;
    let own = MessageParser::new().parse(message.as_bytes()).unwrap();
    let attached: Vec<_> = own
        .attachments()
        .map(|part| {
            let kind = part.content_type().unwrap();
            let name = part.attachment_name().unwrap().to_owned();
            (
                name,
                format!("{}/{}", kind.ctype(), kind.subtype().unwrap()),
                part.contents().to_vec(),
            )
        })
        .collect();
    let expected = [
        ("Größe \"1\"; 日本.txt", "image/png", png),
        ("report.pdf", "application/pdf", b"words".to_vec()),
        ("note.csv", "text/csv", b"a;b\r\n.\r\n".to_vec()),
        (&long, "text/plain", "Grüße".into()),
        (
            "message.eml",
            "application/octet-stream",
            b"Subject: x\r\n\r\ny".to_vec(),
        ),
        ("empty", "application/octet-stream", Vec::new()),
    ];
    for (found, (name, kind, bytes)) in attached.iter().zip(&expected) {
        assert_eq!((found.0.as_str(), found.1.as_str()), (*name, *kind));
        assert!(found.2 == *bytes, "{name}");
    }
    assert_eq!(attached.len(), expected.len());
    let Some(read) = python::read(&message) else {
        return;
    };
    let parts = read["parts"].as_array().unwrap();
    let names: Vec<_> = parts
        .iter()
        .filter_map(|part| part["name"].as_str())
        .collect();
    assert_eq!(names, expected.map(|(name, ..)| name));
    let kinds: Vec<_> = parts
        .iter()
        .take(4)
        .map(|part| part["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "multipart/mixed",
            "multipart/alternative",
            "text/plain",
            "text/html"
        ]
    );
    let dispositions = parts.iter().skip(4).map(|part| &part["disposition"]);
    assert!(dispositions.into_iter().all(|one| one == "attachment"));
}
