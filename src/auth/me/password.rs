//! `POST /me/password`: another password, by somebody who knows the present one.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use crate::auth::admin::new_user::check_new_password;
use crate::auth::admin::users::replace_password;
use crate::auth::caller::{ManageOwn, Refused};
use crate::auth::{Auth, May};
use crate::draft::attribute::Attributes;
use crate::http::answer::pretty;
use crate::http::body::{self, Size};
use crate::http::client::Client;
use crate::http::error::ApiError;
use crate::net::login::Password;
use crate::store::StoreError;

/// Two passwords, written with escapes for every byte.
const BODY_MAX: Size = Size {
    most: 16 * 1024,
    limit: None,
};

/// `POST /me/password`: `{"current", "new"}`. Other web sessions and what is signed in with the old one end.
///
/// # Errors
/// 409 for somebody whose password the mail server knows; 422 naming what is wrong with either password; 429 after too
/// many wrong ones, which count as failed logins.
pub async fn change(
    caller: May<ManageOwn>,
    req: HttpRequest,
    payload: web::Payload,
    auth: web::Data<Auth>,
) -> Result<HttpResponse, ApiError> {
    let members = body::object(&req, payload, BODY_MAX, caller.type_rule()).await?;
    let given = Attributes(&members).only(&["current", "new"])?;
    let text = |name: &str| {
        let text = given.text(name)?;
        text.ok_or_else(|| ApiError::attribute(name, "it is missing"))
    };
    let (current, new) = (text("current")?, text("new")?);
    let Some(known) = caller.user.password_hash.clone() else {
        return Err(ApiError::conflict(
            "Your password is that of your mailbox: change it at your mail provider",
        ));
    };
    let password = Password::new(current);
    let address = Client::of(&req).ip;
    let checked = auth.by_password(&caller.user.login, &password, address);
    checked.await.map_err(|refused| match refused {
        Refused::Other(error) => error,
        // No 401: that would mean that the session has ended.
        _ => ApiError::attribute("current", "the password is wrong"),
    })?;
    check_new_password(new).map_err(|cause| ApiError::attribute("new", cause))?;
    if new == current {
        let same = "the password is the one that you have already";
        return Err(ApiError::attribute("new", same));
    }
    let hash = auth.hash(new).await?;
    let user = caller.user.id;
    let stays = caller.web_session().map(str::to_owned);
    let kept = stays.clone();
    let write = auth.store.write(move |db| async move {
        let replaced = replace_password(&db, user, (&known, hash), kept).await;
        let changes = replaced.map_err(StoreError::from)?;
        let changes = changes.ok_or_else(|| {
            ApiError::conflict("The password was changed by somebody else just now, try again")
        })?;
        Ok::<_, ApiError>(((), changes))
    });
    write.await?;
    if let (Some(session), Some(until)) = (stays, caller.until) {
        // Servers that take the user's own password are shown what a sign-in from now on would give them.
        auth.vault.put(&session, user, until, &Password::new(new));
    }
    let body = json!({"status": 200, "message": "Password changed"});
    Ok(pretty(&mut HttpResponse::Ok(), &body))
}
