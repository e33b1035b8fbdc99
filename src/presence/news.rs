//! What watchers are told: who is there now.
//!
//! A change is a number and a user; a watcher is how far it has been told. Nobody's news wait in a list of their own,
//! and many changes of one user are one frame with how things are when it goes out. A watcher that has no room now is
//! told later: only a session that no ping gets through to is closed.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::{Roster, SessionRecord};
use crate::ids::{SessionId, UserId};

/// How often watchers are told.
pub const TELL: Duration = Duration::from_millis(50);
/// Frames to all watchers together per [`TELL`]: a storm of arrivals costs composes nothing, news come later.
const FRAMES: usize = 2000;
/// Frames to one watcher per [`TELL`], where its queue is long enough: the rest of it is for offers.
const FRAMES_EACH: usize = 16;

struct Watcher {
    record: Arc<SessionRecord>,
    /// The first change that it has not heard of.
    next: u64,
}

/// Watchers, and what they have not heard yet.
pub struct News {
    everyone_visible: bool,
    each: usize,
    watchers: HashMap<SessionId, Watcher>,
    /// Watchers of everybody, the one furthest behind first.
    behind: BTreeSet<(u64, SessionId)>,
    /// Watchers of only their own user that have not heard of the last change.
    own: HashSet<SessionId>,
    /// The last change of each user that some watcher has not heard of.
    changes: BTreeMap<u64, (UserId, String)>,
    last: HashMap<UserId, u64>,
    next: u64,
}

impl News {
    /// `queue`: frames that wait for one session at most.
    pub fn new(everyone_visible: bool, queue: usize) -> Self {
        Self {
            everyone_visible,
            each: (queue / 4).clamp(1, FRAMES_EACH),
            watchers: HashMap::new(),
            behind: BTreeSet::new(),
            own: HashSet::new(),
            changes: BTreeMap::new(),
            last: HashMap::new(),
            next: 0,
        }
    }

    fn sees_all(&self, session: &SessionRecord) -> bool {
        self.everyone_visible || session.sees_all
    }

    /// A session hears of what changes from now on.
    pub fn watch(&mut self, session: &Arc<SessionRecord>) {
        if self.watchers.contains_key(&session.id) {
            return;
        }
        if self.sees_all(session) {
            self.behind.insert((self.next, session.id));
        }
        let watcher = Watcher {
            record: session.clone(),
            next: self.next,
        };
        self.watchers.insert(session.id, watcher);
    }

    /// A session hears no more.
    pub fn unwatch(&mut self, id: SessionId) {
        if let Some(watcher) = self.watchers.remove(&id) {
            self.behind.remove(&(watcher.next, id));
            self.own.remove(&id);
            self.forget_told();
        }
    }

    pub fn clear(&mut self) {
        self.watchers.clear();
        self.behind.clear();
        self.own.clear();
        self.forget_told();
    }

    /// A session of this user has come or gone.
    pub fn changed(&mut self, session: &SessionRecord, roster: &Roster) {
        if self.watchers.is_empty() {
            return;
        }
        let user = session.user.id;
        if !self.behind.is_empty() {
            if let Some(before) = self.last.insert(user, self.next) {
                self.changes.remove(&before);
            }
            let login = session.user.login.clone();
            self.changes.insert(self.next, (user, login));
            self.next += 1;
        }
        if !self.everyone_visible {
            let own = roster.view(user).sessions.into_iter();
            let watching = own.filter(|own| !own.sees_all && self.watchers.contains_key(&own.id));
            self.own.extend(watching.map(|own| own.id));
        }
    }

    /// Whether somebody has not heard of something.
    pub fn are_waiting(&self) -> bool {
        !self.own.is_empty() || !self.changes.is_empty()
    }

    /// Tells as much as there is room for now.
    pub fn tell(&mut self, roster: &Roster) {
        self.tell_own(roster);
        let mut frames = HashMap::new();
        let mut budget = FRAMES;
        let mut told = Vec::new();
        while budget > 0
            && let Some((next, id)) = self.behind.pop_first()
        {
            let Some(watcher) = self.watchers.get_mut(&id) else {
                continue;
            };
            for (number, (user, login)) in self.changes.range(next..).take(self.each.min(budget)) {
                budget -= 1;
                let frame = frames
                    .entry(*user)
                    .or_insert_with(|| frame(roster, *user, login));
                if watcher.record.push_if_room(frame.clone()).is_err() {
                    break;
                }
                watcher.next = number + 1;
            }
            told.push((watcher.next, id));
            if next >= self.next {
                // Nobody else is further behind.
                break;
            }
        }
        self.behind.extend(told);
        self.forget_told();
    }

