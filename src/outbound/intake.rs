//! From a request to a checked mail: the same for sending and for opening a compose window. All checks happen before
//! anything is sent or shown.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev;
use actix_web::web::{Bytes, Payload};
use actix_web::{FromRequest, HttpRequest};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use super::attached::{Attached, Places};
use super::sharing;
use crate::auth::{Caller, Credential};
use crate::draft::Draft;
use crate::http::body::{self, Size};
use crate::http::error::ApiError;
use crate::identities::{Identities, Identity};
use crate::ids::IdentityId;
use crate::shares::terms::LastDay;
use crate::telemetry::limits::Limit;

/// Larger bodies are checked on a thread of their own: parsing and sanitising them takes longer than others may wait.
const QUICK: usize = 32 * 1024;

/// The identity that a path names; `None` for the default one. A number that no id can be is no path.
pub struct Chosen(pub Option<IdentityId>);

impl FromRequest for Chosen {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let id = req.match_info().get("identity").map(str::parse).transpose();
        ready(
            id.map(Self)
                .map_err(|_| ApiError::not_found("There is no such identity")),
        )
    }
}

/// A mail that passed every check.
pub struct Mail {
    pub identity: Arc<Identity>,
    pub draft: Draft,
    /// In the draft's order.
    pub attachments: Vec<Attached>,
    /// Of its shares.
    pub last_day: Option<LastDay>,
    /// What the sender is told, if it is sent.
    pub warning: Option<String>,
    /// Whether a person sends it, with their own password or from a window, and not a program with a token.
    pub by_person: bool,
}

/// A draft whose attributes are right.
pub struct Checked {
    pub draft: Draft,
    quick: bool,
    /// The user's.
    zone: TimeZone,
}

/// Reads and checks mails.
pub struct Intake {
    pub identities: Arc<Identities>,
    pub attachments: Places,
    /// Bytes of attachments above which they become download links; 0: never.
    pub link_above: u64,
    /// Time zone of dates for users without one of their own.
    pub timezone: TimeZone,
    /// Bytes of a request's body.
    pub body_max: u64,
    /// Where large bodies are checked.
    pub runtime: Handle,
    /// As many at a time as there are processors: more would be no sooner, and take their memory all at once.
    pub checking: Arc<Semaphore>,
}

impl Intake {
    /// Reads the body. With the session cookie it must say that it is JSON.
    ///
    /// # Errors
    /// 400, 408, 413, 415, 429 and 503.
    pub async fn body(
        &self,
        req: &HttpRequest,
        payload: Payload,
        caller: &Caller,
    ) -> Result<Bytes, ApiError> {
        let size = Size {
            most: self.body_max,
            limit: Some(Limit::Message),
        };
        body::json_bytes(req, payload, size, caller.type_rule(), Some(caller.user.id)).await
    }

    /// Reads a draft of `caller`.
    /// `also` is worked out from it and its JSON at the same place: what a window needs takes as long as checking.
    ///
    /// # Errors
    /// 422 for JSON and attributes that cannot be used.
    pub async fn draft<T: Send + 'static>(
        &self,
        caller: &Caller,
        body: Bytes,
        also: impl FnOnce(&Draft, &[u8]) -> T + Send + 'static,
    ) -> Result<(Checked, T), ApiError> {
        let zone = caller.user.zone(&self.timezone);
        let today = Timestamp::now().to_zoned(zone.clone()).date();
        let quick = body.len() <= QUICK;
        let parse = move || -> Result<_, ApiError> {
            let draft = Draft::parse(&body::parse(&body)?, today)?;
            let more = also(&draft, &body);
            Ok((draft, more))
        };
        let (draft, more) = self.at_its_place(quick, parse).await??;
        Ok((Checked { draft, quick, zone }, more))
    }

    /// Finds what a draft of `caller` needs, sent as `identity` or the default one.
    ///
    /// # Errors
    /// 404 for the identity, 400 for attachments, 422 for what cannot go along.
    pub async fn mail(
        &self,
        caller: &Caller,
        identity: Option<IdentityId>,
        checked: Checked,
    ) -> Result<Mail, ApiError> {
        let Checked { draft, quick, zone } = checked;
        let identity = self.identities.choose(caller.user.id, identity).await?;
        let attachments = self.attachments.find(caller, &draft.attachments).await?;
        let has_token = matches!(caller.credential, Credential::Token { .. });
        let by_person = !has_token || draft.compose_id.is_some();
        let mut mail = Mail {
            identity,
            last_day: (draft.share_expiration.as_ref()).map(|until| LastDay::of(until.day, &zone)),
            draft,
            attachments,
            warning: None,
            by_person,
        };
        if !mail.attachments.is_empty() {
            let link_above = self.link_above;
            let decide = move || {
                let Mail {
                    draft, attachments, ..
                } = &mut mail;
                mail.warning = sharing::decide(draft, attachments, link_above)?;
                Ok::<_, ApiError>(mail)
            };
            mail = self.at_its_place(quick, decide).await??;
        }
        Ok(mail)
    }

    /// Does what reads a body, here where it is `quick`.
    async fn at_its_place<T: Send + 'static>(
        &self,
        quick: bool,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        if quick {
            return Ok(work());
        }
        // An answer that nobody waits for any more leaves its place when its thread does.
        let place = self.checking.clone().acquire_owned().await;
        let place = place.map_err(ApiError::internal)?;
        let worked = self.runtime.spawn_blocking(move || {
            let worked = work();
            drop(place);
            worked
        });
        worked.await.map_err(ApiError::internal)
    }
}
