//! Compose windows, as far as sending needs them: the first send of a window wins. `compose` implements it.

use std::future::Future;
use std::pin::Pin;

use crate::http::error::ApiError;
use crate::ids::{ComposeId, UserId};

/// The right to send the mail of one window. Dropped without [`Claim::sent`] it was not sent, and another may try.
pub trait Claim: Send {
    /// That of the window's shares, for a send that names none.
    fn share_password(&self) -> Option<&str>;

    /// The mail is out, or may be: nobody else is to send it.
    fn sent(self: Box<Self>, message_id: &str);
}

/// What there is to claim.
pub enum Claimed {
    /// Nobody else sends this mail now.
    Granted(Box<dyn Claim>),
    /// Nobody knows such a window (any more): a mail that somebody has typed goes out all the same.
    Unknown,
}

/// The future of a claim: a trait object cannot have an `async fn`.
pub type Claiming<'a> = Pin<Box<dyn Future<Output = Result<Claimed, ApiError>> + Send + 'a>>;

/// Who has which window.
pub trait Windows: Send + Sync {
    /// Claims the send of a window of `user`. `again` sends although it was sent before.
    ///
    /// # Errors
    /// 409 when another send is under way or has succeeded, 422 for another user's window.
    fn claim(&self, user: UserId, id: ComposeId, again: bool) -> Claiming<'_>;
}
