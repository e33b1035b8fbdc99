//! Users, tokens and web sessions as the database has them, each kept in memory for a short while.

use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::Duration;

use dashmap::DashMap;
use jiff::tz::TimeZone;
use sea_orm::UpdateMany;
use sea_orm::entity::prelude::*;

use super::rows::{tokens, users, web_sessions};
use super::scope::Scopes;
use crate::ids::{TokenId, UserId};
use crate::store::cached::Cached;
use crate::store::{Store, StoreError, time};

/// Everything here is forgotten by the change feed when it changes; the time is only a second line of defence.
const LIFETIME: Duration = Duration::from_secs(300);
const CAPACITY: usize = 50_000;
/// How often the last uses that wait for it are written.
const LAST_USE: Duration = Duration::from_secs(2);
/// Milliseconds in which further uses of a web session are not worth writing.
const SAME_USE: i64 = 300_000;

/// Somebody who may sign in.
#[derive(Debug)]
pub struct User {
    pub id: UserId,
    pub login: String,
    pub name: String,
    pub email: String,
    pub admin: bool,
    pub timezone: Option<String>,
    pub(super) password_hash: Option<String>,
}

impl User {
    /// The zone of the user's dates: his own, or the one that all others have.
    pub fn zone(&self, otherwise: &TimeZone) -> TimeZone {
        let own = self.timezone.as_deref();
        let own = own.and_then(|name| TimeZone::get(name).ok());
        own.unwrap_or_else(|| otherwise.clone())
    }
}

/// A token as it is checked on each request.
#[derive(Debug)]
pub struct Token {
    /// None: valid for all users.
    pub user: Option<UserId>,
    pub secret_hash: String,
    pub scopes: Scopes,
    pub remark: String,
    pub until: Option<i64>,
    pub revoked: bool,
}

/// A browser that signed in.
#[derive(Debug)]
pub struct WebSession {
    pub id: String,
    pub user: UserId,
    pub secret_hash: String,
    pub expires: i64,
    /// The last use that is written or will be.
    last_used: AtomicI64,
}

pub struct Directory {
    store: Store,
    users: Cached<UserId, Arc<User>>,
    logins: Cached<String, Arc<User>>,
    tokens: Cached<TokenId, Arc<Token>>,
    web_sessions: Cached<String, Arc<WebSession>>,
    /// Uses that are not written yet: at most one entry a token.
    last_use: DashMap<TokenId, i64>,
    /// The same of web sessions.
    session_use: DashMap<String, i64>,
}

impl Directory {
    pub fn new(store: Store) -> Self {
        Self {
            store,
            users: Cached::new(LIFETIME, CAPACITY),
            logins: Cached::new(LIFETIME, CAPACITY),
            tokens: Cached::new(LIFETIME, CAPACITY),
            web_sessions: Cached::new(LIFETIME, CAPACITY),
            last_use: DashMap::new(),
            session_use: DashMap::new(),
        }
    }

    pub async fn user(&self, id: UserId) -> Result<Option<Arc<User>>, StoreError> {
        if let Some(user) = self.users.get(&id) {
            return Ok(Some(user));
        }
        let stamp = self.users.stamp();
        let row = self
            .store
            .read(move |db| async move { users::Entity::find_by_id(id.0).one(&db).await })
            .await?;
        let user = row.and_then(enabled);
        if let Some(user) = &user {
            self.users.keep(stamp, id, user.clone());
        }
        Ok(user)
    }

    pub async fn login(&self, login: &str) -> Result<Option<Arc<User>>, StoreError> {
        if let Some(user) = self.logins.get(login) {
            return Ok(Some(user));
        }
        let (stamp, by_id) = (self.logins.stamp(), self.users.stamp());
        let name = login.to_owned();
        let find = users::Entity::find().filter(users::Column::Login.eq(name));
        let row = self
            .store
            .read(move |db| async move { find.one(&db).await })
            .await?;
        let user = row.and_then(enabled);
        if let Some(user) = &user {
            self.logins.keep(stamp, login.to_owned(), user.clone());
            // A session that joins asks by id next: no second query, and one user in memory.
            self.users.keep(by_id, user.id, user.clone());
        }
        Ok(user)
    }

