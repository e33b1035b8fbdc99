//! What callers should not send: paths, encodings, sizes, speeds and bytes that are hardly HTTP.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use futures_util::future::join_all;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::exchange::{exchange, read_answer, request};
use crate::support::{Gateway, eventually};

const MAIL: &[u8] = br#"{"to": "info@example.org", "subject": "Hello", "body": "Text"}"#;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn encoded_bodies_are_decoded_and_unknown_encodings_refused() {
    let gateway = Gateway::start().await;
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(MAIL).unwrap();
    for (encoding, body) in [
        ("gzip", gzip(MAIL)),
        ("GZip", gzip(MAIL)),
        ("deflate", zlib.finish().unwrap()),
    ] {
        let headers = format!("Content-Encoding: {encoding}\r\n");
        let answer = exchange(&gateway, &request("POST", "/mail", &headers, &body)).await;
        assert_eq!(answer.status, 200, "{encoding}: {}", answer.text);
    }
    let mut raw = DeflateEncoder::new(Vec::new(), Compression::fast());
    raw.write_all(MAIL).unwrap();
    for (encoding, body, status) in [
        ("zstd", MAIL.to_vec(), 415),
        ("gzip, gzip", gzip(&gzip(MAIL)), 415),
        ("x-gzip", gzip(MAIL), 415),
        ("../../etc", MAIL.to_vec(), 415),
        ("gzip", MAIL.to_vec(), 400),
        ("gzip", gzip(MAIL)[..30].to_vec(), 400),
        ("br", b"\xff\xff\xff\xff".to_vec(), 400),
        ("deflate", raw.finish().unwrap(), 400),
    ] {
        let headers = format!("Content-Encoding: {encoding}\r\n");
        for path in ["/mail", "/mail/attachments/a.txt"] {
            let answer = exchange(&gateway, &request("POST", path, &headers, &body)).await;
            assert_eq!(answer.status, status, "{path} {encoding}: {}", answer.text);
            answer.assert_safe(&headers);
        }
    }
    assert_eq!((gateway.sent().len(), gateway.uploads()), (3, 0));
}

#[tokio::test]
async fn a_limit_counts_what_comes_out() {
    let gateway = Gateway::with(|config| {
        config.mail.message_max = 100_000;
        config.attachments.max_size = 100_000;
    })
    .await;
    let bomb = gzip(&vec![b' '; 64 << 20]);
    let encoded = "Content-Encoding: gzip\r\n";
    let large = vec![b' '; 100_001];
    let chunked = [
        b"186a1\r\n".to_vec(),
        large.clone(),
        b"\r\n0\r\n\r\n".to_vec(),
    ]
    .concat();
    let mut all = Vec::new();
    for path in ["/mail", "/mail/compose", "/mail/attachments/a"] {
        let announced = request("POST", path, "", &large);
        let start = String::from_utf8(request("POST", path, "Transfer-Encoding: chunked\r\n", b""))
            .unwrap();
        let unannounced = [
            start.replace("Content-Length: 0\r\n", "").into_bytes(),
            chunked.clone(),
        ]
        .concat();
        all.extend([
            announced,
            unannounced,
            request("POST", path, encoded, &bomb),
        ]);
    }
    all.push(request("POST", "/login", encoded, &bomb));
    // The server reads on for a while before it ends such a connection.
    let answers = join_all(all.iter().map(|sent| exchange(&gateway, sent))).await;
    for (index, answer) in answers.iter().enumerate() {
        assert_eq!(answer.status, 413, "{index}: {}", answer.text);
        answer.assert_safe("");
        assert!(
            index == answers.len() - 1
                || answer.text.contains("100000")
                || answer.text.contains("KiB"),
            "{}",
            answer.text
        );
    }
    assert_eq!(gateway.uploads(), 0);
}

