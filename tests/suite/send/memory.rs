//! What mails take of the memory while they are built.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::command::{House, Process};

const MIB: usize = 1 << 20;

async fn send(server: &Process, mail: &Value) {
    let request = server.request(Method::POST, "ralf", "/mail/1").json(mail);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
}

async fn send_at_once(server: &Process, mail: &Value, count: usize) {
    join_all((0..count).map(|_| send(server, mail))).await;
}

#[tokio::test]
async fn large_mails_take_no_more_memory_than_their_texts() {
    let house = House::inhabited("mail.durable = false");
    let server = house.serve();
    let upload = server
        .request(Method::POST, "ralf", "/mail/attachments/large.bin")
        .header("X-No-Location", "true")
        .body(vec![7; 4 * MIB]);
    let upload: Value = upload.send().await.unwrap().json().await.unwrap();
    let attached = json!({"to": "a@x.org", "body": "See", "attachments": [upload["location"]]});
    send(&server, &attached).await;
    let one = server.memory_peak();
    send_at_once(&server, &attached, 2).await;
    let growth = server.memory_peak().saturating_sub(one);
    assert!(growth < 4 * 1024, "{growth} KiB more for two attachments");

    // The tree of all of it would take about a hundred times as much.
    let html = "<p>word <b>bold</b> <a href=https://x.org/1>x</a></p>\n".repeat(MIB / 3 / 54);
    let long = json!({"to": "a@x.org", "bodyHtml": html});
    let before = server.memory_peak();
    send(&server, &long).await;
    let growth = server.memory_peak().saturating_sub(before);
    assert!(growth < 32 * 1024, "{growth} KiB more for a long text");
}
