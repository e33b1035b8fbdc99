//! Copies of sent mail that could not be filed at once. Each mailbox has a line of its own, worked off one after the
//! other, with growing pauses while the mailbox does not take them; a dead one holds up nobody else's.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use uuid::Uuid;

use super::copies::{Copies, NotFiled};
use super::place::SentPlace;
use super::spool::{Entry, Spool, State};
use crate::ids::AccountId;
use crate::mailbox::imap::Owner;

/// The pause before the second attempt; it doubles.
const FIRST_PAUSE: Duration = Duration::from_secs(15);
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);
/// The disk of this machine is asked more often, as nothing has to be spared.
const LONGEST_LOCAL: Duration = Duration::from_secs(60);
/// The pause while nobody knows the password, which may be known only for a short while.
const UNKNOWN_PAUSE: Duration = Duration::from_secs(30);
/// Lines that are worked off at a time: of one account, which is one server, and of all.
const AT_ONCE_OF_ACCOUNT: usize = 4;
const AT_ONCE: usize = 32;

/// Whose copies wait for each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Line {
    Local,
    Imap(Owner),
}

impl Line {
    fn of(entry: &Entry) -> Self {
        let place = entry.envelope.sent.as_ref();
        place
            .and_then(SentPlace::on_server)
            .map_or(Self::Local, |(owner, _)| Self::Imap(owner))
    }

    fn account(self) -> Option<AccountId> {
        match self {
            Self::Local => None,
            Self::Imap(owner) => Some(owner.account),
        }
    }
}

/// Names of what waits; the rest is on the disk.
type Waiting = VecDeque<(State, Uuid)>;

struct Queue {
    waiting: Waiting,
    /// Rounds that ended without any success.
    failed: u32,
    due: Instant,
    busy: bool,
    /// The last attempt failed for a reason that concerned the whole mailbox.
    dead: bool,
}

/// All lines.
pub(super) struct Late {
    copies: Arc<Copies>,
    spool: Spool,
    queues: Mutex<HashMap<Line, Queue>>,
    /// Something may be due earlier than it was.
    changed: Notify,
}

