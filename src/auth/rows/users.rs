//! Rows of the table `users`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    #[sea_orm(unique)]
    pub login: String,
    pub name: String,
    pub email: String,
    pub admin: bool,
    pub disabled: bool,
    pub timezone: Option<String>,
    /// Argon2id, PHC format. None: reached by tokens only.
    pub password_hash: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
