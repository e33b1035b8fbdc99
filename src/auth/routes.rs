//! `POST /login`, `POST /logout`: the web client's session.

use std::time::Duration;

use actix_web::http::header::SET_COOKIE;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::caller::Refused;
use super::{Auth, token, web_session};
use crate::http::answer::pretty;
use crate::http::body::{self, Size, TypeRule};
use crate::http::client::Client;
use crate::http::error::ApiError;
use crate::http::public_url::PublicUrl;
use crate::net::login::Password;

/// A login and a password need no more.
const BODY_MAX: Size = Size {
    most: 16 * 1024,
    limit: None,
};

/// `POST /login`: `{"login", "password"}` → the session cookie; with `"embedded": true` also the one for the page in a
/// frame of another site's page, where that is possible.
///
/// # Errors
/// 401, 422 for a body that is not of that form, 429 after too many failures.
pub async fn login(
    auth: web::Data<Auth>,
    req: HttpRequest,
    payload: web::Payload,
    public_url: web::Data<PublicUrl>,
) -> Result<HttpResponse, ApiError> {
    let form = body::object(&req, payload, BODY_MAX, TypeRule::Any).await?;
    let text = |name: &str| {
        form.get(name)
            .and_then(|value| value.as_str())
            .ok_or_else(|| ApiError::unprocessable(format!("Attribute '{name}' must be a string")))
    };
    let (login, password) = (text("login")?, text("password")?);
    let client = Client::of(&req);
    // A token would turn into a session with more rights than it has.
    let password = Password::new(password);
    let checked = match token::parse(password.reveal()) {
        Some(_) => Err(Refused::Wrong),
        None => auth.by_password(login, &password, client.ip).await,
    };
    let user = checked.map_err(|refused| match refused {
        // No challenge: the form that asked shows the message.
        Refused::Other(error) => error,
        _ => ApiError::unauthorized("Wrong login or password", None),
    })?;
    if let Some((earlier, secret)) = web_session::from_request(&req)
        && let Some(session) = auth.directory.web_session(&earlier).await?
        && web_session::is_valid(&session, &secret)
    {
        web_session::end(&auth.store, earlier).await?;
    }
    let lifetime = auth.settings.session_lifetime;
    let session = web_session::start(
        &auth.store,
        user.id,
        web_session::user_agent(&req),
        lifetime,
    )
    .await?;
    auth.vault
        .put(&session.id, user.id, session.expires, &password);
    let body = json!({
        "status": 200,
        "user": {"id": user.id, "login": user.login, "name": user.name, "admin": user.admin},
    });
    let https = public_url.is_https(&client);
    let mut response = HttpResponse::Ok();
    if https && form.get("embedded").is_some_and(|wanted| wanted == true) {
        let cookie = web_session::embedded_cookie(session.cookie.clone(), lifetime);
        response.append_header((SET_COOKIE, cookie));
    }
    response.cookie(web_session::cookie(session.cookie, lifetime, https));
    Ok(pretty(&mut response, &body))
}

/// `POST /logout`: ends the session of the cookie. Without a session there is nothing to end, and the answer is the
/// same.
///
/// # Errors
/// Only those of the database.
pub async fn logout(
    auth: web::Data<Auth>,
    req: HttpRequest,
    public_url: web::Data<PublicUrl>,
) -> Result<HttpResponse, ApiError> {
    if let Some((id, secret)) = web_session::from_request(&req)
        && let Some(session) = auth.directory.web_session(&id).await?
        && web_session::is_valid(&session, &secret)
    {
        web_session::end(&auth.store, id).await?;
    }
    let https = public_url.is_https(&Client::of(&req));
    let mut response = HttpResponse::Ok();
    response.cookie(web_session::cookie(String::new(), Duration::ZERO, https));
    if https {
        let gone = web_session::embedded_cookie(String::new(), Duration::ZERO);
        response.append_header((SET_COOKIE, gone));
    }
    Ok(pretty(
        &mut response,
        &json!({"status": 200, "message": "Signed out"}),
    ))
}
