//! Signing in with the password of one's mailbox: `[sign_in]` of the configuration.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::auth::admin::{AdminError, users};
use crate::auth::elsewhere::{Answering, Elsewhere};
use crate::auth::rows::users::Model;
use crate::config::SignIn;
use crate::http::error::ApiError;
use crate::identities::admin::newcomer::{Newcomer, Template, welcome};
use crate::identities::server_url::{Folders, SmtpServer};
use crate::ids::UserId;
use crate::mailbox::imap::error::SignInError;
use crate::mailbox::imap::sign_in;
use crate::net::login::{Login, Password};
use crate::net::server::{Auth, UserName};
use crate::net::tls::Tls;
use crate::store::Store;

/// Sign-ins at the mail server at a time.
const AT_ONCE: usize = 16;
/// Further ones that may wait for that.
const WAITING: usize = 256;
/// What those are told who find no room.
const COME_BACK: u64 = 5;

/// Asks the mail server.
pub struct MailSignIn {
    settings: SignIn,
    form: UserName,
    store: Store,
    tls: Tls,
    limit: Duration,
    places: Semaphore,
    turns: Semaphore,
}

impl MailSignIn {
    /// Sign-ins that take longer than `limit` fail.
    pub fn new(settings: SignIn, store: Store, tls: Tls, limit: Duration) -> Arc<Self> {
        let form = match settings.imap.auth {
            Auth::Session(form) => form,
            Auth::None | Auth::Stored(_) => UserName::default(),
        };
        Arc::new(Self {
            settings,
            form,
            store,
            tls,
            limit,
            places: Semaphore::new(AT_ONCE + WAITING),
            turns: Semaphore::new(AT_ONCE),
        })
    }

    async fn answer(&self, login: &str, password: &Password) -> Result<Option<UserId>, ApiError> {
        let Some(newcomer) = self.who(login).await? else {
            return Ok(None);
        };
        let mailbox = Login {
            user: self.form.of(&newcomer.login, &newcomer.email).to_owned(),
            password: password.clone(),
        };
        let busy = || {
            let what = format!("Too many logins at once, try again in {COME_BACK} seconds");
            ApiError::unavailable(what, COME_BACK)
        };
        let _place = self.places.try_acquire().map_err(|_| busy())?;
        let _turn = self.turns.acquire().await.map_err(ApiError::internal)?;
        // Away from the threads that serve HTTP: a handshake takes its time.
        let (server, tls, limit) = (self.settings.imap.clone(), self.tls.clone(), self.limit);
        let asked = async move { sign_in(&server, &mailbox, &tls, limit).await };
        let asked = self.store.runtime().spawn(asked).await;
        match asked.map_err(ApiError::internal)? {
            Ok(()) => self.welcome(newcomer).await,
            Err(SignInError::WrongPassword(_)) => Ok(None),
            Err(SignInError::Unreachable(reason)) => {
                tracing::error!(
                    reason = reason.logged(),
                    "nobody can sign in with a mail password"
                );
                let what = "The mail server that knows the passwords cannot be reached";
                Err(ApiError::unavailable(what.to_owned(), COME_BACK))
            }
        }
    }

    /// Who that is, if the mail server may be asked about them. Those who are known are asked for as what is known of
    /// them: another mailbox of the same name opens nothing.
    async fn who(&self, login: &str) -> Result<Option<Newcomer>, ApiError> {
        let short = match login.rsplit_once('@') {
            Some((local, domain)) => {
                let domain = idna::domain_to_ascii(domain).unwrap_or_default();
                (domain == self.settings.domain).then(|| local.to_lowercase())
            }
            None => Some(login.to_lowercase()),
        };
        let known = match self.user(login.to_owned()).await? {
            Some(user) => Some(user),
            None => match &short {
                Some(short) => self.user(short.clone()).await?,
                None => return Ok(None),
            },
        };
        let Some(user) = known else {
            return Ok(short.map(|login| Newcomer {
                email: format!("{login}@{}", self.settings.domain),
                login,
            }));
        };
        let own = user.email.rsplit_once('@').is_some_and(|(_, domain)| {
            idna::domain_to_ascii(domain).is_ok_and(|domain| domain == self.settings.domain)
        });
        // Who has a password here signs in with that one only.
        let may = !user.disabled && user.password_hash.is_none() && own;
        Ok(may.then_some(Newcomer {
            login: user.login,
            email: user.email,
        }))
    }

    async fn user(&self, login: String) -> Result<Option<Model>, ApiError> {
        let find = |db| async move { users::with_login(&db, &login).await };
        Ok(self.store.read(find).await?)
    }

    async fn welcome(&self, newcomer: Newcomer) -> Result<Option<UserId>, ApiError> {
        let template = self.settings.smtp.clone().map(|smtp| Template {
            name: self.settings.account.clone(),
            smtp: SmtpServer::Smtp(smtp),
            folders: Folders::Imap(self.settings.imap.clone()),
        });
        let made = self
            .store
            .write::<_, AdminError, _>(
                move |db| async move { welcome(&db, newcomer, template).await },
            )
            .await;
        match made {
            Ok(user) => Ok(user),
            Err(AdminError::Refused(reason)) => {
                tracing::warn!(reason, "somebody with a mailbox cannot be a user");
                Ok(None)
            }
            Err(AdminError::Store(cause)) => Err(cause.into()),
        }
    }
}

impl Elsewhere for MailSignIn {
    fn check<'a>(&'a self, login: &'a str, password: &'a Password) -> Answering<'a> {
        Box::pin(self.answer(login, password))
    }
}
