//! `POST /mail[/<id>]`: send.

use std::path::PathBuf;
use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use tokio_util::task::TaskTracker;

use super::attachment::Attachment;
use super::intake::{Chosen, Intake, Mail};
use super::sent::Sent;
use super::spool::SentFolder;
use super::windows::{Claimed, Windows};
use super::{Outbound, Sender};
use crate::auth::May;
use crate::auth::caller::SendMail;
use crate::draft::address::Mailbox;
use crate::http::answer::pretty;
use crate::http::error::ApiError;
use crate::identities::Identity;
use crate::ids::UserId;

/// The folder for sent copies, unless the account names another.
const SENT: &str = "Sent";

/// Everything that a send needs.
pub struct Mailer {
    pub outbound: Outbound,
    pub windows: Arc<dyn Windows>,
    /// Below it the local mailboxes: `<account>/<user>`.
    pub mailboxes: PathBuf,
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
    let user = caller.user.id;
    // A caller that hangs up must not cut a send in two, nor leave its window claimed.
    let sending = mailer.tracker.track_future({
        let mailer = mailer.clone();
        async move { mailer.deliver(user, mail).await }
    });
    let sent = actix_web::rt::spawn(sending)
        .await
        .map_err(ApiError::internal)??;
    Ok(pretty(&mut HttpResponse::Ok(), &sent.json()))
}

impl Mailer {
    async fn deliver(&self, user: UserId, mail: Mail) -> Result<Sent, ApiError> {
        let sender = self.sender(user, &mail.identity)?;
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

    fn sender(&self, user: UserId, identity: &Identity) -> Result<Sender, ApiError> {
        let account = &identity.account;
        let unusable = |what: String| ApiError::internal(format!("account {}: {what}", account.id));
        let mailbox = |name: &str, address: &str| {
            Mailbox::new(name, address).map_err(|cause| unusable(format!("{cause}")))
        };
        let sent = account.has_mailbox().then(|| SentFolder {
            root: self
                .mailboxes
                .join(account.id.to_string())
                .join(user.to_string()),
            folder: account.sent.clone().unwrap_or_else(|| SENT.to_owned()),
        });
        Ok(Sender {
            account: account.id,
            smtp: account.smtp.clone().map_err(unusable)?,
            login: None,
            from: mailbox(&identity.name, &identity.email)?,
            reply_to: identity
                .reply_to
                .as_deref()
                .map(|address| mailbox("", address))
                .transpose()?,
            signature: identity.signature.clone(),
            sent,
        })
    }
}
