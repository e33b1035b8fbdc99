//! The actor of one WebSocket connection.

use std::sync::Arc;

use actix::dev::AsyncContextParts;
use actix::prelude::*;
use actix_web::web::Payload;
use actix_web_actors::HttpContext;
use actix_web_actors::ws::CloseCode;

use super::outlet::{MailboxOutlet, Pushed};
use super::websocket::{Allowance, Incoming, Message, TOO_FAST, TOO_LARGE, Violation, outgoing};
use super::wire::{self, ClientFrame, FrameError};
use super::{PageEvents, SessionSettings};
use crate::auth::{Auth, Caller};
use crate::http::connection::Handle;
use crate::ids::{NodeId, SessionId};
use crate::presence::registry::{Join, Leave, Watch};
use crate::presence::{Close, Push, Registry, SessionRecord};
use crate::telemetry::limits::{Limit, Limits};

/// Closed because the credential ended.
pub const SIGNED_OUT: u16 = 4401;
/// Closed because the user has a session too many.
const TOO_MANY: u16 = 4408;

/// Frames with which a page answers one of the server's: it confirms a window, and later tells that it was seen.
const ANSWERS: u32 = 2;

/// What every session shares.
#[derive(Clone)]
pub struct Surroundings {
    pub settings: SessionSettings,
    pub registry: Addr<Registry>,
    pub events: Arc<dyn PageEvents>,
    pub auth: Arc<Auth>,
    pub limits: Arc<Limits>,
}

/// What a session begins with.
struct Arrival {
    caller: Caller,
    payload: Payload,
    connection: Option<Handle>,
}

/// One browser page's session.
pub struct Session {
    surroundings: Arc<Surroundings>,
    arrival: Option<Box<Arrival>>,
    record: Option<Arc<SessionRecord>>,
    allowance: Allowance,
}

type Ctx = HttpContext<Session>;

impl Session {
    pub fn new(
        surroundings: Arc<Surroundings>,
        caller: Caller,
        payload: Payload,
        connection: Option<Handle>,
    ) -> Self {
        Self {
            surroundings,
            arrival: Some(Box::new(Arrival {
                caller,
                payload,
                connection,
            })),
            record: None,
            allowance: Allowance::default(),
        }
    }

    fn close(ctx: &mut Ctx, code: CloseCode, why: &str) {
        ctx.write(outgoing::close(Some(code), why));
        ctx.stop();
    }

    fn say(ctx: &mut Ctx, frame: &str) {
        ctx.write(outgoing::text(frame));
    }

    fn text(&mut self, text: &str, ctx: &mut Ctx) {
        let Some(record) = self.record.clone() else {
            return;
        };
        record.page_heard();
        match ClientFrame::parse(text) {
            Ok(frame) => self.frame(&record, frame, ctx),
            Err(FrameError::Invalid { code, message }) => {
                Self::say(ctx, &wire::error(code, &message))
            }
            Err(FrameError::Malformed(reason)) => {
                Self::close(ctx, CloseCode::Policy, &reason);
            }
        }
    }

    fn frame(&mut self, record: &Arc<SessionRecord>, frame: ClientFrame, ctx: &mut Ctx) {
        let events = &self.surroundings.events;
        match frame {
            ClientFrame::Attach(windows) => events.attached(record, &windows),
            ClientFrame::Opened(id) => events.opened(record, id),
            ClientFrame::Refused(id) => events.refused(record, id),
            ClientFrame::Seen(id) => events.seen(record, id),
            ClientFrame::Discarded(id) => events.discarded(record, id),
            ClientFrame::Active => {
                record.touched();
                Self::say(ctx, wire::PONG);
            }
            ClientFrame::Pulse { focused, visible } => {
                record.pulsed(focused, visible);
                Self::say(ctx, wire::PONG);
            }
            ClientFrame::Ping => Self::say(ctx, wire::PONG),
            ClientFrame::Watch => self.surroundings.registry.do_send(Watch(record.id, true)),
            ClientFrame::Unwatch => self.surroundings.registry.do_send(Watch(record.id, false)),
        }
    }
}

