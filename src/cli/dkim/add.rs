//! `quillgate dkim add`

use std::path::PathBuf;

use clap::ArgGroup;
use zeroize::Zeroizing;

use crate::cli::error::CliError;
use crate::cli::output;
use crate::cli::workspace::Workspace;
use crate::identities::admin::dkim_keys::{self, NewDkimKey};
use crate::identities::dkim::private_key;
use crate::ids::AccountId;

/// Add a key that signs the mail of an account
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Prints the DNS record to publish, as a line of a zone file. Publish it before adding the key to an account that is in
use: with --key-file, its public half can be in the DNS first. Several keys make several signatures; Ed25519 beside RSA
is usual, since not everybody verifies Ed25519.

Examples:
  quillgate dkim add --account 1 --domain example.org --selector mail2026 --generate
  openssl genrsa -out rsa.pem 2048
  quillgate dkim add --account 1 --domain example.org --selector rsa2026 --key-file rsa.pem")]
#[command(group = ArgGroup::new("key").args(["key_file", "generate"]).required(true))]
pub struct Add {
    /// Number of the account
    #[arg(long, value_name = "N")]
    account: AccountId,
    /// The domain that answers for the mail: that of the senders' addresses
    #[arg(long)]
    domain: String,
    /// Tells the domain's keys apart; part of the DNS record's name
    #[arg(long)]
    selector: String,
    /// Private key in PEM form: Ed25519 or RSA of 2048 to 4096 bits, PKCS#8 (RSA also PKCS#1)
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Make a new Ed25519 key
    #[arg(long)]
    generate: bool,
}

impl Add {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        let private_key = match &self.key_file {
            Some(path) => {
                let failed = |cause: String| {
                    CliError::failed(format!("--key-file {}: {cause}", path.display()))
                };
                let text = std::fs::read_to_string(on.current.join(path));
                let text = Zeroizing::new(text.map_err(|cause| failed(cause.to_string()))?);
                private_key::pkcs8_of_pem(&text).map_err(|cause| failed(cause.to_string()))?
            }
            None => private_key::generate().map_err(|cause| CliError::failed(cause.to_string()))?,
        };
        let new = NewDkimKey {
            account: self.account,
            domain: self.domain,
            selector: self.selector,
            private_key,
            keys: on.keys()?,
        };
        let record = on
            .write(move |db| async move { dkim_keys::add(&db, new).await })
            .await?;
        output::print(&(record.zone_line() + "\n"))
    }
}
