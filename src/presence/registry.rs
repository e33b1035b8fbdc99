//! The registry actor: the only one that writes to the roster. It also watches over liveness, because a browser that
//! stops reading freezes its own session actor, timers included.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use tokio::sync::Mutex;

use super::news::{News, TELL};
use super::roster::Back;
use super::{Close, PresenceSettings, Roster, SessionRecord, clock, rows};
use crate::auth::Credential;
use crate::ids::{SessionId, UserId};
use crate::store::changes::Change;
use crate::store::{Store, StoreError, time};
use crate::telemetry::limits::{Limit, Limits};

/// How often the users that are online are written down for the next start.
const WRITE: Duration = Duration::from_secs(1);
/// Sessions are looked at every quarter of a heartbeat, within these bounds: a credential that ends by itself closes
/// its sockets within a second.
const SWEEP_LEAST: Duration = Duration::from_millis(10);
const SWEEP_MOST: Duration = Duration::from_millis(500);
/// How long a session that was told to close may take; then its connection is cut. A peer that does not read hears of
/// nothing, and a stop would wait for it.
const CLOSING: Duration = Duration::from_secs(5);
/// Arrivals that may wait for their turn without asking again and again.
const MAILBOX: usize = 1024;
/// When the server stops, the first session comes back after this time …
const BACK_FIRST: u64 = 500;
/// … then a thousand a second, but all of them within these bounds: a page must be back before its user counts as
/// offline at the next process.
const BACK_LEAST: u64 = 1000;
const BACK_MOST: u64 = 10_000;

/// A session of this process.
struct Held {
    record: Arc<SessionRecord>,
    /// When it gets its next ping, on [`clock`].
    ping_at: u64,
}

/// A session that was told to close.
struct Closing {
    record: Arc<SessionRecord>,
    /// When its connection is cut, on [`clock`].
    cut_at: u64,
}

/// Knows every session of this process.
pub struct Registry {
    settings: PresenceSettings,
    roster: Arc<Roster>,
    store: Store,
    limits: Arc<Limits>,
    sessions: HashMap<SessionId, Held>,
    /// Sessions that are none any more, whose connections still end.
    closing: HashMap<SessionId, Closing>,
    news: News,
    telling: bool,
    /// Users that changed since the table was written.
    unwritten: HashSet<UserId>,
    /// Users that are being written.
    in_writing: Vec<UserId>,
    /// Held by who writes: an earlier word never follows a later one.
    writing: Arc<Mutex<()>>,
    /// Sessions so far, from which the moments of their pings are spread.
    joined: u64,
    last_sweep: u64,
    /// Silence is counted from here at the earliest: see [`Registry::sweep`].
    awake_since: u64,
    stopping: bool,
}

