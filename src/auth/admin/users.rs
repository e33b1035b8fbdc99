//! Adding, changing and removing users.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, IntoActiveModel, QueryOrder};

use super::AdminError;
use super::new_user::{NewUser, Taken};
use crate::auth::rows::{tokens, users};
use crate::auth::web_session::{self, Which};
use crate::ids::{TokenId, UserId};
use crate::store::changes::Change;
use crate::store::retired_ids::{Kind, retire};

/// Rows of one statement; SQLite binds no more than 32,766 values.
const BATCH: usize = 1000;

/// Adds one user.
///
/// # Errors
/// The login or the id is in use, or something of it is not valid.
pub async fn add(
    db: &DatabaseTransaction,
    new: NewUser,
) -> Result<(UserId, Vec<Change>), AdminError> {
    new.check()?;
    let new = [new];
    let ids = Taken::read(db)
        .await?
        .assign(&new)
        .map_err(|(_, error)| error)?;
    insert(db, &new, &ids).await?;
    Ok((ids[0], vec![Change::User(ids[0])]))
}

/// Writes users that were checked and given ids. Nothing is to be told to running servers: none of them remembers
/// that somebody does not exist.
///
/// # Errors
/// Those of the database.
pub async fn insert(
    db: &DatabaseTransaction,
    new: &[NewUser],
    ids: &[UserId],
) -> Result<(), AdminError> {
    let rows: Vec<_> = new
        .iter()
        .zip(ids)
        .map(|(user, id)| users::ActiveModel {
            id: Set(id.0),
            login: Set(user.login.clone()),
            name: Set(user.name.clone()),
            email: Set(user.email.clone()),
            admin: Set(user.admin),
            disabled: Set(false),
            timezone: Set(user.timezone.clone()),
            password_hash: Set(user.password_hash.clone()),
        })
        .collect();
    for batch in rows.chunks(BATCH) {
        users::Entity::insert_many(batch.to_vec()).exec(db).await?;
    }
    Ok(())
}

/// All users, by id.
///
/// # Errors
/// Those of the database.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<users::Model>, DbErr> {
    users::Entity::find()
        .order_by_asc(users::Column::Id)
        .all(db)
        .await
}

/// The user with this login, if there is one.
///
/// # Errors
/// Those of the database.
pub async fn with_login(
    db: &impl ConnectionTrait,
    login: &str,
) -> Result<Option<users::Model>, DbErr> {
    users::Entity::find()
        .filter(users::Column::Login.eq(login))
        .one(db)
        .await
}

/// The user with this login.
///
/// # Errors
/// There is none.
pub async fn find(db: &impl ConnectionTrait, login: &str) -> Result<users::Model, AdminError> {
    with_login(db, login).await?.ok_or_else(|| {
        AdminError::refused(format!(
            "there is no user '{login}', see: quillgate user list"
        ))
    })
}

/// Gives a user another password; whoever is signed in with the old one is signed out.
///
/// # Errors
/// There is no such user.
pub async fn set_password(
    db: &DatabaseTransaction,
    login: &str,
    hash: String,
) -> Result<Vec<Change>, AdminError> {
    let user = find(db, login).await?;
    let id = UserId(user.id);
    let mut row = user.into_active_model();
    row.password_hash = Set(Some(hash));
    row.update(db).await?;
    sign_out(db, id, None).await?;
    Ok(vec![Change::Password(id, None)])
}

/// Gives a user who knows the password another one: `hash`, where that of the old one is `known`. Whoever is signed in
/// with the old one is signed out, but for the web session with the id `stays`. None: the password was changed meanwhile.
///
/// # Errors
/// Those of the database.
pub async fn replace_password(
    db: &DatabaseTransaction,
    user: UserId,
    (known, hash): (&str, String),
    stays: Option<String>,
) -> Result<Option<Vec<Change>>, DbErr> {
    let changed = users::Entity::update_many()
        .col_expr(users::Column::PasswordHash, Expr::value(hash))
        .filter(users::Column::Id.eq(user.0))
        .filter(users::Column::PasswordHash.eq(known))
        .exec(db)
        .await?;
    if changed.rows_affected == 0 {
        return Ok(None);
    }
    sign_out(db, user, stays.clone()).await?;
    Ok(Some(vec![Change::Password(user, stays)]))
}

/// Shuts a user out until [`enable`].
///
/// # Errors
/// There is no such user.
pub async fn disable(db: &DatabaseTransaction, login: &str) -> Result<Vec<Change>, AdminError> {
    let user = find(db, login).await?;
    let id = UserId(user.id);
    let mut row = user.into_active_model();
    row.disabled = Set(true);
    row.update(db).await?;
    sign_out(db, id, None).await?;
    Ok(vec![Change::Gone(id)])
}

/// Lets a disabled user in again.
///
/// # Errors
/// There is no such user.
pub async fn enable(db: &DatabaseTransaction, login: &str) -> Result<Vec<Change>, AdminError> {
    let user = find(db, login).await?;
    let id = UserId(user.id);
    let mut row = user.into_active_model();
    row.disabled = Set(false);
    row.update(db).await?;
    Ok(vec![Change::User(id)])
}

/// Removes a user with everything that lets somebody in as them. Their identities belong to another folder, see
/// `identities::admin::identities::remove_all_of`.
///
/// # Errors
/// There is no such user.
pub async fn remove(
    db: &DatabaseTransaction,
    login: &str,
) -> Result<(UserId, Vec<Change>), AdminError> {
    let user = find(db, login).await?;
    let id = UserId(user.id);
    let own = tokens::Entity::find()
        .filter(tokens::Column::UserId.eq(id.0))
        .all(db)
        .await?;
    let mut changes = vec![Change::Gone(id)];
    // A later user may get the same id and login: a token that a server still remembers must not be theirs.
    changes.extend(own.iter().map(|token| Change::Token(TokenId(token.id))));
    tokens::Entity::delete_many()
        .filter(tokens::Column::UserId.eq(id.0))
        .exec(db)
        .await?;
    sign_out(db, id, None).await?;
    user.delete(db).await?;
    retire(db, Kind::User, id.0).await?;
    Ok((id, changes))
}

/// Ends every web session of a user, or every one but that with the id `stays`.
async fn sign_out(
    db: &DatabaseTransaction,
    user: UserId,
    stays: Option<String>,
) -> Result<(), DbErr> {
    web_session::remove(db, user, Which::AllBut(stays))
        .await
        .map(drop)
}

#[cfg(test)]
mod tests;
