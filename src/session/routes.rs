//! `GET /ws`: from an HTTP request to a session.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use actix_web_actors::ws::WsResponseBuilder;

use super::actor::{Farewell, Session, Surroundings};
use super::socket::Socket;
use super::wire::PROTOCOL;
use crate::auth::May;
use crate::auth::caller::{HoldSession, Refused};
use crate::http::error::ApiError;
use crate::http::origin::Origins;

/// `GET /ws`.
///
/// # Errors
/// 403 for a foreign origin, 401 without credentials, 400 for a request that is no WebSocket handshake. A bad cookie
/// is told after the upgrade, by the close code 4401.
pub async fn connect(
    req: HttpRequest,
    payload: web::Payload,
    surroundings: web::Data<Surroundings>,
    origins: web::Data<Origins>,
) -> Result<HttpResponse, ApiError> {
    origins.check_websocket(&req)?;
    let caller = match surroundings.auth.authenticate(&req).await {
        Ok(caller) => May::<HoldSession>::check(caller)?,
        Err(Refused::Cookie) => {
            // A browser drops a connection that does not take up its subprotocol, and never sees the code.
            return upgraded(
                WsResponseBuilder::new(Farewell, &req, payload)
                    .protocols(&[PROTOCOL])
                    .start(),
            );
        }
        Err(refused) => return Err(surroundings.auth.refusal(&req, refused)),
    };
    let socket = req.conn_data::<Socket>();
    if let Some(socket) = socket {
        socket.abort_unacknowledged(2 * surroundings.settings.heartbeat);
    }
    let frame_max = surroundings.settings.frame_max;
    let session = Session::new(
        Arc::clone(&surroundings),
        caller.into_inner(),
        socket.map(Socket::cut),
    );
    upgraded(
        WsResponseBuilder::new(session, &req, payload)
            .protocols(&[PROTOCOL])
            .frame_size(frame_max)
            .start(),
    )
}

fn upgraded(response: Result<HttpResponse, actix_web::Error>) -> Result<HttpResponse, ApiError> {
    response.map_err(|error| ApiError::bad_request(format!("Not a WebSocket handshake: {error}")))
}
