//! The questions about the first administrator.

use super::dialogue::Dialogue;
use crate::auth::admin::new_user::NewUser;
use crate::cli::error::CliError;
use crate::draft::address::Mailbox;

/// The first administrator, whose address also tells which servers to look for.
pub struct Person {
    pub address: Mailbox,
    /// Without a password yet.
    pub user: NewUser,
}

pub fn ask(dialogue: &mut Dialogue) -> Result<Person, CliError> {
    let address = dialogue.ask("Your mail address", "", |given| {
        Mailbox::new("", given).map_err(|cause| format!("'{given}' is no mail address: {cause}"))
    })?;
    let email = address.address();
    let local = email.rsplit_once('@').map_or("", |(local, _)| local);
    let named = |login: &str, name: &str| {
        let user = NewUser {
            login: login.to_owned(),
            name: name.to_owned(),
            email: email.clone(),
            admin: true,
            ..NewUser::default()
        };
        user.check().map_err(|cause| cause.to_string())?;
        Ok(user)
    };
    let login = dialogue.ask("Your login here, as an administrator", local, |given| {
        named(given, "").map(|user| user.login)
    })?;
    let user = dialogue.ask("Your name", &login, |given| named(&login, given))?;
    Ok(Person { address, user })
}
