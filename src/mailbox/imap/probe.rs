//! What an operator wants to know of an IMAP server: how it is reached, what it offers, whether it lets one in.

use std::time::Duration;

use tokio::time::timeout;

use super::error::ImapError;
use super::folders::{Special, shown};
use super::session::{Meeting, Session};
use super::token::Token;
use crate::net::fault;
use crate::net::login::Login;
use crate::net::server::Server;
use crate::net::tls::Tls;

/// What is known of a server.
#[derive(Clone, Debug, Default)]
pub struct Probe {
    /// Its address and encryption.
    pub meeting: Meeting,
    /// In upper case; after signing in, if that worked.
    pub capabilities: Vec<String>,
    /// Whether the login was tried and taken.
    pub signed_in: bool,
    /// The folder for sent mail, as people write it, if there is one.
    pub sent: Option<String>,
    /// The same for drafts.
    pub drafts: Option<String>,
    /// Bytes of the largest message that it takes, if it says so.
    pub append_limit: Option<u64>,
    /// Of the inbox, if there is one.
    pub quota: Option<Quota>,
}

/// How much room there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// KiB.
    pub used: u64,
    /// KiB.
    pub limit: u64,
}

/// What went wrong, and what was known by then.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct ProbeError {
    pub known: Box<Probe>,
    #[source]
    pub error: ImapError,
}

/// Finds out about a server; with a login also what the mailbox is like. Changes nothing there. All of it takes no
/// longer than `limit`.
///
/// # Errors
/// It cannot be used as its URL says.
pub async fn probe(
    server: &Server,
    login: Option<&Login>,
    tls: &Tls,
    limit: Duration,
) -> Result<Probe, ProbeError> {
    let mut known = Probe::default();
    let ask = known.ask(server, login, tls, limit);
    let asked = timeout(limit, ask).await;
    let asked = asked.unwrap_or_else(|_| Err(ImapError::Unreachable(fault::silent(limit))));
    match asked {
        Ok(()) => Ok(known),
        Err(error) => Err(ProbeError {
            known: Box::new(known),
            error,
        }),
    }
}

impl Probe {
    async fn ask(
        &mut self,
        server: &Server,
        login: Option<&Login>,
        tls: &Tls,
        limit: Duration,
    ) -> Result<(), ImapError> {
        let mut session = Session::open(server, tls, limit, &mut self.meeting).await?;
        self.note_capabilities(&session);
        if let Some(login) = login {
            session.sign_in(login).await?;
            self.signed_in = true;
            self.note_capabilities(&session);
            self.sent = session.special(Special::Sent).await?.as_deref().map(shown);
            let drafts = session.special(Special::Drafts).await?;
            self.drafts = drafts.as_deref().map(shown);
            if session.has("QUOTA") {
                let note = |data: &[Token]| self.quota = self.quota.or(storage(data));
                session.ask("GETQUOTAROOT INBOX", note).await?;
            }
        }
        session.log_out().await;
        Ok(())
    }

    fn note_capabilities(&mut self, session: &Session) {
        self.capabilities = session.capabilities().to_vec();
        self.append_limit = session.number("APPENDLIMIT");
    }
}

/// `QUOTA root (STORAGE used limit)` (RFC 9208).
fn storage(data: &[Token]) -> Option<Quota> {
    let [kind, _, resources] = data else {
        return None;
    };
    kind.is("QUOTA").then_some(())?;
    let resources = resources.list()?;
    let at = resources.iter().position(|name| name.is("STORAGE"))?;
    Some(Quota {
        used: resources.get(at + 1)?.number()?,
        limit: resources.get(at + 2)?.number()?,
    })
}
