//! What pages say about their windows.

use std::sync::Arc;
use std::time::Duration;

use super::Composes;
use super::coordinator::Event;
use super::records::{Record, State};
use crate::ids::{ComposeId, SessionId, UserId};
use crate::presence::SessionRecord;
use crate::session::{PageEvents, wire};
use crate::store::time;

/// A page that reloads is back before the end of its old connection has been noticed: only after so long is its window
/// taken for a second one.
const RELOAD: Duration = Duration::from_millis(500);

/// Whether a page may claim a window without having been offered one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Claim {
    /// It shows the window since before its connection broke. What nobody knows is not its fault.
    Attach,
    /// It says that it has just opened the window. What nobody knows is an offer that is over.
    Ack,
}

impl Composes {
    /// Sorts out a window that a page shows although no offer of it is open.
    async fn claim(&self, session: &Arc<SessionRecord>, id: ComposeId, claim: Claim) {
        let record = match self.records.find(id).await {
            Ok(record) => record,
            Err(cause) => {
                tracing::warn!(%cause, "a window's record cannot be read");
                return;
            }
        };
        let over = claim == Claim::Ack || (record.is_none() && self.was_never_opened(id));
        let Some(record) = record.filter(|record| record.user == session.user.id) else {
            if over {
                withdraw(session, id);
            }
            return;
        };
        if self.try_hold(session, &record) {
            return;
        }
        if !record.facts().state.is_final() {
            tokio::time::sleep(RELOAD).await;
            if self.try_hold(session, &record) {
                return;
            }
        }
        withdraw(session, id);
    }

    /// Of a compose without a record: whether its caller was told that nobody has it. Made by an earlier process, or
    /// too old to have a record, it may have been confirmed.
    fn was_never_opened(&self, id: ComposeId) -> bool {
        let keep = i64::try_from(self.settings.keep.as_millis()).unwrap_or(i64::MAX);
        id.made_at()
            .is_some_and(|made| made >= self.started && time::now() < made.saturating_add(keep))
    }

    /// Gives the window to the session, unless it is finished or another session that is there has it.
    fn try_hold(&self, session: &Arc<SessionRecord>, record: &Arc<Record>) -> bool {
        let facts = record.facts();
        if facts.state.is_final() {
            return false;
        }
        match facts.holder {
            Some(holder) if holder == session.id => true,
            Some(holder) if self.is_there(record.user, holder) => false,
            _ => {
                self.records
                    .change(record, |facts| facts.holder = Some(session.id));
                true
            }
        }
    }

    /// Runs `work` for a frame of a user that may need the database, if there is a place for it.
    fn look_up<F>(self: Arc<Self>, user: UserId, work: impl FnOnce(Arc<Self>) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let Some(place) = self.look_ups.place(user) else {
            return;
        };
        let runtime = self.store.runtime().clone();
        let work = work(self);
        runtime.spawn(async move {
            work.await;
            drop(place);
        });
    }

    fn finish(&self, session: &Arc<SessionRecord>, record: &Arc<Record>) {
        if record.user != session.user.id || record.facts().sending > 0 {
            return;
        }
        self.payloads.drop_one(record.id);
        self.records.change(record, |facts| {
            if !facts.state.is_final() {
                facts.state = State::Discarded;
                facts.finished_at = Some(time::now());
            }
        });
    }

    fn note_seen(&self, session: &Arc<SessionRecord>, record: &Arc<Record>) {
        if record.user != session.user.id {
            return;
        }
        self.records.change(record, |facts| {
            if facts.state == State::Opened {
                facts.state = State::Seen;
                facts.seen_at = Some(time::now());
            }
        });
    }

    /// Whether the window of the record is this session's as far as anybody knows.
    fn holds(&self, session: &SessionRecord, record: &Record) -> bool {
        match record.facts().holder {
            Some(holder) if holder != session.id => !self.is_there(record.user, holder),
            _ => true,
        }
    }

    fn is_there(&self, user: UserId, session: SessionId) -> bool {
        let view = self.roster.view(user);
        view.sessions.iter().any(|other| other.id == session)
    }

    /// Does something with a record, unless another session has its window: at once when it is in memory.
    fn with_record(
        self: Arc<Self>,
        session: &Arc<SessionRecord>,
        id: ComposeId,
        act: fn(&Self, &Arc<SessionRecord>, &Arc<Record>),
    ) {
        if let Some(record) = self.records.in_memory(id)
            && self.holds(session, &record)
        {
            return act(&self, session, &record);
        }
        let session = session.clone();
        self.look_up(session.user.id, |composes| async move {
            let Ok(Some(record)) = composes.records.find(id).await else {
                return;
            };
            if !composes.holds(&session, &record) {
                tokio::time::sleep(RELOAD).await;
            }
            if composes.holds(&session, &record) {
                act(&composes, &session, &record);
            }
        });
    }
}

fn withdraw(session: &Arc<SessionRecord>, id: ComposeId) {
    // A session that does not take it is closed.
    let _ = session.push(wire::withdraw(id));
}

/// The face that sessions see: it can hand itself to tasks.
pub struct Pages(pub Arc<Composes>);

impl Pages {
    /// Tells the compose on its way, if there is one and it is this user's.
    fn tell_live(&self, session: &Arc<SessionRecord>, id: ComposeId, event: Event) -> bool {
        let Some(opening) = self.0.live.get(&id).map(|opening| opening.clone()) else {
            return false;
        };
        if opening.live.user() != session.user.id {
            return true;
        }
        opening.live.know(session);
        opening
            .live
            .event(event, |winner| self.0.won(id, &opening, winner));
        true
    }
}

impl PageEvents for Pages {
    fn attached(&self, session: &Arc<SessionRecord>, windows: &[ComposeId]) {
        let left: Vec<_> = windows
            .iter()
            .filter(|id| !self.tell_live(session, **id, Event::Attached(session.id)))
            .copied()
            .collect();
        if left.is_empty() {
            return;
        }
        let session = session.clone();
        self.0
            .clone()
            .look_up(session.user.id, |composes| async move {
                let claims = left
                    .into_iter()
                    .map(|id| composes.claim(&session, id, Claim::Attach));
                futures_util::future::join_all(claims).await;
            });
    }

    fn opened(&self, session: &Arc<SessionRecord>, id: ComposeId) {
        if self.tell_live(session, id, Event::Opened(session.id)) {
            return;
        }
        let holds = |record: Arc<Record>| record.facts().holder == Some(session.id);
        if self.0.records.in_memory(id).is_some_and(holds) {
            return;
        }
        let session = session.clone();
        self.0
            .clone()
            .look_up(session.user.id, |composes| async move {
                composes.claim(&session, id, Claim::Ack).await;
            });
    }

    fn refused(&self, session: &Arc<SessionRecord>, id: ComposeId) {
        self.tell_live(session, id, Event::Refused(session.id));
    }

    fn seen(&self, session: &Arc<SessionRecord>, id: ComposeId) {
        self.0.clone().with_record(session, id, Composes::note_seen);
    }

    fn discarded(&self, session: &Arc<SessionRecord>, id: ComposeId) {
        self.0.clone().with_record(session, id, Composes::finish);
    }
}
