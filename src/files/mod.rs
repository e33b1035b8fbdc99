//! Files of users below `/home/<login>/`: a tree of rows whose bytes are blobs.
//!
//! A name, a place and an owner are a row; the bytes are written once under a key of their own. So a file is replaced,
//! moved or removed by one transaction, whole or not at all, on a directory as on an object store, and no name that
//! somebody thought up ever meets a file system.

mod change;
pub mod error;
mod housekeeping;
pub mod listing;
mod pages;
pub mod path;
mod receive;
pub mod routes;
pub mod rows;

use std::sync::Arc;

use crate::ids::{FileId, UserId};
use crate::store::blobs::{Area, Blobs, Key};
use crate::store::incoming::InFlight;
use crate::store::{Store, StoreError};
pub use pages::Pages;
pub use receive::{Place, Written, receive};

/// What `files` needs from the configuration.
#[derive(Clone, Copy, Debug)]
pub struct FileSettings {
    /// Bytes of all files of one user.
    pub user_quota: u64,
    /// Files and folders of one user.
    pub entries_per_user: u32,
}

/// A file or a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: FileId,
    pub owner: UserId,
    pub name: String,
    /// Milliseconds since 1970.
    pub modified: i64,
    pub kind: EntryKind,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryKind {
    Folder,
    File(Content),
}

/// The bytes of a file as they are now. They never change: another version has another key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    pub key: Key,
    /// Bytes.
    pub size: u64,
    /// Hexadecimal.
    pub sha256: String,
    pub content_type: String,
}

/// All files of all users.
pub struct Files {
    pub settings: FileSettings,
    store: Store,
    area: Area,
    in_flight: InFlight,
}

impl Files {
    /// `blobs` is an area that holds nothing but files: what has no row is removed.
    pub fn new(settings: FileSettings, store: Store, blobs: Blobs) -> Arc<Self> {
        Arc::new(Self {
            settings,
            store,
            area: Area::new(blobs),
            in_flight: InFlight::default(),
        })
    }

    /// The bytes of all files.
    pub fn blobs(&self) -> &Blobs {
        &self.area.blobs
    }

    /// The file or folder with this id, wherever it is by now.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn entry(&self, owner: UserId, id: FileId) -> Result<Option<Entry>, StoreError> {
        let query = move |db| async move { rows::by_id(&db, owner, id).await };
        Ok(self.store.read(query).await?.and_then(rows::Model::entry))
    }

    /// What these names lead to from a folder on, which is `None` for the user's home; without names the folder itself.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn below(
        &self,
        owner: UserId,
        folder: Option<FileId>,
        names: Vec<String>,
    ) -> Result<Option<Entry>, StoreError> {
        let query = move |db| async move { rows::below(&db, owner, folder, &names).await };
        Ok(self.store.read(query).await?.and_then(rows::Model::entry))
    }

    /// Where an entry is: the names from the home on. None: there is no such entry.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn path_of(
        &self,
        owner: UserId,
        id: FileId,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let query = move |db| async move { rows::places::ancestors(&db, owner, id.0).await };
        let found = self.store.read(query).await?;
        let names: Vec<_> = found.into_iter().rev().map(|row| row.name).collect();
        Ok((!names.is_empty()).then_some(names))
    }
}

#[cfg(test)]
mod tests;
