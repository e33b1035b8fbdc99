//! What the server says is English by contract: pages of other languages have words of their own for all of it.

use std::process::Command;

use crate::support::{browser_tools, parts};

/// How messages begin that no page shows.
const NOT_SHOWN: [&str; 24] = [
    // Sends that fail are told by what they mean, `problem.…`; these words stand beside them as the server's own.
    "7 is not available yet",
    "Already sent from another window",
    "At least one recipient is needed",
    "Attachment 7 is ",
    "SMTP ",
    "Sending was undone",
    "The SMTP server ",
    "The mail could not be sent",
    "The mail has 7 bytes",
    "The spool cannot be written",
    // Of requests that no page makes.
    "Content-Encoding ",
    "Content-Range ",
    "Content-Type ",
    "Error decoding JSON",
    "Files are NOT available for users other",
    "Idempotency-Key ",
    "Not a WebSocket handshake",
    "POST takes either ",
    "Parameter 'limit'",
    "Range is outside ",
    "The header has more than ",
    "The window is filled with more than ",
    "User '7' (#7) is NOT online",
    "7 is not a valid digest header",
];

/// Messages that are put together from parts.
const PUT_TOGETHER: [&str; 15] = [
    "Authentication required",
    "Internal error, see the log of the server",
    "Attribute 'new': the password is shorter than 8 characters",
    "Attribute 'new': the password has the form of a token",
    "Attribute 'until': it is in the past",
    "Attribute 'label': it is longer than 255 characters",
    "Attribute 'replyTo': 'x' is no mail address: it has no @",
    "The request's body is larger than 7 bytes (server.max_body)",
    "Mail NOT sent to a@example.org (550 No such user)",
    "Mail NOT saved to Sent folder, as no user password",
    "Mail NOT saved to Sent folder, as the account has no mailbox",
    "Mail NOT saved to Sent folder, as the server is away, it is saved later",
    "Mail saved to Sent folder, as the folder 'Old' does not exist",
    "Compose 7 is unknown or expired",
    "The download links have no password, as that of the window is not known any more",
];

#[test]
fn what_the_server_says_has_words_in_other_languages() {
    let Some(node) = parts::need("node") else {
        return;
    };
    let answer = Command::new(node)
        .arg(browser_tools::directory().join("server-words.mjs"))
        .arg(env!("CARGO_MANIFEST_DIR"))
        .args(PUT_TOGETHER)
        .output()
        .unwrap();
    let problem = String::from_utf8_lossy(&answer.stderr);
    assert!(answer.status.success(), "{problem}");
    let messages: Vec<(String, Option<String>)> = serde_json::from_slice(&answer.stdout).unwrap();
    assert!(messages.len() > 90, "{}", messages.len());
    let is_not_shown = |message: &str| {
        NOT_SHOWN
            .iter()
            .any(|beginning| message.starts_with(beginning))
    };
    let silent: Vec<_> = messages
        .iter()
        .filter(|(message, words)| words.is_none() && !is_not_shown(message))
        .map(|(message, _)| message)
        .collect();
    assert!(
        silent.is_empty(),
        "no words in static/page/server-messages.js for {silent:#?}"
    );
    for beginning in NOT_SHOWN {
        let known = |(message, words): &(String, Option<String>)| {
            message.starts_with(beginning) && words.is_none()
        };
        assert!(messages.iter().any(known), "nothing says {beginning:?}");
    }
    let gap = messages.iter().find(|(_, words)| {
        words
            .as_ref()
            .is_some_and(|text| text.contains(['{', '}']) || text.contains("NaN"))
    });
    assert_eq!(gap, None);
}
