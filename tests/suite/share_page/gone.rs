//! What is ended, revoked or unknown: one answer, after the same look-ups.

use std::collections::BTreeSet;

use quillgate::shares::rows::Column;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    HTML, change, disable_ralf, filed, get, opened, path, revoke, send, share_of, shared, tool,
};
use crate::support::Gateway;
use crate::support::gateway::Answer;
use crate::support::people::PASSWORD;

#[track_caller]
fn is_gone(answer: &Answer, token: &str, what: &str) {
    let message = format!("Requested resource '{token}' does not exist or has expired");
    let body = json!({"error": 404, "message": message});
    assert_eq!(
        (answer.status, &answer.body),
        (404, &body),
        "{what}: {}",
        answer.text
    );
}

#[tokio::test]
async fn everything_that_is_not_there_looks_alike() {
    let gateway = Gateway::start().await;
    let share = async |name: &str, kind: &str| share_of(&gateway, name, "x", kind).await;
    let ended = share("ended.txt", "link").await;
    change(&gateway, &ended, Column::Ends, 1000_i64).await;
    let unused = share("unused.txt", "link").await;
    let long_ago = quillgate::store::time::now() - 101 * 24 * 3600 * 1000;
    change(&gateway, &unused, Column::LastAccess, long_ago).await;
    let revoked = share("revoked.txt", "link").await;
    revoke(&gateway, &revoked).await;
    let deleted = share("deleted.txt", "share_ro").await;
    filed(&gateway, "Folder/a.txt", "", "x").await;
    let folder = shared(&gateway, "Folder", "share_rw", Value::Null).await;
    let used_up = share("used.txt", "link").await;
    change(&gateway, &used_up, Column::MaxDownloads, 0).await;
    for name in ["deleted.txt", "Folder"] {
        let delete = gateway.request(Method::DELETE, &format!("/files/home/ralf/{name}"));
        let delete = delete.basic_auth("ralf", Some(PASSWORD));
        assert_eq!(send(delete).await.status, 204);
    }
    let alive = share("alive.txt", "link").await;
    let locked = shared(&gateway, "alive.txt", "link", json!({"sharePassword": "x"})).await;
    change(&gateway, &locked, Column::Ends, 1000_i64).await;
    let nobodys = [
        "0123456789abcdefABCDEF01",
        "x",
        "..",
        "%00",
        "%27--",
        "a%2Fb",
    ]
    .map(str::to_owned);
    let tokens = [ended, unused, revoked, deleted, folder, used_up, locked];
    let tokens: Vec<_> = tokens.into_iter().chain(nobodys).collect();
    let mut heads = Vec::new();
    for token in &tokens {
        for below in ["", "/a.txt", "?download", "?preview"] {
            let url = format!("{}{below}", path(token));
            let raw = crate::support::exchange::request("GET", &url, "Accept: */*\r\n", b"");
            let answer = crate::support::exchange::exchange(&gateway, &raw).await;
            let message = format!("Requested resource '{token}' does not exist or has expired");
            assert_eq!(
                answer.body,
                json!({"error": 404, "message": message}),
                "{url}"
            );
            let lines = answer
                .head
                .lines()
                .filter(|line| !line.starts_with("date") && !line.starts_with("content-length"));
            heads.push(lines.map(str::to_owned).collect::<BTreeSet<_>>());
        }
    }
    heads.dedup();
    assert_eq!(heads.len(), 1, "the headers are the same");
    assert_eq!(get(&gateway, &path(&alive)).await.status, 200);
    for method in [Method::PUT, Method::DELETE, Method::POST, Method::HEAD] {
        let mut answer = send(tool(&gateway, method.clone(), &path(&tokens[0]))).await;
        if method == Method::HEAD {
            assert_eq!(answer.status, 404);
            continue;
        }
        answer.headers.clear();
        is_gone(&answer, &tokens[0], method.as_str());
    }
    let page = opened(&gateway, &path(&tokens[0])).await;
    assert_eq!(page.status, 404);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    let words = format!(
        "Requested resource '{}' does not exist or has expired",
        tokens[0]
    );
    assert!(page.text.contains(&words), "{}", page.text);

    disable_ralf(&gateway).await;
    is_gone(
        &get(&gateway, &path(&alive)).await,
        &alive,
        "owner disabled",
    );
}

/// Each takes two look-ups, whatever is wrong with it: how long an answer takes says nothing.
#[tokio::test]
async fn whatever_is_wrong_with_a_token_the_look_ups_are_the_same() {
    let gateway = Gateway::start().await;
    let deleted = share_of(&gateway, "deleted.txt", "x", "share_ro").await;
    let delete = gateway.request(Method::DELETE, "/files/home/ralf/deleted.txt");
    send(delete.basic_auth("ralf", Some(PASSWORD))).await;
    let ended = share_of(&gateway, "ended.txt", "x", "link").await;
    change(&gateway, &ended, Column::Ends, 1000_i64).await;
    let mut counts = Vec::new();
    for token in [
        &*deleted,
        &*ended,
        "0123456789abcdefABCDEF01",
        "malformed!",
        "",
        &"x".repeat(200),
    ] {
        let before = gateway.load.look_ups();
        let request = gateway.request(Method::GET, &format!("{}/", path(token)));
        assert_eq!(send(request.header("accept", HTML)).await.status, 404);
        counts.push(gateway.load.look_ups() - before);
    }
    assert_eq!(counts, [2; 6]);
}
