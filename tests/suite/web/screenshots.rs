//! Pictures of the page, where `QUILLGATE_TEST_SCREENSHOTS` names a directory for them.

use std::path::Path;

use crate::support::Browser;

/// Writes `<name>.png`, 1440 × 900 unless the page was given another size.
pub async fn take(browser: &Browser, name: &str) {
    let Some(directory) = std::env::var_os("QUILLGATE_TEST_SCREENSHOTS") else {
        return;
    };
    let picture = browser.screenshot().await.unwrap();
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::write(Path::new(&directory).join(format!("{name}.png")), picture).unwrap();
}
