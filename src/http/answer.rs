//! JSON answers, pretty-printed with the members in the order in which they were put.

use actix_web::{HttpResponse, HttpResponseBuilder};
use serde::Serialize;

/// Finishes `response` with `body` as pretty-printed JSON and a line end, so that it reads well in a terminal.
pub fn pretty(response: &mut HttpResponseBuilder, body: &impl Serialize) -> HttpResponse {
    match serde_json::to_string_pretty(body) {
        Ok(mut text) => {
            text.push('\n');
            response.content_type("application/json").body(text)
        }
        Err(cause) => {
            tracing::error!(%cause, "answer could not be written as JSON");
            HttpResponse::InternalServerError().finish()
        }
    }
}
