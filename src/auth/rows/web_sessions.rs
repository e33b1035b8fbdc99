//! Rows of the table `web_sessions`: who is signed in with the web client.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "web_sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub user_id: i32,
    /// SHA-256 of the secret in the cookie, hexadecimal.
    pub secret_hash: String,
    pub created: i64,
    pub expires: i64,
    /// Of the request that signed in, shortened. None: of an earlier version, or it had none.
    pub user_agent: Option<String>,
    pub last_used: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
