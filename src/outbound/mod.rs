//! Sending: draft → message → spool → server → the sender's own copy.
//!
//! Once the server has accepted the mail nothing is an error any more: what goes wrong then is a warning, and is made
//! good later by itself.

pub mod access;
pub mod attached;
pub mod attachment;
mod body;
mod carried;
mod copies;
mod delivery;
pub mod directory;
pub mod dkim;
pub mod downloads;
pub mod error;
mod fingerprint;
mod housekeeping;
pub mod intake;
mod late;
pub mod message;
pub mod place;
mod pool;
mod prepare;
pub mod routes;
pub mod sends;
pub mod sent;
mod sharing;
pub mod smtp;
pub mod spool;
pub mod ways;
pub mod windows;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use crate::draft::Draft;
use crate::draft::address::Mailbox;
use crate::draft::error::DraftError;
use crate::identities::dkim::SigningKey;
use crate::identities::server_url::SmtpServer;
use crate::ids::AccountId;
use crate::net::login::Login;
use crate::net::tls::Tls;
use crate::store::flushes::Flushes;
use access::Mailboxes;
use attachment::Attachment;
use copies::{Copies, NotFiled};
use delivery::Refused;
use downloads::Download;
use error::SendError;
use late::Late;
use place::SentCopy;
use pool::Pools;
use sends::Left;
use sends::course::Course;
use sent::Sent;
use spool::{Entry, Spool};

/// What the operator allows.
#[derive(Clone, Copy, Debug)]
pub struct OutboundLimits {
    /// Bytes of a whole message.
    pub message_max: u64,
    /// For opening a connection, signed in, and then for each answer and each 64 KiB of a message.
    pub smtp_timeout: Duration,
    /// Open connections per account.
    pub smtp_connections: usize,
    /// Whether a mail is flushed to the disk before a server gets it, and its copy before the caller hears of it.
    pub durable: bool,
    /// For all that a sender's copy takes; later it is made in the background.
    pub copy_timeout: Duration,
}

/// A server that mail can go out through.
#[derive(Clone, Debug)]
pub struct Way {
    /// The account whose connections are used.
    pub account: AccountId,
    pub smtp: SmtpServer,
    /// What it is shown; `None`: nothing.
    pub login: Option<Login>,
}

/// Who sends, and by which account.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The account whose connections are used.
    pub account: AccountId,
    /// Where its mail goes out.
    pub smtp: SmtpServer,
    /// What that server is shown; `None`: nothing.
    pub login: Option<Login>,
    /// Another way, if the server wants somebody to sign in and nobody can.
    pub otherwise: Option<Way>,
    /// What signs its mail.
    pub dkim: Arc<[SigningKey]>,
    /// The identity.
    pub from: Mailbox,
    /// The identity's own Reply-To, for drafts without one.
    pub reply_to: Option<Mailbox>,
    /// Plain text, or HTML if it holds tags.
    pub signature: Option<String>,
    /// Where the sender's copy goes, unless the draft names a folder.
    pub sent: SentCopy,
}

/// What goes along with a draft.
#[derive(Clone, Debug, Default)]
pub struct Enclosed {
    /// Parts of the mail.
    pub attached: Vec<Attachment>,
    /// What recipients fetch from here.
    pub downloads: Vec<Download>,
}

/// Sends mail. Clones share spool and connections.
#[derive(Clone)]
pub struct Outbound(Arc<Shared>);

struct Shared {
    spool: Spool,
    pools: Pools,
    limits: OutboundLimits,
    runtime: Handle,
    tracker: TaskTracker,
    /// Places for messages that are being built: see [`prepare::places`].
    building: Semaphore,
    copies: Arc<Copies>,
    /// Copies of sent mail that could not be filed yet.
    late: Arc<Late>,
    /// Ends the housekeeping when the last clone is gone.
    _housekeeping: DropGuard,
}

impl Outbound {
    /// Opens the spool. Everything that waits runs on `runtime`; sends are tasks of `tracker`, which whoever stops the
    /// process waits for.
    ///
    /// # Errors
    /// The disk's.
    pub fn new(
        spool: impl Into<PathBuf>,
        limits: OutboundLimits,
        tls: Tls,
        mailboxes: Arc<dyn Mailboxes>,
        runtime: Handle,
        tracker: TaskTracker,
    ) -> io::Result<Self> {
        let stop = CancellationToken::new();
        let spool = Spool::open(spool, Flushes::new(limits.durable))?;
        let copies = Arc::new(Copies::new(tls.clone(), mailboxes, limits.copy_timeout));
        let late = Arc::new(Late::new(copies.clone(), spool.clone()));
        let shared = Arc::new(Shared {
            spool,
            pools: Pools::new(limits.smtp_connections, limits.smtp_timeout, tls)?,
            limits,
            runtime,
            tracker,
            building: Semaphore::new(prepare::PLACES as usize),
            copies,
            late: late.clone(),
            _housekeeping: stop.clone().drop_guard(),
        });
        let filing = housekeeping::file_late(late, shared.runtime.clone(), stop.clone());
        shared.runtime.spawn(filing);
        shared
            .runtime
            .spawn(housekeeping::run(Arc::downgrade(&shared), stop));
        Ok(Self(shared))
    }

