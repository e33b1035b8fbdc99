//! A blob while it is read.
//!
//! A piece is read by one short job on a blocking thread while the one before it is on its way to the reader. Memory is
//! two pieces whatever the size, and a slow reader holds no thread.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::web::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, TryStreamExt};
use object_store::GetResultPayload;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::fault::io_error;

/// Bytes read at a time.
const PIECE: u64 = 128 * 1024;

/// The bytes of a blob, or of a part of it, in pieces.
pub struct Reader(Source);

enum Source {
    Local(Local),
    Remote(BoxStream<'static, io::Result<Bytes>>),
}

struct Local {
    runtime: Handle,
    left: u64,
    next: Option<JoinHandle<io::Result<(File, Bytes)>>>,
}

impl Reader {
    /// `length` bytes from `first` on; a stream from elsewhere begins and ends there already.
    pub(super) fn new(payload: GetResultPayload, first: u64, length: u64, runtime: Handle) -> Self {
        Self(match payload {
            GetResultPayload::File(mut file, _) => {
                let start = move || {
                    file.seek(SeekFrom::Start(first))?;
                    piece(file, length)
                };
                let next = (length > 0).then(|| runtime.spawn_blocking(start));
                Source::Local(Local {
                    runtime,
                    left: length,
                    next,
                })
            }
            GetResultPayload::Stream(stream) => Source::Remote(stream.map_err(io_error).boxed()),
        })
    }
}

fn piece(file: File, left: u64) -> io::Result<(File, Bytes)> {
    let size = left.min(PIECE);
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    let mut limited = file.take(size);
    limited.read_to_end(&mut bytes)?;
    if bytes.len() as u64 != size {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok((limited.into_inner(), bytes.into()))
}

impl Local {
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let Some(next) = &mut self.next else {
            return Poll::Ready(None);
        };
        let read = ready!(Pin::new(next).poll(context)).unwrap_or_else(|gone| Err(gone.into()));
        self.next = None;
        Poll::Ready(Some(read.map(|(file, bytes)| {
            self.left -= bytes.len() as u64;
            let left = self.left;
            self.next = (left > 0).then(|| self.runtime.spawn_blocking(move || piece(file, left)));
            bytes
        })))
    }
}

impl Stream for Reader {
    type Item = io::Result<Bytes>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Bytes>>> {
        match &mut self.0 {
            Source::Local(local) => local.poll_next(context),
            Source::Remote(stream) => stream.poll_next_unpin(context),
        }
    }
}
