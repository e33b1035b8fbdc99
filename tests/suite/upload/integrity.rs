//! Encodings and digests.

use super::{files_become, stored};
use crate::support::Gateway;
use crate::support::gateway::Answer;

const GZIP: &[u8] =
    b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xcb\x48\xcd\xc9\xc9\x07\0\x86\xa6\x10\x36\x05\0\0\0";
const ZLIB: &[u8] = b"\x78\x9c\xcb\x48\xcd\xc9\xc9\x07\0\x06\x2c\x02\x15";
const BROTLI: &[u8] = b"\x0b\x02\x80hello\x03";

const MD5: &str = "XUFAKrxLKna5cZ2REBfFkg==";
const SHA256: &str = "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:";
const OTHER_SHA256: &str = "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:";

/// Uploads as ralf with headers.
async fn put(gateway: &Gateway, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut request = gateway.post("ralf", "/mail/attachments/hello.txt");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::of(request.body(body.to_vec()).send().await.unwrap()).await
}

#[tokio::test]
async fn the_decoded_file_is_what_is_stored_and_digested() {
    let gateway = Gateway::start().await;
    for (encoding, body) in [
        ("gzip", GZIP),
        ("deflate", ZLIB),
        ("br", BROTLI),
        ("identity", b"hello"),
    ] {
        let headers = [
            ("Content-Encoding", encoding),
            ("Content-MD5", MD5),
            ("Repr-Digest", SHA256),
        ];
        let answer = put(&gateway, &headers, body).await;
        assert_eq!(answer.status, 302, "{encoding}: {}", answer.text);
        let location = answer.body["location"].as_str().unwrap();
        let bytes = gateway.get("ralf", location).send().await.unwrap();
        assert_eq!(bytes.text().await.unwrap(), "hello", "{encoding}");
    }
}

#[tokio::test]
async fn another_encoding_is_415() {
    let gateway = Gateway::start().await;
    for encoding in ["zstd", "compress", "gzip, br"] {
        let answer = put(&gateway, &[("Content-Encoding", encoding)], b"x").await;
        assert_eq!(answer.status, 415, "{encoding}");
        let expected = format!(
            "Content-Encoding '{encoding}' is not supported, use gzip, deflate, br or none"
        );
        assert_eq!(answer.message(), expected);
    }
    let json = [("Content-Type", "application/json")];
    assert_eq!(
        put(&gateway, &json, b"not JSON at all").await.status,
        302,
        "any type"
    );
}

#[tokio::test]
async fn a_digest_that_does_not_match_is_400_and_nothing_is_stored() {
    let gateway = Gateway::start().await;
    for (name, value, why) in [
        (
            "Content-MD5",
            "1B2M2Y8AsgTpgAmY7PhCfg==",
            "does not match the file that arrived, nothing was stored",
        ),
        (
            "Repr-Digest",
            OTHER_SHA256,
            "does not match the file that arrived, nothing was stored",
        ),
        (
            "Content-MD5",
            "5d41402abc4b2a76b9719d911017c592",
            "is not a valid digest header",
        ),
        (
            "Repr-Digest",
            "sha-256=LPJNul",
            "is not a valid digest header",
        ),
    ] {
        let answer = put(&gateway, &[(name, value)], b"hello").await;
        assert_eq!(answer.status, 400, "{name}: {value}");
        assert_eq!(answer.message(), format!("{name} {why}"));
    }
    files_become(&gateway, 0).await;
    let unknown = [("Repr-Digest", "crc32c=:AAAAAA==:")];
    assert_eq!(put(&gateway, &unknown, b"hello").await.status, 302);
}

#[tokio::test]
async fn the_type_is_the_sender_s_else_what_content_and_name_tell() {
    let gateway = Gateway::start().await;
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    for (declared, body, kind) in [
        (
            "text/vcard; charset=utf-8",
            &b"hello"[..],
            "text/vcard; charset=utf-8",
        ),
        ("application/x-www-form-urlencoded", png, "image/png"),
        ("application/octet-stream", b"hello", "text/plain"),
        ("text/<script>", b"hello", "text/plain"),
    ] {
        let answer = put(&gateway, &[("Content-Type", declared)], body).await;
        let location = answer.body["location"].as_str().unwrap();
        let bytes = gateway.get("ralf", location).send().await.unwrap();
        assert_eq!(bytes.headers()["content-type"], kind, "{declared}");
        assert_eq!(bytes.headers()["x-content-type-options"], "nosniff");
        assert_eq!(
            bytes.headers()["content-security-policy"],
            "default-src 'none'; sandbox"
        );
    }
    stored(&gateway, "typeless.txt", "x").await;
}
