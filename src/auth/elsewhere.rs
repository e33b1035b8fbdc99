//! Passwords that somebody else knows: who has none here may sign in with that of their mailbox. The feature that can
//! ask a mail server implements it.

use std::future::Future;
use std::pin::Pin;

use crate::http::error::ApiError;
use crate::ids::UserId;
use crate::net::login::Password;

/// The future of an answer: a trait object cannot have an `async fn`.
pub type Answering<'a> =
    Pin<Box<dyn Future<Output = Result<Option<UserId>, ApiError>> + Send + 'a>>;

/// Somebody who knows passwords.
pub trait Elsewhere: Send + Sync {
    /// The user who has this password, made on the first sign-in; `None` if it is wrong.
    ///
    /// # Errors
    /// 503 when it cannot be said now.
    fn check<'a>(&'a self, login: &'a str, password: &'a Password) -> Answering<'a>;
}
