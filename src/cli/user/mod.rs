//! `quillgate user …`

mod add;
mod disable;
mod enable;
mod import;
mod list;
mod passwd;
mod remove;

use clap::Subcommand;

use super::error::CliError;
use super::workspace::Workspace;

#[derive(Debug, Subcommand)]
pub enum User {
    Add(add::Add),
    Import(import::Import),
    List(list::List),
    Passwd(passwd::Passwd),
    Disable(disable::Disable),
    Enable(enable::Enable),
    Remove(remove::Remove),
}

impl User {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        match self {
            Self::Add(command) => command.run(on).await,
            Self::Import(command) => command.run(on).await,
            Self::List(command) => command.run(on).await,
            Self::Passwd(command) => command.run(on).await,
            Self::Disable(command) => command.run(on).await,
            Self::Enable(command) => command.run(on).await,
            Self::Remove(command) => command.run(on).await,
        }
    }
}
