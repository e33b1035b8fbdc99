//! `quillgate token …`

mod create;
mod list;
mod revoke;

use clap::Subcommand;

use super::error::CliError;
use super::workspace::Workspace;

#[derive(Debug, Subcommand)]
pub enum Token {
    Create(create::Create),
    List(list::List),
    Revoke(revoke::Revoke),
}

impl Token {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        match self {
            Self::Create(command) => command.run(on).await,
            Self::List(command) => command.run(on).await,
            Self::Revoke(command) => command.run(on).await,
        }
    }
}
