//! `quillgate dkim …`

mod add;
mod list;
mod remove;

use clap::Subcommand;

use super::error::CliError;
use super::workspace::Workspace;

#[derive(Debug, Subcommand)]
pub enum Dkim {
    Add(add::Add),
    List(list::List),
    Remove(remove::Remove),
}

impl Dkim {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        match self {
            Self::Add(command) => command.run(on).await,
            Self::List(command) => command.run(on).await,
            Self::Remove(command) => command.run(on).await,
        }
    }
}
