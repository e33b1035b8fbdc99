//! Programs that are no part of this repository and that some tests need: see `tests/packages`.

use std::io::Write;
use std::path::{Path, PathBuf};

/// Where Debian puts servers, which may not be in `PATH`.
const SYSTEM: [&str; 3] = ["/usr/sbin", "/usr/local/sbin", "/sbin"];

/// The program, or `None` after a line that says why the test is skipped. Where everything has to be there (`CI` or
/// `QUILLGATE_TEST_REQUIRE_ALL` is set) a missing program fails the test.
pub fn need(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .chain(SYSTEM.iter().map(PathBuf::from))
        .map(|directory| directory.join(program))
        .find(|candidate| is_program(candidate));
    if found.is_none() {
        missing(program);
    }
    found
}

/// Says that a test is skipped for want of something, or fails it: see [`need`].
pub fn missing(what: &str) {
    let required = ["CI", "QUILLGATE_TEST_REQUIRE_ALL"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    assert!(!required, "missing, see tests/run: {what}");
    // Straight to stderr: what a passing test prints is not shown.
    let _ = writeln!(std::io::stderr(), "skipped: missing, see tests/run: {what}");
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}
