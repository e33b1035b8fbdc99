//! One line of an import: what may stand in it.

use serde::Deserialize;

use crate::auth::admin::new_user::{NewUser, check_password};
use crate::cli::error::CliError;
use crate::identities::admin::import::Newcomer;
use crate::ids::{AccountId, UserId};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    login: String,
    name: String,
    email: String,
    id: Option<i32>,
    #[serde(default)]
    admin: bool,
    password: Option<String>,
    #[serde(default)]
    accounts: Vec<AccountId>,
}

/// A line that was understood. The password is not hashed yet.
pub struct Line {
    pub newcomer: Newcomer,
    pub password: Option<String>,
}

/// Reads the line with this number, counted from 1.
pub fn parse(number: usize, bytes: &[u8]) -> Result<Line, CliError> {
    let wrong = |what: String| CliError::failed(format!("line {number}: {what}"));
    let record: Record =
        serde_json::from_slice(bytes).map_err(|error| wrong(reason(&error.to_string())))?;
    if record.id.is_some_and(|id| id < 1) {
        return Err(wrong("id must be 1 or more".to_owned()));
    }
    if let Some(password) = &record.password {
        check_password(password).map_err(|error| wrong(error.to_string()))?;
    }
    let mut accounts: Vec<AccountId> = Vec::new();
    for account in record.accounts {
        if accounts.contains(&account) {
            return Err(wrong(format!("account {account} stands there twice")));
        }
        accounts.push(account);
    }
    let newcomer = Newcomer {
        line: number,
        user: NewUser {
            id: record.id.map(UserId),
            login: record.login,
            name: record.name,
            email: record.email,
            admin: record.admin,
            timezone: None,
            password_hash: None,
        },
        accounts,
    };
    Ok(Line {
        newcomer,
        password: record.password,
    })
}

/// The parser has seen one line only, and calls it the first.
fn reason(error: &str) -> String {
    match error.rsplit_once(" at line 1 column ") {
        Some((what, column)) => format!("{what} at column {column}"),
        None => error.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        match parse(17, text.as_bytes()) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("{text} must be refused"),
        }
    }

    #[test]
    fn a_line_names_a_user_and_their_accounts() {
        let text = r#"{"login":"ralf","name":"Ralf Becker","email":"ralf@example.org","id":5,"admin":true,"password":"x","accounts":[1,2]}"#;
        let line = parse(1, text.as_bytes()).unwrap();
        assert_eq!(line.newcomer.user.id, Some(UserId(5)));
        assert!(line.newcomer.user.admin);
        assert_eq!(line.newcomer.accounts, [AccountId(1), AccountId(2)]);
        assert_eq!(line.password.as_deref(), Some("x"));
    }

    #[test]
    fn a_refusal_names_the_line_and_what_is_wrong_with_it() {
        let user = r#""login":"a","name":"A","email":"a@example.org""#;
        for (text, expected) in [
            (
                "{".to_owned(),
                "line 17: EOF while parsing an object at column 1",
            ),
            (format!("{{{user},\"nick\":1}}"), "unknown field `nick`"),
            (
                format!("{{{user},\"login\":\"b\"}}"),
                "duplicate field `login`",
            ),
            (format!("{{{user},\"id\":0}}"), "id must be 1 or more"),
            (
                format!("{{{user},\"id\":\"5\"}}"),
                "invalid type: string \"5\"",
            ),
            (
                format!("{{{user},\"password\":\"\"}}"),
                "the password is empty",
            ),
            (
                format!("{{{user},\"accounts\":[1,1]}}"),
                "account 1 stands there twice",
            ),
            (format!("{{{user}}} {{"), "trailing characters"),
            (
                r#"{"login":"a","name":"A"}"#.to_owned(),
                "missing field `email`",
            ),
            ("[]".to_owned(), "line 17: "),
        ] {
            let refusal = refusal(&text);
            assert!(refusal.contains(expected), "{text}: {refusal}");
            assert!(refusal.starts_with("line 17: "), "{refusal}");
        }
    }
}
