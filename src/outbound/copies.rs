//! Puts the sender's copy into the mailbox, whichever kind that is, and answers whether a folder is there.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::access::Mailboxes;
use super::delivery::on_disk;
use super::place::{SentCopy, SentPlace};
use super::spool::Entry;
use crate::draft::error::{DraftError, shown};
use crate::mailbox::imap::error::ImapError;
use crate::mailbox::imap::{Access, Imap, Saved};
use crate::mailbox::maildir::Maildir;
use crate::net::tls::Tls;

/// How many times as long as a caller would wait a copy may take later, as long as it makes progress.
const LATER: u32 = 10;

/// The mailboxes of everybody.
pub(super) struct Copies {
    imap: Imap,
    mailboxes: Arc<dyn Mailboxes>,
    limit: Duration,
}

/// Why a copy is not in the mailbox.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotFiled {
    #[error("the mailbox cannot be written")]
    Local(#[source] io::Error),
    #[error("{0}")]
    Imap(#[from] ImapError),
    #[error("the mail server takes longer than {} s", .0.as_secs_f32())]
    Slow(Duration),
    #[error("the password for the mailbox is not known now")]
    NoAccess,
    #[error("the server is being stopped")]
    Stopped,
}

impl NotFiled {
    /// The reason for the log, which holds no server's words.
    pub(super) fn logged(&self) -> String {
        match self {
            Self::Local(cause) => format!("{self}: {cause}"),
            Self::Imap(error) => error.logged(),
            _ => self.to_string(),
        }
    }

    /// Whether other copies for the same mailbox need not be tried now.
    pub(super) fn is_of_all(&self) -> bool {
        match self {
            Self::Local(_) => false,
            Self::Slow(_) | Self::NoAccess | Self::Stopped => true,
            Self::Imap(error) => !matches!(
                error,
                ImapError::NoFolder(_)
                    | ImapError::Full
                    | ImapError::TooLarge
                    | ImapError::Refused(_)
                    | ImapError::Message(_)
            ),
        }
    }
}

impl Copies {
    /// `limit`: for all that a copy takes while somebody waits.
    pub(super) fn new(tls: Tls, mailboxes: Arc<dyn Mailboxes>, limit: Duration) -> Self {
        Self {
            imap: Imap::new(tls, limit),
            mailboxes,
            limit,
        }
    }

    /// Saves a copy for the first time, with what the caller has shown. `Some` says of a copy on a server where it is.
    pub(super) async fn file(
        &self,
        entry: Entry,
        access: Option<Access>,
    ) -> (Option<Entry>, Result<Option<Saved>, NotFiled>) {
        self.put(entry, access, self.limit, false).await
    }

    /// Tries again, with what is known now. An earlier attempt may have come through without a sign.
    pub(super) async fn file_late(&self, entry: Entry) -> (Option<Entry>, Result<(), NotFiled>) {
        let access = match entry.envelope.sent.as_ref().and_then(SentPlace::on_server) {
            Some((owner, _)) => {
                let asked = self.mailboxes.imap(owner.account, owner.user);
                timeout(self.limit, asked).await.unwrap_or_default()
            }
            None => None,
        };
        let (entry, filed) = self.put(entry, access, self.limit * LATER, true).await;
        (entry, filed.map(|_| ()))
    }

    async fn put(
        &self,
        entry: Entry,
        access: Option<Access>,
        limit: Duration,
        again: bool,
    ) -> (Option<Entry>, Result<Option<Saved>, NotFiled>) {
        let Some((owner, target)) = entry.envelope.sent.as_ref().and_then(SentPlace::on_server)
        else {
            return match on_disk(entry, |entry| entry.file()).await {
                Ok((entry, filed)) => (Some(entry), filed.map(|()| None).map_err(NotFiled::Local)),
                Err(_) => (None, Err(NotFiled::Stopped)),
            };
        };
        let saved = match access {
            None => Err(NotFiled::NoAccess),
            Some(access) => {
                let copy = entry.copy();
                let save = self.imap.save(owner, &access, target, &copy, again);
                match timeout(limit, save).await {
                    Ok(saved) => saved.map_err(NotFiled::Imap),
                    Err(_) => Err(NotFiled::Slow(limit)),
                }
            }
        };
        let saved = match saved {
            Ok(saved) => saved,
            Err(error) => return (Some(entry), Err(error)),
        };
        match on_disk(entry, |entry| entry.clear()).await {
            Ok((entry, cleared)) => {
                if let Err(cause) = cleared {
                    // It is tried again after a restart, and found to be there.
                    tracing::error!(mail = %entry.envelope.id, %cause, "a filed mail cannot be removed from the spool");
                }
                (Some(entry), Ok(Some(saved)))
            }
            Err(_) => (None, Ok(Some(saved))),
        }
    }

    /// Refuses a folder that is certainly not there. Where that cannot be found out now, the copy finds its way later.
    pub(super) async fn check_folder(
        &self,
        sent: &SentCopy,
        folder: &str,
    ) -> Result<(), DraftError> {
        let refused = |reason: &str| DraftError::Invalid {
            attribute: "folder".to_owned(),
            value: shown(folder),
            reason: reason.to_owned(),
        };
        let place = match sent {
            SentCopy::Nowhere(super::place::Nowhere::NoPassword) => return Ok(()),
            SentCopy::Nowhere(super::place::Nowhere::NoMailbox) => {
                return Err(refused("the account has no mailbox"));
            }
            SentCopy::In { place, .. } => place,
        };
        let is_there = match (place, sent) {
            (SentPlace::Local { root, folder: own }, _) => {
                let (maildir, name) = (Maildir::new(root), folder.to_owned());
                let looked = spawn_blocking(move || maildir.has_folder(&name)).await;
                folder == own || looked.unwrap_or(true)
            }
            (
                SentPlace::Imap { .. },
                SentCopy::In {
                    access: Some(access),
                    ..
                },
            ) => self.has_folder(place, access, folder).await,
            _ => true,
        };
        match is_there {
            true => Ok(()),
            false => Err(refused("there is no such folder")),
        }
    }

    async fn has_folder(&self, place: &SentPlace, access: &Access, folder: &str) -> bool {
        let Some((owner, _)) = place.on_server() else {
            return true;
        };
        let asked = self.imap.has_folder(owner, access, folder);
        match timeout(self.limit, asked).await {
            Ok(Ok(found)) => found,
            Ok(Err(error)) => {
                tracing::warn!(account = %owner.account, user = %owner.user, reason = error.logged(),
                    "a folder for a copy cannot be looked for now");
                true
            }
            Err(_) => true,
        }
    }

    /// Closes connections that nobody needs any more.
    pub(super) async fn tidy(&self) {
        self.imap.tidy().await;
    }
}
