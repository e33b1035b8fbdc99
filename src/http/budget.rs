//! Something of which there is only so much, for each user and in all: bytes in memory, requests that wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use dashmap::DashMap;

use crate::ids::UserId;
use crate::telemetry::limits::Limit;

/// How much there is, and what that limit is called.
#[derive(Clone, Copy, Debug)]
pub struct Bound {
    pub most: usize,
    pub limit: Limit,
}

/// Nothing is left: of the user's own share, or for anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    Own,
    All,
}

/// What is taken by whom.
pub struct Budget {
    own: Bound,
    all: Bound,
    taken: AtomicUsize,
    /// An entry goes with the last thing that it counts.
    of_user: DashMap<UserId, usize>,
}

/// A part of a budget, given back when dropped.
pub struct Share {
    budget: Arc<Budget>,
    user: UserId,
    amount: usize,
}

impl Budget {
    /// `own` for each user, `all` for all of them together.
    pub fn new(own: Bound, all: Bound) -> Arc<Self> {
        Arc::new(Self {
            own,
            all,
            taken: AtomicUsize::new(0),
            of_user: DashMap::new(),
        })
    }

    /// Takes `amount` for a user.
    ///
    /// # Errors
    /// [`Full`].
    pub fn take(self: &Arc<Self>, user: UserId, amount: usize) -> Result<Share, Full> {
        let mut share = Share {
            budget: self.clone(),
            user,
            amount: 0,
        };
        share.grow(amount)?;
        Ok(share)
    }

    /// The bound that is reached.
    pub fn bound(&self, full: Full) -> Bound {
        match full {
            Full::Own => self.own,
            Full::All => self.all,
        }
    }

    /// Whether `amount` fits when nothing else is taken: the bound that says no.
    ///
    /// # Errors
    /// [`Full`].
    pub fn could_hold(&self, amount: usize) -> Result<(), Full> {
        if amount > self.own.most {
            Err(Full::Own)
        } else if amount > self.all.most {
            Err(Full::All)
        } else {
            Ok(())
        }
    }

    /// What is taken by all.
    pub fn taken(&self) -> usize {
        self.taken.load(Relaxed)
    }
}

impl Share {
    /// Takes `more`, or nothing.
    ///
    /// # Errors
    /// [`Full`].
    pub fn grow(&mut self, more: usize) -> Result<(), Full> {
        let budget = &self.budget;
        // The entry is held meanwhile: of two that would fit only alone one comes too late.
        let mut own = budget.of_user.entry(self.user).or_default();
        let fits = |taken: usize, most: usize| taken.checked_add(more).filter(|sum| *sum <= most);
        let result = match fits(*own, budget.own.most) {
            None => Err(Full::Own),
            Some(sum) => budget
                .taken
                .fetch_update(Relaxed, Relaxed, |taken| fits(taken, budget.all.most))
                .map(|_| *own = sum)
                .map_err(|_| Full::All),
        };
        drop(own);
        if result.is_ok() {
            self.amount += more;
        }
        result
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.budget.taken.fetch_sub(self.amount, Relaxed);
        self.budget.of_user.remove_if_mut(&self.user, |_, own| {
            *own -= self.amount;
            *own == 0
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(own: usize, all: usize) -> Arc<Budget> {
        let limit = Limit::Payloads;
        Budget::new(Bound { most: own, limit }, Bound { most: all, limit })
    }

    #[test]
    fn a_user_takes_no_more_than_the_own_share_and_all_no_more_than_there_is() {
        let budget = budget(10, 15);
        let mut first = budget.take(UserId(5), 6).ok().unwrap();
        assert_eq!(budget.take(UserId(5), 5).err(), Some(Full::Own));
        assert_eq!(first.grow(5), Err(Full::Own));
        assert_eq!(first.grow(4), Ok(()));
        assert_eq!(budget.take(UserId(7), 6).err(), Some(Full::All));
        let _rest = budget.take(UserId(7), 5).ok().unwrap();
        assert_eq!(budget.taken(), 15);
        drop(first);
        assert!(budget.take(UserId(7), 5).is_ok());
    }

    #[test]
    fn nothing_is_left_behind() {
        let budget = budget(10, 10);
        let share = budget.take(UserId(5), 10).ok().unwrap();
        assert!(budget.take(UserId(7), 1).is_err());
        assert!(budget.take(UserId(5), usize::MAX).is_err());
        drop(share);
        assert_eq!((budget.taken(), budget.of_user.len()), (0, 0));
    }

    #[test]
    fn what_never_fits_is_told_apart_from_what_does_not_fit_now() {
        let budget = budget(10, 5);
        assert_eq!(budget.could_hold(5), Ok(()));
        assert_eq!(budget.could_hold(6), Err(Full::All));
        assert_eq!(budget.could_hold(11), Err(Full::Own));
    }
}
