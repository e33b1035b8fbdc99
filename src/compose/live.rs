//! One compose on its way: the coordinator, and the sessions that it may be offered to.
//!
//! Events come from session actors and from the task that waits for the answer, on whatever thread they happen; each
//! is handled at once under one short lock, so that there is no queue between a page's `ack` and the caller's answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};

use super::coordinator::{Action, Candidate, Coordinator, Event, Outcome, Presence, Tick, Timing};
use crate::ids::{ComposeId, SessionId, UserId};
use crate::presence::roster::View;
use crate::presence::{SessionRecord, clock};
use crate::session::wire;
use crate::store::time::rfc3339;

/// What a page is offered, but for the moment when the offer ends.
pub struct Offer {
    pub id: ComposeId,
    pub user: UserId,
    /// Who opens the window, as JSON.
    pub by: String,
    /// What the window is filled with, as JSON; or nothing, when the page is to fetch it.
    pub data: Option<String>,
}

impl Offer {
    fn frame(&self, expires: Tick) -> String {
        let (id, by) = (self.id, &self.by);
        let expires = rfc3339(clock::wall(expires.0));
        match &self.data {
            Some(data) => {
                format!(
                    r#"{{"type":"compose","id":"{id}","expires":"{expires}","by":{by},"data":{data}}}"#
                )
            }
            None => {
                let href = format!("/mail/compose/{id}/payload");
                format!(
                    r#"{{"type":"compose","id":"{id}","expires":"{expires}","by":{by},"href":"{href}"}}"#
                )
            }
        }
    }
}

struct Inner {
    coordinator: Coordinator,
    /// Sessions of the user that were there at some time during this compose.
    sessions: HashMap<SessionId, Arc<SessionRecord>>,
    alarm: Option<Tick>,
    answer: Option<oneshot::Sender<Outcome>>,
}

/// One compose that has no answer yet.
pub struct Live {
    offer: Offer,
    inner: Mutex<Inner>,
    /// Rung when the alarm was set anew.
    rearmed: Notify,
}

impl Live {
    /// A compose to be offered, and where its answer arrives.
    pub fn new(
        offer: Offer,
        timing: Timing,
        wait: Option<Duration>,
    ) -> (Self, oneshot::Receiver<Outcome>) {
        let wait_until = wait.map(|wait| Tick(clock::now()) + wait);
        let (answer, answered) = oneshot::channel();
        let inner = Inner {
            coordinator: Coordinator::new(timing, wait_until),
            sessions: HashMap::new(),
            alarm: None,
            answer: Some(answer),
        };
        let live = Self {
            offer,
            inner: Mutex::new(inner),
            rearmed: Notify::new(),
        };
        (live, answered)
    }

    /// The user whom it is for.
    pub fn user(&self) -> UserId {
        self.offer.user
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in who is there now. `pulse` tells which of them are dormant.
    pub fn presence(&self, view: &View, pulse: Duration, won: impl FnMut(&Arc<SessionRecord>)) {
        let now = clock::now();
        let mut inner = self.lock();
        let there = |id: &SessionId| view.sessions.iter().any(|session| session.id == *id);
        let left: Vec<_> = inner
            .sessions
            .keys()
            .filter(|id| !there(id))
            .copied()
            .collect();
        for session in &view.sessions {
            inner.sessions.insert(session.id, session.clone());
        }
        let mut events: Vec<_> = left.into_iter().map(Event::Gone).collect();
        events.push(Event::Presence(presence(view, now, pulse)));
        self.handle(inner, events, won);
    }

    /// Takes in what a page said, or that time has passed. `won` is called for the session that wins, before the
    /// caller has its answer.
    pub fn event(&self, event: Event, won: impl FnMut(&Arc<SessionRecord>)) {
        self.handle(self.lock(), vec![event], won);
    }

    /// A page that has just joined speaks before the waiting task has read presence anew.
    pub fn know(&self, session: &Arc<SessionRecord>) {
        self.lock().sessions.insert(session.id, session.clone());
    }

    fn handle(
        &self,
        mut inner: MutexGuard<'_, Inner>,
        mut events: Vec<Event>,
        mut won: impl FnMut(&Arc<SessionRecord>),
    ) {
        while let Some(event) = (!events.is_empty()).then(|| events.remove(0)) {
            for action in inner.coordinator.handle(Tick(clock::now()), event) {
                match action {
                    Action::Offer(session) => {
                        if !self.send(&inner, session) {
                            events.push(Event::Full(session));
                        }
                    }
                    Action::Withdraw(session) => {
                        if let Some(session) = inner.sessions.get(&session) {
                            // A session that does not take it is closed, and its window with it.
                            let _ = session.push(wire::withdraw(self.offer.id));
                        }
                    }
                    Action::WakeAt(at) => {
                        inner.alarm = Some(at);
                        self.rearmed.notify_one();
                    }
                    Action::Answer(outcome) => {
                        if let Outcome::Opened(session) = outcome
                            && let Some(session) = inner.sessions.get(&session)
                        {
                            won(session);
                        }
                        if let Some(answer) = inner.answer.take() {
                            // The task that waits is the last to go.
                            let _ = answer.send(outcome);
                        }
                    }
                }
            }
        }
    }

    fn send(&self, inner: &Inner, session: SessionId) -> bool {
        let Some(expires) = inner.coordinator.deadline() else {
            return false;
        };
        let frame = self.offer.frame(expires);
        inner
            .sessions
            .get(&session)
            .is_some_and(|session| session.push(frame).is_ok())
    }

    /// Waits for the alarm, following it when it is set anew.
    pub async fn alarm(&self) {
        loop {
            let alarm = self.lock().alarm;
            let rung = async {
                match alarm {
                    Some(at) => tokio::time::sleep_until(clock::instant(at.0).into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = rung => {
                    self.lock().alarm = None;
                    return;
                }
                () = self.rearmed.notified() => {}
            }
        }
    }
}

fn presence(view: &View, now: u64, pulse: Duration) -> Presence {
    let candidates = view
        .sessions
        .iter()
        .map(|session| Candidate {
            session: session.id,
            focused: session.is_focused(),
            visible: session.is_visible(),
            idle: Duration::from_millis(now.saturating_sub(session.last_active())),
            dormant: session.is_dormant(now, pulse),
        })
        .collect();
    Presence {
        candidates,
        returning_until: view.returning_until.map(Tick),
    }
}
