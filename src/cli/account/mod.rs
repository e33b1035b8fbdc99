//! `quillgate account …`

mod add;
mod discover;
mod list;
mod remove;
mod servers;
mod set;

use std::path::PathBuf;

use clap::Subcommand;

use super::error::CliError;
use super::workspace::Workspace;

#[derive(Debug, Subcommand)]
pub enum Account {
    Add(add::Add),
    Discover(discover::Discover),
    List(list::List),
    Set(set::Set),
    Remove(remove::Remove),
}

impl Account {
    pub fn run(self, file: Option<PathBuf>) -> Result<(), CliError> {
        match self {
            Self::Add(command) => Workspace::run(file, async |on| command.run(on).await),
            // It looks at the world, and at no database.
            Self::Discover(command) => command.run(file),
            Self::List(command) => Workspace::run(file, async |on| command.run(on).await),
            Self::Set(command) => Workspace::run(file, async |on| command.run(on).await),
            Self::Remove(command) => Workspace::run(file, async |on| command.run(on).await),
        }
    }
}
