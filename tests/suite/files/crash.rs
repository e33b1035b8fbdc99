//! The real binary, killed while a file arrives; and what is found at the next start.

use std::path::{Path, PathBuf};

use futures_util::stream;
use reqwest::{Body, Method};

use crate::support::command::{House, Process};
use crate::support::eventually;

const PATH: &str = "/files/home/ralf/a";

async fn put(server: &Process, path: &str, body: impl Into<Body>) -> u16 {
    let request = server.request(Method::PUT, "ralf", path).body(body);
    request.send().await.unwrap().status().as_u16()
}

async fn get(server: &Process, path: &str) -> (u16, String) {
    let request = server.request(Method::GET, "ralf", path);
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

fn blobs(house: &House) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(house.path("data/blobs/files")).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// All that is on the disk for a file's bytes.
fn contents(house: &House) -> Vec<Vec<u8>> {
    let mut found: Vec<_> = blobs(house)
        .iter()
        .map(|path: &PathBuf| std::fs::read(Path::new(path)).unwrap_or_default())
        .collect();
    found.sort();
    found
}

#[tokio::test]
async fn killed_while_a_file_arrives_the_old_one_is_whole() {
    let house = House::inhabited("");
    let mut server = house.serve();
    assert_eq!(put(&server, PATH, "old").await, 201);
    for path in [PATH, "/files/home/ralf/new"] {
        let endless = stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'x'; 64 << 10]));
        let request = server.request(Method::PUT, "ralf", path);
        let sender = tokio::spawn(request.body(Body::wrap_stream(endless)).send());
        eventually("some of it on the disk", async || {
            contents(&house).iter().any(|bytes| bytes.len() > 1 << 20)
        })
        .await;
        server.kill();
        assert!(sender.await.unwrap().is_err());
        server = house.serve();
        assert_eq!(contents(&house), [b"old"]);
        assert_eq!(get(&server, PATH).await, (200, "old".to_owned()));
    }
    assert_eq!(get(&server, "/files/home/ralf/new").await.0, 404);
    // Replaced and killed at once: the new one, and nothing of the old one soon.
    assert_eq!(put(&server, PATH, "new").await, 204);
    server.kill();
    let server = house.serve();
    assert_eq!(get(&server, PATH).await, (200, "new".to_owned()));
    eventually("nothing is left of the old one", async || {
        contents(&house) == [b"new"]
    })
    .await;
}

#[tokio::test]
async fn bytes_that_are_lost_are_told_and_the_file_is_not_forgotten() {
    let house = House::inhabited("");
    let mut server = house.serve();
    assert_eq!(put(&server, PATH, "text").await, 201);
    let blob = blobs(&house).remove(0);
    assert_eq!(server.stop(), Some(0));
    let kept = house.path("kept");
    std::fs::rename(&blob, &kept).unwrap();
    std::fs::write(house.path("data/blobs/files/leftover"), "x").unwrap();
    let mut server = house.serve();
    let line = server.log_with("files whose bytes are gone");
    assert!(line.contains("ERROR") && line.contains("count=1"), "{line}");
    assert_eq!(get(&server, PATH).await.0, 500);
    eventually("what nothing names is removed", async || {
        blobs(&house).is_empty()
    })
    .await;
    assert_eq!(server.stop(), Some(0));
    std::fs::rename(&kept, &blob).unwrap();
    let server = house.serve();
    assert_eq!(get(&server, PATH).await, (200, "text".to_owned()));
}

#[tokio::test]
async fn a_user_who_is_removed_leaves_nothing_to_the_next_one_with_that_id() {
    let house = House::inhabited("");
    let mut server = house.serve();
    assert_eq!(put(&server, PATH, "secret").await, 201);
    house.ok(&["user", "remove", "ralf"]);
    let again = "{\"login\":\"ralf\",\"name\":\"Another\",\"email\":\"r@example.org\",\"id\":5,\"password\":\"secret-ralf\"}\n";
    house.write("again", again);
    house.ok(&["user", "import", "again"]);
    assert_eq!(get(&server, PATH).await.0, 404);
    let (_, home) = get(&server, "/files/home/ralf").await;
    assert!(!home.contains("name"), "{home}");
    assert_eq!(server.stop(), Some(0));
    let _server = house.serve();
    eventually("the bytes are gone", async || blobs(&house).is_empty()).await;
}
