//! `quillgate user enable`

use crate::auth::admin::users;
use crate::cli::error::CliError;
use crate::cli::workspace::Workspace;

/// Let a disabled user in again; browsers have to sign in anew
#[derive(Debug, clap::Args)]
pub struct Enable {
    /// Who it is
    login: String,
}

impl Enable {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        on.write(|db| async move {
            let changes = users::enable(&db, &self.login).await?;
            Ok(((), changes))
        })
        .await
    }
}
