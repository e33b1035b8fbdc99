//! `/files/…`: the files that people keep.

mod broken;
mod conditions;
mod crash;
mod integrity;
mod names;
mod places;
mod reading;
mod rights;
mod tree;

use reqwest::{Body, Method, RequestBuilder};
use serde_json::Value;

use crate::support::Gateway;
use crate::support::eventually;
use crate::support::gateway::Answer;
use crate::support::people::PASSWORD;
use crate::support::raw::Raw;

const HOME: &str = "/files/home/ralf";

/// ralf's request below his home; `path` begins with a slash, or is empty for the home itself.
fn asking(gateway: &Gateway, method: &str, path: &str) -> RequestBuilder {
    let method: Method = method.parse().unwrap();
    let request = gateway.request(method, &format!("{HOME}{path}"));
    request.basic_auth("ralf", Some(PASSWORD))
}

async fn ask(gateway: &Gateway, method: &str, path: &str) -> Answer {
    Answer::of(asking(gateway, method, path).send().await.unwrap()).await
}

async fn put(gateway: &Gateway, path: &str, body: impl Into<Body>) -> Answer {
    let request = asking(gateway, "PUT", path).body(body);
    Answer::of(request.send().await.unwrap()).await
}

/// Writes what must be taken, and returns its ETag.
async fn stored(gateway: &Gateway, path: &str, body: impl Into<Body>) -> String {
    let answer = put(gateway, path, body).await;
    assert!([201, 204].contains(&answer.status), "{}", answer.text);
    answer.header("etag").unwrap().to_owned()
}

async fn make_folder(gateway: &Gateway, path: &str) {
    let answer = ask(gateway, "POST", &format!("{path}?mkdir")).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
}

/// The names in a folder, those of folders with a slash behind.
async fn names(gateway: &Gateway, path: &str) -> Vec<String> {
    let answer = ask(gateway, "GET", path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    listed(&answer.body)
}

fn listed(body: &Value) -> Vec<String> {
    let entries = body["entries"].as_array().unwrap();
    let name = |entry: &Value| {
        let end = if entry["type"] == "folder" { "/" } else { "" };
        format!("{}{end}", entry["name"].as_str().unwrap())
    };
    entries.iter().map(name).collect()
}

/// What a file says, or the status of why it does not.
async fn text(gateway: &Gateway, path: &str) -> Result<String, u16> {
    let answer = ask(gateway, "GET", path).await;
    match answer.status {
        200 => Ok(answer.text),
        status => Err(status),
    }
}

fn said(text: &str) -> Result<String, u16> {
    Ok(text.to_owned())
}

/// What [`half`] has sent, and what it owes.
const HALF: usize = 1 << 20;

/// A `PUT` of ralf's that was let in and has brought half of its body.
async fn half(gateway: &Gateway, path: &str, headers: &[&str]) -> Raw {
    let before = gateway.uploads();
    let length = format!("Content-Length: {}", 2 * HALF);
    let headers = [&[length.as_str()], headers].concat();
    let mut raw = Raw::begin(gateway, "PUT", path, &headers).await;
    raw.send(&[b'x'; HALF]).await.unwrap();
    files_on_disk(gateway, before + 1).await;
    raw
}

/// Waits until so many files are on the disk, whole or not.
async fn files_on_disk(gateway: &Gateway, count: usize) {
    let what = format!("{count} files on the disk");
    eventually(&what, async || gateway.uploads() == count).await;
}
