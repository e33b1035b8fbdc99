//! Why a mailbox on a server could not be used, in words that a warning can hold.

use std::io;

/// What went wrong with a mailbox on a server. The texts complete "…, as"; they hold the server's own words, cleaned
/// and cut, which may name people: [`ImapError::logged`] is for logs.
#[derive(Debug, thiserror::Error)]
pub enum ImapError {
    /// No connection, no encryption, or it was lost. The reason.
    #[error("the mail server is not reachable ({0})")]
    Unreachable(String),
    /// It ended the conversation: its words.
    #[error("the mail server closed the connection{0}")]
    Closed(Words),
    /// It spoke, but not so that it could be understood, or more than anybody should.
    #[error("the mail server does not speak IMAP as it should: {0}")]
    Protocol(&'static str),
    /// It cannot be used as the account has it. What is missing.
    #[error("{0}")]
    Unsuitable(&'static str),
    /// It does not let this login in: its words.
    #[error("the mail server refused the user name or password{0}")]
    Login(Words),
    /// It lets nobody in at the moment: its words.
    #[error("the mail server does not let anybody in at the moment{0}")]
    NotNow(Words),
    /// There is no such folder.
    #[error("the folder '{0}' does not exist")]
    NoFolder(String),
    /// Over quota.
    #[error("the mailbox is full")]
    Full,
    /// The server takes only so many bytes.
    #[error("the mail is larger than the mail server takes")]
    TooLarge,
    /// Any other no: the server's words.
    #[error("the mail server refused it{0}")]
    Refused(Words),
    /// The message itself cannot be read from this machine's disk.
    #[error("the spooled mail cannot be read")]
    Message(#[source] io::Error),
}

/// A server's own words, in parentheses if there are any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(pub String);

impl std::fmt::Display for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.as_str() {
            "" => Ok(()),
            words => write!(f, " ({words})"),
        }
    }
}

impl ImapError {
    /// The reason for the log, without words that may name people or their folders.
    #[must_use]
    pub fn logged(&self) -> String {
        match self {
            Self::Closed(_) => "the mail server closed the connection".to_owned(),
            Self::Login(_) => "the mail server refused the user name or password".to_owned(),
            Self::NotNow(_) => "the mail server does not let anybody in at the moment".to_owned(),
            Self::NoFolder(_) => "the folder does not exist".to_owned(),
            Self::Refused(_) => "the mail server refused it".to_owned(),
            Self::Message(cause) => format!("{self}: {cause}"),
            _ => self.to_string(),
        }
    }
}

/// Why signing in did not work.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The server knows neither this user nor this password, or not together.
    #[error("{0}")]
    WrongPassword(ImapError),
    /// Nobody knows: the server cannot be asked now.
    #[error("{0}")]
    Unreachable(ImapError),
}

impl From<ImapError> for SignInError {
    fn from(error: ImapError) -> Self {
        match error {
            ImapError::Login(_) => Self::WrongPassword(error),
            other => Self::Unreachable(other),
        }
    }
}
