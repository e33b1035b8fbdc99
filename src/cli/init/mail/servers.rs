//! Which servers: those that the domain of the address has, or others.

use std::path::{Path, PathBuf};

use crate::auth::admin::AdminError;
use crate::cli::error::CliError;
use crate::cli::init::dialogue::Dialogue;
use crate::cli::look_up::DnsArgs;
use crate::draft::address::Mailbox;
use crate::identities::admin::servers::{self as urls, Named};
use crate::identities::server_url::{Folders, SmtpServer};
use crate::net::server::{Auth, Security, Server};
use crate::net::tls::Tls;

/// What an empty line stands for.
pub struct Proposed {
    smtp: String,
    imap: String,
    ca_file: String,
}

/// The servers of the account, and the file with the authority that has signed for them.
pub struct NamedServers {
    pub smtp: Named<SmtpServer>,
    pub folders: Named<Folders>,
    pub ca_file: String,
}

impl Proposed {
    /// Looks for the domain's servers, and tells what was found. Without any, mail becomes files below `data_dir`.
    pub async fn found(
        dialogue: &Dialogue,
        address: &Mailbox,
        dns: &DnsArgs,
        data_dir: &str,
    ) -> Result<Self, CliError> {
        dialogue.say(&format!(
            "Looking for the mail servers of {} …",
            address.ascii_domain()
        ))?;
        let mut proposed = Self {
            smtp: format!("file:{}/outbox", data_dir.trim_end_matches('/')),
            imap: "local".to_owned(),
            ca_file: String::new(),
        };
        let found = match dns.seek(address, Tls::new(None)?).await {
            Ok(found) => found,
            Err(cause) => {
                dialogue.say(&format!("  {cause}"))?;
                return Ok(proposed);
            }
        };
        for (proposal, place) in [
            (&found.smtp, &mut proposed.smtp),
            (&found.imap, &mut proposed.imap),
        ] {
            if let Some(proposal) = proposal {
                *place = proposal.server.to_string();
                dialogue.say(&format!("  {place}   ({})", proposal.source))?;
            }
        }
        for remark in found.remarks() {
            dialogue.say(&format!("  ! {remark}"))?;
        }
        Ok(proposed)
    }
}

const HELP: &str = "\
An empty line takes what stands in brackets. At the end of a URL says ?auth=session that everybody signs in with their
own password, ?user=NAME that all go in as this user, and neither that nobody signs in.";

/// Asks for both; what is answered is proposed the next time.
pub fn ask(
    dialogue: &mut Dialogue,
    proposed: &mut Proposed,
    base: &Path,
) -> Result<NamedServers, CliError> {
    dialogue.say(HELP)?;
    let question = "Where mail goes out: smtps://…, smtp+starttls://…, smtp://…, or file:DIR, which only writes files";
    let (given, smtp) = dialogue.ask(question, &proposed.smtp, |given| {
        taken(given, urls::smtp(given, base))
    })?;
    proposed.smtp = given;
    let question = "Where folders are: imaps://…, imap+starttls://…, local (here), or none";
    let (given, folders) = dialogue.ask(question, &proposed.imap, |given| {
        taken(given, urls::imap(given, base))
    })?;
    proposed.imap = given;
    if [
        encrypted_smtp(&smtp.server),
        encrypted_imap(&folders.server),
    ]
    .contains(&true)
    {
        let question = "An authority of your own that certifies these servers: its PEM file (empty: those that this \
                        machine trusts)";
        proposed.ca_file =
            dialogue.ask(question, &proposed.ca_file, |given| readable(given, base))?;
    }
    Ok(NamedServers {
        smtp,
        folders,
        ca_file: proposed.ca_file.clone(),
    })
}

/// The answer with what it means. A password does not belong into a question's default, nor the name of its file.
fn taken<S>(given: &str, read: Result<Named<S>, AdminError>) -> Result<(String, Named<S>), String> {
    match read {
        Ok(named) => Ok((given.to_owned(), named)),
        Err(cause) => {
            let cause = cause.to_string();
            // There are no flags here.
            let reason = ["--smtp: ", "--imap: "]
                .iter()
                .find_map(|flag| cause.strip_prefix(flag));
            Err(reason.unwrap_or(&cause).to_owned())
        }
    }
}

fn readable(given: &str, base: &Path) -> Result<String, String> {
    trusted(given, base).map_err(|cause| format!("{given}: {cause}"))?;
    Ok(given.to_owned())
}

/// Whom TLS trusts with this answer.
pub fn trusted(ca_file: &str, base: &Path) -> std::io::Result<Tls> {
    let path: Option<PathBuf> = (!ca_file.is_empty()).then(|| base.join(ca_file));
    Tls::new(path.as_deref())
}

fn encrypted_smtp(smtp: &SmtpServer) -> bool {
    matches!(smtp, SmtpServer::Smtp(server) if server.security != Security::None)
}

fn encrypted_imap(folders: &Folders) -> bool {
    matches!(folders, Folders::Imap(server) if server.security != Security::None)
}

/// Whether everybody signs in there with their own password.
pub fn takes_own(server: &Server) -> bool {
    matches!(server.auth, Auth::Session(_))
}
