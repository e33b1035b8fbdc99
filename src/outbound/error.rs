//! Why a mail was not sent, or may not have been.

use std::io;

use serde_json::{Map, Value, json};

use super::sends::course::State;
use super::smtp::Reply;
use crate::draft::error::DraftError;
use crate::http::error::ApiError;
use crate::telemetry::limits::Limit;

/// Why a mail was not sent, or, for `InDoubt` alone, may not have been.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The mail names nobody.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// Larger than this gateway sends.
    #[error("The mail has {size} bytes, the limit is {limit} bytes")]
    TooLarge {
        /// Bytes of the message as it would be sent.
        size: u64,
        /// Bytes.
        limit: u64,
    },
    /// A stored attachment cannot be read.
    #[error("Attachment {0} NOT found")]
    Attachment(String),
    /// No server was found, or it was lost before it had the whole message.
    #[error("SMTP Server not reachable")]
    Unreachable(String),
    /// An address has no ASCII form and the server takes only such.
    #[error("The SMTP server does not support SMTPUTF8, which the non-ASCII address {0} needs")]
    NeedsSmtputf8(String),
    /// The message is not ASCII and the server takes only such.
    #[error("The SMTP server does not support 8BITMIME, which this mail needs")]
    NeedsEightBit,
    /// Larger than the server takes.
    #[error("The mail has {size} bytes, the SMTP server takes no more than {limit} bytes")]
    TooLargeForServer {
        /// Bytes of the message as it would be sent.
        size: u64,
        /// Bytes.
        limit: u64,
    },
    /// The server said no, to the login, to the mail or to each of its recipients.
    #[error("{reply}")]
    Refused {
        /// What it said first.
        reply: Reply,
        /// What it said to each recipient, if it came to that.
        recipients: Vec<(String, Reply)>,
    },
    /// The server got the whole message and did not answer.
    #[error("SMTP server did not confirm, the mail may have been sent")]
    InDoubt {
        /// Without angle brackets.
        message_id: String,
    },
    /// The disk failed before a server had the message.
    #[error("The spool cannot be written: {0}")]
    Spool(io::Error),
    /// The sender has called it back in time.
    #[error("Sending was undone")]
    Undone,
    /// The gateway is being stopped, or failed within.
    #[error("The mail could not be sent")]
    Stopped,
}

impl SendError {
    /// The Message-ID of a mail that may be out although nobody said so.
    #[must_use]
    pub fn in_doubt(&self) -> Option<&str> {
        match self {
            Self::InDoubt { message_id } => Some(message_id),
            _ => None,
        }
    }

    /// The reason for the log, which holds no address: a server's words may.
    pub(super) fn logged(&self) -> String {
        match self {
            Self::Unreachable(reason) => reason.clone(),
            Self::Refused { reply, .. } => format!(
                "refused with {} {}",
                reply.code,
                reply.enhanced().unwrap_or("")
            ),
            Self::NeedsSmtputf8(_) => "the server does not support SMTPUTF8".to_owned(),
            Self::Attachment(_) => "an attachment cannot be read".to_owned(),
            _ => self.to_string(),
        }
    }
}

impl From<SendError> for ApiError {
    fn from(error: SendError) -> Self {
        let message = error.to_string();
        let failed = Self::new(
            actix_web::http::StatusCode::INTERNAL_SERVER_ERROR,
            message.clone(),
        );
        match error {
            SendError::Draft(error) => error.into(),
            SendError::TooLarge { limit, .. } => Self::too_large(message)
                .detail("limit", limit)
                .limit(Limit::Message),
            SendError::Attachment(_) => Self::bad_request(message),
            SendError::Unreachable(reason) => failed.detail("reason", reason),
            SendError::NeedsSmtputf8(_) | SendError::NeedsEightBit | SendError::Stopped => failed,
            SendError::TooLargeForServer { size, limit } => {
                failed.detail("size", size).detail("limit", limit)
            }
            SendError::Refused { reply, recipients } => {
                failed.detail("smtp", refusal(&reply, &recipients))
            }
            SendError::InDoubt { message_id } => failed
                .detail("state", "in doubt")
                .detail("messageId", message_id),
            SendError::Spool(cause) => Self::internal(cause),
            SendError::Undone => Self::conflict(message).detail("state", State::Undone.name()),
        }
    }
}

fn refusal(reply: &Reply, recipients: &[(String, Reply)]) -> Value {
    let recipients: Map<String, Value> = recipients
        .iter()
        .map(|(address, reply)| (address.clone(), reply.to_string().into()))
        .collect();
    json!({
        "code": reply.code,
        "enhanced": reply.enhanced(),
        "response": reply.to_string(),
        "recipients": recipients,
    })
}
