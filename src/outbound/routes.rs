//! `POST /mail[/<id>]`: send.

use std::collections::HashSet;
use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use sha2::{Digest, Sha256};
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

use super::attached::Attached;
use super::carried::Carried;
use super::intake::{Chosen, Intake, Mail};
use super::sends::course::{Course, Named};
use super::sends::{First, Sends, Turn};
use super::sent::Sent;
use super::ways::{Person, Ways};
use super::windows::{Claimed, Windows};
use super::{Enclosed, Outbound};
use crate::auth::caller::SendMail;
use crate::auth::{Auth, Caller, May};
use crate::draft::Draft;
use crate::draft::address::Mailbox;
use crate::http::answer::pretty;
use crate::http::client::Client;
use crate::http::error::ApiError;
use crate::http::public_url::PublicUrl;
use crate::ids::UserId;
use crate::recipients::Recipients;
use crate::shares::Shares;

/// Everything that a send needs.
pub struct Mailer {
    pub outbound: Outbound,
    /// Those that have a name.
    pub sends: Arc<Sends>,
    /// Where they run to their end.
    pub runtime: Handle,
    pub windows: Arc<dyn Windows>,
    pub ways: Arc<Ways>,
    pub auth: Arc<Auth>,
    pub shares: Arc<Shares>,
    pub recipients: Arc<Recipients>,
    pub tracker: TaskTracker,
}

/// `POST /mail[/<id>]`.
///
/// # Errors
/// Those of the checks, 409 for a window whose mail was sent before and for a send that was undone, and those of the SMTP
/// server as 500.
pub async fn send(
    caller: May<SendMail>,
    Chosen(identity): Chosen,
    req: HttpRequest,
    payload: web::Payload,
    intake: web::Data<Intake>,
    mailer: web::Data<Mailer>,
    public_url: web::Data<PublicUrl>,
) -> Result<HttpResponse, ApiError> {
    let body = intake.body(&req, payload, &caller).await?;
    let digest = move |draft: &Draft, body: &[u8]| {
        let id = draft.send_id?;
        let mut digest = Sha256::new();
        digest.update(identity.map_or(0, |id| id.0).to_be_bytes());
        digest.update(body);
        Some((id, digest.finalize().into()))
    };
    let (checked, named) = intake.draft(&caller, body, digest).await?;
    checked.draft.require_recipients()?;
    let first = match named {
        Some((id, digest)) => {
            let named = Named {
                user: caller.user.id,
                id,
            };
            let hold = checked.draft.undo_for.unwrap_or_default();
            match mailer.sends.turn(named, digest, hold).await? {
                Turn::First(first) => Some(first),
                Turn::Joined(answer) => return Ok(answered(&answer?)),
            }
        }
        None => None,
    };
    let mail = match intake.mail(&caller, identity, checked).await {
        Ok(mail) => mail,
        Err(error) => {
            if let Some(first) = first {
                first.end(Err(error.clone()));
            }
            return Err(error);
        }
    };
    let person = mailer.person(&caller);
    let sending = {
        let (mailer, client) = (mailer.clone(), Client::of(&req));
        async move {
            let url = |token: &str| public_url.share(&client, token);
            let course = first.as_ref().map_or_else(Arc::default, First::course);
            let answer = mailer.deliver(person, mail, course, url).await;
            if let Some(first) = first {
                first.end(answer.clone());
            }
            answer
        }
    };
    // A caller that hangs up must not cut a send in two, nor leave its window claimed; nor must a worker that ends
    // because nobody is connected to it any more.
    let sending = mailer.tracker.spawn_on(sending, &mailer.runtime);
    let sent = sending.await.map_err(ApiError::internal)??;
    Ok(answered(&sent))
}

fn answered(sent: &Sent) -> HttpResponse {
    pretty(&mut HttpResponse::Ok(), &sent.json())
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

    /// Notes whom the server has taken the mail for, to be proposed when `user` writes again.
    fn note(&self, user: UserId, people: Vec<Mailbox>, sent: &Sent) {
        let refused: HashSet<_> = sent.refused.iter().collect();
        let taken = |mailbox: &&Mailbox| !refused.contains(&mailbox.envelope());
        self.recipients.note(user, people.iter().filter(taken));
    }

    async fn deliver(
        &self,
        person: Person,
        mail: Mail,
        course: Arc<Course>,
        url: impl Fn(&str) -> String + Send + Sync,
    ) -> Result<Sent, ApiError> {
        let user = person.user.id;
        self.check_folder(&person, &mail).await?;
        let sender = self.ways.sender(&person, &mail.identity).await?;
        let claimed = match mail.draft.compose_id {
            Some(id) => {
                let again = mail.draft.compose_again;
                Some((id, self.windows.claim(user, id, again).await?))
            }
            None => None,
        };
        let window = match &claimed {
            Some((_, Claimed::Granted(claim))) => claim.share_password(),
            _ => None,
        };
        let carried = Carried::make(&self.shares, user, &mail, window, url).await?;
        let enclosed = Enclosed {
            attached: mail.attachments.iter().filter_map(Attached::part).collect(),
            downloads: carried.downloads.clone(),
        };
        let without_password =
            mail.draft.share_password.is_none() && !enclosed.downloads.is_empty();
        let people = mail
            .by_person
            .then(|| mail.draft.recipients().cloned().collect());
        let mut result = self
            .outbound
            .send(sender, mail.draft, enclosed, course)
            .await;
        carried.end(&result).await;
        if let (Ok(sent), Some(people)) = (&result, people) {
            self.note(user, people, sent);
        }
        if let (Ok(sent), Some(warning)) = (&mut result, mail.warning) {
            sent.warnings.push(warning);
        }
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
                if without_password {
                    let warning = "The download links have no password, as that of the window is not known any more";
                    sent.warnings.push(warning.to_owned());
                }
                Ok(sent)
            }
            (_, result) => Ok(result?),
        }
    }
}
