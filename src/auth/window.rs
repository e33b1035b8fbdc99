//! Counting what happens per key in a window of time, with a bound on the keys.

use std::hash::Hash;
use std::time::{Duration, Instant};

use dashmap::DashMap;

/// Counts per key in windows of fixed length. A full map first forgets what has run out, and then counts no new keys:
/// limits on what it still counts hold, and memory stays bounded.
pub struct Window<K> {
    counts: DashMap<K, (u32, Instant)>,
    length: Duration,
    capacity: usize,
}

impl<K: Eq + Hash> Window<K> {
    /// Windows of `length`, for at most `capacity` keys at a time.
    pub fn new(length: Duration, capacity: usize) -> Self {
        Self {
            counts: DashMap::new(),
            length,
            capacity,
        }
    }

    /// Counts one, unless `limit` is reached already.
    ///
    /// # Errors
    /// The seconds until the window ends.
    pub fn count(&self, key: K, limit: u32) -> Result<(), u64> {
        if self.counts.len() >= self.capacity {
            self.counts
                .retain(|_, (_, from)| from.elapsed() < self.length);
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

    /// Takes one back.
    pub fn refund(&self, key: &K) {
        if let Some(mut entry) = self.counts.get_mut(key) {
            entry.0 = entry.0.saturating_sub(1);
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
    }
}
