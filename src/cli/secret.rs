//! Passwords as a command gets them: from standard input, from a file, or typed by a person.

use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, Read, stdin};
use std::path::{Path, PathBuf};

use super::error::CliError;
use crate::auth::admin::new_user::{check_new_password, check_password};
use crate::auth::password;
use crate::net::login as mail;

/// Longer lines are no passwords.
const LINE_MAX: u64 = 4096;

/// Where a password comes from. It is never an argument: other users of the machine could read it there.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
pub struct PasswordArgs {
    /// Read the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
    /// Read the password from the first line of a file
    #[arg(long, value_name = "F")]
    password_file: Option<PathBuf>,
}

impl PasswordArgs {
    /// Whether one of the flags stands there.
    pub fn is_given(&self) -> bool {
        self.password_stdin || self.password_file.is_some()
    }

    /// The hash of the new password that was given, if any was.
    pub fn hash(&self) -> Result<Option<String>, CliError> {
        let Some(password) = self.given()? else {
            return Ok(None);
        };
        check_new_password(&password)?;
        hash(&password).map(Some)
    }

    /// The password itself that was given, or is typed now.
    pub fn text_or_ask(&self, question: &str) -> Result<mail::Password, CliError> {
        let text = match self.given()? {
            Some(text) => text,
            None => {
                require_terminal()?;
                rpassword::prompt_password(format!("{question}: "))?
            }
        };
        Ok(mail::Password::new(text))
    }

    fn given(&self) -> Result<Option<String>, CliError> {
        match &self.password_file {
            Some(path) => {
                let told = |cause| {
                    CliError::failed(format!("--password-file {}: {cause}", path.display()))
                };
                first_line(File::open(path).map_err(told)?).map(Some)
            }
            None if self.password_stdin => first_line(stdin()).map(Some),
            None => Ok(None),
        }
    }

    /// The hash of the new password that was given, or is typed now.
    pub fn hash_or_ask(&self, login: &str) -> Result<String, CliError> {
        if let Some(hash) = self.hash()? {
            return Ok(hash);
        }
        require_terminal()?;
        let password = rpassword::prompt_password(format!("New password of {login}: "))?;
        check_new_password(&password)?;
        if rpassword::prompt_password("The same again: ")? != password {
            return Err(CliError::failed(
                "the two passwords differ, nothing was changed",
            ));
        }
        hash(&password)
    }
}

fn require_terminal() -> Result<(), CliError> {
    match stdin().is_terminal() {
        true => Ok(()),
        false => Err(CliError::usage(
            "give the password with --password-stdin or --password-file",
        )),
    }
}

/// The password of a user at a mail server: from a file, or typed now.
pub fn mail_password(
    flag: &str,
    user: &str,
    file: Option<&Path>,
) -> Result<mail::Password, CliError> {
    let text = match file {
        Some(path) => {
            let told = |cause| {
                CliError::failed(format!("{flag}: password_file {}: {cause}", path.display()))
            };
            first_line(File::open(path).map_err(told)?)?
        }
        None if stdin().is_terminal() => {
            rpassword::prompt_password(format!("Password of {user} ({flag}): "))?
        }
        None => {
            return Err(CliError::usage(format!(
                "{flag}: give the password of {user} with &password_file=FILE in the URL"
            )));
        }
    };
    if text.is_empty() || text.contains(char::is_control) {
        return Err(CliError::failed(format!(
            "{flag}: the password of {user} is empty or holds control characters"
        )));
    }
    Ok(mail::Password::new(text))
}

fn first_line(from: impl Read) -> Result<String, CliError> {
    let mut line = Vec::new();
    BufReader::new(from.take(LINE_MAX)).read_until(b'\n', &mut line)?;
    let line = line.strip_suffix(b"\n").unwrap_or(&line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    String::from_utf8(line.to_vec()).map_err(|_| CliError::failed("the password is not UTF-8"))
}

/// What is kept of a password that people sign in with here.
pub fn hash(password: &str) -> Result<String, CliError> {
    check_password(password)?;
    password::hash(password).map_err(|cause| CliError::failed(format!("no hash: {cause}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_counts_without_its_end() {
        for text in [
            "päss word",
            "päss word\n",
            "päss word\r\n",
            "päss word\nnext\n",
        ] {
            assert_eq!(first_line(text.as_bytes()).unwrap(), "päss word");
        }
        assert!(first_line(&b"\xff\n"[..]).is_err());
    }

    #[test]
    fn a_password_that_nobody_could_use_is_refused() {
        assert!(hash("").is_err());
        assert!(hash("token3_abc").is_err());
    }
}
