//! Making and revoking access tokens.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, IntoActiveModel, QueryOrder, QuerySelect};

use super::{AdminError, check_line, id_after, users};
use crate::auth::rows::tokens;
use crate::auth::scope::Scopes;
use crate::auth::token::{digest, format};
use crate::ids::TokenId;
use crate::ids::random_secret;
use crate::store::changes::Change;
use crate::store::time;

/// A token that does not exist yet.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Login of the one user it is for. None: valid for all users.
    pub user: Option<String>,
    pub scopes: Scopes,
    /// In milliseconds since 1970.
    pub until: Option<i64>,
    pub remark: String,
}

/// A token that was made. The only time that it can be seen.
pub struct Made {
    pub id: TokenId,
    /// Milliseconds since 1970.
    pub created: i64,
    pub token: String,
}

/// Makes a token.
///
/// # Errors
/// There is no such user, or the remark is not one line.
pub async fn create(
    db: &DatabaseTransaction,
    new: NewToken,
) -> Result<(Made, Vec<Change>), AdminError> {
    check_line("the remark", &new.remark)?;
    let user = match &new.user {
        Some(login) => Some(users::find(db, login).await?.id),
        None => None,
    };
    let highest: Option<Option<i32>> = tokens::Entity::find()
        .select_only()
        .column_as(tokens::Column::Id.max(), "highest")
        .into_tuple()
        .one(db)
        .await?;
    let id = TokenId(id_after(highest.flatten())?);
    let secret = random_secret();
    let created = time::now();
    let row = tokens::ActiveModel {
        id: Set(id.0),
        user_id: Set(user),
        secret_hash: Set(digest(&secret)),
        scopes: Set(new.scopes.to_string()),
        remark: Set(new.remark),
        created: Set(created),
        until: Set(new.until),
        last_used: Set(None),
        revoked: Set(None),
    };
    tokens::Entity::insert(row).exec(db).await?;
    let token = format(id, &secret);
    // Nobody remembers a token that was not there, and a change of it would end what it has begun in the meantime.
    let made = Made { id, created, token };
    Ok((made, Vec::new()))
}

/// Ends a token for good. It stays in the list, and its id is not given out again.
///
/// # Errors
/// There is no such token.
pub async fn revoke(db: &DatabaseTransaction, id: TokenId) -> Result<Vec<Change>, AdminError> {
    let token = tokens::Entity::find_by_id(id.0)
        .one(db)
        .await?
        .ok_or_else(|| {
            AdminError::refused(format!("there is no token {id}, see: quillgate token list"))
        })?;
    if token.revoked.is_none() {
        let mut row = token.into_active_model();
        row.revoked = Set(Some(time::now()));
        row.update(db).await?;
    }
    Ok(vec![Change::Token(id)])
}

/// All tokens, by id; revoked ones too.
///
/// # Errors
/// Those of the database.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<tokens::Model>, DbErr> {
    tokens::Entity::find()
        .order_by_asc(tokens::Column::Id)
        .all(db)
        .await
}
