//! Passwords that open something to whoever knows them, such as a share: limited and remembered like those of logins,
//! and nobody's.

use std::net::IpAddr;

use super::Auth;
use super::password::{Fingerprint, REMEMBERED, REMEMBERED_AT_MOST};
use super::throttle::{Attempts, Throttle};
use crate::http::error::ApiError;
use crate::store::cached::Cached;

/// What is known of attempts and of passwords that were right.
pub(super) struct Shared {
    throttle: Throttle,
    right: Cached<Fingerprint, ()>,
}

impl Shared {
    pub(super) fn new(attempts: Attempts) -> Self {
        Self {
            throttle: Throttle::new(attempts),
            right: Cached::new(REMEMBERED, REMEMBERED_AT_MOST),
        }
    }
}

impl Auth {
    /// The hash of a password, as it is stored; takes its turn among the checks of passwords.
    ///
    /// # Errors
    /// 503 when too many wait already.
    pub async fn hash(&self, password: &str) -> Result<String, ApiError> {
        self.passwords.hash(password).await
    }

    /// Whether `password` is the one that `stored` was made of, for its owner, who is not limited.
    ///
    /// # Errors
    /// 503 when too many are checked already.
    pub async fn is_password(&self, password: &str, stored: &str) -> Result<bool, ApiError> {
        self.passwords.verify(password, Some(stored)).await
    }

    /// Whether `password` is the one that `stored` was made of. Wrong ones are limited per thing and client, per client
    /// and per thing, as the logins of users are; `thing` names what it opens.
    ///
    /// # Errors
    /// 429 after too many wrong ones, 503 when too many are checked already.
    pub async fn opens(
        &self,
        thing: &str,
        password: &str,
        stored: &str,
        address: Option<IpAddr>,
    ) -> Result<bool, ApiError> {
        let fingerprint = self.passwords.fingerprint(stored, password);
        if self.shared.right.get(&fingerprint).is_some() {
            return Ok(true);
        }
        let check = async {
            if self.shared.right.get(&fingerprint).is_some() {
                return Ok(true);
            }
            let attempt = self.shared.throttle.attempt(thing, address)?;
            let stamp = self.shared.right.stamp();
            let right = self.passwords.verify(password, Some(stored)).await;
            if !matches!(right, Ok(false)) {
                attempt.not_failed();
            }
            if matches!(right, Ok(true)) {
                self.shared.right.keep(stamp, fingerprint, ());
            }
            right
        };
        self.passwords.one_at_a_time(fingerprint, check).await
    }
}
