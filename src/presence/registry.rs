//! The registry actor: the only one that writes to the roster. It also watches over liveness, because a browser that
//! stops reading freezes its own session actor, timers included.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, TransactionTrait};
use serde_json::json;

use super::{Close, PresenceSettings, Roster, SessionRecord, clock, rows};
use crate::auth::Credential;
use crate::ids::{SessionId, UserId};
use crate::store::changes::Change;
use crate::store::{Store, StoreError, time};
use crate::telemetry::limits::{Limit, Limits};

/// Watchers hear of a change after at most this long; many changes of one user in it are one frame.
const TELL: Duration = Duration::from_millis(50);
/// Users told of per [`TELL`]: what a watcher's queue takes.
const TELL_AT_ONCE: usize = 16;
/// How often the users that are online are written down for the next start.
const WRITE: Duration = Duration::from_secs(1);
/// Sessions are looked at every quarter of a heartbeat, within these bounds: a credential that ends by itself closes
/// its sockets within a second.
const SWEEP_LEAST: Duration = Duration::from_millis(10);
const SWEEP_MOST: Duration = Duration::from_millis(500);

/// Knows every session of this process.
pub struct Registry {
    settings: PresenceSettings,
    roster: Arc<Roster>,
    store: Store,
    limits: Arc<Limits>,
    sessions: HashMap<SessionId, Arc<SessionRecord>>,
    watchers: HashMap<SessionId, Arc<SessionRecord>>,
    /// Users that changed since watchers were told.
    changed: HashMap<UserId, String>,
    telling: bool,
    /// Users that changed since the table was written.
    unwritten: HashSet<UserId>,
    writing: bool,
    last_ping: u64,
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
        let before = store
            .read(|db| async move { rows::Entity::find().all(&db).await })
            .await?;
        let mut unwritten = HashSet::new();
        for row in before {
            roster.expect(UserId(row.user_id), settings.resume_grace);
            // Looked at again after the grace: whoever did not come back leaves the table.
            unwritten.insert(UserId(row.user_id));
        }
        let registry = Self {
            settings,
            roster,
            store,
            limits,
            sessions: HashMap::new(),
            watchers: HashMap::new(),
            changed: HashMap::new(),
            telling: false,
            unwritten,
            writing: false,
            last_ping: clock::now(),
            stopping: false,
        };
        Ok(Self::start_in_arbiter(&Arbiter::new().handle(), |_| {
            registry
        }))
    }

    fn remove(&mut self, id: SessionId, grace: Duration) {
        let Some(session) = self.sessions.remove(&id) else {
            return;
        };
        self.watchers.remove(&id);
        self.roster.leave(session.user.id, id, grace);
    }

    fn sweep(&mut self) {
        let now = clock::now();
        let wall = time::now();
        let limit = 2 * self.settings.heartbeat;
        let (mut silent, mut ended) = (Vec::new(), Vec::new());
        for session in self.sessions.values() {
            if session.silence(now) > limit {
                silent.push(session.clone());
            } else if session.until.is_some_and(|until| until <= wall) {
                ended.push(session.clone());
            }
        }
        for session in silent {
            session.abort();
            self.forget(&session, self.settings.resume_grace);
        }
        for session in ended {
            session.close(Close::SignedOut);
            self.forget(&session, Duration::ZERO);
        }
        if now - self.last_ping >= clock::millis(self.settings.heartbeat) {
            self.last_ping = now;
            self.sessions.values().for_each(|session| session.ping());
        }
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
            worst.close(Close::TooMany);
            self.remove(worst.id, Duration::ZERO);
        }
    }

    /// Removes a session and remembers to tell of it.
    fn forget(&mut self, session: &Arc<SessionRecord>, grace: Duration) {
        self.remove(session.id, grace);
        self.mark(session);
    }

    fn mark(&mut self, session: &Arc<SessionRecord>) {
        self.changed
            .insert(session.user.id, session.user.login.clone());
        self.unwritten.insert(session.user.id);
    }

    fn tell(&mut self) {
        let users: Vec<_> = self.changed.keys().take(TELL_AT_ONCE).copied().collect();
        for user in users {
            let Some(login) = self.changed.remove(&user) else {
                continue;
            };
            let sessions = self.roster.view(user).sessions.len();
            let frame = json!({
                "type": "presence",
                "user": {"id": user, "login": login},
                "online": sessions > 0,
                "sessions": sessions,
            })
            .to_string();
            for watcher in self.watchers.values() {
                if self.settings.everyone_visible || watcher.sees_all || watcher.user.id == user {
                    // One that does not take it is closed; nobody waits for it.
                    let _ = watcher.push(frame.clone());
                }
            }
        }
    }

    /// Tells soon, unless that is under way already.
    fn tell_soon(&mut self, ctx: &mut Context<Self>) {
        if self.telling || self.changed.is_empty() {
            return;
        }
        if self.watchers.is_empty() {
            self.changed.clear();
            return;
        }
        self.telling = true;
        ctx.run_later(TELL, |registry, ctx| {
            registry.tell();
            registry.telling = false;
            registry.tell_soon(ctx);
        });
    }

    /// Writes down who is online, so that the next process expects them back.
    fn write(&mut self, ctx: &mut Context<Self>) {
        if self.writing || self.stopping || self.unwritten.is_empty() {
            return;
        }
        let (online, offline) = self.take_unwritten();
        if online.is_empty() && offline.is_empty() {
            return;
        }
        self.writing = true;
        ctx.spawn(
            write(self.store.clone(), online, offline)
                .into_actor(self)
                .map(|(), registry, _| registry.writing = false),
        );
    }

    /// Whom the table has to gain and to lose. Users who may come back stay as they are, and are looked at again.
    fn take_unwritten(&mut self) -> (Vec<UserId>, Vec<i32>) {
        let mut keep = HashSet::new();
        let (mut online, mut offline) = (Vec::new(), Vec::new());
        for user in self.unwritten.drain() {
            let view = self.roster.view(user);
            if !view.sessions.is_empty() {
                online.push(user);
            } else if view.returning_until.is_some() {
                keep.insert(user);
            } else {
                offline.push(user.0);
            }
        }
        self.unwritten = keep;
        (online, offline)
    }
}

