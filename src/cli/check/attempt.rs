//! Trying servers, each in its own time and all of them side by side.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use jiff::Timestamp;

use super::row::Row;
use super::targets::{Target, What};
use super::{directory, imap, smtp};
use crate::config::units::write_size;
use crate::net::login::Login;
use crate::net::server::{Auth, Protocol, Security, Server};
use crate::net::tls::Tls;

/// Connections at a time.
const AT_ONCE: usize = 64;

/// What all servers are tried with.
pub struct Conditions {
    pub tls: Tls,
    /// For one server.
    pub limit: Duration,
    /// Bytes of the largest message that is to be sent.
    pub message_max: u64,
}

/// Tries them all; nothing is opened without conditions. The rows are in the order of the targets.
pub async fn all(targets: Vec<Target>, conditions: Option<&Conditions>) -> Vec<Row> {
    stream::iter(targets)
        .map(|target| one(target, conditions))
        .buffered(AT_ONCE)
        .collect()
        .await
}

async fn one(target: Target, conditions: Option<&Conditions>) -> Row {
    let Target { mut row, what } = target;
    match (what, conditions) {
        (What::Directory(path), _) => directory::try_out(&mut row, &path),
        (What::Server(at, login), Some(conditions)) => {
            server(&mut row, &at, login.as_ref(), conditions).await;
        }
        (What::Server(..), None) => row.sign_in = Some("not tried".to_owned()),
        (What::Unusable, _) => {}
    }
    row
}

/// Tries one server, and notes in `row` what comes out.
pub async fn server(row: &mut Row, server: &Server, login: Option<&Login>, with: &Conditions) {
    match server.protocol {
        Protocol::Smtp => smtp::try_out(row, server, login, with).await,
        Protocol::Imap => imap::try_out(row, server, login, with).await,
    }
    if server.security == Security::None && !server.is_local() && row.address.is_some() {
        let name = if server.protocol == Protocol::Smtp {
            "smtp"
        } else {
            "imap"
        };
        row.warn(format!(
            "mail goes there in clear text: name it {name}+starttls:// or {name}s:// if it can encrypt"
        ));
    }
    if let Some(size) = row.size_max.filter(|size| *size < with.message_max) {
        row.warn(format!(
            "it takes messages of up to {}, and mail.message_max is {}: lower that, so that people hear of it before they send",
            write_size(size),
            write_size(with.message_max)
        ));
    }
    let ends = row.tls.as_ref().and_then(|tls| tls.certificate.as_ref());
    let ends = ends.and_then(|certificate| {
        Some((certificate.ends_soon(Timestamp::now())?, certificate.day()))
    });
    if let Some((days, day)) = ends {
        row.warn(format!(
            "the server's certificate ends on {day}, in {days} days: renew it there"
        ));
    }
}

/// How somebody signs in there, in words; `offered` are the server's ways.
pub fn sign_in(
    row: &mut Row,
    server: &Server,
    login: Option<&Login>,
    signed_in: bool,
    offered: &[String],
) {
    row.sign_in = match (&server.auth, login) {
        (_, Some(login)) if signed_in => {
            row.signed_in = Some(login.user.clone());
            Some(format!("as {}", login.user))
        }
        (_, Some(login)) => Some(format!("not as {}", login.user)),
        (Auth::None, None) => Some("none".to_owned()),
        (_, None) => Some(format!("needs a user's password ({})", offered.join(" "))),
    };
}

/// What to do about a server that could not be used, by how far it came.
pub fn advice(row: &Row, server: &Server, login_refused: Option<&Login>) -> String {
    if let Some(login) = login_refused {
        return match &server.auth {
            Auth::Stored(_) => format!(
                "check the password of {}, and give it again: quillgate account set",
                login.user
            ),
            _ => format!(
                "check the password of {}, and whether login=email, login=login or login=local in the URL makes the name that the server knows",
                login.user
            ),
        };
    }
    match (row.address, server.security, &row.tls) {
        (None, ..) => format!(
            "check host and port ({}), and whether a firewall is in between",
            server.address()
        ),
        (Some(_), Security::Tls | Security::StartTls, None) => {
            "check that port and scheme belong together (smtps 465, imaps 993, +starttls 587 or 143), and that the host is one that the certificate names; an authority of your own goes into mail.ca_file"
                .to_owned()
        }
        _ => "ask whoever runs the server".to_owned(),
    }
}
