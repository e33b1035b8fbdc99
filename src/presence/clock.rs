//! One monotonic clock for sessions and offers: milliseconds since the process started, small enough for an atomic.
//! Nobody sets it, and it stands still while the machine sleeps: no session is silent for that, and no offer over.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Now. Never zero, so that zero can mean "never".
pub fn now() -> u64 {
    millis(START.elapsed()) + 1
}

/// The instant of a moment on this clock.
pub fn instant(at: u64) -> Instant {
    *START + Duration::from_millis(at.saturating_sub(1))
}

/// A duration in milliseconds.
pub fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The wall clock's reading (milliseconds since 1970) for a moment on this clock.
pub fn wall(at: u64) -> i64 {
    let ago = i64::try_from(now()).unwrap_or(i64::MAX) - i64::try_from(at).unwrap_or(i64::MAX);
    crate::store::time::now() - ago
}
