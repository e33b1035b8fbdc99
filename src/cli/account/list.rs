//! `quillgate account list`

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::auth::admin::users;
use crate::cli::error::CliError;
use crate::cli::output;
use crate::cli::workspace::Workspace;
use crate::identities::admin::{accounts, owners};
use crate::identities::rows::accounts::Model;

/// List all mail accounts
#[derive(Debug, clap::Args)]
pub struct List {
    /// As one JSON array
    #[arg(long)]
    json: bool,
}

const COLUMNS: [&str; 6] = ["id", "name", "owner", "everyone", "smtp", "imap"];

impl List {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        let (accounts, owners, users) = on
            .read(|db| async move {
                let accounts = accounts::all(&db).await?;
                Ok((accounts, owners::all(&db).await?, users::all(&db).await?))
            })
            .await?;
        let logins: HashMap<i32, String> = users
            .into_iter()
            .map(|user| (user.id, user.login))
            .collect();
        let mut owners_of: HashMap<i32, Vec<&str>> = HashMap::new();
        for (account, user) in &owners {
            if let Some(login) = logins.get(&user.0) {
                owners_of.entry(account.0).or_default().push(login);
            }
        }
        let rows = accounts
            .into_iter()
            .map(|account| {
                let owners = owners_of.remove(&account.id).unwrap_or_default();
                row(account, &owners)
            })
            .collect();
        output::list(rows, &COLUMNS, self.json)
    }
}

fn row(account: Model, owners: &[&str]) -> Value {
    json!({
        "id": account.id,
        "name": account.name,
        "owner": owners,
        "everyone": account.everyone,
        "smtp": account.smtp,
        "imap": account.imap,
        "sieve": account.sieve,
        "sent": account.sent,
        "drafts": account.drafts,
        "user-editable": account.user_editable,
    })
}
