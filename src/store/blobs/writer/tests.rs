use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::*;

fn open() -> (tempfile::TempDir, Blobs) {
    let directory = tempfile::tempdir().expect("directory");
    let blobs = Blobs::open(directory.path(), "area", Handle::current()).expect("opens");
    (directory, blobs)
}

fn unfinished(blobs: &Blobs) -> usize {
    let directory = blobs.directory.join(UNFINISHED);
    fs::read_dir(directory).expect("listed").count()
}

async fn until_nothing_is_unfinished(blobs: &Blobs) {
    for _ in 0..500 {
        if unfinished(blobs) == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("something is left");
}

/// In pieces that do not fit the chunks.
async fn write(writer: &mut Writer, content: &[u8]) {
    for piece in content.chunks(10_007) {
        writer.write(piece).await.expect("writes");
    }
}

#[tokio::test]
async fn a_committed_blob_has_the_bytes_that_were_written_and_their_digest() {
    let (_directory, blobs) = open();
    for (name, size) in [
        ("empty", 0),
        ("one", 1),
        ("chunk", CHUNK),
        ("more", 3 * CHUNK + 17),
    ] {
        let content: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
        let key = Key::parse(name).expect("a key");
        let mut writer = blobs.writer(&[]);
        write(&mut writer, &content).await;
        let finished = writer.finish().await.expect("finishes");
        assert!(!blobs.path(&key).exists(), "there only when committed");
        assert_eq!(finished.size, size as u64);
        assert_eq!(
            HEXLOWER.encode(finished.digests.of(Algorithm::Sha256)),
            HEXLOWER.encode(&Sha256::digest(&content))
        );
        finished.commit(&key).await.expect("commits");
        assert!(
            fs::read(blobs.path(&key)).expect("readable") == content,
            "{name}"
        );
        let mode = fs::metadata(blobs.path(&key)).expect("there").permissions();
        assert_eq!(mode.mode() & 0o777, 0o600);
    }
    let mode = fs::metadata(&blobs.directory).expect("there").permissions();
    assert_eq!(mode.mode() & 0o777, 0o700);
    assert_eq!(unfinished(&blobs), 0);
}

#[tokio::test]
async fn what_is_dropped_on_the_way_leaves_nothing_behind() {
    let (_directory, blobs) = open();
    let mut writer = blobs.writer(&[]);
    write(&mut writer, &vec![0; 2 * CHUNK + 1]).await;
    drop(writer);
    until_nothing_is_unfinished(&blobs).await;

    let mut writer = blobs.writer(&[]);
    write(&mut writer, &vec![0; CHUNK + 1]).await;
    let finished = writer.finish().await.expect("finishes");
    assert_eq!(unfinished(&blobs), 1);
    drop(finished);
    until_nothing_is_unfinished(&blobs).await;
    assert!(blobs.keys().await.expect("listed").is_empty());
}

#[tokio::test]
async fn a_disk_that_refuses_is_an_error_and_the_writer_is_done() {
    let (_directory, blobs) = open();
    fs::remove_dir_all(&blobs.directory).expect("removed");
    let mut writer = blobs.writer(&[]);
    let first = writer.write(&vec![0; CHUNK]).await;
    let second = writer.write(&vec![0; CHUNK]).await;
    assert!(first.is_err() || second.is_err());
    assert!(writer.finish().await.is_err());
}
