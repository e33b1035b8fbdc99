//! What compose windows are filled with, until the pages have fetched it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use actix_web::web::Bytes;
use dashmap::DashMap;

use crate::http::error::ApiError;
use crate::ids::{ComposeId, UserId};

/// Bytes for one user: one message of the default limit and some.
const USER_BUDGET: usize = 64 << 20;
/// Bytes in all.
const TOTAL_BUDGET: usize = 512 << 20;
/// How long a page may still fetch the payload of a window that it has confirmed.
const AFTER_OPENING: Duration = Duration::from_secs(600);

struct Payload {
    user: UserId,
    data: Bytes,
    /// Set when a page has confirmed the window; from then on it may be dropped to make room.
    opened: Option<Instant>,
}

/// Payloads by compose, within a budget of bytes.
#[derive(Default)]
pub struct Payloads {
    kept: DashMap<ComposeId, Payload>,
    bytes: AtomicUsize,
    of_user: DashMap<UserId, usize>,
}

impl Payloads {
    /// Keeps a payload until [`Payloads::drop_one`], or until a while after [`Payloads::opened`].
    ///
    /// # Errors
    /// 503 when too much waits to be fetched already.
    pub fn keep(&self, id: ComposeId, user: UserId, data: Bytes) -> Result<(), ApiError> {
        if !self.fits(user, data.len()) {
            self.make_room();
            if !self.fits(user, data.len()) {
                return Err(ApiError::unavailable(
                    "Too many large composes are waiting to be opened, try again",
                    10,
                ));
            }
        }
        self.bytes.fetch_add(data.len(), Ordering::Relaxed);
        *self.of_user.entry(user).or_default() += data.len();
        self.kept.insert(
            id,
            Payload {
                user,
                data,
                opened: None,
            },
        );
        Ok(())
    }

    fn fits(&self, user: UserId, more: usize) -> bool {
        let own = self.of_user.get(&user).map_or(0, |bytes| *bytes);
        own + more <= USER_BUDGET && self.bytes.load(Ordering::Relaxed) + more <= TOTAL_BUDGET
    }

    /// The payload of a user's compose.
    pub fn get(&self, id: ComposeId, user: UserId) -> Option<Bytes> {
        let payload = self.kept.get(&id)?;
        (payload.user == user).then(|| payload.data.clone())
    }

    /// A page has confirmed the window.
    pub fn opened(&self, id: ComposeId) {
        if let Some(mut payload) = self.kept.get_mut(&id) {
            payload.opened = Some(Instant::now());
        }
    }

    /// Nobody needs it any more.
    pub fn drop_one(&self, id: ComposeId) {
        if let Some((_, payload)) = self.kept.remove(&id) {
            self.bytes.fetch_sub(payload.data.len(), Ordering::Relaxed);
            self.of_user.remove_if_mut(&payload.user, |_, bytes| {
                *bytes = bytes.saturating_sub(payload.data.len());
                *bytes == 0
            });
        }
    }

    /// Drops what pages have had time enough to fetch.
    pub fn prune(&self) {
        self.drop_opened(AFTER_OPENING);
    }

    fn make_room(&self) {
        self.drop_opened(Duration::ZERO);
    }

    fn drop_opened(&self, age: Duration) {
        let old: Vec<_> = self
            .kept
            .iter()
            .filter(|payload| payload.opened.is_some_and(|at| at.elapsed() >= age))
            .map(|payload| *payload.key())
            .collect();
        old.into_iter().for_each(|id| self.drop_one(id));
    }

    /// Bytes kept now.
    pub fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(bytes: usize) -> Bytes {
        Bytes::from(vec![b' '; bytes])
    }

    #[test]
    fn a_payload_is_for_its_own_user_and_leaves_nothing_behind() {
        let payloads = Payloads::default();
        let id = ComposeId::new();
        payloads.keep(id, UserId(5), data(10)).unwrap();
        assert_eq!(payloads.get(id, UserId(5)).unwrap().len(), 10);
        assert!(payloads.get(id, UserId(7)).is_none());
        payloads.drop_one(id);
        payloads.drop_one(id);
        assert_eq!(payloads.bytes(), 0);
        assert!(payloads.of_user.is_empty());
    }

    #[test]
    fn a_full_budget_refuses_what_waits_and_drops_what_was_opened() {
        let payloads = Payloads::default();
        let first = ComposeId::new();
        payloads.keep(first, UserId(5), data(USER_BUDGET)).unwrap();
        assert!(payloads.keep(ComposeId::new(), UserId(5), data(1)).is_err());
        payloads.keep(ComposeId::new(), UserId(7), data(1)).unwrap();
        payloads.opened(first);
        payloads.keep(ComposeId::new(), UserId(5), data(1)).unwrap();
        assert!(payloads.get(first, UserId(5)).is_none());
    }
}
