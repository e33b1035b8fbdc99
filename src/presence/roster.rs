//! The concurrent map of who is there.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use dashmap::DashMap;

use super::version::Version;
use super::{SessionRecord, clock};
use crate::ids::{SessionId, UserId};

/// What there is to know about one user at one moment.
#[derive(Clone, Default)]
pub struct View {
    /// Sessions that are not dropped. Empty: the user is offline.
    pub sessions: Vec<Arc<SessionRecord>>,
    /// The last session dropped a moment ago: the user may be back until then (on [`clock`]).
    pub returning_until: Option<u64>,
}

#[derive(Default)]
struct Slot {
    sessions: RwLock<Vec<Arc<SessionRecord>>>,
    /// Zero: not coming back.
    returning_until: AtomicU64,
    version: Version,
}

impl Slot {
    fn view(&self, grace: Duration) -> View {
        let slot = self.sessions.read().unwrap_or_else(PoisonError::into_inner);
        let living = slot.iter().filter(|session| !session.is_ended());
        let sessions: Vec<_> = living.cloned().collect();
        let now = clock::now();
        let until = if sessions.is_empty() && !slot.is_empty() {
            // The last one dropped just now, and the registry has not taken it out yet.
            now + clock::millis(grace)
        } else {
            self.returning_until.load(Relaxed)
        };
        View {
            sessions,
            returning_until: (until > now).then_some(until),
        }
    }

    /// For whoever holds the map's entry: nobody can subscribe in the meantime.
    fn is_unused(self: &Arc<Self>) -> bool {
        let sessions = self.sessions.read().unwrap_or_else(PoisonError::into_inner);
        sessions.is_empty()
            && self.returning_until.load(Relaxed) <= clock::now()
            && Arc::strong_count(self) == 1
    }
}

/// Whether a user whose session ends may be back in a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Back {
    /// The connection broke, the page reloads, the server restarts.
    Expected,
    /// Signed out, or closed for another session.
    No,
}

/// Tells when something changes about one user. What happened before [`Roster::subscribe`] returned is in the first
/// [`Roster::view`] after it; what happens later wakes [`Subscription::changed`].
pub struct Subscription {
    slot: Arc<Slot>,
    seen: u64,
}

impl Subscription {
    /// Returns after the next change that was not seen yet.
    pub async fn changed(&mut self) {
        self.seen = self.slot.version.after(self.seen).await;
    }
}

/// Sessions by user.
pub struct Roster {
    users: DashMap<UserId, Arc<Slot>>,
    grace: Duration,
}

impl Roster {
    /// Nobody is there. `grace`: how long users whose last session drops may come back.
    pub fn new(grace: Duration) -> Self {
        Self {
            users: DashMap::new(),
            grace,
        }
    }

    /// Who of a user is there now.
    pub fn view(&self, user: UserId) -> View {
        let slot = self.users.get(&user).map(|slot| slot.clone());
        slot.map(|slot| slot.view(self.grace)).unwrap_or_default()
    }

    /// Hears of changes about a user from now on. Subscribe first, then read.
    pub fn subscribe(&self, user: UserId) -> Subscription {
        // Cloned while the entry is held, so that the slot is not removed in between.
        let slot = self.users.entry(user).or_default().clone();
        let seen = slot.version.now();
        Subscription { slot, seen }
    }

    /// Every user that is online, with the view of each.
    pub fn online(&self) -> Vec<View> {
        let slots: Vec<_> = self
            .users
            .iter()
            .map(|entry| entry.value().clone())
            .collect();
        slots
            .iter()
            .map(|slot| slot.view(self.grace))
            .filter(|view| !view.sessions.is_empty())
            .collect()
    }

    /// How many users are in memory, online or remembered.
    pub fn held(&self) -> usize {
        self.users.len()
    }

    /// Adds a session and says how many the user has now.
    pub(super) fn join(&self, session: Arc<SessionRecord>) -> usize {
        let slot = self.users.entry(session.user.id).or_default().clone();
        let mut sessions = slot
            .sessions
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        sessions.push(session);
        let count = sessions.len();
        slot.returning_until.store(0, Relaxed);
        drop(sessions);
        slot.version.advance();
        count
    }

    /// Removes a session; when it was the user's last, the user is expected back, or not.
    pub(super) fn leave(&self, user: UserId, id: SessionId, back: Back) {
        let Some(slot) = self.users.get(&user).map(|slot| slot.clone()) else {
            return;
        };
        let mut sessions = slot
            .sessions
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|session| session.id != id);
        if sessions.is_empty() {
            let until = match back {
                Back::Expected => clock::now() + clock::millis(self.grace),
                Back::No => 0,
            };
            slot.returning_until.store(until, Relaxed);
        }
        drop(sessions);
        slot.version.advance();
        drop(slot);
        self.prune(user);
    }

    /// Expects a user back who was online before the process started.
    pub(super) fn expect(&self, user: UserId) {
        let slot = self.users.entry(user).or_default();
        slot.returning_until
            .store(clock::now() + clock::millis(self.grace), Relaxed);
    }

    /// Forgets a user about whom there is nothing to know.
    pub(super) fn prune(&self, user: UserId) {
        self.users.remove_if(&user, |_, slot| slot.is_unused());
    }

    pub(super) fn prune_all(&self) {
        self.users.retain(|_, slot| !slot.is_unused());
    }
}
