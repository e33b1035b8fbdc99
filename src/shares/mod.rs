//! Shares: links by which people without an account get a file, the frozen copy of one, or a folder.
//!
//! What is shared is a row here; a frozen copy is a blob of this folder's own area. A share that has ended, was revoked,
//! or whose owner or file is gone looks like one that never was.

mod cleanup;
mod error;
mod in_hand;
mod mails;
pub mod make;
mod manage;
pub mod page;
pub mod routes;
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

    /// Removes a share that may be there, what is known of its mails, and its copy.
    async fn remove(&self, token: &str) -> Result<(), StoreError> {
        let token = token.to_owned();
        let row = self
            .store
            .write(move |db| async move {
                let row = rows::by_token(&*db, &token).await?;
                rows::remove(&*db, vec![token]).await?;
                Ok::<_, StoreError>((row, Vec::new()))
            })
            .await?;
        self.remove_copies(row).await;
        Ok(())
    }

    /// Removes the copies of shares whose rows are gone.
    async fn remove_copies(&self, rows: impl IntoIterator<Item = rows::Model>) {
        for content in rows.into_iter().filter_map(|row| row.content) {
            if let Some(key) = Key::parse(&content) {
                self.area.delete(&key).await;
            }
        }
    }
}
