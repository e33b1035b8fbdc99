//! Whether the servers work.

use std::path::Path;

use super::Mail;
use super::servers::trusted;
use super::ways::{server_of, server_of_smtp};
use crate::cli::check::attempt::{self, Conditions};
use crate::cli::check::directory;
use crate::cli::check::row::Row;
use crate::cli::error::CliError;
use crate::cli::init::dialogue::Dialogue;
use crate::cli::init::person::Person;
use crate::config::Config;
use crate::identities::server_url::SmtpServer;
use crate::net::login::{Login, Password};
use crate::net::server::{Auth, Server};

/// Tries them side by side, and tells what came out; true: all is well.
pub async fn all(
    dialogue: &Dialogue,
    person: &Person,
    mail: &Mail,
    base: &Path,
) -> Result<bool, CliError> {
    dialogue.say("Trying …")?;
    let usual = Config::for_data_dir(base).mail;
    let conditions = Conditions {
        tls: trusted(&mail.ca_file, base)?,
        limit: usual.smtp_timeout,
        message_max: usual.message_max,
    };
    let row = |server: Option<&Server>, stored: Option<&Password>| {
        let tried = server.map(|server| (server.clone(), login(server, person, mail, stored)));
        let conditions = &conditions;
        async move {
            let (server, login) = tried?;
            let mut row = Row::new("", server.to_string());
            attempt::server(&mut row, &server, login.as_ref(), conditions).await;
            Some(row)
        }
    };
    let (smtp, imap) = tokio::join!(
        row(server_of_smtp(&mail.smtp), mail.smtp_password.as_ref()),
        row(server_of(&mail.folders), mail.imap_password.as_ref()),
    );
    let files = match &mail.smtp {
        SmtpServer::Directory(path) => {
            let mut row = Row::new("", mail.smtp.to_string());
            directory::try_out(&mut row, path);
            Some(row)
        }
        SmtpServer::Smtp(_) => None,
    };
    let rows: Vec<Row> = [smtp, imap, files].into_iter().flatten().collect();
    for row in &rows {
        dialogue.say(&format!("  {}", row.summary()))?;
        for problem in &row.problems {
            dialogue.say(&format!("    ! {}", problem.text))?;
        }
    }
    Ok(!rows.iter().any(Row::failed))
}

fn login(
    server: &Server,
    person: &Person,
    mail: &Mail,
    stored: Option<&Password>,
) -> Option<Login> {
    match &server.auth {
        Auth::None => None,
        Auth::Session(name) => Some(Login {
            user: name.of(&person.user.login, &person.user.email).to_owned(),
            password: mail.own_password.clone()?,
        }),
        Auth::Stored(user) => Some(Login {
            user: user.clone(),
            password: stored?.clone(),
        }),
    }
}
