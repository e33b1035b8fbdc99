//! What recipients of a writable share may do, and nobody else.

use reqwest::Method;
use serde_json::{Value, json};

use super::{filed, get, opened, path, send, shared, tool};
use crate::support::Gateway;
use crate::support::exchange::{exchange, request};

async fn put(gateway: &Gateway, url: &str, content: &str) -> crate::support::gateway::Answer {
    send(tool(gateway, Method::PUT, url).body(content.to_owned())).await
}

async fn delete(gateway: &Gateway, url: &str) -> u16 {
    send(tool(gateway, Method::DELETE, url)).await.status
}

async fn own(gateway: &Gateway, name: &str) -> String {
    let answer = gateway.get("ralf", &format!("/files/home/ralf/{name}"));
    answer.send().await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn a_file_is_replaced_where_it_is_and_never_deleted() {
    let gateway = Gateway::start().await;
    filed(&gateway, "a.txt", "text/plain", "first").await;
    let token = shared(&gateway, "a.txt", "share_rw", Value::Null).await;
    let here = path(&token);
    let tag = get(&gateway, &here)
        .await
        .header("etag")
        .unwrap()
        .to_owned();
    let with =
        |value: &str| tool(&gateway, Method::PUT, &here).header("if-match", value.to_owned());
    let written = send(with(&tag).body("second")).await;
    assert_eq!(written.status, 204, "{}", written.text);
    let new = written.header("etag").unwrap().to_owned();
    assert_eq!(get(&gateway, &here).await.header("etag"), Some(&*new));
    let stale = send(with(&tag).body("third")).await;
    assert_eq!((stale.status, &stale.body["error"]), (412, &json!(412)));
    assert_eq!(own(&gateway, "a.txt").await, "second");
    assert_eq!(
        put(&gateway, &format!("{here}/b.txt"), "x").await.status,
        409
    );
    assert_eq!(delete(&gateway, &here).await, 403);
    // It stays the same file when its owner moves it.
    let moved = gateway.post("ralf", "/files/home/ralf/a.txt?move=/home/ralf/b.txt");
    assert_eq!(send(moved).await.status, 201);
    assert_eq!(put(&gateway, &here, "third").await.status, 204);
    assert_eq!(own(&gateway, "b.txt").await, "third");
    assert!(opened(&gateway, &here).await.text.contains("b.txt"));
}

#[tokio::test]
async fn in_a_folder_files_come_and_go() {
    let gateway = Gateway::start().await;
    filed(&gateway, "Plans/Old/a.txt", "text/plain", "first").await;
    filed(&gateway, "outside.txt", "text/plain", "outside").await;
    let token = shared(&gateway, "Plans", "share_rw", Value::Null).await;
    let here = path(&token);
    let new = format!("{here}/%C3%BCber.txt");
    let created = put(&gateway, &new, "one").await;
    assert_eq!(
        (created.status, created.header("location")),
        (201, Some(&*new))
    );
    assert!(created.header("etag").is_some());
    assert_eq!(put(&gateway, &new, "two").await.status, 204);
    assert_eq!(
        put(&gateway, &format!("{here}/Old/b.txt"), "b")
            .await
            .status,
        201
    );
    assert_eq!(own(&gateway, "Plans/%C3%BCber.txt").await, "two");
    for (url, status) in [
        (format!("{here}/Old"), 409),
        (here.clone(), 409),
        (format!("{here}/none/x.txt"), 409),
        (format!("{here}/..%2Fx.txt"), 422),
        (format!("{here}/a%2Fb"), 422),
        (format!("{here}/a%0Ab"), 422),
        (format!("{here}/{}", "x".repeat(256)), 422),
    ] {
        let answer = put(&gateway, &url, "x").await;
        assert_eq!(
            (answer.status, &answer.body["error"]),
            (status, &json!(status)),
            "{url}"
        );
        let page = format!("{}{:?}", answer.text, answer.headers);
        assert!(!page.contains("ralf"), "{page}");
    }
    assert_eq!(delete(&gateway, &new).await, 204);
    assert_eq!(delete(&gateway, &new).await, 404);
    assert_eq!(delete(&gateway, &format!("{here}/Old")).await, 204);
    let out = request("DELETE", &format!("{here}/%2e%2e/outside.txt"), "", b"");
    assert_eq!(exchange(&gateway, &out).await.status, 404);
    assert_eq!(delete(&gateway, &here).await, 403);
    assert_eq!(get(&gateway, &here).await.body["entries"], json!([]));
    assert_eq!(own(&gateway, "outside.txt").await, "outside");
}

#[tokio::test]
async fn a_share_for_reading_is_for_reading() {
    let gateway = Gateway::start().await;
    filed(&gateway, "Plans/a.txt", "text/plain", "first").await;
    for (what, kind) in [
        ("Plans/a.txt", "link"),
        ("Plans/a.txt", "share_ro"),
        ("Plans", "share_ro"),
    ] {
        let token = shared(&gateway, what, kind, Value::Null).await;
        for below in ["", "/a.txt", "/b.txt"] {
            let url = format!("{}{below}", path(&token));
            let answer = put(&gateway, &url, "x").await;
            assert_eq!(
                (answer.status, &answer.body["error"]),
                (403, &json!(403)),
                "{kind} {url}"
            );
            assert_eq!(delete(&gateway, &url).await, 403, "{kind} {url}");
        }
        let page = opened(&gateway, &path(&token)).await;
        assert!(!page.text.contains("type=\"file\"") && !page.text.contains("data-remove"));
    }
    assert_eq!(own(&gateway, "Plans/a.txt").await, "first");
}

#[tokio::test]
async fn what_is_written_is_the_owners_and_its_quota_is_nobodys_business() {
    let gateway = Gateway::with(|config| config.files.user_quota = 1000).await;
    filed(&gateway, "Plans/a.txt", "text/plain", "first").await;
    let token = shared(&gateway, "Plans", "share_rw", Value::Null).await;
    let full = put(
        &gateway,
        &format!("{}/b.txt", path(&token)),
        &"x".repeat(2000),
    )
    .await;
    let body = json!({"error": 507, "message": "There is no room for this file"});
    assert_eq!((full.status, full.body), (507, body));
    assert_eq!(
        gateway
            .get("ralf", "/files/home/ralf/Plans/b.txt")
            .send()
            .await
            .unwrap()
            .status(),
        404
    );
}

#[tokio::test]
async fn only_the_shares_own_page_may_have_a_browser_change_it() {
    let gateway = Gateway::start().await;
    filed(&gateway, "Plans/a.txt", "text/plain", "first").await;
    let token = shared(&gateway, "Plans", "share_rw", Value::Null).await;
    let url = format!("{}/a.txt", path(&token));
    let own_origin = format!("http://{}", gateway.address);
    for (name, value, status) in [
        ("origin", &*own_origin, 204),
        ("origin", "https://evil.example", 403),
        ("origin", "null", 403),
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "same-origin", 204),
    ] {
        for method in [Method::PUT, Method::DELETE] {
            let request = tool(&gateway, method.clone(), &url).header(name, value);
            let answered = send(request.body("x")).await.status;
            let expected = if status == 204 && method == Method::PUT {
                vec![201, 204]
            } else {
                vec![status]
            };
            assert!(
                expected.contains(&answered),
                "{method} {name} {value}: {answered}"
            );
        }
    }
}
