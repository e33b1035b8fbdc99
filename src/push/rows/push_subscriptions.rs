//! Rows of the table `push_subscriptions`: browsers that may be called while no page is open in them.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "push_subscriptions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub user_id: i32,
    /// The session of the web client that it belongs to, and ends with.
    pub web_session: String,
    pub endpoint: String,
    /// The browser's public key, base64url.
    pub p256dh: String,
    /// The secret that only the browser and the gateway know, base64url.
    pub auth: String,
    pub user_agent: String,
    pub created: i64,
    /// When a push service last took a message for it.
    pub last_used: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
