//! The web client keeps to the types that its comments give.

use std::process::Command;

use crate::support::{browser_tools, parts};

#[test]
fn the_scripts_of_the_page_keep_to_their_types() {
    let Some((node, compiler)) = parts::need("node").zip(browser_tools::need("typescript/bin/tsc"))
    else {
        return;
    };
    let mut check = Command::new(node);
    let answer = check
        .arg(compiler)
        .args(["--pretty", "false", "--project"])
        .arg(browser_tools::directory().join("jsconfig.json"))
        .output()
        .unwrap();
    assert!(
        answer.status.success(),
        "{}{}",
        String::from_utf8_lossy(&answer.stdout),
        String::from_utf8_lossy(&answer.stderr)
    );
}
