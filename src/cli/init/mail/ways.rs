//! With which passwords: those of mailboxes, or others that are kept here.

use std::path::PathBuf;

use super::servers::{NamedServers, takes_own};
use super::{Mail, SignIn};
use crate::auth::admin::new_user::check_password;
use crate::cli::error::CliError;
use crate::cli::init::dialogue::Dialogue;
use crate::cli::init::person::Person;
use crate::cli::secret::mail_password;
use crate::identities::server_url::{Folders, SmtpServer};
use crate::net::login::Password;
use crate::net::server::{Auth, Server};

/// Asks for the passwords that these servers need, and what people sign in with.
pub fn ask(
    dialogue: &mut Dialogue,
    person: &Person,
    named: NamedServers,
) -> Result<Mail, CliError> {
    let NamedServers {
        smtp,
        folders,
        ca_file,
    } = named;
    let sign_in = sign_in(dialogue, person, &smtp.server, &folders.server)?;
    let own = [server_of_smtp(&smtp.server), server_of(&folders.server)]
        .into_iter()
        .flatten()
        .any(takes_own);
    let why = match sign_in {
        Some(_) => "to try it, it is not kept",
        None => "it is your password here too, of which only a hash is kept",
    };
    let question = format!("Mail password of {} ({why})", person.user.email);
    let own_password = match own {
        true => Some(dialogue.secret(&question, usable)?),
        false => None,
    };
    let smtp_password = stored(
        dialogue,
        "the SMTP server",
        smtp.user.as_deref(),
        smtp.password_file,
    )?;
    let imap_password = match (
        &smtp_password,
        folders.user == smtp.user,
        &folders.password_file,
    ) {
        (Some(same), true, None) => Some(same.clone()),
        _ => stored(
            dialogue,
            "the IMAP server",
            folders.user.as_deref(),
            folders.password_file,
        )?,
    };
    Ok(Mail {
        smtp: smtp.server,
        folders: folders.server,
        smtp_password,
        imap_password,
        own_password,
        sign_in,
        ca_file,
    })
}

/// Whether a mailbox there is enough to sign in here.
fn sign_in(
    dialogue: &mut Dialogue,
    person: &Person,
    smtp: &SmtpServer,
    folders: &Folders,
) -> Result<Option<SignIn>, CliError> {
    let Some(imap) = server_of(folders).filter(|server| takes_own(server)) else {
        return Ok(None);
    };
    let domain = person.address.ascii_domain().to_owned();
    let question = format!(
        "People sign in here with the password of their mailbox in {domain} (mail), or with passwords kept here (here)"
    );
    if !dialogue.choose(&question, &[("mail", true), ("here", false)])? {
        return Ok(None);
    }
    Ok(Some(SignIn {
        imap: imap.to_string(),
        domain,
        smtp: server_of_smtp(smtp)
            .filter(|server| !matches!(server.auth, Auth::Stored(_)))
            .map(Server::to_string),
    }))
}

fn stored(
    dialogue: &mut Dialogue,
    server: &str,
    user: Option<&str>,
    file: Option<PathBuf>,
) -> Result<Option<Password>, CliError> {
    let Some(user) = user else {
        return Ok(None);
    };
    if let Some(file) = file {
        return mail_password(server, user, Some(&file)).map(Some);
    }
    let question = format!("Password of {user} at {server} (kept, encrypted)");
    dialogue.secret(&question, usable).map(Some)
}

/// A password that a mail server, and, if need be, this one could take.
fn usable(password: &str) -> Result<(), String> {
    if password.contains(char::is_control) {
        return Err("a password without control characters, please".to_owned());
    }
    check_password(password).map_err(|cause| cause.to_string())
}

/// The mail server, if it is one.
pub fn server_of_smtp(smtp: &SmtpServer) -> Option<&Server> {
    match smtp {
        SmtpServer::Smtp(server) => Some(server),
        SmtpServer::Directory(_) => None,
    }
}

/// The same for folders.
pub fn server_of(folders: &Folders) -> Option<&Server> {
    match folders {
        Folders::Imap(server) => Some(server),
        Folders::Local | Folders::None => None,
    }
}
