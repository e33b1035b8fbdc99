//! The one shape of every error answer: `{"error": <code>, "message": "…", "details": {…}}`.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use serde_json::{Map, Value, json};

use super::answer::pretty;
use crate::telemetry::limits::Limit;

/// An error as the caller sees it. The message is fit for a user's eyes and never holds a password, a token or a
/// path of this machine's file system.
#[derive(Debug, Clone)]
pub struct ApiError(Box<Parts>);

/// Boxed: an error travels through every result of the request's way, and is rare.
#[derive(Debug, Clone)]
struct Parts {
    status: StatusCode,
    message: String,
    details: Map<String, Value>,
    retry_after: Option<u64>,
    challenge: Option<String>,
    allow: Option<String>,
    limit: Option<Limit>,
}

impl ApiError {
    /// An error with an HTTP status and a message.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            status,
            message: message.into(),
            details: Map::new(),
            retry_after: None,
            challenge: None,
            allow: None,
            limit: None,
        }))
    }

    /// 400: the request names something that does not exist or cannot be read.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 401: no valid credentials. `realm` makes browsers and tools ask for some; `None` for the web client's own
    /// script, which shows its sign-in form instead of the browser's dialog.
    pub fn unauthorized(message: impl Into<String>, realm: Option<&str>) -> Self {
        let mut error = Self::new(StatusCode::UNAUTHORIZED, message);
        error.0.challenge = realm.map(|realm| format!("Basic realm=\"{realm}\""));
        error
    }

    /// 403: known, but not allowed.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// 404: there is no such thing, or it is somebody else's.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// 405 with the methods that this path has.
    pub fn method_not_allowed(method: &str, allow: &str) -> Self {
        let mut error = Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            format!("Method {method} is not available here, allowed are: {allow}"),
        );
        error.0.allow = Some(allow.to_owned());
        error
    }

    /// 409: in conflict with what already happened.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    /// 408: the request takes too long to arrive.
    pub fn timed_out(message: impl Into<String>) -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, message)
    }

    /// 413: larger than a configured limit.
    pub fn too_large(message: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    }

    /// 422: understood, but an attribute has a value that cannot be used.
    pub fn unprocessable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// 429, with the seconds after which a new try makes sense.
    pub fn too_many(message: impl Into<String>, retry_after: u64) -> Self {
        let mut error = Self::new(StatusCode::TOO_MANY_REQUESTS, message);
        error.0.retry_after = Some(retry_after.max(1));
        error
    }

    /// 503, with the seconds after which a new try makes sense.
    pub fn unavailable(message: impl Into<String>, retry_after: u64) -> Self {
        let mut error = Self::new(StatusCode::SERVICE_UNAVAILABLE, message);
        error.0.retry_after = Some(retry_after.max(1));
        error
    }

    /// 500 for a failure of the gateway itself. The cause goes to the log, here and only here, and never to the caller.
    pub fn internal(cause: impl fmt::Display) -> Self {
        tracing::error!(%cause, "request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Internal error, see the log of the server",
        )
    }

    /// 422 about one attribute, named in `details` too, so that a form can say it where it was typed.
    pub fn attribute(name: &str, why: impl fmt::Display) -> Self {
        Self::unprocessable(format!("Attribute '{name}': {why}")).detail("attribute", name)
    }

    /// Adds a member to `details`.
    #[must_use]
    pub fn detail(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.details.insert(key.to_owned(), value.into());
        self
    }

    /// The same for somebody who is to know less: another message, and no details.
    #[must_use]
    pub fn reworded(mut self, message: &str) -> Self {
        self.0.message = message.to_owned();
        self.0.details.clear();
        self
    }

    /// Names the limit that was reached, for its counter.
    #[must_use]
    pub fn limit(mut self, limit: Limit) -> Self {
        self.0.limit = Some(limit);
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The seconds after which a new try makes sense.
    pub fn retry_after(&self) -> Option<u64> {
        self.0.retry_after
    }

    /// The message, fit for a person's eyes.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The body of the answer.
    pub fn body(&self) -> Value {
        let mut body = json!({"error": self.0.status.as_u16(), "message": self.0.message});
        if !self.0.details.is_empty() {
            body["details"] = Value::Object(self.0.details.clone());
        }
        body
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0.status.as_u16(), self.0.message)
    }
}

impl std::error::Error for ApiError {}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponseBuilder::new(self.0.status);
        if let Some(challenge) = &self.0.challenge {
            response.insert_header((WWW_AUTHENTICATE, challenge.as_str()));
        }
        if let Some(seconds) = self.0.retry_after {
            response.insert_header((RETRY_AFTER, seconds));
        }
        if let Some(allow) = &self.0.allow {
            response.insert_header((ALLOW, allow.as_str()));
        }
        if let Some(limit) = self.0.limit {
            response.extensions_mut().insert(limit);
        }
        pretty(&mut response, &self.body())
    }
}
