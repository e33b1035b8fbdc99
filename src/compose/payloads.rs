//! What compose windows are filled with, until the pages have fetched it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
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
/// Bytes of payloads that their pages have and may ask for again. Under many composes they would be all the memory of
/// [`AFTER_OPENING`].
const LINGERING: usize = 8 << 20;
/// What keeping one costs beside its bytes.
const OVERHEAD: usize = 256;

struct Payload {
    user: UserId,
    data: Bytes,
    /// A page has it: in the offer, or fetched.
    delivered: bool,
    /// Set when a page has confirmed the window; from then on it may be dropped to make room.
    opened: Option<Instant>,
}

/// Payloads by compose, within a budget of bytes.
#[derive(Default)]
pub struct Payloads {
    kept: DashMap<ComposeId, Payload>,
    bytes: AtomicUsize,
    of_user: DashMap<UserId, usize>,
    lingering: Mutex<Lingering>,
}

/// Windows that are open and whose pages have everything, the longest open first.
#[derive(Default)]
struct Lingering {
    windows: VecDeque<(ComposeId, usize)>,
    bytes: usize,
}

impl Lingering {
    /// Adds one, and names those that have to go for it.
    fn add(&mut self, id: ComposeId, bytes: usize) -> Vec<ComposeId> {
        let bytes = bytes + OVERHEAD;
        self.windows.push_back((id, bytes));
        self.bytes += bytes;
        let mut gone = Vec::new();
        while self.bytes > LINGERING
            && let Some((id, bytes)) = self.windows.pop_front()
        {
            self.bytes -= bytes;
            gone.push(id);
        }
        gone
    }
}

impl Payloads {
    /// Keeps a payload until [`Payloads::drop_one`], or until a while after [`Payloads::opened`]. `delivered`: the
    /// offer itself holds it.
    ///
    /// # Errors
    /// 503 when too much waits to be fetched already.
    pub fn keep(
        &self,
        id: ComposeId,
        user: UserId,
        data: Bytes,
        delivered: bool,
    ) -> Result<(), ApiError> {
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
                delivered,
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
        let mut payload = self.kept.get_mut(&id).filter(|kept| kept.user == user)?;
        let late = !payload.delivered && payload.opened.is_some();
        payload.delivered = true;
        let data = payload.data.clone();
        drop(payload);
        if late {
            self.linger(id, data.len());
        }
        Some(data)
    }

    /// A page has confirmed the window.
    pub fn opened(&self, id: ComposeId) {
        let Some(mut payload) = self.kept.get_mut(&id) else {
            return;
        };
        payload.opened = Some(Instant::now());
        let (delivered, bytes) = (payload.delivered, payload.data.len());
        drop(payload);
        if delivered {
            self.linger(id, bytes);
        }
    }

    fn linger(&self, id: ComposeId, bytes: usize) {
        let lingering = self.lingering.lock();
        let gone = lingering
            .unwrap_or_else(PoisonError::into_inner)
            .add(id, bytes);
        gone.into_iter().for_each(|id| self.drop_one(id));
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
        payloads.keep(id, UserId(5), data(10), false).unwrap();
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
        payloads
            .keep(first, UserId(5), data(USER_BUDGET), false)
            .unwrap();
        assert!(
            payloads
                .keep(ComposeId::new(), UserId(5), data(1), false)
                .is_err()
        );
        payloads
            .keep(ComposeId::new(), UserId(7), data(1), false)
            .unwrap();
        payloads.opened(first);
        payloads
            .keep(ComposeId::new(), UserId(5), data(1), false)
            .unwrap();
        assert!(payloads.get(first, UserId(5)).is_none());
    }

    #[test]
    fn windows_whose_pages_have_everything_take_up_little() {
        let payloads = Payloads::default();
        let open = |delivered| {
            let id = ComposeId::new();
            payloads
                .keep(id, UserId(5), data(1 << 20), delivered)
                .unwrap();
            id
        };
        let (unfetched, first) = (open(false), open(true));
        payloads.opened(unfetched);
        for id in std::iter::once(first).chain((0..20).map(|_| open(true))) {
            payloads.opened(id);
        }
        assert!(payloads.bytes() <= LINGERING + (1 << 20));
        assert!(payloads.get(first, UserId(5)).is_none());
        assert!(payloads.get(unfetched, UserId(5)).is_some());
    }
}
