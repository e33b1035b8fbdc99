//! Who calls: passwords, tokens, the web client's session cookie, and what each may do.
//!
//! A handler says who may call it by a type in its signature, see [`caller::May`]. Everything that was checked once is
//! kept for a short while in memory and forgotten at once when the change feed says so, so that a request with warm
//! caches needs neither the database nor the blocking pool.

pub mod admin;
pub mod caller;
mod directory;
pub mod elsewhere;
pub mod me;
pub mod password;
pub mod routes;
pub mod rows;
pub mod scope;
pub mod shared;
mod throttle;
pub mod token;
pub mod until;
mod vault;
mod web_session;
pub mod window;

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::http::error::ApiError;
use crate::ids::UserId;
use crate::net::login::Password;
use crate::store::Store;
use crate::store::changes::Change;
use elsewhere::Elsewhere;

pub use caller::{Caller, Credential, May};
pub use directory::User;
pub use throttle::Attempts;

/// What `auth` needs from the configuration.
#[derive(Clone, Debug)]
pub struct AuthSettings {
    /// The realm that browsers and tools show.
    pub realm: String,
    /// The zone of dates, for users who have none of their own.
    pub timezone: TimeZone,
    /// How long a web session lasts.
    pub session_lifetime: Duration,
    /// Failed passwords in five minutes.
    pub attempts: Attempts,
    /// Passwords that are checked at a time.
    pub passwords_at_once: usize,
    /// Logins that may wait for that.
    pub passwords_waiting: usize,
}

/// The one place that knows who somebody is.
pub struct Auth {
    settings: AuthSettings,
    store: Store,
    directory: directory::Directory,
    passwords: password::Passwords,
    throttle: throttle::Throttle,
    vault: vault::Vault,
    shared: shared::Shared,
    elsewhere: Option<Arc<dyn Elsewhere>>,
}

impl Auth {
    /// `settings` from the configuration, `store` for users, tokens and web sessions, `elsewhere` for those who have no
    /// password here.
    pub fn new(
        settings: AuthSettings,
        store: Store,
        elsewhere: Option<Arc<dyn Elsewhere>>,
    ) -> Arc<Self> {
        Arc::new(Self {
            directory: directory::Directory::new(store.clone()),
            passwords: password::Passwords::new(
                store.runtime().clone(),
                settings.passwords_at_once,
                settings.passwords_waiting,
            ),
            throttle: throttle::Throttle::new(settings.attempts),
            vault: vault::Vault::new(),
            shared: shared::Shared::new(settings.attempts),
            elsewhere,
            settings,
            store,
        })
    }

    /// Forgets what `change` made untrue.
    pub fn apply(&self, change: &Change) {
        match change {
            Change::User(user) => self.directory.forget_user(*user),
            Change::Password(user, _) | Change::Gone(user) => {
                self.directory.forget_user(*user);
                self.directory.forget_web_sessions_of(*user);
                self.passwords.forget(*user);
                self.vault.forget_user(*user);
            }
            Change::Token(token) => self.directory.forget_token(*token),
            Change::WebSession(id) => {
                self.directory.forget_web_session(id);
                self.vault.forget(id);
            }
            Change::Identities | Change::Share(_) => {}
        }
    }

    /// The caller's own password, for mail servers that want it. A token never stands for one, and after a restart of
    /// the gateway a web session has none until the user signs in again.
    pub fn mail_password(&self, caller: &Caller) -> Option<Password> {
        match &caller.credential {
            Credential::Password => caller.password.clone(),
            Credential::WebSession { id } => self.vault.get(id),
            Credential::Token { .. } => None,
        }
    }

    /// A password that the user is signed in with or has shown in the last minutes, for work that is left from an
    /// earlier request.
    pub fn mail_password_of(&self, user: UserId) -> Option<Password> {
        self.vault.of(user)
    }

    /// Writes when each token and web session was last used, until the task is dropped.
    pub async fn record_last_use(self: Arc<Self>) {
        self.directory.record_last_use().await;
    }

    /// The user, unless disabled or unknown.
    ///
    /// # Errors
    /// Only those of the database.
    pub async fn user(&self, id: UserId) -> Result<Option<Arc<User>>, ApiError> {
        Ok(self.directory.user(id).await?)
    }
}
