//! `/me/recipients`: the people whom the caller has written to, to be found and forgotten.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{KEPT, Recipient, Recipients};
use crate::auth::May;
use crate::auth::caller::ManageOwn;
use crate::http::answer::pretty;
use crate::http::error::ApiError;
use crate::store::time::rfc3339;

/// How many an answer has if nobody says how many.
const USUAL: usize = 8;

/// `GET /me/recipients?q=<beginnings of words>&limit=<number>`: the best first.
///
/// # Errors
/// Those of the database.
pub async fn list(
    caller: May<ManageOwn>,
    req: HttpRequest,
    recipients: web::Data<Recipients>,
) -> Result<HttpResponse, ApiError> {
    let (mut query, mut limit) = (String::new(), USUAL);
    for (name, value) in form_urlencoded::parse(req.query_string().as_bytes()) {
        match &*name {
            "q" => query = value.into_owned(),
            "limit" => limit = parsed_limit(&value)?,
            _ => {}
        }
    }
    let (found, count) = recipients.find(caller.user.id, &query, limit).await?;
    let found: Vec<_> = found.iter().map(entry).collect();
    let body = json!({"recipients": found, "count": count});
    Ok(pretty(&mut HttpResponse::Ok(), &body))
}

fn parsed_limit(value: &str) -> Result<usize, ApiError> {
    let most = usize::try_from(KEPT).unwrap_or(usize::MAX);
    let limit = value
        .parse()
        .ok()
        .filter(|limit| (1..=most).contains(limit));
    limit.ok_or_else(|| {
        ApiError::unprocessable(format!("Parameter 'limit': use a number from 1 to {KEPT}"))
    })
}

fn entry(person: &Recipient) -> Value {
    json!({
        "address": person.address,
        "name": person.name,
        "mails": person.mails,
        "lastUsed": rfc3339(person.last_used),
    })
}

/// `DELETE /me/recipients/<address>`.
///
/// # Errors
/// 404 when nobody with this address is kept.
pub async fn forget(
    caller: May<ManageOwn>,
    address: web::Path<String>,
    recipients: web::Data<Recipients>,
) -> Result<HttpResponse, ApiError> {
    match recipients.forget(caller.user.id, &address).await? {
        true => Ok(HttpResponse::NoContent().finish()),
        false => Err(ApiError::not_found("You have not written to this address")),
    }
}

/// `DELETE /me/recipients`: all of them.
///
/// # Errors
/// Those of the database.
pub async fn forget_all(
    caller: May<ManageOwn>,
    recipients: web::Data<Recipients>,
) -> Result<HttpResponse, ApiError> {
    recipients.forget_all(caller.user.id).await?;
    Ok(HttpResponse::NoContent().finish())
}