async fn write(store: Store, online: Vec<UserId>, offline: Vec<i32>) {
    let written = store
        .read(move |db| async move { write_rows(&db, online, offline).await })
        .await;
    if let Err(cause) = written {
        tracing::warn!(%cause, "users online not written down");
    }
}

async fn write_rows(
    db: &DatabaseConnection,
    online: Vec<UserId>,
    offline: Vec<i32>,
) -> Result<(), DbErr> {
    let transaction = db.begin().await?;
    for part in offline.chunks(500) {
        rows::Entity::delete_many()
            .filter(rows::Column::UserId.is_in(part.iter().copied()))
            .exec(&transaction)
            .await?;
    }
    for part in online.chunks(500) {
        let rows = part.iter().map(|user| rows::ActiveModel {
            user_id: Set(user.0),
        });
        rows::Entity::insert_many(rows)
            .on_conflict_do_nothing()
            .exec(&transaction)
            .await?;
    }
    transaction.commit().await
}

impl Actor for Registry {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        let often = (self.settings.heartbeat / 4).clamp(SWEEP_LEAST, SWEEP_MOST);
        ctx.run_interval(often, |registry, ctx| {
            registry.sweep();
            registry.tell_soon(ctx);
        });
        ctx.run_interval(WRITE, |registry, ctx| registry.write(ctx));
    }
}

/// A session has connected. Answered after it stands in the roster; false: the server stops and takes no more.
#[derive(Message)]
#[rtype(result = "bool")]
pub struct Join(pub Arc<SessionRecord>);

impl Handler<Join> for Registry {
    type Result = bool;

    fn handle(&mut self, Join(session): Join, ctx: &mut Self::Context) -> bool {
        if self.stopping {
            return false;
        }
        let others = self.roster.view(session.user.id).sessions;
        // First in, then out: nobody is to see a user go who has only opened one page more.
        self.sessions.insert(session.id, session.clone());
        self.roster.join(session.clone());
        if others.len() >= self.settings.sessions_per_user {
            self.end_worst(&others);
        }
        self.mark(&session);
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
        let Some(session) = self.sessions.get(&id).cloned() else {
            return;
        };
        self.forget(&session, self.settings.resume_grace);
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
            Some(session) if wanted => {
                self.watchers.insert(id, session.clone());
            }
            _ => {
                self.watchers.remove(&id);
            }
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
        let ended: Vec<_> = self
            .sessions
            .values()
            .filter(|session| ends(&change, session))
            .cloned()
            .collect();
        for session in ended {
            session.close(Close::SignedOut);
            self.forget(&session, Duration::ZERO);
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
        let (online, offline) = self.take_unwritten();
        let count = self.sessions.len() as u64;
        // A thousand a second, but all within ten seconds.
        let spread = (1000 + count).min(10_000);
        for (number, (_, session)) in self.sessions.drain().enumerate() {
            let after = 500 + number as u64 * spread / count;
            session.close(Close::Shutdown(Duration::from_millis(after)));
            self.roster
                .leave(session.user.id, session.id, self.settings.resume_grace);
        }
        self.watchers.clear();
        Box::pin(write(self.store.clone(), online, offline))
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
