//! Why an upload cannot be stored, found or attached.

use std::io;

use actix_web::http::StatusCode;

use crate::http::error::ApiError;
use crate::store::StoreError;
use crate::store::blobs::is_full;
use crate::store::incoming::IntegrityError;
use crate::telemetry::limits::Limit;

/// What a caller is told, and for [`Self::Disk`] and [`Self::Store`] what the log is told.
#[derive(Debug, thiserror::Error)]
pub enum AttachmentError {
    /// The name in the path cannot be used: the name, escaped and shortened, and why.
    #[error("Invalid file name '{name}': {reason}")]
    Name { name: String, reason: &'static str },
    /// The reference as given, escaped and shortened.
    #[error("Attachment {0} NOT found")]
    NotFound(String),
    /// Bytes.
    #[error("The file is larger than the limit of {limit} bytes (attachments.max_size)")]
    TooLarge { limit: u64 },
    /// Bytes of all uploads of one user.
    #[error("The file does not fit into your quota of {quota} bytes for uploads")]
    OverQuota { quota: u64 },
    /// The disk is full, whoever filled it.
    #[error("The server has no space left for uploads")]
    NoSpace,
    #[error(transparent)]
    Integrity(#[from] IntegrityError),
    #[error("blobs: {0}")]
    Disk(io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<io::Error> for AttachmentError {
    fn from(cause: io::Error) -> Self {
        if is_full(&cause) {
            tracing::error!(%cause, "no space left for uploads");
            Self::NoSpace
        } else {
            Self::Disk(cause)
        }
    }
}

impl From<AttachmentError> for ApiError {
    fn from(error: AttachmentError) -> Self {
        let message = error.to_string();
        match error {
            AttachmentError::Name { .. } => Self::unprocessable(message),
            AttachmentError::NotFound(_) | AttachmentError::Integrity(_) => {
                Self::bad_request(message)
            }
            AttachmentError::TooLarge { limit } => Self::too_large(message)
                .detail("limit", limit)
                .limit(Limit::UploadSize),
            AttachmentError::OverQuota { quota } => {
                Self::new(StatusCode::INSUFFICIENT_STORAGE, message)
                    .detail("quota", quota)
                    .limit(Limit::UploadQuota)
            }
            AttachmentError::NoSpace => Self::new(StatusCode::INSUFFICIENT_STORAGE, message),
            AttachmentError::Disk(_) | AttachmentError::Store(_) => Self::internal(message),
        }
    }
}
