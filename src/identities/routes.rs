//! `GET /mail`: the identities that the caller may send as.

use actix_web::{HttpResponse, web};
use serde_json::{Map, Value, json};

use super::{Identities, listed};
use crate::auth::May;
use crate::auth::caller::ListIdentities;
use crate::http::answer::pretty;
use crate::http::error::ApiError;

/// `GET /mail`. The first entry is the default.
///
/// # Errors
/// Those of the database.
pub async fn list(
    caller: May<ListIdentities>,
    identities: web::Data<Identities>,
) -> Result<HttpResponse, ApiError> {
    let all = identities.of(caller.user.id).await?;
    let responses: Map<String, Value> = listed(&all)
        .map(|identity| {
            let path = format!("/{}/mail/{}", caller.user.login, identity.id);
            (path, Value::from(identity.display()))
        })
        .collect();
    Ok(pretty(
        &mut HttpResponse::Ok(),
        &json!({"responses": responses}),
    ))
}
