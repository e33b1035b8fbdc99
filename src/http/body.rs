//! Request bodies: bounded in size, in the time that a sender may take, and in what all of them take of the memory.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::dev::Decompress;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::{self, Bytes, BytesMut, Payload};
use actix_web::{HttpMessage, HttpRequest, error::PayloadError};
use futures_util::StreamExt;
use serde_json::{Map, Value};

use super::budget::{Budget, Full, Share};
use super::error::ApiError;
use super::json::parse_object;
use crate::ids::UserId;
use crate::telemetry::limits::Limit;

/// When a place for a body may be free again: others are read as fast as they come.
const PLACES: u64 = 2;

/// What holds for every body.
pub struct BodyLimits {
    /// A sender that is silent this long has given up.
    pub silence: Duration,
    /// Bytes a second that a sender must manage on average once `silence` has passed: whoever drips holds a
    /// connection for ever.
    pub pace: u64,
    /// Bytes of bodies that are read whole.
    pub budget: Arc<Budget>,
}

/// The largest body of one kind.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Decoded bytes.
    pub most: u64,
    /// What the limit is called, when it is configured.
    pub limit: Option<Limit>,
}

/// A body's share of the memory; kept with the request, for as long as that is worked on.
struct InMemory {
    _share: Share,
}

/// Whether a JSON body must say that it is one. With the session cookie it must: a form of another site cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeRule {
    Any,
    Json,
}

/// The body of a request, decoded as it arrives.
pub struct Body {
    limits: web::Data<BodyLimits>,
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
        let limits = req
            .app_data::<web::Data<BodyLimits>>()
            .ok_or_else(|| ApiError::internal("no limits of bodies configured"))?;
        let encoding = req.headers().get(CONTENT_ENCODING);
        let name = encoding.map(|value| value.to_str().unwrap_or("?").trim().to_ascii_lowercase());
        match name.as_deref() {
            None | Some("" | "identity" | "gzip" | "deflate" | "br") => Ok(Self {
                limits: limits.clone(),
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
        let BodyLimits { silence, pace, .. } = **self.limits;
        match tokio::time::timeout(silence, self.stream.next()).await {
            Err(_) => {
                let message = format!(
                    "No data for {} seconds (server.body_timeout)",
                    silence.as_secs_f64()
                );
                Err(ApiError::timed_out(message).limit(Limit::BodyTime))
            }
            Ok(None) => Ok(None),
            Ok(Some(Ok(piece))) => {
                self.received += piece.len() as u64;
                let elapsed = self.began.elapsed();
                if elapsed > silence && is_too_slow(self.received, pace, elapsed) {
                    let message = format!(
                        "The body arrives with less than {pace} bytes a second (server.body_pace)"
                    );
                    return Err(ApiError::timed_out(message).limit(Limit::BodyPace));
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

fn is_too_slow(received: u64, pace: u64, elapsed: Duration) -> bool {
    u128::from(received) * 1000 < u128::from(pace) * elapsed.as_millis()
}

/// Reads a whole body. What it takes of the memory counts as the user's, until the request has its answer.
///
/// # Errors
/// 413 naming the limit, 429 and 503 when too much is in memory already, and those of [`Body`].
pub async fn read(
    req: &HttpRequest,
    payload: Payload,
    size: Size,
    user: Option<UserId>,
) -> Result<Bytes, ApiError> {
    let mut body = Body::of(req, payload)?;
    if content_length(req).is_some_and(|length| length > size.most) {
        return Err(too_large(size));
    }
    let budget = body.limits.budget.clone();
    let full = |full| in_memory_already(&budget, full);
    let mut share = match user {
        Some(user) => Some(budget.take(user, 0).map_err(full)?),
        None => None,
    };
    let mut whole = BytesMut::new();
    while let Some(piece) = body.next().await? {
        if (whole.len() + piece.len()) as u64 > size.most {
            return Err(too_large(size));
        }
        if let Some(share) = &mut share {
            share.grow(piece.len()).map_err(full)?;
        }
        whole.extend_from_slice(&piece);
    }
    if let Some(share) = share {
        req.extensions_mut().insert(InMemory { _share: share });
    }
    Ok(whole.freeze())
}

fn too_large(Size { most, limit }: Size) -> ApiError {
    let message = format!("The request's body is larger than {most} bytes");
    match limit {
        Some(limit) => ApiError::too_large(format!("{message} ({})", limit.name()))
            .detail("limit", most)
            .limit(limit),
        None => ApiError::too_large(message),
    }
}

fn in_memory_already(budget: &Budget, full: Full) -> ApiError {
    let bound = budget.bound(full);
    let (most, name) = (bound.most, bound.limit.name());
    let error = match full {
        Full::Own => ApiError::too_many(
            format!("Your requests have more than {most} bytes at a time ({name}), try again"),
            PLACES,
        ),
        Full::All => ApiError::unavailable(
            format!("All requests have more than {most} bytes at a time ({name}), try again"),
            PLACES,
        ),
    };
    error.detail("limit", most).limit(bound.limit)
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
    size: Size,
    rule: TypeRule,
) -> Result<Map<String, Value>, ApiError> {
    parse(&json_bytes(req, payload, size, rule, None).await?)
}

/// Reads a body that should be JSON, without parsing it yet.
///
/// # Errors
/// Those of [`read`], and 415 for a wrong type under [`TypeRule::Json`].
pub async fn json_bytes(
    req: &HttpRequest,
    payload: Payload,
    size: Size,
    rule: TypeRule,
    user: Option<UserId>,
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
    read(req, payload, size, user).await
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
        assert!(is_too_slow(60, 1024, after(60)));
        assert!(!is_too_slow(60 * 1024, 1024, after(60)));
        assert!(is_too_slow(60 * 1024, 1024, after(3600)));
        assert!(is_too_slow(100, 1000, Duration::from_millis(101)));
    }
}
