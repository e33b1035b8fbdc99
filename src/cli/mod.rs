//! The command line. Each command is one file: a type that clap fills, and `run`, which does it.
//!
//! - `error` and `usage` turn whatever goes wrong into one line and an exit code.
//! - `workspace` is what commands that need the database work on.
//! - `output` and `secret` are their way out and in.

mod account;
mod check;
mod config;
mod demo;
mod dkim;
mod emptiable;
mod error;
mod identity;
mod init;
mod key;
mod look_up;
mod output;
mod secret;
mod serve;
mod serving;
mod shell;
#[cfg(test)]
mod tests;
mod token;
mod usage;
mod user;
mod workspace;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use error::CliError;
use workspace::Workspace;

const EXAMPLES: &str = "\
Start here:
  quillgate demo                                   try it: two users, an outbox, curl lines to paste

Set up a server:
  quillgate init                                   asks, tries the mail servers, and writes everything
  quillgate check                                  tries every server again
  quillgate serve

The same by single commands:
  quillgate config --default > quillgate.toml      then edit it
  quillgate user add ralf --name 'Ralf Becker' --email ralf@example.org --admin --password-stdin < password
  quillgate account add --name Office --everyone --smtp smtp://mail.example.org:25
  quillgate identity add --account 1 --user ralf --email ralf@example.org
  quillgate token create --user ralf --remark 'nightly report'";

/// Opens compose windows in a user's live browser session, and sends mail
#[derive(Debug, Parser)]
#[command(name = "quillgate", bin_name = "quillgate", version, after_help = EXAMPLES, propagate_version = true)]
struct Cli {
    /// Configuration file [default: $QUILLGATE_CONFIG, else quillgate.toml in the current directory if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Init(init::Init),
    Serve(serve::Serve),
    Check(check::Check),
    Config(config::Show),
    /// Who may sign in
    #[command(subcommand)]
    User(user::User),
    /// The servers that mail goes through
    #[command(subcommand)]
    Account(account::Account),
    /// The sender addresses of users
    #[command(subcommand)]
    Identity(identity::Identity),
    /// The master key that stored passwords are encrypted with
    #[command(subcommand)]
    Key(key::Key),
    /// The keys that sign outgoing mail
    #[command(subcommand)]
    Dkim(dkim::Dkim),
    /// Access tokens for programs
    #[command(subcommand)]
    Token(token::Token),
}

/// Runs one command: 0 when it did what it was told, 1 when that failed, 2 when it was told something it does not
/// understand.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let done = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli.run(),
        Err(error) => usage::answer(&error),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error.report(),
    }
}

impl Cli {
    fn run(self) -> Result<(), CliError> {
        let file = self.config;
        match self.command {
            Command::Demo(command) => command.run(file),
            Command::Init(command) => command.run(file),
            Command::Serve(command) => command.run(file),
            Command::Check(command) => Workspace::run(file, async |on| command.run(on).await),
            Command::Config(command) => command.run(file),
            Command::User(command) => Workspace::run(file, async |on| command.run(on).await),
            Command::Account(command) => command.run(file),
            Command::Identity(command) => Workspace::run(file, async |on| command.run(on).await),
            Command::Key(command) => Workspace::run(file, async |on| command.run(on).await),
            Command::Dkim(command) => Workspace::run(file, async |on| command.run(on).await),
            Command::Token(command) => Workspace::run(file, async |on| command.run(on).await),
        }
    }
}
