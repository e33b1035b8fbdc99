//! Connections to the SMTP server of one account: a real cap on those that are open, idle ones reused without asking
//! first whether they still live.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use dashmap::DashMap;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::smtp::{CLOSING, Connection, Fault};
use crate::ids::AccountId;
use crate::net::server::Server;
use crate::net::tls::Tls;

/// How long a connection may wait for its next mail.
pub(super) const IDLE_TIME: Duration = Duration::from_secs(60);
/// How long a server that had too many connections gets fewer.
const WITHHELD_TIME: Duration = Duration::from_secs(60);

/// Which connections are interchangeable.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Target {
    pub account: AccountId,
    pub server: Server,
}

/// The pools of all accounts.
pub(super) struct Pools {
    pools: DashMap<Target, Arc<Pool>>,
    cap: usize,
    limit: Duration,
    tls: Tls,
}

impl Pools {
    /// Pools of at most `cap` open connections each, whose every step takes at most `limit`.
    pub(super) fn new(cap: usize, limit: Duration, tls: Tls) -> Self {
        Self {
            pools: DashMap::new(),
            cap: cap.max(1),
            limit,
            tls,
        }
    }

    pub(super) fn of(&self, target: &Target) -> Arc<Pool> {
        let make = || {
            Arc::new(Pool {
                target: target.clone(),
                cap: self.cap,
                limit: self.limit,
                free: Arc::new(Semaphore::new(self.cap)),
                idle: Mutex::default(),
                withheld: Mutex::default(),
            })
        };
        self.pools
            .entry(target.clone())
            .or_insert_with(make)
            .clone()
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

/// The connections of one account.
pub(super) struct Pool {
    target: Target,
    cap: usize,
    limit: Duration,
    /// One permit for each connection that may be in use. Connections are opened only by a permit's holder who finds
    /// none idle, so that no more are ever open than there are permits.
    free: Arc<Semaphore>,
    idle: Mutex<Vec<(Connection, Instant)>>,
    /// When permits that a server's 421 cost come back.
    withheld: Mutex<Vec<Instant>>,
}

impl Pool {
    /// A connection of one's own, an idle one if there is one. Waits for a free one no longer than a step may take.
    pub(super) async fn lease(self: &Arc<Self>) -> Result<Lease, Fault> {
        let deadline = Instant::now() + self.limit;
        loop {
            let wait = deadline.saturating_duration_since(Instant::now());
            let permit = match timeout(wait, self.free.clone().acquire_owned()).await {
                Ok(Ok(permit)) => permit,
                _ => {
                    return Err(Fault::Lost(format!(
                        "no free connection within {} s",
                        self.limit.as_secs_f32()
                    )));
                }
            };
            let idle = lock(&self.idle).pop();
            if let Some((connection, _)) = idle {
                return Ok(Lease {
                    connection,
                    permit,
                    pool: self.clone(),
                    reused: true,
                });
            }
            match self.connect().await {
                Ok(connection) => {
                    return Ok(Lease {
                        connection,
                        permit,
                        pool: self.clone(),
                        reused: false,
                    });
                }
                Err(Fault::Refused(reply)) if reply.code == CLOSING && self.withhold() => {
                    permit.forget()
                }
                Err(fault) => return Err(fault),
            }
        }
    }

    async fn connect(&self) -> Result<Connection, Fault> {
        Connection::open(
            &self.target.server.host,
            self.target.server.port,
            self.limit,
        )
        .await
    }

    /// Notes that the server wants fewer connections; `false` if this is the only one.
    fn withhold(&self) -> bool {
        let mut withheld = lock(&self.withheld);
        let in_use = self.cap - withheld.len() - self.free.available_permits();
        if in_use < 2 {
            return false;
        }
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
        // The longest idle ones come first: the latest one is always used next.
        let old = idle
            .iter()
            .take_while(|(_, since)| since.elapsed() >= idle_time)
            .count();
        idle.drain(..old)
            .map(|(connection, _)| connection)
            .collect()
    }

    fn is_unused(&self) -> bool {
        lock(&self.idle).is_empty() && self.free.available_permits() == self.cap
    }
}

/// A connection in use. Dropped, it is closed; `done` gives it back.
pub(super) struct Lease {
    pub connection: Connection,
    /// Whether it carried mail before, so that the server may have closed it meanwhile.
    pub reused: bool,
    permit: OwnedSemaphorePermit,
    pool: Arc<Pool>,
}

impl Lease {
    /// The same place in the pool with a fresh connection.
    pub(super) async fn renew(self) -> Result<Self, Fault> {
        let Self {
            connection,
            permit,
            pool,
            ..
        } = self;
        drop(connection);
        let connection = pool.connect().await?;
        Ok(Self {
            connection,
            reused: false,
            permit,
            pool,
        })
    }

    /// Gives the connection back for the next mail.
    pub(super) fn done(self) {
        let Self {
            connection,
            permit,
            pool,
            ..
        } = self;
        lock(&pool.idle).push((connection, Instant::now()));
        drop(permit);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
