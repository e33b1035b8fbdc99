//! `DELETE /me/sessions[/<id>]`: signing out elsewhere. What lists them counts their sockets, too: `presence::own`.

use actix_web::{HttpResponse, web};
use serde_json::json;

use crate::auth::caller::ManageOwn;
use crate::auth::rows::web_sessions::Model;
use crate::auth::web_session::{self, Which};
use crate::auth::{Auth, May};
use crate::http::answer::pretty;
use crate::http::error::ApiError;
use crate::ids::UserId;

impl Auth {
    /// The web sessions of a user, the latest used first. Uses of the last five minutes may not be among them yet.
    ///
    /// # Errors
    /// Only those of the database.
    pub async fn web_sessions(&self, user: UserId) -> Result<Vec<Model>, ApiError> {
        Ok(web_session::of(&self.store, user).await?)
    }
}

/// `DELETE /me/sessions/<id>`: its cookie is worth nothing for the very next request, its sockets close.
///
/// # Errors
/// 404 for an unknown session and somebody else's.
pub async fn end(
    caller: May<ManageOwn>,
    id: web::Path<String>,
    auth: web::Data<Auth>,
) -> Result<HttpResponse, ApiError> {
    let which = Which::Only(id.into_inner());
    match web_session::end_of(&auth.store, caller.user.id, which).await? {
        0 => Err(ApiError::not_found(
            "There is no such session, it may have ended already",
        )),
        _ => Ok(HttpResponse::NoContent().finish()),
    }
}

/// `DELETE /me/sessions`: all but the one that asks.
///
/// # Errors
/// Only those of the database.
pub async fn end_others(
    caller: May<ManageOwn>,
    auth: web::Data<Auth>,
) -> Result<HttpResponse, ApiError> {
    let which = Which::AllBut(caller.web_session().map(str::to_owned));
    let ended = web_session::end_of(&auth.store, caller.user.id, which).await?;
    Ok(pretty(
        &mut HttpResponse::Ok(),
        &json!({"status": 200, "ended": ended}),
    ))
}
