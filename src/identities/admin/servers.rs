//! Server URLs of an account as an administrator gives them.

use std::path::{Path, PathBuf};

use crate::auth::admin::{AdminError, check_line};
use crate::identities::server_url::{Folders, SmtpServer};

/// Reads `--smtp`; a relative directory counts from `current` and is kept absolute.
///
/// # Errors
/// Not a URL, or one that is not available yet.
pub fn smtp(text: &str, current: &Path) -> Result<SmtpServer, AdminError> {
    let server = text
        .parse()
        .map_err(|cause| AdminError::refused(format!("--smtp: {cause}")))?;
    match server {
        SmtpServer::Directory(path) => {
            let path: PathBuf = current.join(path).components().collect();
            match path.to_str() {
                Some(text) => check_line("--smtp: the directory", text)?,
                None => return Err(AdminError::refused("--smtp: the directory is not UTF-8")),
            }
            Ok(SmtpServer::Directory(path))
        }
        server @ SmtpServer::Smtp(_) => Ok(server),
    }
}

/// Reads `--imap`.
///
/// # Errors
/// Not a URL.
pub fn imap(text: &str) -> Result<Folders, AdminError> {
    text.parse()
        .map_err(|cause| AdminError::refused(format!("--imap: {cause}")))
}

/// Refuses `--sieve`.
///
/// # Errors
/// Always: not available yet, or never known.
pub fn sieve(text: &str) -> AdminError {
    match text.split_once("://") {
        Some((scheme @ ("sieve" | "sieve+starttls"), _)) => {
            AdminError::refused(format!("--sieve: {scheme}:// is not available yet"))
        }
        _ => AdminError::refused("--sieve: it is sieve://host, which is not available yet"),
    }
}
