//! Look-ups in the database that frames of pages cause: so many at a time, and no user has all of them.

use std::sync::Arc;

use dashmap::DashMap;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::ids::UserId;

/// At a time, in all; more are ignored, pages ask again.
const IN_ALL: usize = 64;
/// At a time for one user: a page that names windows without end takes nothing from other people's.
const OF_USER: usize = 8;

/// Who is looking something up.
pub struct LookUps {
    places: Arc<Semaphore>,
    of_user: DashMap<UserId, usize>,
}

/// The right to look something up.
pub struct Place {
    look_ups: Arc<LookUps>,
    user: UserId,
    _place: OwnedSemaphorePermit,
}

impl LookUps {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            places: Arc::new(Semaphore::new(IN_ALL)),
            of_user: DashMap::new(),
        })
    }

    /// A place for a look-up of this user's, if there is one.
    pub fn place(self: &Arc<Self>, user: UserId) -> Option<Place> {
        let mut own = self.of_user.entry(user).or_default();
        if *own >= OF_USER {
            return None;
        }
        let place = self.places.clone().try_acquire_owned();
        if let Ok(place) = place {
            *own += 1;
            return Some(Place {
                look_ups: self.clone(),
                user,
                _place: place,
            });
        }
        drop(own);
        self.of_user.remove_if(&user, |_, own| *own == 0);
        None
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.look_ups.of_user.remove_if_mut(&self.user, |_, own| {
            *own -= 1;
            *own == 0
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_user_leaves_places_to_others_and_nothing_stays_behind() {
        let look_ups = LookUps::new();
        let greedy: Vec<_> = (0..IN_ALL)
            .filter_map(|_| look_ups.place(UserId(1)))
            .collect();
        assert_eq!(greedy.len(), OF_USER);
        let others: Vec<_> = (2..100)
            .filter_map(|user| look_ups.place(UserId(user)))
            .collect();
        assert_eq!(others.len(), IN_ALL - OF_USER);
        drop((greedy, others));
        assert!(look_ups.of_user.is_empty());
        assert!(look_ups.place(UserId(1)).is_some());
    }
}
