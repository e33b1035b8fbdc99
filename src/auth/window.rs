//! Counting what happens per key in a window of time, with a bound on the keys.

use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use dashmap::DashMap;

/// How often a full map looks for what has run out: that costs a look at every key.
const PRUNE: Duration = Duration::from_secs(1);

/// Counts per key in windows of fixed length. A full map first forgets what has run out, and then counts no new keys:
/// limits on what it still counts hold, and memory stays bounded.
pub struct Window<K> {
    counts: DashMap<K, (u32, Instant)>,
    length: Duration,
    capacity: usize,
    pruned: Mutex<Option<Instant>>,
}

impl<K: Eq + Hash> Window<K> {
    /// Windows of `length`, for at most `capacity` keys at a time.
    pub fn new(length: Duration, capacity: usize) -> Self {
        Self {
            counts: DashMap::new(),
            length,
            capacity,
            pruned: Mutex::default(),
        }
    }

    /// Counts one, unless `limit` is reached already.
    ///
    /// # Errors
    /// The seconds until the window ends.
    pub fn count(&self, key: K, limit: u32) -> Result<(), u64> {
        if self.counts.len() >= self.capacity {
            self.prune();
            if self.counts.len() >= self.capacity && !self.counts.contains_key(&key) {
                return Ok(());
            }
        }
        let mut entry = self.counts.entry(key).or_insert((0, Instant::now()));
        let (count, from) = entry.value_mut();
        if from.elapsed() >= self.length {
            (*count, *from) = (0, Instant::now());
        }
        if *count >= limit {
            let left = self.length.saturating_sub(from.elapsed());
            return Err(left.as_secs() + 1);
        }
        *count += 1;
        Ok(())
    }

    /// Takes one back. Nothing stays of a key of which nothing is counted.
    pub fn refund(&self, key: &K) {
        self.counts.remove_if_mut(key, |_, (count, _)| {
            *count = count.saturating_sub(1);
            *count == 0
        });
    }

    fn prune(&self) {
        let mut pruned = self.pruned.lock().unwrap_or_else(PoisonError::into_inner);
        if pruned.is_none_or(|at| at.elapsed() >= PRUNE.min(self.length)) {
            *pruned = Some(Instant::now());
            self.counts
                .retain(|_, (_, from)| from.elapsed() < self.length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_holds_per_key_until_the_window_ends() {
        let window = Window::new(Duration::from_millis(40), 10);
        assert!(window.count("a", 2).is_ok());
        assert!(window.count("a", 2).is_ok());
        assert_eq!(window.count("a", 2), Err(1));
        assert!(window.count("b", 2).is_ok());
        window.refund(&"a");
        assert!(window.count("a", 2).is_ok());
        std::thread::sleep(Duration::from_millis(50));
        assert!(window.count("a", 2).is_ok());
    }

    #[test]
    fn the_number_of_keys_is_bounded() {
        let window = Window::new(Duration::from_secs(60), 10);
        for key in 0..100 {
            assert!(window.count(key, 1).is_ok());
        }
        assert_eq!(window.counts.len(), 10);
        assert!(window.count(0, 1).is_err());
        // What is taken back makes room.
        window.refund(&0);
        assert!(window.count(100, 1).is_ok());
        assert!(window.count(100, 1).is_err());
    }

    #[test]
    fn a_full_map_forgets_what_has_run_out() {
        let window = Window::new(Duration::from_millis(40), 10);
        for key in 0..10 {
            assert!(window.count(key, 1).is_ok());
        }
        std::thread::sleep(Duration::from_millis(50));
        assert!(window.count(10, 1).is_ok());
        assert_eq!(window.counts.len(), 1);
    }
}
