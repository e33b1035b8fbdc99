//! `GET /me/sessions`: where a user is signed in with the web client, and which of these places are online.

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::Roster;
use crate::auth::caller::ManageOwn;
use crate::auth::{Auth, Credential, May};
use crate::http::answer::pretty;
use crate::http::error::ApiError;
use crate::store::time::rfc3339;

/// `GET /me/sessions`, the latest used first.
///
/// # Errors
/// Only those of the database.
pub async fn sessions(
    caller: May<ManageOwn>,
    auth: web::Data<Auth>,
    roster: web::Data<Roster>,
) -> Result<HttpResponse, ApiError> {
    let rows = auth.web_sessions(caller.user.id).await?;
    let live = roster.view(caller.user.id).sessions;
    let online = |of: &str| {
        let is_its = |credential: &Credential| matches!(credential, Credential::WebSession { id } if id == of);
        live.iter()
            .filter(|session| is_its(&session.credential))
            .count()
    };
    let list: Vec<Value> = rows
        .into_iter()
        .map(|row| {
            json!({
                "id": row.id,
                "userAgent": row.user_agent,
                "created": rfc3339(row.created),
                "lastUsed": rfc3339(row.last_used.unwrap_or(row.created)),
                "expires": rfc3339(row.expires),
                "current": caller.web_session() == Some(row.id.as_str()),
                "online": online(&row.id),
            })
        })
        .collect();
    Ok(pretty(&mut HttpResponse::Ok(), &json!({"sessions": list})))
}
