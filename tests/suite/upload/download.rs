//! Getting an upload back.

use reqwest::{Method, RequestBuilder};
use serde_json::json;

use super::{files_become, stored};
use crate::support::Gateway;
use crate::support::gateway::Answer;
use crate::support::people::PASSWORD;

fn request(gateway: &Gateway, method: Method, path: &str) -> RequestBuilder {
    gateway
        .request(method, path)
        .basic_auth("ralf", Some(PASSWORD))
}

async fn get(gateway: &Gateway, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = gateway.get("ralf", path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn parts_are_206_and_what_is_outside_is_416() {
    let gateway = Gateway::start().await;
    let location = stored(&gateway, "digits.txt", "0123456789").await;
    let whole = get(&gateway, &location, &[]).await;
    assert_eq!((whole.status, whole.text.as_str()), (200, "0123456789"));
    assert_eq!(whole.header("accept-ranges"), Some("bytes"));
    let etag = whole.header("etag").unwrap();
    for (range, text, content_range) in [
        ("bytes=0-3", "0123", "bytes 0-3/10"),
        ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=-2", "89", "bytes 8-9/10"),
        ("bytes=5-500", "56789", "bytes 5-9/10"),
        ("bytes=-500", "0123456789", "bytes 0-9/10"),
    ] {
        for headers in [
            &[("Range", range)][..],
            &[("Range", range), ("If-Range", etag)],
        ] {
            let part = get(&gateway, &location, headers).await;
            assert_eq!((part.status, part.text.as_str()), (206, text), "{range}");
            assert_eq!(part.header("content-range"), Some(content_range));
        }
    }
    let other = [("Range", "bytes=0-3"), ("If-Range", "\"other\"")];
    let changed = get(&gateway, &location, &other).await;
    assert_eq!((changed.status, changed.text.as_str()), (200, "0123456789"));
    for range in ["bytes=10-", "bytes=-0"] {
        let outside = get(&gateway, &location, &[("Range", range)]).await;
        assert_eq!(outside.status, 416, "{range}");
        assert_eq!(outside.header("content-range"), Some("bytes */10"));
        assert_eq!(outside.body["error"], 416);
    }
    for senseless in ["bytes=5-3", "lines=1-2", "bytes=a-b"] {
        assert_eq!(
            get(&gateway, &location, &[("Range", senseless)])
                .await
                .status,
            200
        );
    }
}

#[tokio::test]
async fn head_tells_the_same_without_a_body_and_304_spares_it() {
    let gateway = Gateway::start().await;
    let location = stored(&gateway, "digits.txt", "0123456789").await;
    let whole = get(&gateway, &location, &[]).await;
    let head = request(&gateway, Method::HEAD, &location)
        .send()
        .await
        .unwrap();
    let head = Answer::of(head).await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    for name in [
        "content-length",
        "content-type",
        "etag",
        "content-disposition",
        "accept-ranges",
    ] {
        assert_eq!(head.header(name), whole.header(name), "{name}");
        assert!(head.header(name).is_some(), "{name}");
    }
    let etag = whole.header("etag").unwrap();
    for known in [etag, "*", &format!("\"x\", W/{etag}")] {
        let fresh = get(&gateway, &location, &[("If-None-Match", known)]).await;
        assert_eq!((fresh.status, fresh.text.as_str()), (304, ""), "{known}");
        assert_eq!(fresh.header("etag"), Some(etag));
    }
    let stale = get(&gateway, &location, &[("If-None-Match", "\"x\"")]).await;
    assert_eq!(stale.status, 200);
}

#[tokio::test]
async fn only_an_accept_that_names_json_gets_json_and_download_never() {
    let gateway = Gateway::start().await;
    let location = stored(&gateway, "digits.txt", "0123456789").await;
    for (accept, query, is_json) in [
        ("application/json", "", true),
        ("text/html;q=0.5, Application/JSON;q=0.9", "", true),
        ("application/json;q=0, */*", "", false),
        ("application/*", "", false),
        ("*/*", "", false),
        ("application/json", "?download", false),
        ("application/json", "?a=b&download=1", false),
    ] {
        let answer = get(
            &gateway,
            &format!("{location}{query}"),
            &[("Accept", accept)],
        )
        .await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.body["size"] == 10, is_json, "{accept} {query}");
        assert_eq!(answer.text == "0123456789", !is_json, "{accept} {query}");
    }
}

#[tokio::test]
async fn the_token_alone_and_the_singular_path_lead_to_the_file() {
    let gateway = Gateway::start().await;
    let location = stored(&gateway, "a--b.txt", "x").await;
    let (_, token) = location.rsplit_once("--").unwrap();
    for path in [
        format!("/mail/attachment/{token}"),
        format!("/mail/attachment/a--b.txt--{token}"),
        format!("/mail/attachments/{token}"),
        format!("/mail/attachments/another%20name--{token}"),
        format!("/ralf/mail/attachment/{token}/"),
        format!("/egroupware/groupdav.php/mail/attachment/{token}"),
    ] {
        let answer = get(&gateway, &path, &[]).await;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (200, "x"),
            "{path}: {}",
            answer.text
        );
    }
    let path = format!("/mail/attachment/{token}");
    let answer = Answer::of(gateway.post("ralf", &path).body("x").send().await.unwrap()).await;
    assert_eq!(
        (answer.status, answer.header("allow")),
        (405, Some("GET, HEAD, DELETE"))
    );
}

