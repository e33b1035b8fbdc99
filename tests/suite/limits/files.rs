//! What one user's files may take.

use quillgate::telemetry::limits::Limit;
use reqwest::{Body, Method};

use super::{assert_refused, counted};
use crate::support::gateway::Answer;
use crate::support::people::PASSWORD;
use crate::support::raw::Raw;
use crate::support::{Gateway, eventually};

/// A request for something in somebody's home.
async fn ask(
    gateway: &Gateway,
    method: &str,
    login: &str,
    path: &str,
    body: impl Into<Body>,
) -> Answer {
    let method: Method = method.parse().unwrap();
    let request = gateway.request(method, &format!("/files/home/{login}/{path}"));
    let request = request.basic_auth(login, Some(PASSWORD)).body(body);
    Answer::of(request.send().await.unwrap()).await
}

async fn put(gateway: &Gateway, path: &str, bytes: usize) -> Answer {
    ask(gateway, "PUT", "ralf", path, vec![b'x'; bytes]).await
}

/// The same without a length.
async fn put_chunked(gateway: &Gateway, path: &str, bytes: usize) -> Answer {
    let piece = Ok::<_, std::io::Error>(vec![b'x'; bytes]);
    let body = Body::wrap_stream(futures_util::stream::iter([piece]));
    ask(gateway, "PUT", "ralf", path, body).await
}

const FULL: &str =
    "The file does not fit into your quota of 1500 bytes for files (files.user_quota)";

#[tokio::test]
async fn a_full_quota_is_507_and_leaves_what_was_there() {
    let gateway = Gateway::with(|config| config.files.user_quota = 1500).await;
    assert_eq!(put(&gateway, "a", 1000).await.status, 201);
    assert_refused(&put(&gateway, "b", 501).await, 507, FULL, 1500, None);
    assert_refused(
        &put_chunked(&gateway, "b", 501).await,
        507,
        FULL,
        1500,
        None,
    );
    assert_refused(
        &put_chunked(&gateway, "a", 1501).await,
        507,
        FULL,
        1500,
        None,
    );
    counted(&gateway, Limit::FilesQuota, 3).await;
    let kept = ask(&gateway, "GET", "ralf", "a", "").await;
    assert_eq!((kept.status, kept.text.len()), (200, 1000));
    assert_eq!(ask(&gateway, "GET", "ralf", "b", "").await.status, 404);
    // Everybody has a quota of their own.
    let annas = ask(&gateway, "PUT", "anna", "b", vec![b'x'; 1500]).await;
    assert_eq!(annas.status, 201);
    // What is replaced counts no more, what is removed neither.
    assert_eq!(put(&gateway, "a", 1500).await.status, 204);
    assert_eq!(put_chunked(&gateway, "a", 1500).await.status, 204);
    assert_eq!(put(&gateway, "a", 10).await.status, 204);
    assert_eq!(put(&gateway, "b", 1490).await.status, 201);
    assert_eq!(ask(&gateway, "DELETE", "ralf", "b", "").await.status, 204);
    assert_eq!(put(&gateway, "c", 1490).await.status, 201);
    assert_eq!(put(&gateway, "d", 0).await.status, 201);
}

#[tokio::test]
async fn two_files_at_the_same_time_do_not_pass_the_quota_together() {
    const SIZE: usize = 600 << 10;
    let quota = 1 << 20;
    let gateway = Gateway::with(|config| config.files.user_quota = quota).await;
    let path = "/files/home/ralf";
    let length = format!("Content-Length: {SIZE}");
    let began = async |name: &str, header: &str| {
        let before = gateway.uploads();
        let mut raw = Raw::begin(&gateway, "PUT", &format!("{path}/{name}"), &[header]).await;
        if header != length {
            raw.send(b"60000\r\n").await.unwrap();
        }
        raw.send(&[b'x'; 0x60000]).await.unwrap();
        let what = "some of it on the disk";
        eventually(what, async || gateway.uploads() == before + 1).await;
        raw
    };
    // Each fits as far as it has come, and both would not.
    let mut first = began("a", &length).await;
    let mut second = began("b", &length).await;
    first.send(&[b'x'; SIZE - 0x60000]).await.unwrap();
    assert_eq!(first.answer().await.status, 201);
    second.send(&[b'x'; SIZE - 0x60000]).await.unwrap();
    let refused = second.answer().await;
    assert_eq!(refused.status, 507, "{}", refused.body);
    eventually("one file", async || gateway.uploads() == 1).await;
    counted(&gateway, Limit::FilesQuota, 1).await;
    // Nobody has more than the quota on the way, although none of it has been stored.
    assert_eq!(ask(&gateway, "DELETE", "ralf", "a", "").await.status, 204);
    let chunked = "Transfer-Encoding: chunked";
    let mut halves = Vec::new();
    for name in ["c", "d"] {
        halves.push(began(name, chunked).await);
    }
    let mut third = Raw::begin(&gateway, "PUT", &format!("{path}/e"), &[chunked]).await;
    third.send(b"60000\r\n").await.unwrap();
    third.send(&[b'x'; 0x60000]).await.unwrap();
    assert_eq!(third.answer().await.status, 507);
    counted(&gateway, Limit::FilesQuota, 2).await;
}

#[tokio::test]
async fn one_entry_too_many_is_507() {
    let gateway = Gateway::with(|config| config.files.entries_per_user = 2).await;
    assert_eq!(put(&gateway, "a", 1).await.status, 201);
    assert_eq!(
        ask(&gateway, "POST", "ralf", "b?mkdir", "").await.status,
        201
    );
    let message = "You have 2 files and folders already (files.entries_per_user)";
    assert_refused(&put(&gateway, "c", 1).await, 507, message, 2, None);
    let folder = ask(&gateway, "POST", "ralf", "b/c?mkdir", "").await;
    assert_refused(&folder, 507, message, 2, None);
    counted(&gateway, Limit::FilesEntries, 2).await;
    // One that is there may change and move.
    assert_eq!(put(&gateway, "a", 2).await.status, 204);
    assert_eq!(
        ask(&gateway, "POST", "ralf", "a?move=/home/ralf/b/a", "")
            .await
            .status,
        201
    );
    assert_eq!(ask(&gateway, "PUT", "anna", "a", "x").await.status, 201);
    assert_eq!(ask(&gateway, "DELETE", "ralf", "b", "").await.status, 204);
    assert_eq!(put(&gateway, "c", 1).await.status, 201);
}
