//! What the answers become: configuration, database, administrator, account, identity. Nothing is written before.

use std::io::Write;
use std::path::Path;

use super::mail::Mail;
use super::person::Person;
use crate::auth::admin::new_user::NewUser;
use crate::auth::admin::users;
use crate::cli::error::CliError;
use crate::cli::secret;
use crate::cli::workspace::Workspace;
use crate::identities::admin::accounts::{self, NewAccount, Secret};
use crate::identities::admin::identities;
use crate::identities::admin::new_identity::NewIdentity;
use crate::identities::admin::owners::Owners;
use crate::identities::server_url::Folders;
use crate::net::login::Password;
use crate::net::server::Auth;

/// As `sign_in.account` has it when nothing else is said: newcomers find it there.
const ACCOUNT: &str = "Mail";

/// Writes the configuration and everything that it names. `replace`: what stood there before may go.
pub fn all(
    target: &Path,
    replace: bool,
    configuration: &str,
    person: Person,
    mail: Mail,
    password: Option<&Password>,
) -> Result<(), CliError> {
    let told = |cause: std::io::Error| {
        CliError::failed(format!("cannot write {}: {cause}", target.display()))
    };
    let directory = target.parent().filter(|path| !path.as_os_str().is_empty());
    // Readable by its owner only; it gets its name when all the rest is there.
    let mut file = tempfile::Builder::new()
        .prefix(".quillgate-")
        .suffix(".toml")
        .tempfile_in(directory.unwrap_or(Path::new(".")))
        .map_err(told)?;
    file.write_all(configuration.as_bytes()).map_err(told)?;
    file.as_file().sync_all().map_err(told)?;
    let user = NewUser {
        password_hash: password
            .map(|password| secret::hash(password.reveal()))
            .transpose()?,
        ..person.user
    };
    Workspace::run(Some(file.path().to_owned()), async |on| {
        populate(on, user, mail).await
    })?;
    match replace {
        true => file.persist(target).map_err(|failed| told(failed.error))?,
        false => file
            .persist_noclobber(target)
            .map_err(|failed| told(failed.error))?,
    };
    Ok(())
}

async fn populate(on: &Workspace, user: NewUser, mail: Mail) -> Result<(), CliError> {
    let keys = on.keys()?;
    let secret = |password: Option<Password>| {
        let keys = keys.clone();
        password.map(|password| Secret { password, keys })
    };
    let account = NewAccount {
        name: ACCOUNT.to_owned(),
        owners: owners(&mail.folders, &user.login),
        smtp: mail.smtp,
        smtp_password: secret(mail.smtp_password),
        folders: mail.folders,
        imap_password: secret(mail.imap_password),
        sent: None,
        drafts: None,
        user_editable: false,
    };
    let identity = NewIdentity {
        email: user.email.clone(),
        ..NewIdentity::default()
    };
    on.write(move |db| async move {
        let login = user.login.clone();
        let (_, mut changes) = users::add(&db, user).await?;
        let (account, more) = accounts::add(&db, None, account).await?;
        changes.extend(more);
        let (_, more) = identities::add(&db, None, account, &login, identity).await?;
        changes.extend(more);
        Ok(((), changes))
    })
    .await
}

/// A mailbox whose password is kept belongs to one person; all else is for everybody.
fn owners(folders: &Folders, login: &str) -> Owners {
    match folders {
        Folders::Imap(server) if matches!(server.auth, Auth::Stored(_)) => {
            Owners::Users(vec![login.to_owned()])
        }
        Folders::Imap(_) | Folders::Local | Folders::None => Owners::Everyone,
    }
}
