//! What a body says about itself.

use std::io::Write;

use super::{ask, asking, names, said, stored, text};
use crate::support::Gateway;
use crate::support::gateway::Answer;

async fn put_with(gateway: &Gateway, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut request = asking(gateway, "PUT", path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::of(request.body(body.to_vec()).send().await.unwrap()).await
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

const MD5: (&str, &str) = ("Content-MD5", "XUFAKrxLKna5cZ2REBfFkg==");
const SHA256: (&str, &str) = (
    "Repr-Digest",
    "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:",
);

#[tokio::test]
async fn the_decoded_file_is_what_is_stored_and_digested() {
    let gateway = Gateway::start().await;
    let headers = [("Content-Encoding", "gzip"), MD5, SHA256];
    let answer = put_with(&gateway, "/a", &headers, &gzip(b"hello")).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(text(&gateway, "/a").await, said("hello"));
    let etag = stored(&gateway, "/b", "hello").await;
    assert_eq!(answer.header("etag"), Some(etag.as_str()));
}

#[tokio::test]
async fn a_body_that_is_not_what_it_says_leaves_the_old_file() {
    let gateway = Gateway::start().await;
    stored(&gateway, "/a", "old").await;
    for (header, body, status) in [
        (MD5, &b"hallo"[..], 400),
        (SHA256, b"hallo", 400),
        (("Repr-Digest", "nonsense"), b"hello", 400),
        (("Content-Encoding", "gzip"), b"no gzip at all", 400),
        (("Content-Encoding", "zstd"), b"hello", 415),
        (("Content-Range", "bytes 0-4/10"), b"hello", 400),
    ] {
        for path in ["/a", "/new"] {
            let answer = put_with(&gateway, path, &[header], body).await;
            assert_eq!(answer.status, status, "{header:?}: {}", answer.text);
        }
    }
    assert_eq!(names(&gateway, "").await, ["a"]);
    assert_eq!(text(&gateway, "/a").await, said("old"));
    super::files_on_disk(&gateway, 1).await;
}

#[tokio::test]
async fn the_type_is_the_sender_s_else_told_from_content_and_name() {
    let gateway = Gateway::start().await;
    for (path, declared, body, expected) in [
        (
            "/a.txt",
            Some("text/markdown; charset=UTF-8"),
            "x",
            "text/markdown; charset=utf-8",
        ),
        ("/a.txt", None, "x", "text/plain"),
        ("/b", None, "\u{89}", "application/octet-stream"),
        (
            "/c.csv",
            Some("application/octet-stream"),
            "a;b",
            "text/csv",
        ),
        ("/d.png", None, "%PDF-1.7 x", "application/pdf"),
    ] {
        let headers: Vec<_> = declared
            .map(|kind| ("Content-Type", kind))
            .into_iter()
            .collect();
        put_with(&gateway, path, &headers, body.as_bytes()).await;
        let answer = ask(&gateway, "GET", path).await;
        assert_eq!(answer.header("content-type"), Some(expected), "{path}");
    }
}
