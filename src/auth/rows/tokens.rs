//! Rows of the table `tokens`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tokens")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// None: valid for all users.
    pub user_id: Option<i32>,
    /// SHA-256 of the secret, hexadecimal.
    pub secret_hash: String,
    /// Separated by spaces.
    pub scopes: String,
    pub remark: String,
    pub created: i64,
    pub until: Option<i64>,
    pub last_used: Option<i64>,
    pub revoked: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
