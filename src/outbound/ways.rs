//! Which way a caller's mail goes out, and what is shown to the servers on it.
//!
//! A server that wants the user's own password gets that of the request or of the web session, never a token. Without
//! one, such a server is tried without signing in, as it may know this machine, and then the user's first SMTP-only
//! account.

use std::path::PathBuf;
use std::sync::Arc;

use super::place::{Nowhere, SentCopy, SentPlace};
use super::{Sender, Way};
use crate::auth::User;
use crate::draft::address::Mailbox;
use crate::http::error::ApiError;
use crate::identities::server_url::{Folders, SmtpServer};
use crate::identities::{Account, Identities, Identity};
use crate::mailbox::imap::Access;
use crate::net::login::{Login, Password};
use crate::net::server::{Auth, Server, UserName};
use crate::store::sealed::Keyring;

/// The folder for sent copies, unless the account names another.
const SENT: &str = "Sent";

/// Somebody who sends, and the password that they have shown.
pub struct Person {
    pub user: Arc<User>,
    pub password: Option<Password>,
}

impl Person {
    /// What a server is shown that wants the user's own password.
    fn login(&self, form: UserName) -> Option<Login> {
        let password = self.password.clone()?;
        Some(Login {
            user: form.of(&self.user.login, &self.user.email).to_owned(),
            password,
        })
    }
}

/// Finds ways.
pub struct Ways {
    pub identities: Arc<Identities>,
    pub keys: Keyring,
    /// Below it the local mailboxes: `<account>/<user>`.
    pub mailboxes: PathBuf,
}

impl Ways {
    /// Everything that sending as an identity needs.
    ///
    /// # Errors
    /// Those of the database, and an account that cannot be used as it is.
    pub async fn sender(&self, person: &Person, identity: &Identity) -> Result<Sender, ApiError> {
        let account = &identity.account;
        let unusable = |what: String| unusable(account, &what);
        let mailbox = |name: &str, address: &str| {
            Mailbox::new(name, address).map_err(|cause| unusable(format!("{cause}")))
        };
        let sent = self.sent_copy(person, account)?;
        let (way, otherwise) = self.out(person, account).await?;
        Ok(Sender {
            account: way.account,
            smtp: way.smtp,
            login: way.login,
            otherwise,
            dkim: account
                .dkim
                .open(&self.keys)
                .map_err(|cause| unusable(cause.to_string()))?,
            from: mailbox(&identity.name, &identity.email)?,
            reply_to: identity
                .reply_to
                .as_deref()
                .map(|address| mailbox("", address))
                .transpose()?,
            signature: identity.signature.clone(),
            sent,
        })
    }

    /// Where a person's copies of mail on an account go.
    ///
    /// # Errors
    /// The account cannot be used as it is.
    pub fn sent_copy(&self, person: &Person, account: &Account) -> Result<SentCopy, ApiError> {
        let folders = account.folders.as_ref();
        match folders.map_err(|what| unusable(account, what))? {
            Folders::None => Ok(SentCopy::Nowhere(Nowhere::NoMailbox)),
            Folders::Local => Ok(SentCopy::In {
                place: SentPlace::Local {
                    root: self
                        .mailboxes
                        .join(account.id.to_string())
                        .join(person.user.id.to_string()),
                    folder: account.sent.clone().unwrap_or_else(|| SENT.to_owned()),
                },
                access: None,
            }),
            Folders::Imap(_) => {
                let Some(access) = self.mailbox(person, account)? else {
                    return Ok(SentCopy::Nowhere(Nowhere::NoPassword));
                };
                Ok(SentCopy::In {
                    place: SentPlace::Imap {
                        account: account.id,
                        user: person.user.id,
                        folder: None,
                        sent: account.sent.clone(),
                    },
                    access: Some(access),
                })
            }
        }
    }

    /// The mailbox of a person on a server, and what lets them in. `None`: there is none, or the password is not known.
    ///
    /// # Errors
    /// The account cannot be used as it is.
    pub fn mailbox(&self, person: &Person, account: &Account) -> Result<Option<Access>, ApiError> {
        let Ok(Folders::Imap(server)) = &account.folders else {
            return Ok(None);
        };
        let login = match &server.auth {
            Auth::Session(form) => person.login(*form),
            Auth::Stored(user) => {
                let password = account.passwords.imap(&self.keys);
                let password = password.map_err(|cause| unusable(account, &cause.to_string()))?;
                password.map(|password| Login {
                    user: user.clone(),
                    password,
                })
            }
            Auth::None => {
                return Err(unusable(account, "its IMAP server names no way to sign in"));
            }
        };
        Ok(login.map(|login| Access {
            server: server.clone(),
            login,
        }))
    }

    /// The way out, and the one to take when that refuses mail because nobody has signed in.
    async fn out(
        &self,
        person: &Person,
        account: &Account,
    ) -> Result<(Way, Option<Way>), ApiError> {
        let server = account.smtp.clone();
        let smtp = server.map_err(|what| unusable(account, &what))?;
        let way = |login| Way {
            account: account.id,
            smtp: smtp.clone(),
            login,
        };
        let SmtpServer::Smtp(Server { auth, .. }) = &smtp else {
            return Ok((way(None), None));
        };
        if let Auth::Session(form) = auth {
            if let Some(login) = person.login(*form) {
                return Ok((way(Some(login)), None));
            }
            return Ok((way(None), self.without_password(person).await?));
        }
        Ok((way(self.kept(account, auth)?), None))
    }

    /// The user's first SMTP-only account that needs no password of theirs.
    async fn without_password(&self, person: &Person) -> Result<Option<Way>, ApiError> {
        for account in self.identities.smtp_only(person.user.id).await?.iter() {
            let login = match &account.smtp {
                Ok(SmtpServer::Directory(_)) => None,
                Ok(SmtpServer::Smtp(server)) if !matches!(server.auth, Auth::Session(_)) => {
                    self.kept(account, &server.auth)?
                }
                _ => continue,
            };
            let smtp = account.smtp.clone();
            return Ok(Some(Way {
                account: account.id,
                smtp: smtp.map_err(|what| unusable(account, &what))?,
                login,
            }));
        }
        Ok(None)
    }

    /// What a server is shown that wants the password that is kept with the account.
    fn kept(&self, account: &Account, auth: &Auth) -> Result<Option<Login>, ApiError> {
        let Auth::Stored(user) = auth else {
            return Ok(None);
        };
        let password = account.passwords.smtp(&self.keys);
        let password = password.map_err(|cause| unusable(account, &cause.to_string()))?;
        let password = password.ok_or_else(|| {
            unusable(
                account,
                "no password is kept for its SMTP server, give it: quillgate account set --smtp",
            )
        })?;
        Ok(Some(Login {
            user: user.clone(),
            password,
        }))
    }
}

fn unusable(account: &Account, what: &str) -> ApiError {
    ApiError::internal(format!("account {}: {what}", account.id))
}
