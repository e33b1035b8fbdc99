//! Rows of the table `composes`: what became of each request to open a window.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "composes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub user_id: i32,
    /// The credential that made it, see `Credential::key`.
    pub made_by: String,
    pub state: String,
    pub share_password: Option<String>,
    pub message_id: Option<String>,
    pub created: i64,
    pub opened_at: Option<i64>,
    pub seen_at: Option<i64>,
    pub finished_at: Option<i64>,
    pub subject: Option<String>,
    /// Those in `to`, as a JSON array.
    pub recipients: Option<String>,
    /// Who asked, as pages are told; JSON.
    pub opened_by: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
