//! Sizes and quotas, as soon as they are known and however a file comes.

use std::io::Write;
use std::process::{Command, Stdio};

use futures_util::stream;
use serde_json::{Value, json};

use super::{files, files_become, put, stored};
use crate::support::Gateway;
use crate::support::gateway::Answer;
use crate::support::raw::Raw;

const TOO_LARGE: &str = "The file is larger than the limit of 1000 bytes (attachments.max_size)";

async fn small() -> Gateway {
    Gateway::with(|config| config.attachments.max_size = 1000).await
}

fn refused(body: &str) {
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(
        body,
        json!({"error": 413, "message": TOO_LARGE, "details": {"limit": 1000}})
    );
}

/// In pieces of a hundred bytes, without a length.
fn chunked(size: usize) -> reqwest::Body {
    let pieces = vec![b'x'; size];
    let pieces: Vec<_> = pieces
        .chunks(100)
        .map(|piece| Ok::<_, std::io::Error>(piece.to_vec()))
        .collect();
    reqwest::Body::wrap_stream(stream::iter(pieces))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut child = Command::new("gzip")
        .arg("-cn")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let bytes = bytes.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&bytes).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output.stdout
}

async fn put_gzip(gateway: &Gateway, bytes: &[u8]) -> Answer {
    let request = gateway
        .post("ralf", "/mail/attachments/a.txt")
        .header("Content-Encoding", "gzip");
    Answer::of(request.body(gzip(bytes)).send().await.unwrap()).await
}

#[tokio::test]
async fn a_file_of_exactly_the_limit_is_taken_and_one_byte_more_is_413() {
    let gateway = small().await;
    assert_eq!(put(&gateway, "a", vec![b'x'; 1000]).await.status, 302);
    refused(&put(&gateway, "a", vec![b'x'; 1001]).await.text);
    assert_eq!(put(&gateway, "a", chunked(1000)).await.status, 302);
    refused(&put(&gateway, "a", chunked(1001)).await.text);
    assert_eq!(put_gzip(&gateway, &[b'x'; 1000]).await.status, 302);
    refused(&put_gzip(&gateway, &[b'x'; 1001]).await.text);
    files_become(&gateway, 3).await;
    for file in files(&gateway) {
        assert_eq!(std::fs::read(file).unwrap(), [b'x'; 1000]);
    }
}

#[tokio::test]
async fn a_file_is_limited_by_what_it_unpacks_to() {
    let gateway = small().await;
    let bomb = vec![0; 30 << 20];
    refused(&put_gzip(&gateway, &bomb).await.text);
    files_become(&gateway, 0).await;
    // The packed file may well be longer than the limit.
    let gateway = Gateway::with(|config| config.attachments.max_size = 5).await;
    assert!(gzip(b"hello").len() > 5);
    assert_eq!(put_gzip(&gateway, b"hello").await.status, 302);
}

#[tokio::test]
async fn a_client_that_sends_everything_before_it_reads_sees_the_413() {
    let gateway = small().await;
    let size = 8 << 20;
    let length = format!("Content-Length: {size}");
    let mut raw = Raw::post(&gateway, "/mail/attachments/a", &[&length]).await;
    for _ in 0..size / (64 << 10) {
        raw.send(&[b'x'; 64 << 10]).await.unwrap();
    }
    let answer = raw.answer().await;
    assert_eq!(answer.status, 413);
    refused(&answer.body);
    // The same without a length: the limit is seen while the body comes.
    let mut raw = Raw::post(
        &gateway,
        "/mail/attachments/a",
        &["Transfer-Encoding: chunked"],
    )
    .await;
    let mut chunk = format!("{:x}\r\n", 64 << 10).into_bytes();
    chunk.extend([b'x'; 64 << 10]);
    chunk.extend(b"\r\n");
    for _ in 0..size / (64 << 10) {
        raw.send(&chunk).await.unwrap();
    }
    raw.send(b"0\r\n\r\n").await.unwrap();
    let answer = raw.answer().await;
    assert_eq!(answer.status, 413);
    refused(&answer.body);
}

#[tokio::test]
async fn a_client_that_reads_early_sees_the_413_before_it_has_sent_a_byte() {
    let gateway = small().await;
    let mut raw = Raw::post(&gateway, "/mail/attachments/a", &["Content-Length: 1001"]).await;
    let answer = raw.answer().await;
    assert_eq!(answer.status, 413);
    refused(&answer.body);
}

#[tokio::test]
async fn a_client_that_expects_100_continue_is_told_to_go_on_or_413() {
    let gateway = small().await;
    let expect = "Expect: 100-continue";
    let mut raw = Raw::post(
        &gateway,
        "/mail/attachments/a",
        &["Content-Length: 5", expect],
    )
    .await;
    assert_eq!(raw.answer().await.status, 100);
    raw.send(b"hello").await.unwrap();
    assert_eq!(raw.answer().await.status, 302);
    let mut raw = Raw::post(
        &gateway,
        "/mail/attachments/a",
        &["Content-Length: 1001", expect],
    )
    .await;
    let mut answer = raw.answer().await;
    if answer.status == 100 {
        answer = raw.answer().await;
    }
    assert_eq!(answer.status, 413);
    refused(&answer.body);
}

#[tokio::test]
async fn what_does_not_fit_into_the_quota_is_507_until_something_is_deleted() {
    let gateway = Gateway::with(|config| config.attachments.user_quota = 1500).await;
    let location = stored(&gateway, "a", vec![b'x'; 1000]).await;
    let full = json!({
        "error": 507,
        "message": "The file does not fit into your quota of 1500 bytes for uploads",
        "details": {"quota": 1500},
    });
    let refused = put(&gateway, "b", vec![b'x'; 501]).await;
    assert_eq!((refused.status, refused.body), (507, full.clone()));
    let refused = put(&gateway, "b", chunked(501)).await;
    assert_eq!((refused.status, refused.body), (507, full));
    // Everybody has a quota of their own.
    let annas = gateway
        .post("anna", "/mail/attachments/b")
        .body(vec![b'x'; 501]);
    assert_eq!(annas.send().await.unwrap().status(), 302);
    assert_eq!(put(&gateway, "b", vec![b'x'; 500]).await.status, 302);
    let delete = gateway.request(reqwest::Method::DELETE, &location);
    let delete = delete.basic_auth("ralf", Some(crate::support::people::PASSWORD));
    assert_eq!(delete.send().await.unwrap().status(), 204);
    assert_eq!(put(&gateway, "b", vec![b'x'; 1000]).await.status, 302);
    files_become(&gateway, 3).await;
}

#[tokio::test]
async fn an_empty_file_is_a_file() {
    let gateway = small().await;
    for body in [reqwest::Body::from(""), chunked(0)] {
        let location = stored(&gateway, "empty.txt", body).await;
        let request = gateway
            .get("ralf", &location)
            .header("Accept", "application/json");
        let known = Answer::of(request.send().await.unwrap()).await;
        assert_eq!(known.body["size"], 0);
        let bytes = Answer::of(gateway.get("ralf", &location).send().await.unwrap()).await;
        assert_eq!((bytes.status, bytes.text.as_str()), (200, ""));
        assert_eq!(bytes.header("content-length"), Some("0"));
        let part = gateway.get("ralf", &location).header("Range", "bytes=0-0");
        assert_eq!(part.send().await.unwrap().status(), 416);
    }
}
