//! An upload while it arrives.

use std::sync::Arc;

use actix_web::web::Bytes;
use data_encoding::HEXLOWER;
use tokio::sync::oneshot;

use super::error::AttachmentError;
use super::integrity::Expected;
use super::media_type::{self, SNIFFED};
use super::name::Name;
use super::quota::Share;
use super::rows::{self, Model};
use super::{Attachments, Stored};
use crate::ids::UserId;
use crate::store::blobs::Writer;
use crate::store::blobs::digest::Algorithm;
use crate::store::{StoreError, time};

/// What is known of a file before its first byte.
#[derive(Debug)]
pub struct Announced {
    pub name: Name,
    pub content_type: Option<String>,
    /// Bytes, when the sender says so.
    pub size: Option<u64>,
    pub digests: Vec<Expected>,
}

/// A file on its way in. Dropping it leaves nothing behind.
pub struct Upload {
    attachments: Arc<Attachments>,
    user: UserId,
    announced: Announced,
    /// Bytes of the user's other uploads when this one began.
    used: u64,
    share: Share,
    size: u64,
    start: Vec<u8>,
    writer: Writer,
}

impl Attachments {
    /// Begins to receive a file.
    ///
    /// # Errors
    /// [`AttachmentError::TooLarge`] and [`AttachmentError::OverQuota`], as far as the announced size tells.
    pub(super) async fn receive(
        self: &Arc<Self>,
        user: UserId,
        announced: Announced,
    ) -> Result<Upload, AttachmentError> {
        let size = announced.size.unwrap_or(0);
        self.check_size(size)?;
        let times = self.times();
        let query = move |db| async move { rows::used(&db, user, times).await };
        let used = self.store.read(query).await?;
        let mut share = self.in_flight.upload(user);
        self.check_quota(used.saturating_add(share.grow(0)).saturating_add(size))?;
        let also: Vec<Algorithm> = announced.digests.iter().map(|one| one.algorithm).collect();
        Ok(Upload {
            attachments: Arc::clone(self),
            user,
            announced,
            used,
            share,
            size: 0,
            start: Vec::new(),
            writer: self.area.blobs.writer(&also),
        })
    }

    /// Writes the row, unless the user has used up the quota by now.
    async fn insert(&self, row: Model) -> Result<(), AttachmentError> {
        let (times, quota) = (self.times(), self.settings.user_quota);
        self.store
            .write(move |db| async move {
                let used = rows::used(&*db, UserId(row.user_id), times).await;
                let used = used.map_err(StoreError::from)?;
                if used.saturating_add_signed(row.size) > quota {
                    return Err(AttachmentError::OverQuota { quota });
                }
                rows::insert(&*db, row).await.map_err(StoreError::from)?;
                Ok(((), Vec::new()))
            })
            .await
    }

    fn check_size(&self, size: u64) -> Result<(), AttachmentError> {
        let limit = self.settings.max_size;
        if size > limit {
            return Err(AttachmentError::TooLarge { limit });
        }
        Ok(())
    }

    fn check_quota(&self, used: u64) -> Result<(), AttachmentError> {
        let quota = self.settings.user_quota;
        if used > quota {
            return Err(AttachmentError::OverQuota { quota });
        }
        Ok(())
    }
}

impl Upload {
    /// Goes on with `bytes`.
    ///
    /// # Errors
    /// [`AttachmentError::TooLarge`], [`AttachmentError::OverQuota`] and the disk's.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), AttachmentError> {
        let length = bytes.len() as u64;
        self.size += length;
        self.attachments.check_size(self.size)?;
        // Others may be stored in the meantime; what counts in the end is asked when the row is written. Here it is
        // only about the disk: no user has more than the quota on the way.
        let on_the_way = self.share.grow(length);
        self.attachments.check_quota(self.used + on_the_way)?;
        let sniffed = bytes.len().min(SNIFFED - self.start.len());
        self.start.extend_from_slice(&bytes[..sniffed]);
        Ok(self.writer.write(bytes).await?)
    }

    /// Stores the file for good. Nobody learns the token of a file whose sender has gone: it is removed again.
    ///
    /// # Errors
    /// [`AttachmentError::Mismatch`], [`AttachmentError::OverQuota`], those of disk and database. Nothing is stored
    /// then.
    pub async fn store(self) -> Result<Stored, AttachmentError> {
        let runtime = self.attachments.store.runtime().clone();
        let (answer, answered) = oneshot::channel();
        // A task of its own: file and row are made together or not at all, whatever the connection does.
        runtime.spawn(async move {
            let (attachments, user) = (Arc::clone(&self.attachments), self.user);
            if let Err(Ok(unseen)) = answer.send(self.store_to_the_end().await)
                && let Err(cause) = attachments.delete(user, &unseen.token).await
            {
                tracing::warn!(%cause, "upload of a sender who has gone not removed");
            }
        });
        answered.await.map_err(|_| StoreError::Stopped)?
    }

    async fn store_to_the_end(self) -> Result<Stored, AttachmentError> {
        let Self {
            attachments,
            user,
            announced,
            share: _until_stored,
            start,
            writer,
            ..
        } = self;
        let finished = writer.finish().await?;
        for expected in &announced.digests {
            expected.check(&finished.digests)?;
        }
        let now = time::now();
        let name = announced.name.as_str();
        let key = finished.key().clone();
        let row = Model {
            token: key.as_str().to_owned(),
            user_id: user.0,
            name: name.to_owned(),
            size: i64::try_from(finished.size).unwrap_or(i64::MAX),
            content_type: announced
                .content_type
                .unwrap_or_else(|| media_type::told_from(name, &start)),
            sha256: HEXLOWER.encode(finished.digests.of(Algorithm::Sha256)),
            created: now,
            last_used: now,
        };
        let stored = attachments.stored(&key, row.clone());
        attachments
            .area
            .keep(finished, attachments.insert(row))
            .await?;
        Ok(stored)
    }
}
