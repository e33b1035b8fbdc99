//! Whom a user has written to: noted behind each mail that a server has accepted, found again while somebody types.

mod matching;
pub mod routes;
pub mod rows;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::draft::address::Mailbox;
use crate::ids::UserId;
use crate::store::{Store, StoreError, time};
use matching::Terms;

/// How long mails are gathered before their recipients are written. Whoever reads them has them written first.
const GATHER: Duration = Duration::from_secs(2);
/// People that wait to be written, of all users together. Further ones are not noted.
const WAITING: usize = 10_000;
/// People that one mail adds: a mailing to more is no address book.
const OF_ONE_MAIL: usize = 1_000;
/// People that are kept for a user. The least recently used make room.
const KEPT: u64 = 5_000;
/// Rows written in one transaction.
const BATCH: usize = 500;

/// Somebody whom a user has written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// As it was last written, the domain in lower case.
    pub address: String,
    /// The last name that was given; empty if there never was one.
    pub name: String,
    /// How many mails went there.
    pub mails: i64,
    /// In milliseconds since 1970.
    pub last_used: i64,
}

/// Whose recipient it is, and its [`key`].
type Place = (UserId, String);

/// The people that users have written to.
pub struct Recipients {
    store: Store,
    noted: Mutex<HashMap<Place, Recipient>>,
    /// Something was put into `noted`.
    changed: Notify,
    /// Held while rows are written, so that whoever comes next sees all of them.
    writing: tokio::sync::Mutex<()>,
}

/// What is alike for every spelling of one address: the ASCII form of the domain, all in lower case.
fn key(mailbox: &Mailbox) -> String {
    mailbox.envelope().to_lowercase()
}

/// The key of an address that somebody has written, if it is one.
fn key_of(address: &str) -> Option<String> {
    Mailbox::new("", address).ok().as_ref().map(key)
}

fn shown(mailbox: &Mailbox) -> String {
    let address = mailbox.address();
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{local}@{}", domain.to_lowercase()),
        None => address,
    }
}

impl Recipients {
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self {
            store,
            noted: Mutex::default(),
            changed: Notify::new(),
            writing: tokio::sync::Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Place, Recipient>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the people whom a mail of `user` went to. It is written later; the caller never waits for it.
    pub fn note<'a>(&self, user: UserId, people: impl IntoIterator<Item = &'a Mailbox>) {
        let now = time::now();
        let mut left_out = 0_usize;
        let mut noted = self.lock();
        for mailbox in people.into_iter().take(OF_ONE_MAIL) {
            let name = mailbox.name().unwrap_or_default();
            let has_room = noted.len() < WAITING;
            match noted.entry((user, key(mailbox))) {
                Entry::Occupied(mut known) => known.get_mut().again(shown(mailbox), name, now),
                Entry::Vacant(place) if has_room => {
                    place.insert(Recipient {
                        address: shown(mailbox),
                        name: name.to_owned(),
                        mails: 1,
                        last_used: now,
                    });
                }
                Entry::Vacant(_) => left_out += 1,
            }
        }
        drop(noted);
        self.changed.notify_one();
        if left_out > 0 {
            tracing::warn!(
                left_out,
                "recipients not noted, as too many wait to be written"
            );
        }
    }

    /// Writes what was noted, until the task is dropped.
    pub async fn write_behind(self: Arc<Self>) {
        loop {
            self.changed.notified().await;
            tokio::time::sleep(GATHER).await;
            self.flush().await;
        }
    }

    /// Writes what was noted so far. What cannot be written is given up: no mail depends on it.
    pub async fn flush(&self) {
        let _writing = self.writing.lock().await;
        let mut noted: Vec<_> = mem::take(&mut *self.lock()).into_iter().collect();
        noted.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        while !noted.is_empty() {
            let some = noted.split_off(noted.len().saturating_sub(BATCH));
            let count = some.len();
            let write = self.store.write(move |db| async move {
                rows::add(&*db, some).await?;
                Ok::<_, StoreError>(((), Vec::new()))
            });
            if let Err(cause) = write.await {
                tracing::warn!(%cause, count, "recipients of mails not written");
            }
        }
    }

    /// Those of `user` that `query` fits, the best first, and how many there are in all. An empty query fits everybody.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn find(
        &self,
        user: UserId,
        query: &str,
        limit: usize,
    ) -> Result<(Vec<Recipient>, usize), StoreError> {
        self.flush().await;
        let (terms, now) = (Terms::of(query), time::now());
        self.store
            .read(move |db| async move {
                let all = rows::of(&db, user).await?;
                let count = all.len();
                Ok((terms.best(all, limit, now), count))
            })
            .await
    }

    /// Forgets one of `user`'s. False: there was none with this address.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn forget(&self, user: UserId, address: &str) -> Result<bool, StoreError> {
        let Some(key) = key_of(address) else {
            return Ok(false);
        };
        self.flush().await;
        self.store
            .read(move |db| async move { rows::remove(&db, user, key).await })
            .await
    }

    /// Forgets all of `user`'s.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn forget_all(&self, user: UserId) -> Result<(), StoreError> {
        self.flush().await;
        self.store
            .read(move |db| async move { rows::remove_all_of(&db, user).await })
            .await
    }
}

impl Recipient {
    /// One more mail went there.
    fn again(&mut self, address: String, name: &str, now: i64) {
        self.address = address;
        if !name.is_empty() {
            name.clone_into(&mut self.name);
        }
        self.mails += 1;
        self.last_used = now;
    }
}
