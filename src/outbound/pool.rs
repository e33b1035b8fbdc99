//! Connections to the SMTP servers of one account: a real cap on those that are open, whoever's login they are for;
//! idle ones reused, by the same login, without asking the server first whether they still live.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use dashmap::DashMap;
use futures_util::future::join_all;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::fingerprint::{Fingerprint, FingerprintKey};
use super::smtp::{CLOSING, Connection, Fault};
use crate::ids::AccountId;
use crate::net::login::Login;
use crate::net::server::Server;
use crate::net::tls::Tls;

/// How long a connection may wait for its next mail.
pub(super) const IDLE_TIME: Duration = Duration::from_secs(60);
/// How long a server that had too many connections gets fewer.
const WITHHELD_TIME: Duration = Duration::from_secs(60);

/// Where a mail goes, and as whom.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub account: AccountId,
    pub server: Server,
    pub login: Option<Login>,
}

/// The pools of all accounts.
pub(super) struct Pools {
    pools: DashMap<AccountId, Arc<Pool>>,
    cap: usize,
    way: Arc<Way>,
}

/// How connections are opened and told apart.
struct Way {
    tls: Tls,
    limit: Duration,
    key: FingerprintKey,
}

impl Way {
    async fn open(&self, target: &Target) -> Result<Connection, Fault> {
        Connection::open(&target.server, target.login.as_ref(), &self.tls, self.limit).await
    }
}

impl Pools {
    /// Pools of at most `cap` open connections each, whose every step takes at most `limit`.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub(super) fn new(cap: usize, limit: Duration, tls: Tls) -> io::Result<Self> {
        let key = FingerprintKey::random()?;
        Ok(Self {
            pools: DashMap::new(),
            cap: cap.max(1),
            way: Arc::new(Way { tls, limit, key }),
        })
    }

    pub(super) fn of(&self, account: AccountId) -> Arc<Pool> {
        let make = || {
            Arc::new(Pool {
                cap: self.cap,
                way: self.way.clone(),
                free: Arc::new(Semaphore::new(self.cap)),
                idle: Mutex::default(),
                withheld: Mutex::default(),
            })
        };
        self.pools.entry(account).or_insert_with(make).clone()
    }

    /// Closes connections that waited for too long and forgets pools that nobody uses.
    pub(super) async fn tidy(&self, idle_time: Duration) {
        let pools: Vec<_> = self
            .pools
            .iter()
            .map(|entry| entry.value().clone())
            .collect();
        for pool in &pools {
            pool.give_back();
            for connection in pool.take_older(idle_time) {
                connection.quit().await;
            }
        }
        drop(pools);
        self.pools
            .retain(|_, pool| Arc::strong_count(pool) > 1 || !pool.is_unused());
    }
}

/// Which connections are interchangeable within an account.
#[derive(Clone, PartialEq, Eq)]
struct Kind {
    server: Server,
    login: Option<Fingerprint>,
}

struct Idle {
    kind: Kind,
    connection: Connection,
    since: Instant,
}

/// The connections of one account.
pub(super) struct Pool {
    cap: usize,
    way: Arc<Way>,
    /// One permit for each connection that may be in use. Connections are opened only by a permit's holder who finds
    /// none idle that will do, and has closed others as far as they would be too many with it.
    free: Arc<Semaphore>,
    /// The longest idle ones come first.
    idle: Mutex<Vec<Idle>>,
    /// When permits that a server's 421 cost come back.
    withheld: Mutex<Vec<Instant>>,
}

impl Pool {
    /// A connection of one's own, an idle one if there is one. Waits for a free one no longer than a step may take.
    pub(super) async fn lease(self: &Arc<Self>, target: &Target) -> Result<Lease, Fault> {
        let kind = Kind {
            server: target.server.clone(),
            login: target.login.as_ref().map(|login| self.way.key.of(login)),
        };
        let deadline = Instant::now() + self.way.limit;
        let mut crowded = false;
        loop {
            let permit = self.permit(deadline).await?;
            let (connection, reused) = match self.reuse(&kind) {
                Some(connection) => (connection, true),
                None => {
                    self.make_room(crowded).await;
                    match self.way.open(target).await {
                        Ok(connection) => (connection, false),
                        Err(Fault::Refused(reply)) if reply.code == CLOSING => {
                            if !self.withhold(permit) {
                                return Err(Fault::Refused(reply));
                            }
                            crowded = true;
                            continue;
                        }
                        Err(fault) => return Err(fault),
                    }
                }
            };
            return Ok(Lease {
                connection,
                reused,
                kind,
                permit,
                pool: self.clone(),
            });
        }
    }

