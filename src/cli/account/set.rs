//! `quillgate account set`

use clap::ArgGroup;

use super::servers;
use crate::cli::emptiable::unless_empty;
use crate::cli::error::CliError;
use crate::cli::workspace::Workspace;
use crate::identities::admin::accounts::{self, AccountChange};
use crate::identities::admin::owners::Owners;
use crate::identities::admin::servers::sieve as refuse_sieve;
use crate::ids::AccountId;

/// Change a mail account; what is not given stays
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quillgate account set 1 --smtp smtp://relay.example.org:25
  quillgate account set 1 --owner ralf anna            replaces all owners
  quillgate account set 1 --sent ''                    back to the usual folder")]
#[command(group = ArgGroup::new("owners").args(["owner", "everyone"]))]
#[command(group = ArgGroup::new("changes").args(["name", "owner", "everyone", "smtp", "imap", "sieve", "sent", "drafts", "user_editable"]).required(true).multiple(true))]
pub struct Set {
    /// Number of the account
    id: AccountId,
    /// What people know it as
    #[arg(long)]
    name: Option<String>,
    /// Users who may have identities on it, in place of those before
    #[arg(long, value_name = "LOGIN", num_args = 1..)]
    owner: Vec<String>,
    /// Every user may have identities on it
    #[arg(long)]
    everyone: bool,
    /// Where mail goes out
    #[arg(long, value_name = "URL")]
    smtp: Option<String>,
    /// Where folders are: a server, "local" (here), or "none": SMTP-only, nothing is kept
    #[arg(long, value_name = "URL")]
    imap: Option<String>,
    /// Not available yet
    #[arg(long, value_name = "URL")]
    sieve: Option<String>,
    /// Folder of sent mail; empty: Sent
    #[arg(long, value_name = "NAME")]
    sent: Option<String>,
    /// Folder of drafts; empty: Drafts
    #[arg(long, value_name = "NAME")]
    drafts: Option<String>,
    /// Whether its owners may change it
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "true|false")]
    user_editable: Option<bool>,
}

impl Set {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        if let Some(url) = &self.sieve {
            return Err(refuse_sieve(url).into());
        }
        let (smtp, smtp_password) = match &self.smtp {
            Some(url) => servers::smtp(url, on).map(|(smtp, secret)| (Some(smtp), secret))?,
            None => (None, None),
        };
        let (folders, imap_password) = match &self.imap {
            Some(url) => servers::imap(url, on).map(|(folders, secret)| (Some(folders), secret))?,
            None => (None, None),
        };
        let change = AccountChange {
            name: self.name,
            owners: match (self.everyone, self.owner.is_empty()) {
                (true, _) => Some(Owners::Everyone),
                (false, false) => Some(Owners::Users(self.owner)),
                (false, true) => None,
            },
            smtp,
            smtp_password,
            imap_password,
            folders,
            sent: self.sent.map(unless_empty),
            drafts: self.drafts.map(unless_empty),
            user_editable: self.user_editable,
        };
        on.write(move |db| async move { Ok(((), accounts::set(&db, self.id, change).await?)) })
            .await
    }
}
