//! `quillgate token list`

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::auth::admin::{tokens, users};
use crate::auth::rows::tokens::Model;
use crate::cli::error::CliError;
use crate::cli::output;
use crate::cli::workspace::Workspace;
use crate::store::time::rfc3339;

/// List all tokens, revoked ones too; never the tokens themselves
#[derive(Debug, clap::Args)]
pub struct List {
    /// As one JSON array
    #[arg(long)]
    json: bool,
}

const COLUMNS: [&str; 8] = [
    "id",
    "user",
    "all-users",
    "scope",
    "until",
    "last-used",
    "revoked",
    "remark",
];

impl List {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        let (tokens, users) = on
            .read(|db| async move { Ok((tokens::all(&db).await?, users::all(&db).await?)) })
            .await?;
        let logins: HashMap<i32, String> = users
            .into_iter()
            .map(|user| (user.id, user.login))
            .collect();
        let rows = tokens
            .into_iter()
            .map(|token| row(&token, &logins))
            .collect();
        output::list(rows, &COLUMNS, self.json)
    }
}

fn row(token: &Model, logins: &HashMap<i32, String>) -> Value {
    json!({
        "id": token.id,
        "user": token.user_id.and_then(|id| logins.get(&id)),
        "all-users": token.user_id.is_none(),
        "scope": token.scopes.split_whitespace().collect::<Vec<_>>(),
        "until": token.until.map(rfc3339),
        "remark": token.remark,
        "created": rfc3339(token.created),
        "last-used": token.last_used.map(rfc3339),
        "revoked": token.revoked.map(rfc3339),
    })
}
