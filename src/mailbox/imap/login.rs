//! Signing in: AUTHENTICATE PLAIN where it is offered, else LOGIN (RFC 3501, 6.2; RFC 4616; RFC 4959).

use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::error::{ImapError, Words};
use super::response::{Outcome, Status};
use super::session::{Session, quoted};
use crate::net::login::Login;

/// Codes of a no that says nothing about the password (RFC 5530).
const NOT_NOW: [&str; 6] = [
    "UNAVAILABLE",
    "INUSE",
    "LIMIT",
    "SERVERBUG",
    "CONTACTADMIN",
    "PRIVACYREQUIRED",
];

impl Session {
    /// Signs in.
    pub(super) async fn sign_in(&mut self, login: &Login) -> Result<(), ImapError> {
        let status = if self.has("AUTH=PLAIN") {
            self.authenticate_plain(login).await?
        } else if self.has("LOGINDISABLED") {
            return Err(ImapError::Unsuitable(
                "the mail server offers no way to sign in with a password",
            ));
        } else {
            self.login(login).await?
        };
        let words = || Words(status.words.clone());
        match status.outcome {
            Outcome::Ok => self.signed_in(&status).await,
            Outcome::No if NOT_NOW.iter().any(|code| status.has_code(code)) => {
                Err(ImapError::NotNow(words()))
            }
            Outcome::No => Err(ImapError::Login(words())),
            Outcome::Bad => Err(ImapError::Refused(words())),
        }
    }

    async fn authenticate_plain(&mut self, login: &Login) -> Result<Status, ImapError> {
        let password = login.password.reveal();
        if login.user.contains('\0') || password.contains('\0') {
            return Err(ImapError::Login(Words::default()));
        }
        let plain = Zeroizing::new(format!("\0{}\0{password}", login.user));
        let response = Zeroizing::new(BASE64.encode(plain.as_bytes()));
        if self.has("SASL-IR") {
            let command = Zeroizing::new(format!("AUTHENTICATE PLAIN {}", *response));
            return self.ask(&command, |_| ()).await;
        }
        self.say("AUTHENTICATE PLAIN").await?;
        if let Some(status) = self.may_go_on().await? {
            return Ok(status);
        }
        self.write(response.as_bytes()).await?;
        self.write(b"\r\n").await?;
        self.flush().await?;
        self.done(|_| ()).await
    }

    async fn login(&mut self, login: &Login) -> Result<Status, ImapError> {
        let password = login.password.reveal();
        let quoted_password = quoted(password).map(Zeroizing::new);
        if let (Some(user), Some(password)) = (quoted(&login.user), quoted_password) {
            let command = Zeroizing::new(format!("LOGIN {user} {}", *password));
            return self.ask(&command, |_| ()).await;
        }
        // What no quoted string can hold goes as it is, with its length.
        self.say(&format!("LOGIN {{{}}}", login.user.len())).await?;
        let password_follows = format!(" {{{}}}\r\n", password.len());
        let parts = [
            [login.user.as_bytes(), password_follows.as_bytes()],
            [password.as_bytes(), b"\r\n"],
        ];
        for part in parts {
            if let Some(status) = self.may_go_on().await? {
                return Ok(status);
            }
            for bytes in part {
                self.write(bytes).await?;
            }
            self.flush().await?;
        }
        self.done(|_| ()).await
    }
}
