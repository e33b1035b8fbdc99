//! The passwords that are kept with accounts, as their rows have them: encrypted, and only for their own row and column.

use super::rows::accounts;
use crate::ids::AccountId;
use crate::net::login::Password;
use crate::store::sealed::{Keyring, Place, SealError};

/// Columns of `accounts` that hold encrypted passwords.
pub(super) const SMTP_PASSWORD: &str = "smtp_password";
pub(super) const IMAP_PASSWORD: &str = "imap_password";

pub(super) fn place(column: &'static str, id: AccountId) -> Place<'static> {
    Place {
        table: "accounts",
        column,
        row: id.0,
    }
}

/// The encrypted passwords of one account.
#[derive(Clone, Debug)]
pub struct Passwords {
    id: AccountId,
    smtp: Option<String>,
    imap: Option<String>,
}

impl Passwords {
    pub(super) fn of(row: &accounts::Model) -> Self {
        Self {
            id: AccountId(row.id),
            smtp: row.smtp_password.clone(),
            imap: row.imap_password.clone(),
        }
    }

    /// The password for the SMTP server.
    ///
    /// # Errors
    /// It does not open with the master key.
    pub fn smtp(&self, keys: &Keyring) -> Result<Option<Password>, SealError> {
        self.reveal(self.smtp.as_deref(), SMTP_PASSWORD, keys)
    }

    /// The password for the IMAP server.
    ///
    /// # Errors
    /// It does not open with the master key.
    pub fn imap(&self, keys: &Keyring) -> Result<Option<Password>, SealError> {
        self.reveal(self.imap.as_deref(), IMAP_PASSWORD, keys)
    }

    fn reveal(
        &self,
        sealed: Option<&str>,
        column: &'static str,
        keys: &Keyring,
    ) -> Result<Option<Password>, SealError> {
        let Some(sealed) = sealed else {
            return Ok(None);
        };
        let opened = keys.reveal(place(column, self.id), sealed)?;
        let text = std::str::from_utf8(&opened).map_err(|_| SealError::Damaged)?;
        Ok(Some(Password::new(text)))
    }
}
