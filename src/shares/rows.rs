//! Rows of the table `shares`.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{Condition, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

use super::{Share, Target, mails};
use crate::auth::rows::users;
use crate::draft::attachment_type::AttachmentType;
use crate::files::{Content, rows as files};
use crate::ids::{FileId, UserId};
use crate::store::blobs::Key;

/// Tokens in one query: databases limit the number of values.
pub const BATCH: usize = 500;

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

/// Stores a row.
pub async fn insert(db: &impl ConnectionTrait, row: Model) -> Result<(), DbErr> {
    Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Bytes of all copies of a user.
pub async fn used(db: &impl ConnectionTrait, owner: UserId) -> Result<u64, DbErr> {
    // The sum is NUMERIC on PostgreSQL.
    let sum = Expr::col(Column::Size).sum().cast_as(Alias::new("BIGINT"));
    let used: Option<Option<i64>> = Entity::find()
        .select_only()
        .column_as(sum, "used")
        .filter(Column::UserId.eq(owner.0))
        .filter(Column::Content.is_not_null())
        .into_tuple()
        .one(db)
        .await?;
    Ok(used.flatten().unwrap_or(0).unsigned_abs())
}

/// The user's open shares with these options that may still be downloaded, the newest first. `times`: now, and since
/// when one without an end date must have been opened.
pub async fn same(
    db: &impl ConnectionTrait,
    owner: UserId,
    options: String,
    (now, accessed_since): (i64, i64),
    most: u64,
) -> Result<Vec<Model>, DbErr> {
    let unused = Expr::col(Column::Downloads).lt(Expr::col(Column::MaxDownloads));
    Entity::find()
        .filter(Column::UserId.eq(owner.0))
        .filter(Column::Options.eq(options))
        .filter(not_ended(now, accessed_since))
        .filter(
            Condition::any()
                .add(Column::MaxDownloads.is_null())
                .add(unused),
        )
        .order_by_desc(Column::Created)
        .limit(most)
        .all(db)
        .await
}

/// The share with this token, open or not.
pub async fn by_token(db: &impl ConnectionTrait, token: &str) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(token.to_owned()).one(db).await
}

/// The user's own share with this token, open or not.
pub async fn own(
    db: &impl ConnectionTrait,
    owner: UserId,
    token: &str,
) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(token.to_owned())
        .filter(Column::UserId.eq(owner.0))
        .one(db)
        .await
}

/// The user's shares, open or not, the newest first.
pub async fn newest(
    db: &impl ConnectionTrait,
    owner: UserId,
    most: u64,
) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::UserId.eq(owner.0))
        .order_by_desc(Column::Created)
        .order_by_asc(Column::Token)
        .limit(most)
        .all(db)
        .await
}

/// Up to [`BATCH`] shares that are over for good: ended, or without their owner or their live file.
pub async fn over(
    db: &impl ConnectionTrait,
    now: i64,
    accessed_since: i64,
) -> Result<Vec<Model>, DbErr> {
    let users = Query::select()
        .column(users::Column::Id)
        .from(users::Entity)
        .to_owned();
    let files = Query::select()
        .column(files::Column::Id)
        .from(files::Entity)
        .to_owned();
    let no_file = Column::FileId
        .is_not_null()
        .and(Column::FileId.not_in_subquery(files));
    Entity::find()
        .filter(
            Condition::any()
                .add(not_ended(now, accessed_since).not())
                .add(Column::UserId.not_in_subquery(users))
                .add(no_file),
        )
        .limit(BATCH as u64)
        .all(db)
        .await
}

/// The blobs of all copies.
pub async fn contents(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::Content)
        .filter(Column::Content.is_not_null())
        .into_tuple()
        .all(db)
        .await
}

/// Removes at most [`BATCH`] shares and what is known of their mails.
pub async fn remove(db: &impl ConnectionTrait, tokens: Vec<String>) -> Result<(), DbErr> {
    mails::forget(db, tokens.clone()).await?;
    Entity::delete_many()
        .filter(Column::Token.is_in(tokens))
        .exec(db)
        .await?;
    Ok(())
}