    async fn permit(&self, deadline: Instant) -> Result<OwnedSemaphorePermit, Fault> {
        let wait = deadline.saturating_duration_since(Instant::now());
        match timeout(wait, self.free.clone().acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(Fault::Lost(format!(
                "no free connection within {} s",
                self.way.limit.as_secs_f32()
            ))),
        }
    }

    /// The latest idle connection of a kind. Those that the server has closed meanwhile are dropped.
    fn reuse(&self, kind: &Kind) -> Option<Connection> {
        let mut idle = lock(&self.idle);
        while let Some(at) = idle.iter().rposition(|idle| idle.kind == *kind) {
            let mut connection = idle.remove(at).connection;
            if connection.is_fresh() {
                return Some(connection);
            }
        }
        None
    }

    /// Closes the longest idle connections that would be too many beside the caller's new one: no more may be idle
    /// than there are permits left. In a crowd, at least one.
    async fn make_room(&self, crowded: bool) {
        let surplus: Vec<_> = {
            let mut idle = lock(&self.idle);
            let room = self.free.available_permits();
            let surplus = idle.len().saturating_sub(room).max(usize::from(crowded));
            let surplus = surplus.min(idle.len());
            idle.drain(..surplus).collect()
        };
        join_all(surplus.into_iter().map(|idle| idle.connection.quit())).await;
    }

    /// Notes that the server wants fewer connections; `false` if there is no other one.
    fn withhold(&self, permit: OwnedSemaphorePermit) -> bool {
        let idle = lock(&self.idle).len();
        let mut withheld = lock(&self.withheld);
        let in_use = self.cap - withheld.len() - self.free.available_permits();
        if in_use + idle < 2 {
            return false;
        }
        permit.forget();
        withheld.push(Instant::now() + WITHHELD_TIME);
        true
    }

    fn give_back(&self) {
        let now = Instant::now();
        let mut withheld = lock(&self.withheld);
        let before = withheld.len();
        withheld.retain(|until| *until > now);
        self.free.add_permits(before - withheld.len());
    }

    fn take_older(&self, idle_time: Duration) -> Vec<Connection> {
        let mut idle = lock(&self.idle);
        let old = idle
            .iter()
            .take_while(|idle| idle.since.elapsed() >= idle_time)
            .count();
        idle.drain(..old).map(|idle| idle.connection).collect()
    }

    /// Whether no connection is open.
    pub(super) fn is_unused(&self) -> bool {
        lock(&self.idle).is_empty() && self.free.available_permits() == self.cap
    }
}

/// A connection in use. Dropped, it is closed; `done` gives it back.
pub(super) struct Lease {
    pub connection: Connection,
    /// Whether it carried mail before, so that the server may have closed it meanwhile.
    pub reused: bool,
    kind: Kind,
    permit: OwnedSemaphorePermit,
    pool: Arc<Pool>,
}

impl Lease {
    /// The same place in the pool with a fresh connection.
    pub(super) async fn renew(self, target: &Target) -> Result<Self, Fault> {
        let Self {
            connection,
            kind,
            permit,
            pool,
            ..
        } = self;
        drop(connection);
        let connection = pool.way.open(target).await?;
        Ok(Self {
            connection,
            reused: false,
            kind,
            permit,
            pool,
        })
    }

    /// Gives the connection back for the next mail.
    pub(super) fn done(self) {
        let Self {
            connection,
            kind,
            permit,
            pool,
            ..
        } = self;
        let since = Instant::now();
        lock(&pool.idle).push(Idle {
            kind,
            connection,
            since,
        });
        drop(permit);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
