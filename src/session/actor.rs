//! The actor of one WebSocket connection.

use std::sync::Arc;

use actix::prelude::*;
use actix_web_actors::ws::{CloseCode, CloseReason, Message, ProtocolError, WebsocketContext};

use super::fragments::{FragmentError, Fragments};
use super::outlet::{MailboxOutlet, Pushed};
use super::socket::Cut;
use super::wire::{self, ClientFrame, FrameError};
use super::{PageEvents, SessionSettings};
use crate::auth::{Auth, Caller};
use crate::ids::{NodeId, SessionId};
use crate::presence::registry::{Join, Leave, Watch};
use crate::presence::{Close, Push, Registry, SessionRecord};

/// Closed because the credential ended.
pub const SIGNED_OUT: u16 = 4401;
/// Closed because the user has a session too many.
const TOO_MANY: u16 = 4408;

/// What every session shares.
#[derive(Clone)]
pub struct Surroundings {
    pub settings: SessionSettings,
    pub registry: Addr<Registry>,
    pub events: Arc<dyn PageEvents>,
    pub auth: Arc<Auth>,
}

/// One browser page's session.
pub struct Session {
    surroundings: Arc<Surroundings>,
    caller: Option<Caller>,
    socket: Option<Cut>,
    record: Option<Arc<SessionRecord>>,
    fragments: Fragments,
}

impl Session {
    pub fn new(surroundings: Arc<Surroundings>, caller: Caller, socket: Option<Cut>) -> Self {
        Self {
            surroundings,
            caller: Some(caller),
            socket,
            record: None,
            fragments: Fragments::default(),
        }
    }

    fn close(ctx: &mut WebsocketContext<Self>, code: CloseCode, why: &str) {
        ctx.close(Some(CloseReason {
            code,
            description: (!why.is_empty()).then(|| why.to_owned()),
        }));
        ctx.stop();
    }

    fn text(&mut self, text: &str, ctx: &mut WebsocketContext<Self>) {
        let Some(record) = self.record.clone() else {
            return;
        };
        record.page_heard();
        match ClientFrame::parse(text) {
            Ok(frame) => self.frame(&record, frame, ctx),
            Err(FrameError::Invalid { code, message }) => ctx.text(wire::error(code, &message)),
            Err(FrameError::Malformed(reason)) => {
                // A close frame has room for 123 bytes.
                let reason: String = reason.chars().filter(char::is_ascii).take(120).collect();
                Self::close(ctx, CloseCode::Policy, &reason);
            }
        }
    }

    fn frame(
        &mut self,
        record: &Arc<SessionRecord>,
        frame: ClientFrame,
        ctx: &mut WebsocketContext<Self>,
    ) {
        let events = &self.surroundings.events;
        match frame {
            ClientFrame::Attach(windows) => events.attached(record, &windows),
            ClientFrame::Opened(id) => events.opened(record, id),
            ClientFrame::Refused(id) => events.refused(record, id),
            ClientFrame::Seen(id) => events.seen(record, id),
            ClientFrame::Discarded(id) => events.discarded(record, id),
            ClientFrame::Active => {
                record.touched();
                ctx.text(wire::PONG);
            }
            ClientFrame::Pulse { focused, visible } => {
                record.pulsed(focused, visible);
                ctx.text(wire::PONG);
            }
            ClientFrame::Ping => ctx.text(wire::PONG),
            ClientFrame::Watch => self.surroundings.registry.do_send(Watch(record.id, true)),
            ClientFrame::Unwatch => self.surroundings.registry.do_send(Watch(record.id, false)),
        }
    }
}

