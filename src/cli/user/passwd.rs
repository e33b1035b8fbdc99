//! `quillgate user passwd`

use crate::auth::admin::users;
use crate::cli::error::CliError;
use crate::cli::secret::PasswordArgs;
use crate::cli::workspace::Workspace;

/// Give a user another password, and sign them out everywhere
#[derive(Debug, clap::Args)]
#[command(after_help = "\
In a terminal the password is asked for; it has at least 8 characters. Tokens stay as they are.

Examples:
  quillgate user passwd ralf
  quillgate user passwd ralf --password-stdin < password")]
pub struct Passwd {
    /// Whose password it is
    login: String,
    #[command(flatten)]
    password: PasswordArgs,
}

impl Passwd {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        let login = self.login.clone();
        // Before somebody types a password in vain.
        on.read(|db| async move { users::find(&db, &login).await })
            .await?;
        let hash = self.password.hash_or_ask(&self.login)?;
        on.write(|db| async move {
            let changes = users::set_password(&db, &self.login, hash).await?;
            Ok(((), changes))
        })
        .await
    }
}
