//! Bytes for tools, pages for browsers, and what goes with both.

use reqwest::Method;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use serde_json::{Value, json};

use super::{filed, get, opened, path, row, row_in, send, share_of, shared, tool};
use crate::support::Gateway;
use crate::support::people::{self, PASSWORD};

#[tokio::test]
async fn tools_get_the_bytes_and_browsers_a_page_that_tells_of_them() {
    let gateway = Gateway::start().await;
    let token = share_of(&gateway, "Größe.txt", "0123456789", "share_ro").await;
    let here = path(&token);
    let bytes = get(&gateway, &here).await;
    assert_eq!((bytes.status, bytes.text.as_str()), (200, "0123456789"));
    for (name, value) in [
        ("content-type", "text/plain"),
        ("content-length", "10"),
        ("accept-ranges", "bytes"),
        ("cache-control", "private, no-cache"),
        ("vary", "Accept"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
        ("x-robots-tag", "noindex, nofollow"),
    ] {
        assert_eq!(bytes.header(name), Some(value), "{name}");
    }
    let disposition = "attachment; filename=\"Gr__e.txt\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.txt";
    assert_eq!(bytes.header("content-disposition"), Some(disposition));
    let etag = bytes.header("etag").unwrap().to_owned();
    let modified = bytes.header("last-modified").unwrap().to_owned();

    for (headers, status, text) in [
        (vec![("range", "bytes=3-5")], 206, "345"),
        (vec![("range", "bytes=-2"), ("if-range", &etag)], 206, "89"),
        (vec![("range", "bytes=20-")], 416, ""),
        (vec![("if-none-match", &*etag)], 304, ""),
        (vec![("if-modified-since", &*modified)], 304, ""),
        (vec![("if-match", "\"other\"")], 412, ""),
    ] {
        let mut request = tool(&gateway, Method::GET, &here);
        for (name, value) in &headers {
            request = request.header(*name, *value);
        }
        let answer = send(request).await;
        assert_eq!(answer.status, status, "{headers:?}");
        assert!(
            status >= 300 || answer.text == text,
            "{headers:?}: {}",
            answer.text
        );
    }
    let head = send(tool(&gateway, Method::HEAD, &here)).await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    for name in [
        "content-length",
        "etag",
        "content-disposition",
        "last-modified",
    ] {
        assert_eq!(head.header(name), bytes.header(name), "{name}");
    }

    let page = opened(&gateway, &here).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    for told in [
        "Größe.txt",
        "10 B",
        "Ralf Becker",
        "?download",
        "0123456789",
        "100 days",
    ] {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    for secret in ["ralf@example.org", ">ralf<", "/home/"] {
        assert!(!page.text.contains(secret), "{secret}");
    }
    let head = gateway
        .request(Method::HEAD, &here)
        .header("accept", super::HTML);
    assert_eq!(send(head).await.status, 200);
    let download = opened(&gateway, &format!("{here}?download")).await;
    assert_eq!(download.text, "0123456789");
    assert_eq!(download.header("content-disposition"), Some(disposition));

    let other = send(tool(&gateway, Method::PATCH, &here)).await;
    assert_eq!(other.status, 405);
    assert_eq!(other.header("allow"), Some("GET, HEAD, POST, PUT, DELETE"));
}

#[tokio::test]
async fn the_policy_of_a_page_names_each_of_its_files() {
    let gateway = Gateway::start().await;
    let token = share_of(&gateway, "a.txt", "x", "share_ro").await;
    let page = opened(&gateway, &path(&token)).await;
    let policy = page.header("content-security-policy").unwrap();
    for part in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
        &format!(
            "script-src http://{}/static/share/share.js ",
            gateway.address
        ),
        &format!(
            "style-src http://{0}/static/style/theme.css http://{0}/static/share/share.css;",
            gateway.address
        ),
        &format!(
            "form-action http://{0}/egroupware/share.php/{token} http://{0}/egroupware/share.php/{token}/;",
            gateway.address
        ),
    ] {
        assert!(policy.contains(part), "{part}: {policy}");
    }
    for part in ["unsafe", "'self'", "*", "data:", "blob:"] {
        assert!(!policy.contains(part), "{part}: {policy}");
    }
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(
        page.header("cross-origin-opener-policy"),
        Some("same-origin")
    );
    assert!(
        !page.text.contains("<script>")
            && !page.text.contains("style=")
            && !page.text.contains(" on")
    );
    // What is named is there.
    for part in policy
        .split([' ', ';'])
        .filter(|part| part.contains("/static/"))
    {
        let answer = gateway.http.get(part).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{part}");
    }
}

#[tokio::test]
async fn a_large_folder_is_listed_whole_for_tools_and_not_without_bound_for_browsers() {
    let gateway = Gateway::start().await;
    filed(&gateway, "Large/0", "text/plain", "first").await;
    let more = "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 1200) \
        INSERT INTO files (user_id, parent, name, folder, size, sha256, content_type, modified) \
        SELECT user_id, parent, 'more-' || n, 1, 0, '', '', 0 FROM files, number WHERE name = '0'";
    let insert = move |db: DatabaseConnection| async move { db.execute_unprepared(more).await };
    gateway.store.read(insert).await.unwrap();
    let here = path(&shared(&gateway, "Large", "share_ro", Value::Null).await);
    let list = get(&gateway, &here).await;
    assert_eq!(list.body["entries"].as_array().unwrap().len(), 1201);
    let page = opened(&gateway, &here).await.text;
    assert_eq!(page.matches("<tr><td").count(), 1000);
    assert!(page.contains("Only the first 1,000 are shown here."));
}

#[tokio::test]
async fn a_folder_is_a_list_and_leads_to_what_is_in_it() {
    let gateway = Gateway::start().await;
    filed(&gateway, "Plans/a b.txt", "text/plain", "first").await;
    filed(&gateway, "Plans/Old/ü.txt", "text/plain", "second").await;
    filed(&gateway, "other.txt", "text/plain", "not shared").await;
    let token = shared(&gateway, "Plans", "share_ro", Value::Null).await;
    let here = path(&token);
    let list = get(&gateway, &here).await;
    assert_eq!(list.status, 200, "{}", list.text);
    let entries = list.body["entries"].as_array().unwrap();
    let names: Vec<_> = entries
        .iter()
        .map(|entry| (&entry["name"], &entry["type"]))
        .collect();
    assert_eq!(
        names,
        [
            (&json!("Old"), &json!("folder")),
            (&json!("a b.txt"), &json!("file"))
        ]
    );
    for (below, text) in [("/a%20b.txt", "first"), ("/Old/%C3%BC.txt", "second")] {
        let file = get(&gateway, &format!("{here}{below}")).await;
        assert_eq!((file.status, file.text.as_str()), (200, text));
        assert_eq!(
            opened(&gateway, &format!("{here}{below}")).await.status,
            200
        );
    }
    for same in ["/", "/Old/", "/Old"] {
        assert_eq!(
            get(&gateway, &format!("{here}{same}")).await.status,
            200,
            "{same}"
        );
    }
    let page = opened(&gateway, &here).await;
    for link in [format!("{here}/a%20b.txt"), format!("{here}/Old")] {
        assert!(
            page.text.contains(&format!("href=\"{link}\"")),
            "{}",
            page.text
        );
    }
    let below = opened(&gateway, &format!("{here}/Old")).await;
    assert!(
        below.text.contains(&format!("href=\"{here}\"")),
        "{}",
        below.text
    );
    // Nothing leads out of it.
    for out in [
        "/../other.txt",
        "/%2e%2e/other.txt",
        "/..%2Fother.txt",
        "/none",
        "/a%20b.txt/x",
        "//a%20b.txt",
        "/%FF",
    ] {
        let raw = crate::support::exchange::exchange(
            &gateway,
            &crate::support::exchange::request("GET", &format!("{here}{out}"), "", b""),
        )
        .await;
        assert_eq!(raw.status, 404, "{out}: {}", raw.text);
    }
}

#[tokio::test]
async fn whoever_asks_gets_the_same() {
    let gateway = Gateway::start().await;
    let token = share_of(&gateway, "a.txt", "shared", "share_ro").await;
    let cookie = people::sign_in(&gateway, "anna").await;
    let (_, api) = people::token(&gateway, Some("anna"), "groupdav mail", None).await;
    let ask = || tool(&gateway, Method::GET, &path(&token));
    for request in [
        ask(),
        ask().basic_auth("anna", Some(PASSWORD)),
        ask().basic_auth("anna", Some("wrong")),
        ask().basic_auth("anna", Some(api)),
        ask().header("cookie", cookie),
        ask().header("authorization", "Bearer x"),
    ] {
        let answer = send(request).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, "shared"));
    }
    // Below the base path there are no shares.
    let below = format!("/egroupware/groupdav.php{}", path(&token));
    for elsewhere in [
        below,
        format!("/egroupware/share%2Ephp/{token}"),
        "/egroupware/share.php".into(),
    ] {
        assert_eq!(get(&gateway, &elsewhere).await.status, 404, "{elsewhere}");
    }
}

#[tokio::test]
async fn accesses_are_counted_and_written_at_the_end_at_the_latest() {
    let directory = tempfile::TempDir::new().unwrap();
    let mut config = quillgate::config::Config::for_data_dir(&directory.path().join("data"));
    config.server.listen = vec![quillgate::config::Listen::Tcp("127.0.0.1:0".to_owned())];
    let gateway = Gateway::launch(config).await;
    people::move_in(&gateway.store, &gateway.outbox()).await;
    let token = share_of(&gateway, "a.txt", "0123456789", "link").await;
    let here = path(&token);
    let before = row(&gateway, &token).await;
    assert_eq!((before.accesses, before.downloads), (0, 0));
    let began = quillgate::store::time::now();
    opened(&gateway, &here).await;
    get(&gateway, &here).await;
    for _ in 0..5 {
        send(tool(&gateway, Method::GET, &here).header("range", "bytes=5-")).await;
    }
    send(tool(&gateway, Method::HEAD, &here)).await;
    get(&gateway, &format!("{here}/none")).await;
    let store = gateway.store.clone();
    gateway.stop().await;
    let after = row_in(&store, &token).await;
    assert_eq!((after.accesses, after.downloads), (8, 1));
    assert!(after.last_access >= began);
}