impl Registry {
    /// Starts the registry on a thread of its own. Users that were online when the process last ran count as coming
    /// back.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn launch(
        settings: PresenceSettings,
        roster: Arc<Roster>,
        store: Store,
        limits: Arc<Limits>,
    ) -> Result<Addr<Self>, StoreError> {
        let before = rows::online(&store).await?;
        before.iter().for_each(|user| roster.expect(*user));
        let mut registry = Self::new(settings, roster, store, limits);
        // Looked at again after the grace: whoever did not come back leaves the table.
        registry.unwritten.extend(before);
        Ok(Self::start_in_arbiter(&Arbiter::new().handle(), |_| {
            registry
        }))
    }

    fn new(
        settings: PresenceSettings,
        roster: Arc<Roster>,
        store: Store,
        limits: Arc<Limits>,
    ) -> Self {
        let now = clock::now();
        Self {
            news: News::new(settings.everyone_visible, settings.queue),
            settings,
            roster,
            store,
            limits,
            sessions: HashMap::new(),
            closing: HashMap::new(),
            telling: false,
            unwritten: HashSet::new(),
            in_writing: Vec::new(),
            writing: Arc::default(),
            joined: 0,
            last_sweep: now,
            awake_since: now,
            stopping: false,
        }
    }

    /// Takes a session in. One too many ends another one.
    fn add(&mut self, session: &Arc<SessionRecord>) {
        let held = Held {
            record: session.clone(),
            ping_at: clock::now() + self.first_ping(),
        };
        // First in, then out: nobody is to see a user go who has only opened one page more.
        self.sessions.insert(session.id, held);
        if self.roster.join(session.clone()) > self.settings.sessions_per_user {
            let mut others = self.roster.view(session.user.id).sessions;
            others.retain(|other| other.id != session.id);
            if others.len() >= self.settings.sessions_per_user {
                self.end_worst(&others);
            }
        }
        self.mark(session);
    }

    /// How long after its start a session gets its first ping: within a heartbeat, and each at another moment, so that
    /// thousands that came at once do not get theirs at once for ever after.
    fn first_ping(&mut self) -> u64 {
        self.joined = self.joined.wrapping_add(1);
        // Multiples of the golden ratio, without their whole part, lie evenly.
        let part = self.joined.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        let heartbeat = clock::millis(self.settings.heartbeat);
        1 + ((u128::from(heartbeat) * u128::from(part)) >> 32) as u64
    }

    /// Takes a session out and remembers to tell of it.
    fn remove(&mut self, session: &Arc<SessionRecord>, back: Back) {
        if self.sessions.remove(&session.id).is_some() {
            self.news.unwatch(session.id);
            self.roster.leave(session.user.id, session.id, back);
            self.mark(session);
        }
    }

    /// Ends a session: it is none from now on, whatever its connection does.
    fn end(&mut self, session: &Arc<SessionRecord>, why: Close, back: Back) {
        session.close(why);
        self.remove(session, back);
        self.see_off(session);
    }

    /// Sees to it that the connection of a session that was told to close does end.
    fn see_off(&mut self, session: &Arc<SessionRecord>) {
        let closing = Closing {
            record: session.clone(),
            cut_at: clock::now() + clock::millis(CLOSING),
        };
        self.closing.insert(session.id, closing);
    }

    /// Looks at every session: who is silent, whose credential has ended, who gets a ping.
    fn sweep(&mut self, now: u64) {
        let heartbeat = clock::millis(self.settings.heartbeat);
        if now.saturating_sub(self.last_sweep) > heartbeat / 2 + clock::millis(SWEEP_MOST) {
            // The process itself has stood still. What the peers sent in the meantime is still to be read, and nobody
            // got pings: they have two heartbeats from now.
            self.awake_since = now;
            self.sessions
                .values_mut()
                .for_each(|held| held.ping_at = now);
        }
        self.last_sweep = now;
        let awake = Duration::from_millis(now.saturating_sub(self.awake_since));
        let limit = 2 * self.settings.heartbeat;
        let wall = time::now();
        let (mut silent, mut ended, mut full) = (Vec::new(), Vec::new(), Vec::new());
        for held in self.sessions.values_mut() {
            let session = &held.record;
            if session.is_ended() {
                full.push(session.clone());
            } else if session.silence(now).min(awake) > limit {
                silent.push(session.clone());
            } else if session.until.is_some_and(|until| until <= wall) {
                ended.push(session.clone());
            } else if held.ping_at <= now {
                held.ping_at = (held.ping_at + heartbeat).max(now + 1);
                session.ping();
            }
        }
        for session in silent {
            session.abort();
            self.remove(&session, Back::Expected);
        }
        for session in ended {
            self.end(&session, Close::SignedOut, Back::No);
        }
        for session in full {
            // Whoever found its queue full has told it to close.
            self.remove(&session, Back::Expected);
            self.see_off(&session);
        }
        self.closing.retain(|_, closing| {
            let over = closing.cut_at <= now;
            if over {
                closing.record.abort();
            }
            !over
        });
        self.roster.prune_all();
    }

    /// Ends one of a user's sessions: of the dormant ones the longest, else the longest idle.
    fn end_worst(&mut self, sessions: &[Arc<SessionRecord>]) {
        let now = clock::now();
        let worst = sessions.iter().min_by_key(|session| {
            let dormant = session.dormant_since(now, self.settings.pulse);
            (
                dormant.is_none(),
                dormant.unwrap_or_else(|| session.last_active()),
            )
        });
        if let Some(worst) = worst {
            self.limits.reached(Limit::SessionsPerUser);
            self.end(worst, Close::TooMany, Back::No);
        }
    }

    fn mark(&mut self, session: &SessionRecord) {
        self.news.changed(session, &self.roster);
        self.unwritten.insert(session.user.id);
    }

    /// Tells watchers soon, unless that is under way already.
    fn tell_soon(&mut self, ctx: &mut Context<Self>) {
        if self.telling || !self.news.are_waiting() {
            return;
        }
        self.telling = true;
        ctx.run_later(TELL, |registry, ctx| {
            registry.news.tell(&registry.roster);
            registry.telling = false;
            registry.tell_soon(ctx);
        });
    }

    /// Writes down who is online, so that the next process expects them back.
    fn write(&mut self, ctx: &mut Context<Self>) {
        if self.stopping || self.unwritten.is_empty() {
            return;
        }
        let Ok(turn) = self.writing.clone().try_lock_owned() else {
            return;
        };
        let (online, offline) = self.take_unwritten();
        if online.is_empty() && offline.is_empty() {
            return;
        }
        self.in_writing = [online.clone(), offline.clone()].concat();
        let store = self.store.clone();
        let write = async move {
            let written = rows::write(&store, online, offline).await;
            drop(turn);
            written
        };
        ctx.spawn(write.into_actor(self).map(|written, registry, _| {
            let users = std::mem::take(&mut registry.in_writing);
            if let Err(cause) = written {
                tracing::warn!(%cause, "users online not written down, trying again");
                registry.unwritten.extend(users);
            }
        }));
    }

    /// Whom the table has to gain and to lose. Users who may come back stay as they are, and are looked at again; when
    /// the process ends, they may come back to the next one.
    fn take_unwritten(&mut self) -> (Vec<UserId>, Vec<UserId>) {
        let mut keep = HashSet::new();
        let (mut online, mut offline) = (Vec::new(), Vec::new());
        for user in self.unwritten.drain() {
            let view = self.roster.view(user);
            let returns = view.returning_until.is_some();
            if !view.sessions.is_empty() || returns && self.stopping {
                online.push(user);
            } else if returns {
                keep.insert(user);
            } else {
                offline.push(user);
            }
        }
        self.unwritten = keep;
        (online, offline)
    }

    /// When each of so many sessions comes back after a stop, in milliseconds.
    fn spread(&self, count: usize) -> impl Iterator<Item = u64> + use<> {
        let grace = clock::millis(self.settings.resume_grace);
        let last = (grace / 4 * 3).clamp(BACK_LEAST, BACK_MOST);
        let count = count as u64;
        let spread = (BACK_LEAST + count).min(last - BACK_FIRST.min(last));
        (0..count).map(move |number| BACK_FIRST + number * spread / count)
    }
}

