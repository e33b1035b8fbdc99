//! `quillgate identity remove`

use crate::cli::error::CliError;
use crate::cli::workspace::Workspace;
use crate::identities::admin::identities;
use crate::ids::IdentityId;

/// Remove an identity; when it was the default, the user's oldest other one takes its place
#[derive(Debug, clap::Args)]
pub struct Remove {
    /// Number of the identity
    id: IdentityId,
}

impl Remove {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        on.write(move |db| async move { Ok(((), identities::remove(&db, self.id).await?)) })
            .await
    }
}
