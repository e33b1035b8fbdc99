//! `quillgate token create`

use clap::ArgGroup;
use jiff::Timestamp;

use crate::auth::admin::tokens::{self, NewToken};
use crate::auth::scope::{Scope, Scopes};
use crate::auth::until;
use crate::cli::error::CliError;
use crate::cli::output;
use crate::cli::workspace::Workspace;

/// Make an access token and print it, once: it cannot be shown again
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A program uses the token as the password of the user. Every /mail… route needs the scopes groupdav and mail;
mail:send, mail:compose, mail:upload, mail:account and mail:session narrow mail to just that.

Examples:
  quillgate token create --user ralf --remark 'nightly report'
  quillgate token create --user ralf --scope groupdav mail:compose --until +90days
  quillgate token create --all-users --scope groupdav,mail --remark 'helpdesk'")]
#[command(group = ArgGroup::new("whose").args(["user", "all_users"]).required(true))]
pub struct Create {
    /// The one user it is for
    #[arg(long, value_name = "LOGIN")]
    user: Option<String>,
    /// Valid for every user: the login chooses whom to act as
    #[arg(long)]
    all_users: bool,
    /// What it may do; repeated, or separated by spaces or commas [default: groupdav mail]
    #[arg(long, value_name = "S", num_args = 1.., value_parser = scopes)]
    scope: Vec<ScopeList>,
    /// Last day of its validity: yyyy-mm-dd, or from today on such as +90days [default: no end]
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// What it is for; people see it where the token opens a window
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    remark: String,
}

/// What one `--scope` names.
type ScopeList = std::sync::Arc<[Scope]>;

fn scopes(text: &str) -> Result<ScopeList, String> {
    let names = text.split([' ', ',']).filter(|name| !name.is_empty());
    let list: Vec<Scope> = names.map(str::parse).collect::<Result<_, _>>()?;
    match list.is_empty() {
        true => Err("it names no scope".to_owned()),
        false => Ok(list.into()),
    }
}

impl Create {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        let zone = &on.config.server.timezone;
        let until = self.until.map(|text| {
            let wrong = |reason| CliError::usage(format!("--until '{text}': {reason}"));
            until::parse(&text, Timestamp::now(), zone).map_err(wrong)
        });
        let new = NewToken {
            user: self.user,
            scopes: chosen(&self.scope),
            until: until.transpose()?,
            remark: self.remark,
        };
        let made = on
            .write(|db| async move { tokens::create(&db, new).await })
            .await?;
        eprintln!("token {} is shown this once:", made.id);
        output::print(&format!("{}\n", made.token))
    }
}

fn chosen(given: &[ScopeList]) -> Scopes {
    if given.is_empty() {
        return Scopes::from_iter([Scope::Groupdav, Scope::Mail]);
    }
    given.iter().flat_map(|list| list.iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(given: &[&str]) -> String {
        let lists: Vec<_> = given.iter().map(|text| scopes(text).unwrap()).collect();
        chosen(&lists).to_string()
    }

    #[test]
    fn scopes_are_lists_or_repeated_and_have_a_default() {
        assert_eq!(written(&[]), "groupdav mail");
        assert_eq!(written(&["mail:send, groupdav"]), "groupdav mail:send");
        assert_eq!(
            written(&["groupdav", "mail:send mail:compose"]),
            "groupdav mail:send mail:compose"
        );
        assert!(scopes("mail:all").unwrap_err().contains("mail:send"));
        assert!(scopes(" ").is_err());
    }
}
