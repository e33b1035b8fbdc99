//! How urgent a mail is.

use super::attribute::Attributes;
use super::error::DraftError;

/// How urgent the sender finds a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// 1
    High,
    /// 3
    Normal,
    /// 5
    Low,
}

impl Priority {
    /// 1, 3 or 5, as in `X-Priority`.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::High => 1,
            Self::Normal => 3,
            Self::Low => 5,
        }
    }

    /// The word for `Importance`.
    #[must_use]
    pub fn importance(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Normal => "normal",
            Self::Low => "low",
        }
    }
}

/// Reads `priority`.
pub(super) fn parse(given: Attributes<'_>) -> Result<Option<Priority>, DraftError> {
    let Some(number) = given.integer("priority")? else {
        return Ok(None);
    };
    match number.as_i64() {
        Some(1) => Ok(Some(Priority::High)),
        Some(3) => Ok(Some(Priority::Normal)),
        Some(5) => Ok(Some(Priority::Low)),
        _ => Err(DraftError::invalid(
            "priority",
            &number.to_string(),
            "it must be 1 (high), 3 (normal) or 5 (low)",
        )),
    }
}
