//! `GET /me/identities`, `PATCH /me/identities/<id>`: what users themselves change about how they are shown. Addresses
//! and accounts are the administrator's.

mod change;

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::admin::identities::set_own;
use super::{Identities, Identity, listed};
use crate::auth::May;
use crate::auth::caller::ManageOwn;
use crate::http::answer::pretty;
use crate::http::body::{self, Size};
use crate::http::error::ApiError;
use crate::ids::{IdentityId, UserId};
use crate::store::StoreError;

/// A signature, written with escapes for every byte, and four short texts.
const CHANGE_MAX: Size = Size {
    most: 512 * 1024,
    limit: None,
};

/// `GET /me/identities`: those of `GET /mail` with all of their parts, the default one first.
///
/// # Errors
/// Those of the database.
pub async fn list(
    caller: May<ManageOwn>,
    identities: web::Data<Identities>,
) -> Result<HttpResponse, ApiError> {
    let list = identities.own(caller.user.id).await?;
    let user = json!({"id": caller.user.id, "login": caller.user.login, "name": caller.user.name});
    Ok(pretty(
        &mut HttpResponse::Ok(),
        &json!({"user": user, "identities": list}),
    ))
}

/// `PATCH /me/identities/<id>`: answered with the identity as it is then. What is absent stays.
///
/// # Errors
/// 422 naming what cannot be used, of which nothing is changed then; 404 for an unknown identity and somebody else's.
pub async fn change(
    caller: May<ManageOwn>,
    id: web::Path<String>,
    req: HttpRequest,
    payload: web::Payload,
    identities: web::Data<Identities>,
) -> Result<HttpResponse, ApiError> {
    let members = body::object(&req, payload, CHANGE_MAX, caller.type_rule()).await?;
    let change = change::parse(&members)?;
    let user = caller.user.id;
    let unknown = || ApiError::not_found(format!("Identity {id} NOT found"));
    let id: IdentityId = id.parse().map_err(|_| unknown())?;
    let all = identities.of(user).await?;
    if !listed(&all).any(|identity| identity.id == id) {
        return Err(unknown());
    }
    let write = identities.store.write(move |db| async move {
        let set = set_own(&db, user, id, change).await;
        match set.map_err(StoreError::from)? {
            Some(Ok(changes)) => Ok((true, changes)),
            Some(Err(unusable)) => Err(change::refusal(&unusable)),
            None => Ok((false, Vec::new())),
        }
    });
    if !write.await? {
        return Err(unknown());
    }
    let now = identities.own(user).await?;
    let changed = now.into_iter().find(|own| own["id"] == json!(id));
    Ok(pretty(
        &mut HttpResponse::Ok(),
        &changed.ok_or_else(unknown)?,
    ))
}

impl Identities {
    async fn own(&self, user: UserId) -> Result<Vec<Value>, StoreError> {
        let all = self.of(user).await?;
        Ok(listed(&all).enumerate().map(shown).collect())
    }
}

fn shown((position, identity): (usize, &Arc<Identity>)) -> Value {
    json!({
        "id": identity.id,
        "display": identity.display(),
        "email": identity.email,
        "name": identity.name,
        "org": identity.org,
        "label": identity.label,
        "replyTo": identity.reply_to,
        "signature": identity.signature,
        "default": position == 0,
    })
}
