//! Rows of the table `attachments`: one per stored upload. A row whose last use lies too far back (`live_since`) counts
//! as gone, whether or not the expiry has come by.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Expr, ExprTrait};
use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect};

use crate::ids::UserId;

/// Tokens in one query: databases limit the number of values.
pub const BATCH: usize = 500;

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

/// Times that a query goes by, in milliseconds since 1970.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    pub now: i64,
    /// Last used before: expired.
    pub live_since: i64,
    /// A last use after this is not written anew: a download in many ranges is not as many writes.
    pub fresh_since: i64,
}

fn live(user: UserId, times: Times) -> sea_orm::Condition {
    sea_orm::Condition::all()
        .add(Column::UserId.eq(user.0))
        .add(Column::LastUsed.gte(times.live_since))
}

/// Bytes of all uploads of a user.
pub async fn used(db: &impl ConnectionTrait, user: UserId, times: Times) -> Result<u64, DbErr> {
    // The sum is NUMERIC on PostgreSQL.
    let sum = Expr::col(Column::Size).sum().cast_as(Alias::new("BIGINT"));
    let used: Option<Option<i64>> = Entity::find()
        .select_only()
        .column_as(sum, "used")
        .filter(live(user, times))
        .into_tuple()
        .one(db)
        .await?;
    Ok(used.flatten().unwrap_or(0).try_into().unwrap_or(0))
}

/// Stores a row.
pub async fn insert(db: &impl ConnectionTrait, row: Model) -> Result<(), DbErr> {
    Entity::insert(row.into_active_model().reset_all())
        .exec(db)
        .await?;
    Ok(())
}

/// The user's own rows among at most [`BATCH`] tokens, each marked as used now.
pub async fn make_use_of(
    db: &impl ConnectionTrait,
    user: UserId,
    tokens: Vec<String>,
    times: Times,
) -> Result<Vec<Model>, DbErr> {
    // First the mark: what is read after it does not expire under the reader.
    Entity::update_many()
        .col_expr(Column::LastUsed, Expr::value(times.now))
        .filter(Column::Token.is_in(tokens.clone()))
        .filter(live(user, times))
        .filter(Column::LastUsed.lt(times.fresh_since))
        .exec(db)
        .await?;
    Entity::find()
        .filter(Column::Token.is_in(tokens))
        .filter(live(user, times))
        .all(db)
        .await
}

/// Removes a user's row. False: there is none.
pub async fn remove(
    db: &impl ConnectionTrait,
    user: UserId,
    token: &str,
    times: Times,
) -> Result<bool, DbErr> {
    let removed = Entity::delete_many()
        .filter(Column::Token.eq(token))
        .filter(live(user, times))
        .exec(db)
        .await?;
    Ok(removed.rows_affected > 0)
}

/// Removes up to [`BATCH`] expired rows and returns their tokens. Inside a transaction: nobody can make use of one in
/// between.
pub async fn remove_expired(
    db: &impl ConnectionTrait,
    live_since: i64,
) -> Result<Vec<String>, DbErr> {
    let tokens: Vec<String> = Entity::find()
        .select_only()
        .column(Column::Token)
        .filter(Column::LastUsed.lt(live_since))
        .order_by_asc(Column::LastUsed)
        .limit(BATCH as u64)
        .into_tuple()
        .all(db)
        .await?;
    remove_all(db, tokens.clone()).await?;
    Ok(tokens)
}

/// Removes the rows of at most [`BATCH`] tokens, whoever owns them.
pub async fn remove_all(db: &impl ConnectionTrait, tokens: Vec<String>) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::Token.is_in(tokens))
        .exec(db)
        .await?;
    Ok(())
}

/// The tokens of all rows.
pub async fn tokens(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::Token)
        .into_tuple()
        .all(db)
        .await
}
