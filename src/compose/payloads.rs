//! What compose windows are filled with, until the pages have fetched it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::web::Bytes;
use dashmap::DashMap;

use super::whole_seconds;
use crate::http::budget::{Bound, Budget, Full, Share};
use crate::http::error::ApiError;
use crate::ids::{ComposeId, UserId};

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
    /// Gives its bytes back.
    _share: Share,
}

/// Payloads by compose, within a budget of bytes.
pub struct Payloads {
    kept: DashMap<ComposeId, Payload>,
    budget: Arc<Budget>,
    /// In which a compose that has a page to go to is answered.
    deadline: Duration,
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
    /// `own` bytes for each user, `all` for all of them; what waits to be opened does so for `deadline` or little more.
    pub fn new(own: Bound, all: Bound, deadline: Duration) -> Self {
        Self {
            kept: DashMap::new(),
            budget: Budget::new(own, all),
            deadline,
            lingering: Mutex::default(),
        }
    }

    /// Keeps a payload until [`Payloads::drop_one`], or until a while after [`Payloads::opened`]. `delivered`: the
    /// offer itself holds it.
    ///
    /// # Errors
    /// 413 for more than there will ever be room for, 429 when too much of the user's waits to be opened already, 503
    /// when too much of all does.
    pub fn keep(
        &self,
        id: ComposeId,
        user: UserId,
        data: Bytes,
        delivered: bool,
    ) -> Result<(), ApiError> {
        let size = data.len();
        self.budget
            .could_hold(size)
            .map_err(|full| self.too_large(full))?;
        let share = self.take(user, size).map_err(|full| self.full(full))?;
        self.kept.insert(
            id,
            Payload {
                user,
                data,
                delivered,
                opened: None,
                _share: share,
            },
        );
        Ok(())
    }

    /// Takes a share, if need be at the cost of what has been opened.
    fn take(&self, user: UserId, size: usize) -> Result<Share, Full> {
        // The user's own share and the one of all may be full, one after the other.
        for _ in 0..2 {
            match self.budget.take(user, size) {
                Ok(share) => return Ok(share),
                Err(full) => self.make_room(full, user, size),
            }
        }
        self.budget.take(user, size)
    }

    /// Drops what was opened first, of the user or of everybody, as it is the one share or the other that is full. Some
    /// more than is needed: each time costs a look at all of them.
    fn make_room(&self, full: Full, user: UserId, size: usize) {
        let mut opened: Vec<_> = self
            .kept
            .iter()
            .filter(|kept| full == Full::All || kept.user == user)
            .filter_map(|kept| Some((kept.opened?, *kept.key(), kept.data.len())))
            .collect();
        opened.sort_unstable_by_key(|(at, ..)| *at);
        let wanted = size.max(self.budget.bound(full).most / 8);
        let mut freed = 0;
        for (_, id, bytes) in opened {
            if freed >= wanted {
                return;
            }
            self.drop_one(id);
            freed += bytes;
        }
    }

    fn too_large(&self, full: Full) -> ApiError {
        let Bound { most, limit } = self.budget.bound(full);
        let name = limit.name();
        ApiError::too_large(format!(
            "The window is filled with more than {most} bytes ({name})"
        ))
        .detail("limit", most)
        .limit(limit)
    }

    fn full(&self, full: Full) -> ApiError {
        let Bound { most, limit } = self.budget.bound(full);
        let (name, seconds) = (limit.name(), whole_seconds(self.deadline));
        let error = match full {
            Full::Own => ApiError::too_many(
                format!(
                    "More than {most} bytes of the user's composes wait to be opened ({name}), try again in {seconds} seconds"
                ),
                seconds,
            ),
            Full::All => ApiError::unavailable(
                format!(
                    "More than {most} bytes of composes wait to be opened ({name}), try again in {seconds} seconds"
                ),
                seconds,
            ),
        };
        error.detail("limit", most).limit(limit)
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
        self.kept.remove(&id);
    }

    /// Drops what pages have had time enough to fetch.
    pub fn prune(&self) {
        self.kept
            .retain(|_, payload| payload.opened.is_none_or(|at| at.elapsed() < AFTER_OPENING));
    }

    /// Bytes kept now.
    pub fn bytes(&self) -> usize {
        self.budget.taken()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::limits::Limit;

    fn payloads(own: usize, all: usize) -> Payloads {
        let bound = |most, limit| Bound { most, limit };
        Payloads::new(
            bound(own, Limit::PayloadsPerUser),
            bound(all, Limit::Payloads),
            Duration::from_millis(7_500),
        )
    }

    fn keep(payloads: &Payloads, user: i32, bytes: usize) -> Result<ComposeId, u16> {
        let id = ComposeId::new();
        let data = Bytes::from(vec![b' '; bytes]);
        let kept = payloads.keep(id, UserId(user), data, false);
        kept.map(|()| id).map_err(|error| error.status().as_u16())
    }

    #[test]
    fn a_payload_is_for_its_own_user_and_leaves_nothing_behind() {
        let payloads = payloads(100, 100);
        let id = keep(&payloads, 5, 10).unwrap();
        assert_eq!(payloads.get(id, UserId(5)).unwrap().len(), 10);
        assert!(payloads.get(id, UserId(7)).is_none());
        payloads.drop_one(id);
        payloads.drop_one(id);
        assert_eq!(payloads.bytes(), 0);
    }

    #[test]
    fn a_full_share_refuses_what_waits_and_drops_what_was_opened_first() {
        let payloads = payloads(10, 100);
        let ids: Vec<_> = (0..5).map(|_| keep(&payloads, 5, 2).unwrap()).collect();
        let other = keep(&payloads, 7, 2).unwrap();
        assert_eq!(keep(&payloads, 5, 1), Err(429));
        for id in [ids[2], ids[1], other] {
            payloads.opened(id);
        }
        keep(&payloads, 5, 1).unwrap();
        let there = |id: &ComposeId| payloads.get(*id, UserId(5)).is_some();
        assert_eq!(
            ids.iter().map(there).collect::<Vec<_>>(),
            [true, true, false, true, true]
        );
        keep(&payloads, 5, 3).unwrap();
        assert_eq!(
            ids.iter().map(there).collect::<Vec<_>>(),
            [true, false, false, true, true]
        );
        assert_eq!(keep(&payloads, 5, 1), Err(429));
        assert!(payloads.get(other, UserId(7)).is_some());
    }

    #[test]
    fn a_full_budget_is_nobodys_own_fault() {
        let payloads = payloads(10, 15);
        keep(&payloads, 5, 10).unwrap();
        let second = keep(&payloads, 7, 5).unwrap();
        assert_eq!(keep(&payloads, 9, 1), Err(503));
        payloads.opened(second);
        keep(&payloads, 9, 1).unwrap();
        assert!(payloads.get(second, UserId(7)).is_none());
    }

    #[test]
    fn what_never_fits_is_too_large() {
        let payloads = payloads(10, 15);
        assert_eq!(keep(&payloads, 5, 11), Err(413));
        assert_eq!(keep(&payloads, 5, 10).err(), None);
    }

    #[test]
    fn windows_whose_pages_have_everything_take_up_little() {
        let payloads = payloads(64 << 20, 64 << 20);
        let open = |delivered| {
            let id = ComposeId::new();
            let data = Bytes::from(vec![b' '; 1 << 20]);
            payloads.keep(id, UserId(5), data, delivered).unwrap();
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
