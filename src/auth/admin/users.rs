//! Adding, changing and removing users.

use std::collections::{HashMap, HashSet};

use jiff::tz::TimeZone;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, IntoActiveModel, QueryOrder};

use super::{AdminError, check_line, id_after};
use crate::auth::rows::{tokens, users, web_sessions};
use crate::auth::token;
use crate::draft::address::Mailbox;
use crate::http::reserved::RESERVED;
use crate::ids::{TokenId, UserId};
use crate::store::changes::Change;

/// What paths use for other things: placeholders that tools send, and the two names of every directory.
const NO_LOGINS: [&str; 4] = ["{username}", "{id}", ".", ".."];
const LOGIN_MAX: usize = 255;
/// Rows of one statement; SQLite binds no more than 32,766 values.
const BATCH: usize = 1000;

/// A user who does not exist yet.
#[derive(Clone, Debug, Default)]
pub struct NewUser {
    /// None: the next free one.
    pub id: Option<UserId>,
    pub login: String,
    pub name: String,
    pub email: String,
    pub admin: bool,
    pub timezone: Option<String>,
    /// None: reached by tokens only.
    pub password_hash: Option<String>,
}

impl NewUser {
    /// Looks at everything that can be judged without the other users.
    ///
    /// # Errors
    /// Names what is wrong.
    pub fn check(&self) -> Result<(), AdminError> {
        check_login(&self.login)?;
        check_line("the name", &self.name)?;
        Mailbox::new(&self.name, &self.email).map_err(|cause| {
            AdminError::refused(format!("'{}' is no mail address: {cause}", self.email))
        })?;
        match &self.timezone {
            Some(zone) if TimeZone::get(zone).is_err() => Err(AdminError::refused(format!(
                "there is no time zone '{zone}', write it like Europe/Berlin"
            ))),
            _ => Ok(()),
        }
    }
}

fn check_login(login: &str) -> Result<(), AdminError> {
    let refuse = |reason: &str| {
        Err(AdminError::refused(format!(
            "'{login}' cannot be a login: {reason}"
        )))
    };
    check_line("a login", login)?;
    if login.is_empty() {
        return refuse("it is empty");
    }
    if login.len() > LOGIN_MAX {
        return Err(AdminError::refused("the login is longer than 255 bytes"));
    }
    if login.contains(['/', ':']) {
        return refuse("'/' and ':' are not allowed");
    }
    if login.trim() != login {
        return refuse("white space around it is not allowed");
    }
    if RESERVED.contains(&login) || NO_LOGINS.contains(&login) {
        return refuse("the server needs this name in its own paths");
    }
    Ok(())
}

/// Refuses a password that nobody could sign in with.
///
/// # Errors
/// Says why; never names the password.
pub fn check_password(password: &str) -> Result<(), AdminError> {
    if password.is_empty() {
        return Err(AdminError::refused("the password is empty"));
    }
    if token::parse(password).is_some() {
        return Err(AdminError::refused(
            "the password has the form of a token and would never be taken as a password, choose another",
        ));
    }
    Ok(())
}

/// Which logins and ids are in use.
pub struct Taken {
    logins: HashSet<String>,
    ids: HashMap<i32, String>,
}

impl Taken {
    /// # Errors
    /// Those of the database.
    pub async fn read(db: &impl ConnectionTrait) -> Result<Self, DbErr> {
        let all = users::Entity::find().all(db).await?;
        Ok(Self {
            logins: all.iter().map(|user| user.login.clone()).collect(),
            ids: all.into_iter().map(|user| (user.id, user.login)).collect(),
        })
    }

    /// An id for each of `new`, in their order. Ids that some of them ask for are given to none of the others.
    ///
    /// # Errors
    /// The position in `new` of the first one that cannot be, and why.
    pub fn assign(mut self, new: &[NewUser]) -> Result<Vec<UserId>, (usize, AdminError)> {
        let wanted = new.iter().filter_map(|user| user.id.map(|id| id.0));
        let mut highest = self.ids.keys().copied().chain(wanted).max();
        let mut given = Vec::with_capacity(new.len());
        for (position, user) in new.iter().enumerate() {
            let id = self
                .take(user, &mut highest)
                .map_err(|error| (position, error))?;
            given.push(id);
        }
        Ok(given)
    }

    fn take(&mut self, user: &NewUser, highest: &mut Option<i32>) -> Result<UserId, AdminError> {
        if !self.logins.insert(user.login.clone()) {
            return Err(AdminError::refused(format!(
                "the login '{}' exists already",
                user.login
            )));
        }
        let id = match user.id {
            Some(id) => id.0,
            None => {
                *highest = Some(id_after(*highest)?);
                highest.unwrap_or(1)
            }
        };
        match self.ids.insert(id, user.login.clone()) {
            Some(other) => Err(AdminError::refused(format!(
                "the id {id} is taken by '{other}'"
            ))),
            None => Ok(UserId(id)),
        }
    }
}

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

/// The user with this login.
///
/// # Errors
/// There is none.
pub async fn find(db: &impl ConnectionTrait, login: &str) -> Result<users::Model, AdminError> {
    users::Entity::find()
        .filter(users::Column::Login.eq(login))
        .one(db)
        .await?
        .ok_or_else(|| {
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
    sign_out(db, id).await?;
    Ok(vec![Change::Password(id, None)])
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
    sign_out(db, id).await?;
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
    sign_out(db, id).await?;
    user.delete(db).await?;
    Ok((id, changes))
}

/// Ends every web session of a user.
async fn sign_out(db: &DatabaseTransaction, user: UserId) -> Result<(), DbErr> {
    web_sessions::Entity::delete_many()
        .filter(web_sessions::Column::UserId.eq(user.0))
        .exec(db)
        .await
        .map(drop)
}

#[cfg(test)]
mod tests;
