//! `GET /mail/shares`, `PATCH` and `DELETE /mail/shares/<token>`: what senders do about their shares.

use actix_web::{HttpRequest, HttpResponse, web};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::Shares;
use super::manage::unknown;
use crate::auth::May;
use crate::auth::caller::ManageShares;
use crate::draft::share_change::ShareChange;
use crate::http::answer::pretty;
use crate::http::body::{self, Size};
use crate::http::client::Client;
use crate::http::error::ApiError;
use crate::http::public_url::PublicUrl;

/// Bytes of a change: a password and two short values.
const CHANGE_MAX: u64 = 16 * 1024;

/// `GET /mail/shares`: one's own, the newest first.
///
/// # Errors
/// Those of the database.
pub async fn list(
    caller: May<ManageShares>,
    req: HttpRequest,
    shares: web::Data<Shares>,
    public_url: web::Data<PublicUrl>,
) -> Result<HttpResponse, ApiError> {
    let client = Client::of(&req);
    let url = |token: &str| public_url.share(&client, token);
    let list = shares.list(&caller.user, url).await?;
    let mut body = Map::new();
    let listed = list.shares.into_iter().map(Value::Object).collect();
    body.insert("shares".to_owned(), Value::Array(listed));
    if list.more {
        body.insert("more".to_owned(), true.into());
    }
    Ok(pretty(&mut HttpResponse::Ok(), &body))
}

/// `PATCH /mail/shares/<token>`: answered with the share as it is then.
///
/// # Errors
/// 422 for what cannot be used, of which nothing is changed then; 404 for an unknown share and somebody else's.
pub async fn change(
    caller: May<ManageShares>,
    token: web::Path<String>,
    req: HttpRequest,
    payload: web::Payload,
    shares: web::Data<Shares>,
    public_url: web::Data<PublicUrl>,
) -> Result<HttpResponse, ApiError> {
    let size = Size {
        most: CHANGE_MAX,
        limit: None,
    };
    let members = body::object(&req, payload, size, caller.type_rule()).await?;
    let zone = caller.user.zone(&shares.settings.timezone);
    let change = ShareChange::parse(&members, Timestamp::now().to_zoned(zone).date())?;
    let warning = change.warning();
    let url = public_url.share(&Client::of(&req), &token);
    let mut share = shares.change(&caller.user, &token, change, url).await?;
    if let Some(warning) = warning {
        share.insert("warning".to_owned(), warning.into());
    }
    Ok(pretty(&mut HttpResponse::Ok(), &share))
}

/// `DELETE /mail/shares/<token>`: from now on it is as if it had never been.
///
/// # Errors
/// 404 for an unknown share and somebody else's.
pub async fn revoke(
    caller: May<ManageShares>,
    token: web::Path<String>,
    shares: web::Data<Shares>,
) -> Result<HttpResponse, ApiError> {
    match shares.revoke(caller.user.id, &token).await? {
        true => Ok(HttpResponse::NoContent().finish()),
        false => Err(unknown()),
    }
}
