//! Shares that mails under way carry: one that was made for mails of which none went out is to go again, and no mail
//! must be given one that is about to.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// By token; what no mail carries at the moment is not among them.
#[derive(Debug, Default)]
pub struct InHand(Mutex<HashMap<String, Hand>>);

#[derive(Debug)]
struct Hand {
    /// That are under way.
    mails: usize,
    /// Made for a mail of now, and none has gone out with it.
    unsent: bool,
    /// It is being removed.
    going: bool,
}

impl InHand {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Hand>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A share that is being made for a mail.
    pub fn begin(&self, token: &str) {
        let hand = Hand {
            mails: 1,
            unsent: true,
            going: false,
        };
        self.lock().insert(token.to_owned(), hand);
    }

    /// One more mail is to carry a share that is there already. False: it is about to go.
    pub fn join(&self, token: &str) -> bool {
        let mut all = self.lock();
        let hand = all.entry(token.to_owned()).or_insert(Hand {
            mails: 0,
            unsent: false,
            going: false,
        });
        if !hand.going {
            hand.mails += 1;
        }
        !hand.going
    }

    /// A mail is over, which may have gone out or not. True: no mail needs the share, it is to be removed, and then
    /// [`InHand::gone`].
    pub fn leave(&self, token: &str, out: bool) -> bool {
        let mut all = self.lock();
        let Some(hand) = all.get_mut(token) else {
            return false;
        };
        hand.unsent &= !out;
        hand.mails = hand.mails.saturating_sub(1);
        if hand.mails > 0 {
            return false;
        }
        hand.going = hand.unsent;
        let going = hand.going;
        if !going {
            all.remove(token);
        }
        going
    }

    /// The share has been removed.
    pub fn gone(&self, token: &str) {
        self.lock().remove(token);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_goes_with_the_last_mail_when_none_went_out() {
        let hands = InHand::default();
        hands.begin("t");
        assert!(hands.join("t"));
        assert!(!hands.leave("t", false), "another mail carries it");
        assert!(hands.leave("t", false));
        assert!(!hands.join("t"), "it is being removed");
        hands.gone("t");
        assert!(hands.lock().is_empty());
    }

    #[test]
    fn a_share_that_went_out_stays() {
        let hands = InHand::default();
        hands.begin("t");
        assert!(hands.join("t"));
        assert!(!hands.leave("t", true));
        assert!(!hands.leave("t", false));
        assert!(hands.join("t"), "one of an earlier mail");
        assert!(!hands.leave("t", false));
        assert!(hands.lock().is_empty());
    }
}
