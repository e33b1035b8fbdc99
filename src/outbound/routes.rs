//! `POST /mail[/<id>]`: send.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use tokio_util::task::TaskTracker;

use super::Outbound;
use super::attachment::Attachment;
use super::intake::{Chosen, Intake, Mail};
use super::sent::Sent;
use super::ways::{Person, Ways};
use super::windows::{Claimed, Windows};
use crate::auth::caller::SendMail;
use crate::auth::{Auth, Caller, May};
use crate::http::answer::pretty;
use crate::http::error::ApiError;

/// Everything that a send needs.
pub struct Mailer {
    pub outbound: Outbound,
    pub windows: Arc<dyn Windows>,
    pub ways: Arc<Ways>,
    pub auth: Arc<Auth>,
    pub tracker: TaskTracker,
}

/// `POST /mail[/<id>]`.
///
/// # Errors
/// Those of the checks, 409 for a window whose mail was sent before, and those of the SMTP server as 500.
pub async fn send(
    caller: May<SendMail>,
    Chosen(identity): Chosen,
    req: HttpRequest,
    payload: web::Payload,
    intake: web::Data<Intake>,
    mailer: web::Data<Mailer>,
) -> Result<HttpResponse, ApiError> {
    let body = intake.body(&req, payload, &caller).await?;
    let (mail, ()) = intake.check(&caller, identity, body, |_| ()).await?;
    mail.draft.require_recipients()?;
    let person = mailer.person(&caller);
    // A caller that hangs up must not cut a send in two, nor leave its window claimed.
    let sending = mailer.tracker.track_future({
        let mailer = mailer.clone();
        async move { mailer.deliver(person, mail).await }
    });
    let sent = actix_web::rt::spawn(sending)
        .await
        .map_err(ApiError::internal)??;
    Ok(pretty(&mut HttpResponse::Ok(), &sent.json()))
}

impl Mailer {
    /// The one who asks, with the password that they have shown.
    #[must_use]
    pub fn person(&self, caller: &Caller) -> Person {
        Person {
            user: caller.user.clone(),
            password: self.auth.mail_password(caller),
        }
    }

    /// Refuses a folder for the copy that is certainly not there: for a mail that is not sent yet.
    ///
    /// # Errors
    /// 422, and an account that cannot be used as it is.
    pub async fn check_folder(&self, person: &Person, mail: &Mail) -> Result<(), ApiError> {
        if let Some(folder) = &mail.draft.folder {
            let sent = self.ways.sent_copy(person, &mail.identity.account)?;
            self.outbound.check_folder(&sent, folder).await?;
        }
        Ok(())
    }

    async fn deliver(&self, person: Person, mail: Mail) -> Result<Sent, ApiError> {
        let user = person.user.id;
        self.check_folder(&person, &mail).await?;
        let sender = self.ways.sender(&person, &mail.identity).await?;
        let claimed = match mail.draft.compose_id {
            Some(id) => Some((
                id,
                self.windows
                    .claim(user, id, mail.draft.compose_again)
                    .await?,
            )),
            None => None,
        };
        let attachments = mail
            .attachments
            .into_iter()
            .map(|stored| Attachment {
                name: stored.name,
                token: stored.token,
                content_type: stored.content_type,
                size: stored.size,
                path: stored.path,
            })
            .collect();
        let result = self.outbound.send(sender, mail.draft, attachments).await;
        match (claimed, result) {
            (Some((_, Claimed::Granted(claim))), Ok(sent)) => {
                claim.sent(&sent.message_id);
                Ok(sent)
            }
            (Some((_, Claimed::Granted(claim))), Err(error)) => {
                if let Some(message_id) = error.in_doubt() {
                    claim.sent(message_id);
                }
                Err(error.into())
            }
            (Some((id, Claimed::Unknown)), Ok(mut sent)) => {
                sent.warnings
                    .push(format!("Compose {id} is unknown or expired"));
                Ok(sent)
            }
            (_, result) => Ok(result?),
        }
    }
}
