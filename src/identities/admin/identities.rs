//! Adding, changing and removing identities.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, IntoActiveModel, QueryOrder, QuerySelect};

use super::accounts;
use super::default::{clear_default, ensure_default};
use super::new_identity::{IdentityChange, NewIdentity, Rank, Unusable, check};
use crate::auth::admin::new_user::NewUser;
use crate::auth::admin::{AdminError, id_after, users};
use crate::auth::rows::users as user_rows;
use crate::identities::rows::{account_owners, identities};
use crate::ids::{AccountId, IdentityId, UserId};
use crate::store::changes::Change;
use crate::store::retired_ids::{self, Kind, retire};

/// Rows of one statement; SQLite binds no more than 32,766 values.
const BATCH: usize = 1000;

/// Adds an identity of a user on an account that is theirs or everyone's.
///
/// # Errors
/// There is no such account or user, the account is not theirs, the id is in use, or an address is not valid.
pub async fn add(
    db: &DatabaseTransaction,
    id: Option<IdentityId>,
    account: AccountId,
    login: &str,
    new: NewIdentity,
) -> Result<(IdentityId, Vec<Change>), AdminError> {
    let user = users::find(db, login).await?;
    require_account(db, account, &user).await?;
    let id = choose_id(db, id).await?;
    let first = of(db, UserId(user.id)).await?.is_empty();
    let row = identities::Model {
        id: id.0,
        account_id: account.0,
        user_id: user.id,
        email: new.email,
        name: new.name.unwrap_or(user.name),
        org: new.org,
        label: new.label,
        reply_to: new.reply_to,
        signature: new.signature,
        is_default: first || new.rank == Rank::Default,
    };
    check(&row)?;
    if row.is_default {
        clear_default(db, UserId(user.id)).await?;
    }
    identities::Entity::insert(row.into_active_model())
        .exec(db)
        .await?;
    Ok((id, vec![Change::Identities]))
}

async fn require_account(
    db: &DatabaseTransaction,
    id: AccountId,
    user: &user_rows::Model,
) -> Result<(), AdminError> {
    let account = accounts::find(db, id).await?;
    let owned = account_owners::Entity::find_by_id((id.0, user.id))
        .one(db)
        .await?;
    if account.everyone || owned.is_some() {
        return Ok(());
    }
    Err(AdminError::refused(format!(
        "account {id} is not for everyone and '{login}' does not own it, add the owner first: \
         quillgate account set {id} --owner … {login}",
        login = user.login
    )))
}

async fn choose_id(
    db: &DatabaseTransaction,
    wanted: Option<IdentityId>,
) -> Result<IdentityId, AdminError> {
    let Some(id) = wanted else {
        return Ok(IdentityId(id_after(highest_id(db).await?)?));
    };
    match identities::Entity::find_by_id(id.0).one(db).await? {
        Some(other) => Err(AdminError::refused(format!(
            "the id {id} is taken by the identity <{}>",
            other.email
        ))),
        None => Ok(id),
    }
}

async fn highest_id(db: &DatabaseTransaction) -> Result<Option<i32>, DbErr> {
    let highest: Option<Option<i32>> = identities::Entity::find()
        .select_only()
        .column_as(identities::Column::Id.max(), "highest")
        .into_tuple()
        .one(db)
        .await?;
    Ok(highest
        .flatten()
        .max(retired_ids::highest(db, Kind::Identity).await?))
}

/// Gives users who are new, and therefore have none yet, an identity on each of their accounts, which they may all
/// use. The first one of each is their default.
///
/// # Errors
/// Those of the database.
pub async fn add_first<'a>(
    db: &DatabaseTransaction,
    users: impl IntoIterator<Item = (UserId, &'a NewUser, &'a [AccountId])>,
) -> Result<(), AdminError> {
    let mut highest = highest_id(db).await?;
    let mut rows = Vec::new();
    for (user_id, user, accounts) in users {
        for (position, account) in accounts.iter().enumerate() {
            let id = id_after(highest)?;
            highest = Some(id);
            rows.push(identities::ActiveModel {
                id: Set(id),
                account_id: Set(account.0),
                user_id: Set(user_id.0),
                email: Set(user.email.clone()),
                name: Set(user.name.clone()),
                org: Set(String::new()),
                label: Set(String::new()),
                reply_to: Set(None),
                signature: Set(None),
                is_default: Set(position == 0),
            });
        }
    }
    for batch in rows.chunks(BATCH) {
        identities::Entity::insert_many(batch.to_vec())
            .exec(db)
            .await?;
    }
    Ok(())
}

