//! Ids that were in use and must not be given out again: mail on disk and uploads still lie under them.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DatabaseTransaction};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "retired_ids")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    /// The highest one that was removed.
    pub id: i32,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Which ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    User,
    Account,
    Identity,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Account => "account",
            Self::Identity => "identity",
        }
    }
}

/// Notes that `id` was removed.
///
/// # Errors
/// Those of the database.
pub async fn retire(db: &DatabaseTransaction, kind: Kind, id: i32) -> Result<(), DbErr> {
    let id = highest(db, kind).await?.map_or(id, |known| known.max(id));
    let row = ActiveModel {
        kind: Set(kind.name().to_owned()),
        id: Set(id),
    };
    let update = OnConflict::column(Column::Kind)
        .update_column(Column::Id)
        .to_owned();
    Entity::insert(row)
        .on_conflict(update)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The highest id that was removed.
///
/// # Errors
/// Those of the database.
pub async fn highest(db: &impl ConnectionTrait, kind: Kind) -> Result<Option<i32>, DbErr> {
    let row = Entity::find_by_id(kind.name()).one(db).await?;
    Ok(row.map(|row| row.id))
}
