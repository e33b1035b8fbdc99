//! Why shares of a mail were not made.

use std::io;

use actix_web::http::StatusCode;
use sea_orm::DbErr;

use crate::http::error::ApiError;
use crate::store::StoreError;
use crate::telemetry::limits::Limit;

#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// Its bytes are gone, by the name that people know.
    #[error("Attachment {0} NOT found")]
    NotFound(String),
    #[error("A mail shares no more than {0} files")]
    TooMany(usize),
    /// In bytes.
    #[error(
        "The files do not fit into your quota of {0} bytes for download links (shares.user_quota)"
    )]
    Quota(u64),
    /// Too many passwords are hashed already.
    #[error(transparent)]
    Busy(#[from] ApiError),
    /// The disk is full, whoever filled it.
    #[error("The server has no space left for download links")]
    NoSpace,
    #[error("blobs: {0}")]
    Disk(io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<io::Error> for MakeError {
    fn from(cause: io::Error) -> Self {
        match cause.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                tracing::error!(%cause, "no space left for shares");
                Self::NoSpace
            }
            _ => Self::Disk(cause),
        }
    }
}

impl From<DbErr> for MakeError {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

impl From<MakeError> for ApiError {
    fn from(error: MakeError) -> Self {
        let message = error.to_string();
        match error {
            MakeError::NotFound(_) => Self::bad_request(message),
            MakeError::TooMany(_) => Self::unprocessable(message),
            MakeError::Quota(most) => Self::new(StatusCode::INSUFFICIENT_STORAGE, message)
                .detail("limit", most)
                .limit(Limit::ShareQuota),
            MakeError::NoSpace => Self::new(StatusCode::INSUFFICIENT_STORAGE, message),
            MakeError::Busy(error) => error,
            MakeError::Disk(_) | MakeError::Store(_) => Self::internal(message),
        }
    }
}
