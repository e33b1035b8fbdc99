//! Passwords: Argon2id, never on a worker of the HTTP server, and each verified one remembered for a while.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use dashmap::DashMap;
use sha2::{Digest, Sha256};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, Semaphore};

use crate::http::error::ApiError;
use crate::ids::UserId;
use crate::store::cached::{Cached, Stamp};
use crate::telemetry::limits::Limit;

/// A verified password passes this long without being hashed again.
pub(super) const REMEMBERED: Duration = Duration::from_secs(300);
pub(super) const REMEMBERED_AT_MOST: usize = 20_000;
/// What a check is taken to last before the first one.
const FIRST_GUESS: u64 = 50;

/// The hash of a password, as it is stored (PHC format).
///
/// # Errors
/// When there are no random numbers for the salt.
pub fn hash(password: &str) -> Result<String, argon2::password_hash::Error> {
    Ok(Argon2::default()
        .hash_password(password.as_bytes())?
        .to_string())
}

/// Looked at for users that do not exist or have no password: an answer takes as long as for one who has.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash("").unwrap_or_default());

/// Key of a remembered password: a hash that only this process can make.
pub type Fingerprint = [u8; 32];

/// Verifies passwords and remembers those that were right.
pub struct Passwords {
    runtime: Handle,
    key: [u8; 32],
    verified: Cached<Fingerprint, UserId>,
    /// Logins that may wait or be checked; more are told to come back.
    places: Semaphore,
    waiting: usize,
    /// Checks at a time: each takes 19 MiB and a core.
    turns: Arc<Semaphore>,
    at_once: usize,
    /// Milliseconds of the latest check.
    latest: Arc<AtomicU64>,
    /// Requests with the same credentials wait for the first of them instead of hashing as well.
    under_way: DashMap<Fingerprint, Arc<Mutex<()>>>,
}

impl Passwords {
    /// # Panics
    /// When the operating system has no random numbers to give.
    pub fn new(runtime: Handle, at_once: usize, waiting: usize) -> Self {
        let mut key = [0; 32];
        getrandom::fill(&mut key).expect("the operating system gives random numbers");
        Self {
            runtime,
            key,
            verified: Cached::new(REMEMBERED, REMEMBERED_AT_MOST),
            places: Semaphore::new(at_once + waiting),
            waiting,
            turns: Arc::new(Semaphore::new(at_once)),
            at_once,
            latest: Arc::new(AtomicU64::new(FIRST_GUESS)),
            under_way: DashMap::new(),
        }
    }

    pub fn fingerprint(&self, login: &str, password: &str) -> Fingerprint {
        let mut hash = Sha256::new();
        hash.update(self.key);
        hash.update((login.len() as u64).to_be_bytes());
        hash.update(login.as_bytes());
        hash.update(password.as_bytes());
        hash.finalize().into()
    }

    pub fn remembered(&self, fingerprint: &Fingerprint) -> Option<UserId> {
        self.verified.get(fingerprint)
    }

    pub fn stamp(&self) -> Stamp {
        self.verified.stamp()
    }

    pub fn remember(&self, stamp: Stamp, fingerprint: Fingerprint, user: UserId) {
        self.verified.keep(stamp, fingerprint, user);
    }

    pub fn forget(&self, user: UserId) {
        self.verified.forget(|_, of| *of == user);
    }

    /// Runs `check` alone among all requests with these credentials.
    pub async fn one_at_a_time<T>(
        &self,
        fingerprint: Fingerprint,
        check: impl Future<Output = T>,
    ) -> T {
        let turn = self.under_way.entry(fingerprint).or_default().clone();
        let guard = turn.lock().await;
        let result = check.await;
        drop(guard);
        drop(turn);
        self.under_way
            .remove_if(&fingerprint, |_, turn| Arc::strong_count(turn) == 1);
        result
    }

    /// Compares a password with a stored hash; `None` takes as long and is never right.
    ///
    /// # Errors
    /// 503 when too many logins wait already.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool, ApiError> {
        let known = stored.is_some();
        let stored = stored.map_or_else(|| NOBODY.clone(), str::to_owned);
        let password = password.to_owned();
        let check = move || {
            let Ok(stored) = PasswordHash::new(&stored) else {
                return false;
            };
            Argon2::default()
                .verify_password(password.as_bytes(), &stored)
                .is_ok()
        };
        Ok(self.in_turn(check).await? && known)
    }

    /// Hashes a password to be stored, in its turn.
    ///
    /// # Errors
    /// 503 when too many logins wait already.
    pub async fn hash(&self, password: &str) -> Result<String, ApiError> {
        let password = password.to_owned();
        let hashed = self.in_turn(move || hash(&password)).await?;
        hashed.map_err(ApiError::internal)
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let _place = self.places.try_acquire().map_err(|_| self.busy())?;
        let turn = self.turns.clone().acquire_owned().await;
        let turn = turn.map_err(ApiError::internal)?;
        let latest = self.latest.clone();
        let done = self.runtime.spawn_blocking(move || {
            let _turn = turn;
            let began = Instant::now();
            let result = work();
            let took = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
            latest.store(took, Relaxed);
            result
        });
        done.await.map_err(ApiError::internal)
    }

    fn busy(&self) -> ApiError {
        let seconds = until_checked(
            self.waiting + self.at_once,
            self.at_once,
            self.latest.load(Relaxed),
        );
        ApiError::unavailable(
            format!("Too many logins at once, try again in {seconds} seconds"),
            seconds,
        )
        .limit(Limit::PasswordsWaiting)
    }
}

/// Whole seconds until so many logins are checked, `at_once` at a time, each taking so many milliseconds.
fn until_checked(logins: usize, at_once: usize, each: u64) -> u64 {
    let rounds = logins.div_ceil(at_once) as u64;
    rounds.saturating_mul(each).div_ceil(1000).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn only_the_right_password_of_a_known_user_passes() {
        let passwords = Passwords::new(Handle::current(), 2, 10);
        let stored = hash("secret").unwrap();
        assert!(passwords.verify("secret", Some(&stored)).await.unwrap());
        assert!(!passwords.verify("Secret", Some(&stored)).await.unwrap());
        assert!(!passwords.verify("", None).await.unwrap());
    }

    #[test]
    fn a_full_queue_tells_when_it_will_have_been_worked_off() {
        assert_eq!(until_checked(258, 2, 50), 7);
        assert_eq!(until_checked(2, 2, 50), 1);
        assert_eq!(until_checked(3, 1, 700), 3);
    }
}
