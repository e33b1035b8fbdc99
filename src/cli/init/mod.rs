//! `quillgate init`: from the demo to a server of one's own, by questions and answers.
//!
//! - `dialogue` asks, `site`, `person` and `mail` know what.
//! - `file` is the configuration that comes out, `move_in` writes it with everything that it names.

mod dialogue;
mod file;
mod mail;
mod move_in;
mod person;
mod site;

use std::path::{Path, PathBuf};

use super::error::CliError;
use super::look_up::DnsArgs;
use super::shell::quoted;
use crate::auth::admin::new_user::check_new_password;
use crate::config::Sources;
use dialogue::Dialogue;
use mail::{Mail, SignIn};

/// Set up a server of your own: asks what is needed, tries the mail servers, and writes the configuration
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Asks for: where to listen, the address that people open, the data directory; your mail address, login and name as the
first administrator; the mail servers, which it looks for as `quillgate account discover` does, and tries; whether people
sign in with the password of their mailbox or with passwords that are kept here; passwords. An empty line takes what
stands in brackets. Nothing is written before the last question is answered, and the end of the input ends it.

Without a terminal the answers, passwords too, are read line by line from standard input; a wrong answer is asked again.

Examples:
  quillgate init
  quillgate init --config /etc/quillgate/quillgate.toml
  quillgate init < answers")]
pub struct Init {
    #[command(flatten)]
    dns: DnsArgs,
}

impl Init {
    pub fn run(self, file: Option<PathBuf>) -> Result<(), CliError> {
        let target = Sources::of_process(file)?.target();
        let base = target.parent().unwrap_or(Path::new("/")).to_owned();
        if !base.is_dir() {
            return Err(CliError::failed(format!(
                "there is no directory {}, make it first",
                base.display()
            )));
        }
        let mut dialogue = Dialogue::new();
        dialogue.say(&format!("The configuration becomes {}", target.display()))?;
        let replace = target.exists();
        if replace
            && !dialogue.choose(
                "It is there already. Replace it",
                &[("no", false), ("yes", true)],
            )?
        {
            return Err(CliError::failed(
                "nothing was written, give another file with --config",
            ));
        }
        let site = site::ask(&mut dialogue, &base)?;
        let person = person::ask(&mut dialogue)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let mail = runtime.block_on(mail::ask(
            &mut dialogue,
            &person,
            &base,
            (&self.dns, &site.data_dir),
        ))?;
        drop(runtime);
        let password = match (&mail.sign_in, &mail.own_password) {
            (Some(_), _) => None,
            (None, Some(own)) => Some(own.clone()),
            (None, None) => {
                let question = format!("Password for {} to sign in here", person.user.login);
                let check =
                    |text: &str| check_new_password(text).map_err(|cause| cause.to_string());
                Some(dialogue.new_secret(&question, check)?)
            }
        };
        let question = format!("Write {} and make the database", target.display());
        if !dialogue.choose(&question, &[("yes", true), ("no", false)])? {
            return Err(CliError::failed("nothing was written"));
        }
        let text = file::text(&site, &mail);
        let next = next(&target, &person.user.login, &mail);
        move_in::all(&target, replace, &text, person, mail, password.as_ref())?;
        dialogue.say(&next)
    }
}

/// What to do now.
fn next(target: &Path, login: &str, mail: &Mail) -> String {
    let config = format!("--config {}", quoted(&target.display().to_string()));
    let identity = format!("quillgate identity add --account 1 --user LOGIN --email ADDR {config}");
    let others = match &mail.sign_in {
        Some(SignIn {
            domain,
            smtp: Some(_),
            ..
        }) => format!(
            "Everybody with a mailbox in {domain} can sign in; user and identity are made on the first time."
        ),
        Some(SignIn { domain, .. }) => format!(
            "Everybody with a mailbox in {domain} can sign in. Who is to send as well, needs an identity:\n  {identity}"
        ),
        None => format!(
            "Others get in with:\n  quillgate user add LOGIN --name NAME --email ADDR --password-stdin {config}\n  {identity}"
        ),
    };
    format!(
        "
Done. Start it, and sign in as {login}:
  quillgate serve {config}
Try everything again, at any time:
  quillgate check {config}
As a service: a unit for systemd with
  ExecStart=/usr/local/bin/quillgate serve {config}
{others}"
    )
}
