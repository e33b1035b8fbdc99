//! `quillgate user add`

use crate::auth::admin::new_user::NewUser;
use crate::auth::admin::users;
use crate::cli::error::CliError;
use crate::cli::output;
use crate::cli::secret::PasswordArgs;
use crate::cli::workspace::Workspace;
use crate::ids::UserId;

/// Add a user; without a password they are reached by tokens only
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Prints the new id. An identity to send mail as is added with: quillgate identity add
A password has at least 8 characters.

Examples:
  quillgate user add ralf --name 'Ralf Becker' --email ralf@example.org --password-stdin < password
  quillgate user add nagios --name Nagios --email nagios@example.org")]
pub struct Add {
    /// What the user signs in with
    login: String,
    /// Real name
    #[arg(long)]
    name: String,
    /// Mail address
    #[arg(long, value_name = "ADDR")]
    email: String,
    /// Number of the user [default: the one after the highest]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..))]
    id: Option<i32>,
    /// An administrator: sees who is online, and may change every account
    #[arg(long)]
    admin: bool,
    /// Time zone, such as Europe/Berlin [default: server.timezone of the configuration]
    #[arg(long, value_name = "TZ")]
    timezone: Option<String>,
    #[command(flatten)]
    password: PasswordArgs,
}

impl Add {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        let new = NewUser {
            id: self.id.map(UserId),
            login: self.login,
            name: self.name,
            email: self.email,
            admin: self.admin,
            timezone: self.timezone,
            password_hash: self.password.hash()?,
        };
        let id = on
            .write(|db| async move { users::add(&db, new).await })
            .await?;
        output::print(&format!("{id}\n"))
    }
}
