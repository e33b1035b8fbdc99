//! Rows of the table `accounts`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "accounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    pub name: String,
    /// Any user may have an identity on it; otherwise those in `account_owners`.
    pub everyone: bool,
    /// Server URL as given, see `server_url`.
    pub smtp: String,
    /// The password of the user whom `smtp` names, encrypted.
    pub smtp_password: Option<String>,
    /// None: a local mailbox. "none": no mailbox at all (SMTP-only). Else the URL of an IMAP server.
    pub imap: Option<String>,
    /// The password of the user whom `imap` names, encrypted.
    pub imap_password: Option<String>,
    pub sieve: Option<String>,
    /// Folder names that differ from the usual ones.
    pub sent: Option<String>,
    pub drafts: Option<String>,
    pub user_editable: bool,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
