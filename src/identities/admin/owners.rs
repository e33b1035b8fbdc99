//! Who may have identities on an account.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder};

use crate::auth::admin::{AdminError, users};
use crate::identities::rows::{account_owners, identities};
use crate::ids::{AccountId, UserId};

/// Who may have identities on an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owners {
    Everyone,
    /// Logins.
    Users(Vec<String>),
}

/// Replaces the owners of an account.
pub(super) async fn set_owners(
    db: &DatabaseTransaction,
    id: AccountId,
    owners: &Owners,
) -> Result<(), AdminError> {
    account_owners::Entity::delete_many()
        .filter(account_owners::Column::AccountId.eq(id.0))
        .exec(db)
        .await?;
    if let Owners::Users(logins) = owners {
        for login in logins {
            let user = users::find(db, login).await?;
            own(db, id, [UserId(user.id)]).await?;
        }
    }
    Ok(())
}

/// Makes users owners of an account; those who are stay so.
///
/// # Errors
/// Those of the database.
pub async fn own(
    db: &DatabaseTransaction,
    id: AccountId,
    users: impl IntoIterator<Item = UserId>,
) -> Result<(), AdminError> {
    let rows: Vec<_> = users
        .into_iter()
        .map(|user| account_owners::ActiveModel {
            account_id: Set(id.0),
            user_id: Set(user.0),
        })
        .collect();
    // Far below the 32,766 values that one statement of SQLite binds.
    for batch in rows.chunks(1000) {
        account_owners::Entity::insert_many(batch.to_vec())
            .on_conflict_do_nothing()
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// Identities of users who do not own the account would be a way to go on sending through it.
pub(super) async fn refuse_strangers(
    db: &DatabaseTransaction,
    id: AccountId,
) -> Result<(), AdminError> {
    let owners: Vec<i32> = account_owners::Entity::find()
        .filter(account_owners::Column::AccountId.eq(id.0))
        .all(db)
        .await?
        .into_iter()
        .map(|owner| owner.user_id)
        .collect();
    let stranger = identities::Entity::find()
        .filter(identities::Column::AccountId.eq(id.0))
        .order_by_asc(identities::Column::Id)
        .all(db)
        .await?
        .into_iter()
        .find(|identity| !owners.contains(&identity.user_id));
    match stranger {
        Some(identity) => Err(AdminError::refused(format!(
            "the user of identity {} would not own account {id} any more, remove it first: quillgate identity remove {}",
            identity.id, identity.id
        ))),
        None => Ok(()),
    }
}

/// Who owns what: pairs of account and user.
///
/// # Errors
/// Those of the database.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<(AccountId, UserId)>, DbErr> {
    let rows = account_owners::Entity::find()
        .order_by_asc(account_owners::Column::UserId)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (AccountId(row.account_id), UserId(row.user_id)))
        .collect())
}
