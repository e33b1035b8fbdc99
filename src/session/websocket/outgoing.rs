//! Frames to a client, and the end of a connection.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_http::ws::{OpCode, Parser};
use actix_web::web::{Bytes, BytesMut};
use actix_web_actors::ws::{CloseCode, CloseReason};
use futures_util::Stream;

use crate::http::connection::Handle;

fn frame(opcode: OpCode, payload: &[u8]) -> Bytes {
    let mut frame = BytesMut::new();
    Parser::write_message(&mut frame, payload, opcode, true, false);
    frame.freeze()
}

/// A text message.
pub fn text(text: &str) -> Bytes {
    frame(OpCode::Text, text.as_bytes())
}

/// A binary message.
pub fn binary(payload: &[u8]) -> Bytes {
    frame(OpCode::Binary, payload)
}

/// An empty ping.
pub fn ping() -> Bytes {
    Bytes::from_static(&[0x89, 0])
}

/// The answer to a ping.
pub fn pong(payload: &[u8]) -> Bytes {
    frame(OpCode::Pong, payload)
}

/// A close frame; its reason is cut to what there is room for.
pub fn close(code: Option<CloseCode>, reason: &str) -> Bytes {
    let reason = &reason[..reason.floor_char_boundary(123)];
    let reason = code.map(|code| CloseReason {
        code,
        description: Some(reason.to_owned()),
    });
    let mut frame = BytesMut::new();
    Parser::write_close(&mut frame, reason, false);
    frame.freeze()
}

/// The body of an upgraded response. After its last frame the connection's sending side is shut down at once: a client
/// that has exchanged close frames waits for that, and actix would let it wait while it still reads.
pub struct Body<S> {
    frames: S,
    connection: Option<Handle>,
}

impl<S> Body<S> {
    pub fn new(frames: S, connection: Option<Handle>) -> Self {
        Self { frames, connection }
    }
}

impl<S: Stream + Unpin> Stream for Body<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let item = ready!(Pin::new(&mut self.frames).poll_next(cx));
        if item.is_none()
            && let Some(connection) = self.connection.take()
        {
            connection.finish();
        }
        Poll::Ready(item)
    }
}
