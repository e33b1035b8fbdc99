//! Rows of the table `files`: one per file or folder. `parent` 0 is the user's home, which has no row.

pub mod changes;
pub mod places;
pub mod totals;

use sea_orm::entity::prelude::*;

use super::{Content, Entry, EntryKind};
use crate::http::file::Current;
use crate::ids::{FileId, UserId};
use crate::store::blobs::Key;

/// The `parent` of what lies in the user's home itself.
pub const HOME: i32 = 0;
/// Ids in one query: databases limit the number of values.
const BATCH: usize = 500;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "files")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub user_id: i32,
    pub parent: i32,
    pub name: String,
    pub folder: bool,
    /// The blob; none of a folder.
    pub content: Option<String>,
    pub size: i64,
    /// SHA-256 of the bytes, hexadecimal.
    pub sha256: String,
    pub content_type: String,
    pub modified: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// What conditions are compared with.
    pub fn current(&self) -> Current<'_> {
        Current {
            sha256: (!self.folder).then_some(self.sha256.as_str()),
            modified: self.modified,
        }
    }

    /// What the row describes. None: a file whose key is none.
    pub fn entry(self) -> Option<Entry> {
        let kind = if self.folder {
            EntryKind::Folder
        } else {
            EntryKind::File(Content {
                key: Key::parse(&self.content?)?,
                size: self.size.unsigned_abs(),
                sha256: self.sha256,
                content_type: self.content_type,
            })
        };
        Some(Entry {
            id: FileId(self.id),
            owner: UserId(self.user_id),
            name: self.name,
            modified: self.modified,
            kind,
        })
    }
}

/// The row with this id.
pub async fn by_id(
    db: &impl ConnectionTrait,
    owner: UserId,
    id: FileId,
) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id.0)
        .filter(Column::UserId.eq(owner.0))
        .one(db)
        .await
}

/// What `names` lead to from a folder on, `None`: the home.
pub async fn below(
    db: &impl ConnectionTrait,
    owner: UserId,
    folder: Option<FileId>,
    names: &[String],
) -> Result<Option<Model>, DbErr> {
    let mut found = match folder {
        Some(id) => by_id(db, owner, id).await?,
        None => None,
    };
    if folder.is_some() && found.is_none() {
        return Ok(None);
    }
    for name in names {
        let parent = match &found {
            Some(row) if !row.folder => return Ok(None),
            Some(row) => row.id,
            None => HOME,
        };
        found = child(db, owner, parent, name).await?;
        if found.is_none() {
            return Ok(None);
        }
    }
    Ok(found)
}

/// What lies in a folder under this name.
pub async fn child(
    db: &impl ConnectionTrait,
    owner: UserId,
    parent: i32,
    name: &str,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::UserId.eq(owner.0))
        .filter(Column::Parent.eq(parent))
        .filter(Column::Name.eq(name))
        .one(db)
        .await
}
