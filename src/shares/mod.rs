//! Shares: links by which people without an account get a file, the frozen copy of one, or a folder.
//!
//! What is shared is a row here; a frozen copy is a blob of this folder's own area. A share that has ended, was revoked,
//! or whose owner or file is gone looks like one that never was.

mod error;
mod in_hand;
mod mails;
pub mod make;
pub mod rows;
pub mod terms;

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::attachments::Attachments;
use crate::auth::Auth;
use crate::draft::attachment_type::AttachmentType;
use crate::files::{Content, Files};
use crate::ids::{FileId, UserId};
use crate::store::blobs::{Area, Blobs, Key};
use crate::store::{Store, StoreError, time};
use in_hand::InHand;

/// What `shares` needs from the configuration.
#[derive(Clone, Debug)]
pub struct ShareSettings {
    /// Since the last access, where no end date is given.
    pub keep: Duration,
    /// Bytes of all copies of one user.
    pub user_quota: u64,
    /// Of dates of users without a time zone of their own.
    pub timezone: TimeZone,
}

/// A share that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// What its address ends with: whoever knows it may open the share.
    pub token: String,
    pub owner: UserId,
    /// Never [`AttachmentType::Attach`].
    pub kind: AttachmentType,
    pub target: Target,
    /// As the sender called it; of a live file or folder the name at that time.
    pub name: String,
    pub password_hash: Option<String>,
    /// `yyyy-mm-dd`, all of it included.
    pub last_day: Option<String>,
    pub max_downloads: Option<u32>,
    pub downloads: u64,
    /// Bytes that were sent so far, of a share with a cap on downloads.
    pub bytes_sent: u64,
    /// Milliseconds since 1970.
    pub created: i64,
}

/// What a share gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A frozen copy, in this folder's own area.
    Copy(Content),
    /// The file or folder with this id, as it is when somebody looks.
    Live(FileId),
}

/// All shares.
pub struct Shares {
    pub settings: ShareSettings,
    pub files: Arc<Files>,
    pub auth: Arc<Auth>,
    pub attachments: Arc<Attachments>,
    store: Store,
    area: Area,
    in_hand: InHand,
}

impl Shares {
    /// `blobs` is an area that holds nothing but frozen copies: what has no row is removed.
    pub fn new(
        settings: ShareSettings,
        store: Store,
        blobs: Blobs,
        (files, attachments, auth): (Arc<Files>, Arc<Attachments>, Arc<Auth>),
    ) -> Arc<Self> {
        Arc::new(Self {
            settings,
            files,
            auth,
            attachments,
            store,
            area: Area::new(blobs),
            in_hand: InHand::default(),
        })
    }

    /// The bytes of all frozen copies.
    pub fn blobs(&self) -> &Blobs {
        &self.area.blobs
    }

    /// The share with this token, if it is open and its owner may still sign in. Any token takes the same look-ups.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn find(&self, token: &str) -> Result<Option<Share>, StoreError> {
        let (now, token) = (time::now(), token.to_owned());
        let accessed_since = self.accessed_since(now, 1);
        let query = move |db| async move { rows::open(&db, &token, now, accessed_since).await };
        Ok(self.store.read(query).await?.and_then(rows::Model::share))
    }
    /// When a share without an end date must have been opened last, to be open after `now` for this part of the time
    /// that it is kept.
    fn accessed_since(&self, now: i64, part: u32) -> i64 {
        let keep = (self.settings.keep / part).as_millis();
        now.saturating_sub(i64::try_from(keep).unwrap_or(i64::MAX))
    }

    /// Removes a share, what is known of its mails, and its copy. One that is not there is fine.
    async fn remove(&self, token: &str) -> Result<(), StoreError> {
        let token = token.to_owned();
        let content = self
            .store
            .write(move |db| async move {
                let content = rows::content(&*db, &token).await;
                let content = content.map_err(StoreError::from)?;
                let removed = rows::remove(&*db, vec![token]).await;
                removed.map_err(StoreError::from)?;
                Ok::<_, StoreError>((content, Vec::new()))
            })
            .await?;
        if let Some(key) = content.as_deref().and_then(Key::parse) {
            self.area.delete(&key).await;
        }
        Ok(())
    }
}
