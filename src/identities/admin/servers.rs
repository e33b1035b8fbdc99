//! Server URLs of an account as an administrator gives them.

use std::path::{Path, PathBuf};

use crate::auth::admin::{AdminError, check_line};
use crate::identities::server_url::{Folders, SmtpServer};
use crate::net::server::{Auth, Given, Protocol, Server};

/// A server, and where its password comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named<S> {
    pub server: S,
    /// The user whose password is needed.
    pub user: Option<String>,
    /// The file that holds it, if one was named.
    pub password_file: Option<PathBuf>,
}

impl<S> Named<S> {
    fn new(server: S) -> Self {
        Self {
            server,
            user: None,
            password_file: None,
        }
    }

    fn given(given: Given, current: &Path, make: fn(Server) -> S) -> Self {
        let user = match &given.server.auth {
            Auth::Stored(user) => Some(user.clone()),
            Auth::None | Auth::Session(_) => None,
        };
        Self {
            server: make(given.server),
            user,
            password_file: given.password_file.map(|file| current.join(file)),
        }
    }
}

/// Reads `--smtp`; a relative path counts from `current` and is kept absolute.
///
/// # Errors
/// Neither a URL of an SMTP server nor a directory.
pub fn smtp(text: &str, current: &Path) -> Result<Named<SmtpServer>, AdminError> {
    if text.starts_with("file:") {
        let server = text.parse().map_err(|cause| refused("--smtp", cause))?;
        return match server {
            SmtpServer::Directory(path) => Ok(Named::new(directory(&path, current)?)),
            server @ SmtpServer::Smtp(_) => Ok(Named::new(server)),
        };
    }
    let given = Server::parse(Protocol::Smtp, text).map_err(|cause| refused("--smtp", cause))?;
    Ok(Named::given(given, current, SmtpServer::Smtp))
}

fn directory(path: &Path, current: &Path) -> Result<SmtpServer, AdminError> {
    let path: PathBuf = current.join(path).components().collect();
    match path.to_str() {
        Some(text) => check_line("--smtp: the directory", text)?,
        None => return Err(AdminError::refused("--smtp: the directory is not UTF-8")),
    }
    Ok(SmtpServer::Directory(path))
}

/// Reads `--imap`.
///
/// # Errors
/// Neither a URL of an IMAP server nor `none` or `local`.
pub fn imap(text: &str, current: &Path) -> Result<Named<Folders>, AdminError> {
    if text.contains("://") {
        let given =
            Server::parse(Protocol::Imap, text).map_err(|cause| refused("--imap", cause))?;
        if given.server.auth == Auth::None {
            return Err(AdminError::refused(
                "--imap: nobody has a mailbox without signing in, add ?auth=session (each user's own password) or ?user=NAME",
            ));
        }
        return Ok(Named::given(given, current, Folders::Imap));
    }
    let folders = text.parse().map_err(|cause| refused("--imap", cause))?;
    Ok(Named::new(folders))
}

fn refused(flag: &str, cause: impl std::fmt::Display) -> AdminError {
    AdminError::refused(format!("{flag}: {cause}"))
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
