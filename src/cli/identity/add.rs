//! `quillgate identity add`

use std::path::PathBuf;

use super::signature;
use crate::cli::error::CliError;
use crate::cli::output;
use crate::cli::workspace::Workspace;
use crate::identities::admin::identities;
use crate::identities::admin::new_identity::{NewIdentity, Rank};
use crate::ids::{AccountId, IdentityId};

/// Add an identity: an address that a user sends mail as, on one account
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The new id is printed: the <id> in /mail/<id>. The first identity of a user is their default.

Examples:
  quillgate identity add --account 1 --user ralf --email ralf@example.org
  quillgate identity add --account 1 --user ralf --email sales@example.org --name 'Example Sales' --label shared")]
pub struct Add {
    /// Number of the account that its mail goes through
    #[arg(long, value_name = "N")]
    account: AccountId,
    /// Whose identity it is; owns the account, unless that is for everyone
    #[arg(long, value_name = "LOGIN")]
    user: String,
    /// Mail address
    #[arg(long, value_name = "ADDR")]
    email: String,
    /// Real name [default: the user's]
    #[arg(long)]
    name: Option<String>,
    /// Organisation
    #[arg(long, default_value = "", hide_default_value = true)]
    org: String,
    /// Tells identities apart in lists
    #[arg(long, value_name = "L", default_value = "", hide_default_value = true)]
    label: String,
    /// Where answers go
    #[arg(long, value_name = "ADDR")]
    reply_to: Option<String>,
    /// File of the signature
    #[arg(long, value_name = "F")]
    signature_file: Option<PathBuf>,
    /// Number of the identity [default: the one after the highest]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..))]
    id: Option<i32>,
    /// The user's default from now on
    #[arg(long)]
    default: bool,
}

impl Add {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        let signature = self.signature_file.map(|file| signature::read(&file));
        let new = NewIdentity {
            email: self.email,
            name: self.name,
            org: self.org,
            label: self.label,
            reply_to: self.reply_to,
            signature: signature.transpose()?,
            rank: match self.default {
                true => Rank::Default,
                false => Rank::Further,
            },
        };
        let (id, account, user) = (self.id.map(IdentityId), self.account, self.user);
        let id = on
            .write(move |db| async move { identities::add(&db, id, account, &user, new).await })
            .await?;
        output::print(&format!("{id}\n"))
    }
}
