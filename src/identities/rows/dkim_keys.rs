//! Rows of the table `dkim_keys`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dkim_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    pub account_id: i32,
    /// In its ASCII form.
    pub domain: String,
    pub selector: String,
    /// As signatures name it: `rsa-sha256`, `ed25519-sha256`.
    pub algorithm: String,
    /// PKCS#8, encrypted.
    pub private_key: String,
    /// As the DNS record has it, in base64.
    pub public_key: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
