use super::*;

#[test]
fn only_letters_and_digits_are_a_key() {
    assert!(Key::parse("aZ09").is_some());
    let long = "a".repeat(KEY_MAX + 1);
    for text in [
        "", ".", "..", "a#1", "a/b", "../a", "a\0", "ä", "a-b", &long,
    ] {
        assert_eq!(Key::parse(text), None, "{text}");
    }
}

#[tokio::test]
async fn what_a_killed_process_left_unfinished_is_gone_after_the_next_start() {
    let directory = tempfile::tempdir().expect("directory");
    Blobs::open(directory.path(), "area", Handle::current()).expect("opens");
    let left = directory.path().join("area/left#1");
    fs::write(&left, b"half").expect("writes");
    let kept = directory.path().join("area/kept");
    fs::write(&kept, b"whole").expect("writes");

    let blobs = Blobs::open(directory.path(), "area", Handle::current()).expect("opens");

    assert!(!left.exists());
    let key = Key::parse("kept").expect("a key");
    assert_eq!(
        blobs.keys().await.expect("listed"),
        HashSet::from([key.clone()])
    );
    blobs.delete(&key).await.expect("deleted");
    blobs.delete(&key).await.expect("deleted twice");
    assert_eq!(blobs.readable(vec![key]).await.expect("looked"), [false]);
}
