//! The messages of one connection as a stream, no faster than allowed.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use actix_web_actors::ws::CloseCode;
use futures_util::Stream;

use super::Limits;
use super::decoder::{Decoded, Decoder, Message, Violation};

/// How many seconds' worth of frames may come at once.
const BURST: u32 = 10;

/// More frames than are taken in that time.
pub const TOO_FAST: Violation = Violation {
    code: CloseCode::Policy,
    reason: "too many frames",
};

/// Frames that a client may send beyond its pace, because it has been asked something.
#[derive(Clone, Default)]
pub struct Allowance(Rc<Cell<u32>>);

impl Allowance {
    /// What is never used does not add up beyond this.
    const MOST: u32 = 1024;

    /// Lets the client send so many frames more.
    pub fn grant(&self, frames: u32) {
        self.0.set((self.0.get() + frames).min(Self::MOST));
    }

    fn take(&self) -> bool {
        let left = self.0.get().checked_sub(1);
        left.is_some_and(|left| {
            self.0.set(left);
            true
        })
    }
}

/// A bucket of frames that fills with time.
struct Pace {
    per_second: u32,
    allowance: Allowance,
    /// When the bucket will be full again: a frame moves it on by its share of a second.
    full_at: Instant,
}

impl Pace {
    fn new(per_second: u32, allowance: Allowance) -> Self {
        Self {
            per_second,
            allowance,
            full_at: Instant::now(),
        }
    }

    /// Takes one frame out of the bucket; false: there was none left.
    fn take(&mut self, now: Instant) -> bool {
        if self.per_second == 0 || self.allowance.take() {
            return true;
        }
        let full_at = self.full_at.max(now) + Duration::from_secs(1) / self.per_second;
        if full_at - now > Duration::from_secs(u64::from(BURST)) {
            return false;
        }
        self.full_at = full_at;
        true
    }
}

/// Ends after a [`Message::Close`], after a [`Violation`] and with the connection, whose own errors are no more than
/// its end: an `ack` counts although its page was closed right after it.
pub struct Incoming<S> {
    payload: S,
    chunk: Bytes,
    decoder: Decoder,
    pace: Pace,
    ended: bool,
}

impl<S> Incoming<S> {
    /// Reads masked frames from `payload`, the body of the request that upgraded the connection.
    pub fn new(payload: S, limits: Limits, allowance: Allowance) -> Self {
        Self {
            payload,
            chunk: Bytes::new(),
            decoder: Decoder::new(limits.message_max, limits.binary),
            pace: Pace::new(limits.frames_per_second, allowance),
            ended: false,
        }
    }

    /// The next message of the chunk at hand.
    fn next(&mut self) -> Result<Option<Message>, Violation> {
        loop {
            let decoded = self.decoder.decode(&mut self.chunk)?;
            if decoded == Decoded::NeedsMore {
                return Ok(None);
            }
            if !self.pace.take(Instant::now()) {
                return Err(TOO_FAST);
            }
            if let Decoded::Message(message) = decoded {
                return Ok(Some(message));
            }
        }
    }
}

impl<S> Stream for Incoming<S>
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
{
    type Item = Result<Message, Violation>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while !self.ended {
            match self.next() {
                Ok(Some(message)) => {
                    self.ended = matches!(message, Message::Close(_));
                    return Poll::Ready(Some(Ok(message)));
                }
                Ok(None) => {
                    // What is left of the last chunk would hold its whole read buffer.
                    self.chunk = Bytes::new();
                }
                Err(violation) => {
                    self.ended = true;
                    return Poll::Ready(Some(Err(violation)));
                }
            }
            match ready!(Pin::new(&mut self.payload).poll_next(cx)) {
                Some(Ok(chunk)) => self.chunk = chunk,
                Some(Err(_)) | None => self.ended = true,
            }
        }
        Poll::Ready(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_the_pace_holds() {
        let mut pace = Pace::new(2, Allowance::default());
        let start = Instant::now();
        let taken = (0..100).filter(|_| pace.take(start)).count();
        assert_eq!(taken, 20);
        assert!(!pace.take(start + Duration::from_millis(499)));
        assert!(pace.take(start + Duration::from_millis(500)));
        assert!(!pace.take(start + Duration::from_millis(500)));
        let later = start + Duration::from_secs(3600);
        assert_eq!((0..100).filter(|_| pace.take(later)).count(), 20);
    }

    #[test]
    fn who_is_asked_may_answer_at_any_pace() {
        let allowance = Allowance::default();
        let mut pace = Pace::new(1, allowance.clone());
        let now = Instant::now();
        allowance.grant(30);
        assert_eq!((0..100).filter(|_| pace.take(now)).count(), 40);
        allowance.grant(1);
        assert_eq!((0..100).filter(|_| pace.take(now)).count(), 1);
    }

    #[test]
    fn zero_is_no_limit() {
        let mut pace = Pace::new(0, Allowance::default());
        let now = Instant::now();
        assert!((0..10_000).all(|_| pace.take(now)));
    }
}
