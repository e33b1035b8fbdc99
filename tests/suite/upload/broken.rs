//! Uploads that end before they are complete leave nothing behind.

use serde_json::{Value, json};

use super::{files, files_become};
use crate::support::Gateway;
use crate::support::raw::Raw;

const INCOMPLETE: &str = "The request ended before its body was complete";

/// An upload that has brought a megabyte and owes more.
async fn half(gateway: &Gateway, headers: &[&str]) -> Raw {
    let before = files(gateway).len();
    let mut raw = Raw::post(gateway, "/mail/attachments/a", headers).await;
    if headers.contains(&"Transfer-Encoding: chunked") {
        raw.send(b"200000\r\n").await.unwrap();
    }
    raw.send(&vec![b'x'; 1 << 20]).await.unwrap();
    files_become(gateway, before + 1).await;
    raw
}

#[tokio::test]
async fn fewer_bytes_than_announced_are_400_and_nothing_is_stored() {
    let gateway = Gateway::start().await;
    for headers in [["Content-Length: 2000000"], ["Transfer-Encoding: chunked"]] {
        let mut raw = half(&gateway, &headers).await;
        raw.finish().await;
        let answer = raw.answer().await;
        assert_eq!(answer.status, 400, "{headers:?}");
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(body, json!({"error": 400, "message": INCOMPLETE}));
        files_become(&gateway, 0).await;
    }
}

#[tokio::test]
async fn a_connection_that_breaks_leaves_nothing_behind() {
    let gateway = Gateway::start().await;
    for headers in [["Content-Length: 2000000"], ["Transfer-Encoding: chunked"]] {
        half(&gateway, &headers).await.reset();
        files_become(&gateway, 0).await;
    }
}

#[tokio::test]
async fn a_packed_file_that_is_cut_short_or_none_is_400_and_nothing_is_stored() {
    let gateway = Gateway::start().await;
    // The begin of a packed "hello".
    let cut = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9";
    for body in [&cut[..], b"no gzip at all"] {
        let request = gateway
            .post("ralf", "/mail/attachments/a")
            .header("Content-Encoding", "gzip");
        let response = request.body(body.to_vec()).send().await.unwrap();
        assert_eq!(response.status(), 400);
        files_become(&gateway, 0).await;
    }
}

#[tokio::test]
async fn an_upload_under_way_holds_up_no_other() {
    let gateway = Gateway::start().await;
    let slow = half(&gateway, &["Content-Length: 2000000"]).await;
    assert_eq!(super::put(&gateway, "b", "whole").await.status, 302);
    assert_eq!(files(&gateway).len(), 2);
    slow.reset();
    files_become(&gateway, 1).await;
}