impl Actor for Registry {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
        let often = (self.settings.heartbeat / 4).clamp(SWEEP_LEAST, SWEEP_MOST);
        ctx.run_interval(often, |registry, ctx| {
            registry.sweep(clock::now());
            registry.tell_soon(ctx);
        });
        ctx.run_interval(WRITE, |registry, ctx| registry.write(ctx));
    }
}

/// A session has connected. Answered after it stands in the roster; false: the server stops, takes no more, and
/// has told it when to come back.
#[derive(Message)]
#[rtype(result = "bool")]
pub struct Join(pub Arc<SessionRecord>);

impl Handler<Join> for Registry {
    type Result = bool;

    fn handle(&mut self, Join(session): Join, ctx: &mut Self::Context) -> bool {
        if self.stopping {
            // Too late to be spread with the others: somewhere among them.
            self.joined = self.joined.wrapping_add(1);
            let others = usize::try_from(BACK_LEAST).unwrap_or(1);
            let after = self.spread(others).nth(self.joined as usize % others);
            let after = Duration::from_millis(after.unwrap_or(BACK_FIRST));
            session.close(Close::Shutdown(after));
            self.see_off(&session);
            return false;
        }
        self.add(&session);
        self.tell_soon(ctx);
        true
    }
}

/// A session's connection has ended.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Leave(pub SessionId);

impl Handler<Leave> for Registry {
    type Result = ();

    fn handle(&mut self, Leave(id): Leave, ctx: &mut Self::Context) {
        self.closing.remove(&id);
        let Some(held) = self.sessions.get(&id) else {
            return;
        };
        self.remove(&held.record.clone(), Back::Expected);
        self.tell_soon(ctx);
    }
}

/// A session wants to hear who comes and goes, or no more.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Watch(pub SessionId, pub bool);

impl Handler<Watch> for Registry {
    type Result = ();

    fn handle(&mut self, Watch(id, wanted): Watch, _: &mut Self::Context) {
        match self.sessions.get(&id) {
            Some(held) if wanted => self.news.watch(&held.record),
            _ => self.news.unwatch(id),
        }
    }
}

/// Something in the database changed: the sessions whose credential it ends are closed.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Ended(pub Change);

