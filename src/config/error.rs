//! What is wrong with the configuration.

use thiserror::Error;

/// One line for the operator: which key, where it was set, what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct ConfigError(String);

impl ConfigError {
    /// Control characters, line ends above all, could only have come from a value or a path.
    pub(super) fn new(line: &str) -> Self {
        Self(
            line.chars()
                .map(|c| if c.is_control() { '\u{fffd}' } else { c })
                .collect(),
        )
    }
}
