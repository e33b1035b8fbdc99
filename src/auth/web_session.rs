//! The web client's session: a cookie that scripts cannot read and other sites cannot send.

use std::sync::Arc;
use std::time::Duration;

use actix_web::cookie::{Cookie, SameSite, time::Duration as CookieDuration};
use actix_web::{HttpRequest, web};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::rows::web_sessions;
use super::token::digest;
use crate::http::origin::Origins;
use crate::ids::UserId;
use crate::ids::random_secret;
use crate::store::changes::Change;
use crate::store::{Store, StoreError, time};

pub const COOKIE: &str = "quillgate_session";
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

/// A session that has begun.
pub struct Started {
    pub id: String,
    /// The value of its cookie.
    pub cookie: String,
    /// Milliseconds since 1970.
    pub expires: i64,
}

/// Starts a session.
pub async fn start(store: &Store, user: UserId, lifetime: Duration) -> Result<Started, StoreError> {
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
