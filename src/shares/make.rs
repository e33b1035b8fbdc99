//! Makes the shares of a mail, or finds those that an earlier mail to the same people had.

use std::collections::HashMap;
use std::sync::Arc;

use super::error::MakeError;
use super::terms::Terms;
use super::{Shares, mails, rows};
use crate::draft::attachment_type::AttachmentType;
use crate::draft::error::shown;
use crate::files::Content;
use crate::ids::{FileId, UserId, random_secret};
use crate::store::blobs::{Blobs, Key};
use crate::store::{StoreError, time};

/// Shares of one mail.
const ITEMS_MAX: usize = 500;
/// Shares that a password is tried on, to find the one that has the same.
const CANDIDATES: u64 = 3;

/// What is to be shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// An upload, whose token is the blob's key.
    Upload(Content),
    /// A file, and its bytes as they were when it was looked up.
    File(FileId, Content),
    Folder(FileId),
}

impl Source {
    /// Its bytes; none of a folder.
    pub fn content(&self) -> Option<&Content> {
        match self {
            Self::Upload(content) | Self::File(_, content) => Some(content),
            Self::Folder(_) => None,
        }
    }
}

/// One share of a mail.
#[derive(Clone, Debug)]
pub struct Item {
    pub name: String,
    /// Never [`AttachmentType::Attach`]; of an upload always [`AttachmentType::Link`].
    pub kind: AttachmentType,
    pub source: Source,
}

/// What became of the mail that shares were made for.
#[derive(Clone, Copy, Debug)]
pub enum Fate<'a> {
    /// It is out, or may be, with this Message-ID.
    Out(&'a str),
    /// Nobody knows.
    Unknown,
    /// It is certainly not sent.
    NotSent,
}

/// The shares that a mail is to carry. [`Made::end`] must be called with what becomes of it.
pub struct Made {
    owner: Arc<Shares>,
    tokens: Vec<String>,
}

/// What the items of one mail have in common.
struct Making<'a> {
    user: UserId,
    terms: &'a Terms,
    /// Of the password, made when the first share needs it.
    hash: Option<String>,
    /// Whether the password is that of a hash.
    tried: HashMap<String, bool>,
}

impl Shares {
    /// The shares of a mail of `user`, one for each item and in their order.
    ///
    /// # Errors
    /// None of them is made then: `MakeError`.
    pub async fn make(
        self: &Arc<Self>,
        user: UserId,
        items: &[Item],
        terms: &Terms,
    ) -> Result<Made, MakeError> {
        if items.len() > ITEMS_MAX {
            return Err(MakeError::TooMany(ITEMS_MAX));
        }
        let mut made = Made {
            owner: Arc::clone(self),
            tokens: Vec::with_capacity(items.len()),
        };
        let mut making = Making {
            user,
            terms,
            hash: None,
            tried: HashMap::new(),
        };
        for item in items {
            match self.one(&mut making, item).await {
                Ok(token) => made.tokens.push(token),
                Err(error) => {
                    made.end(Fate::NotSent).await;
                    return Err(error);
                }
            }
        }
        Ok(made)
    }

    async fn one(&self, making: &mut Making<'_>, item: &Item) -> Result<String, MakeError> {
        let options = making.terms.digest(item);
        for row in self.candidates(making.user, &options).await? {
            if self.has_the_password(making, &row).await? && self.join(&row.token).await? {
                return Ok(row.token);
            }
        }
        if let (None, Some(password)) = (&making.hash, &making.terms.password) {
            making.hash = Some(self.auth.hash(password).await?);
        }
        let row = row(making, item, options);
        let token = row.token.clone();
        self.in_hand.begin(&token);
        let kept = self.keep(item, row).await;
        if kept.is_err() {
            self.in_hand.gone(&token);
        }
        kept.map(|()| token)
    }

    /// Open shares that are the same but perhaps for the password, the newest first. They have time left: a mail of
    /// today is not to carry one that ends tomorrow because nobody has opened it for long.
    async fn candidates(
        &self,
        user: UserId,
        options: &str,
    ) -> Result<Vec<rows::Model>, StoreError> {
        let (now, options) = (time::now(), options.to_owned());
        let accessed_since = self.accessed_since(now, 2);
        self.store
            .read(move |db| async move {
                rows::same(&db, user, options, (now, accessed_since), CANDIDATES).await
            })
            .await
    }

    async fn has_the_password(
        &self,
        making: &mut Making<'_>,
        row: &rows::Model,
    ) -> Result<bool, MakeError> {
        let (Some(password), Some(stored)) = (&making.terms.password, &row.password_hash) else {
            return Ok(making.terms.password.is_none() && row.password_hash.is_none());
        };
        if let Some(right) = making.tried.get(stored) {
            return Ok(*right);
        }
        let right = self.auth.is_password(password, stored).await?;
        making.tried.insert(stored.clone(), right);
        Ok(right)
    }

