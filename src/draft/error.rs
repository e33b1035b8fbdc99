//! Why the attributes of a mail cannot be used.

use serde_json::Value;

use crate::http::error::ApiError;

const VALUE_SHOWN: usize = 80;

/// An attribute that cannot be used. Messages name the attribute and its value, escaped and shortened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// The JSON type is another one than the contract's.
    #[error("Attribute '{attribute}' must be {expected}, not {found}")]
    WrongType {
        /// With the index for items of an array: `to[1]`.
        attribute: String,
        /// For instance `a string`.
        expected: &'static str,
        /// For instance `an array`.
        found: &'static str,
    },
    /// The type is right, the value is not.
    #[error("Invalid value '{value}' for {attribute}: {reason}")]
    Invalid {
        /// With the index for items of an array: `to[1]`.
        attribute: String,
        /// Escaped and shortened.
        value: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The contract's text for this one attribute.
    #[error(
        "Invalid value '{0}' for attachmentType, must be one of: 'attach', 'link', 'share_ro', 'share_rw'"
    )]
    AttachmentType(String),
    /// Part of the contract, but not of this version.
    #[error("{0} is not available yet")]
    NotYet(String),
    /// The reference can name no upload at all.
    #[error("Attachment {0} NOT found")]
    AttachmentNotFound(String),
    /// Not one of those that there are, escaped and shortened.
    #[error("Unknown attribute '{0}'")]
    Unknown(String),
    /// Neither to nor cc nor bcc names anybody.
    #[error("At least one recipient is needed in to, cc or bcc")]
    NoRecipient,
}

impl DraftError {
    /// One whose value cannot be used for a reason.
    pub fn invalid(attribute: impl Into<String>, value: &str, reason: impl Into<String>) -> Self {
        Self::Invalid {
            attribute: attribute.into(),
            value: shown(value),
            reason: reason.into(),
        }
    }

    pub(super) fn wrong_type(
        attribute: impl Into<String>,
        expected: &'static str,
        found: &Value,
    ) -> Self {
        let found = match found {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(number) if number.is_f64() => "a fraction",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        };
        Self::WrongType {
            attribute: attribute.into(),
            expected,
            found,
        }
    }
}

impl From<DraftError> for ApiError {
    fn from(error: DraftError) -> Self {
        match error {
            DraftError::AttachmentNotFound(_) => Self::bad_request(error.to_string()),
            _ => Self::unprocessable(error.to_string()),
        }
    }
}

/// A caller's value, safe and short enough for a message: line ends and other control characters are escaped.
#[must_use]
pub fn shown(value: &str) -> String {
    let mut text = String::new();
    for (at, c) in value.chars().enumerate() {
        if at == VALUE_SHOWN {
            text.push('…');
            break;
        }
        match c {
            '\'' | '"' => text.push(c),
            _ => text.extend(c.escape_debug()),
        }
    }
    text
}
