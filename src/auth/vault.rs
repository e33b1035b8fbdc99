//! The passwords of people who are signed in, for servers that want the user's own: in memory only, encrypted with a
//! key that this process has made for itself, each for as long as its web session lives.

use std::time::{Duration, Instant};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use dashmap::DashMap;
use zeroize::Zeroizing;

use super::password::REMEMBERED;
use crate::ids::UserId;
use crate::net::login::Password;
use crate::store::time;

const KEY: usize = 32;
const NONCE: usize = 24;
/// Sessions whose passwords are kept; some forty megabytes.
const AT_MOST: usize = 100_000;
/// How often passwords of sessions that have ended by themselves are looked for.
const SWEEP: Duration = Duration::from_secs(60);

struct Kept {
    user: UserId,
    /// Milliseconds since 1970.
    until: i64,
    nonce: [u8; NONCE],
    ciphertext: Vec<u8>,
}

pub struct Vault {
    cipher: XChaCha20Poly1305,
    kept: DashMap<String, Kept>,
    swept: std::sync::Mutex<Instant>,
}

impl Vault {
    /// # Panics
    /// When the operating system has no random numbers to give.
    pub fn new() -> Self {
        let mut key = Zeroizing::new([0; KEY]);
        getrandom::fill(key.as_mut_slice()).expect("the operating system gives random numbers");
        Self {
            cipher: XChaCha20Poly1305::new((&*key).into()),
            kept: DashMap::new(),
            swept: std::sync::Mutex::new(Instant::now()),
        }
    }

    /// Keeps the password of a web session until `until`, in milliseconds since 1970. Without room, or random numbers, it is not kept: the user is
    /// then one without a mail password.
    pub fn put(&self, session: &str, user: UserId, until: i64, password: &Password) {
        self.sweep();
        let mut nonce = [0; NONCE];
        if self.kept.len() >= AT_MOST || getrandom::fill(&mut nonce).is_err() {
            return;
        }
        let payload = Payload {
            msg: password.reveal().as_bytes(),
            aad: session.as_bytes(),
        };
        if let Ok(ciphertext) = self.cipher.encrypt(&XNonce::from(nonce), payload) {
            let kept = Kept {
                user,
                until,
                nonce,
                ciphertext,
            };
            self.kept.insert(session.to_owned(), kept);
        }
    }

    /// Keeps the password of somebody who shows it with each request, as long as it is remembered that it was right.
    pub fn put_for_a_while(&self, user: UserId, password: &Password) {
        let while_remembered = i64::try_from(REMEMBERED.as_millis()).unwrap_or(i64::MAX);
        let until = time::now().saturating_add(while_remembered);
        // No id of a session looks like this.
        self.put(&format!("user {user}"), user, until, password);
    }

    /// The password that the session was begun with.
    pub fn get(&self, session: &str) -> Option<Password> {
        let kept = self.kept.get(session)?;
        self.open(session, &kept)
    }

    /// A password that the user has shown, in a session or with a request.
    pub fn of(&self, user: UserId) -> Option<Password> {
        let mut own = self.kept.iter().filter(|entry| entry.user == user);
        own.find_map(|entry| self.open(entry.key(), &entry))
    }

    fn open(&self, session: &str, kept: &Kept) -> Option<Password> {
        if kept.until <= time::now() {
            return None;
        }
        let payload = Payload {
            msg: &kept.ciphertext,
            aad: session.as_bytes(),
        };
        let opened = self.cipher.decrypt(&XNonce::from(kept.nonce), payload);
        let opened = Zeroizing::new(opened.ok()?);
        Some(Password::new(std::str::from_utf8(&opened).ok()?))
    }

    pub fn forget(&self, session: &str) {
        self.kept.remove(session);
    }

    pub fn forget_user(&self, user: UserId) {
        self.kept.retain(|_, kept| kept.user != user);
    }

    fn sweep(&self) {
        let mut swept = self
            .swept
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if swept.elapsed() >= SWEEP || self.kept.len() >= AT_MOST {
            *swept = Instant::now();
            let now = time::now();
            self.kept.retain(|_, kept| kept.until > now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RALF: UserId = UserId(5);

    #[test]
    fn a_password_is_there_as_long_as_its_session() {
        let vault = Vault::new();
        let later = time::now() + 60_000;
        vault.put("one", RALF, later, &Password::new("pässword"));
        vault.put("two", UserId(7), later, &Password::new("other"));
        vault.put("ended", UserId(9), time::now(), &Password::new("x"));
        assert_eq!(vault.get("one"), Some(Password::new("pässword")));
        assert_eq!(vault.of(RALF), Some(Password::new("pässword")));
        assert_eq!(vault.get("ended"), None);
        assert_eq!(vault.of(UserId(9)), None);
        vault.forget("one");
        assert_eq!((vault.get("one"), vault.of(RALF)), (None, None));
        vault.put_for_a_while(RALF, &Password::new("shown"));
        assert_eq!(vault.of(RALF), Some(Password::new("shown")));
        vault.forget_user(UserId(7));
        assert_eq!(vault.get("two"), None);
    }

    #[test]
    fn what_is_kept_is_encrypted_and_bound_to_its_session() {
        let vault = Vault::new();
        let later = time::now() + 60_000;
        vault.put("one", RALF, later, &Password::new("password"));
        let (_, kept) = vault.kept.remove("one").expect("kept");
        assert!(!kept.ciphertext.windows(4).any(|part| part == b"pass"));
        vault.kept.insert("another".to_owned(), kept);
        assert_eq!(vault.get("another"), None);
    }
}
