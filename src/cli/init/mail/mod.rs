//! The questions about mail: which servers, who signs in there and how, and whether it works.

mod attempt;
mod servers;
mod ways;

use std::path::Path;

use super::dialogue::Dialogue;
use super::person::Person;
use crate::cli::error::CliError;
use crate::cli::look_up::DnsArgs;
use crate::identities::server_url::{Folders, SmtpServer};
use crate::net::login::Password;
use servers::Proposed;

/// What was answered.
pub struct Mail {
    pub smtp: SmtpServer,
    pub folders: Folders,
    /// For the servers that are signed in to as one user.
    pub smtp_password: Option<Password>,
    pub imap_password: Option<Password>,
    /// The administrator's, when a server takes everybody's own.
    pub own_password: Option<Password>,
    /// How others get in; `None`: with passwords that are kept here.
    pub sign_in: Option<SignIn>,
    /// Relative to the configuration; empty: what this machine trusts.
    pub ca_file: String,
}

/// What becomes `[sign_in]`.
pub struct SignIn {
    pub imap: String,
    pub domain: String,
    pub smtp: Option<String>,
}

/// Asks until the servers work, or until somebody wants to go on all the same. Relative paths count from `base`.
pub async fn ask(
    dialogue: &mut Dialogue,
    person: &Person,
    base: &Path,
    (dns, data_dir): (&DnsArgs, &str),
) -> Result<Mail, CliError> {
    let mut proposed = Proposed::found(dialogue, &person.address, dns, data_dir).await?;
    loop {
        let named = servers::ask(dialogue, &mut proposed, base)?;
        let mail = ways::ask(dialogue, person, named)?;
        if attempt::all(dialogue, person, &mail, base).await? {
            return Ok(mail);
        }
        let choices = [("again", true), ("go on", false)];
        if !dialogue.choose("Name other servers again, or go on with these", &choices)? {
            return Ok(mail);
        }
    }
}
