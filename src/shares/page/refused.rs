//! Why somebody does not get what is at a share's URL.

use crate::http::error::ApiError;
use crate::store::StoreError;

/// What is to be answered.
pub enum Refused {
    /// Ended, revoked, unknown, used up, or its owner or file is gone: nobody is told which.
    Gone,
    /// A password is needed, and none or a wrong one was given.
    Password { wrong: bool },
    /// Too many wrong passwords, or passwords at a time.
    Later(ApiError),
    /// Anything else.
    Other(ApiError),
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Self::Other(error)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Other(error.into())
    }
}
