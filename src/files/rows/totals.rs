//! What all rows of a user, or of everybody, amount to.

use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};

use super::{Column, Entity};
use crate::auth::rows::users;
use crate::ids::UserId;

/// What a user has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub bytes: u64,
    /// Files and folders.
    pub entries: u64,
}

/// What `owner` has.
pub async fn of(db: &impl ConnectionTrait, owner: UserId) -> Result<Totals, DbErr> {
    // The sum is NUMERIC on PostgreSQL.
    let bytes = Expr::col(Column::Size).sum().cast_as(Alias::new("BIGINT"));
    let found: Option<(Option<i64>, i64)> = Entity::find()
        .select_only()
        .column_as(bytes, "bytes")
        .column_as(Expr::col(Column::Size).count(), "entries")
        .filter(Column::UserId.eq(owner.0))
        .into_tuple()
        .one(db)
        .await?;
    let (bytes, entries) = found.unwrap_or_default();
    Ok(Totals {
        bytes: bytes.unwrap_or(0).unsigned_abs(),
        entries: entries.unsigned_abs(),
    })
}

/// The blobs of all files.
pub async fn contents(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::Content)
        .filter(Column::Content.is_not_null())
        .into_tuple()
        .all(db)
        .await
}

/// Removes the rows of users that are not there any more, and returns how many there were.
pub async fn remove_ownerless(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    let users = Query::select()
        .column(users::Column::Id)
        .from(users::Entity)
        .to_owned();
    let removed = Entity::delete_many()
        .filter(Column::UserId.not_in_subquery(users))
        .exec(db)
        .await?;
    Ok(removed.rows_affected)
}
