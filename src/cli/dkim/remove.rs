//! `quillgate dkim remove`

use crate::cli::error::CliError;
use crate::cli::workspace::Workspace;
use crate::identities::admin::dkim_keys;

/// Remove a key: mail is not signed with it any more
#[derive(Debug, clap::Args)]
pub struct Remove {
    /// Number of the key
    id: i32,
}

impl Remove {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        on.write(move |db| async move { Ok(((), dkim_keys::remove(&db, self.id).await?)) })
            .await
    }
}
