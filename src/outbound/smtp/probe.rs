//! Tries a server without sending mail, and tells what it is like.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::timeout;

use super::connection::Connection;
use super::features::Features;
use super::opening::open;
use super::reply::{Fault, Reply};
use crate::net::fault;
use crate::net::login::Login;
use crate::net::server::Server;
use crate::net::stream::Encryption;
use crate::net::tls::Tls;

/// What is known about a server; `None` of what it did not come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probe {
    /// The address that answered.
    pub address: Option<SocketAddr>,
    /// `None` in clear text.
    pub encryption: Option<Encryption>,
    /// What the server calls itself.
    pub greeting: Option<String>,
    /// What it offers, encrypted if it is; `starttls` also if it was offered before.
    pub features: Option<Features>,
    /// Whether it has accepted the login.
    pub signed_in: bool,
}

/// Why a server cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct ProbeError {
    /// What was known up to then.
    pub known: Box<Probe>,
    /// For a person to read; the server's own words if it said no.
    pub reason: String,
    /// Whether it was the login that the server did not accept.
    pub login_refused: bool,
}

/// Connects, signs in if there is a login, and says good-bye, as sending does and with its time limit.
///
/// # Errors
/// What would keep mail from being sent there.
pub async fn probe(
    server: &Server,
    login: Option<&Login>,
    tls: &Tls,
    limit: Duration,
) -> Result<Probe, ProbeError> {
    let mut known = Probe::default();
    let opened = timeout(limit, open(server, login, tls, limit, &mut known)).await;
    let fault = match opened {
        Ok(Ok((dialogue, features))) => {
            Connection::new(dialogue, features).quit().await;
            return Ok(known);
        }
        Ok(Err(fault)) => fault,
        Err(_) => Fault::Lost(fault::silent(limit)),
    };
    Err(ProbeError {
        known: Box::new(known),
        login_refused: matches!(fault, Fault::SignIn(_)),
        reason: match fault {
            Fault::Refused(reply) | Fault::SignIn(reply) => Reply::to_string(&reply),
            Fault::Lost(reason) => reason,
        },
    })
}
