//! `GET` and `POST /me/tokens`, `DELETE /me/tokens/<id>`: what lets a user's programs in. Tokens for all users are the
//! administrator's.

use actix_web::{HttpRequest, HttpResponse, web};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::token_rows;
use crate::auth::admin::tokens::NewToken;
use crate::auth::caller::ManageOwn;
use crate::auth::rows::tokens::Model;
use crate::auth::scope::{Scope, Scopes};
use crate::auth::{Auth, Caller, May, until};
use crate::draft::attribute::Attributes;
use crate::draft::error::shown;
use crate::http::answer::pretty;
use crate::http::body::{self, Size};
use crate::http::error::ApiError;
use crate::ids::TokenId;
use crate::store::time::rfc3339;

/// A remark and some short names.
const BODY_MAX: Size = Size {
    most: 16 * 1024,
    limit: None,
};
/// Characters of a remark: people see it in every window that the token opens.
const REMARK_MAX: usize = 100;

/// `GET /me/tokens`: those that are not revoked, the newest first.
///
/// # Errors
/// Only those of the database.
pub async fn list(caller: May<ManageOwn>, auth: web::Data<Auth>) -> Result<HttpResponse, ApiError> {
    let user = caller.user.id;
    let read = auth
        .store
        .read(move |db| async move { token_rows::of(&db, user).await });
    let list: Vec<_> = read.await?.iter().map(listed).collect();
    Ok(pretty(&mut HttpResponse::Ok(), &json!({"tokens": list})))
}

/// `POST /me/tokens`: the answer is the only one that holds the token itself.
///
/// # Errors
/// 422 naming what cannot be used, 409 for one more than a user may have.
pub async fn create(
    caller: May<ManageOwn>,
    req: HttpRequest,
    payload: web::Payload,
    auth: web::Data<Auth>,
) -> Result<HttpResponse, ApiError> {
    let members = body::object(&req, payload, BODY_MAX, caller.type_rule()).await?;
    let new = parse(&members, &caller, &auth)?;
    let (user, given) = (caller.user.id, new.clone());
    let write = auth
        .store
        .write(move |db| async move { token_rows::create(&db, user, given).await });
    let made = write.await?;
    let mut body = json!({
        "id": made.id,
        "remark": new.remark,
        "scopes": names(new.scopes),
        "created": rfc3339(made.created),
        "until": new.until.map(rfc3339),
        "lastUsed": null,
    });
    body["token"] = made.token.into();
    Ok(pretty(&mut HttpResponse::Created(), &body))
}

/// `DELETE /me/tokens/<id>`: from the very next request on it lets nobody in.
///
/// # Errors
/// 404 for an unknown token, a revoked one and somebody else's.
pub async fn revoke(
    caller: May<ManageOwn>,
    id: web::Path<String>,
    auth: web::Data<Auth>,
) -> Result<HttpResponse, ApiError> {
    let unknown = || ApiError::not_found("There is no such token, it may have been revoked");
    let id: TokenId = id.parse().map_err(|_| unknown())?;
    let user = caller.user.id;
    let write = auth
        .store
        .write(move |db| async move { token_rows::revoke(&db, user, id).await });
    match write.await? {
        true => Ok(HttpResponse::NoContent().finish()),
        false => Err(unknown()),
    }
}

fn parse(members: &Map<String, Value>, caller: &Caller, auth: &Auth) -> Result<NewToken, ApiError> {
    let given = Attributes(members).only(&["remark", "scopes", "until"])?;
    let remark = given.line("remark")?.unwrap_or_default().trim();
    if remark.chars().count() > REMARK_MAX {
        let why = format!("it is longer than {REMARK_MAX} characters");
        return Err(ApiError::attribute("remark", why));
    }
    let mut scopes = Vec::new();
    for (_, name) in given.list("scopes")? {
        // No name of a scope has anything that this escapes.
        let scope: Result<Scope, _> = shown(name).parse();
        scopes.push(scope.map_err(|why| ApiError::attribute("scopes", why))?);
    }
    if scopes.is_empty() {
        let why = "it must name what the token may do, such as [\"groupdav\", \"mail\"]";
        return Err(ApiError::attribute("scopes", why));
    }
    let zone = caller.user.zone(&auth.settings.timezone);
    let until = given.text("until")?;
    let until = until.map(|text| until::parse(text, Timestamp::now(), &zone));
    Ok(NewToken {
        user: Some(caller.user.login.clone()),
        scopes: scopes.into_iter().collect(),
        until: until
            .transpose()
            .map_err(|why| ApiError::attribute("until", why))?,
        remark: remark.to_owned(),
    })
}

fn listed(row: &Model) -> Value {
    json!({
        "id": row.id,
        "remark": row.remark,
        "scopes": row.scopes.split_whitespace().collect::<Vec<_>>(),
        "created": rfc3339(row.created),
        "until": row.until.map(rfc3339),
        "lastUsed": row.last_used.map(rfc3339),
    })
}

fn names(scopes: Scopes) -> Vec<String> {
    let text = scopes.to_string();
    text.split_whitespace().map(str::to_owned).collect()
}
