//! Many new users at once, each with an identity on their accounts.

use std::collections::{BTreeMap, HashMap};

use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{accounts, identities, owners};
use crate::auth::admin::new_user::{NewUser, Taken};
use crate::auth::admin::{AdminError, users};
use crate::ids::{AccountId, UserId};
use crate::store::changes::Change;

/// One line of an import.
#[derive(Clone, Debug)]
pub struct Newcomer {
    /// Of the file, counted from 1.
    pub line: usize,
    pub user: NewUser,
    /// Where to give them an identity; the first is their default.
    pub accounts: Vec<AccountId>,
}

/// Gives everybody an id, when all of them could be added now.
///
/// # Errors
/// The line of the first one who cannot be added, and why.
pub async fn check(
    db: &impl ConnectionTrait,
    newcomers: &[Newcomer],
) -> Result<Vec<UserId>, AdminError> {
    let line = |position: usize| format!("line {}", newcomers[position].line);
    let known: HashMap<i32, String> = accounts::all(db)
        .await?
        .into_iter()
        .map(|account| (account.id, account.name))
        .collect();
    for (position, newcomer) in newcomers.iter().enumerate() {
        newcomer
            .user
            .check()
            .map_err(|error| error.at(line(position)))?;
        let missing = newcomer
            .accounts
            .iter()
            .find(|account| !known.contains_key(&account.0));
        if let Some(id) = missing {
            let reason = format!("there is no account {id}, see: quillgate account list");
            return Err(AdminError::refused(reason).at(line(position)));
        }
    }
    let users: Vec<NewUser> = newcomers
        .iter()
        .map(|newcomer| newcomer.user.clone())
        .collect();
    Taken::read(db)
        .await?
        .assign(&users)
        .map_err(|(position, error)| error.at(line(position)))
}

/// Adds everybody. On an account that is not for everyone they become owners, because nobody could have made them so
/// before.
///
/// # Errors
/// As [`check`].
pub async fn add(
    db: &DatabaseTransaction,
    newcomers: &[Newcomer],
) -> Result<Vec<Change>, AdminError> {
    let ids = check(db, newcomers).await?;
    let users: Vec<NewUser> = newcomers
        .iter()
        .map(|newcomer| newcomer.user.clone())
        .collect();
    users::insert(db, &users, &ids).await?;
    for (account, new) in new_owners(db, newcomers, &ids).await? {
        owners::own(db, account, new).await?;
    }
    let all = newcomers
        .iter()
        .zip(&ids)
        .map(|(newcomer, id)| (*id, &newcomer.user, newcomer.accounts.as_slice()));
    identities::add_first(db, all).await?;
    Ok(vec![Change::Identities])
}

/// New owners of each account that needs them.
async fn new_owners(
    db: &DatabaseTransaction,
    newcomers: &[Newcomer],
    ids: &[UserId],
) -> Result<BTreeMap<AccountId, Vec<UserId>>, AdminError> {
    let everyones: Vec<AccountId> = accounts::all(db)
        .await?
        .into_iter()
        .filter(|account| account.everyone)
        .map(|account| AccountId(account.id))
        .collect();
    let mut made: BTreeMap<AccountId, Vec<UserId>> = BTreeMap::new();
    for (newcomer, id) in newcomers.iter().zip(ids) {
        let own = newcomer
            .accounts
            .iter()
            .filter(|account| !everyones.contains(account));
        for account in own {
            made.entry(*account).or_default().push(*id);
        }
    }
    Ok(made)
}
