//! Rows of the table `share_mails`: the mails that carry a share.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{OnConflict, Query};
use sea_orm::{IntoActiveModel, QueryOrder};

use super::rows;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "share_mails")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub token: String,
    /// Without angle brackets.
    #[sea_orm(primary_key, auto_increment = false)]
    pub message_id: String,
    /// Milliseconds since 1970.
    pub sent: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Notes mails; those that are noted already stay as they are.
pub async fn note(db: &impl ConnectionTrait, rows: Vec<Model>) -> Result<(), DbErr> {
    let known = OnConflict::columns([Column::Token, Column::MessageId])
        .do_nothing()
        .to_owned();
    let rows = rows
        .into_iter()
        .map(|row| row.into_active_model().reset_all());
    Entity::insert_many(rows)
        .on_conflict(known)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The mails of at most [`rows::BATCH`] shares, the newest first.
pub async fn of(db: &impl ConnectionTrait, tokens: Vec<String>) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::Token.is_in(tokens))
        .order_by_desc(Column::Sent)
        .all(db)
        .await
}

/// Forgets the mails of at most [`rows::BATCH`] shares.
pub async fn forget(db: &impl ConnectionTrait, tokens: Vec<String>) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::Token.is_in(tokens))
        .exec(db)
        .await?;
    Ok(())
}

/// Forgets the mails of shares that are gone.
pub async fn forget_lost(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let shares = Query::select()
        .column(rows::Column::Token)
        .from(rows::Entity)
        .to_owned();
    Entity::delete_many()
        .filter(Column::Token.not_in_subquery(shares))
        .exec(db)
        .await?;
    Ok(())
}
