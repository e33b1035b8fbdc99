//! Limits on failed password logins.

use std::net::IpAddr;
use std::time::Duration;

use super::window::Window;
use crate::http::client::network;
use crate::http::error::ApiError;
use crate::telemetry::limits::Limit;

/// "In five minutes": as documented.
const WINDOW: Duration = Duration::from_secs(300);
/// Logins and addresses that are counted at a time, some ten megabytes.
const KEYS: usize = 100_000;

/// Failed passwords in five minutes.
#[derive(Clone, Copy, Debug)]
pub struct Attempts {
    /// Per login and address.
    pub both: u32,
    /// Per address, whatever the login.
    pub per_address: u32,
    /// Per login, whatever the address.
    pub per_login: u32,
}

/// Counts failed passwords per (login, address), per address and per login.
pub struct Throttle {
    attempts: Attempts,
    pairs: Window<(String, Option<IpAddr>)>,
    addresses: Window<Option<IpAddr>>,
    logins: Window<String>,
}

/// One attempt, counted as failed until it is known to have succeeded: guesses that run side by side cannot all slip
/// in under the limit.
pub struct Attempt<'a> {
    throttle: &'a Throttle,
    login: String,
    address: Option<IpAddr>,
}

impl Throttle {
    pub fn new(attempts: Attempts) -> Self {
        Self {
            attempts,
            pairs: Window::new(WINDOW, KEYS),
            addresses: Window::new(WINDOW, KEYS),
            logins: Window::new(WINDOW, KEYS),
        }
    }

    /// Counts an attempt.
    ///
    /// # Errors
    /// 429 when there were too many failures.
    pub fn attempt(&self, login: &str, address: Option<IpAddr>) -> Result<Attempt<'_>, ApiError> {
        let address = address.map(network);
        let pair = (login.to_owned(), address);
        let Attempts {
            both,
            per_address,
            per_login,
        } = self.attempts;
        self.pairs
            .count(pair.clone(), both)
            .map_err(|seconds| refuse(Limit::LoginAttempts, seconds))?;
        if let Err(seconds) = self.addresses.count(address, per_address) {
            self.pairs.refund(&pair);
            return Err(refuse(Limit::LoginAttemptsPerAddress, seconds));
        }
        if let Err(seconds) = self.logins.count(pair.0.clone(), per_login) {
            self.pairs.refund(&pair);
            self.addresses.refund(&address);
            return Err(refuse(Limit::LoginAttemptsPerLogin, seconds));
        }
        Ok(Attempt {
            throttle: self,
            login: pair.0,
            address,
        })
    }
}

impl Attempt<'_> {
    /// The password was right, or was never looked at: not a failure.
    pub fn not_failed(self) {
        self.throttle.addresses.refund(&self.address);
        self.throttle.logins.refund(&self.login);
        self.throttle.pairs.refund(&(self.login, self.address));
    }
}

fn refuse(limit: Limit, seconds: u64) -> ApiError {
    ApiError::too_many(
        format!("Too many failed logins, try again in {seconds} seconds"),
        seconds,
    )
    .limit(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn throttle(both: u32, per_address: u32, per_login: u32) -> Throttle {
        Throttle::new(Attempts {
            both,
            per_address,
            per_login,
        })
    }

    #[test]
    fn only_failures_count() {
        let throttle = throttle(2, 100, 100);
        let address = Some(IpAddr::from([127, 0, 0, 1]));
        for _ in 0..10 {
            throttle.attempt("ralf", address).unwrap().not_failed();
        }
        let _first = throttle.attempt("ralf", address).unwrap();
        let _second = throttle.attempt("ralf", address).unwrap();
        assert!(throttle.attempt("ralf", address).is_err());
        assert!(throttle.attempt("anna", address).is_ok());
    }

    #[test]
    fn one_address_cannot_try_the_password_of_every_login() {
        let throttle = throttle(10, 100, 100);
        let address = Some(IpAddr::from([127, 0, 0, 1]));
        let tried = (0..200)
            .filter(|n| throttle.attempt(&format!("user{n}"), address).is_ok())
            .count();
        assert_eq!(tried, 100);
    }

    #[test]
    fn many_addresses_cannot_try_the_passwords_of_one_login() {
        let throttle = throttle(10, 100, 30);
        let tried = (0..200u8)
            .filter(|n| {
                let address = Some(IpAddr::from([192, 0, 2, *n]));
                throttle.attempt("ralf", address).is_ok()
            })
            .count();
        assert_eq!(tried, 30);
        // What one limit refuses does not count for the others.
        let address = Some(IpAddr::from([192, 0, 2, 199]));
        let others = (0..200)
            .filter(|n| throttle.attempt(&format!("user{n}"), address).is_ok())
            .count();
        assert_eq!(others, 100);
    }
}
