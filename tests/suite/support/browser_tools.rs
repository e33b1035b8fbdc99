//! What `tests/browser-tools` names and `tests/run` installs.

use std::path::{Path, PathBuf};

use super::parts;

/// A file of one of the packages, or `None` after a line that says why the test is skipped: see [`parts::need`].
pub fn need(file: &str) -> Option<PathBuf> {
    let path = directory().join("node_modules").join(file);
    if !path.exists() {
        parts::missing(&format!("{file} of tests/browser-tools (npm ci)"));
        return None;
    }
    Some(path)
}

pub fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser-tools")
}
