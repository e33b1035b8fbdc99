//! The web client's session: a cookie that scripts cannot read and other sites cannot send.

use std::sync::Arc;
use std::time::Duration;

use actix_web::cookie::{Cookie, SameSite, time::Duration as CookieDuration};
use actix_web::http::header::USER_AGENT;
use actix_web::{HttpRequest, web};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, Condition, DatabaseTransaction, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::rows::web_sessions;
use super::token::digest;
use crate::http::origin::Origins;
use crate::ids::UserId;
use crate::ids::random_secret;
use crate::store::changes::Change;
use crate::store::{Store, StoreError, time};

pub const COOKIE: &str = "quillgate_session";
/// Characters that are kept of what a browser calls itself.
const USER_AGENT_MAX: usize = 300;
/// That of the page in a frame of another site's page: browsers keep it apart for each site, and a page of that site
/// could make them send it. So it counts only for what our own page asks.
const EMBEDDED: &str = "__Host-quillgate_embedded";
/// Sessions kept per user; signing in once more ends the oldest.
const PER_USER: u64 = 100;

/// The value of the cookie, `<id>.<secret>`, taken apart.
pub fn from_request(req: &HttpRequest) -> Option<(String, String)> {
    let cookie = req.cookie(COOKIE).or_else(|| {
        let origins = req.app_data::<web::Data<Origins>>()?;
        req.cookie(EMBEDDED).filter(|_| origins.is_own_page(req))
    })?;
    let (id, secret) = cookie.value().split_once('.')?;
    Some((id.to_owned(), secret.to_owned()))
}

/// Which sessions of a user.
pub enum Which {
    Only(String),
    AllBut(Option<String>),
}

/// A session that has begun.
pub struct Started {
    pub id: String,
    /// The value of its cookie.
    pub cookie: String,
    /// Milliseconds since 1970.
    pub expires: i64,
}

/// What a browser calls itself, as far as it is kept.
pub fn user_agent(req: &HttpRequest) -> Option<String> {
    let given = req.headers().get(USER_AGENT)?.to_str().ok()?;
    Some(given.chars().take(USER_AGENT_MAX).collect())
}

/// Starts a session of a browser that calls itself `user_agent`.
pub async fn start(
    store: &Store,
    user: UserId,
    user_agent: Option<String>,
    lifetime: Duration,
) -> Result<Started, StoreError> {
    let id = Uuid::new_v4().to_string();
    let secret = random_secret();
    let now = time::now();
    let expires = now.saturating_add(i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX));
    let row = web_sessions::ActiveModel {
        id: Set(id.clone()),
        user_id: Set(user.0),
        secret_hash: Set(digest(&secret)),
        created: Set(now),
        expires: Set(expires),
        user_agent: Set(user_agent),
        last_used: Set(Some(now)),
    };
    store
        .write(move |db| async move {
            let wrap = StoreError::from;
            web_sessions::Entity::delete_many()
                .filter(web_sessions::Column::Expires.lt(now))
                .exec(db.as_ref())
                .await
                .map_err(wrap)?;
            let too_many = web_sessions::Entity::find()
                .filter(web_sessions::Column::UserId.eq(user.0))
                .order_by_desc(web_sessions::Column::Created)
                .offset(PER_USER - 1)
                .limit(PER_USER)
                .all(db.as_ref())
                .await
                .map_err(wrap)?;
            let mut changes = Vec::new();
            for old in too_many {
                changes.push(Change::WebSession(old.id.clone()));
                old.delete(db.as_ref()).await.map_err(wrap)?;
            }
            web_sessions::Entity::insert(row)
                .exec(db.as_ref())
                .await
                .map_err(wrap)?;
            Ok(((), changes))
        })
        .await
        .map(|()| Started {
            cookie: format!("{id}.{secret}"),
            id,
            expires,
        })
}

/// Ends a session: its cookie is worth nothing from the next request on, and its sockets close.
pub async fn end(store: &Store, id: String) -> Result<(), StoreError> {
    store
        .write(move |db| async move {
            web_sessions::Entity::delete_by_id(id.clone())
                .exec(db.as_ref())
                .await
                .map_err(StoreError::from)?;
            Ok(((), vec![Change::WebSession(id)]))
        })
        .await
}

/// The sessions of a user that have not ended, the latest used first.
pub async fn of(store: &Store, user: UserId) -> Result<Vec<web_sessions::Model>, StoreError> {
    let own = web_sessions::Entity::find()
        .filter(web_sessions::Column::UserId.eq(user.0))
        .filter(web_sessions::Column::Expires.gt(time::now()))
        .order_by_desc(web_sessions::Column::LastUsed)
        .order_by_desc(web_sessions::Column::Created);
    store
        .read(move |db| async move { own.all(&db).await })
        .await
}

/// Ends one of a user's sessions, or all but one, and says how many those were.
pub async fn end_of(store: &Store, user: UserId, which: Which) -> Result<usize, StoreError> {
    store
        .write(move |db| async move {
            let ended = remove(&db, user, which).await?;
            let changes: Vec<_> = ended.into_iter().map(Change::WebSession).collect();
            Ok((changes.len(), changes))
        })
        .await
}

/// Removes sessions of a user and returns their ids. Whoever calls it tells the change.
pub async fn remove(
    db: &DatabaseTransaction,
    user: UserId,
    which: Which,
) -> Result<Vec<String>, DbErr> {
    let those = match which {
        Which::Only(id) => web_sessions::Column::Id.eq(id),
        Which::AllBut(Some(id)) => web_sessions::Column::Id.ne(id),
        Which::AllBut(None) => web_sessions::Column::Id.is_not_null(),
    };
    let those = Condition::all()
        .add(web_sessions::Column::UserId.eq(user.0))
        .add(those);
    let found = web_sessions::Entity::find()
        .filter(those.clone())
        .all(db)
        .await?;
    web_sessions::Entity::delete_many()
        .filter(those)
        .exec(db)
        .await?;
    Ok(found.into_iter().map(|session| session.id).collect())
}

/// The cookie that a browser is given: `value` empty and `lifetime` zero make it forget an earlier one.
pub fn cookie(value: String, lifetime: Duration, https: bool) -> Cookie<'static> {
    Cookie::build(COOKIE, value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(https)
        .max_age(CookieDuration::seconds(
            i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX),
        ))
        .finish()
}

/// The same as a header, for the page in a frame of another site's page; browsers take it over https alone.
pub fn embedded_cookie(value: String, lifetime: Duration) -> String {
    let mut cookie = cookie(value, lifetime, true);
    cookie.set_name(EMBEDDED);
    cookie.set_same_site(SameSite::None);
    format!("{cookie}; Partitioned")
}

/// A web session is checked like a token: by its secret, its end and its user.
pub fn is_valid(session: &Arc<super::directory::WebSession>, secret: &str) -> bool {
    session.expires > time::now() && super::token::matches(secret, &session.secret_hash)
}
