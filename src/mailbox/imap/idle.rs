//! The mailboxes of everybody: how many connections each may have, and those that wait for their next message.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use dashmap::DashMap;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::ImapError;
use super::session::Session;
use super::{Access, Copy, Owner, Saved, Target};
use crate::net::tls::Tls;

/// How long a connection may wait for its next message.
const IDLE_TIME: Duration = Duration::from_secs(60);
/// Connections that may wait, of everybody together.
const IDLE_MOST: usize = 64;
/// Connections of one owner that may wait.
const IDLE_OF_ONE: usize = 2;
/// Connections of one owner at a time. Servers allow ten or so for all programs of a user.
const AT_ONCE: usize = 3;

/// Mailboxes on IMAP servers. Each step with one waits no longer for progress than the limit given; the caller limits
/// the whole.
pub struct Imap {
    tls: Tls,
    silence: Duration,
    gates: DashMap<Owner, Arc<Semaphore>>,
    /// The longest idle ones come first.
    idle: Mutex<Vec<Idle>>,
}

struct Idle {
    owner: Owner,
    access: Access,
    session: Session,
    since: Instant,
}

impl Imap {
    /// Trusts whom `tls` trusts, and gives up a server that is `silent` for so long.
    #[must_use]
    pub fn new(tls: Tls, silent: Duration) -> Self {
        Self {
            tls,
            silence: silent,
            gates: DashMap::new(),
            idle: Mutex::default(),
        }
    }

    /// Saves a copy of a message as a read one. `again`: looks first whether an earlier attempt has come through.
    ///
    /// # Errors
    /// It may be saved all the same, unless the server said no.
    pub async fn save(
        &self,
        owner: Owner,
        access: &Access,
        target: Target<'_>,
        copy: &Copy,
        again: bool,
    ) -> Result<Saved, ImapError> {
        let (_permit, mut session) = self.lease(owner, access).await?;
        let done = session.save(target, copy, again).await;
        self.give_back(owner, access, session, done.as_ref().err());
        done
    }

    /// Whether there is a folder, named with `/` between levels.
    ///
    /// # Errors
    /// Nobody knows.
    pub async fn has_folder(
        &self,
        owner: Owner,
        access: &Access,
        folder: &str,
    ) -> Result<bool, ImapError> {
        let (_permit, mut session) = self.lease(owner, access).await?;
        let found = session.find(folder).await;
        self.give_back(owner, access, session, found.as_ref().err());
        Ok(found?.is_some())
    }

    async fn lease(
        &self,
        owner: Owner,
        access: &Access,
    ) -> Result<(OwnedSemaphorePermit, Session), ImapError> {
        let make = || Arc::new(Semaphore::new(AT_ONCE));
        let gate = self.gates.entry(owner).or_insert_with(make).clone();
        let permit = gate.acquire_owned().await;
        let permit = permit.map_err(|_| ImapError::Unsuitable("the gateway is being stopped"))?;
        while let Some(mut session) = self.take(owner, access) {
            // A message must not be lost on a connection that is dead already.
            if !session.is_stale() && session.command("NOOP").await.is_ok() {
                return Ok((permit, session));
            }
        }
        let session = Session::for_login(access, &self.tls, self.silence).await?;
        Ok((permit, session))
    }

    fn take(&self, owner: Owner, access: &Access) -> Option<Session> {
        let mut idle = self.lock();
        let at = idle
            .iter()
            .rposition(|idle| idle.owner == owner && idle.access == *access)?;
        Some(idle.remove(at).session)
    }

    /// Keeps a connection for the next message, unless it was left in the middle of something.
    fn give_back(
        &self,
        owner: Owner,
        access: &Access,
        session: Session,
        error: Option<&ImapError>,
    ) {
        let is_clear = match error {
            None => true,
            Some(error) => matches!(
                error,
                ImapError::NoFolder(_) | ImapError::Full | ImapError::Refused(_)
            ),
        };
        let mut idle = self.lock();
        let own = idle.iter().filter(|idle| idle.owner == owner).count();
        if is_clear && own < IDLE_OF_ONE && idle.len() < IDLE_MOST {
            idle.push(Idle {
                owner,
                access: access.clone(),
                session,
                since: Instant::now(),
            });
        }
    }

    /// Closes connections that the server has closed or that waited for too long.
    pub async fn tidy(&self) {
        for idle in self.take_useless(IDLE_TIME) {
            idle.session.log_out().await;
        }
        self.gates
            .retain(|_, gate| Arc::strong_count(gate) > 1 || gate.available_permits() < AT_ONCE);
    }

    fn take_useless(&self, idle_time: Duration) -> Vec<Idle> {
        let is_useless =
            |idle: &mut Idle| idle.since.elapsed() >= idle_time || idle.session.is_stale();
        self.lock().extract_if(.., is_useless).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
