//! The one identity of each user that is taken when a URL names none.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, IntoActiveModel};

use crate::identities::rows::identities;
use crate::ids::UserId;

/// Makes a user's oldest identity the default when none is.
pub(super) async fn ensure_default(db: &DatabaseTransaction, user: UserId) -> Result<(), DbErr> {
    let left = super::identities::of(db, user).await?;
    if left.iter().any(|identity| identity.is_default) {
        return Ok(());
    }
    if let Some(oldest) = left.into_iter().next() {
        let mut row = oldest.into_active_model();
        row.is_default = Set(true);
        row.update(db).await?;
    }
    Ok(())
}

/// Takes the place for another one.
pub(super) async fn clear_default(db: &DatabaseTransaction, user: UserId) -> Result<(), DbErr> {
    identities::Entity::update_many()
        .col_expr(identities::Column::IsDefault, Expr::value(false))
        .filter(identities::Column::UserId.eq(user.0))
        .exec(db)
        .await
        .map(drop)
}
