//! Sending: draft → message → spool → server → the sender's own copy.
//!
//! Once the server has accepted the mail nothing is an error any more: what goes wrong then is a warning, and is made
//! good later by itself.

pub mod attachment;
mod body;
mod delivery;
pub mod directory;
pub mod dkim;
pub mod error;
mod housekeeping;
pub mod intake;
pub mod message;
mod pool;
mod prepare;
pub mod routes;
pub mod sent;
pub mod smtp;
pub mod spool;
pub mod ways;
pub mod windows;
mod wire;

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use crate::draft::Draft;
use crate::draft::address::Mailbox;
use crate::identities::dkim::SigningKey;
use crate::identities::server_url::SmtpServer;
use crate::ids::AccountId;
use crate::net::login::Login;
use crate::net::tls::Tls;
use crate::store::flushes::Flushes;
use attachment::Attachment;
use delivery::Refused;
use error::SendError;
use pool::{Pools, Target};
use sent::Sent;
use spool::{Entry, SentFolder, Spool};

/// What the operator allows.
#[derive(Clone, Copy, Debug)]
pub struct OutboundLimits {
    /// Bytes of a whole message.
    pub message_max: u64,
    /// For each step with a server.
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
    /// Where the sender's copy goes; `None` for an account without a mailbox.
    pub sent: Option<SentFolder>,
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
    /// Mails that were sent but whose copies could not be filed yet.
    late: Mutex<Vec<Entry>>,
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
        runtime: Handle,
        tracker: TaskTracker,
    ) -> io::Result<Self> {
        let stop = CancellationToken::new();
        let shared = Arc::new(Shared {
            spool: Spool::open(spool, Flushes::new(limits.durable))?,
            pools: Pools::new(limits.smtp_connections, limits.smtp_timeout, tls),
            limits,
            runtime,
            tracker,
            building: Semaphore::new(prepare::PLACES as usize),
            late: Mutex::default(),
            _housekeeping: stop.clone().drop_guard(),
        });
        shared
            .runtime
            .spawn(housekeeping::run(Arc::downgrade(&shared), stop));
        Ok(Self(shared))
    }

    /// Sends a mail. It is a task of its own: it runs to its end also when the caller stops waiting.
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
        attachments: Vec<Attachment>,
    ) -> Result<Sent, SendError> {
        let shared = self.0.clone();
        let send = async move { shared.send(sender, draft, attachments).await };
        self.0
            .tracker
            .spawn_on(send, &self.0.runtime)
            .await
            .unwrap_or(Err(SendError::Stopped))
    }

    /// Brings to an end what an earlier process left behind. Call it once, before the first send.
    ///
    /// # Errors
    /// The disk's.
    pub async fn recover(&self) -> io::Result<()> {
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
        sender: Sender,
        draft: Draft,
        attachments: Vec<Attachment>,
    ) -> Result<Sent, SendError> {
        draft.require_recipients()?;
        let account = sender.account;
        let warnings = draft.warning().into_iter().collect();
        let (entry, refused) = self.deliver(sender, draft, attachments).await.inspect_err(
            |error| tracing::warn!(%account, reason = error.logged(), "mail not sent"),
        )?;
        tracing::info!(
            %account, mail = %entry.envelope.id, size = entry.envelope.size,
            recipients = entry.envelope.to.len(), refused = refused.len(), "mail accepted by the server"
        );
        Ok(self.finish(entry, refused, warnings).await)
    }

    async fn deliver(
        &self,
        sender: Sender,
        draft: Draft,
        attachments: Vec<Attachment>,
    ) -> Result<(Entry, Refused), SendError> {
        let Sender { account, smtp, .. } = sender.clone();
        let (spool, message_max) = (self.spool.clone(), self.limits.message_max);
        let is_short = prepare::is_short(&draft, &attachments);
        let places = prepare::places(&draft);
        let prepare = move || prepare::spool(&spool, message_max, &sender, &draft, attachments);
        let entry = if is_short {
            prepare()?
        } else {
            // Nobody closes it.
            let _place = self.building.acquire_many(places).await;
            let prepared = self.runtime.spawn_blocking(prepare).await;
            prepared.map_err(|_| SendError::Stopped)??
        };
        match smtp {
            SmtpServer::Smtp(server) => {
                let target = Target { account, server };
                delivery::by_smtp(&self.pools, &target, entry).await
            }
            SmtpServer::Directory(path) => delivery::by_directory(path, entry).await,
        }
    }

    /// Files the sender's copy. The mail is out: what fails here is told and done again later.
    async fn finish(&self, entry: Entry, refused: Refused, mut warnings: Vec<String>) -> Sent {
        let message_id = entry.envelope.message_id.clone();
        let has_mailbox = entry.envelope.sent.is_some();
        warnings.extend(sent::refusals(&refused));
        if !has_mailbox {
            warnings.push(sent::not_saved("as the account has no mailbox"));
        }
        match delivery::on_disk(entry, |entry| entry.file()).await {
            Ok((_, Ok(()))) => {}
            Ok((entry, Err(cause))) => {
                tracing::error!(mail = %entry.envelope.id, %cause, "the copy of a sent mail could not be filed, it is kept");
                if has_mailbox {
                    warnings.push(sent::not_saved(
                        "as the mailbox cannot be written, it is saved later",
                    ));
                }
                housekeeping::lock(&self.late).push(entry);
            }
            Err(_) => warnings.push(sent::not_saved(
                "as the server is being stopped, it is saved later",
            )),
        }
        Sent {
            message_id,
            warnings,
        }
    }
}

#[cfg(test)]
mod tests;
