//! Rows of the table `shares`.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, Query, SelectStatement};
use sea_orm::{Condition, QueryFilter};

use super::{Share, Target};
use crate::auth::rows::users;
use crate::draft::attachment_type::AttachmentType;
use crate::files::Content;
use crate::ids::{FileId, UserId};
use crate::store::blobs::Key;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "shares")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub token: String,
    pub user_id: i32,
    /// `link`, `share_ro` or `share_rw`.
    pub kind: String,
    /// The live file or folder; none of a copy.
    pub file_id: Option<i32>,
    /// The blob of a copy.
    pub content: Option<String>,
    pub name: String,
    pub size: i64,
    pub sha256: String,
    pub content_type: String,
    pub password_hash: Option<String>,
    /// The moment from which on it is ended.
    pub ends: Option<i64>,
    pub last_day: Option<String>,
    pub max_downloads: Option<i32>,
    /// What has to be the same for a share to be used again: a digest.
    pub options: String,
    /// Of the mails that carry it: JSON, an array of addresses.
    pub recipients: String,
    pub created: i64,
    pub last_access: i64,
    pub accesses: i64,
    pub downloads: i64,
    /// Counted where there is a cap on downloads.
    pub bytes_sent: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// What the row describes. None: a row that nobody here wrote.
    pub fn share(self) -> Option<Share> {
        let target = match (self.file_id, self.content) {
            (Some(id), _) => Target::Live(FileId(id)),
            (None, Some(key)) => Target::Copy(Content {
                key: Key::parse(&key)?,
                size: self.size.unsigned_abs(),
                sha256: self.sha256,
                content_type: self.content_type,
            }),
            (None, None) => return None,
        };
        Some(Share {
            token: self.token,
            owner: UserId(self.user_id),
            kind: AttachmentType::named(&self.kind)?,
            target,
            name: self.name,
            password_hash: self.password_hash,
            last_day: self.last_day,
            max_downloads: self.max_downloads.map(i32::unsigned_abs),
            downloads: self.downloads.unsigned_abs(),
            bytes_sent: self.bytes_sent.unsigned_abs(),
            created: self.created,
        })
    }
}

/// Shares that have not ended: without an end date those that somebody has opened since `accessed_since`.
pub fn not_ended(now: i64, accessed_since: i64) -> Condition {
    let dated = Column::Ends.is_not_null().and(Column::Ends.gt(now));
    let undated = Column::Ends
        .is_null()
        .and(Column::LastAccess.gte(accessed_since));
    Condition::any().add(dated).add(undated)
}

/// Owners whose shares are open.
fn active_users() -> SelectStatement {
    Query::select()
        .column(users::Column::Id)
        .from(users::Entity)
        .and_where(users::Column::Disabled.eq(false))
        .to_owned()
}

/// The open share with this token. One query, whatever is wrong with the token.
pub async fn open(
    db: &impl ConnectionTrait,
    token: &str,
    now: i64,
    accessed_since: i64,
) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(token.to_owned())
        .filter(not_ended(now, accessed_since))
        .filter(Column::UserId.in_subquery(active_users()))
        .one(db)
        .await
}
