//! `POST /mail[/<id>]/compose`, `GET /mail/compose/<id>` and its payload.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use data_encoding::HEXLOWER;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::coordinator::{Outcome, Reason};
use super::records::Record;
use super::requests::{Answer, First, RequestKey, Turn};
use super::{Composes, Filling};
use crate::auth::caller::{FetchPayload, FollowCompose, ManageOwn, OpenCompose};
use crate::auth::scope::Scope;
use crate::auth::{Caller, Credential, May};
use crate::http::answer::pretty;
use crate::http::budget::Share;
use crate::http::error::ApiError;
use crate::http::prefer;
use crate::ids::{ComposeId, IdentityId};
use crate::outbound::attached::Attached;
use crate::outbound::intake::{Chosen, Intake, Mail};
use crate::outbound::routes::Mailer;
use crate::store::time::rfc3339;

/// Composes that `GET /me/composes` lists unless it is asked for more or less, and how many at most.
const RECENT: usize = 20;
const RECENT_MAX: usize = 100;

/// `POST /mail[/<id>]/compose`: answered after a live page has confirmed the window.
///
/// # Errors
/// The checks of a send, 404 when nobody confirms, 429 over the rate limit, 429 and 503 when too many wait already.
pub async fn open(
    caller: May<OpenCompose>,
    Chosen(identity): Chosen,
    req: HttpRequest,
    payload: web::Payload,
    intake: web::Data<Intake>,
    composes: web::Data<Composes>,
    mailer: web::Data<Mailer>,
) -> Result<HttpResponse, ApiError> {
    let body = intake.body(&req, payload, &caller).await?;
    // A repeated request waits for the first one: it takes a place, too.
    let place = composes.place(caller.user.id)?;
    let turn = turn(&composes, &caller, &req, identity, &body).await?;
    let first = match turn {
        Some(Turn::Repeated(answer)) => return Ok(answered(&answer, None)),
        Some(Turn::First(first)) => Some(first),
        None => None,
    };
    let (checked, data) = intake.draft(&caller, body, |draft, _| draft.data()).await?;
    let mail = intake.mail(&caller, identity, checked).await?;
    mailer.check_folder(&mailer.person(&caller), &mail).await?;
    let wait = prefer::wait(&req, composes.settings.wait_max);
    let asked = Asked { wait, place, first };
    let answer = open_and_wait(&composes, caller.into_inner(), mail, data, asked).await?;
    Ok(answered(&answer, wait))
}

/// What belongs to a request that may wait.
struct Asked {
    wait: Option<Duration>,
    place: Share,
    first: Option<First>,
}

/// Offers the window in a task of its own, which also keeps the answer: a caller that hangs up and repeats the request
/// gets what became of the first.
async fn open_and_wait(
    composes: &Arc<Composes>,
    caller: Caller,
    mail: Mail,
    draft_data: Map<String, Value>,
    asked: Asked,
) -> Result<Answer, ApiError> {
    let Asked { wait, place, first } = asked;
    let warning = mail.draft.warning();
    let filling = filling(mail, draft_data);
    let call = composes.call(&caller, &filling, wait).await;
    let wait = wait.or(call.as_ref().map(|call| call.wait));
    let (id, offering) = composes.open(&caller, filling, (wait, call), place)?;
    let answering = async move {
        let answer = answer(&caller, id, offering.await, warning)?;
        if let Some(first) = first {
            first.answer(answer.clone()).await;
        }
        Ok(answer)
    };
    // On the caller's own thread: with warm caches the whole way makes no hop to another runtime.
    actix_web::rt::spawn(composes.tracker.track_future(answering))
        .await
        .map_err(ApiError::internal)?
}

async fn turn(
    composes: &Composes,
    caller: &Caller,
    req: &HttpRequest,
    identity: Option<IdentityId>,
    body: &[u8],
) -> Result<Option<Turn>, ApiError> {
    let Some(key) = req.headers().get("idempotency-key") else {
        return Ok(None);
    };
    let key = RequestKey {
        made_by: caller.key(),
        user: caller.user.id,
        key: String::from_utf8_lossy(key.as_bytes()).trim().to_owned(),
    };
    let mut digest = Sha256::new();
    digest.update(identity.map_or(0, |id| id.0).to_be_bytes());
    digest.update(body);
    composes
        .requests
        .turn(key, HEXLOWER.encode(&digest.finalize()))
        .await
        .map(Some)
}

fn filling(mail: Mail, draft_data: Map<String, Value>) -> Filling {
    let mut data = Map::new();
    data.insert("identity".to_owned(), json!(mail.identity.id));
    data.extend(draft_data);
    let attachments: Vec<Value> = mail.attachments.iter().map(Attached::json).collect();
    if !attachments.is_empty() {
        data.insert("attachments".to_owned(), Value::Array(attachments));
    }
    Filling {
        data,
        share_password: mail
            .draft
            .share_password
            .map(|password| password.0)
            .filter(|password| !password.is_empty()),
    }
}

