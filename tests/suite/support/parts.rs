//! Programs that some tests need and not every machine has.

use std::path::PathBuf;

/// Where the program is. Without it the test that asks says `skipped: …` and is to end; where everything has to be
/// there (`CI` or `QUILLGATE_TEST_REQUIRE_ALL` is set), it fails.
pub fn need(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain(["/usr/bin", "/usr/sbin", "/usr/local/bin"].map(PathBuf::from));
    let found = places.map(|place| place.join(program)).find(|file| file.is_file());
    if found.is_none() {
        let strict = ["CI", "QUILLGATE_TEST_REQUIRE_ALL"].iter().any(|name| std::env::var_os(name).is_some());
        assert!(!strict, "{program} is not installed");
        println!("skipped: {program} is not installed");
    }
    found
}