fn ends(change: &Change, session: &SessionRecord) -> bool {
    match (change, &session.credential) {
        (Change::Gone(user), _) => session.user.id == *user,
        (Change::Password(user, _), Credential::Password) => session.user.id == *user,
        (Change::Password(user, except), Credential::WebSession { id }) => {
            session.user.id == *user && except.as_ref() != Some(id)
        }
        (Change::Token(token), Credential::Token { id, .. }) => token == id,
        (Change::WebSession(ended), Credential::WebSession { id }) => ended == id,
        _ => false,
    }
}

impl Handler<Ended> for Registry {
    type Result = ();

    fn handle(&mut self, Ended(change): Ended, ctx: &mut Self::Context) {
        let ended: Vec<_> = match &change {
            Change::Gone(user) | Change::Password(user, _) => {
                let mut own = self.roster.view(*user).sessions;
                own.retain(|session| ends(&change, session));
                own
            }
            Change::Token(_) | Change::WebSession(_) => {
                let held = self.sessions.values().map(|held| &held.record);
                held.filter(|session| ends(&change, session))
                    .cloned()
                    .collect()
            }
            Change::User(_) | Change::Identities | Change::Share(_) => return,
        };
        for session in ended {
            self.end(&session, Close::SignedOut, Back::No);
        }
        self.tell_soon(ctx);
    }
}

/// The server stops: every session is told when to come back, each at another moment. Answered after their users are
/// written down for the next start.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Shutdown;

impl Handler<Shutdown> for Registry {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, _: Shutdown, _: &mut Self::Context) -> Self::Result {
        self.stopping = true;
        // Once more what is being written just now: that may fail.
        self.unwritten.extend(self.in_writing.drain(..));
        let (online, offline) = self.take_unwritten();
        let sessions: Vec<_> = self
            .sessions
            .values()
            .map(|held| held.record.clone())
            .collect();
        for (session, after) in sessions.iter().zip(self.spread(sessions.len())) {
            let close = Close::Shutdown(Duration::from_millis(after));
            self.end(session, close, Back::Expected);
        }
        self.news.clear();
        let (store, writing) = (self.store.clone(), self.writing.clone());
        Box::pin(async move {
            let _turn = writing.lock().await;
            if let Err(cause) = rows::write(&store, online, offline).await {
                tracing::warn!(%cause, "users online not written down");
            }
        })
    }
}

/// How many sessions there are.
#[derive(Message)]
#[rtype(result = "usize")]
pub struct Count;

impl Handler<Count> for Registry {
    type Result = usize;

