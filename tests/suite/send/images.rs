//! Images that an HTML body shows, and names and lines that are hard to write, as Python's `email` reads them.

use data_encoding::BASE64;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::python;
use crate::support::Gateway;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and more\r\n.\r\n";

async fn uploaded(gateway: &Gateway, name: &str, content: &[u8]) -> String {
    let path = format!(
        "/mail/attachments/{}",
        utf8_percent_encode(name, NON_ALPHANUMERIC)
    );
    let request = gateway.post("ralf", &path).body(content.to_vec());
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    answer["location"].as_str().unwrap().to_owned()
}

async fn sent(gateway: &Gateway, mail: &Value) -> String {
    let before = gateway.sent();
    let answer = gateway.post_json("ralf", "/mail/1", mail).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    // Files of one second stand in no order.
    let mut new = gateway.sent();
    new.retain(|message| !before.contains(message));
    let message = new.pop().unwrap();
    assert!(
        gateway.copies().contains(&message),
        "the copy is the message"
    );
    message
}

fn each(read: &Value, name: &str) -> Vec<Value> {
    let parts = read["parts"].as_array().unwrap().iter();
    parts.map(|part| part[name].clone()).collect()
}

#[tokio::test]
async fn images_of_the_html_are_related_to_it() {
    let gateway = Gateway::start().await;
    let logo = uploaded(&gateway, "logo.png", PNG).await;
    let other = uploaded(&gateway, "Grüße aus 日本.png", PNG).await;
    let report = uploaded(&gateway, "report.pdf", b"%PDF-1.4").await;
    let encoded = BASE64.encode(b"GIF89a\x01\x00 tiny");
    let before = "<html><body bgcolor=#ffffff>\r\n<!-- <img src=cid:report.pdf> --><IMG ALT='ü' src='cid:logo.png'>\r\n<img src=\"";
    let between = "\" ><img  src=data:image/gif;base64,";
    let html = format!("{before}cid:{other}{between}{encoded}\twidth=1></body>");
    let mail = json!({
        "to": "a@x.org", "subject": "Pictures", "bodyHtml": html, "attachments": [report, logo, other],
    });
    let message = sent(&gateway, &mail).await;
    let Some(read) = python::read(&message) else {
        return;
    };
    assert_eq!(
        json!(each(&read, "type")),
        json!([
            "multipart/mixed",
            "multipart/alternative",
            "text/plain",
            "multipart/related",
            "text/html",
            "image/png",
            "image/png",
            "image/gif",
            "application/pdf"
        ])
    );
    assert_eq!(
        json!(each(&read, "disposition")[5..]),
        json!(["inline", "inline", "inline", "attachment"])
    );
    assert_eq!(
        json!(each(&read, "name")[5..]),
        json!(["logo.png", "Grüße aus 日本.png", "image3.gif", "report.pdf"])
    );
    let ids: Vec<String> = each(&read, "id")[5..8]
        .iter()
        .map(|id| {
            let id = id.as_str().unwrap();
            id.strip_prefix('<')
                .unwrap()
                .strip_suffix('>')
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(ids[0], "logo.png");
    assert!(
        ids[1].is_ascii() && ids[1].ends_with("@example.org"),
        "{ids:?}"
    );
    // But for the two sources that had to change, byte for byte.
    let expected = format!(
        "{before}cid:{}\" ><img  src=cid:{}\twidth=1></body>",
        ids[1], ids[2]
    );
    let parts = &read["parts"];
    assert_eq!(parts[4]["content"], expected);
    assert_eq!(parts[5]["base64"], BASE64.encode(PNG));
    assert_eq!(parts[6]["base64"], BASE64.encode(PNG));
    assert_eq!(parts[7]["base64"], encoded);

    // A text that names it does not show it.
    let mail = json!({"to": "a@x.org", "body": "<img src=cid:logo.png>", "attachments": [logo]});
    let read = python::read(&sent(&gateway, &mail).await).unwrap();
    assert_eq!(
        json!(each(&read, "type")),
        json!(["multipart/mixed", "text/plain", "image/png"])
    );
}

#[tokio::test]
async fn names_in_every_script_and_lines_of_every_length_arrive() {
    let gateway = Gateway::start().await;
    let names = [
        "résumé \"final\"; v=2.pdf",
        "日本語のとても長いファイル名がここにあります、そしてまだ続きます、もっと長くなります.pdf",
        "Очень длинное имя файла, которое не помещается в одну строку заголовка.pdf",
        "ملف عربي.pdf",
        "🦀🦀🦀 crab's (100%) 'quoted' \\ name.pdf",
        "x",
    ];
    let long = format!("{}.pdf", "a".repeat(240));
    let mut locations = Vec::new();
    for name in names.iter().copied().chain([long.as_str()]) {
        locations.push(uploaded(&gateway, name, b"%PDF-1.4").await);
    }
    let body = format!(
        "{}\n{}\n\u{7f}del\n",
        "x".repeat(20_000),
        "日本 ".repeat(3000)
    );
    let subject = format!("{} {}", "Grüße 日本 🦀".repeat(30), "y".repeat(1000));
    let name = "Ж".repeat(300);
    let mail = json!({
        "to": [format!("{name} <a@x.org>"), format!("\"{}\" <b@x.org>", "n".repeat(1500))],
        "subject": subject, "body": body, "attachments": locations,
    });
    let message = sent(&gateway, &mail).await;
    for line in message.split("\r\n") {
        assert!(line.len() <= 998, "{line}");
        for word in line.split(' ').filter(|word| word.starts_with("=?")) {
            assert!(word.len() <= 75, "{word}");
        }
    }
    let head = message.split("\r\n\r\n").next().unwrap();
    assert!(
        head.is_ascii() && head.lines().all(|line| line.len() <= 78),
        "{head}"
    );
    let Some(read) = python::read(&message) else {
        return;
    };
    let found = each(&read, "name").split_off(2);
    assert_eq!(json!(found[..names.len()]), json!(names));
    // Python unfolds what RFC 2231 continues.
    assert_eq!(found[names.len()], long);
    // Some versions of Python keep the space between encoded words in a name.
    for (at, name) in [(0, name), (1, "n".repeat(1500))] {
        let found = read["addresses"]["To"][at][0].as_str().unwrap();
        assert_eq!(found.replace(' ', ""), name);
    }
    assert!(
        read["headers"]
            .as_array()
            .unwrap()
            .contains(&json!(["Subject", subject]))
    );
    assert_eq!(read["parts"][1]["content"], body.replace('\n', "\r\n"));
}
