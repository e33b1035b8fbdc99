//! An upload is streamed: the size of the file does not show in memory.

use futures_util::stream;
use reqwest::Method;

use crate::support::command::{House, Process};

const MIB: u64 = 1 << 20;

/// Uploads so many bytes that are made on the way, and gets them back without keeping them.
async fn there_and_back(server: &Process, size: u64) {
    let pieces = (0..size / MIB).map(|number| {
        let piece = vec![u8::try_from(number % 251).unwrap(); MIB as usize];
        Ok::<_, std::io::Error>(piece)
    });
    let request = server
        .request(Method::POST, "ralf", "/mail/attachments/large.bin")
        .header("X-No-Location", "true")
        .body(reqwest::Body::wrap_stream(stream::iter(pieces)));
    let answer: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
    let location = answer["location"].as_str().unwrap();
    let request = server.request(Method::GET, "ralf", location);
    let mut response = request.send().await.unwrap();
    let mut read = 0;
    while let Some(piece) = response.chunk().await.unwrap() {
        read += piece.len() as u64;
    }
    assert_eq!(read, size);
    let gone = server.request(Method::DELETE, "ralf", location);
    assert_eq!(gone.send().await.unwrap().status(), 204);
}

#[tokio::test]
async fn ten_times_the_file_takes_no_more_memory() {
    let house = House::inhabited("");
    let server = house.serve();
    there_and_back(&server, 30 * MIB).await;
    let small = server.memory_peak();
    there_and_back(&server, 300 * MIB).await;
    // The kernel counts roughly.
    let growth = server.memory_peak().saturating_sub(small);
    assert!(growth < 24 * 1024, "{growth} KiB more");
}
