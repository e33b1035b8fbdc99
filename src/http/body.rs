//! Request bodies: bounded in size, and in the time that a sender may be silent.

use std::time::{Duration, Instant};

use actix_web::dev::Decompress;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::{Bytes, BytesMut, Payload};
use actix_web::{HttpMessage, HttpRequest, error::PayloadError};
use futures_util::StreamExt;
use serde_json::{Map, Value};

use super::error::ApiError;
use super::json::parse_object;

/// A sender that is silent this long has given up.
const SILENCE: Duration = Duration::from_secs(30);
/// Bytes a second that a sender must manage on average once [`SILENCE`] has passed: whoever drips holds a connection
/// for ever.
const PACE: u64 = 1024;

/// Whether a JSON body must say that it is one. With the session cookie it must: a form of another site cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeRule {
    Any,
    Json,
}

/// The body of a request, decoded as it arrives.
pub struct Body {
    stream: Decompress<Payload>,
    began: Instant,
    received: u64,
}

impl Body {
    /// The body that `payload` carries, in the encoding that the request names.
    ///
    /// # Errors
    /// 415 for an encoding that nobody here decodes.
    pub fn of(req: &HttpRequest, payload: Payload) -> Result<Self, ApiError> {
        let encoding = req.headers().get(CONTENT_ENCODING);
        let name = encoding.map(|value| value.to_str().unwrap_or("?").trim().to_ascii_lowercase());
        match name.as_deref() {
            None | Some("" | "identity" | "gzip" | "deflate" | "br") => Ok(Self {
                stream: Decompress::from_headers(payload, req.headers()),
                began: Instant::now(),
                received: 0,
            }),
            Some(name) => Err(ApiError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                format!(
                    "Content-Encoding '{name}' is not supported, use gzip, deflate, br or none"
                ),
            )),
        }
    }

    /// The next decoded piece.
    ///
    /// # Errors
    /// 408 when the sender is silent for too long or too slow, 400 when the connection breaks or the encoding is wrong.
    pub async fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        match tokio::time::timeout(SILENCE, self.stream.next()).await {
            Err(_) => Err(timed_out(format!(
                "No data for {} seconds",
                SILENCE.as_secs()
            ))),
            Ok(None) => Ok(None),
            Ok(Some(Ok(piece))) => {
                self.received += piece.len() as u64;
                if is_too_slow(self.received, self.began.elapsed()) {
                    return Err(timed_out(format!(
                        "The body arrives with less than {PACE} bytes a second"
                    )));
                }
                Ok(Some(piece))
            }
            Ok(Some(Err(PayloadError::Incomplete(_)))) => Err(ApiError::bad_request(
                "The request ended before its body was complete",
            )),
            Ok(Some(Err(error))) => Err(ApiError::bad_request(format!(
                "The request's body cannot be read: {error}"
            ))),
        }
    }
}

fn timed_out(message: String) -> ApiError {
    ApiError::new(StatusCode::REQUEST_TIMEOUT, message)
}

fn is_too_slow(received: u64, elapsed: Duration) -> bool {
    elapsed > SILENCE && received < PACE * elapsed.as_secs()
}

/// Reads a whole body of at most `limit` decoded bytes.
///
/// # Errors
/// 413 naming the limit, and those of [`Body`].
pub async fn read(req: &HttpRequest, payload: Payload, limit: u64) -> Result<Bytes, ApiError> {
    let mut body = Body::of(req, payload)?;
    let too_large =
        || ApiError::too_large(format!("The request's body is larger than {limit} bytes"));
    if content_length(req).is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut whole = BytesMut::new();
    while let Some(piece) = body.next().await? {
        if (whole.len() + piece.len()) as u64 > limit {
            return Err(too_large());
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole.freeze())
}

/// The announced length of the body as it is sent, encoded or not.
pub fn content_length(req: &HttpRequest) -> Option<u64> {
    req.headers()
        .get(CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

/// Reads a body that is one JSON object.
///
/// # Errors
/// 415 for a wrong type under [`TypeRule::Json`], 422 `Error decoding JSON: …`, and those of [`read`].
pub async fn object(
    req: &HttpRequest,
    payload: Payload,
    limit: u64,
    rule: TypeRule,
) -> Result<Map<String, Value>, ApiError> {
    parse(&json_bytes(req, payload, limit, rule).await?)
}

/// Reads a body that should be JSON, without parsing it yet.
///
/// # Errors
/// Those of [`read`], and 415 for a wrong type under [`TypeRule::Json`].
pub async fn json_bytes(
    req: &HttpRequest,
    payload: Payload,
    limit: u64,
    rule: TypeRule,
) -> Result<Bytes, ApiError> {
    if rule == TypeRule::Json && !req.content_type().eq_ignore_ascii_case("application/json") {
        let given = req
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        return Err(ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            format!(
                "Content-Type must be application/json, not '{}'",
                given.unwrap_or("")
            ),
        ));
    }
    read(req, payload, limit).await
}

/// Parses a body as one JSON object.
///
/// # Errors
/// 422 `Error decoding JSON: …`.
pub fn parse(bytes: &[u8]) -> Result<Map<String, Value>, ApiError> {
    parse_object(bytes)
        .map_err(|error| ApiError::unprocessable(format!("Error decoding JSON: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_that_drips_is_given_up_and_a_slow_line_is_not() {
        let after = Duration::from_secs;
        assert!(!is_too_slow(1, after(29)));
        assert!(is_too_slow(60, after(60)));
        assert!(!is_too_slow(60 * PACE, after(60)));
        assert!(is_too_slow(60 * PACE, after(3600)));
    }
}
