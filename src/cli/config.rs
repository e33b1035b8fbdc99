//! `quillgate config`: what can be configured, and what is.

use std::path::PathBuf;

use super::error::CliError;
use super::output;
use crate::config::{Config, Sources, show};

/// Show the configuration: what is in force (as --effective does), unless another flag is given
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quillgate config --default > quillgate.toml
  QUILLGATE_SERVER_LISTEN=0.0.0.0:8080 quillgate config --effective")]
#[group(multiple = false)]
pub struct Show {
    /// A file with every key, explained and set to its default
    #[arg(long)]
    default: bool,
    /// What is in force and where each value came from
    #[arg(long)]
    effective: bool,
    /// Every environment variable, explained and set to its default
    #[arg(long)]
    env: bool,
}

impl Show {
    pub fn run(self, file: Option<PathBuf>) -> Result<(), CliError> {
        // The first two must help whoever has a broken configuration.
        if self.default {
            output::print(&show::default_file())
        } else if self.env {
            output::print(&show::environment_file())
        } else {
            let sources = Sources::of_process(file)?;
            output::print(&Config::load(&sources)?.effective())
        }
    }
}
