//! Opening a compose window in the right session of a user, and what became of it.
//!
//! ```text
//! routes → Composes::open → Live (coordinator) → SessionRecord::push → page
//!                             ↑                                          │ ack
//!                             └───────── pages (PageEvents) ←────────────┘
//!          Records ← won, seen, discarded, sent
//! ```

mod calling;
pub mod coordinator;
mod list;
pub mod live;
mod look_ups;
pub mod pages;
mod payloads;
pub mod records;
pub mod requests;
pub mod routes;
pub mod rows;
mod sending;
mod shown;
#[cfg(test)]
mod simulator;

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Bytes;
use dashmap::DashMap;
use serde_json::{Map, Value};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::auth::Caller;
use crate::auth::window::Window;
use crate::http::budget::{Bound, Budget, Full, Share};
use crate::http::error::ApiError;
use crate::ids::{ComposeId, UserId};
use crate::presence::Roster;
use crate::push::Push;
use crate::store::{Store, time};
use crate::telemetry::limits::Limit;
use calling::Call;
use coordinator::{Event, Outcome, Timing};
use live::{Live, Offer};
use look_ups::LookUps;
use payloads::Payloads;
use records::{Record, Records};
use requests::Requests;
use shown::Shown;

/// What composing needs from the configuration.
#[derive(Clone, Debug)]
pub struct ComposeSettings {
    /// Silence before the next session is offered as well.
    pub offer_stagger: Duration,
    /// From the first offer to 404.
    pub deadline: Duration,
    /// The page's own sign of life: two missed are dormant.
    pub pulse: Duration,
    /// Cap for `Prefer: wait`.
    pub wait_max: Duration,
    /// How long to wait for somebody who is called by Web Push; zero: nobody is called.
    pub push_wait: Duration,
    /// How long records live.
    pub keep: Duration,
    /// Per credential and addressed user; 0: no limit.
    pub per_minute: u32,
    /// Requests of one user that wait for a page.
    pub waiting_per_user: usize,
    /// Requests that wait for a page.
    pub waiting_total: usize,
    /// Bytes of one user's payloads.
    pub payloads_per_user: usize,
    /// Bytes of all payloads.
    pub payloads_total: usize,
    /// Bytes of JSON that go to the page in the offer itself.
    pub inline_max: usize,
}

/// Credentials and users that the rate limit counts at a time.
const RATE_KEYS: usize = 100_000;
/// How often what is old is removed.
const PRUNE: Duration = Duration::from_secs(60);

/// Composes on their way, and what became of the others.
pub struct Composes {
    settings: ComposeSettings,
    roster: Arc<Roster>,
    push: Arc<Push>,
    store: Store,
    records: Records,
    requests: Arc<Requests>,
    payloads: Payloads,
    live: DashMap<ComposeId, Arc<Opening>>,
    waiting: Arc<Budget>,
    rate: Window<(String, UserId)>,
    look_ups: Arc<LookUps>,
    tracker: TaskTracker,
    /// Cancelled when the server stops: no page can confirm any more.
    stopping: CancellationToken,
    /// In milliseconds since 1970.
    started: i64,
}

/// A compose that has no answer yet, with what its record will say.
struct Opening {
    live: Live,
    made_by: String,
    share_password: Option<String>,
    shown: Shown,
}

/// What a window is to be filled with.
pub struct Filling {
    /// The JSON that pages get as `data`.
    pub data: Map<String, Value>,
    /// Kept for the send; pages only learn that there is one.
    pub share_password: Option<String>,
}

impl Composes {
    /// `tracker` holds what must not be cut in two when the process stops.
    pub fn new(
        settings: ComposeSettings,
        (roster, push): (Arc<Roster>, Arc<Push>),
        store: Store,
        tracker: TaskTracker,
    ) -> Arc<Self> {
        let bound = |most, limit| Bound { most, limit };
        Arc::new(Self {
            records: Records::new(store.clone(), settings.keep),
            requests: Requests::new(store.clone()),
            payloads: Payloads::new(
                bound(settings.payloads_per_user, Limit::PayloadsPerUser),
                bound(settings.payloads_total, Limit::Payloads),
                settings.deadline,
            ),
            waiting: Budget::new(
                bound(settings.waiting_per_user, Limit::WaitingPerUser),
                bound(settings.waiting_total, Limit::Waiting),
            ),
            settings,
            roster,
            push,
            store,
            live: DashMap::new(),
            rate: Window::new(Duration::from_secs(60), RATE_KEYS),
            look_ups: LookUps::new(),
            tracker,
            stopping: CancellationToken::new(),
            started: time::now(),
        })
    }

    /// Takes a place among the requests that wait for a page, until the place is dropped.
    ///
    /// # Errors
    /// 429 when the user has too many of them, 503 when all together have.
    pub fn place(&self, user: UserId) -> Result<Share, ApiError> {
        self.waiting.take(user, 1).map_err(|full| {
            let Bound { most, limit } = self.waiting.bound(full);
            let name = limit.name();
            // Those that have a page to go to are answered within this time.
            let seconds = whole_seconds(self.settings.deadline);
            let error = match full {
                Full::Own => ApiError::too_many(
                    format!("More than {most} requests of the user wait for a page ({name}), try again in {seconds} seconds"),
                    seconds,
                ),
                Full::All => ApiError::unavailable(
                    format!("More than {most} requests wait for a page ({name}), try again in {seconds} seconds"),
                    seconds,
                ),
            };
            error.detail("limit", most).limit(limit)
        })
    }

