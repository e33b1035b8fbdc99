//! The tokens of one user, as they themselves make and end them.

use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder};

use crate::auth::admin::AdminError;
use crate::auth::admin::tokens::{self, Made, NewToken};
use crate::auth::rows::tokens::{Column, Entity, Model};
use crate::http::error::ApiError;
use crate::ids::{TokenId, UserId};
use crate::store::StoreError;
use crate::store::changes::Change;

/// Tokens of one user that are not revoked.
const LIVE_MAX: u64 = 100;
/// All of one user that are kept; one more takes the place of the oldest revoked one.
const KEPT_MAX: u64 = 1000;

/// Those of a user that are not revoked, the newest first.
pub(super) async fn of(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::UserId.eq(user.0))
        .filter(Column::Revoked.is_null())
        .order_by_desc(Column::Id)
        .all(db)
        .await
}

/// Makes a token of the user, whom `new` names.
///
/// # Errors
/// 409 for one more than a user may have.
pub(super) async fn create(
    db: &DatabaseTransaction,
    user: UserId,
    new: NewToken,
) -> Result<(Made, Vec<Change>), ApiError> {
    let own = || Entity::find().filter(Column::UserId.eq(user.0));
    let live = own().filter(Column::Revoked.is_null()).count(db).await;
    if live.map_err(StoreError::from)? >= LIVE_MAX {
        let full =
            format!("You have {LIVE_MAX} tokens already, revoke one that you do not need any more");
        return Err(ApiError::conflict(full).detail("limit", LIVE_MAX));
    }
    if own().count(db).await.map_err(StoreError::from)? >= KEPT_MAX {
        let revoked = own().filter(Column::Revoked.is_not_null());
        let oldest = revoked.order_by_asc(Column::Id).one(db).await;
        if let Some(oldest) = oldest.map_err(StoreError::from)? {
            oldest.delete(db).await.map_err(StoreError::from)?;
        }
    }
    tokens::create(db, new).await.map_err(trouble)
}

/// Ends a token of the user; false: there is none with this id that could be ended.
///
/// # Errors
/// Only those of the database.
pub(super) async fn revoke(
    db: &DatabaseTransaction,
    user: UserId,
    id: TokenId,
) -> Result<(bool, Vec<Change>), ApiError> {
    let own = Entity::find_by_id(id.0)
        .filter(Column::UserId.eq(user.0))
        .filter(Column::Revoked.is_null());
    match own.count(db).await.map_err(StoreError::from)? {
        0 => Ok((false, Vec::new())),
        _ => Ok((true, tokens::revoke(db, id).await.map_err(trouble)?)),
    }
}

fn trouble(error: AdminError) -> ApiError {
    match error {
        AdminError::Refused(reason) => ApiError::unprocessable(reason),
        AdminError::Store(cause) => cause.into(),
    }
}
