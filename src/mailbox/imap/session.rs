//! A conversation with an IMAP server: greeting, encryption, capabilities, commands and their answers.

use std::net::SocketAddr;
use std::time::Duration;

use super::error::{ImapError, Words};
use super::folders::Known;
use super::response::{Outcome, Response, Status};
use super::token::Token;
use super::wire::Wire;
use crate::net::server::{Security, Server};
use crate::net::stream::{Encryption, Stream};
use crate::net::tls::Tls;

/// Words of a capability list that are kept.
const CAPABILITIES: usize = 200;

/// What is seen of a server before it says anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meeting {
    /// The address that answered.
    pub address: Option<SocketAddr>,
    /// What encryption was agreed on.
    pub encryption: Option<Encryption>,
}

impl Meeting {
    fn note(&mut self, stream: &Stream) {
        self.address = stream.peer_addr().ok();
        self.encryption = stream.encryption();
    }
}

/// A connection that has been greeted.
#[derive(Debug)]
pub(super) struct Session {
    wire: Wire,
    last_tag: u64,
    capabilities: Vec<String>,
    /// What was found out about the folders.
    pub(super) known: Known,
}

impl Session {
    /// Connects and encrypts as the server's URL says: never less. Nobody is signed in yet.
    pub(super) async fn open(
        server: &Server,
        tls: &Tls,
        silence: Duration,
        meeting: &mut Meeting,
    ) -> Result<Self, ImapError> {
        let mut met = |stream: &Stream| meeting.note(stream);
        let wire = Wire::connect(server, tls, silence, &mut met).await?;
        let mut session = Self {
            wire,
            last_tag: 0,
            capabilities: Vec::new(),
            known: Known::default(),
        };
        session.greeting().await?;
        if server.security == Security::StartTls {
            session.ask_capabilities_if_unknown().await?;
            if !session.has("STARTTLS") {
                return Err(ImapError::Unsuitable(
                    "the mail server does not offer STARTTLS",
                ));
            }
            session.command("STARTTLS").await?;
            session.wire = session.wire.encrypt(server, tls, &mut met).await?;
            // What was said in clear text may have been said by anybody.
            session.capabilities.clear();
        }
        session.ask_capabilities_if_unknown().await?;
        Ok(session)
    }

    async fn greeting(&mut self) -> Result<(), ImapError> {
        match self.wire.response().await? {
            Response::Remark(status) if status.outcome == Outcome::Ok => {
                self.note_capabilities(&status);
                Ok(())
            }
            Response::Bye(words) => Err(ImapError::Closed(Words(words))),
            Response::PreAuth => Err(ImapError::Unsuitable(
                "the mail server takes everybody for signed in",
            )),
            _ => Err(ImapError::Protocol("its greeting is not understood")),
        }
    }

    pub(super) fn capabilities(&self) -> &[String] {
        &self.capabilities
    }

    /// Whether the server can do something, named in upper case.
    pub(super) fn has(&self, capability: &str) -> bool {
        self.capabilities.iter().any(|own| own == capability)
    }

    /// The number behind a capability such as `APPENDLIMIT=…`.
    pub(super) fn number(&self, capability: &str) -> Option<u64> {
        self.capabilities.iter().find_map(|own| {
            own.strip_prefix(capability)?
                .strip_prefix('=')?
                .parse()
                .ok()
        })
    }

    fn note_capabilities(&mut self, status: &Status) {
        if status.has_code("CAPABILITY") {
            let words = status.code.iter().skip(1).take(CAPABILITIES);
            self.capabilities = words.cloned().collect();
        }
    }

    async fn ask_capabilities_if_unknown(&mut self) -> Result<(), ImapError> {
        if !self.capabilities.is_empty() {
            return Ok(());
        }
        let mut found = Vec::new();
        let keep = |data: &[Token]| {
            if let [name, words @ ..] = data
                && name.is("CAPABILITY")
            {
                found = words
                    .iter()
                    .filter_map(Token::text)
                    .take(CAPABILITIES)
                    .map(str::to_ascii_uppercase)
                    .collect();
            }
        };
        self.command_with("CAPABILITY", keep).await?;
        self.capabilities = found;
        Ok(())
    }

