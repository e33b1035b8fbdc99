//! `quillgate account add`

use clap::ArgGroup;

use super::servers;
use crate::cli::error::CliError;
use crate::cli::output;
use crate::cli::workspace::Workspace;
use crate::identities::admin::accounts::{self, NewAccount};
use crate::identities::admin::owners::Owners;
use crate::identities::admin::servers::sieve as refuse_sieve;
use crate::identities::server_url::Folders;
use crate::ids::AccountId;

/// Add a mail account: the servers that mail goes through
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Server URLs: smtp://host:25, smtp+starttls://host:587, smtps://host:465, imap+starttls://host:143, imaps://host:993.
At their end, ?auth=session signs everybody in with their own password, and ?user=NAME all as this user, whose password
is asked for or read with &password_file=FILE. file:DIR writes every mail as a file. Without --imap the account keeps its
folders in a local mailbox. The new id is printed.

Examples:
  quillgate account discover ralf@example.org            finds the servers, and prints the line to add them
  quillgate account add --name Office --everyone --smtp 'smtps://mail.example.org?auth=session' --imap 'imaps://mail.example.org?auth=session'
  quillgate account add --name Alerts --owner ralf anna --smtp smtp://127.0.0.1:25 --imap none
  quillgate account add --name Test --everyone --smtp file:outbox")]
#[command(group = ArgGroup::new("owners").args(["owner", "everyone"]).required(true))]
pub struct Add {
    /// What people know it as
    #[arg(long)]
    name: String,
    /// Users who may have identities on it
    #[arg(long, value_name = "LOGIN", num_args = 1..)]
    owner: Vec<String>,
    /// Every user may have identities on it
    #[arg(long)]
    everyone: bool,
    /// Where mail goes out
    #[arg(long, value_name = "URL")]
    smtp: String,
    /// Where folders are: a server, "local" (here), or "none": SMTP-only, nothing is kept
    #[arg(long, value_name = "URL")]
    imap: Option<String>,
    /// Not available yet
    #[arg(long, value_name = "URL")]
    sieve: Option<String>,
    /// Folder of sent mail, when it is not Sent
    #[arg(long, value_name = "NAME")]
    sent: Option<String>,
    /// Folder of drafts, when it is not Drafts
    #[arg(long, value_name = "NAME")]
    drafts: Option<String>,
    /// Its owners may change it
    #[arg(long)]
    user_editable: bool,
    /// Number of the account [default: the one after the highest]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..))]
    id: Option<i32>,
}

impl Add {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        if let Some(url) = &self.sieve {
            return Err(refuse_sieve(url).into());
        }
        let (smtp, smtp_password) = servers::smtp(&self.smtp, on)?;
        let (folders, imap_password) = match &self.imap {
            Some(url) => servers::imap(url, on)?,
            None => (Folders::default(), None),
        };
        let new = NewAccount {
            name: self.name,
            owners: match self.everyone {
                true => Owners::Everyone,
                false => Owners::Users(self.owner),
            },
            smtp,
            smtp_password,
            folders,
            imap_password,
            sent: self.sent,
            drafts: self.drafts,
            user_editable: self.user_editable,
        };
        let id = self.id.map(AccountId);
        let id = on
            .write(move |db| async move { accounts::add(&db, id, new).await })
            .await?;
        output::print(&format!("{id}\n"))
    }
}
