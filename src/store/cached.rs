//! A bounded map of things that were looked up, each for a short while.

use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;

/// Looked-up values by key. A value that was looked up before something was forgotten is never kept afterwards: a
/// load takes a [`Stamp`] first, and an older stamp keeps nothing.
pub struct Cached<K, V> {
    map: DashMap<K, (V, Instant)>,
    generation: AtomicU64,
    lifetime: Duration,
    capacity: usize,
}

/// The moment before a look-up.
#[derive(Clone, Copy)]
pub struct Stamp(u64);

impl<K: Eq + Hash + Clone, V: Clone> Cached<K, V> {
    pub fn new(lifetime: Duration, capacity: usize) -> Self {
        Self {
            map: DashMap::new(),
            generation: AtomicU64::new(0),
            lifetime,
            capacity,
        }
    }

    pub fn get<Q>(&self, key: &Q) -> Option<V>
    where
        K: std::borrow::Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let entry = self.map.get(key)?;
        (entry.1.elapsed() < self.lifetime).then(|| entry.0.clone())
    }

    pub fn stamp(&self) -> Stamp {
        Stamp(self.generation.load(Ordering::SeqCst))
    }

    pub fn keep(&self, stamp: Stamp, key: K, value: V) {
        self.make_room();
        let entry = self.map.entry(key);
        // The entry holds its shard: whoever forgets now waits for it and then removes it.
        if self.generation.load(Ordering::SeqCst) != stamp.0 {
            return;
        }
        let value = (value, Instant::now());
        match entry {
            Entry::Occupied(mut old) => {
                old.insert(value);
            }
            Entry::Vacant(empty) => {
                empty.insert(value);
            }
        }
    }

    pub fn forget(&self, mut gone: impl FnMut(&K, &V) -> bool) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.map.retain(|key, value| !gone(key, &value.0));
    }

    /// Drops what is too old, and an eighth of the rest when that was not enough.
    fn make_room(&self) {
        if self.map.len() < self.capacity {
            return;
        }
        self.map.retain(|_, (_, at)| at.elapsed() < self.lifetime);
        if self.map.len() >= self.capacity {
            let mut left = self.capacity / 8;
            self.map.retain(|_, _| {
                let keep = left == 0;
                left = left.saturating_sub(1);
                keep
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_up_that_began_before_something_was_forgotten_is_not_kept() {
        let cache = Cached::new(Duration::from_secs(60), 8);
        let stamp = cache.stamp();
        cache.forget(|_, _| true);
        cache.keep(stamp, 1, "old");
        assert_eq!(cache.get(&1), None);
        cache.keep(cache.stamp(), 1, "new");
        assert_eq!(cache.get(&1), Some("new"));
    }

    #[test]
    fn it_never_holds_more_than_its_capacity() {
        let cache = Cached::new(Duration::from_secs(60), 16);
        for key in 0..1000 {
            cache.keep(cache.stamp(), key, ());
        }
        assert!(cache.map.len() <= 16);
    }
}
