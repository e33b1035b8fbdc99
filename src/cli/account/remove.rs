//! `quillgate account remove`

use crate::cli::error::CliError;
use crate::cli::workspace::Workspace;
use crate::identities::admin::accounts;
use crate::ids::AccountId;

/// Remove a mail account with all identities on it
#[derive(Debug, clap::Args)]
pub struct Remove {
    /// Number of the account
    id: AccountId,
}

impl Remove {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        on.write(move |db| async move { Ok(((), accounts::remove(&db, self.id).await?)) })
            .await
    }
}
