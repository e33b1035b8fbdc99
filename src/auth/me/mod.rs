//! What users see and change about themselves: who they are, where they are signed in, their tokens, their password.

pub mod password;
pub mod sessions;
mod token_rows;
pub mod tokens;

use actix_web::HttpResponse;
use serde_json::json;

use super::May;
use super::caller::ManageOwn;
use crate::http::answer::pretty;

/// `GET /me`.
pub async fn get(caller: May<ManageOwn>) -> HttpResponse {
    let user = &caller.user;
    let body = json!({
        "user": {
            "id": user.id,
            "login": user.login,
            "name": user.name,
            "email": user.email,
            "admin": user.admin,
            "timezone": user.timezone,
        },
        "session": caller.web_session(),
        "passwordHere": user.password_hash.is_some(),
    });
    pretty(&mut HttpResponse::Ok(), &body)
}
