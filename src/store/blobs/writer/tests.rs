use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use data_encoding::HEXLOWER;
use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};

use super::super::UNFINISHED;
use super::*;

fn open() -> (tempfile::TempDir, Blobs) {
    let directory = tempfile::tempdir().expect("directory");
    let blobs = Blobs::open(directory.path(), "area", Handle::current()).expect("opens");
    (directory, blobs)
}

fn directory(blobs: &Blobs) -> PathBuf {
    blobs.root.join(blobs.area)
}

fn unfinished(blobs: &Blobs) -> usize {
    let entries = fs::read_dir(directory(blobs)).expect("listed").flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.contains(UNFINISHED)).count()
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
        writer.write(piece.to_vec().into()).await.expect("writes");
    }
}

#[tokio::test]
async fn a_committed_blob_has_the_bytes_that_were_written_and_their_digest() {
    let (_directory, blobs) = open();
    for size in [0, 1, CHUNK, 3 * CHUNK + 17] {
        let content: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
        let mut writer = blobs.writer(&[]);
        write(&mut writer, &content).await;
        let finished = writer.finish().await.expect("finishes");
        let key = finished.key().clone();
        assert!(!blobs.path(&key).exists(), "there only when committed");
        assert_eq!(finished.size, size as u64);
        assert_eq!(
            HEXLOWER.encode(finished.digests.of(Algorithm::Sha256)),
            HEXLOWER.encode(&Sha256::digest(&content))
        );
        finished.commit().await.expect("commits");
        assert!(
            fs::read(blobs.path(&key)).expect("readable") == content,
            "{size}"
        );
        for (first, length) in [(0, size), (size / 2, size - size / 2), (size, 0)] {
            let reader = blobs.read(&key, first as u64, length as u64).await;
            let pieces: Vec<Bytes> = reader.expect("opens").try_collect().await.expect("reads");
            assert!(pieces.concat() == content[first..first + length], "{size}");
        }
    }
    let mode = fs::metadata(directory(&blobs))
        .expect("there")
        .permissions();
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
    fs::remove_dir_all(directory(&blobs)).expect("removed");
    fs::write(directory(&blobs), b"in the way").expect("written");
    let mut writer = blobs.writer(&[]);
    let first = writer.write(vec![0; CHUNK].into()).await;
    let second = writer.write(vec![0; CHUNK].into()).await;
    assert!(first.is_err() || second.is_err());
    assert!(writer.finish().await.is_err());
}
