//! Requests that are too large or too slow.

use std::time::{Duration, Instant};

use quillgate::telemetry::limits::Limit;
use reqwest::Method;
use serde_json::{Value, json};

use super::{assert_refused, assert_served, counted};
use crate::support::gateway::Answer;
use crate::support::raw::{Raw, RawAnswer};
use crate::support::{Gateway, eventually};

fn mail(bytes: usize) -> Value {
    json!({"to": "info@example.org", "body": "x".repeat(bytes)})
}

#[track_caller]
fn assert_timed_out(answer: &RawAnswer, message: &str) {
    let body = json!({"error": 408, "message": message});
    assert_eq!(answer.status, 408);
    assert_eq!(serde_json::from_str::<Value>(&answer.body).unwrap(), body);
    assert!(
        answer.head.contains("x-webdav-status: 408 Request Timeout"),
        "{}",
        answer.head
    );
}

#[tokio::test]
async fn a_header_that_is_too_large_is_431() {
    let gateway = Gateway::with(|config| config.server.http.header_max = 2000).await;
    let ask = async |bytes: usize| {
        let request = gateway.request(Method::GET, "/healthz");
        Answer::of(
            request
                .header("x-more", "x".repeat(bytes))
                .send()
                .await
                .unwrap(),
        )
        .await
    };
    assert_eq!(ask(1500).await.status, 200);
    let message = "The header is larger than 2000 bytes (server.header_max)";
    assert_refused(&ask(2000).await, 431, message, 2000, None);
    counted(&gateway, Limit::Header, 1).await;
    assert_eq!(ask(1500).await.status, 200);
}

#[tokio::test]
async fn a_header_of_too_many_lines_is_431() {
    let gateway = Gateway::start().await;
    let ask = async |lines: usize| {
        let request = gateway.request(Method::GET, "/healthz");
        let request = (0..lines).fold(request, |request, _| request.header("a", "b"));
        Answer::of(request.send().await.unwrap()).await
    };
    assert_eq!(ask(50).await.status, 200);
    let answer = ask(70).await;
    let body = json!({"error": 431, "message": "The header has more than 64 lines"});
    assert_eq!((answer.status, answer.body), (431, body));
    counted(&gateway, Limit::Header, 1).await;
}

#[tokio::test]
async fn a_url_that_is_too_long_is_414() {
    let gateway = Gateway::with(|config| config.server.http.url_max = 1000).await;
    let ask = async |bytes: usize| {
        let path = format!("/{}", "x".repeat(bytes - 1));
        Answer::of(gateway.request(Method::GET, &path).send().await.unwrap()).await
    };
    assert_eq!(ask(1000).await.status, 404);
    let message = "The URL is longer than 1000 bytes (server.url_max)";
    assert_refused(&ask(1001).await, 414, message, 1000, None);
    counted(&gateway, Limit::Url, 1).await;
    assert_eq!(ask(1000).await.status, 404);
}

#[tokio::test]
async fn a_body_that_does_not_come_is_408() {
    let limit = Duration::from_millis(1500);
    let gateway = Gateway::with(|config| config.server.http.body_timeout = limit).await;
    let began = Instant::now();
    let mut silent = Raw::post(&gateway, "/mail", &["Content-Length: 100"]).await;
    silent.send(b"{\"to\":").await.unwrap();
    assert_served(&gateway, "anna").await;
    let message = "No data for 1.5 seconds (server.body_timeout)";
    assert_timed_out(&silent.answer().await, message);
    assert!(began.elapsed() >= limit);
    counted(&gateway, Limit::BodyTime, 1).await;
    assert_eq!(
        gateway.post_json("ralf", "/mail", &mail(5)).await.status,
        200
    );
    assert_eq!(gateway.sent().len(), 1);
}

#[tokio::test]
async fn a_body_that_drips_is_408() {
    let gateway = Gateway::with(|config| {
        config.server.http.body_timeout = Duration::from_secs(2);
        config.server.http.body_pace = 1000;
    })
    .await;
    for path in ["/mail", "/mail/attachments/a"] {
        let mut slow = Raw::post(&gateway, path, &["Content-Length: 100000"]).await;
        let began = Instant::now();
        let answer = loop {
            slow.send(b"x").await.unwrap();
            let pause = Duration::from_millis(100);
            if let Ok(answer) = tokio::time::timeout(pause, slow.answer()).await {
                break answer;
            }
            assert!(began.elapsed() < Duration::from_secs(20), "still listening");
        };
        let message = "The body arrives with less than 1000 bytes a second (server.body_pace)";
        assert_timed_out(&answer, message);
    }
    counted(&gateway, Limit::BodyPace, 2).await;
    assert_eq!(
        gateway.post_json("ralf", "/mail", &mail(5)).await.status,
        200
    );
    assert_eq!((gateway.sent().len(), gateway.uploads()), (1, 0));
}

/// Ralf's mail of which all but the last byte has been read.
async fn nearly_sent(gateway: &Gateway, bytes: usize) -> (Raw, Vec<u8>) {
    let body = mail(bytes).to_string().into_bytes();
    let length = format!("Content-Length: {}", body.len());
    let headers = [length.as_str(), "Expect: 100-continue"];
    let mut raw = Raw::post(gateway, "/mail", &headers).await;
    assert_eq!(raw.answer().await.status, 100);
    let (most, last) = body.split_at(body.len() - 1);
    raw.send(most).await.unwrap();
    let read = most.len();
    eventually("it has been read", async || gateway.load.bodies() == read).await;
    (raw, last.to_vec())
}

