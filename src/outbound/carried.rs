//! The shares that a mail carries, from before it is built until it is known what became of it.

use std::collections::HashSet;
use std::sync::Arc;

use super::downloads::Download;
use super::error::SendError;
use super::intake::Mail;
use super::sent::Sent;
use crate::http::error::ApiError;
use crate::ids::UserId;
use crate::shares::Shares;
use crate::shares::make::{Fate, Item, Made};
use crate::shares::terms::Terms;

/// See [`Carried::end`].
pub(super) struct Carried {
    made: Option<Made>,
    pub downloads: Vec<Download>,
}

impl Carried {
    /// Makes the shares of a mail, or finds those that it may use again. `window` is the password that its window had,
    /// `url` the address of a share.
    ///
    /// # Errors
    /// Nothing is made then: 507 for the user's quota, and those of `MakeError`.
    pub async fn make(
        shares: &Arc<Shares>,
        user: UserId,
        mail: &Mail,
        window: Option<&str>,
        url: impl Fn(&str) -> String,
    ) -> Result<Self, ApiError> {
        let items: Vec<Item> = mail
            .attachments
            .iter()
            .filter_map(|one| one.item())
            .collect();
        if items.is_empty() {
            return Ok(Self {
                made: None,
                downloads: Vec::new(),
            });
        }
        let terms = terms(mail, window);
        let made = shares.make(user, &items, &terms).await?;
        let mut listed = HashSet::new();
        let downloads = items
            .iter()
            .zip(made.tokens())
            .filter(|(_, token)| listed.insert(*token))
            .map(|(item, token)| Download {
                name: item.name.clone(),
                size: item.source.content().map(|content| content.size),
                url: url(token),
                last_day: terms.last_day.map(|last| last.day.to_string()),
                has_password: terms.password.is_some(),
                max_downloads: terms.max_downloads,
            })
            .collect();
        Ok(Self {
            made: Some(made),
            downloads,
        })
    }

    /// The mail is over: what was made for it stays only if it is out, or may be.
    pub async fn end(self, result: &Result<Sent, SendError>) {
        let Some(made) = self.made else {
            return;
        };
        let fate = match result {
            Ok(sent) => Fate::Out(&sent.message_id),
            Err(SendError::InDoubt { message_id }) => Fate::Out(message_id),
            Err(SendError::Stopped) => Fate::Unknown,
            Err(_) => Fate::NotSent,
        };
        made.end(fate).await;
    }
}

fn terms(mail: &Mail, window: Option<&str>) -> Terms {
    let draft = &mail.draft;
    let everybody = draft.to.iter().chain(&draft.cc).chain(&draft.bcc);
    let own = draft.share_password.as_ref();
    let password = own.map(|password| password.0.as_str()).or(window);
    Terms {
        recipients: everybody.cloned().collect(),
        last_day: mail.last_day,
        password: password
            .filter(|password| !password.is_empty())
            .map(str::to_owned),
        max_downloads: draft.share_max_downloads,
    }
}
