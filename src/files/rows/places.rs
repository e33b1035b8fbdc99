//! Where rows are in the tree, and where a new one would be.

use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use super::{BATCH, Column, Entity, HOME, Model, below, by_id, child};
use crate::files::path::DEPTH_MAX;
use crate::files::receive::Place;
use crate::ids::{FileId, UserId};

/// What is at a place.
#[derive(Debug)]
pub enum Target {
    /// This.
    There(Model),
    /// The user's home.
    Home,
    /// Nothing yet, but a folder to put it into.
    Free { parent: i32, name: String },
    /// Nothing, and no such folder.
    NoFolder,
    /// Nothing, and it would be too deep.
    TooDeep,
    /// The file that is meant is not there any more.
    Gone,
}

/// Finds out what is at `place`.
pub async fn target(
    db: &impl ConnectionTrait,
    owner: UserId,
    place: &Place,
) -> Result<Target, DbErr> {
    let (folder, names) = match place {
        Place::File(id) => {
            let found = by_id(db, owner, *id).await?;
            return Ok(found.map_or(Target::Gone, Target::There));
        }
        Place::In { folder, names } => (*folder, names),
    };
    let Some((name, above)) = names.split_last() else {
        return match folder {
            Some(id) => Ok(by_id(db, owner, id)
                .await?
                .map_or(Target::Gone, Target::There)),
            None => Ok(Target::Home),
        };
    };
    let parent = match (folder, above) {
        (None, []) => HOME,
        _ => match below(db, owner, folder, above).await? {
            Some(row) if row.folder => row.id,
            _ => return Ok(Target::NoFolder),
        },
    };
    if let Some(row) = child(db, owner, parent, name).await? {
        return Ok(Target::There(row));
    }
    let levels = match folder {
        Some(id) => ancestors(db, owner, id.0).await?.len(),
        None => 0,
    };
    if levels + names.len() > DEPTH_MAX {
        return Ok(Target::TooDeep);
    }
    let name = name.clone();
    Ok(Target::Free { parent, name })
}

/// A row and the folders that it is in, from itself up to the home, which has no row. Empty: there is no such row.
pub async fn ancestors(
    db: &impl ConnectionTrait,
    owner: UserId,
    id: i32,
) -> Result<Vec<Model>, DbErr> {
    let mut found: Vec<Model> = Vec::new();
    let mut next = id;
    while next != HOME && found.len() <= DEPTH_MAX {
        match by_id(db, owner, FileId(next)).await? {
            Some(row) => {
                next = row.parent;
                found.push(row);
            }
            None => return Ok(Vec::new()),
        }
    }
    Ok(found)
}

/// All that lies directly in any of these folders.
pub async fn children(
    db: &impl ConnectionTrait,
    owner: UserId,
    parents: &[i32],
) -> Result<Vec<Child>, DbErr> {
    let mut found = Vec::new();
    for some in parents.chunks(BATCH) {
        let rows: Vec<(i32, bool, Option<String>)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::Folder, Column::Content])
            .filter(Column::UserId.eq(owner.0))
            .filter(Column::Parent.is_in(some.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
        let child = |(id, folder, content)| Child {
            id,
            folder,
            content,
        };
        found.extend(rows.into_iter().map(child));
    }
    Ok(found)
}

/// One of [`children`].
pub struct Child {
    pub id: i32,
    pub folder: bool,
    pub content: Option<String>,
}

/// The ids of the folders among them.
pub fn folders(children: &[Child]) -> Vec<i32> {
    let folders = children.iter().filter(|child| child.folder);
    folders.map(|child| child.id).collect()
}

/// How many levels a row and what is in it take: one, when nothing is in it.
pub async fn levels(db: &impl ConnectionTrait, row: &Model) -> Result<usize, DbErr> {
    let owner = UserId(row.user_id);
    let mut levels = 1;
    let mut parents = if row.folder { vec![row.id] } else { Vec::new() };
    while !parents.is_empty() && levels <= DEPTH_MAX {
        let found = children(db, owner, &parents).await?;
        if found.is_empty() {
            break;
        }
        levels += 1;
        parents = folders(&found);
    }
    Ok(levels)
}

/// Entries of one page.
pub const PAGE: usize = 500;

/// The next [`PAGE`] folders, or files, that lie directly in a folder: those behind the name `after`.
pub async fn page(
    db: &impl ConnectionTrait,
    owner: UserId,
    parent: i32,
    folders: bool,
    after: Option<String>,
) -> Result<Vec<Model>, DbErr> {
    let mut query = Entity::find()
        .filter(Column::UserId.eq(owner.0))
        .filter(Column::Parent.eq(parent))
        .filter(Column::Folder.eq(folders));
    if let Some(after) = after {
        query = query.filter(Column::Name.gt(after));
    }
    let query = query.order_by_asc(Column::Name).limit(PAGE as u64);
    query.all(db).await
}
