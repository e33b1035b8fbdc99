//! A user who does not exist yet: what they may be called, and which id they get.

use std::collections::{HashMap, HashSet};

use jiff::tz::TimeZone;
use sea_orm::entity::prelude::*;

use super::{AdminError, check_line, id_after};
use crate::auth::rows::users;
use crate::auth::token;
use crate::draft::address::Mailbox;
use crate::http::reserved::RESERVED;
use crate::ids::UserId;
use crate::store::retired_ids::{self, Kind};

/// What paths use for other things: placeholders that tools send, and the two names of every directory.
const NO_LOGINS: [&str; 4] = ["{username}", "{id}", ".", ".."];
const LOGIN_MAX: usize = 255;
/// Characters, and bytes, of a password that is chosen now.
const NEW_PASSWORD_MIN: usize = 8;
const NEW_PASSWORD_MAX: usize = 1024;

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

/// Refuses a password that nobody could sign in with, also one that exists elsewhere already.
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

/// Looks at a password that somebody chooses, for themselves or for another user.
///
/// # Errors
/// Says why; never names the password.
pub fn check_new_password(password: &str) -> Result<(), AdminError> {
    check_password(password)?;
    if password.chars().count() < NEW_PASSWORD_MIN {
        return Err(AdminError::refused(format!(
            "the password is shorter than {NEW_PASSWORD_MIN} characters"
        )));
    }
    if password.len() > NEW_PASSWORD_MAX {
        return Err(AdminError::refused(format!(
            "the password is longer than {NEW_PASSWORD_MAX} bytes"
        )));
    }
    check_line("the password", password)
}

/// Which logins and ids are in use.
pub struct Taken {
    logins: HashSet<String>,
    ids: HashMap<i32, String>,
    retired: Option<i32>,
}

impl Taken {
    /// # Errors
    /// Those of the database.
    pub async fn read(db: &impl ConnectionTrait) -> Result<Self, DbErr> {
        let all = users::Entity::find().all(db).await?;
        Ok(Self {
            logins: all.iter().map(|user| user.login.clone()).collect(),
            ids: all.into_iter().map(|user| (user.id, user.login)).collect(),
            retired: retired_ids::highest(db, Kind::User).await?,
        })
    }

    /// An id for each of `new`, in their order. Ids that some of them ask for are given to none of the others.
    ///
    /// # Errors
    /// The position in `new` of the first one that cannot be, and why.
    pub fn assign(mut self, new: &[NewUser]) -> Result<Vec<UserId>, (usize, AdminError)> {
        let wanted = new.iter().filter_map(|user| user.id.map(|id| id.0));
        let mut highest = self
            .ids
            .keys()
            .copied()
            .chain(wanted)
            .chain(self.retired)
            .max();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn new(login: &str) -> NewUser {
        NewUser {
            login: login.to_owned(),
            name: "Some Body".to_owned(),
            email: "some.body@example.org".to_owned(),
            ..NewUser::default()
        }
    }

    #[test]
    fn ids_that_a_batch_asks_for_are_given_to_none_of_the_others() {
        let taken = Taken {
            retired: None,
            logins: HashSet::from(["ralf".to_owned()]),
            ids: HashMap::from([(5, "ralf".to_owned())]),
        };
        let asks = NewUser {
            id: Some(UserId(6)),
            ..new("b")
        };
        let ids = taken.assign(&[new("a"), asks, new("c")]).unwrap();
        assert_eq!(ids, [UserId(7), UserId(6), UserId(8)]);
    }

    #[test]
    fn a_login_that_would_shadow_a_path_or_break_a_header_is_refused() {
        for login in [
            "",
            "mail",
            "ws",
            "egroupware",
            "readyz",
            "{username}",
            "..",
            "a/b",
            "a:b",
            "a\nb",
            " a",
        ] {
            assert!(new(login).check().is_err(), "{login:?}");
        }
        for login in ["ralf", "Mail", "ralf@example.org", "jürgen", "a b", "5"] {
            assert!(new(login).check().is_ok(), "{login:?}");
        }
    }

    #[test]
    fn name_address_and_time_zone_are_looked_at() {
        let with = |change: fn(&mut NewUser)| {
            let mut user = new("ralf");
            change(&mut user);
            user.check().unwrap_err().to_string()
        };
        assert!(
            with(|user| user.email = "nobody".to_owned()).contains("'nobody' is no mail address")
        );
        assert!(with(|user| user.name = "a\r\nBcc: b".to_owned()).contains("the name"));
        assert!(with(|user| user.timezone = Some("Berlin".to_owned())).contains("'Berlin'"));
    }
}
