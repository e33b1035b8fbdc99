//! Somebody who signs in for the first time with the password of a mailbox: user, account and identity from a template.

use sea_orm::DatabaseTransaction;

use super::accounts::{self, NewAccount};
use super::identities;
use super::new_identity::NewIdentity;
use super::owners::Owners;
use crate::auth::admin::new_user::NewUser;
use crate::auth::admin::{AdminError, users};
use crate::identities::server_url::{Folders, SmtpServer};
use crate::ids::{AccountId, UserId};
use crate::store::changes::Change;

/// The account on which newcomers get their identity.
#[derive(Clone, Debug)]
pub struct Template {
    /// What it is called when it has to be made.
    pub name: String,
    pub smtp: SmtpServer,
    pub folders: Folders,
}

/// Whom somebody turned out to be.
#[derive(Clone, Debug)]
pub struct Newcomer {
    pub login: String,
    pub email: String,
}

/// Makes what is not there yet: the user, the template's account, an identity if the user has none. `None`: the user
/// is disabled.
///
/// # Errors
/// The login or the address cannot be used.
pub async fn welcome(
    db: &DatabaseTransaction,
    newcomer: Newcomer,
    template: Option<Template>,
) -> Result<(Option<UserId>, Vec<Change>), AdminError> {
    let known = users::with_login(db, &newcomer.login).await?;
    let (user, mut changes) = match known {
        Some(user) if user.disabled => return Ok((None, Vec::new())),
        Some(user) => (UserId(user.id), Vec::new()),
        None => {
            let new = NewUser {
                login: newcomer.login.clone(),
                name: newcomer.login.clone(),
                email: newcomer.email.clone(),
                ..NewUser::default()
            };
            users::add(db, new).await?
        }
    };
    if let Some(template) = template
        && identities::of(db, user).await?.is_empty()
    {
        let (account, more) = account(db, template).await?;
        changes.extend(more);
        let new = NewIdentity {
            email: newcomer.email,
            ..NewIdentity::default()
        };
        let (_, more) = identities::add(db, None, account, &newcomer.login, new).await?;
        changes.extend(more);
    }
    Ok((Some(user), changes))
}

/// Everybody's account with the template's servers.
async fn account(
    db: &DatabaseTransaction,
    template: Template,
) -> Result<(AccountId, Vec<Change>), AdminError> {
    let (smtp, imap) = (template.smtp.to_string(), template.folders.column());
    let all = accounts::all(db).await?;
    let same = all
        .iter()
        .find(|account| account.everyone && account.smtp == smtp && account.imap == imap);
    if let Some(account) = same {
        return Ok((AccountId(account.id), Vec::new()));
    }
    let new = NewAccount {
        name: template.name,
        owners: Owners::Everyone,
        smtp: template.smtp,
        smtp_password: None,
        folders: template.folders,
        imap_password: None,
        sent: None,
        drafts: None,
        user_editable: false,
    };
    accounts::add(db, None, new).await
}