impl Late {
    pub(super) fn new(copies: Arc<Copies>, spool: Spool) -> Self {
        Self {
            copies,
            spool,
            queues: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// Notes a copy that was tried a moment ago; `dead`: what failed concerns the whole mailbox.
    pub(super) fn add(&self, entry: &Entry, dead: bool) {
        self.put(entry, Instant::now() + FIRST_PAUSE, dead);
    }

    /// Notes a copy that an earlier process left behind.
    pub(super) fn add_left(&self, entry: &Entry) {
        self.put(entry, Instant::now(), false);
        self.changed.notify_one();
    }

    fn put(&self, entry: &Entry, due: Instant, dead: bool) {
        let mut queues = self.lock();
        let queue = queues.entry(Line::of(entry)).or_insert_with(|| Queue {
            waiting: Waiting::new(),
            failed: 0,
            due,
            busy: false,
            dead,
        });
        queue.waiting.push_back((entry.state(), entry.envelope.id));
    }

    /// A mailbox has just taken something: what waited because it took nothing is tried at once.
    pub(super) fn works(&self, entry: &Entry) {
        let line = Line::of(entry);
        if let Some(queue) = self.lock().get_mut(&line)
            && queue.dead
        {
            queue.dead = false;
            queue.due = Instant::now();
            self.changed.notify_one();
        }
    }

    /// Waits until something may be due.
    pub(super) async fn wait(&self) {
        self.changed.notified().await;
    }

    /// The lines that are due and may be worked off now. Each is the caller's until its [`Round`] is dropped.
    pub(super) fn take_due(self: &Arc<Self>) -> Vec<Round> {
        let now = Instant::now();
        let mut queues = self.lock();
        let busy: Vec<Line> = queues
            .iter()
            .filter(|(_, queue)| queue.busy)
            .map(|(line, _)| *line)
            .collect();
        let mut all = busy.len();
        let mut of_account: HashMap<AccountId, usize> = HashMap::new();
        for account in busy.iter().filter_map(|line| line.account()) {
            *of_account.entry(account).or_default() += 1;
        }
        let mut rounds = Vec::new();
        for (line, queue) in queues.iter_mut() {
            let mut own = line
                .account()
                .map(|account| of_account.entry(account).or_default());
            let is_crowded =
                all >= AT_ONCE || own.as_ref().is_some_and(|own| **own >= AT_ONCE_OF_ACCOUNT);
            if queue.busy || queue.due > now || is_crowded {
                continue;
            }
            queue.busy = true;
            all += 1;
            if let Some(own) = &mut own {
                **own += 1;
            }
            rounds.push(Round {
                late: self.clone(),
                line: *line,
                waiting: std::mem::take(&mut queue.waiting),
                failed: Waiting::new(),
                any_filed: false,
                is_done: false,
                dead: false,
                pause: None,
            });
        }
        rounds
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Line, Queue>> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One walk along a line. Dropped, also in the middle, it puts back what is left.
pub(super) struct Round {
    late: Arc<Late>,
    line: Line,
    waiting: Waiting,
    failed: Waiting,
    any_filed: bool,
    /// All of it has been tried.
    is_done: bool,
    /// The mailbox takes nothing.
    dead: bool,
    /// Other than the usual one.
    pause: Option<Duration>,
}

impl Round {
    /// Tries each copy once, until the mailbox turns out to take none.
    pub(super) async fn walk(mut self) {
        while let Some((state, id)) = self.waiting.front().copied() {
            let read = self.late.spool.entry(state, id);
            let Some(entry) = read.await else {
                self.waiting.pop_front();
                continue;
            };
            let (_, filed) = self.late.copies.file_late(entry).await;
            self.waiting.pop_front();
            match filed {
                Ok(()) => {
                    self.any_filed = true;
                    tracing::info!(mail = %id, "the copy of a sent mail is filed after all");
                }
                Err(error) => {
                    // That may go on for days, and nothing is wrong.
                    if !matches!(error, NotFiled::NoAccess) {
                        tracing::warn!(mail = %id, reason = error.logged(), "the copy of a sent mail is still not filed");
                    }
                    self.failed.push_back((state, id));
                    if matches!(error, NotFiled::NoAccess) {
                        self.pause = Some(UNKNOWN_PAUSE);
                    }
                    if error.is_of_all() {
                        self.dead = true;
                        return;
                    }
                }
            }
        }
        self.is_done = true;
    }
}

impl Drop for Round {
    fn drop(&mut self) {
        let mut queues = self.late.lock();
        if let Some(queue) = queues.get_mut(&self.line) {
            // What has not been tried comes first; what came meanwhile was tried before that.
            let came = std::mem::take(&mut queue.waiting);
            queue.waiting = std::mem::take(&mut self.waiting);
            let all_filed = self.failed.is_empty();
            queue.waiting.append(&mut self.failed);
            queue.waiting.extend(came);
            queue.busy = false;
            queue.dead = self.dead;
            queue.failed = if self.any_filed { 0 } else { queue.failed + 1 };
            let pause = match self.pause {
                // What came meanwhile need not wait for a mailbox that takes everything.
                _ if self.is_done && all_filed => Duration::ZERO,
                Some(pause) => pause,
                None => pause(self.line, queue.failed),
            };
            queue.due = Instant::now() + pause;
            if queue.waiting.is_empty() {
                queues.remove(&self.line);
            }
        }
        // There is room for another line.
        self.late.changed.notify_one();
    }
}

fn pause(line: Line, failed: u32) -> Duration {
    let longest = match line {
        Line::Local => LONGEST_LOCAL,
        Line::Imap(_) => LONGEST_PAUSE,
    };
    let doubled = 1_u32 << failed.min(16);
    FIRST_PAUSE.saturating_mul(doubled).min(longest)
}

#[cfg(test)]
impl Late {
    /// How many copies wait.
    pub(super) fn count(&self) -> usize {
        self.lock().values().map(|queue| queue.waiting.len()).sum()
    }

    /// Makes everything due.
    pub(super) fn hurry_all(&self) {
        let now = Instant::now();
        self.lock().values_mut().for_each(|queue| queue.due = now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::UserId;

    #[test]
    fn pauses_grow_up_to_an_hour() {
        let owner = Owner {
            account: AccountId(1),
            user: UserId(5),
        };
        let seconds = |failed| pause(Line::Imap(owner), failed).as_secs();
        assert_eq!(
            [0, 1, 2, 7, 8, 100].map(seconds),
            [15, 30, 60, 1920, 3600, 3600]
        );
        assert_eq!(pause(Line::Local, 9).as_secs(), 60);
    }
}
