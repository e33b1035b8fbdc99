//! Uploads: files that a user stores to attach them to mails, until nobody has used them for a while.
//!
//! The bytes are a blob whose key is the upload's token, everything else is a row. The file is there before the row and
//! goes after it, so a row always has its file; what a crash leaves between the two is found by `expiry`.

pub mod error;
mod expiry;
mod name;
pub mod routes;
mod rows;
mod upload;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse};

use crate::draft::attachment_ref::UploadRef;
use crate::http::file::disposition::encoded;
use crate::http::file::{Disposition, Representation};
use crate::ids::UserId;
use crate::store::blobs::{Area, Blobs, Key};
use crate::store::incoming::InFlight;
use crate::store::{Store, StoreError, time};

use error::AttachmentError;
use rows::Times;

/// The longest that a use goes unrecorded after another one.
const USE_GRAIN: Duration = Duration::from_secs(60);

/// What `attachments` needs from the configuration.
#[derive(Clone, Debug)]
pub struct AttachmentSettings {
    /// Bytes of one file.
    pub max_size: u64,
    /// Bytes of all files of one user.
    pub user_quota: u64,
    /// How long a file is kept after its last use.
    pub expire_after: Duration,
    /// What a successful upload is answered with: 302 or 201.
    pub upload_status: u16,
}

/// An upload that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// What names it, together with its user.
    pub token: String,
    pub name: String,
    /// Bytes.
    pub size: u64,
    pub content_type: String,
    /// Hexadecimal.
    pub sha256: String,
    /// Where the bytes are. They never change.
    pub path: PathBuf,
}

impl Stored {
    /// How JSON names it: decoded text, without host and base path.
    pub fn location(&self) -> String {
        format!("/mail/attachments/{}--{}", self.name, self.token)
    }

    /// How a header names it: percent-encoded.
    pub fn encoded_location(&self) -> String {
        format!("/mail/attachments/{}--{}", encoded(&self.name), self.token)
    }
}

/// All uploads.
pub struct Attachments {
    settings: AttachmentSettings,
    store: Store,
    area: Area,
    in_flight: InFlight,
}

impl Attachments {
    /// `blobs` is an area that holds nothing but uploads: what has no row is removed.
    pub fn new(settings: AttachmentSettings, store: Store, blobs: Blobs) -> Arc<Self> {
        Arc::new(Self {
            settings,
            store,
            area: Area::new(blobs),
            in_flight: InFlight::default(),
        })
    }

    /// The bytes of all uploads, each by its token.
    pub fn blobs(&self) -> &Blobs {
        &self.area.blobs
    }

    /// The user's own upload, which counts as a use of it. None: unknown, expired or somebody else's.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn find(&self, user: UserId, token: &str) -> Result<Option<Stored>, StoreError> {
        let found = self.make_use_of(user, vec![token.to_owned()]).await?;
        Ok(found.into_iter().next())
    }

    /// The uploads that a mail attaches, in its order; a use of each.
    ///
    /// # Errors
    /// [`AttachmentError::NotFound`] for the first that is unknown, expired, somebody else's or unreadable.
    pub async fn resolve(
        &self,
        user: UserId,
        references: &[&UploadRef],
    ) -> Result<Vec<Stored>, AttachmentError> {
        // Most mails have none: nobody is asked about nothing.
        if references.is_empty() {
            return Ok(Vec::new());
        }
        let mut resolved = Vec::with_capacity(references.len());
        for some in references.chunks(rows::BATCH) {
            let tokens = some.iter().map(|reference| reference.token.clone());
            let found = self.make_use_of(user, tokens.collect()).await?;
            for reference in some {
                let stored = found.iter().find(|stored| stored.token == reference.token);
                resolved.push(stored.cloned().ok_or_else(|| not_found(reference))?);
            }
        }
        let keys = resolved
            .iter()
            .filter_map(|stored| Key::parse(&stored.token));
        let readable = self.area.blobs.readable(keys.collect()).await?;
        match readable.iter().position(|readable| !readable) {
            Some(at) => Err(not_found(references[at])),
            None => Ok(resolved),
        }
    }

    /// Removes the user's own upload. False: unknown, expired or somebody else's.
    ///
    /// # Errors
    /// Those of the database; a file that cannot be removed is left to the expiry.
    pub async fn delete(self: &Arc<Self>, user: UserId, token: &str) -> Result<bool, StoreError> {
        let Some(key) = Key::parse(token) else {
            return Ok(false);
        };
        let attachments = Arc::clone(self);
        // A task of its own: a caller that goes away does not keep the file on disk.
        let removal = self.store.runtime().spawn(async move {
            let times = attachments.times();
            let token = key.as_str().to_owned();
            let query = move |db| async move { rows::remove(&db, user, &token, times).await };
            let removed = attachments.store.read(query).await?;
            if removed {
                attachments.area.delete(&key).await;
            }
            Ok(removed)
        });
        removal.await.map_err(|_| StoreError::Stopped)?
    }

    /// The bytes of an upload as an answer.
    ///
    /// # Errors
    /// The disk's.
    pub(crate) async fn answer(
        &self,
        req: &HttpRequest,
        stored: &Stored,
    ) -> Result<HttpResponse, AttachmentError> {
        let representation = Representation {
            name: &stored.name,
            content_type: &stored.content_type,
            size: stored.size,
            sha256: &stored.sha256,
            modified: None,
            disposition: Disposition::Attachment,
        };
        let key = Key::parse(&stored.token).ok_or(io::Error::from(io::ErrorKind::NotFound))?;
        let answer = self.area.blobs.answer(req, &representation, &key);
        Ok(answer.await?)
    }

    async fn make_use_of(
        &self,
        user: UserId,
        tokens: Vec<String>,
    ) -> Result<Vec<Stored>, StoreError> {
        let times = self.times();
        let query = move |db| async move { rows::make_use_of(&db, user, tokens, times).await };
        let found = self.store.read(query).await?;
        let stored = |row: rows::Model| Some(self.stored(&Key::parse(&row.token)?, row));
        Ok(found.into_iter().filter_map(stored).collect())
    }

    fn stored(&self, key: &Key, row: rows::Model) -> Stored {
        Stored {
            path: self.area.blobs.path(key),
            token: row.token,
            name: row.name,
            size: row.size.unsigned_abs(),
            content_type: row.content_type,
            sha256: row.sha256,
        }
    }

    fn times(&self) -> Times {
        let now = time::now();
        let before = |span: Duration| {
            now.saturating_sub(i64::try_from(span.as_millis()).unwrap_or(i64::MAX))
        };
        Times {
            now,
            live_since: before(self.settings.expire_after),
            fresh_since: before(USE_GRAIN.min(self.settings.expire_after / 10)),
        }
    }
}

fn not_found(reference: &UploadRef) -> AttachmentError {
    AttachmentError::NotFound(reference.given.clone())
}

#[cfg(test)]
mod tests;
