//! The servers of an account as its row has them: where mail goes out, and where its folders are.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::net::server::{Protocol, Server, ServerError};

/// What takes an account's outgoing mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SmtpServer {
    /// A mail server.
    Smtp(Server),
    /// No server: every mail becomes a file in this directory.
    Directory(PathBuf),
}

impl FromStr for SmtpServer {
    type Err = ServerError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(directory) = text.strip_prefix("file:") {
            return directory_of(directory);
        }
        Ok(Self::Smtp(Server::parse(Protocol::Smtp, text)?.server))
    }
}

/// `file:` with a path, written with one slash or three.
fn directory_of(path: &str) -> Result<SmtpServer, ServerError> {
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.is_empty() || path.contains('\0') {
        return Err(ServerError(
            "file: needs the name of a directory".to_owned(),
        ));
    }
    Ok(SmtpServer::Directory(PathBuf::from(path)))
}

impl fmt::Display for SmtpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Smtp(server) => server.fmt(f),
            Self::Directory(path) => write!(f, "file:{}", path.display()),
        }
    }
}

/// Where an account keeps its folders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Folders {
    /// In a mailbox of the gateway's own, below the data directory.
    #[default]
    Local,
    /// Nowhere: SMTP-only.
    None,
    /// On a mail server.
    Imap(Server),
}

impl Folders {
    /// As the table `accounts` has it.
    #[must_use]
    pub fn column(&self) -> Option<String> {
        match self {
            Self::Local => None,
            Self::None => Some("none".to_owned()),
            Self::Imap(server) => Some(server.to_string()),
        }
    }
}

impl FromStr for Folders {
    type Err = ServerError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "none" => Ok(Self::None),
            "local" => Ok(Self::Local),
            _ if text.contains("://") => {
                Ok(Self::Imap(Server::parse(Protocol::Imap, text)?.server))
            }
            _ => Err(ServerError(
                "it is a server URL such as imaps://host:993, 'none' (SMTP-only) or 'local', the same as leaving it out"
                    .to_owned(),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_stands_for_a_server() {
        for (given, shown) in [
            ("file:out/box", "file:out/box"),
            ("file:///var/spool/out", "file:/var/spool/out"),
            ("smtp://h.example", "smtp://h.example:25"),
        ] {
            let server: SmtpServer = given.parse().expect(given);
            assert_eq!(server.to_string(), shown);
            assert_eq!(shown.parse(), Ok(server));
        }
        assert!("file:".parse::<SmtpServer>().is_err());
        assert!("imap://h".parse::<SmtpServer>().is_err());
    }

    #[test]
    fn folders_are_local_nowhere_or_on_a_server() {
        for (given, column) in [
            ("local", None),
            ("none", Some("none")),
            ("imaps://h.example", Some("imaps://h.example:993")),
        ] {
            let folders: Folders = given.parse().expect(given);
            assert_eq!(folders.column().as_deref(), column);
        }
        assert!("smtp://h".parse::<Folders>().is_err());
        assert!("h".parse::<Folders>().is_err());
    }
}
