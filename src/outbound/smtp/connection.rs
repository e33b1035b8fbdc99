//! A connection that mail goes over, one after the other, command by command.

use std::fmt::Display;
use std::time::Duration;

use lettre::transport::smtp::commands::{Data, Quit, Rset};
use lettre::transport::smtp::response::Response;
use tokio::time::timeout;

use super::dialogue::Dialogue;
use super::features::Features;
use super::opening::open;
use super::probe::Probe;
use super::reply::{CLOSING, Fault, expect, out_of_step};
use super::transfer::{TransferFault, transfer};
use crate::net::login::Login;
use crate::net::server::Server;
use crate::net::tls::Tls;
use crate::outbound::sends::course::Course;
use crate::outbound::spool::{Entry, Envelope};

/// Bytes of commands that are sent without waiting for the answers to those before. A server that does not read on
/// until its answers are read must have room for them.
const AHEAD_MAX: usize = 8 * 1024;
/// How long a connection that is no longer needed may take to say good-bye.
const QUIT_TIME: Duration = Duration::from_secs(2);

/// An open connection, greeted and ready for a mail.
pub(in crate::outbound) struct Connection {
    dialogue: Dialogue,
    features: Features,
    /// Commands that were sent and not answered yet.
    ahead: usize,
}

impl Connection {
    /// Connects, encrypts, exchanges greetings and signs in, all of it within `limit`, which each later answer has
    /// for itself.
    pub(in crate::outbound) async fn open(
        server: &Server,
        login: Option<&Login>,
        tls: &Tls,
        limit: Duration,
    ) -> Result<Self, Fault> {
        let mut known = Probe::default();
        let opened = timeout(limit, open(server, login, tls, limit, &mut known)).await;
        let (dialogue, features) = opened.map_err(|_| Fault::silent(limit))??;
        Ok(Self::new(dialogue, features))
    }

    pub(super) fn new(dialogue: Dialogue, features: Features) -> Self {
        Self {
            dialogue,
            features,
            ahead: 0,
        }
    }

    /// What the server offers.
    pub(in crate::outbound) fn features(&self) -> &Features {
        &self.features
    }

    /// Whether it can carry the next mail, as far as this can be seen without asking the server.
    pub(in crate::outbound) fn is_fresh(&mut self) -> bool {
        self.dialogue.is_quiet()
    }

    /// Begins a mail. A server with PIPELINING gets all of the commands up to DATA at once; the answers to those after
    /// the first are what [`Connection::recipient`], for each in turn, and [`Connection::data`] wait for.
    pub(in crate::outbound) async fn mail(&mut self, envelope: &Envelope) -> Result<(), Fault> {
        let mut command = format!("MAIL FROM:<{}>", envelope.from);
        if self.features.size {
            command.push_str(&format!(" SIZE={}", envelope.size));
        }
        if envelope.eight_bit {
            command.push_str(" BODY=8BITMIME");
        }
        if envelope.non_ascii.is_some() {
            command.push_str(" SMTPUTF8");
        }
        command.push_str("\r\n");
        if self.features.pipelining {
            let mut all = command.clone();
            for address in &envelope.to {
                all.push_str(&naming(address));
            }
            all.push_str("DATA\r\n");
            if all.len() <= AHEAD_MAX {
                command = all;
                self.ahead = envelope.to.len() + 1;
            }
        }
        let answer = self.dialogue.command(command).await?;
        expect(&answer, 200..=299)
    }

    /// Names one recipient.
    pub(in crate::outbound) async fn recipient(&mut self, address: &str) -> Result<(), Fault> {
        let answer = self.next(naming(address)).await?;
        expect(&answer, 200..=299)
    }

    /// Asks to hand over the message.
    pub(in crate::outbound) async fn data(&mut self) -> Result<(), Fault> {
        let answer = self.next(Data).await?;
        expect(&answer, 354..=354)
    }

    /// Waits for the answers to commands that were sent ahead of a refusal.
    pub(in crate::outbound) async fn settle(&mut self) -> Result<(), Fault> {
        while self.ahead > 0 {
            match self.next("").await {
                // DATA is the last one: a server that wants the message of a mail that is given up must not get one.
                Ok(_) if self.ahead == 0 => return Err(out_of_step()),
                Err(Fault::Refused(reply)) if reply.code != CLOSING => {}
                Ok(_) => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }

    /// Hands over the message, and tells its course how far.
    pub(in crate::outbound) async fn transfer(
        &mut self,
        entry: &Entry,
        course: &Course,
    ) -> Result<(), TransferFault> {
        transfer(&mut self.dialogue, entry, course).await
    }

    /// Ends a mail that was begun; the connection can be used for another one.
    pub(in crate::outbound) async fn reset(&mut self) -> Result<(), Fault> {
        self.settle().await?;
        self.dialogue.command(Rset).await.map(drop)
    }

    /// Says good-bye, briefly.
    pub(in crate::outbound) async fn quit(mut self) {
        let _ = timeout(QUIT_TIME, self.dialogue.command(Quit)).await;
    }

    /// The answer to a command, which may have been sent already.
    async fn next(&mut self, command: impl Display) -> Result<Response, Fault> {
        if self.ahead == 0 {
            return self.dialogue.command(command).await;
        }
        self.ahead -= 1;
        self.dialogue.answer().await
    }
}

fn naming(address: &str) -> String {
    format!("RCPT TO:<{address}>\r\n")
}
