//! A user name and a password for a mail server. Neither is ever shown, and the password's memory is wiped.

use std::fmt;

use zeroize::Zeroizing;

/// A password in memory.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes the text as it is.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text, for the one moment in which a server is told it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// What a server is shown to be let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// As the server knows the user.
    pub user: String,
    pub password: Password,
}
