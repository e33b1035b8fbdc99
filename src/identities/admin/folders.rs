//! Where an account keeps its folders, and what they are called.

use crate::auth::admin::{AdminError, check_line};

/// Where an account keeps its folders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Folders {
    /// Below the data directory.
    #[default]
    Local,
    /// Nowhere: SMTP-only.
    None,
}

impl Folders {
    /// # Errors
    /// Servers are not available yet; anything else is not known.
    pub fn parse(text: &str) -> Result<Self, AdminError> {
        match (text, text.split_once("://")) {
            ("none", _) => Ok(Self::None),
            ("local", _) => Ok(Self::Local),
            (_, Some((scheme @ ("imap" | "imap+starttls" | "imaps"), _))) => {
                Err(AdminError::refused(format!(
                    "--imap: {scheme}:// is not available yet, leave it out for a local mailbox"
                )))
            }
            _ => Err(AdminError::refused(
                "--imap: it is 'none' (SMTP-only) or 'local', the same as leaving it out",
            )),
        }
    }

    /// As the table `accounts` has it.
    pub(super) fn column(self) -> Option<String> {
        (self == Self::None).then(|| "none".to_owned())
    }
}

/// A folder's name may hold slashes, but must not lead out of the mailbox.
pub(super) fn check_folder(flag: &str, name: Option<&String>) -> Result<(), AdminError> {
    let Some(name) = name else { return Ok(()) };
    check_line(flag, name)?;
    let astray = |part: &str| matches!(part, "" | "." | "..");
    if name.split('/').any(astray) {
        return Err(AdminError::refused(format!(
            "{flag}: '{name}' is no folder name"
        )));
    }
    Ok(())
}
