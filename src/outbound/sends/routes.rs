//! `/mail/sends/<sendId>`: what becomes of a send, undoing it, and sending it now.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::course::{Course, Named, State};
use crate::auth::May;
use crate::auth::caller::SendMail;
use crate::http::answer::pretty;
use crate::http::error::ApiError;
use crate::http::prefer;
use crate::outbound::routes::Mailer;
use crate::store::time::{self, rfc3339};

/// How long somebody may wait for a change.
const WAIT_MAX: Duration = Duration::from_secs(60);

/// `GET /mail/sends/<sendId>`. `Prefer: wait` waits for the next change.
///
/// # Errors
/// 404 for an unknown send, and for another user's.
pub async fn follow(
    caller: May<SendMail>,
    id: web::Path<String>,
    req: HttpRequest,
    mailer: web::Data<Mailer>,
) -> Result<HttpResponse, ApiError> {
    let (named, course) = find(&caller, &id, &mailer)?;
    let wait = prefer::wait(&req, WAIT_MAX);
    let mut follow = course.follow();
    if let Some(wait) = wait
        && follow.borrow_and_update().answer.is_none()
    {
        // Nothing happened in time, or the server stops: the answer is the state as it is.
        tokio::select! {
            _ = follow.changed() => {}
            () = tokio::time::sleep(wait) => {}
            () = mailer.sends.stopping.cancelled() => {}
        }
    }
    let facts = course.facts();
    let (warning, error) = match facts.answer {
        Some((Ok(sent), _)) => (sent.warning(), None),
        Some((Err(error), _)) => (None, Some(error.body())),
        None => (None, None),
    };
    let handed_over = match facts.state {
        State::Sent => facts.bytes.unwrap_or_default(),
        _ => course.handed_over(),
    };
    let body = json!({
        "status": 200,
        "id": named.id,
        "state": facts.state.name(),
        "undoUntil": facts.undo_until.map(rfc3339),
        "undoLeft": facts.undo_until.map(|until| (until - time::now()).max(0)),
        "bytes": facts.bytes,
        "bytesSent": handed_over,
        "messageId": facts.message_id,
        "warning": warning,
        "error": error,
    });
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "no-store"));
    if let Some(wait) = wait {
        response.insert_header(("Preference-Applied", prefer::applied(wait)));
    }
    Ok(pretty(&mut response, &body))
}

/// `DELETE /mail/sends/<sendId>`: 204 once nothing is left of it.
///
/// # Errors
/// 404, and 409 with the state when it is too late.
pub async fn undo(
    caller: May<SendMail>,
    id: web::Path<String>,
    mailer: web::Data<Mailer>,
) -> Result<HttpResponse, ApiError> {
    let (_, course) = find(&caller, &id, &mailer)?;
    match course.release(State::Undone) {
        State::Undone => {
            // Its window and its shares are given back: it can be sent anew.
            drop(course.ended().await);
            Ok(HttpResponse::NoContent().finish())
        }
        other => Err(too_late(other)),
    }
}

/// `POST /mail/sends/<sendId>`: sends what is held without waiting any longer.
///
/// # Errors
/// 404, and 409 with the state when it is not going out.
pub async fn now(
    caller: May<SendMail>,
    id: web::Path<String>,
    mailer: web::Data<Mailer>,
) -> Result<HttpResponse, ApiError> {
    let (_, course) = find(&caller, &id, &mailer)?;
    match course.release(State::Sending) {
        State::Sending | State::Sent => Ok(HttpResponse::NoContent().finish()),
        other => Err(too_late(other)),
    }
}

fn find(
    caller: &May<SendMail>,
    id: &str,
    mailer: &Mailer,
) -> Result<(Named, Arc<Course>), ApiError> {
    let user = caller.user.id;
    let named = id.parse().ok().map(|id| Named { user, id });
    let found = named.and_then(|named| Some((named, mailer.sends.find(named)?)));
    found.ok_or_else(|| ApiError::not_found(format!("Send {id} is NOT known")))
}

fn too_late(state: State) -> ApiError {
    let message = match state {
        State::Sent => "The mail is sent already",
        State::Failed => "The mail was not sent",
        State::Undone => "Sending was undone",
        State::InDoubt => "The mail may have been sent already",
        State::Held | State::Sending => "The mail is being sent already",
    };
    ApiError::conflict(message).detail("state", state.name())
}
