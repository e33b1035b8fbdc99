//! Writing only what one has seen.

use super::{HALF, HOME, asking, half, make_folder, put, said, stored, text};
use crate::support::Gateway;
use crate::support::gateway::Answer;
use crate::support::raw::Raw;

/// The status of a request with one further header.
async fn status(gateway: &Gateway, method: &str, path: &str, header: (&str, &str)) -> u16 {
    let request = asking(gateway, method, path).header(header.0, header.1);
    let answer = Answer::of(request.body("new").send().await.unwrap()).await;
    if answer.status == 412 {
        let message = "The file is not the one that the request's conditions name";
        assert_eq!(answer.message(), message);
    }
    answer.status
}

#[tokio::test]
async fn a_file_is_replaced_only_by_those_who_know_it() {
    let gateway = Gateway::start().await;
    let etag = stored(&gateway, "/a", "old").await;
    let weak = format!("W/{etag}");
    for header in [
        ("If-None-Match", "*"),
        ("If-None-Match", etag.as_str()),
        ("If-Match", "\"x\""),
        ("If-Match", "x"),
        ("If-Match", weak.as_str()),
        ("If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"),
    ] {
        for method in ["PUT", "DELETE", "POST"] {
            let path = if method == "POST" {
                "/a?move=/home/ralf/b"
            } else {
                "/a"
            };
            assert_eq!(
                status(&gateway, method, path, header).await,
                412,
                "{method} {header:?}"
            );
        }
    }
    assert_eq!(text(&gateway, "/a").await, said("old"));
    assert_eq!(
        status(&gateway, "PUT", "/new", ("If-Match", "*")).await,
        412
    );
    assert_eq!(
        status(&gateway, "PUT", "/new", ("If-Match", &etag)).await,
        412
    );
    assert_eq!(
        status(&gateway, "PUT", "/new", ("If-None-Match", "*")).await,
        201
    );
    assert_eq!(
        status(&gateway, "PUT", "/a", ("If-Match", &etag)).await,
        204
    );
    assert_eq!(text(&gateway, "/a").await, said("new"));
    assert_eq!(
        status(&gateway, "PUT", "/a", ("If-Match", &etag)).await,
        412
    );
    assert_eq!(
        status(&gateway, "POST", "/a?move=/home/ralf/b", ("If-Match", "*")).await,
        201
    );
    assert_eq!(
        status(&gateway, "DELETE", "/b", ("If-Match", "*")).await,
        204
    );
    make_folder(&gateway, "/folder").await;
    assert_eq!(
        status(&gateway, "DELETE", "/folder", ("If-Match", &etag)).await,
        412
    );
}

#[tokio::test]
async fn nobody_sends_a_body_that_is_not_wanted() {
    let gateway = Gateway::start().await;
    let path = format!("{HOME}/a");
    stored(&gateway, "/a", "old").await;
    let headers = ["Content-Length: 1000000", "If-None-Match: *"];
    let mut raw = Raw::begin(&gateway, "PUT", &path, &headers).await;
    assert_eq!(raw.answer().await.status, 412);
}

#[tokio::test]
async fn of_two_who_know_the_same_file_only_the_first_replaces_it() {
    let gateway = Gateway::start().await;
    let path = format!("{HOME}/a");
    let etag = stored(&gateway, "/a", "old").await;
    let known = format!("If-Match: {etag}");
    let mut second = half(&gateway, &path, &[&known]).await;
    let mut late = half(&gateway, &format!("{HOME}/b"), &["If-None-Match: *"]).await;
    assert_eq!(put(&gateway, "/a", "first").await.status, 204);
    assert_eq!(put(&gateway, "/b", "first").await.status, 201);
    for raw in [&mut second, &mut late] {
        raw.send(&[b'x'; HALF]).await.unwrap();
        assert_eq!(raw.answer().await.status, 412);
    }
    assert_eq!(text(&gateway, "/a").await, said("first"));
    assert_eq!(text(&gateway, "/b").await, said("first"));
}
