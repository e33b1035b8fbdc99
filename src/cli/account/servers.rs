//! The servers of `account add` and `account set`, with the passwords that they need.

use crate::cli::error::CliError;
use crate::cli::secret::mail_password;
use crate::cli::workspace::Workspace;
use crate::identities::admin::accounts::Secret;
use crate::identities::admin::servers::{self, Named};
use crate::identities::server_url::{Folders, SmtpServer};

/// Reads `--smtp` and the password that goes with it.
pub fn smtp(text: &str, on: &Workspace) -> Result<(SmtpServer, Option<Secret>), CliError> {
    with_password("--smtp", servers::smtp(text, &on.current)?, on)
}

/// Reads `--imap` and the password that goes with it.
pub fn imap(text: &str, on: &Workspace) -> Result<(Folders, Option<Secret>), CliError> {
    with_password("--imap", servers::imap(text, &on.current)?, on)
}

fn with_password<S>(
    flag: &str,
    named: Named<S>,
    on: &Workspace,
) -> Result<(S, Option<Secret>), CliError> {
    let secret = match &named.user {
        Some(user) => Some(Secret {
            password: mail_password(flag, user, named.password_file.as_deref())?,
            keys: on.keys()?,
        }),
        None => None,
    };
    Ok((named.server, secret))
}