#[tokio::test]
async fn foreign_unknown_and_deleted_uploads_are_404_and_attaching_them_400() {
    let gateway = Gateway::start().await;
    let annas = gateway.post("anna", "/mail/attachments/a.txt").body("x");
    let annas = Answer::of(annas.send().await.unwrap()).await;
    let foreign = annas.body["location"].as_str().unwrap().to_owned();
    let deleted = stored(&gateway, "b.txt", "x").await;
    let delete = |path: String| request(&gateway, Method::DELETE, &path).send();
    assert_eq!(delete(deleted.clone()).await.unwrap().status(), 204);
    let unknown = "/mail/attachments/c.txt--0123456789abcdefABCDEF".to_owned();
    for location in [
        foreign.clone(),
        deleted,
        unknown,
        "/mail/attachments/..--..".into(),
        "/mail/attachments/x--%2e%2e%2fpasswd".into(),
    ] {
        let answer = get(&gateway, &location, &[]).await;
        let message = format!("Attachment {location} NOT found");
        assert_eq!(
            answer.body,
            json!({"error": 404, "message": message}),
            "{location}"
        );
        assert_eq!(delete(location.clone()).await.unwrap().status(), 404);
        let mail = json!({"to": "info@example.com", "attachments": [location]});
        for path in ["/mail", "/mail/1", "/mail/compose", "/mail/1/compose"] {
            let answer = gateway.post_json("ralf", path, &mail).await;
            let expected = json!({"error": 400, "message": message});
            assert_eq!((answer.status, answer.body), (400, expected), "{path}");
        }
    }
    assert_eq!(gateway.sent().len(), 0);
    files_become(&gateway, 1).await;
    let own = gateway.get("anna", &foreign).send().await.unwrap();
    assert_eq!(own.text().await.unwrap(), "x", "still hers");
}

#[tokio::test]
async fn an_upload_is_not_used_up_by_a_send_and_both_forms_of_its_location_attach_it() {
    let gateway = Gateway::start().await;
    let request = gateway
        .post("ralf", "/mail/attachments/a%20b.txt")
        .body("attached");
    let answer = Answer::of(request.send().await.unwrap()).await;
    let decoded = answer.body["location"].as_str().unwrap();
    let encoded = answer.header("location").unwrap();
    let path = encoded.split_once("groupdav.php").unwrap().1;
    for location in [
        decoded,
        encoded,
        path,
        &format!("/egroupware/groupdav.php{path}"),
    ] {
        let mail = json!({"to": "info@example.com", "attachments": [location]});
        let sent = gateway.post_json("ralf", "/mail", &mail).await;
        assert_eq!(sent.status, 200, "{location}: {}", sent.text);
    }
    assert_eq!(gateway.sent().len(), 4);
    assert_eq!(get(&gateway, decoded, &[]).await.text, "attached");
}
