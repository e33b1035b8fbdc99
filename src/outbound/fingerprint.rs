//! Tells logins apart without keeping passwords.

use std::io;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::net::login::Login;

/// Of a login, under a key that only this process knows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Fingerprint([u8; 32]);

pub(super) struct FingerprintKey(Hmac<Sha256>);

impl FingerprintKey {
    /// # Errors
    /// The system has no random numbers.
    pub(super) fn random() -> io::Result<Self> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(io::Error::other)?;
        Hmac::new_from_slice(&key)
            .map(Self)
            .map_err(io::Error::other)
    }

    pub(super) fn of(&self, login: &Login) -> Fingerprint {
        let mut mac = self.0.clone();
        // With its length in front, no user name runs on into the password.
        mac.update(&login.user.len().to_be_bytes());
        mac.update(login.user.as_bytes());
        mac.update(login.password.reveal().as_bytes());
        Fingerprint(mac.finalize().into_bytes().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::login::Password;

    #[test]
    fn only_the_same_login_looks_the_same_and_only_here() {
        let login = |user: &str, password| Login {
            user: user.to_owned(),
            password: Password::new(password),
        };
        let key = FingerprintKey::random().expect("random numbers");
        let own = key.of(&login("ralf", "secret"));
        assert!(own == key.of(&login("ralf", "secret")));
        for (user, password) in [("ralf", "Secret"), ("anna", "secret"), ("ralfs", "ecret")] {
            assert!(own != key.of(&login(user, password)));
        }
        let other = FingerprintKey::random().expect("random numbers");
        assert!(own != other.of(&login("ralf", "secret")));
    }
}
