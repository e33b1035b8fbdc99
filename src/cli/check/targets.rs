//! Every server that the accounts and the configuration name, with what is shown to it.

use std::collections::HashSet;
use std::path::PathBuf;

use super::row::Row;
use crate::auth::admin::users;
use crate::auth::rows::users::Model as User;
use crate::cli::error::CliError;
use crate::cli::secret::PasswordArgs;
use crate::cli::workspace::Workspace;
use crate::config::SignIn;
use crate::identities::Account;
use crate::identities::admin::{accounts, owners};
use crate::identities::rows::accounts::Model;
use crate::identities::server_url::{Folders, SmtpServer};
use crate::ids::UserId;
use crate::net::login::{Login, Password};
use crate::net::server::{Auth, Server};
use crate::store::sealed::{Keyring, SealError};

/// A server to try.
pub struct Target {
    pub row: Row,
    pub what: What,
}

/// What there is to try.
pub enum What {
    /// With what it is shown.
    Server(Server, Option<Login>),
    Directory(PathBuf),
    /// Nothing: the row says why.
    Unusable,
}

/// The user whose password is tried.
pub struct Somebody {
    user: User,
    password: Password,
}

impl Somebody {
    /// The user with this login; the password is read or asked for.
    pub async fn find(
        on: &Workspace,
        login: &str,
        password: &PasswordArgs,
    ) -> Result<Self, CliError> {
        let name = login.to_owned();
        let user = on
            .read(|db| async move { users::find(&db, &name).await })
            .await?;
        let question = format!("Mail password of {login}");
        let password = password.text_or_ask(&question)?;
        Ok(Self { user, password })
    }

    fn login(&self, auth: &Auth) -> Option<Login> {
        match auth {
            Auth::Session(name) => Some(Login {
                user: name.of(&self.user.login, &self.user.email).to_owned(),
                password: self.password.clone(),
            }),
            Auth::None | Auth::Stored(_) => None,
        }
    }
}

/// All of them, by account.
pub async fn all(on: &Workspace, user: Option<&Somebody>) -> Result<Vec<Target>, CliError> {
    let (rows, owners) = on
        .read(|db| async move { Ok((accounts::all(&db).await?, owners::all(&db).await?)) })
        .await?;
    let id = user.map(|somebody| UserId(somebody.user.id));
    let own: HashSet<i32> = owners
        .iter()
        .filter(|(_, owner)| Some(*owner) == id)
        .map(|(account, _)| account.0)
        .collect();
    let keys = on.keys();
    let mut targets = Vec::new();
    for row in rows {
        let may = row.everyone || own.contains(&row.id);
        targets.extend(of_account(row, user.filter(|_| may), keys.as_ref().ok()));
    }
    if let Some(sign_in) = &on.config.sign_in {
        targets.extend(of_sign_in(sign_in, user));
    }
    Ok(targets)
}

fn of_account(row: Model, user: Option<&Somebody>, keys: Option<&Keyring>) -> Vec<Target> {
    let place = format!("account {} ({})", row.id, row.name);
    let (id, smtp, imap) = (
        row.id,
        row.smtp.clone(),
        row.imap.clone().unwrap_or_default(),
    );
    let account = Account::from(row);
    let outgoing = match account.smtp {
        Ok(SmtpServer::Smtp(server)) => {
            let stored = keys.map(|keys| account.passwords.smtp(keys));
            signing_in(&place, server, user, stored, &format!("{id} --smtp"))
        }
        Ok(SmtpServer::Directory(path)) => Target {
            row: Row::new(&place, smtp),
            what: What::Directory(path),
        },
        Err(cause) => broken(
            &place,
            smtp,
            &format!("{cause}: quillgate account set {id} --smtp URL"),
        ),
    };
    let folders = match account.folders {
        Ok(Folders::Imap(server)) => {
            let stored = keys.map(|keys| account.passwords.imap(keys));
            Some(signing_in(
                &place,
                server,
                user,
                stored,
                &format!("{id} --imap"),
            ))
        }
        Ok(Folders::Local | Folders::None) => None,
        Err(cause) => Some(broken(
            &place,
            imap,
            &format!("{cause}: quillgate account set {id} --imap URL"),
        )),
    };
    [Some(outgoing), folders].into_iter().flatten().collect()
}

fn of_sign_in(sign_in: &SignIn, user: Option<&Somebody>) -> Vec<Target> {
    let servers = [Some(&sign_in.imap), sign_in.smtp.as_ref()];
    let target = |server: &Server| signing_in("[sign_in]", server.clone(), user, None, "");
    servers.into_iter().flatten().map(target).collect()
}

fn broken(place: &str, what: String, why: &str) -> Target {
    let mut row = Row::new(place, what);
    row.fail(why);
    Target {
        row,
        what: What::Unusable,
    }
}

/// A server with what it needs to be shown; `set` is what names it for `account set`.
fn signing_in(
    place: &str,
    server: Server,
    user: Option<&Somebody>,
    stored: Option<Result<Option<Password>, SealError>>,
    set: &str,
) -> Target {
    let what = server.to_string();
    let login = match (&server.auth, stored) {
        (Auth::None, _) => None,
        (Auth::Session(_), _) => user.and_then(|user| user.login(&server.auth)),
        (Auth::Stored(user), Some(Ok(Some(password)))) => Some(Login {
            user: user.clone(),
            password,
        }),
        (Auth::Stored(_), Some(Err(cause))) => {
            let why = format!(
                "{cause}: put back the key file, or give the password again: quillgate account set {set} URL"
            );
            return broken(place, what, &why);
        }
        (Auth::Stored(user), _) => {
            let why = format!("the password of {user} is missing: quillgate account set {set} URL");
            return broken(place, what, &why);
        }
    };
    Target {
        row: Row::new(place, what),
        what: What::Server(server, login),
    }
}
