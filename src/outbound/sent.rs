//! What the sender is told about a mail that is out.

use serde_json::{Map, Value};

use super::smtp::Reply;
use crate::draft::error::shown;

/// Refused recipients that a warning names.
const NAMED: usize = 50;

/// A mail that the server has accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Without angle brackets.
    pub message_id: String,
    /// What went wrong all the same, each for a person to read.
    pub warnings: Vec<String>,
    /// Addresses that the server has refused, as the envelope had them.
    pub refused: Vec<String>,
}

impl Sent {
    /// All warnings in one.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        (!self.warnings.is_empty()).then(|| self.warnings.join("; "))
    }

    /// The answer's body, members in the contract's order.
    #[must_use]
    pub fn json(&self) -> Map<String, Value> {
        let mut body = Map::new();
        body.insert("status".to_owned(), 200.into());
        if let Some(warning) = self.warning() {
            body.insert("warning".to_owned(), warning.into());
        }
        body.insert("message".to_owned(), "Mail successful sent".into());
        body
    }
}

/// The contract's warning, with the reason.
pub(super) fn not_saved(why: &str) -> String {
    format!("Mail NOT saved to Sent folder, {why}")
}

/// Tells where a copy is whose folder is gone.
pub(super) fn elsewhere(folder: &str) -> String {
    format!(
        "Mail saved to Sent folder, as the folder '{}' does not exist",
        shown(folder)
    )
}

/// Names those who do not get the mail.
pub(super) fn refusals(refused: &[(String, Reply)]) -> Option<String> {
    if refused.is_empty() {
        return None;
    }
    let named: Vec<_> = refused
        .iter()
        .take(NAMED)
        .map(|(address, reply)| format!("{address} ({reply})"))
        .collect();
    let more = if refused.len() > NAMED {
        format!(" and {} more", refused.len() - NAMED)
    } else {
        String::new()
    };
    Some(format!("Mail NOT sent to {}{more}", named.join(", ")))
}
