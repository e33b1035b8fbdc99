//! Flushes to the disk, which protect against a loss of power: what a process has written survives its own death
//! without them.
//!
//! Those who wait for the same directory share flushes: one is under way, and all who come meanwhile are served by the
//! next. Flushes of files are not gathered here, as the file system does that for those that run side by side.
//!
//! All functions block on the disk.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// The flushes of one process. Clones share them.
#[derive(Clone, Debug)]
pub struct Flushes {
    durable: bool,
    /// Directories that somebody waits for.
    directories: Arc<Mutex<HashMap<PathBuf, Arc<Group>>>>,
}

impl Flushes {
    /// Not `durable`: nothing is flushed, and a loss of power may cost what was written last.
    #[must_use]
    pub fn new(durable: bool) -> Self {
        Self {
            durable,
            directories: Arc::default(),
        }
    }

    /// Whether anything is flushed at all.
    #[must_use]
    pub fn is_durable(&self) -> bool {
        self.durable
    }

    /// Makes what a file holds survive a loss of power.
    ///
    /// # Errors
    /// The disk's.
    pub fn file(&self, file: &File) -> io::Result<()> {
        if self.durable {
            file.sync_all()
        } else {
            Ok(())
        }
    }

    /// Makes the names survive that a directory holds now.
    ///
    /// # Errors
    /// The disk's.
    pub fn directory(&self, path: &Path) -> io::Result<()> {
        if !self.durable {
            return Ok(());
        }
        let group = lock(&self.directories)
            .entry(path.to_owned())
            .or_default()
            .clone();
        let outcome = group.flush(|| File::open(path)?.sync_all());
        let mut directories = lock(&self.directories);
        drop(group);
        // Whoever holds a group took it under this lock.
        if directories
            .get(path)
            .is_some_and(|group| Arc::strong_count(group) == 1)
        {
            directories.remove(path);
        }
        outcome
    }
}

/// Those who wait for flushes of the same thing.
#[derive(Debug, Default)]
struct Group {
    state: Mutex<State>,
    ended: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// The last number that was given to somebody who waits.
    asked: u64,
    /// Up to whom flushes have succeeded.
    served: u64,
    flushing: bool,
}

impl Group {
    /// Returns when a `flush` has succeeded that began after this call, somebody else's or one's own.
    fn flush(&self, flush: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        let mut state = lock(&self.state);
        state.asked += 1;
        let number = state.asked;
        while state.flushing {
            state = self
                .ended
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
            if state.served >= number {
                return Ok(());
            }
        }
        state.flushing = true;
        let serves = state.asked;
        drop(state);
        let outcome = flush();
        let mut state = lock(&self.state);
        state.flushing = false;
        if outcome.is_ok() {
            state.served = serves;
        }
        // After a failure each tries for itself and gets an answer of its own.
        self.ended.notify_all();
        outcome
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    /// Waits until `asked` callers have asked.
    fn until_asked(group: &Group, asked: u64) {
        while lock(&group.state).asked < asked {
            thread::yield_now();
        }
    }

    #[test]
    fn all_who_come_during_a_flush_share_the_next_one() {
        let (group, flushes) = (&Group::default(), &AtomicUsize::new(0));
        let (go, wait) = mpsc::channel::<()>();
        thread::scope(|scope| {
            scope.spawn(move || {
                group.flush(|| {
                    flushes.fetch_add(1, Ordering::SeqCst);
                    wait.recv().map_err(io::Error::other)
                })
            });
            until_asked(group, 1);
            let others: Vec<_> = (0..63)
                .map(|_| {
                    scope.spawn(|| {
                        group.flush(|| {
                            flushes.fetch_add(1, Ordering::SeqCst);
                            Ok(())
                        })
                    })
                })
                .collect();
            until_asked(group, 64);
            // They came too late for the first: it may have read the directory before they wrote.
            assert_eq!(flushes.load(Ordering::SeqCst), 1);
            assert!(others.iter().all(|other| !other.is_finished()));
            go.send(()).expect("the first waits");
            for other in others {
                other.join().expect("no panic").expect("flushed");
            }
        });
        assert_eq!(flushes.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn a_failed_flush_serves_nobody_else() {
        let group = &Group::default();
        let (go, wait) = mpsc::channel::<()>();
        thread::scope(|scope| {
            let first = scope.spawn(move || {
                group.flush(|| {
                    wait.recv().map_err(io::Error::other)?;
                    Err(io::Error::other("the disk is full"))
                })
            });
            until_asked(group, 1);
            let second = scope.spawn(|| group.flush(|| Err(io::Error::other("still full"))));
            until_asked(group, 2);
            go.send(()).expect("the first waits");
            let failed = |outcome: io::Result<()>| outcome.expect_err("failed").to_string();
            assert_eq!(failed(first.join().expect("no panic")), "the disk is full");
            assert_eq!(failed(second.join().expect("no panic")), "still full");
        });
        group.flush(|| Ok(())).expect("the next one is new");
    }

    #[test]
    fn directories_are_forgotten_when_nobody_waits() {
        let dir = tempfile::tempdir().expect("directory");
        let flushes = Flushes::new(true);
        flushes.directory(dir.path()).expect("flushed");
        assert!(flushes.directory(&dir.path().join("none")).is_err());
        assert_eq!(lock(&flushes.directories).len(), 0);
        let never = Flushes::new(false);
        never
            .directory(&dir.path().join("none"))
            .expect("not even looked at");
    }
}
