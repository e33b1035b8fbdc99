//! Files that end before they are complete leave what was there.

use reqwest::Body;

use super::{HALF, HOME, files_on_disk, half, names, said, stored, text};
use crate::support::Gateway;

#[tokio::test]
async fn a_connection_that_breaks_leaves_the_old_file_whole() {
    let gateway = Gateway::start().await;
    stored(&gateway, "/old", "old").await;
    for name in ["old", "new"] {
        let path = format!("{HOME}/{name}");
        half(&gateway, &path, &[]).await.reset();
        files_on_disk(&gateway, 1).await;
        let mut short = half(&gateway, &path, &[]).await;
        short.finish().await;
        let answer = short.answer().await;
        assert_eq!(answer.status, 400, "{}", answer.body);
        files_on_disk(&gateway, 1).await;
    }
    assert_eq!(names(&gateway, "").await, ["old"]);
    assert_eq!(text(&gateway, "/old").await, said("old"));
}

#[tokio::test]
async fn what_is_under_way_is_not_seen_and_holds_up_nobody() {
    let gateway = Gateway::start().await;
    stored(&gateway, "/a", "old").await;
    let mut slow = half(&gateway, &format!("{HOME}/a"), &[]).await;
    assert_eq!(text(&gateway, "/a").await, said("old"));
    stored(&gateway, "/a", "newer").await;
    assert_eq!(text(&gateway, "/a").await, said("newer"));
    slow.send(&[b'x'; HALF]).await.unwrap();
    assert_eq!(slow.answer().await.status, 204);
    assert_eq!(text(&gateway, "/a").await.unwrap().len(), 2 * HALF);
}

#[tokio::test]
async fn whoever_reads_reads_one_version_to_its_end() {
    let gateway = Gateway::start().await;
    // More than all buffers on the way hold.
    const SIZE: usize = 48 << 20;
    stored(&gateway, "/a", Body::from(vec![b'1'; SIZE])).await;
    let mut reading = super::asking(&gateway, "GET", "/a").send().await.unwrap();
    let mut read = reading.chunk().await.unwrap().unwrap().to_vec();
    assert!(read.len() < SIZE / 4);
    stored(&gateway, "/a", "2").await;
    stored(&gateway, "/b", "3").await;
    assert_eq!(super::ask(&gateway, "DELETE", "/b").await.status, 204);
    assert_eq!(text(&gateway, "/a").await, said("2"));
    while let Some(piece) = reading.chunk().await.unwrap() {
        read.extend_from_slice(&piece);
    }
    assert!(read.len() == SIZE && read.iter().all(|byte| *byte == b'1'));
}
