//! Rows of the table `attachments`: one per stored upload.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attachments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub token: String,
    pub user_id: i32,
    pub name: String,
    pub size: i64,
    pub content_type: String,
    /// SHA-256 of the bytes, hexadecimal.
    pub sha256: String,
    pub created: i64,
    pub last_used: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