/// Changes an identity.
///
/// # Errors
/// There is no such identity, or an address is not valid.
pub async fn set(
    db: &DatabaseTransaction,
    id: IdentityId,
    change: IdentityChange,
) -> Result<Vec<Change>, AdminError> {
    let row = change.applied_to(find(db, id).await?)?;
    Ok(write(db, row).await?)
}

/// Changes an identity of a user; None when it is not theirs.
///
/// # Errors
/// The first part that cannot be used, and those of the database.
pub async fn set_own(
    db: &DatabaseTransaction,
    user: UserId,
    id: IdentityId,
    change: IdentityChange,
) -> Result<Option<Result<Vec<Change>, Unusable>>, DbErr> {
    let found = identities::Entity::find_by_id(id.0)
        .filter(identities::Column::UserId.eq(user.0))
        .one(db)
        .await?;
    let Some(row) = found else { return Ok(None) };
    Ok(Some(match change.applied_to(row) {
        Ok(row) => Ok(write(db, row).await?),
        Err(unusable) => Err(unusable),
    }))
}

async fn write(db: &DatabaseTransaction, row: identities::Model) -> Result<Vec<Change>, DbErr> {
    if row.is_default {
        clear_default(db, UserId(row.user_id)).await?;
    }
    row.into_active_model().reset_all().update(db).await?;
    Ok(vec![Change::Identities])
}

/// Removes an identity. When it was the default, the user's oldest other one is from now on.
///
/// # Errors
/// There is no such identity.
pub async fn remove(db: &DatabaseTransaction, id: IdentityId) -> Result<Vec<Change>, AdminError> {
    let row = find(db, id).await?;
    let user = UserId(row.user_id);
    row.delete(db).await?;
    retire(db, Kind::Identity, id.0).await?;
    ensure_default(db, user).await?;
    Ok(vec![Change::Identities])
}

/// Removes everything of a user who is removed: identities and ownerships.
///
/// # Errors
/// Those of the database.
pub async fn remove_all_of(
    db: &DatabaseTransaction,
    user: UserId,
) -> Result<Vec<Change>, AdminError> {
    let own = of(db, user).await?;
    remove_rows(db, &own).await?;
    account_owners::Entity::delete_many()
        .filter(account_owners::Column::UserId.eq(user.0))
        .exec(db)
        .await?;
    Ok(vec![Change::Identities])
}

/// Removes the identities on an account that is removed.
pub(super) async fn remove_all_on(
    db: &DatabaseTransaction,
    account: AccountId,
) -> Result<(), AdminError> {
    let on_it = identities::Column::AccountId.eq(account.0);
    let rows = identities::Entity::find().filter(on_it).all(db).await?;
    remove_rows(db, &rows).await?;
    for row in rows.iter().filter(|row| row.is_default) {
        ensure_default(db, UserId(row.user_id)).await?;
    }
    Ok(())
}

async fn remove_rows(db: &DatabaseTransaction, rows: &[identities::Model]) -> Result<(), DbErr> {
    for batch in rows.chunks(BATCH) {
        let ids = batch.iter().map(|row| row.id);
        identities::Entity::delete_many()
            .filter(identities::Column::Id.is_in(ids))
            .exec(db)
            .await?;
    }
    match rows.iter().map(|row| row.id).max() {
        Some(highest) => retire(db, Kind::Identity, highest).await,
        None => Ok(()),
    }
}

async fn find(db: &impl ConnectionTrait, id: IdentityId) -> Result<identities::Model, AdminError> {
    identities::Entity::find_by_id(id.0)
        .one(db)
        .await?
        .ok_or_else(|| {
            AdminError::refused(format!(
                "there is no identity {id}, see: quillgate identity list"
            ))
        })
}

/// The identities of a user, by id.
///
/// # Errors
/// Those of the database.
pub async fn of(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<identities::Model>, DbErr> {
    identities::Entity::find()
        .filter(identities::Column::UserId.eq(user.0))
        .order_by_asc(identities::Column::Id)
        .all(db)
        .await
}

/// All identities, by id.
///
/// # Errors
/// Those of the database.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<identities::Model>, DbErr> {
    identities::Entity::find()
        .order_by_asc(identities::Column::Id)
        .all(db)
        .await
}
