//! A file on its way in, whoever keeps it: what the request says of it, its bytes, and what is found out meanwhile.

mod in_flight;
mod integrity;
mod media_type;

use std::io;

use actix_web::HttpRequest;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use actix_web::web::Bytes;
use data_encoding::HEXLOWER;

use super::blobs::digest::Algorithm;
use super::blobs::{Blobs, Finished, Writer};
use crate::http::body::content_length;
pub use in_flight::{InFlight, Share};
pub use integrity::{Expected, IntegrityError};
use media_type::SNIFFED;

/// What a request's header says of the file that is its body.
#[derive(Clone, Debug, Default)]
pub struct Announced {
    /// What the sender says that it is.
    pub content_type: Option<String>,
    /// Bytes, where the sender says so.
    pub size: Option<u64>,
    /// Digests that it must have.
    pub digests: Vec<Expected>,
}

impl Announced {
    /// What `req` says.
    ///
    /// # Errors
    /// [`IntegrityError::BadDigest`].
    pub fn by(req: &HttpRequest) -> Result<Self, IntegrityError> {
        let header = |name| {
            let value = req.headers().get(name);
            value.and_then(|value| value.to_str().ok()).map(str::trim)
        };
        // A length tells about the file only when the file is sent as it is.
        let plain = matches!(header(CONTENT_ENCODING), None | Some("" | "identity"));
        Ok(Self {
            content_type: media_type::declared(header(CONTENT_TYPE)),
            size: content_length(req).filter(|_| plain),
            digests: integrity::expected(req.headers())?,
        })
    }
}

/// A file on its way in. Dropping it leaves nothing behind.
pub struct Incoming {
    announced: Announced,
    share: Share,
    start: Vec<u8>,
    writer: Writer,
}

impl Incoming {
    /// Begins to receive a file that will be a blob of `blobs`.
    pub fn begin(blobs: &Blobs, announced: Announced, share: Share) -> Self {
        let also: Vec<Algorithm> = announced.digests.iter().map(|one| one.algorithm).collect();
        Self {
            writer: blobs.writer(&also),
            announced,
            share,
            start: Vec::new(),
        }
    }

    /// Counts `bytes` that have come, and returns what all files of the user have on their way.
    pub fn count(&mut self, bytes: u64) -> u64 {
        self.share.grow(bytes)
    }

    /// Goes on with `bytes`.
    ///
    /// # Errors
    /// The disk's.
    pub async fn write(&mut self, bytes: Bytes) -> io::Result<()> {
        let sniffed = bytes.len().min(SNIFFED - self.start.len());
        self.start.extend_from_slice(&bytes[..sniffed]);
        self.writer.write(bytes).await
    }

    /// Ends the file, which is called `name`.
    ///
    /// # Errors
    /// [`IntegrityError::Mismatch`], and the disk's.
    pub async fn finish<E>(self, name: &str) -> Result<Received, E>
    where
        E: From<io::Error> + From<IntegrityError>,
    {
        let finished = self.writer.finish().await?;
        for expected in &self.announced.digests {
            expected.check(&finished.digests)?;
        }
        let told = || media_type::told_from(name, &self.start);
        Ok(Received {
            sha256: HEXLOWER.encode(finished.digests.of(Algorithm::Sha256)),
            content_type: self.announced.content_type.unwrap_or_else(told),
            finished,
            _until_stored: self.share,
        })
    }
}

/// A file that has come whole and is still nobody's.
#[derive(Debug)]
pub struct Received {
    pub finished: Finished,
    /// What the sender says that it is, else what its content says, else what its name says.
    pub content_type: String,
    /// Hexadecimal.
    pub sha256: String,
    _until_stored: Share,
}

impl Received {
    /// Bytes, as the database counts them.
    pub fn size(&self) -> i64 {
        i64::try_from(self.finished.size).unwrap_or(i64::MAX)
    }
}
