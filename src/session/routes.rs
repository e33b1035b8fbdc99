//! `GET /ws`: from an HTTP request to a session.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use actix_web_actors::ws::CloseCode;

use super::actor::{SIGNED_OUT, Session, Surroundings};
use super::websocket;
use super::wire::PROTOCOL;
use crate::auth::May;
use crate::auth::caller::{HoldSession, Refused};
use crate::http::connection::Handle;
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
            let code = CloseCode::Other(SIGNED_OUT);
            return websocket::refuse(&req, &[PROTOCOL], code, "signed out");
        }
        Err(refused) => return Err(surroundings.auth.refusal(&req, refused)),
    };
    let connection = req.conn_data::<Handle>();
    if let Some(connection) = connection {
        connection.abort_unacknowledged(2 * surroundings.settings.heartbeat);
    }
    let session = Session::new(
        Arc::clone(&surroundings),
        caller.into_inner(),
        payload,
        connection.cloned(),
    );
    websocket::upgrade(&req, &[PROTOCOL], session)
}
