//! Limits, each made small: what is refused and how, that nobody else notices, and that all is well again afterwards.

mod composes;
mod connections;
mod files;
mod logins;
mod requests;
mod sessions;
mod shares;
mod table;

use quillgate::telemetry::limits::Limit;
use serde_json::{Value, json};

use crate::support::gateway::Answer;
use crate::support::{Gateway, eventually, raw};

/// The limit has been reached so often, and no other one at all.
async fn counted(gateway: &Gateway, limit: Limit, times: u64) {
    let expected: Vec<_> = Limit::ALL
        .iter()
        .map(|one| (one.name(), if *one == limit { times } else { 0 }))
        .collect();
    let counters = || gateway.load.limits().all().collect::<Vec<_>>();
    eventually(
        &format!("{} counted {times} times", limit.name()),
        async || counters() == expected,
    )
    .await;
}

/// An answer in form to somebody who has reached a limit.
#[track_caller]
fn assert_refused(
    answer: &Answer,
    status: u16,
    message: &str,
    most: u64,
    retry_after: Option<u64>,
) {
    let body = json!({"error": status, "message": message, "details": {"limit": most}});
    assert_eq!((answer.status, &answer.body), (status, &body));
    let told = answer.header("x-webdav-status").unwrap();
    assert!(told.starts_with(&format!("{status} ")), "{told}");
    let after = retry_after.map(|seconds| seconds.to_string());
    assert_eq!(answer.header("retry-after"), after.as_deref());
}

/// The same byte by byte, on a connection that ends with it.
#[track_caller]
fn assert_refused_and_closed(
    answer: &raw::RawAnswer,
    status: u16,
    body: &Value,
    retry_after: Option<u64>,
) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(serde_json::from_str::<Value>(&answer.body).unwrap(), *body);
    let head = answer.head.to_ascii_lowercase();
    let has = |line: &str| head.lines().any(|one| one == line);
    assert!(has("connection: close"), "{head}");
    assert!(has("content-type: application/json"), "{head}");
    assert!(
        head.contains(&format!("\r\nx-webdav-status: {status} ")),
        "{head}"
    );
    match retry_after {
        Some(seconds) => assert!(has(&format!("retry-after: {seconds}")), "{head}"),
        None => assert!(!head.contains("retry-after"), "{head}"),
    }
}

/// Somebody else, who has reached no limit, is served.
async fn assert_served(gateway: &Gateway, login: &str) {
    let answer = gateway.get_json(login, "/mail").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}
