//! `/mail/attachments/…`: files on their way in, and out again.

mod answer;
mod broken;
mod download;
mod integrity;
mod limits;
mod memory;
mod names;
mod rights;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::support::Gateway;
use crate::support::gateway::Answer;
use crate::support::post::below;

/// Uploads as ralf.
async fn put(gateway: &Gateway, name: &str, body: impl Into<reqwest::Body>) -> Answer {
    let path = format!("/mail/attachments/{name}");
    Answer::of(gateway.post("ralf", &path).body(body).send().await.unwrap()).await
}

/// Uploads as ralf what must be taken, and returns its location as JSON names it.
async fn stored(gateway: &Gateway, name: &str, body: impl Into<reqwest::Body>) -> String {
    let answer = put(gateway, name, body).await;
    assert_eq!(answer.status, 302, "{}", answer.text);
    answer.body["location"].as_str().unwrap().to_owned()
}

/// All files that uploads have in a gateway's directory, finished or not.
fn files(gateway: &Gateway) -> Vec<PathBuf> {
    deep(&gateway.data.join("blobs"))
}

fn deep(directory: &Path) -> Vec<PathBuf> {
    let (directories, mut files): (Vec<_>, Vec<_>) =
        below(directory).into_iter().partition(|path| path.is_dir());
    files.extend(directories.iter().flat_map(|path| deep(path)));
    files
}

/// Waits until so many files are there.
async fn files_become(gateway: &Gateway, count: usize) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while files(gateway).len() != count {
        assert!(Instant::now() < deadline, "{:?}", files(gateway));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
