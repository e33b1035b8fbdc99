//! `quillgate identity list`

use std::collections::HashMap;

use serde_json::json;

use crate::auth::admin::users;
use crate::cli::error::CliError;
use crate::cli::output;
use crate::cli::workspace::Workspace;
use crate::identities::admin::identities;

/// List all identities
#[derive(Debug, clap::Args)]
pub struct List {
    /// As one JSON array
    #[arg(long)]
    json: bool,
}

const COLUMNS: [&str; 8] = [
    "id", "account", "user", "email", "name", "org", "label", "default",
];

impl List {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        let (identities, users) = on
            .read(|db| async move { Ok((identities::all(&db).await?, users::all(&db).await?)) })
            .await?;
        let logins: HashMap<i32, String> = users
            .into_iter()
            .map(|user| (user.id, user.login))
            .collect();
        let rows = identities
            .into_iter()
            .map(|identity| {
                json!({
                    "id": identity.id,
                    "account": identity.account_id,
                    "user": logins.get(&identity.user_id),
                    "email": identity.email,
                    "name": identity.name,
                    "org": identity.org,
                    "label": identity.label,
                    "reply-to": identity.reply_to,
                    "signature": identity.signature,
                    "default": identity.is_default,
                })
            })
            .collect();
        output::list(rows, &COLUMNS, self.json)
    }
}
