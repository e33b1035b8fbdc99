//! `quillgate dkim list`

use serde_json::{Value, json};

use crate::cli::error::CliError;
use crate::cli::output;
use crate::cli::workspace::Workspace;
use crate::identities::admin::dkim_keys;
use crate::identities::rows::dkim_keys::Model;

/// List all keys that sign mail, with their DNS records
#[derive(Debug, clap::Args)]
pub struct List {
    /// As one JSON array
    #[arg(long)]
    json: bool,
}

const COLUMNS: [&str; 7] = [
    "id",
    "account",
    "domain",
    "selector",
    "algorithm",
    "name",
    "txt",
];

impl List {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        let keys = on
            .read(|db| async move { Ok(dkim_keys::all(&db).await?) })
            .await?;
        output::list(keys.iter().map(row).collect(), &COLUMNS, self.json)
    }
}

fn row(key: &Model) -> Value {
    let record = dkim_keys::record(key);
    json!({
        "id": key.id,
        "account": key.account_id,
        "domain": key.domain,
        "selector": key.selector,
        "algorithm": key.algorithm,
        "name": record.name,
        "txt": record.value,
    })
}