impl Actor for Session {
    type Context = Ctx;

    fn started(&mut self, ctx: &mut Self::Context) {
        let Some(arrival) = self.arrival.take() else {
            return ctx.stop();
        };
        let Arrival {
            caller,
            payload,
            connection,
        } = *arrival;
        let settings = &self.surroundings.settings;
        ctx.parts().set_mailbox_capacity(settings.queue);
        let outlet = MailboxOutlet {
            session: ctx.address(),
            limits: self.surroundings.limits.clone(),
            connection,
        };
        // The only process there is.
        let id = SessionId::new(NodeId::default());
        let record = Arc::new(SessionRecord::new(id, &caller, Box::new(outlet)));
        self.record = Some(record.clone());
        ctx.add_stream(Incoming::new(
            payload,
            settings.limits,
            self.allowance.clone(),
        ));
        let joined = self.surroundings.registry.send(Join(record.clone()));
        let auth = self.surroundings.auth.clone();
        let join = async move {
            let joined = joined.await;
            // Whatever ended the credential before the session stood in the roster did not find it there.
            (joined, auth.is_current(&caller).await)
        };
        // Nothing else runs before: `hello` is the first frame, and goes out after the join is in the roster.
        ctx.wait(
            join.into_actor(self)
                .map(move |(joined, current), session, ctx| match joined {
                    Err(_) => Self::close(ctx, CloseCode::Away, "the server stops"),
                    // What the registry has to say waits in the mailbox.
                    Ok(false) => {}
                    Ok(true) if !current => {
                        Self::close(ctx, CloseCode::Other(SIGNED_OUT), "signed out");
                    }
                    Ok(true) => {
                        let settings = &session.surroundings.settings;
                        Self::say(ctx, &wire::hello(&record, settings));
                    }
                }),
        );
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        if let Some(record) = self.record.take() {
            self.surroundings.registry.do_send(Leave(record.id));
        }
    }
}

impl Handler<Pushed> for Session {
    type Result = ();

    fn handle(&mut self, Pushed(push): Pushed, ctx: &mut Self::Context) {
        match push {
            Push::Frame(frame) => {
                self.allowance.grant(ANSWERS);
                Self::say(ctx, &frame);
            }
            Push::Ping => ctx.write(outgoing::ping()),
            Push::Close(Close::SignedOut) => {
                Self::close(ctx, CloseCode::Other(SIGNED_OUT), "signed out")
            }
            Push::Close(Close::TooMany) => {
                Self::close(ctx, CloseCode::Other(TOO_MANY), "too many sessions")
            }
            Push::Close(Close::Overflow) => Self::close(ctx, CloseCode::Again, "frames not taken"),
            Push::Close(Close::Shutdown(after)) => {
                Self::say(ctx, &wire::shutdown(after));
                Self::close(ctx, CloseCode::Restart, "the server stops");
            }
        }
    }
}

impl StreamHandler<Result<Message, Violation>> for Session {
    fn handle(&mut self, message: Result<Message, Violation>, ctx: &mut Ctx) {
        // A byte now and then is no sign of life: only a whole message is.
        if let Some(record) = &self.record {
            record.heard();
        }
        match message {
            Ok(Message::Text(text)) => self.text(&text, ctx),
            Ok(Message::Ping(data)) => ctx.write(outgoing::pong(&data)),
            // Binary messages end the connection before they are one.
            Ok(Message::Pong | Message::Binary(_)) => {}
            Ok(Message::Close(code)) => {
                ctx.write(outgoing::close(code, ""));
                ctx.stop();
            }
            Err(violation) => {
                match violation {
                    TOO_LARGE => self.surroundings.limits.reached(Limit::FrameSize),
                    TOO_FAST => self.surroundings.limits.reached(Limit::Frames),
                    _ => {}
                }
                Self::close(ctx, violation.code, violation.reason);
            }
        }
    }
}
