//! How copies that could not be saved at once get into mailboxes later, when no caller is there to show a password.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::ways::{Person, Ways};
use crate::auth::Auth;
use crate::http::error::ApiError;
use crate::ids::{AccountId, UserId};
use crate::mailbox::imap::Access;

/// The future of an answer: a trait object cannot have an `async fn`.
pub type Accessing<'a> = Pin<Box<dyn Future<Output = Option<Access>> + Send + 'a>>;

/// Somebody who knows mailboxes on servers and what lets one in.
pub trait Mailboxes: Send + Sync {
    /// The user's mailbox of an account. `None`: not now. After a restart that may be so until the user signs in again.
    fn imap(&self, account: AccountId, user: UserId) -> Accessing<'_>;
}

/// Knows the passwords that are kept with accounts, and those of users who are signed in.
pub struct Later {
    pub ways: Arc<Ways>,
    pub auth: Arc<Auth>,
}

impl Mailboxes for Later {
    fn imap(&self, account: AccountId, user: UserId) -> Accessing<'_> {
        Box::pin(async move {
            let access = self.access(account, user).await;
            access.unwrap_or_else(|error| {
                tracing::warn!(%account, %user, %error, "a mailbox cannot be used as the account has it");
                None
            })
        })
    }
}

impl Later {
    async fn access(&self, account: AccountId, user: UserId) -> Result<Option<Access>, ApiError> {
        let Some(known) = self.auth.user(user).await? else {
            return Ok(None);
        };
        let identities = self.ways.identities.of(user).await?;
        let mut accounts = identities.iter().map(|identity| &identity.account);
        let Some(account) = accounts.find(|own| own.id == account) else {
            return Ok(None);
        };
        let person = Person {
            user: known,
            password: self.auth.mail_password_of(user),
        };
        self.ways.mailbox(&person, account)
    }
}
