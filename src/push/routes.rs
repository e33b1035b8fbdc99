//! `GET`, `POST /me/push` and `DELETE /me/push/<id>`: on which of their devices a user wants to be called.

use actix_web::http::header::{CACHE_CONTROL, USER_AGENT};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::encryption::Receiver;
use super::subscriptions::{self, NewSubscription};
use super::{Push, Subscription};
use crate::auth::caller::ManageOwn;
use crate::auth::{Caller, Credential, May};
use crate::http::answer::pretty;
use crate::http::body::{self, Size};
use crate::http::error::ApiError;
use crate::store::time::rfc3339;

/// An address and two keys need no more.
const BODY_MAX: Size = Size {
    most: 16 * 1024,
    limit: None,
};
/// Characters of `User-Agent` that are kept.
const USER_AGENT_MAX: usize = 300;

/// `GET /me/push`: the gateway's public key, and the user's subscriptions.
///
/// # Errors
/// Those of the database.
pub async fn list(caller: May<ManageOwn>, push: web::Data<Push>) -> Result<HttpResponse, ApiError> {
    let all = push.subscriptions(caller.user.id).await?;
    let all: Vec<_> = all.iter().map(|each| entry(each, &caller)).collect();
    let public_key = push.vapid().await?.public_key();
    Ok(pretty(
        HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")),
        &json!({"publicKey": public_key, "subscriptions": all}),
    ))
}

/// `POST /me/push`: `{"endpoint", "keys": {"p256dh", "auth"}}`, as `PushSubscription.toJSON()` gives it → 201.
///
/// # Errors
/// 422 for an endpoint that is not to be asked and for keys that are none, 403 without a session of the web client.
pub async fn add(
    caller: May<ManageOwn>,
    req: HttpRequest,
    payload: web::Payload,
    push: web::Data<Push>,
) -> Result<HttpResponse, ApiError> {
    let form = Value::Object(body::object(&req, payload, BODY_MAX, caller.type_rule()).await?);
    let text = |pointer: &str, name: &str| {
        form.pointer(pointer)
            .and_then(Value::as_str)
            .ok_or_else(|| ApiError::unprocessable(format!("Attribute '{name}' must be a string")))
    };
    let endpoint = text("/endpoint", "endpoint")?;
    let (p256dh, auth) = (
        text("/keys/p256dh", "keys.p256dh")?,
        text("/keys/auth", "keys.auth")?,
    );
    let url = push
        .reach
        .endpoint(endpoint)
        .map_err(|fault| ApiError::unprocessable(format!("Attribute 'endpoint' {fault}")))?;
    if Receiver::parse(p256dh, auth).is_none() {
        return Err(ApiError::unprocessable(
            "Attribute 'keys' must hold a public key of P-256 and a secret of 16 bytes, in base64url",
        ));
    }
    let Credential::WebSession { id: web_session } = &caller.credential else {
        return Err(ApiError::forbidden(
            "Only a browser that is signed in can be called: use its session",
        ));
    };
    let agent = req.headers().get(USER_AGENT);
    let agent = agent
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    let new = NewSubscription {
        user: caller.user.id,
        web_session: web_session.clone(),
        endpoint: url.into(),
        p256dh: p256dh.to_owned(),
        auth: auth.to_owned(),
        user_agent: agent.chars().take(USER_AGENT_MAX).collect(),
    };
    let made = subscriptions::add(&push.store, new).await?;
    Ok(pretty(&mut HttpResponse::Created(), &entry(&made, &caller)))
}

/// `DELETE /me/push/<id>`.
///
/// # Errors
/// 404 when the user has none with this id.
pub async fn remove(
    caller: May<ManageOwn>,
    id: web::Path<String>,
    push: web::Data<Push>,
) -> Result<HttpResponse, ApiError> {
    match subscriptions::remove(&push.store, caller.user.id, id.into_inner()).await? {
        true => Ok(HttpResponse::NoContent().finish()),
        false => Err(ApiError::not_found("There is no such subscription")),
    }
}

fn entry(subscription: &Subscription, caller: &Caller) -> Value {
    let current = matches!(&caller.credential, Credential::WebSession { id } if *id == subscription.web_session);
    json!({
        "id": subscription.id,
        "userAgent": subscription.user_agent,
        "created": rfc3339(subscription.created),
        "current": current,
    })
}
