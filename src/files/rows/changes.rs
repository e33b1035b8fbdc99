//! Changes of the tree; each is part of a transaction of its caller.

use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel, QueryFilter};

use super::places::{children, folders};
use super::{ActiveModel, BATCH, Column, Entity, Model};
use crate::files::Content;
use crate::ids::UserId;
use crate::store::blobs::Key;

/// Adds a file, or a folder without `content`.
pub async fn insert(
    db: &impl ConnectionTrait,
    owner: UserId,
    (parent, name): (i32, String),
    content: Option<Content>,
    modified: i64,
) -> Result<Model, DbErr> {
    let folder = content.is_none();
    let (key, size, sha256, content_type) = columns(content);
    let row = ActiveModel {
        id: NotSet,
        user_id: Set(owner.0),
        parent: Set(parent),
        name: Set(name),
        folder: Set(folder),
        content: Set(key),
        size: Set(size),
        sha256: Set(sha256),
        content_type: Set(content_type),
        modified: Set(modified),
    };
    row.insert(db).await
}

/// Gives a file other bytes.
pub async fn replace(
    db: &impl ConnectionTrait,
    row: Model,
    content: Content,
    modified: i64,
) -> Result<Model, DbErr> {
    let (key, size, sha256, content_type) = columns(Some(content));
    let mut row = row.into_active_model();
    row.content = Set(key);
    row.size = Set(size);
    row.sha256 = Set(sha256);
    row.content_type = Set(content_type);
    row.modified = Set(modified);
    row.update(db).await
}

fn columns(content: Option<Content>) -> (Option<String>, i64, String, String) {
    content.map_or_else(Default::default, |content| {
        let size = i64::try_from(content.size).unwrap_or(i64::MAX);
        let key = content.key.as_str().to_owned();
        (Some(key), size, content.sha256, content.content_type)
    })
}

/// Puts a file, or a folder with all in it, into another place.
pub async fn relocate(
    db: &impl ConnectionTrait,
    row: Model,
    (parent, name): (i32, String),
) -> Result<Model, DbErr> {
    let mut row = row.into_active_model();
    row.parent = Set(parent);
    row.name = Set(name);
    row.update(db).await
}

/// Removes a file, or a folder with all in it, and returns the blobs that are nobody's then.
pub async fn remove(db: &impl ConnectionTrait, row: Model) -> Result<Vec<Key>, DbErr> {
    let owner = UserId(row.user_id);
    let mut contents: Vec<Option<String>> = vec![row.content];
    let mut ids = vec![row.id];
    let mut parents = if row.folder { ids.clone() } else { Vec::new() };
    while !parents.is_empty() {
        let found = children(db, owner, &parents).await?;
        parents = folders(&found);
        ids.extend(found.iter().map(|child| child.id));
        contents.extend(found.into_iter().map(|child| child.content));
    }
    for some in ids.chunks(BATCH) {
        Entity::delete_many()
            .filter(Column::Id.is_in(some.iter().copied()))
            .exec(db)
            .await?;
    }
    let keys = contents.iter().flatten();
    Ok(keys.filter_map(|key| Key::parse(key)).collect())
}

/// Removes all that a user has. The blobs are found when leftovers are looked for.
pub async fn remove_all_of(db: &impl ConnectionTrait, owner: UserId) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::UserId.eq(owner.0))
        .exec(db)
        .await
        .map(drop)
}
