//! Shares that open with a password: what tools show with each request, and what a browser keeps once its person has
//! typed it.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration as CookieDuration};
use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::SharePage;
use super::asked::Asked;
use super::refused::Refused;
use crate::auth::caller::basic;
use crate::http::client::Client;
use crate::http::error::ApiError;
use crate::shares::Share;
use crate::store::sealed::Place;
use crate::store::time;

/// Its path is that of the share, so that each share has its own.
const COOKIE: &str = "quillgate_share";
/// How long a browser is let in after the password was typed.
const REMEMBERED: Duration = Duration::from_secs(12 * 60 * 60);
/// Longer cookies are not ours.
const COOKIE_MAX: usize = 1024;
/// What a cookie is sealed for.
const PLACE: Place<'_> = Place {
    table: "shares",
    column: "cookie",
    row: 0,
};

impl SharePage {
    /// Lets in whoever shows the password of the share, or the cookie that stands for it.
    pub(super) async fn check_password(
        &self,
        share: &Share,
        req: &HttpRequest,
    ) -> Result<(), Refused> {
        let Some(stored) = &share.password_hash else {
            return Ok(());
        };
        if self.has_cookie(share, stored, req) {
            return Ok(());
        }
        let Some(header) = req.headers().get(AUTHORIZATION) else {
            return Err(Refused::Password { wrong: false });
        };
        // Any user name.
        let (_, password) = basic(header.as_bytes()).ok_or(Refused::Password { wrong: true })?;
        self.opens(share, stored, &password, req).await
    }

    /// The cookie for somebody who has typed this password; none is needed for a share without one.
    pub(super) async fn typed(
        &self,
        share: &Share,
        password: &str,
        (asked, req, https): (&Asked, &HttpRequest, bool),
    ) -> Result<Option<Cookie<'static>>, Refused> {
        let Some(stored) = &share.password_hash else {
            return Ok(None);
        };
        self.opens(share, stored, password, req).await?;
        let lifetime = i64::try_from(REMEMBERED.as_secs()).unwrap_or(i64::MAX);
        let until = time::now().saturating_add(lifetime.saturating_mul(1000));
        let content = format!("{until} {}", stands_for(share, stored));
        let sealed = self.keys.seal(PLACE, content.as_bytes());
        let cookie = Cookie::build(COOKIE, sealed.map_err(ApiError::internal)?)
            .path(asked.root())
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(https)
            .max_age(CookieDuration::seconds(lifetime))
            .finish();
        Ok(Some(cookie))
    }

    async fn opens(
        &self,
        share: &Share,
        stored: &str,
        password: &str,
        req: &HttpRequest,
    ) -> Result<(), Refused> {
        let thing = format!("share {}", share.token);
        let address = Client::of(req).ip;
        let auth = &self.shares.auth;
        match auth.opens(&thing, password, stored, address).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Refused::Password { wrong: true }),
            Err(error) if error.status() == StatusCode::INTERNAL_SERVER_ERROR => Err(error.into()),
            Err(error) => Err(Refused::Later(error)),
        }
    }

    fn has_cookie(&self, share: &Share, stored: &str, req: &HttpRequest) -> bool {
        let Some(cookie) = req.cookie(COOKIE) else {
            return false;
        };
        if cookie.value().len() > COOKIE_MAX {
            return false;
        }
        let Ok(content) = self.keys.reveal(PLACE, cookie.value()) else {
            return false;
        };
        let content = String::from_utf8_lossy(&content);
        content.split_once(' ').is_some_and(|(until, what)| {
            let until: i64 = until.parse().unwrap_or_default();
            until > time::now() && what == stands_for(share, stored)
        })
    }
}

/// What the cookie of a share holds: with another password it is another share's.
fn stands_for(share: &Share, stored: &str) -> String {
    let digest = HEXLOWER.encode(&Sha256::digest(stored.as_bytes()));
    format!("{} {digest}", share.token)
}