impl Actor for Session {
    type Context = WebsocketContext<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        let Some(caller) = self.caller.take() else {
            return ctx.stop();
        };
        ctx.set_mailbox_capacity(self.surroundings.settings.queue);
        let outlet = MailboxOutlet {
            session: ctx.address(),
            socket: self.socket.take(),
        };
        // The only process there is.
        let id = SessionId::new(NodeId::default());
        let record = Arc::new(SessionRecord::new(id, &caller, Box::new(outlet)));
        self.record = Some(record.clone());
        let joined = self.surroundings.registry.send(Join(record.clone()));
        let auth = self.surroundings.auth.clone();
        let join = async move {
            let joined = joined.await.unwrap_or(false);
            // Whatever ended the credential before the session stood in the roster did not find it there.
            (joined, auth.is_current(&caller).await)
        };
        // Nothing else runs before: `hello` is the first frame, and goes out after the join is in the roster.
        ctx.wait(
            join.into_actor(self)
                .map(move |(joined, current), session, ctx| {
                    if !joined {
                        Self::close(ctx, CloseCode::Away, "the server stops");
                    } else if !current {
                        Self::close(ctx, CloseCode::Other(SIGNED_OUT), "signed out");
                    } else {
                        let settings = &session.surroundings.settings;
                        ctx.text(wire::hello(&record, settings.heartbeat, settings.pulse));
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
            Push::Frame(frame) => ctx.text(frame),
            Push::Ping => ctx.ping(b""),
            Push::Close(Close::SignedOut) => {
                Self::close(ctx, CloseCode::Other(SIGNED_OUT), "signed out")
            }
            Push::Close(Close::TooMany) => {
                Self::close(ctx, CloseCode::Other(TOO_MANY), "too many sessions")
            }
            Push::Close(Close::Overflow) => Self::close(ctx, CloseCode::Again, "frames not taken"),
            Push::Close(Close::Shutdown(after)) => {
                ctx.text(wire::shutdown(after));
                Self::close(ctx, CloseCode::Restart, "the server stops");
            }
        }
    }
}

impl StreamHandler<Result<Message, ProtocolError>> for Session {
    fn handle(&mut self, message: Result<Message, ProtocolError>, ctx: &mut Self::Context) {
        if let Some(record) = &self.record {
            record.heard();
        }
        match message {
            Ok(Message::Text(text)) => self.text(&text, ctx),
            Ok(Message::Ping(data)) => ctx.pong(&data),
            Ok(Message::Pong(_) | Message::Nop) => {}
            Ok(Message::Binary(_)) => Self::close(ctx, CloseCode::Unsupported, "text frames only"),
            Ok(Message::Close(reason)) => {
                ctx.close(reason.map(|reason| CloseReason {
                    code: reason.code,
                    description: None,
                }));
                ctx.stop();
            }
            Ok(Message::Continuation(item)) => {
                match self
                    .fragments
                    .take(item, self.surroundings.settings.frame_max)
                {
                    Ok(None) => {}
                    Ok(Some(text)) => self.text(&text, ctx),
                    Err(FragmentError::Binary) => {
                        Self::close(ctx, CloseCode::Unsupported, "text frames only")
                    }
                    Err(FragmentError::TooLarge) => {
                        Self::close(ctx, CloseCode::Size, "message too large")
                    }
                    Err(FragmentError::NotUtf8) => {
                        Self::close(ctx, CloseCode::Invalid, "not UTF-8")
                    }
                }
            }
            Err(ProtocolError::Overflow) => Self::close(ctx, CloseCode::Size, "message too large"),
            // Both a text that is not UTF-8 and the end of the connection arrive as an error of this kind, told apart
            // only by its words. After the end the frames that came with it are still to be read: an `ack` counts
            // although its page was closed right after it.
            Err(ProtocolError::Io(error)) if error.kind() == std::io::ErrorKind::Other => {
                if error.to_string().contains("utf-8") {
                    Self::close(ctx, CloseCode::Invalid, "not UTF-8");
                }
            }
            Err(_) => Self::close(ctx, CloseCode::Protocol, "not a WebSocket frame"),
        }
    }
}

/// Takes a connection only to close it with a code: a script cannot read the status of a refused handshake.
pub struct Farewell;

impl Actor for Farewell {
    type Context = WebsocketContext<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.close(Some(CloseReason::from((
            CloseCode::Other(SIGNED_OUT),
            "signed out",
        ))));
        ctx.stop();
    }
}

impl StreamHandler<Result<Message, ProtocolError>> for Farewell {
    fn handle(&mut self, _: Result<Message, ProtocolError>, _: &mut Self::Context) {}
}
