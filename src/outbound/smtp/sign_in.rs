//! Signing in (RFC 4954): PLAIN (RFC 4616), else LOGIN, and CRAM-MD5 (RFC 2195) when nothing better is offered.

use data_encoding::{BASE64, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use lettre::transport::smtp::response::Response;
use md5::Md5;
use zeroize::Zeroizing;

use super::dialogue::Dialogue;
use super::features::Features;
use super::reply::{Fault, Reply, expect};
use crate::net::login::Login;

/// Bytes of a command with its line end (RFC 5321, section 4.5.3.1.4).
const COMMAND_MAX: usize = 512;
/// Bytes of a line in an exchange (RFC 4954, section 4).
const LINE_MAX: usize = 12_288;
/// Characters of an encoded secret that are enough to recognise it by.
const TELLING: usize = 8;
const GO_ON: u16 = 334;

type Line = Zeroizing<String>;

/// Shows the server who is there. The caller has made sure that nobody else can listen.
pub(super) async fn sign_in(
    dialogue: &mut Dialogue,
    features: &Features,
    login: &Login,
) -> Result<(), Fault> {
    let (user, password) = (login.user.as_str(), login.password.reveal());
    if user.contains('\0') || password.contains('\0') {
        return Err(Fault::lost(
            "a user name or password with a NUL byte cannot be sent",
        ));
    }
    let mut exchange = Exchange {
        dialogue,
        secrets: vec![Zeroizing::new(password.to_lowercase())],
    };
    let signed_in = if features.offers("PLAIN") {
        exchange.plain(user, password).await
    } else if features.offers("LOGIN") {
        exchange.login(user, password).await
    } else if features.offers("CRAM-MD5") {
        exchange.cram_md5(user, password).await
    } else if features.auth.is_empty() {
        Err(Fault::lost(
            "the account has a login, but the server does not offer to sign in (AUTH)",
        ))
    } else {
        Err(Fault::Lost(format!(
            "the server offers no known way to sign in, only {}",
            features.auth.join(", ")
        )))
    };
    signed_in.map_err(|fault| match fault {
        Fault::Refused(reply) => Fault::SignIn(exchange.discreet(reply)),
        fault => fault,
    })
}

struct Exchange<'a> {
    dialogue: &'a mut Dialogue,
    /// What nobody else may read, in lower case.
    secrets: Vec<Line>,
}

impl Exchange<'_> {
    async fn plain(&mut self, user: &str, password: &str) -> Result<(), Fault> {
        let response = Zeroizing::new(format!("\0{user}\0{password}"));
        let line = self.secret_line(response.as_bytes())?;
        let command = Zeroizing::new(format!("AUTH PLAIN {}", line.as_str()));
        if command.len() <= COMMAND_MAX {
            let answer = self.dialogue.ask(command.as_bytes()).await?;
            return expect(&answer, 200..=299);
        }
        self.challenge("AUTH PLAIN\r\n").await?;
        self.last(&line).await
    }

    /// Goes by the order of the server's questions: their words differ from server to server.
    async fn login(&mut self, user: &str, password: &str) -> Result<(), Fault> {
        self.challenge("AUTH LOGIN\r\n").await?;
        let line = self.line(user.as_bytes())?;
        self.challenge(&line).await?;
        let line = self.secret_line(password.as_bytes())?;
        self.last(&line).await
    }

    async fn cram_md5(&mut self, user: &str, password: &str) -> Result<(), Fault> {
        let answer = self.challenge("AUTH CRAM-MD5\r\n").await?;
        let challenge = answer.message().next().unwrap_or_default();
        let unclear = || Fault::lost("the server's challenge for CRAM-MD5 is not base64");
        let challenge = BASE64
            .decode(challenge.trim().as_bytes())
            .map_err(|_| unclear())?;
        let mut mac = Hmac::<Md5>::new_from_slice(password.as_bytes()).map_err(|_| unclear())?;
        mac.update(&challenge);
        let digest = HEXLOWER.encode(&mac.finalize().into_bytes());
        let line = self.secret_line(format!("{user} {digest}").as_bytes())?;
        self.last(&line).await
    }

    /// A line that the server must answer by asking for more.
    async fn challenge(&mut self, line: &str) -> Result<Response, Fault> {
        let answer = self.dialogue.ask(line.as_bytes()).await?;
        expect(&answer, GO_ON..=GO_ON)?;
        Ok(answer)
    }

    async fn last(&mut self, line: &str) -> Result<(), Fault> {
        let answer = self.dialogue.ask(line.as_bytes()).await?;
        expect(&answer, 200..=299)
    }

    fn line(&self, response: &[u8]) -> Result<Line, Fault> {
        let mut line = Zeroizing::new(BASE64.encode(response));
        line.push_str("\r\n");
        if line.len() > LINE_MAX {
            return Err(Fault::lost(
                "the user name or password is too long to be sent",
            ));
        }
        Ok(line)
    }

    fn secret_line(&mut self, response: &[u8]) -> Result<Line, Fault> {
        let line = self.line(response)?;
        let telling = line.trim_end().chars().take(TELLING).collect::<String>();
        self.secrets.push(Zeroizing::new(telling.to_lowercase()));
        Ok(line)
    }

    /// The server's words, unless they repeat what it was told.
    fn discreet(&self, reply: Reply) -> Reply {
        let words = Zeroizing::new(reply.text.to_lowercase());
        let tells = |secret: &Line| !secret.is_empty() && words.contains(secret.as_str());
        if !self.secrets.iter().any(tells) {
            return reply;
        }
        Reply {
            code: reply.code,
            text: "sign-in refused (in words that repeat the password)".to_owned(),
        }
    }
}