fn answer(
    caller: &Caller,
    id: ComposeId,
    outcome: Outcome,
    warning: Option<String>,
) -> Result<Answer, ApiError> {
    let (status, body) = match outcome {
        Outcome::Opened(_) => {
            let mut body = Map::new();
            body.insert("status".to_owned(), json!(200));
            if let Some(warning) = warning {
                body.insert("warning".to_owned(), json!(warning));
            }
            body.insert(
                "message".to_owned(),
                json!("Request to open compose window sent"),
            );
            body.insert("id".to_owned(), json!(id));
            (200, Value::Object(body))
        }
        Outcome::NotOnline(reason) => {
            let reason = match reason {
                Reason::Offline => "offline",
                Reason::Silent => "silent",
                Reason::Refused => "refused",
            };
            let user = &caller.user;
            let error = ApiError::not_found(format!(
                "User '{}' (#{}) is NOT online",
                user.login, user.id
            ))
            .detail("reason", reason);
            (404, error.body())
        }
        Outcome::Interrupted => {
            return Err(ApiError::unavailable(
                "The server is being restarted, try again",
                2,
            ));
        }
    };
    Ok(Answer {
        status,
        body: format!("{body:#}\n"),
    })
}

fn answered(answer: &Answer, wait: Option<Duration>) -> HttpResponse {
    let status = actix_web::http::StatusCode::from_u16(answer.status).unwrap_or_default();
    let mut response = HttpResponse::build(status);
    response.content_type("application/json");
    if let Some(wait) = wait {
        response.insert_header(("Preference-Applied", prefer::applied(wait)));
    }
    response.body(answer.body.clone())
}

/// `GET /mail/compose/<id>`: what became of it. `Prefer: wait` waits for the next change.
///
/// # Errors
/// 404 for an unknown compose, and for one of another credential or user; 429 and 503 when too many wait already.
pub async fn follow(
    caller: May<FollowCompose>,
    id: web::Path<String>,
    req: HttpRequest,
    composes: web::Data<Composes>,
) -> Result<HttpResponse, ApiError> {
    let id = parse_id(&id)?;
    let record = composes.records.find(id).await?;
    let record = record
        .filter(|record| record.user == caller.user.id && may_follow(&caller, record))
        .ok_or_else(|| unknown(id))?;
    let wait = prefer::wait(&req, composes.settings.wait_max);
    let _place = match wait {
        Some(wait) if !wait.is_zero() => Some(composes.place(caller.user.id)?),
        _ => None,
    };
    let mut seen = record.version.now();
    let mut facts = record.facts();
    if let Some(wait) = wait {
        let before = facts.state;
        let change = async {
            while facts.state == before && !before.is_final() {
                seen = record.version.after(seen).await;
                facts = record.facts();
            }
        };
        // Nothing happened in time, or the server stops: the answer is the state as it is.
        tokio::select! {
            () = change => {}
            () = tokio::time::sleep(wait) => {}
            () = composes.stopping.cancelled() => {}
        }
    }
    let body = json!({
        "status": 200,
        "id": id,
        "state": facts.state.name(),
        "messageId": facts.message_id,
        "openedAt": rfc3339(facts.opened_at),
        "seenAt": facts.seen_at.map(rfc3339),
        "finishedAt": facts.finished_at.map(rfc3339),
    });
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "no-store"));
    if let Some(wait) = wait {
        response.insert_header(("Preference-Applied", prefer::applied(wait)));
    }
    Ok(pretty(&mut response, &body))
}

/// The credential that made it, and the user: by password, by the web client, or by a token that holds sessions.
fn may_follow(caller: &Caller, record: &Record) -> bool {
    let own = !matches!(caller.credential, Credential::Token { .. });
    own || caller.has(Scope::Session) || caller.key() == record.made_by
}

/// `GET /mail/compose/<id>/payload`: what the window is filled with.
///
/// # Errors
/// 404 for an unknown compose, another user's, and one whose payload nobody needs any more.
pub async fn payload(
    caller: May<FetchPayload>,
    id: web::Path<String>,
    composes: web::Data<Composes>,
) -> Result<HttpResponse, ApiError> {
    let id = parse_id(&id)?;
    let data = composes
        .payloads
        .get(id, caller.user.id)
        .ok_or_else(|| unknown(id))?;
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(data))
}

/// `GET /me/composes?limit=`: the user's latest composes and what became of them, newest first.
///
/// # Errors
/// 400 for a limit that is none.
pub async fn recent(
    caller: May<ManageOwn>,
    req: HttpRequest,
    composes: web::Data<Composes>,
) -> Result<HttpResponse, ApiError> {
    let limit = limit(req.query_string())?;
    let entries = composes.recent(caller.user.id, limit).await?;
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "no-store"));
    Ok(pretty(&mut response, &json!({"composes": entries})))
}

fn limit(query: &str) -> Result<usize, ApiError> {
    let mut parameters = url::form_urlencoded::parse(query.as_bytes());
    let Some((_, text)) = parameters.find(|(name, _)| name == "limit") else {
        return Ok(RECENT);
    };
    let limit = text.parse().ok();
    limit
        .filter(|limit| (1..=RECENT_MAX).contains(limit))
        .ok_or_else(|| {
            ApiError::bad_request(format!(
                "Parameter 'limit' must be a number from 1 to {RECENT_MAX}"
            ))
        })
}

fn parse_id(text: &str) -> Result<ComposeId, ApiError> {
    text.parse().map_err(|_| unknown(text))
}

fn unknown(id: impl std::fmt::Display) -> ApiError {
    ApiError::not_found(format!("Compose {id} NOT found"))
}