    /// What offers a window to the user's sessions until one confirms it, and holds `place` until then. A `call` is
    /// made meanwhile. It must run to its end, as a task that a caller who hangs up does not end.
    ///
    /// # Errors
    /// 429 over the rate limit, 429 and 503 when too much is waiting already.
    pub fn open(
        self: &Arc<Self>,
        caller: &Caller,
        filling: Filling,
        (wait, call): (Option<Duration>, Option<Call>),
        place: Share,
    ) -> Result<(ComposeId, impl Future<Output = Outcome> + use<>), ApiError> {
        self.count(caller)?;
        let id = ComposeId::new();
        let user = caller.user.id;
        let by = caller.by().to_string();
        let shown = Shown::of(by.clone(), &filling.data);
        let data = serde_json::to_string(&filling.data).map_err(ApiError::internal)?;
        let inline = data.len() <= self.settings.inline_max;
        let (kept, data) = match inline {
            // A page may ask for what it has been offered.
            true => (Bytes::from(data.clone()), Some(data)),
            false => (Bytes::from(data), None),
        };
        self.payloads.keep(id, user, kept, inline)?;
        let offer = Offer { id, user, by, data };
        let timing = Timing {
            offer_stagger: self.settings.offer_stagger,
            deadline: self.settings.deadline,
        };
        let (live, answered) = Live::new(offer, timing, wait);
        let opening = Arc::new(Opening {
            live,
            made_by: caller.key(),
            share_password: filling.share_password,
            shown,
        });
        self.live.insert(id, opening.clone());
        if self.stopping.is_cancelled() {
            opening.live.event(Event::Stopped, |_| {});
        }
        let composes = self.clone();
        let offering = async move {
            let outcome = match call {
                Some(call) => composes.wait_calling(id, &opening, answered, call).await,
                None => composes.wait(id, &opening, answered).await,
            };
            composes.live.remove(&id);
            drop(place);
            if !matches!(outcome, Outcome::Opened(_)) {
                composes.payloads.drop_one(id);
            }
            outcome
        };
        Ok((id, offering))
    }

    fn count(&self, caller: &Caller) -> Result<(), ApiError> {
        let limit = self.settings.per_minute;
        if limit == 0 {
            return Ok(());
        }
        self.rate
            .count((caller.key(), caller.user.id), limit)
            .map_err(|seconds| {
                ApiError::too_many(
                    format!("More than {limit} composes a minute, try again in {seconds} seconds"),
                    seconds,
                )
                .limit(Limit::ComposesPerMinute)
            })
    }

    async fn wait(
        &self,
        id: ComposeId,
        opening: &Arc<Opening>,
        mut answered: oneshot::Receiver<Outcome>,
    ) -> Outcome {
        let user = opening.live.user();
        // Subscribe first, then read: nobody who comes in between is missed.
        let mut changes = self.roster.subscribe(user);
        let read = || {
            let view = self.roster.view(user);
            opening.live.presence(&view, self.settings.pulse, |winner| {
                self.won(id, opening, winner)
            });
        };
        loop {
            read();
            loop {
                tokio::select! {
                    biased;
                    outcome = &mut answered => return outcome.unwrap_or(Outcome::Interrupted),
                    () = changes.changed() => break,
                    () = opening.live.alarm() => {
                        // Focus moves and pages turn dormant without a notice.
                        read();
                        opening.live.event(Event::Timer, |winner| self.won(id, opening, winner));
                    }
                }
            }
        }
    }

    /// A session has confirmed: the record is there before the caller has its answer or the page says more.
    fn won(&self, id: ComposeId, opening: &Opening, winner: &Arc<crate::presence::SessionRecord>) {
        self.payloads.opened(id);
        self.records.add(Record::opened(
            id,
            opening.live.user(),
            opening.made_by.clone(),
            opening.share_password.clone(),
            opening.shown.clone(),
            winner.id,
        ));
        self.live.remove(&id);
    }

    /// Writes records and removes what is old, until the task is dropped.
    pub async fn housekeeping(self: Arc<Self>) {
        let prune = async {
            loop {
                tokio::time::sleep(PRUNE).await;
                self.payloads.prune();
                if let Err(cause) = self.requests.prune().await {
                    tracing::warn!(%cause, "old answers not removed");
                }
            }
        };
        tokio::join!(self.records.write_behind(), prune);
    }

    /// Ends every wait and takes its offers back, while the sessions are still there: callers are to ask again after
    /// the restart, and no window of an interrupted compose is to stay until then.
    pub fn stop(&self) {
        self.stopping.cancel();
        let openings: Vec<_> = self
            .live
            .iter()
            .map(|entry| entry.value().clone())
            .collect();
        for opening in openings {
            opening.live.event(Event::Stopped, |_| {});
        }
    }

    /// Writes what is not written yet, at the end of the process.
    pub async fn flush(&self) {
        self.records.write().await;
    }

    /// Requests that wait for a page.
    pub fn waiting(&self) -> usize {
        self.waiting.taken()
    }

    /// Composes on their way, records in memory, and bytes of payloads: what must come down again after a storm.
    pub fn load(&self) -> (usize, usize, usize) {
        (self.live.len(), self.records.held(), self.payloads.bytes())
    }
}

/// For `Retry-After`: not before the time is over.
fn whole_seconds(time: Duration) -> u64 {
    time.as_millis()
        .div_ceil(1000)
        .try_into()
        .unwrap_or(u64::MAX)
}
