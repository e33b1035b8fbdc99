//! `quillgate check`: tries everything that the configuration and the accounts name, and says what to do about it.
//!
//! - `targets` gathers the servers with what is shown to them, `storage` looks at what lies on this machine.
//! - `smtp` and `imap` try one server each; `certificate` reads what it has shown.
//! - `dkim` looks at the keys that sign mail.
//! - `row` is what comes out, as a line of the table.

pub mod attempt;
mod certificate;
pub mod directory;
mod dkim;
mod imap;
pub mod row;
mod smtp;
mod storage;
mod targets;

use serde_json::Value;

use super::error::CliError;
use super::look_up::{self, DnsArgs};
use super::output;
use super::secret::PasswordArgs;
use super::workspace::Workspace;
use attempt::Conditions;
use row::Row;
use targets::Somebody;

/// Try every server of every account, and what is kept on this machine; fails when something does not work
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The configuration is checked as serve does. Nothing is sent, and nothing is changed on any server. Servers on which each
user signs in with their own password are tried without one, unless --user names somebody.

Examples:
  quillgate check
  quillgate check --offline                 opens no connection
  quillgate check --user ralf               asks for ralf's mail password
  quillgate check --json | jq '.[] | select(.result != \"ok\")'")]
pub struct Check {
    /// Open no connection
    #[arg(long)]
    offline: bool,
    /// Whose password is tried where users sign in with their own
    #[arg(long, value_name = "LOGIN")]
    user: Option<String>,
    #[command(flatten)]
    password: PasswordArgs,
    #[command(flatten)]
    dns: DnsArgs,
    /// As one JSON array
    #[arg(long)]
    json: bool,
}

impl Check {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        if self.user.is_none() && self.password.is_given() {
            return Err(CliError::usage("the password needs --user LOGIN"));
        }
        let conditions = match self.offline {
            true => None,
            false => Some(Conditions {
                tls: look_up::tls(&on.config.mail)?,
                limit: on.config.mail.smtp_timeout,
                message_max: on.config.mail.message_max,
            }),
        };
        let user = match &self.user {
            Some(login) => Some(Somebody::find(on, login, &self.password).await?),
            None => None,
        };
        let mut rows = vec![storage::data_dir(on), storage::master_key(on)];
        let targets = targets::all(on, user.as_ref()).await?;
        rows.extend(attempt::all(targets, conditions.as_ref()).await);
        // What the DNS says of keys is worth a warning at most, so its absence is worth nothing.
        let names = match self.offline {
            true => None,
            false => self.dns.names().ok(),
        };
        rows.extend(dkim::all(on, names.as_ref()).await?);
        self.tell(&rows)
    }

    fn tell(&self, rows: &[Row]) -> Result<(), CliError> {
        if self.json {
            output::list(rows.iter().map(Row::json).collect(), &[], true)?;
        } else {
            output::list(rows.iter().map(Row::cells).collect(), &row::COLUMNS, false)?;
            let advice: Vec<Value> = rows.iter().flat_map(Row::advice).collect();
            if !advice.is_empty() {
                output::print("\n")?;
                output::list(advice, &row::ADVICE, false)?;
            }
        }
        let failed = rows.iter().filter(|row| row.failed()).count();
        match failed {
            0 => Ok(()),
            _ => Err(CliError::failed(format!(
                "{failed} of {} checks failed, see the table",
                rows.len()
            ))),
        }
    }
}