#[tokio::test]
async fn bodies_of_one_user_fill_the_users_own_share() {
    let gateway = Gateway::with(|config| config.server.http.bodies_per_user = 10_000).await;
    let (mut slow, last) = nearly_sent(&gateway, 6000).await;
    let message =
        "Your requests have more than 10000 bytes at a time (server.bodies_per_user), try again";
    assert_refused(
        &gateway.post_json("ralf", "/mail", &mail(6000)).await,
        429,
        message,
        10_000,
        Some(2),
    );
    counted(&gateway, Limit::BodiesPerUser, 1).await;
    assert_eq!(
        gateway.post_json("anna", "/mail", &mail(6000)).await.status,
        200
    );
    slow.send(&last).await.unwrap();
    assert_eq!(slow.answer().await.status, 200);
    assert_eq!(
        gateway.post_json("ralf", "/mail", &mail(6000)).await.status,
        200
    );
    counted(&gateway, Limit::BodiesPerUser, 1).await;
}

#[tokio::test]
async fn bodies_of_all_fill_the_memory_there_is_for_them() {
    let gateway = Gateway::with(|config| config.server.http.bodies_total = 10_000).await;
    let (mut slow, last) = nearly_sent(&gateway, 6000).await;
    let message =
        "All requests have more than 10000 bytes at a time (server.bodies_total), try again";
    assert_refused(
        &gateway.post_json("anna", "/mail", &mail(6000)).await,
        503,
        message,
        10_000,
        Some(2),
    );
    counted(&gateway, Limit::Bodies, 1).await;
    // Small ones and uploads go on.
    assert_eq!(
        gateway.post_json("anna", "/mail", &mail(600)).await.status,
        200
    );
    let upload = gateway
        .post("anna", "/mail/attachments/a")
        .body(vec![b'x'; 50_000]);
    assert_eq!(upload.send().await.unwrap().status(), 302);
    slow.send(&last).await.unwrap();
    assert_eq!(slow.answer().await.status, 200);
    assert_eq!(
        gateway.post_json("anna", "/mail", &mail(6000)).await.status,
        200
    );
    counted(&gateway, Limit::Bodies, 1).await;
}

#[tokio::test]
async fn a_mail_that_is_too_large_is_413_before_and_after_it_is_built() {
    let gateway = Gateway::with(|config| config.mail.message_max = 10_000).await;
    let answer = gateway.post_json("ralf", "/mail", &mail(10_001)).await;
    let message = "The request's body is larger than 10000 bytes (mail.message_max)";
    assert_refused(&answer, 413, message, 10_000, None);
    counted(&gateway, Limit::Message, 1).await;
    let upload = gateway
        .post("ralf", "/mail/attachments/a")
        .body(vec![b'x'; 10_000]);
    let upload = Answer::of(upload.send().await.unwrap()).await;
    let with_file = json!({"to": "info@example.org", "attachments": [upload.body["location"]]});
    let answer = gateway.post_json("ralf", "/mail", &with_file).await;
    assert_eq!(
        (answer.status, &answer.body["details"]),
        (413, &json!({"limit": 10_000}))
    );
    counted(&gateway, Limit::Message, 2).await;
    assert_eq!(
        gateway.post_json("ralf", "/mail", &mail(5000)).await.status,
        200
    );
    assert_eq!(gateway.sent().len(), 1);
}

#[tokio::test]
async fn an_upload_that_is_too_large_is_413() {
    let gateway = Gateway::with(|config| config.attachments.max_size = 1000).await;
    let upload = async |login: &str, bytes: usize| {
        let request = gateway
            .post(login, "/mail/attachments/a")
            .body(vec![b'x'; bytes]);
        Answer::of(request.send().await.unwrap()).await
    };
    let message = "The file is larger than the limit of 1000 bytes (attachments.max_size)";
    assert_refused(&upload("ralf", 1001).await, 413, message, 1000, None);
    counted(&gateway, Limit::UploadSize, 1).await;
    assert_eq!(upload("anna", 1000).await.status, 302);
    assert_eq!(upload("ralf", 1000).await.status, 302);
}

#[tokio::test]
async fn an_upload_over_the_quota_is_507() {
    let gateway = Gateway::with(|config| config.attachments.user_quota = 1500).await;
    let upload = async |login: &str, bytes: usize| {
        let request = gateway
            .post(login, "/mail/attachments/a")
            .body(vec![b'x'; bytes]);
        Answer::of(request.send().await.unwrap()).await
    };
    assert_eq!(upload("ralf", 1000).await.status, 302);
    let answer = upload("ralf", 501).await;
    assert_eq!(
        (answer.status, &answer.body["details"]),
        (507, &json!({"quota": 1500}))
    );
    counted(&gateway, Limit::UploadQuota, 1).await;
    assert_eq!(upload("anna", 501).await.status, 302);
    assert_eq!(upload("ralf", 500).await.status, 302);
}