    /// What holds for somebody who is signed in may differ from what held before.
    pub(super) async fn signed_in(&mut self, status: &Status) -> Result<(), ImapError> {
        self.capabilities.clear();
        self.note_capabilities(status);
        self.ask_capabilities_if_unknown().await
    }

    /// Says a command and waits for a yes.
    pub(super) async fn command(&mut self, command: &str) -> Result<Status, ImapError> {
        self.command_with(command, |_| ()).await
    }

    /// The same, and shows what the server tells meanwhile.
    pub(super) async fn command_with(
        &mut self,
        command: &str,
        each: impl FnMut(&[Token]),
    ) -> Result<Status, ImapError> {
        let status = self.ask(command, each).await?;
        accepted(status)
    }

    /// The same, where a no is an answer too.
    pub(super) async fn ask(
        &mut self,
        command: &str,
        each: impl FnMut(&[Token]),
    ) -> Result<Status, ImapError> {
        self.say(command).await?;
        self.done(each).await
    }

    /// Begins a command with its first line.
    pub(super) async fn say(&mut self, line: &str) -> Result<(), ImapError> {
        self.last_tag += 1;
        let line = zeroize::Zeroizing::new(format!("q{} {line}\r\n", self.last_tag));
        self.wire.begin_answer();
        self.wire.write(line.as_bytes()).await?;
        self.wire.flush().await
    }

    /// Further bytes of the command.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<(), ImapError> {
        self.wire.write(bytes).await
    }

    pub(super) async fn flush(&mut self) -> Result<(), ImapError> {
        self.wire.flush().await
    }

    /// Waits until the server wants the rest of the command. `Some`: it does not, the command is over.
    pub(super) async fn may_go_on(&mut self) -> Result<Option<Status>, ImapError> {
        loop {
            match self.next(&mut |_| ()).await? {
                Step::GoOn => return Ok(None),
                Step::Done(status) => return Ok(Some(status)),
                Step::Aside => {}
            }
        }
    }

    /// Waits for the end of the command.
    pub(super) async fn done(
        &mut self,
        mut each: impl FnMut(&[Token]),
    ) -> Result<Status, ImapError> {
        loop {
            match self.next(&mut each).await? {
                Step::Done(status) => return Ok(status),
                Step::GoOn => return Err(ImapError::Protocol("it waits for more of a command")),
                Step::Aside => {}
            }
        }
    }

    async fn next(&mut self, each: &mut impl FnMut(&[Token])) -> Result<Step, ImapError> {
        match self.wire.response().await? {
            Response::GoOn => Ok(Step::GoOn),
            Response::Bye(words) => Err(ImapError::Closed(Words(words))),
            Response::Data(tokens) => {
                each(&tokens);
                Ok(Step::Aside)
            }
            Response::Done { tag, status } if tag == format!("q{}", self.last_tag) => {
                Ok(Step::Done(status))
            }
            Response::Done { .. } => Err(ImapError::Protocol("it answers what nobody asked")),
            Response::Remark(_) | Response::PreAuth | Response::Unclear => Ok(Step::Aside),
        }
    }

    /// Whether an idle connection is useless, as far as that can be seen without asking.
    pub(super) fn is_stale(&mut self) -> bool {
        self.wire.is_stale()
    }

    /// Says good-bye.
    pub(super) async fn log_out(mut self) {
        // Nobody waits for the answer: what was done is done.
        let _ = self.say("LOGOUT").await;
    }
}

enum Step {
    GoOn,
    Done(Status),
    Aside,
}

/// A yes, or the error that a no is.
pub(super) fn accepted(status: Status) -> Result<Status, ImapError> {
    match status.outcome {
        Outcome::Ok => Ok(status),
        Outcome::No | Outcome::Bad if status.has_code("OVERQUOTA") => Err(ImapError::Full),
        Outcome::No | Outcome::Bad => Err(ImapError::Refused(Words(status.words))),
    }
}

/// A string as a command holds it; `None` for what only a literal could hold.
pub(super) fn quoted(text: &str) -> Option<String> {
    if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return None;
    }
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    Some(format!("\"{escaped}\""))
}