    /// Sends a mail, held as its course wants it. It is a task of its own: it runs to its end also when the caller stops
    /// waiting.
    ///
    /// The `Sent` names what went wrong after the server had accepted the mail, refused recipients and unknown
    /// attributes of the draft.
    ///
    /// # Errors
    /// The mail was not sent, or with `InDoubt` nobody knows.
    pub async fn send(
        &self,
        sender: Sender,
        draft: Draft,
        enclosed: Enclosed,
        course: Arc<Course>,
    ) -> Result<Sent, SendError> {
        let shared = self.0.clone();
        let send = async move { shared.send(sender, draft, enclosed, &course).await };
        self.0
            .tracker
            .spawn_on(send, &self.0.runtime)
            .await
            .unwrap_or(Err(SendError::Stopped))
    }

    /// Refuses a folder for the sender's copy that is certainly not there. Where that cannot be found out now, nothing
    /// is refused.
    ///
    /// # Errors
    /// It names the folder, or an account without folders.
    pub async fn check_folder(&self, sent: &SentCopy, folder: &str) -> Result<(), DraftError> {
        let (copies, sent, folder) = (self.0.copies.clone(), sent.clone(), folder.to_owned());
        // Connections to mail servers belong to this runtime.
        let check = async move { copies.check_folder(&sent, &folder).await };
        self.0.runtime.spawn(check).await.unwrap_or(Ok(()))
    }

    /// Brings to an end what an earlier process left behind, and tells which sends that had a name. Call it once, before
    /// the first send.
    ///
    /// # Errors
    /// The disk's.
    pub async fn recover(&self) -> io::Result<Vec<Left>> {
        let shared = self.0.clone();
        self.0
            .runtime
            .spawn_blocking(move || housekeeping::recover(&shared))
            .await
            .map_err(io::Error::other)?
    }
}

impl Shared {
    async fn send(
        &self,
        mut sender: Sender,
        draft: Draft,
        enclosed: Enclosed,
        course: &Course,
    ) -> Result<Sent, SendError> {
        draft.require_recipients()?;
        let account = sender.account;
        if let Some(folder) = &draft.folder {
            sender.sent = sender.sent.with_folder(folder.clone());
        }
        let sent = sender.sent.clone();
        let warnings = draft.warning().into_iter().collect();
        let delivered = self.deliver(sender, draft, enclosed, course).await;
        let (entry, refused) = delivered.inspect_err(|error| {
            if let Some(message_id) = error.in_doubt() {
                course.doubt(message_id);
            }
            match error {
                SendError::Undone => {
                    tracing::info!(%account, "mail not sent, as its sender has undone it")
                }
                _ => tracing::warn!(%account, reason = error.logged(), "mail not sent"),
            }
        })?;
        tracing::info!(
            %account, mail = %entry.envelope.id, size = entry.envelope.size,
            recipients = entry.envelope.to.len(), refused = refused.len(), "mail accepted by the server"
        );
        Ok(self.finish(entry, sent, refused, warnings).await)
    }

    async fn deliver(
        &self,
        sender: Sender,
        draft: Draft,
        enclosed: Enclosed,
        course: &Course,
    ) -> Result<(Entry, Refused), SendError> {
        let way = Way {
            account: sender.account,
            smtp: sender.smtp.clone(),
            login: sender.login.clone(),
        };
        let otherwise = sender.otherwise.clone();
        let (spool, message_max) = (self.spool.clone(), self.limits.message_max);
        let is_short = prepare::is_short(&draft, &enclosed);
        let places = prepare::places(&draft);
        let named = course.named();
        let prepare = move || prepare::spool(&spool, message_max, &sender, &draft, enclosed, named);
        let entry = if is_short {
            prepare()?
        } else {
            // Nobody closes it.
            let _place = self.building.acquire_many(places).await;
            let prepared = self.runtime.spawn_blocking(prepare).await;
            prepared.map_err(|_| SendError::Stopped)??
        };
        course.hold(entry.envelope.size).await?;
        delivery::deliver(&self.pools, way, otherwise, entry, course).await
    }

    /// Files the sender's copy. The mail is out: what fails here is told and done again later.
    async fn finish(
        &self,
        entry: Entry,
        sent: SentCopy,
        refused: Refused,
        mut warnings: Vec<String>,
    ) -> Sent {
        let message_id = entry.envelope.message_id.clone();
        let mail = entry.envelope.id;
        let wanted = entry.envelope.sent.as_ref();
        let wanted = wanted.and_then(|place| place.on_server()?.1.folder.map(str::to_owned));
        warnings.extend(sent::refusals(&refused));
        let access = match sent {
            SentCopy::Nowhere(why) => {
                warnings.push(sent::not_saved(why.why()));
                None
            }
            SentCopy::In { access, .. } => access,
        };
        match self.copies.file(entry, access).await {
            (entry, Ok(saved)) => {
                if let Some(entry) = &entry {
                    self.late.works(entry);
                }
                if let (Some(folder), true) = (wanted, saved.is_some_and(|saved| saved.instead)) {
                    warnings.push(sent::elsewhere(&folder));
                }
            }
            (entry, Err(error)) => {
                tracing::error!(%mail, reason = error.logged(), "the copy of a sent mail could not be filed, it is kept");
                if has_place(&entry, &error) {
                    warnings.push(sent::not_saved(&format!("as {error}, it is saved later")));
                }
                if let Some(entry) = &entry {
                    self.late.add(entry, error.is_of_all());
                }
            }
        }
        Sent {
            message_id,
            warnings,
            refused: refused.into_iter().map(|(address, _)| address).collect(),
        }
    }
}

/// Whether somebody misses the copy: where none is kept, only clearing up has failed.
fn has_place(entry: &Option<Entry>, error: &NotFiled) -> bool {
    match entry {
        Some(entry) => entry.envelope.sent.is_some(),
        None => matches!(error, NotFiled::Stopped),
    }
}

#[cfg(test)]
mod tests;
