//! Limits on failed password logins.

use std::net::IpAddr;
use std::time::Duration;

use super::window::Window;
use crate::http::error::ApiError;

const WINDOW: Duration = Duration::from_secs(300);
/// Failures per address and per login, whatever the other is.
const WIDE_LIMIT: u32 = 100;
const KEYS: usize = 100_000;

/// Counts failed passwords per (login, address), per address and per login.
pub struct Throttle {
    attempts: u32,
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
    pub fn new(attempts: u32) -> Self {
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
        self.pairs
            .count(pair.clone(), self.attempts)
            .map_err(refuse)?;
        if let Err(seconds) = self.addresses.count(address, WIDE_LIMIT) {
            self.pairs.refund(&pair);
            return Err(refuse(seconds));
        }
        if let Err(seconds) = self.logins.count(pair.0.clone(), WIDE_LIMIT) {
            self.pairs.refund(&pair);
            self.addresses.refund(&address);
            return Err(refuse(seconds));
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

/// One household or server has a whole /64 of IPv6 to guess from.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6((u128::from(v6) >> 64 << 64).into()),
        },
    }
}

fn refuse(seconds: u64) -> ApiError {
    ApiError::too_many(
        format!("Too many failed logins, try again in {seconds} seconds"),
        seconds,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_failures_count() {
        let throttle = Throttle::new(2);
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
        let throttle = Throttle::new(10);
        let address = Some(IpAddr::from([127, 0, 0, 1]));
        let tried = (0..200)
            .filter(|n| throttle.attempt(&format!("user{n}"), address).is_ok())
            .count();
        assert_eq!(tried, 100);
    }
}
