//! `quillgate user remove`

use crate::auth::admin::users;
use crate::cli::error::CliError;
use crate::cli::workspace::Workspace;
use crate::files::rows::changes as files;
use crate::identities::admin::identities;
use crate::recipients::rows as recipients;

/// Remove a user with their tokens, browser sessions, identities, files and the people they have
/// written to
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Somebody who is only away for a while is better shut out: quillgate user disable"
)]
pub struct Remove {
    /// Who it is
    login: String,
}

impl Remove {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        on.write(|db| async move {
            let (user, mut changes) = users::remove(&db, &self.login).await?;
            changes.extend(identities::remove_all_of(&db, user).await?);
            files::remove_all_of(&*db, user).await?;
            recipients::remove_all_of(&*db, user).await?;
            Ok(((), changes))
        })
        .await
    }
}
