//! What is in a folder, a page at a time: however much that is, memory is one page, and the database is free for others
//! between two.

use super::rows::{self, places};
use super::{Entry, Files};
use crate::ids::{FileId, UserId};
use crate::store::{Store, StoreError};

/// A folder that is being read: its folders first, then its files, both by name.
pub struct Pages {
    store: Store,
    owner: UserId,
    parent: i32,
    next: Option<Position>,
}

/// Behind `after` among the folders, or among the files.
struct Position {
    folders: bool,
    after: Option<String>,
}

impl Files {
    /// Begins to read a folder, which is `None` for the user's home. None: there is no such folder.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn pages(
        &self,
        owner: UserId,
        folder: Option<FileId>,
    ) -> Result<Option<Pages>, StoreError> {
        let parent = match folder {
            None => rows::HOME,
            Some(id) => {
                let query = move |db| async move { rows::by_id(&db, owner, id).await };
                match self.store.read(query).await? {
                    Some(row) if row.folder => row.id,
                    _ => return Ok(None),
                }
            }
        };
        Ok(Some(Pages {
            store: self.store.clone(),
            owner,
            parent,
            next: Some(Position {
                folders: true,
                after: None,
            }),
        }))
    }
}

impl Pages {
    /// The next entries. None: these were all.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn next(&mut self) -> Result<Option<Vec<Entry>>, StoreError> {
        while let Some(Position { folders, after }) = self.next.take() {
            let (owner, parent) = (self.owner, self.parent);
            let query =
                move |db| async move { places::page(&db, owner, parent, folders, after).await };
            let found = self.store.read(query).await?;
            let last = found.last().filter(|_| found.len() == places::PAGE);
            self.next = match last {
                Some(row) => Some(Position {
                    folders,
                    after: Some(row.name.clone()),
                }),
                None => folders.then_some(Position {
                    folders: false,
                    after: None,
                }),
            };
            if !found.is_empty() {
                let entries = found.into_iter().filter_map(rows::Model::entry);
                return Ok(Some(entries.collect()));
            }
        }
        Ok(None)
    }
}
