//! Rows of the table `compose_requests`: answers kept for a repeated `Idempotency-Key`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "compose_requests")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub made_by: String,
    pub user_id: i32,
    pub key: String,
    /// SHA-256 of the request's body, hexadecimal.
    pub digest: String,
    pub status: i32,
    pub answer: String,
    pub created: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
