//! The files of the web client: what they are called, how they are packed, how long they may be kept.

use std::io::Read;

use flate2::read::GzDecoder;
use reqwest::{Method, Response};

use crate::support::Gateway;

/// `GET` of a path, with this `Accept-Encoding`.
async fn get(gateway: &Gateway, path: &str, encoding: &str) -> Response {
    let request = gateway.request(Method::GET, path);
    let request = request.header("accept-encoding", encoding);
    request.send().await.unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    let value = response.headers().get(name);
    value.map_or("", |value| value.to_str().unwrap())
}

/// The addresses of files that the page names.
async fn named(gateway: &Gateway) -> Vec<String> {
    let page = get(gateway, "/", "identity").await.text().await.unwrap();
    let parts = page.split("=\"static/").skip(1);
    parts
        .map(|part| format!("/static/{}", part.split('"').next().unwrap()))
        .collect()
}

#[tokio::test]
async fn every_file_that_the_page_names_may_be_kept_for_ever() {
    let gateway = Gateway::start().await;
    let named = named(&gateway).await;
    assert!(named.len() > 30, "{named:?}");
    assert!(named.iter().any(|path| path.ends_with("/page/dom.js")));
    for path in named {
        let response = get(&gateway, &path, "identity").await;
        assert_eq!(response.status(), 200, "{path}");
        let caching = header(&response, "cache-control");
        assert_eq!(caching, "max-age=31536000, immutable", "{path}");
    }
    let page = get(&gateway, "/", "identity").await;
    assert_eq!(header(&page, "cache-control"), "no-cache");
}

#[tokio::test]
async fn a_file_of_another_version_is_not_there() {
    let gateway = Gateway::start().await;
    let answer = get(&gateway, "/static/0123456789abcdef/app.js", "identity").await;
    assert_eq!(answer.status(), 404);
    let bare = get(&gateway, "/static/app.js", "identity").await;
    assert_eq!(bare.status(), 200);
    assert_eq!(header(&bare, "cache-control"), "no-cache");
}

#[tokio::test]
async fn texts_are_packed_as_the_browser_can_unpack_them() {
    let gateway = Gateway::start().await;
    let path = "/static/compose/window.js";
    let plain = get(&gateway, path, "identity").await;
    assert_eq!(header(&plain, "content-encoding"), "");
    assert_eq!(header(&plain, "vary"), "accept-encoding");
    let plain = plain.bytes().await.unwrap();
    for (accepted, chosen) in [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("deflate", ""),
        ("", ""),
    ] {
        let response = get(&gateway, path, accepted).await;
        assert_eq!(header(&response, "content-encoding"), chosen, "{accepted}");
        let packed = response.bytes().await.unwrap();
        let mut unpacked = Vec::new();
        match chosen {
            "br" => brotli::BrotliDecompress(&mut &packed[..], &mut unpacked).unwrap(),
            "gzip" => drop(GzDecoder::new(&packed[..]).read_to_end(&mut unpacked)),
            _ => unpacked = packed.to_vec(),
        }
        assert_eq!(unpacked, plain, "{accepted}");
        assert_eq!(packed.len() < plain.len() / 2, !chosen.is_empty());
    }
}

#[tokio::test]
async fn a_packed_file_that_is_known_is_not_sent_again() {
    let gateway = Gateway::start().await;
    let path = "/static/compose/window.js";
    let tag = |response: &Response| header(response, "etag").to_owned();
    let packed = tag(&get(&gateway, path, "br").await);
    assert_ne!(packed, tag(&get(&gateway, path, "identity").await));
    let request = gateway.request(Method::GET, path);
    let request = request.header("accept-encoding", "br");
    let again = request.header("if-none-match", packed).send().await;
    assert_eq!(again.unwrap().status(), 304);
}
