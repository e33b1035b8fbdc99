//! The way from everywhere to a session's actor: its mailbox, never waiting.

use std::sync::Arc;

use actix::prelude::SendError;
use actix::{Addr, Message};

use super::actor::Session;
use crate::http::connection::Handle;
use crate::presence::record::NotTaken;
use crate::presence::{Outlet, Push};
use crate::telemetry::limits::{Limit, Limits};

/// A push as an actor's message.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Pushed(pub Push);

/// `try_send`, because `do_send` to a session whose browser does not read grows memory without end.
pub struct MailboxOutlet {
    pub session: Addr<Session>,
    pub limits: Arc<Limits>,
    pub connection: Option<Handle>,
}

impl Outlet for MailboxOutlet {
    fn push(&self, push: Push) -> Result<(), NotTaken> {
        self.session.try_send(Pushed(push)).map_err(|error| {
            // The close that follows is not another frame too many.
            if matches!(&error, SendError::Full(Pushed(Push::Frame(_) | Push::Ping))) {
                self.limits.reached(Limit::Queue);
            }
            NotTaken
        })
    }

    fn abort(&self) {
        if let Some(connection) = &self.connection {
            connection.abort();
        }
    }
}
