//! How a command fails: one line on stderr, and the exit code.

use std::fmt::Display;
use std::process::ExitCode;

use crate::auth::admin::AdminError;
use crate::config::ConfigError;
use crate::server::StartError;
use crate::store::StoreError;
use crate::store::data_dir::DataDirError;

/// Why a command did not do what it was told.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CliError {
    #[error("{0}")]
    Failed(String),
    /// The command was not understood.
    #[error("{0}")]
    Usage(String),
}

impl CliError {
    pub fn failed(reason: impl Into<String>) -> Self {
        Self::Failed(reason.into())
    }

    pub fn usage(reason: impl Into<String>) -> Self {
        Self::Usage(reason.into())
    }

    /// Writes the line and tells the exit code.
    pub fn report(&self) -> ExitCode {
        eprintln!("quillgate: {}", one_line(self));
        match self {
            Self::Failed(_) => ExitCode::FAILURE,
            Self::Usage(_) => ExitCode::from(2),
        }
    }
}

/// Line ends and terminal sequences could only have come from an argument, a path or a file.
fn one_line(text: &impl Display) -> String {
    text.to_string().replace(char::is_control, "\u{fffd}")
}

macro_rules! fails_with {
    ($($error:ty),*) => {$(
        impl From<$error> for CliError {
            fn from(error: $error) -> Self {
                Self::Failed(error.to_string())
            }
        }
    )*};
}

fails_with!(
    AdminError,
    ConfigError,
    DataDirError,
    StartError,
    StoreError,
    std::io::Error
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_stays_on_its_line() {
        assert_eq!(
            one_line(&"a\r\nb\u{1b}[2J"),
            "a\u{fffd}\u{fffd}b\u{fffd}[2J"
        );
    }
}
