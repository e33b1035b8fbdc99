//! The mail of a window is sent once: the first send wins, and the record says so.

use std::sync::Arc;

use super::Composes;
use super::pages::Pages;
use super::records::{Record, State};
use crate::http::error::ApiError;
use crate::ids::{ComposeId, UserId};
use crate::outbound::windows::{Claim, Claimed, Claiming, Windows};
use crate::store::time;

struct Sending {
    composes: Arc<Composes>,
    record: Arc<Record>,
}

impl Claim for Sending {
    fn share_password(&self) -> Option<&str> {
        self.record.share_password.as_deref()
    }

    fn sent(self: Box<Self>, message_id: &str) {
        self.composes.payloads.drop_one(self.record.id);
        self.composes.records.change(&self.record, |facts| {
            facts.state = State::Sent;
            facts.message_id = Some(message_id.to_owned());
            facts.finished_at = Some(time::now());
        });
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        self.composes
            .records
            .change(&self.record, |facts| facts.sending -= 1);
    }
}

impl Windows for Pages {
    fn claim(&self, user: UserId, id: ComposeId, again: bool) -> Claiming<'_> {
        Box::pin(async move {
            let Some(record) = self.0.records.find(id).await? else {
                return Ok(Claimed::Unknown);
            };
            if record.user != user {
                return Err(ApiError::unprocessable(format!(
                    "Attribute 'composeId': '{id}' is not yours"
                )));
            }
            if record.facts().state == State::Expired {
                return Ok(Claimed::Unknown);
            }
            let mut granted = false;
            let mut other = None;
            self.0.records.change(&record, |facts| {
                granted = again || (facts.sending == 0 && facts.state != State::Sent);
                if granted {
                    facts.sending += 1;
                } else {
                    other = facts.message_id.clone();
                }
            });
            if granted {
                Ok(Claimed::Granted(Box::new(Sending {
                    composes: self.0.clone(),
                    record,
                })))
            } else {
                let state = if other.is_some() { "sent" } else { "sending" };
                let error =
                    ApiError::conflict("Already sent from another window").detail("state", state);
                Err(match other {
                    Some(message_id) => error.detail("messageId", message_id),
                    None => error,
                })
            }
        })
    }
}