    pub async fn token(&self, id: TokenId) -> Result<Option<Arc<Token>>, StoreError> {
        if let Some(token) = self.tokens.get(&id) {
            return Ok(Some(token));
        }
        let stamp = self.tokens.stamp();
        let row = self
            .store
            .read(move |db| async move { tokens::Entity::find_by_id(id.0).one(&db).await })
            .await?;
        let token = row.map(|row| Arc::new(Token::from(row)));
        if let Some(token) = &token {
            self.tokens.keep(stamp, id, token.clone());
        }
        Ok(token)
    }

    pub async fn web_session(&self, id: &str) -> Result<Option<Arc<WebSession>>, StoreError> {
        if let Some(session) = self.web_sessions.get(id) {
            return Ok(Some(session));
        }
        let stamp = self.web_sessions.stamp();
        let key = id.to_owned();
        let row = self
            .store
            .read(move |db| async move { web_sessions::Entity::find_by_id(key).one(&db).await })
            .await?;
        let session = row.map(|row| Arc::new(WebSession::from(row)));
        if let Some(session) = &session {
            self.web_sessions
                .keep(stamp, id.to_owned(), session.clone());
        }
        Ok(session)
    }

    pub fn used(&self, token: TokenId) {
        self.last_use.insert(token, time::now());
    }

    pub fn session_used(&self, session: &WebSession) {
        let now = time::now();
        if now - session.last_used.load(Relaxed) >= SAME_USE {
            session.last_used.store(now, Relaxed);
            self.session_use.insert(session.id.clone(), now);
        }
    }

    pub async fn record_last_use(&self) {
        loop {
            tokio::time::sleep(LAST_USE).await;
            self.write_uses(&self.last_use, |token, at| {
                tokens::Entity::update_many()
                    .col_expr(tokens::Column::LastUsed, Expr::value(at))
                    .filter(tokens::Column::Id.eq(token.0))
            })
            .await;
            self.write_uses(&self.session_use, |id, at| {
                web_sessions::Entity::update_many()
                    .col_expr(web_sessions::Column::LastUsed, Expr::value(at))
                    .filter(web_sessions::Column::Id.eq(id.as_str()))
            })
            .await;
        }
    }

    /// Writes what waits. What is used again meanwhile waits for the next time.
    async fn write_uses<K, E>(
        &self,
        uses: &DashMap<K, i64>,
        update: impl Fn(&K, i64) -> UpdateMany<E>,
    ) where
        K: Eq + Hash + Clone,
        E: EntityTrait,
    {
        let waiting: Vec<_> = uses
            .iter()
            .map(|use_| (use_.key().clone(), *use_.value()))
            .collect();
        for (key, at) in waiting {
            let update = update(&key, at);
            let written = self
                .store
                .read(move |db| async move { update.exec(&db).await })
                .await;
            match written {
                Ok(_) => {
                    uses.remove_if(&key, |_, last| *last == at);
                }
                Err(cause) => tracing::warn!(%cause, "a last use was not written"),
            }
        }
    }

    pub fn forget_user(&self, id: UserId) {
        self.users.forget(|key, _| *key == id);
        self.logins.forget(|_, user| user.id == id);
    }

    pub fn forget_token(&self, id: TokenId) {
        self.tokens.forget(|key, _| *key == id);
    }

    pub fn forget_web_session(&self, id: &str) {
        self.web_sessions.forget(|key, _| key == id);
    }

    pub fn forget_web_sessions_of(&self, user: UserId) {
        self.web_sessions.forget(|_, session| session.user == user);
    }
}

fn enabled(row: users::Model) -> Option<Arc<User>> {
    (!row.disabled).then(|| {
        Arc::new(User {
            id: UserId(row.id),
            login: row.login,
            name: row.name,
            email: row.email,
            admin: row.admin,
            timezone: row.timezone,
            password_hash: row.password_hash,
        })
    })
}

impl From<tokens::Model> for Token {
    fn from(row: tokens::Model) -> Self {
        Self {
            user: row.user_id.map(UserId),
            secret_hash: row.secret_hash,
            // A scope of a newer version gives nothing here.
            scopes: row
                .scopes
                .split_whitespace()
                .filter_map(|scope| scope.parse().ok())
                .collect(),
            remark: row.remark,
            until: row.until,
            revoked: row.revoked.is_some(),
        }
    }
}

impl From<web_sessions::Model> for WebSession {
    fn from(row: web_sessions::Model) -> Self {
        Self {
            id: row.id,
            user: UserId(row.user_id),
            secret_hash: row.secret_hash,
            expires: row.expires,
            last_used: AtomicI64::new(row.last_used.unwrap_or(row.created)),
        }
    }
}
