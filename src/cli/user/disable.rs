//! `quillgate user disable`

use crate::auth::admin::users;
use crate::cli::error::CliError;
use crate::cli::workspace::Workspace;

/// Shut a user out: password, tokens and browser sessions end; nothing is removed
#[derive(Debug, clap::Args)]
pub struct Disable {
    /// Who it is
    login: String,
}

impl Disable {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        on.write(|db| async move {
            let changes = users::disable(&db, &self.login).await?;
            Ok(((), changes))
        })
        .await
    }
}
