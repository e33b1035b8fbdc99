//! Parts of files, and files that one has already.

use super::{ask, asking, stored};
use crate::support::Gateway;
use crate::support::gateway::Answer;

async fn get(gateway: &Gateway, headers: &[(&str, &str)]) -> Answer {
    let mut request = asking(gateway, "GET", "/digits");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn parts_are_206_and_belong_to_one_version() {
    let gateway = Gateway::start().await;
    let etag = stored(&gateway, "/digits", "0123456789").await;
    for (range, text, content_range) in [
        ("bytes=0-3", "0123", "bytes 0-3/10"),
        ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=-2", "89", "bytes 8-9/10"),
    ] {
        let part = get(&gateway, &[("Range", range), ("If-Range", &etag)]).await;
        assert_eq!((part.status, part.text.as_str()), (206, text), "{range}");
        assert_eq!(part.header("content-range"), Some(content_range));
        assert_eq!(part.header("etag"), Some(etag.as_str()));
    }
    let outside = get(&gateway, &[("Range", "bytes=10-")]).await;
    assert_eq!((outside.status, &outside.body["error"]), (416, &416.into()));
    assert_eq!(outside.header("content-range"), Some("bytes */10"));
    stored(&gateway, "/digits", "abcdefghij").await;
    let going_on = [("Range", "bytes=7-"), ("If-Range", etag.as_str())];
    let changed = get(&gateway, &going_on).await;
    assert_eq!((changed.status, changed.text.as_str()), (200, "abcdefghij"));
    let going_on = [("Range", "bytes=7-"), ("If-Match", etag.as_str())];
    assert_eq!(get(&gateway, &going_on).await.status, 412);
}

#[tokio::test]
async fn a_file_that_one_has_is_304_by_tag_and_by_date() {
    let gateway = Gateway::start().await;
    let etag = stored(&gateway, "/digits", "0123456789").await;
    let whole = ask(&gateway, "GET", "/digits").await;
    let date = whole.header("last-modified").unwrap();
    for header in [
        ("If-None-Match", etag.as_str()),
        ("If-Modified-Since", date),
    ] {
        let fresh = get(&gateway, &[header]).await;
        assert_eq!((fresh.status, fresh.text.as_str()), (304, ""), "{header:?}");
        assert_eq!(fresh.header("etag"), Some(etag.as_str()));
    }
    let long_ago = ("If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT");
    assert_eq!(get(&gateway, &[long_ago]).await.status, 200);
    let head = asking(&gateway, "HEAD", "/digits").send().await.unwrap();
    let head = Answer::of(head).await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    for name in [
        "content-length",
        "content-type",
        "etag",
        "last-modified",
        "content-disposition",
    ] {
        assert_eq!(head.header(name), whole.header(name), "{name}");
        assert!(head.header(name).is_some(), "{name}");
    }
}

#[tokio::test]
async fn a_stored_page_is_not_shown_as_one() {
    let gateway = Gateway::start().await;
    let request = asking(&gateway, "PUT", "/digits").header("Content-Type", "text/html");
    request
        .body("<script>alert(1)</script>")
        .send()
        .await
        .unwrap();
    let page = get(&gateway, &[]).await;
    assert!(
        page.header("content-disposition")
            .unwrap()
            .starts_with("attachment;")
    );
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("sandbox") && policy.contains("default-src 'none'"),
        "{policy}"
    );
    for dest in ["script", "iframe", "style"] {
        assert_eq!(
            get(&gateway, &[("Sec-Fetch-Dest", dest)]).await.status,
            403,
            "{dest}"
        );
    }
    stored(&gateway, "/empty", "").await;
    let empty = ask(&gateway, "GET", "/empty").await;
    assert_eq!(
        (empty.status, empty.header("content-length")),
        (200, Some("0"))
    );
}
