//! What an administrator does to users and tokens. Each operation works inside the transaction that it is handed, and
//! tells which changes it made, so that several of them can be one step.

pub mod new_user;
pub mod tokens;
pub mod users;

use sea_orm::DbErr;

use crate::store::StoreError;

/// Why an operation was not done. One line for the administrator.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// It cannot be done as asked; the text says what to do instead.
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AdminError {
    pub fn refused(reason: impl Into<String>) -> Self {
        Self::Refused(reason.into())
    }

    /// Says where the trouble stands, such as the line of a file.
    #[must_use]
    pub fn at(self, place: impl std::fmt::Display) -> Self {
        match self {
            Self::Refused(reason) => Self::Refused(format!("{place}: {reason}")),
            Self::Store(_) => self,
        }
    }
}

impl From<DbErr> for AdminError {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

/// The id after the highest one that is in use.
///
/// # Errors
/// When there is none: somebody was given the highest of all.
pub fn id_after(highest: Option<i32>) -> Result<i32, AdminError> {
    highest
        .unwrap_or(0)
        .checked_add(1)
        .ok_or_else(|| AdminError::refused("no higher id is left, give a free one with --id"))
}

/// Refuses a text that would not stay on its line in a header, a list or a log.
///
/// # Errors
/// Names `what`.
pub fn check_line(what: &str, text: &str) -> Result<(), AdminError> {
    if breaks_line(text) {
        return Err(AdminError::refused(format!(
            "{what} must not hold control characters or line ends"
        )));
    }
    Ok(())
}

/// Whether a text would not stay on its line in a header, a list or a log.
pub fn breaks_line(text: &str) -> bool {
    text.chars()
        .any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
}
