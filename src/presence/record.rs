//! The shared record of one browser session.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use super::clock;
use crate::auth::{Caller, Credential, User};
use crate::ids::SessionId;

/// What goes to a session.
#[derive(Clone, Debug)]
pub enum Push {
    /// One frame of the protocol.
    Frame(String),
    /// A WebSocket ping.
    Ping,
    /// The last thing that it gets.
    Close(Close),
}

/// Why the server ends a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Close {
    /// Its credential ended.
    SignedOut,
    /// The user has a session too many.
    TooMany,
    /// It does not take its frames.
    Overflow,
    /// The server stops; the page comes back after this time.
    Shutdown(Duration),
}

/// A session did not take what was pushed: its queue is full, or it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotTaken;

/// The way to one session, made by whoever holds its connection. Never waits.
pub trait Outlet: Send + Sync {
    /// Queues something for the session.
    ///
    /// # Errors
    /// [`NotTaken`].
    fn push(&self, push: Push) -> Result<(), NotTaken>;

    /// Cuts the connection, also when the session does not run any more.
    fn abort(&self);
}

/// One session: written by its actor, read by everybody.
pub struct SessionRecord {
    pub id: SessionId,
    pub user: Arc<User>,
    pub credential: Credential,
    /// When the credential ends by itself, in milliseconds since 1970.
    pub until: Option<i64>,
    /// May see all users online.
    pub sees_all: bool,
    outlet: Box<dyn Outlet>,
    /// When the network last brought anything.
    heard: AtomicU64,
    /// When the page itself last sent a frame: a frozen page still answers pings.
    page: AtomicU64,
    /// Only a page that pulses can miss pulses.
    pulses: AtomicBool,
    active: AtomicU64,
    focused: AtomicBool,
    visible: AtomicBool,
    /// Set when it is to get nothing more, before the registry has removed it.
    ended: AtomicBool,
}

impl SessionRecord {
    /// A session of `caller` that has just connected, which counts as activity.
    pub fn new(id: SessionId, caller: &Caller, outlet: Box<dyn Outlet>) -> Self {
        let now = clock::now();
        Self {
            id,
            user: caller.user.clone(),
            credential: caller.credential.clone(),
            until: caller.until,
            sees_all: caller.is_admin(),
            outlet,
            heard: AtomicU64::new(now),
            page: AtomicU64::new(now),
            pulses: AtomicBool::new(false),
            active: AtomicU64::new(now),
            focused: AtomicBool::new(false),
            visible: AtomicBool::new(false),
            ended: AtomicBool::new(false),
        }
    }

    /// Queues a frame. A session that does not take it is closed: it costs no memory and delays nobody.
    ///
    /// # Errors
    /// [`NotTaken`].
    pub fn push(&self, frame: String) -> Result<(), NotTaken> {
        if self.is_ended() {
            return Err(NotTaken);
        }
        self.outlet
            .push(Push::Frame(frame))
            .inspect_err(|_| self.close(Close::Overflow))
    }

    /// Queues a frame if there is room: for what can as well be said later.
    pub(super) fn push_if_room(&self, frame: String) -> Result<(), NotTaken> {
        if self.is_ended() {
            return Err(NotTaken);
        }
        self.outlet.push(Push::Frame(frame))
    }

    pub(super) fn ping(&self) {
        if self.outlet.push(Push::Ping).is_err() {
            self.close(Close::Overflow);
        }
    }

    /// Ends the session, politely if it listens.
    pub fn close(&self, why: Close) {
        self.ended.store(true, Relaxed);
        if self.outlet.push(Push::Close(why)).is_err() {
            self.outlet.abort();
        }
    }

    pub(super) fn abort(&self) {
        self.ended.store(true, Relaxed);
        self.outlet.abort();
    }

    /// True when nothing more goes to it.
    pub fn is_ended(&self) -> bool {
        self.ended.load(Relaxed)
    }

    /// The network brought something.
    pub fn heard(&self) {
        self.heard.store(clock::now(), Relaxed);
    }

    /// The page sent a frame.
    pub fn page_heard(&self) {
        let now = clock::now();
        self.heard.store(now, Relaxed);
        self.page.store(now, Relaxed);
    }

    /// The person touched the page.
    pub fn touched(&self) {
        self.active.store(clock::now(), Relaxed);
    }

    /// The page's own sign of life.
    pub fn pulsed(&self, focused: bool, visible: bool) {
        self.pulses.store(true, Relaxed);
        self.focused.store(focused, Relaxed);
        self.visible.store(visible, Relaxed);
    }

    pub fn is_focused(&self) -> bool {
        self.focused.load(Relaxed)
    }

    pub fn is_visible(&self) -> bool {
        self.visible.load(Relaxed)
    }

    /// When the person last touched the page, on [`clock`].
    pub fn last_active(&self) -> u64 {
        self.active.load(Relaxed)
    }

    /// How long nothing at all came from the network.
    pub(super) fn silence(&self, now: u64) -> Duration {
        Duration::from_millis(now.saturating_sub(self.heard.load(Relaxed)))
    }

    /// The page has missed two pulses: it may be frozen.
    pub fn is_dormant(&self, now: u64, pulse: Duration) -> bool {
        self.dormant_since(now, pulse).is_some()
    }

    /// Since when the page has shown no life, if it has missed two pulses.
    pub(super) fn dormant_since(&self, now: u64, pulse: Duration) -> Option<u64> {
        let page = self.page.load(Relaxed);
        let missed = now.saturating_sub(page) > 2 * clock::millis(pulse);
        (self.pulses.load(Relaxed) && missed).then_some(page)
    }
}

/// Sessions without a connection.
#[cfg(test)]
pub(super) mod fake {
    use std::sync::atomic::AtomicUsize;
    use std::sync::{Mutex, PoisonError};

    use super::*;
    use crate::ids::{NodeId, UserId};

    /// What a session was given.
    #[derive(Default)]
    pub struct Taken {
        frames: Mutex<Vec<String>>,
        pub pings: AtomicUsize,
        pub closed: AtomicBool,
        pub cut: AtomicBool,
    }

    impl Taken {
        /// The frames since the last call: there is room again.
        pub fn take(&self) -> Vec<String> {
            let mut frames = self.frames.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut frames)
        }
    }

    struct Queue {
        taken: Arc<Taken>,
        room: usize,
    }

    impl Outlet for Queue {
        fn push(&self, push: Push) -> Result<(), NotTaken> {
            match push {
                Push::Ping => {
                    self.taken.pings.fetch_add(1, Relaxed);
                }
                Push::Close(_) => self.taken.closed.store(true, Relaxed),
                Push::Frame(frame) => {
                    let frames = self.taken.frames.lock();
                    let mut frames = frames.unwrap_or_else(PoisonError::into_inner);
                    if frames.len() >= self.room {
                        return Err(NotTaken);
                    }
                    frames.push(frame);
                }
            }
            Ok(())
        }

        fn abort(&self) {
            self.taken.cut.store(true, Relaxed);
        }
    }

    /// A session of a user that takes so many frames before somebody looks at them.
    pub fn session(user: i32, room: usize) -> (Arc<SessionRecord>, Arc<Taken>) {
        let taken = Arc::new(Taken::default());
        let outlet = Queue {
            taken: taken.clone(),
            room,
        };
        let caller = Caller::of_test(UserId(user));
        let id = SessionId::new(NodeId::default());
        let record = SessionRecord::new(id, &caller, Box::new(outlet));
        (Arc::new(record), taken)
    }
}
