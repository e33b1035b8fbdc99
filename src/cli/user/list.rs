//! `quillgate user list`

use serde_json::json;

use crate::auth::admin::users;
use crate::cli::error::CliError;
use crate::cli::output;
use crate::cli::workspace::Workspace;

/// List all users
#[derive(Debug, clap::Args)]
pub struct List {
    /// As one JSON array
    #[arg(long)]
    json: bool,
}

const COLUMNS: [&str; 8] = [
    "id", "login", "name", "email", "admin", "timezone", "password", "disabled",
];

impl List {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        let users = on
            .read(|db| async move { Ok(users::all(&db).await?) })
            .await?;
        let rows = users
            .into_iter()
            .map(|user| {
                json!({
                    "id": user.id,
                    "login": user.login,
                    "name": user.name,
                    "email": user.email,
                    "admin": user.admin,
                    "timezone": user.timezone,
                    // Whether there is one.
                    "password": user.password_hash.is_some(),
                    "disabled": user.disabled,
                })
            })
            .collect();
        output::list(rows, &COLUMNS, self.json)
    }
}
