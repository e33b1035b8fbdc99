//! An upload while it arrives.

use std::sync::Arc;

use actix_web::web::Bytes;
use tokio::sync::oneshot;

use super::error::AttachmentError;
use super::name::Name;
use super::rows::{self, Model};
use super::{Attachments, Stored};
use crate::ids::UserId;
use crate::store::incoming::{Announced, Incoming};
use crate::store::{StoreError, time};

/// A file on its way in. Dropping it leaves nothing behind.
pub struct Upload {
    attachments: Arc<Attachments>,
    user: UserId,
    name: Name,
    /// Bytes of the user's other uploads when this one began.
    used: u64,
    size: u64,
    incoming: Incoming,
}

impl Attachments {
    /// Begins to receive a file.
    ///
    /// # Errors
    /// [`AttachmentError::TooLarge`] and [`AttachmentError::OverQuota`], as far as the announced size tells.
    pub(super) async fn receive(
        self: &Arc<Self>,
        user: UserId,
        name: Name,
        announced: Announced,
    ) -> Result<Upload, AttachmentError> {
        let size = announced.size.unwrap_or(0);
        self.check_size(size)?;
        let times = self.times();
        let query = move |db| async move { rows::used(&db, user, times).await };
        let used = self.store.read(query).await?;
        let share = self.in_flight.begin(user);
        let mut incoming = Incoming::begin(&self.area.blobs, announced, share);
        self.check_quota(used.saturating_add(incoming.count(0)).saturating_add(size))?;
        Ok(Upload {
            attachments: Arc::clone(self),
            user,
            name,
            used,
            size: 0,
            incoming,
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
        let on_the_way = self.incoming.count(length);
        self.attachments.check_quota(self.used + on_the_way)?;
        Ok(self.incoming.write(bytes).await?)
    }

    /// Stores the file for good. Nobody learns the token of a file whose sender has gone: it is removed again.
    ///
    /// # Errors
    /// [`AttachmentError::Integrity`], [`AttachmentError::OverQuota`], those of disk and database. Nothing is stored
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
        let name = self.name.as_str();
        let received = self.incoming.finish::<AttachmentError>(name).await?;
        let now = time::now();
        let key = received.finished.key().clone();
        let row = Model {
            token: key.as_str().to_owned(),
            user_id: self.user.0,
            name: name.to_owned(),
            size: received.size(),
            content_type: received.content_type,
            sha256: received.sha256,
            created: now,
            last_used: now,
        };
        let attachments = self.attachments;
        let stored = attachments.stored(&key, row.clone());
        let row = attachments.insert(row);
        attachments.area.keep(received.finished, row).await?;
        Ok(stored)
    }
}
