//! Folders are made, entries moved and removed: each by one transaction.

use std::sync::Arc;

use sea_orm::DatabaseTransaction;

use super::error::FileError;
use super::path::DEPTH_MAX;
use super::receive::Place;
use super::rows::places::{Target, ancestors, levels, target};
use super::rows::{HOME, by_id, changes, totals};
use super::{Entry, Files};
use crate::http::file::Condition;
use crate::ids::{FileId, UserId};
use crate::store::{StoreError, time};

type Transaction = Arc<DatabaseTransaction>;

impl Files {
    /// Runs `work` in a transaction that no other process is told of.
    pub(super) async fn transact<T, F>(
        &self,
        work: impl FnOnce(Transaction) -> F + Send + 'static,
    ) -> Result<T, FileError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, FileError>> + Send + 'static,
    {
        let work = move |db| {
            let changed = work(db);
            async move { Ok((changed.await?, Vec::new())) }
        };
        self.store.write(work).await
    }

    /// Makes a folder.
    ///
    /// # Errors
    /// [`FileError::Exists`], [`FileError::NoFolder`], [`FileError::TooDeep`], [`FileError::TooMany`], and those of the
    /// database.
    pub async fn make_folder(&self, owner: UserId, names: Vec<String>) -> Result<Entry, FileError> {
        let settings = self.settings;
        let work = move |db: Transaction| async move {
            let place = free(target(&*db, owner, &home(names)).await?)?;
            settings.check_entries(totals::of(&*db, owner).await?)?;
            Ok(changes::insert(&*db, owner, place, None, time::now()).await?)
        };
        let row = self.transact(work).await?;
        row.entry().ok_or(FileError::NotFound)
    }

    /// Gives an entry another name or folder; all in it goes with it.
    ///
    /// # Errors
    /// [`FileError::NotFound`], [`FileError::Condition`], [`FileError::Exists`], [`FileError::NoFolder`],
    /// [`FileError::IntoItself`], [`FileError::TooDeep`], and those of the database.
    pub async fn relocate(
        &self,
        owner: UserId,
        id: FileId,
        names: Vec<String>,
        condition: Condition,
    ) -> Result<Entry, FileError> {
        let work = move |db: Transaction| async move {
            let row = by_id(&*db, owner, id).await?.ok_or(FileError::NotFound)?;
            if !condition.holds(Some(row.current())) {
                return Err(FileError::Condition);
            }
            let depth = names.len();
            let place = free(target(&*db, owner, &home(names)).await?)?;
            if row.folder && place.0 != HOME {
                let above = ancestors(&*db, owner, place.0).await?;
                if above.iter().any(|folder| folder.id == row.id) {
                    return Err(FileError::IntoItself);
                }
            }
            if depth - 1 + levels(&*db, &row).await? > DEPTH_MAX {
                return Err(FileError::TooDeep);
            }
            Ok(changes::relocate(&*db, row, place).await?)
        };
        let row = self.transact(work).await?;
        row.entry().ok_or(FileError::NotFound)
    }

    /// Removes a file, or a folder with all in it. False: there is none.
    ///
    /// # Errors
    /// [`FileError::Condition`], and those of the database.
    pub async fn remove(
        self: &Arc<Self>,
        owner: UserId,
        id: FileId,
        condition: Condition,
    ) -> Result<bool, FileError> {
        let files = Arc::clone(self);
        let work = move |db: Transaction| async move {
            let Some(row) = by_id(&*db, owner, id).await? else {
                return Ok(None);
            };
            if !condition.holds(Some(row.current())) {
                return Err(FileError::Condition);
            }
            Ok(Some(changes::remove(&*db, row).await?))
        };
        // A task of its own: a caller that goes away does not keep the bytes on disk.
        let removal = self.store.runtime().spawn(async move {
            let removed = files.transact(work).await?;
            let is_removed = removed.is_some();
            files.area.delete_later(removed.unwrap_or_default());
            Ok(is_removed)
        });
        removal.await.map_err(|_| StoreError::Stopped)?
    }
}

fn home(names: Vec<String>) -> Place {
    let folder = None;
    Place::In { folder, names }
}

/// A place with nothing at it.
fn free(there: Target) -> Result<(i32, String), FileError> {
    match there {
        Target::Free { parent, name } => Ok((parent, name)),
        Target::There(_) | Target::Home => Err(FileError::Exists),
        Target::NoFolder => Err(FileError::NoFolder),
        Target::TooDeep => Err(FileError::TooDeep),
        Target::Gone => Err(FileError::NotFound),
    }
}
