//! `quillgate key …`

mod rotate;

use clap::Subcommand;

use super::error::CliError;
use super::workspace::Workspace;

#[derive(Debug, Subcommand)]
pub enum Key {
    Rotate(rotate::Rotate),
}

impl Key {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        match self {
            Self::Rotate(command) => command.run(on).await,
        }
    }
}