    fn handle(&mut self, _: Count, _: &mut Self::Context) -> usize {
        self.sessions.len()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::atomic::Ordering::Relaxed;

    use tempfile::TempDir;
    use tokio::runtime::Handle;

    use super::*;
    use crate::presence::record::fake::session;

    async fn registry(directory: &TempDir) -> Registry {
        let file = directory.path().join("db");
        let store = Store::open(&file, Handle::current()).await.unwrap();
        let settings = PresenceSettings {
            heartbeat: Duration::from_secs(30),
            pulse: Duration::from_secs(60),
            resume_grace: Duration::from_secs(10),
            sessions_per_user: 3,
            queue: 64,
            everyone_visible: false,
        };
        let roster = Arc::new(Roster::new(settings.resume_grace));
        Registry::new(settings, roster, store, Arc::default())
    }

    #[tokio::test]
    async fn sessions_that_came_at_once_get_their_pings_one_after_another() {
        let directory = TempDir::new().unwrap();
        let mut registry = registry(&directory).await;
        let sessions: Vec<_> = (0..1200).map(|user| session(user, 0)).collect();
        for (session, _) in &sessions {
            registry.add(session);
        }
        let start = clock::now();
        let mut at_once = BTreeMap::new();
        let mut pings = 0;
        for sweep in 1..=180 {
            // Everybody answers at once.
            sessions.iter().for_each(|(session, _)| session.heard());
            registry.awake_since = start + sweep * 500;
            registry.sweep(start + sweep * 500);
            let so_far = sessions.iter().map(|(_, taken)| taken.pings.load(Relaxed));
            let so_far: usize = so_far.sum();
            at_once.insert(so_far - pings, sweep);
            pings = so_far;
        }
        // Three heartbeats of sixty sweeps: each session got three, each sweep sent a sixtieth.
        let each =
            |(_, taken): &(_, Arc<crate::presence::record::fake::Taken>)| taken.pings.load(Relaxed);
        assert!(sessions.iter().all(|session| each(session) == 3));
        let most = at_once.last_key_value().unwrap();
        assert!(*most.0 <= 40, "{at_once:?}");
    }

    #[tokio::test]
    async fn who_could_not_be_heard_while_the_process_stood_still_is_not_silent() {
        let directory = TempDir::new().unwrap();
        let mut registry = registry(&directory).await;
        let (session, taken) = session(1, 0);
        registry.add(&session);
        let start = clock::now();
        registry.sweep(start + 500);
        registry.sweep(start + 3_600_000);
        assert_eq!(registry.sessions.len(), 1);
        assert_eq!(taken.pings.load(Relaxed), 1, "asked at once");
        let mut later = start + 3_600_000;
        while registry.sessions.len() == 1 {
            later += 500;
            assert!(later < start + 3_670_000, "silent for ever");
            registry.sweep(later);
        }
        assert!(later > start + 3_660_000, "two heartbeats from then");
        assert!(taken.cut.load(Relaxed));
    }

    #[tokio::test]
    async fn a_session_that_does_not_end_when_told_is_cut() {
        let directory = TempDir::new().unwrap();
        let mut registry = registry(&directory).await;
        let sessions: Vec<_> = (0..4).map(|_| session(1, 0)).collect();
        for (session, _) in &sessions {
            registry.add(session);
        }
        let now = clock::now();
        let told = |(_, taken): &&(_, Arc<crate::presence::record::fake::Taken>)| {
            taken.closed.load(Relaxed)
        };
        let (_, taken) = sessions.iter().find(told).expect("one is too many");
        assert_eq!(registry.sessions.len(), 3);
        registry.sweep(now + 4_000);
        assert!(!taken.cut.load(Relaxed));
        registry.sweep(now + 6_000);
        assert!(taken.cut.load(Relaxed) && registry.closing.is_empty());
        // So is one whose queue was full.
        let (full, taken) = sessions.iter().find(|one| !told(one)).unwrap();
        assert!(full.push("frame".to_owned()).is_err());
        let user = full.user.id;
        assert_eq!(registry.roster.view(user).sessions.len(), 2);
        registry.sweep(now + 6_500);
        assert_eq!(registry.sessions.len(), 2);
        registry.sweep(now + 12_500);
        assert!(taken.cut.load(Relaxed));
    }

    #[tokio::test]
    async fn a_user_whose_last_session_is_full_comes_back() {
        let directory = TempDir::new().unwrap();
        let mut registry = registry(&directory).await;
        let (session, _) = session(1, 0);
        registry.add(&session);
        let user = session.user.id;
        assert!(session.push("frame".to_owned()).is_err());
        for _ in 0..2 {
            let view = registry.roster.view(user);
            assert!(view.sessions.is_empty());
            assert!(
                view.returning_until
                    .is_some_and(|until| until > clock::now())
            );
            // The same before and after the registry has seen it.
            registry.sweep(clock::now());
        }
        assert!(registry.sessions.is_empty());
    }

    #[tokio::test]
    async fn whoever_may_come_back_at_the_end_is_expected_by_the_next_process() {
        let directory = TempDir::new().unwrap();
        let mut registry = registry(&directory).await;
        let sessions: Vec<_> = (1..=3).map(|user| session(user, 0).0).collect();
        for session in &sessions {
            registry.add(session);
        }
        registry.remove(&sessions[1], Back::Expected);
        registry.remove(&sessions[2], Back::No);
        registry.stopping = true;
        let (mut online, offline) = registry.take_unwritten();
        online.sort_unstable();
        assert_eq!(online, [UserId(1), UserId(2)]);
        assert_eq!(offline, [UserId(3)]);
        rows::write(&registry.store, online.clone(), offline)
            .await
            .unwrap();
        assert_eq!(rows::online(&registry.store).await.unwrap(), online);
    }

    #[tokio::test]
    async fn after_a_stop_everybody_is_back_within_the_grace() {
        let directory = TempDir::new().unwrap();
        let mut registry = registry(&directory).await;
        for (count, last) in [(1, 500), (1500, 3_000), (100_000, 7_500)] {
            let moments: Vec<_> = registry.spread(count).collect();
            assert_eq!(moments.len(), count);
            assert!(moments.is_sorted() && moments[0] == BACK_FIRST);
            assert!(
                moments[count - 1] <= last,
                "{count}: {}",
                moments[count - 1]
            );
        }
        let moments: Vec<_> = registry.spread(1500).collect();
        assert!(moments.windows(2).all(|two| two[0] < two[1]));
        registry.settings.resume_grace = Duration::ZERO;
        assert!(registry.spread(1000).all(|moment| moment <= 1_000));
    }
}
