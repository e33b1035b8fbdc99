//! A share's bytes are no part of any page, but for pictures of dots.

use reqwest::Method;
use serde_json::Value;

use super::{filed, get, opened, path, send, shared, tool};
use crate::support::Gateway;

#[tokio::test]
async fn bytes_are_no_part_of_a_page() {
    let gateway = Gateway::start().await;
    for (name, kind, served) in [
        ("a.js", "text/javascript", "text/plain"),
        (
            "b.mjs",
            "application/javascript; charset=utf-8",
            "text/plain",
        ),
        ("c.css", "text/css", "text/plain"),
        ("d.html", "text/html", "text/html"),
    ] {
        filed(&gateway, name, kind, "x").await;
        let token = shared(&gateway, name, "link", Value::Null).await;
        let bytes = get(&gateway, &path(&token)).await;
        assert_eq!(bytes.header("content-type"), Some(served));
        assert!(
            bytes
                .header("content-disposition")
                .unwrap()
                .starts_with("attachment")
        );
        for dest in [
            "script",
            "style",
            "iframe",
            "frame",
            "object",
            "embed",
            "worker",
            "sharedworker",
            "serviceworker",
            "xslt",
            "manifest",
        ] {
            for query in ["", "?download", "?preview"] {
                let url = format!("{}{query}", path(&token));
                let request = tool(&gateway, Method::GET, &url).header("sec-fetch-dest", dest);
                assert_eq!(send(request).await.status, 403, "{name} {dest} {query}");
            }
        }
    }
}

#[tokio::test]
async fn only_pictures_of_dots_are_shown_by_themselves() {
    let gateway = Gateway::start().await;
    let png =
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89".to_vec();
    // Told by its content, whatever its sender says.
    for (name, kind, content, shown) in [
        ("a.png", "image/png", png.clone(), Some("image/png")),
        ("b.txt", "text/html", png, Some("image/png")),
        (
            "c.gif",
            "image/gif",
            b"GIF89a/*<script>alert(1)</script>".to_vec(),
            Some("image/gif"),
        ),
        (
            "d.png",
            "image/png",
            b"<!doctype html><script>alert(1)</script>".to_vec(),
            None,
        ),
        (
            "e.svg",
            "image/svg+xml",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(),
            None,
        ),
        ("f.pdf", "application/pdf", b"%PDF-1.7".to_vec(), None),
    ] {
        filed(&gateway, name, kind, content).await;
        let token = shared(&gateway, name, "link", Value::Null).await;
        let preview = get(&gateway, &format!("{}?preview", path(&token))).await;
        let page = opened(&gateway, &path(&token)).await;
        assert_eq!(
            page.text.contains("<img src=\"/egroupware/"),
            shown.is_some(),
            "{name}"
        );
        match shown {
            Some(kind) => {
                assert_eq!(preview.header("content-type"), Some(kind), "{name}");
                assert!(
                    preview
                        .header("content-disposition")
                        .unwrap()
                        .starts_with("inline")
                );
                assert_eq!(
                    preview.header("content-security-policy"),
                    Some("default-src 'none'; sandbox")
                );
            }
            None => assert_eq!(preview.status, 404, "{name}"),
        }
    }
}
