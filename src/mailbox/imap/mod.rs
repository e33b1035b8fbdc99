//! Mailboxes on IMAP servers (RFC 3501 and what has been added to it). Connections that did their work are kept for a
//! while for the next message of the same user.

mod append;
pub mod error;
mod folders;
mod idle;
mod login;
mod probe;
mod response;
mod session;
mod token;
pub mod utf7;
mod wire;

use std::time::Duration;

use tokio::time::timeout;

pub use append::{Copy, Uid};
use error::{ImapError, SignInError};
use folders::Special;
pub use idle::Imap;
pub use probe::{Probe, ProbeError, Quota, probe};
pub use session::Meeting;
use session::Session;

use crate::ids::{AccountId, UserId};
use crate::net::fault;
use crate::net::login::Login;
use crate::net::server::Server;
use crate::net::tls::Tls;

/// Whose mailbox it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Owner {
    pub account: AccountId,
    pub user: UserId,
}

/// Where a mailbox is, and what lets one in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    pub server: Server,
    pub login: Login,
}

/// Into which folder a copy goes. Names have `/` between levels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Target<'a> {
    /// The one that the sender asks for, as long as it is there.
    pub folder: Option<&'a str>,
    /// The account's own; `None`: the one that the server has for sent mail, or a new one.
    pub sent: Option<&'a str>,
}

/// A copy that is in the mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saved {
    /// What the server calls it, if it says so and did not have it before.
    pub uid: Option<Uid>,
    /// It is in the folder for sent mail, because the one that was asked for is not there.
    pub instead: bool,
}

/// Whether the server lets a user in with this password. All of it takes no longer than `limit`.
///
/// # Errors
/// It does not, or nobody knows.
pub async fn sign_in(
    server: &Server,
    login: &Login,
    tls: &Tls,
    limit: Duration,
) -> Result<(), SignInError> {
    let access = Access {
        server: server.clone(),
        login: login.clone(),
    };
    let signed_in = timeout(limit, Session::for_login(&access, tls, limit)).await;
    let session = signed_in.map_err(|_| ImapError::Unreachable(fault::silent(limit)))??;
    session.log_out().await;
    Ok(())
}

impl Session {
    async fn for_login(access: &Access, tls: &Tls, silence: Duration) -> Result<Self, ImapError> {
        let mut session = Self::open(&access.server, tls, silence, &mut Meeting::default()).await?;
        session.sign_in(&access.login).await?;
        Ok(session)
    }

    /// Puts a copy where it belongs. `again`: looks first whether it is there already.
    async fn save(
        &mut self,
        target: Target<'_>,
        copy: &Copy,
        again: bool,
    ) -> Result<Saved, ImapError> {
        if let Some(folder) = target.folder {
            match self.save_in_named(folder, copy, again).await {
                Err(ImapError::NoFolder(_)) => {}
                done => {
                    return Ok(Saved {
                        uid: done?,
                        instead: false,
                    });
                }
            }
        }
        let uid = match target.sent {
            Some(sent) => self.save_in_named(sent, copy, again).await?,
            None => self.save_in_sent(copy, again).await?,
        };
        Ok(Saved {
            uid,
            instead: target.folder.is_some(),
        })
    }

    async fn save_in_named(
        &mut self,
        folder: &str,
        copy: &Copy,
        again: bool,
    ) -> Result<Option<Uid>, ImapError> {
        let mut candidates = self.candidates(folder).await?;
        let name = match candidates.len() {
            // The server says by itself when it is not there.
            1 => candidates.pop(),
            _ => self.find(folder).await?,
        };
        let name =
            name.ok_or_else(|| ImapError::NoFolder(folders::shown(&utf7::encode(folder))))?;
        self.put(&name, copy, again).await
    }

    async fn save_in_sent(&mut self, copy: &Copy, again: bool) -> Result<Option<Uid>, ImapError> {
        if let Some(name) = self.known.sent.clone() {
            match self.put(&name, copy, again).await {
                // It was removed or renamed since.
                Err(ImapError::NoFolder(_)) => self.known.sent = None,
                done => return done,
            }
        }
        let name = self.special_or_new(Special::Sent).await?;
        self.known.sent = Some(name.clone());
        self.put(&name, copy, again).await
    }

    async fn put(
        &mut self,
        name: &str,
        copy: &Copy,
        again: bool,
    ) -> Result<Option<Uid>, ImapError> {
        if again && self.holds(name, copy).await? {
            return Ok(None);
        }
        self.append(name, copy).await
    }
}
