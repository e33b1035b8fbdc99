//! Bytes that users are uploading at this moment.

use std::sync::Arc;

use dashmap::DashMap;

use crate::ids::UserId;

/// Bytes on their way, per user. An entry goes with the last file that it counts.
#[derive(Clone, Debug, Default)]
pub struct InFlight(Arc<DashMap<UserId, u64>>);

impl InFlight {
    /// Starts to count a file of `user`.
    pub fn begin(&self, user: UserId) -> Share {
        Share {
            all: self.clone(),
            user,
            bytes: 0,
        }
    }
}

/// One file's part; given back when dropped.
#[derive(Debug)]
pub struct Share {
    all: InFlight,
    user: UserId,
    bytes: u64,
}

impl Share {
    /// Counts `bytes` more and returns what all files of the user have on their way.
    pub fn grow(&mut self, bytes: u64) -> u64 {
        self.bytes += bytes;
        let mut all = self.all.0.entry(self.user).or_default();
        *all += bytes;
        *all
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.all.0.remove_if_mut(&self.user, |_, all| {
            *all -= self.bytes;
            *all == 0
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uploads_of_one_user_are_counted_together_and_given_back() {
        let in_flight = InFlight::default();
        let mut first = in_flight.begin(UserId(1));
        let mut second = in_flight.begin(UserId(1));
        let mut other = in_flight.begin(UserId(2));
        assert_eq!(first.grow(3), 3);
        assert_eq!(second.grow(4), 7);
        assert_eq!(other.grow(1), 1);
        drop(first);
        assert_eq!(second.grow(1), 5);
        drop(second);
        drop(in_flight.begin(UserId(2)));
        drop(other);
        assert!(in_flight.0.is_empty());
    }
}
