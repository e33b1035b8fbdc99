//! One browser page's WebSocket session: the actor that holds the connection, and the wire format.
//!
//! actix types stay in this folder and in `presence::registry`. The actor has no timers and keeps no state about
//! composes: it turns frames into calls of [`PageEvents`] and pushes into frames.

pub mod actor;
mod outlet;
pub mod routes;
pub mod websocket;
pub mod wire;

use std::sync::Arc;

use crate::ids::ComposeId;
use crate::presence::SessionRecord;

/// What a page says about its compose windows. Whoever implements it must not block: it runs on the session's thread.
pub trait PageEvents: Send + Sync {
    /// The page still shows these windows, after a reload or a reconnect.
    fn attached(&self, session: &Arc<SessionRecord>, windows: &[ComposeId]);
    /// The window is in the page.
    fn opened(&self, session: &Arc<SessionRecord>, id: ComposeId);
    /// The page will not open it.
    fn refused(&self, session: &Arc<SessionRecord>, id: ComposeId);
    /// The person has had the window in view.
    fn seen(&self, session: &Arc<SessionRecord>, id: ComposeId);
    /// The person has thrown the mail away.
    fn discarded(&self, session: &Arc<SessionRecord>, id: ComposeId);
}

/// What a session needs from the configuration.
#[derive(Clone, Debug)]
pub struct SessionSettings {
    /// Frames waiting for one session.
    pub queue: usize,
    /// What a client may send.
    pub limits: websocket::Limits,
    /// Told to the page: seconds between pings.
    pub heartbeat: std::time::Duration,
    /// Told to the page: seconds between its own signs of life.
    pub pulse: std::time::Duration,
    /// Told to the page: the version of the web client that this server has.
    pub assets: &'static str,
    /// Told to the page: whether everybody sees who is online.
    pub everyone_visible: bool,
}