#[tokio::test]
async fn a_body_that_breaks_off_sends_and_stores_nothing() {
    let gateway = Gateway::start().await;
    for path in ["/mail", "/mail/attachments/a"] {
        let whole = String::from_utf8(request("POST", path, "", MAIL)).unwrap();
        let longer = whole.replace(
            &format!("Content-Length: {}", MAIL.len()),
            "Content-Length: 5000",
        );
        let mut stream = TcpStream::connect(&gateway.address).await.unwrap();
        stream.write_all(longer.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let answer = read_answer(&mut stream).await;
        assert!(
            matches!(answer.status, 0 | 400),
            "{path}: {} {}",
            answer.status,
            answer.text
        );
    }
    eventually("nothing is left", async || gateway.uploads() == 0).await;
    assert!(gateway.sent().is_empty());
}

#[tokio::test]
async fn slow_senders_hold_nobody_up_and_are_heard_out() {
    let gateway = Gateway::start().await;
    let mut slow = Vec::new();
    for _ in 0..64 {
        let mut stream = TcpStream::connect(&gateway.address).await.unwrap();
        let whole = request("POST", "/mail", "", MAIL);
        stream.write_all(&whole[..whole.len() - 20]).await.unwrap();
        slow.push((stream, whole));
    }
    assert_eq!(
        gateway
            .post_json("anna", "/mail", &json!({"to": "info@example.org"}))
            .await
            .status,
        200
    );
    for left in (0..20).rev() {
        for (stream, whole) in &mut slow {
            let at = whole.len() - left - 1;
            stream.write_all(&whole[at..=at]).await.unwrap();
        }
    }
    for (mut stream, _) in slow {
        assert_eq!(read_answer(&mut stream).await.status, 200);
    }
    assert_eq!(gateway.sent().len(), 65);
}

#[tokio::test]
async fn a_header_that_never_ends_is_cut_off() {
    let gateway = Gateway::start().await;
    let (mut reader, mut writer) = TcpStream::connect(&gateway.address)
        .await
        .unwrap()
        .into_split();
    writer
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        .await
        .unwrap();
    let drip = async {
        while writer.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let mut answer = Vec::new();
    let end = tokio::time::timeout(Duration::from_secs(60), reader.read_to_end(&mut answer));
    tokio::select! {
        ended = end => { let _ = ended.expect("an end in time"); }
        () = drip => {}
    }
    assert!(!answer.starts_with(b"HTTP/1.1 200"));
}

#[tokio::test]
async fn bytes_that_are_hardly_http_are_refused_and_the_gateway_goes_on() {
    let gateway = Gateway::start().await;
    let many = format!(
        "GET /healthz HTTP/1.1\r\nHost: x\r\n{}\r\n",
        "A: b\r\n".repeat(500)
    );
    let wide = format!(
        "GET /healthz HTTP/1.1\r\nHost: x\r\nA: {}\r\n\r\n",
        "b".repeat(1 << 20)
    );
    let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(1 << 20));
    for bytes in [
        "GARBAGE\r\n\r\n",
        "\0\0\0\0\0\0\0\0\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n",
        "GET\r\n\r\n",
        "GET /healthz\r\n\r\n",
        "GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n",
        "GET healthz HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /heal thz HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nNo colon\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\n A: folded\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nA\t: b\r\n\r\n",
        "POST /mail HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /mail HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello",
        "POST /mail HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        "POST /mail HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST /mail HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        "POST /mail HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\nhello",
        "POST /mail HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        many.as_str(),
        wide.as_str(),
        long.as_str(),
    ] {
        let mut stream = TcpStream::connect(&gateway.address).await.unwrap();
        let _ = stream.write_all(bytes.as_bytes()).await;
        let _ = stream.shutdown().await;
        let answer = read_answer(&mut stream).await;
        let shown: String = bytes.chars().take(80).collect();
        assert!(
            matches!(answer.status, 0 | 400..=431),
            "{shown:?}: {} {}",
            answer.status,
            answer.text
        );
        let answers = answer.text.matches("HTTP/1.").count();
        assert_eq!(
            answers, 0,
            "more than one answer to {shown:?}: {}",
            answer.text
        );
    }
    let answer = gateway
        .request(reqwest::Method::GET, "/healthz")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn unusual_requests_that_are_http_are_answered_in_form() {
    let gateway = Gateway::start().await;
    for (line, status) in [
        ("GET http://elsewhere.example/mail HTTP/1.1", 401),
        ("OPTIONS * HTTP/1.1", 404),
        ("CONNECT elsewhere.example:443 HTTP/1.1", 404),
        ("TRACE /mail HTTP/1.1", 405),
        ("BREW /mail HTTP/1.1", 405),
        ("GET /mail HTTP/1.0", 401),
        ("GET /mail?x=/../ HTTP/1.1", 401),
    ] {
        let bytes = format!("{line}\r\nHost: x\r\nConnection: close\r\n\r\n");
        let answer = exchange(&gateway, bytes.as_bytes()).await;
        assert_eq!(answer.status, status, "{line}: {}", answer.text);
        answer.assert_safe(line);
    }
}

#[tokio::test]
async fn an_authorization_that_is_none_is_401() {
    let gateway = Gateway::start().await;
    for value in [
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic cmFsZg==",
        "Basic //8=",
        "Bearer x",
        "Basic Og==",
        "Digest username=\"ralf\"",
        "basic cmFsZjo=",
        "Basic cmFsZjp0b2tlbjFf",
        "Basic cmFsZjp0b2tlbjk5OTk5OTk5OTk5X2E=",
    ] {
        let head = format!(
            "GET /mail HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: {value}\r\n\r\n"
        );
        let answer = exchange(&gateway, head.as_bytes()).await;
        assert_eq!(answer.status, 401, "{value}: {}", answer.text);
        answer.assert_safe(value);
    }
}
