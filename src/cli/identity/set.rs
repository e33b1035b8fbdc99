//! `quillgate identity set`

use std::path::PathBuf;

use clap::ArgGroup;

use super::signature;
use crate::cli::emptiable::unless_empty;
use crate::cli::error::CliError;
use crate::cli::workspace::Workspace;
use crate::identities::admin::identities;
use crate::identities::admin::new_identity::{IdentityChange, Rank};
use crate::ids::IdentityId;

/// Change an identity; what is not given stays
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quillgate identity set 3 --label 'on call' --default
  quillgate identity set 3 --reply-to ''               takes it away")]
#[command(group = ArgGroup::new("changes").args(["email", "name", "org", "label", "reply_to", "signature_file", "default"]).required(true).multiple(true))]
pub struct Set {
    /// Number of the identity
    id: IdentityId,
    /// Mail address
    #[arg(long, value_name = "ADDR")]
    email: Option<String>,
    /// Real name
    #[arg(long)]
    name: Option<String>,
    /// Organisation
    #[arg(long)]
    org: Option<String>,
    /// Tells identities apart in lists
    #[arg(long, value_name = "L")]
    label: Option<String>,
    /// Where answers go; empty: to the address
    #[arg(long, value_name = "ADDR")]
    reply_to: Option<String>,
    /// File of the signature; an empty file takes it away
    #[arg(long, value_name = "F")]
    signature_file: Option<PathBuf>,
    /// The user's default from now on
    #[arg(long)]
    default: bool,
}

impl Set {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        let signature = self.signature_file.map(|file| signature::read(&file));
        let change = IdentityChange {
            email: self.email,
            name: self.name,
            org: self.org,
            label: self.label,
            reply_to: self.reply_to.map(unless_empty),
            signature: signature.transpose()?.map(unless_empty),
            rank: match self.default {
                true => Rank::Default,
                false => Rank::Further,
            },
        };
        on.write(move |db| async move { Ok(((), identities::set(&db, self.id, change).await?)) })
            .await
    }
}