    /// Takes a share that is there for one more mail. False: it has gone in the meantime.
    async fn join(&self, token: &str) -> Result<bool, MakeError> {
        if !self.in_hand.join(token) {
            return Ok(false);
        }
        // From here on no failed mail removes it.
        match self.find(token).await {
            Ok(Some(_)) => Ok(true),
            gone => {
                self.leave(token, false).await;
                gone?;
                Ok(false)
            }
        }
    }

    async fn keep(&self, item: &Item, row: rows::Model) -> Result<(), MakeError> {
        let copy = row.content.as_deref().and_then(Key::parse);
        let (Some(copy), Some(content)) = (copy, item.source.content()) else {
            return self.insert(row).await;
        };
        let source = self.bytes_of(&item.source);
        let kept = self
            .area
            .keep_copy(source, &content.key, &copy, self.insert(row));
        kept.await.map_err(|error| match error {
            MakeError::Disk(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
                MakeError::NotFound(shown(&item.name))
            }
            error => error,
        })
    }

    fn bytes_of(&self, source: &Source) -> &Blobs {
        match source {
            Source::Upload(_) => self.attachments.blobs(),
            Source::File(..) | Source::Folder(_) => self.files.blobs(),
        }
    }

    /// A share and its room among the user's copies, at once.
    async fn insert(&self, row: rows::Model) -> Result<(), MakeError> {
        let quota = self.settings.user_quota;
        self.store
            .write(move |db| async move {
                if row.content.is_some() {
                    let used = rows::used(&*db, UserId(row.user_id)).await?;
                    if used.saturating_add(row.size.unsigned_abs()) > quota {
                        return Err(MakeError::Quota(quota));
                    }
                }
                rows::insert(&*db, row).await?;
                Ok(((), Vec::new()))
            })
            .await
    }

    /// A mail is over; without any that went out the share goes, too.
    async fn leave(&self, token: &str, out: bool) {
        if !self.in_hand.leave(token, out) {
            return;
        }
        if let Err(cause) = self.remove(token).await {
            tracing::warn!(%cause, "a share of a mail that was not sent could not be removed");
        }
        self.in_hand.gone(token);
    }
}

impl Made {
    /// What their addresses end with, in the order of the items.
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// The mail is over. Shares that no mail carries are removed, and the others know their mail.
    pub async fn end(self, fate: Fate<'_>) {
        let out = !matches!(fate, Fate::NotSent);
        if let Fate::Out(message_id) = fate
            && let Err(cause) = self.note(message_id).await
        {
            tracing::warn!(%cause, "shares do not know their mail");
        }
        for token in &self.tokens {
            self.owner.leave(token, out).await;
        }
    }

    async fn note(&self, message_id: &str) -> Result<(), StoreError> {
        let sent = time::now();
        let mails: Vec<_> = self
            .tokens
            .iter()
            .map(|token| mails::Model {
                token: token.clone(),
                message_id: message_id.to_owned(),
                sent,
            })
            .collect();
        let note = move |db| async move { mails::note(&db, mails).await };
        self.owner.store.read(note).await
    }
}

fn row(making: &Making<'_>, item: &Item, options: String) -> rows::Model {
    let terms = making.terms;
    let now = time::now();
    let content = item.source.content();
    let is_copy = item.kind == AttachmentType::Link;
    let file_id = match item.source {
        Source::File(id, _) | Source::Folder(id) if !is_copy => Some(id.0),
        _ => None,
    };
    rows::Model {
        token: random_secret(),
        user_id: making.user.0,
        kind: item.kind.name().to_owned(),
        file_id,
        content: is_copy.then(|| Key::random().as_str().to_owned()),
        name: item.name.clone(),
        size: content.map_or(0, |content| i64::try_from(content.size).unwrap_or(i64::MAX)),
        sha256: content
            .map(|content| content.sha256.clone())
            .unwrap_or_default(),
        content_type: content
            .map(|content| content.content_type.clone())
            .unwrap_or_default(),
        password_hash: making.hash.clone(),
        ends: terms.last_day.map(|last| last.ends),
        last_day: terms.last_day.map(|last| last.day.to_string()),
        max_downloads: terms
            .max_downloads
            .map(|most| i32::try_from(most).unwrap_or(i32::MAX)),
        options,
        recipients: terms.recipients(),
        created: now,
        last_access: now,
        accesses: 0,
        downloads: 0,
        bytes_sent: 0,
    }
}
