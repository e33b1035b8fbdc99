//! Calling somebody who is not online: a push message to each browser that asks for it, and another one when the
//! compose is over.

use std::pin::pin;
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::coordinator::Outcome;
use super::{Composes, Filling, Opening};
use crate::auth::{Caller, Credential};
use crate::ids::{ComposeId, SessionId, UserId};
use crate::presence::clock;
use crate::push::{Message, Subscription};
use crate::store::time::{self, rfc3339};

/// Characters of a subject and of an opener: a message has about 4000 bytes.
const SHOWN: usize = 100;
/// How long a push service keeps the news that a compose is over.
const NEWS: Duration = Duration::from_secs(60);

/// Whom to call, and what to tell them.
pub struct Call {
    to: Vec<Subscription>,
    subject: String,
    opener: Value,
    /// How long to wait for a page.
    pub wait: Duration,
}

impl Composes {
    /// What calls the user: nothing when a page is there, when no browser asks for it, or when the caller does not wait.
    pub async fn call(
        &self,
        caller: &Caller,
        filling: &Filling,
        wait: Option<Duration>,
    ) -> Option<Call> {
        let user = caller.user.id;
        let wait = match wait {
            _ if self.settings.push_wait.is_zero() => return None,
            Some(wait) => wait,
            None => self.settings.push_wait,
        };
        if wait.is_zero() || !self.roster.view(user).sessions.is_empty() {
            return None;
        }
        let to = self.push.subscriptions(user).await;
        let to = to.inspect_err(|cause| tracing::warn!(%cause, "push subscriptions not read"));
        let subject = filling.data.get("subject").and_then(Value::as_str);
        let call = Call {
            to: to.ok()?,
            subject: shortened(subject.unwrap_or_default()),
            opener: shorter(caller.by()),
            wait,
        };
        (!call.to.is_empty()).then_some(call)
    }

    /// Waits for the answer and calls meanwhile.
    pub(super) async fn wait_calling(
        &self,
        id: ComposeId,
        opening: &std::sync::Arc<Opening>,
        answered: oneshot::Receiver<Outcome>,
        call: Call,
    ) -> Outcome {
        let user = opening.live.user();
        let until = Instant::now() + call.wait;
        let mut waiting = pin!(self.wait(id, opening, answered));
        // A page that reloads is back in a moment, and nobody is to be called for that.
        if let Some(back) = self.roster.view(user).returning_until {
            tokio::select! {
                outcome = &mut waiting => return outcome,
                () = tokio::time::sleep_until(clock::instant(back).into()) => {}
            }
            if !self.roster.view(user).sessions.is_empty() {
                return waiting.await;
            }
        }
        let left = until.saturating_duration_since(Instant::now());
        let over = CancellationToken::new();
        let expires =
            time::now().saturating_add(i64::try_from(left.as_millis()).unwrap_or_default());
        let message = |kind: &str, until| Message {
            text: json!({
                "type": kind,
                "id": id,
                "subject": call.subject,
                "by": call.opener,
                "expires": rfc3339(expires),
            })
            .to_string(),
            topic: topic(id),
            until,
            over: CancellationToken::new(),
        };
        let calling = Message {
            over: over.clone(),
            ..message("compose", until)
        };
        self.push.send(call.to.clone(), &calling);
        let outcome = waiting.await;
        over.cancel();
        let news = |kind| message(kind, Instant::now() + NEWS);
        match outcome {
            // The browser that has the window knows by itself.
            Outcome::Opened(session) => {
                let winner = self.web_session(user, session);
                let others = call
                    .to
                    .iter()
                    .filter(|each| winner.as_ref() != Some(&each.web_session));
                self.push.send(others.cloned(), &news("opened"));
            }
            Outcome::NotOnline(_) | Outcome::Interrupted => {
                self.push.send(call.to.clone(), &news("withdraw"));
            }
        }
        outcome
    }

    fn web_session(&self, user: UserId, session: SessionId) -> Option<String> {
        let view = self.roster.view(user);
        let found = view.sessions.iter().find(|each| each.id == session)?;
        match &found.credential {
            Credential::WebSession { id } => Some(id.clone()),
            Credential::Password | Credential::Token { .. } => None,
        }
    }
}

/// At most 32 characters of base64url (RFC 8030, section 5.4), which tell the push service nothing.
fn topic(id: ComposeId) -> String {
    let digest = Sha256::digest(id.0.as_bytes());
    BASE64URL_NOPAD.encode(&digest[..24])
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Who opens the window, with short texts.
fn shorter(mut by: Value) -> Value {
    for text in by
        .as_object_mut()
        .into_iter()
        .flat_map(|members| members.values_mut())
    {
        if let Value::String(long) = text {
            *long = shortened(long);
        }
    }
    by
}