    fn tell_own(&mut self, roster: &Roster) {
        self.own.retain(|id| {
            let Some(Watcher { record, .. }) = self.watchers.get(id) else {
                return false;
            };
            let frame = frame(roster, record.user.id, &record.user.login);
            record.push_if_room(frame).is_err()
        });
    }

    /// Forgets the changes that everybody has heard of.
    fn forget_told(&mut self) {
        let first = self.behind.first().map_or(self.next, |(next, _)| *next);
        while let Some(change) = self.changes.first_entry() {
            if *change.key() >= first {
                break;
            }
            let (user, _) = change.remove();
            self.last.remove(&user);
        }
    }
}

fn frame(roster: &Roster, user: UserId, login: &str) -> String {
    let sessions = roster.view(user).sessions.len();
    json!({
        "type": "presence",
        "user": {"id": user, "login": login},
        "online": sessions > 0,
        "sessions": sessions,
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presence::record::fake::{Taken, session};

    /// What a watcher has been told, as (user, sessions).
    fn told(taken: &Taken) -> Vec<(i64, i64)> {
        let frames = taken.take();
        frames
            .iter()
            .map(|frame| serde_json::from_str::<serde_json::Value>(frame).unwrap())
            .map(|frame| {
                let number = |value: &serde_json::Value| value.as_i64().unwrap();
                (number(&frame["user"]["id"]), number(&frame["sessions"]))
            })
            .collect()
    }

    fn join(news: &mut News, roster: &Roster, user: i32) -> Arc<SessionRecord> {
        let (joined, _) = session(user, 0);
        roster.join(joined.clone());
        news.changed(&joined, roster);
        joined
    }

    #[test]
    fn a_watcher_without_room_is_told_later_and_how_things_are_then() {
        let roster = Roster::new(Duration::ZERO);
        let mut news = News::new(true, 64);
        let (watcher, taken) = session(1, 3);
        news.watch(&watcher);
        for user in 2..=6 {
            join(&mut news, &roster, user);
        }
        news.tell(&roster);
        assert_eq!(told(&taken), [(2, 1), (3, 1), (4, 1)]);
        assert!(!watcher.is_ended() && news.are_waiting());
        // Two changes of one user are one frame.
        join(&mut news, &roster, 5);
        join(&mut news, &roster, 5);
        news.tell(&roster);
        assert_eq!(told(&taken), [(6, 1), (5, 3)]);
        assert!(!news.are_waiting());
        assert!(news.changes.is_empty() && news.last.is_empty());
    }

    #[test]
    fn a_storm_is_told_in_portions_and_a_stuck_watcher_holds_up_nobody() {
        let roster = Roster::new(Duration::ZERO);
        let mut news = News::new(true, 64);
        let (stuck, _) = session(1, 0);
        let watchers: Vec<_> = (0..300).map(|_| session(1, 1000)).collect();
        news.watch(&stuck);
        watchers.iter().for_each(|(watcher, _)| news.watch(watcher));
        for user in 2..=101 {
            join(&mut news, &roster, user);
        }
        let mut heard = vec![0; watchers.len()];
        let mut rounds = 0;
        while heard.iter().any(|heard| *heard < 100) {
            rounds += 1;
            assert!(rounds < 50, "{heard:?}");
            news.tell(&roster);
            let mut frames = 0;
            for ((_, taken), heard) in watchers.iter().zip(&mut heard) {
                let portion = told(taken).len();
                assert!(portion <= FRAMES_EACH);
                frames += portion;
                *heard += portion;
            }
            assert!(frames <= FRAMES);
        }
        assert!(heard.iter().all(|heard| *heard == 100));
        // What it has not heard is kept, once a user, until it goes.
        assert_eq!(news.changes.len(), 100);
        news.unwatch(stuck.id);
        assert!(news.changes.is_empty() && !news.are_waiting());
    }

    #[test]
    fn who_sees_only_himself_hears_only_of_himself() {
        let roster = Roster::new(Duration::ZERO);
        let mut news = News::new(false, 64);
        let (watcher, taken) = session(1, 10);
        roster.join(watcher.clone());
        news.watch(&watcher);
        join(&mut news, &roster, 2);
        assert!(!news.are_waiting());
        join(&mut news, &roster, 1);
        join(&mut news, &roster, 1);
        news.tell(&roster);
        assert_eq!(told(&taken), [(1, 3)]);
        assert!(!news.are_waiting());
    }
}
