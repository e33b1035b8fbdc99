//! WebSocket connections as RFC 6455 has them, for any actor: nothing here knows the protocol spoken over them.

pub mod decoder;
mod incoming;
pub mod outgoing;

use actix::Actor;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, SEC_WEBSOCKET_VERSION};
use actix_web::web::Bytes;
use actix_web::{Error, HttpRequest, HttpResponse, ResponseError};
use actix_web_actors::HttpContext;
use actix_web_actors::ws::{self, HandshakeError};
use futures_util::{Stream, stream};

pub use decoder::{Message, TOO_LARGE, Violation};
pub use incoming::{Allowance, Incoming, TOO_FAST};

use crate::http::connection::Handle;
use crate::http::error::ApiError;

/// What a client may send.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a message, over all its fragments.
    pub message_max: usize,
    /// Frames in the long run; ten seconds' worth may come at once. 0: any number.
    pub frames_per_second: u32,
    /// Binary messages too.
    pub binary: bool,
}

fn not_a_handshake(status: StatusCode, error: HandshakeError) -> ApiError {
    ApiError::new(status, format!("Not a WebSocket handshake: {error}"))
}

/// Answers a handshake with an actor that writes [`outgoing`] frames.
///
/// # Errors
/// 400 when the request is no handshake; one of another version is answered with 426.
pub fn upgrade<A>(req: &HttpRequest, protocols: &[&str], actor: A) -> Result<HttpResponse, ApiError>
where
    A: Actor<Context = HttpContext<A>>,
{
    respond(req, protocols, HttpContext::create(actor))
}

/// Answers a handshake only to say one frame, a close.
///
/// # Errors
/// 400 when the request is no handshake.
pub fn refuse(
    req: &HttpRequest,
    protocols: &[&str],
    code: ws::CloseCode,
    reason: &str,
) -> Result<HttpResponse, ApiError> {
    let close = outgoing::close(Some(code), reason);
    respond(req, protocols, stream::iter([Ok(close)]))
}

fn respond(
    req: &HttpRequest,
    protocols: &[&str],
    frames: impl Stream<Item = Result<Bytes, Error>> + Unpin + 'static,
) -> Result<HttpResponse, ApiError> {
    let mut response = match ws::handshake_with_protocols(req, protocols) {
        Ok(response) => response,
        Err(error @ (HandshakeError::NoVersionHeader | HandshakeError::UnsupportedVersion)) => {
            let status = StatusCode::UPGRADE_REQUIRED;
            let mut response = not_a_handshake(status, error).error_response();
            let version = HeaderValue::from_static("13");
            response
                .headers_mut()
                .insert(SEC_WEBSOCKET_VERSION, version);
            return Ok(response);
        }
        Err(error) => return Err(not_a_handshake(StatusCode::BAD_REQUEST, error)),
    };
    let connection = req.conn_data::<Handle>().cloned();
    Ok(response.streaming(outgoing::Body::new(frames, connection)))
}
