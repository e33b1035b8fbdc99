//! `quillgate token revoke`

use crate::auth::admin::tokens;
use crate::cli::error::CliError;
use crate::cli::workspace::Workspace;
use crate::ids::TokenId;

/// End a token for good, from the next request on
#[derive(Debug, clap::Args)]
pub struct Revoke {
    /// Number of the token: the one in "token12_…", and in quillgate token list
    id: TokenId,
}

impl Revoke {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        on.write(move |db| async move { Ok(((), tokens::revoke(&db, self.id).await?)) })
            .await
    }
}
