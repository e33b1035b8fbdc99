//! Why a file cannot be read or changed.

use std::io;

use actix_web::http::StatusCode;
use sea_orm::DbErr;

use crate::http::error::ApiError;
use crate::store::StoreError;
use crate::store::blobs::is_full;
use crate::store::incoming::IntegrityError;
use crate::telemetry::limits::Limit;

/// What a caller is told, and for [`Self::Disk`] and [`Self::Store`] what the log is told.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("There is no such file or folder")]
    NotFound,
    #[error("The file is not the one that the request's conditions name")]
    Condition,
    #[error("There is a file or folder of this name already")]
    Exists,
    #[error("There is a folder of this name")]
    IsFolder,
    #[error("There is no folder to put it into")]
    NoFolder,
    #[error("A home can be neither moved nor removed")]
    IsHome,
    #[error("A folder cannot be moved into itself")]
    IntoItself,
    #[error("The path would have more than 64 levels")]
    TooDeep,
    /// Bytes of all files of one user.
    #[error("The file does not fit into your quota of {quota} bytes for files (files.user_quota)")]
    OverQuota { quota: u64 },
    /// Files and folders of one user.
    #[error("You have {most} files and folders already (files.entries_per_user)")]
    TooMany { most: u32 },
    /// The disk is full, whoever filled it.
    #[error("The server has no space left for files")]
    NoSpace,
    #[error(transparent)]
    Integrity(#[from] IntegrityError),
    #[error("blobs: {0}")]
    Disk(io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbErr> for FileError {
    fn from(cause: DbErr) -> Self {
        Self::Store(cause.into())
    }
}

impl From<io::Error> for FileError {
    fn from(cause: io::Error) -> Self {
        if is_full(&cause) {
            tracing::error!(%cause, "no space left for files");
            Self::NoSpace
        } else {
            Self::Disk(cause)
        }
    }
}

impl From<FileError> for ApiError {
    fn from(error: FileError) -> Self {
        let message = error.to_string();
        let full = |message| Self::new(StatusCode::INSUFFICIENT_STORAGE, message);
        match error {
            FileError::NotFound => Self::not_found(message),
            FileError::Condition => Self::new(StatusCode::PRECONDITION_FAILED, message),
            FileError::Exists | FileError::IsFolder | FileError::NoFolder => {
                Self::conflict(message)
            }
            FileError::IsHome | FileError::IntoItself | FileError::TooDeep => {
                Self::unprocessable(message)
            }
            FileError::OverQuota { quota } => {
                let error = full(message).detail("limit", quota);
                error.limit(Limit::FilesQuota)
            }
            FileError::TooMany { most } => {
                let error = full(message).detail("limit", most);
                error.limit(Limit::FilesEntries)
            }
            FileError::NoSpace => full(message),
            FileError::Integrity(_) => Self::bad_request(message),
            FileError::Disk(_) | FileError::Store(_) => Self::internal(message),
        }
    }
}
