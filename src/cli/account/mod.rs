//! `quillgate account …`

mod add;
mod list;
mod remove;
mod servers;
mod set;

use clap::Subcommand;

use super::error::CliError;
use super::workspace::Workspace;

#[derive(Debug, Subcommand)]
pub enum Account {
    Add(add::Add),
    List(list::List),
    Set(set::Set),
    Remove(remove::Remove),
}

impl Account {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        match self {
            Self::Add(command) => command.run(on).await,
            Self::List(command) => command.run(on).await,
            Self::Set(command) => command.run(on).await,
            Self::Remove(command) => command.run(on).await,
        }
    }
}
