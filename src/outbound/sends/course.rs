//! The course of one send: held, sending, over. Whoever may undo it, hurry it or look at it does so here.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::http::error::ApiError;
use crate::ids::{SendId, UserId};
use crate::outbound::error::SendError;
use crate::outbound::sent::Sent;
use crate::store::time;

/// Which send of whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub user: UserId,
    pub id: SendId,
}

/// Where a send stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It can be undone.
    Held,
    /// A server is getting it, or will in a moment.
    Sending,
    /// A server has taken it.
    Sent,
    /// It was not sent.
    Failed,
    /// It was not sent, as the sender wanted.
    Undone,
    /// Nobody knows whether a server has taken it.
    InDoubt,
}

impl State {
    /// As answers call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Undone => "undone",
            Self::InDoubt => "in doubt",
        }
    }
}

/// What is known of a send.
#[derive(Clone, Debug)]
pub struct Facts {
    pub state: State,
    /// While it is held: when that ends, in milliseconds since 1970. `None` as long as the message is being built.
    pub undo_until: Option<i64>,
    /// Bytes of the message, once it is built.
    pub bytes: Option<u64>,
    /// Of a mail that is out, or may be.
    pub message_id: Option<String>,
    /// What the request was answered, and when.
    pub answer: Option<(Result<Sent, ApiError>, Instant)>,
}

impl Facts {
    fn new(state: State) -> Self {
        Self {
            state,
            undo_until: None,
            bytes: None,
            message_id: None,
            answer: None,
        }
    }
}

/// One send on its way.
pub struct Course {
    named: Option<Named>,
    facts: watch::Sender<Facts>,
    /// Bytes of the message that the connection to the server has taken.
    handed_over: AtomicU64,
    hold: Duration,
    stopping: CancellationToken,
}

/// Of a send that nobody can ask about.
impl Default for Course {
    fn default() -> Self {
        Self {
            named: None,
            facts: watch::Sender::new(Facts::new(State::Sending)),
            handed_over: AtomicU64::new(0),
            hold: Duration::ZERO,
            stopping: CancellationToken::new(),
        }
    }
}

impl Course {
    /// Of a send with a name, held for `hold` unless that is nothing, or until `stopping`.
    pub(super) fn new(named: Named, hold: Duration, stopping: CancellationToken) -> Self {
        let state = if hold.is_zero() {
            State::Sending
        } else {
            State::Held
        };
        Self {
            named: Some(named),
            facts: watch::Sender::new(Facts::new(state)),
            hold,
            stopping,
            ..Self::default()
        }
    }

    /// What the send is called, if it has a name.
    #[must_use]
    pub fn named(&self) -> Option<Named> {
        self.named
    }

    /// What is known now.
    #[must_use]
    pub fn facts(&self) -> Facts {
        self.facts.borrow().clone()
    }

    /// Hears of every change from now on.
    #[must_use]
    pub fn follow(&self) -> watch::Receiver<Facts> {
        self.facts.subscribe()
    }

    /// Bytes of the message that the connection to the server has taken so far.
    #[must_use]
    pub fn handed_over(&self) -> u64 {
        self.handed_over.load(Relaxed)
    }

    /// The connection to the server has taken so many bytes of the message.
    pub(in crate::outbound) fn hand_over(&self, bytes: u64) {
        self.handed_over.store(bytes, Relaxed);
    }

    /// The message is built and has `size` bytes: waits until the time is over in which it can be undone.
    ///
    /// # Errors
    /// `Undone`.
    pub(in crate::outbound) async fn hold(&self, size: u64) -> Result<(), SendError> {
        let mut follow = self.follow();
        self.facts.send_modify(|facts| {
            facts.bytes = Some(size);
            if facts.state == State::Held {
                let hold = i64::try_from(self.hold.as_millis()).unwrap_or(i64::MAX);
                facts.undo_until = Some(time::now().saturating_add(hold));
            }
        });
        tokio::select! {
            _ = follow.wait_for(|facts| facts.state != State::Held) => {}
            () = tokio::time::sleep(self.hold) => {}
            () = self.stopping.cancelled() => {}
        }
        match self.release(State::Sending) {
            State::Undone => Err(SendError::Undone),
            _ => Ok(()),
        }
    }

    /// Ends the hold, and tells the state that there is now: another one than `to` if it was no longer held.
    pub(super) fn release(&self, to: State) -> State {
        let mut now = to;
        self.facts.send_if_modified(|facts| {
            let held = facts.state == State::Held;
            if held {
                facts.state = to;
                facts.undo_until = None;
            }
            now = facts.state;
            held
        });
        now
    }

    /// The server has got the message and did not say what became of it.
    pub(in crate::outbound) fn doubt(&self, message_id: &str) {
        self.facts
            .send_modify(|facts| facts.message_id = Some(message_id.to_owned()));
    }

    /// The request has its answer.
    pub(super) fn end(&self, answer: Result<Sent, ApiError>) {
        self.facts.send_modify(|facts| {
            facts.state = match (&answer, facts.state) {
                (Ok(_), _) => State::Sent,
                (Err(_), State::Undone) => State::Undone,
                (Err(_), _) if facts.message_id.is_some() => State::InDoubt,
                (Err(_), _) => State::Failed,
            };
            facts.undo_until = None;
            if let Ok(sent) = &answer {
                facts.message_id = Some(sent.message_id.clone());
            }
            facts.answer = Some((answer, Instant::now()));
        });
    }

    /// Waits for the answer.
    pub(super) async fn ended(&self) -> Result<Sent, ApiError> {
        let mut follow = self.follow();
        let ended = follow.wait_for(|facts| facts.answer.is_some()).await;
        let answer = ended.ok().and_then(|facts| facts.answer.clone());
        answer.map_or_else(|| Err(SendError::Stopped.into()), |(answer, _)| answer)
    }
}
