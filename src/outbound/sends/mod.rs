//! Sends that have a name: each goes out once however often it is asked for, can be undone while it is held, and can be
//! asked about until a while after its end.

pub mod course;
pub mod routes;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::error::SendError;
use super::sent::Sent;
use crate::http::error::ApiError;
use crate::ids::{SendId, UserId};
use course::{Course, Named, State};

/// How long one that is over can be asked about.
const KEPT: Duration = Duration::from_secs(600);
/// Under way at a time for one user.
const UNDER_WAY_OF_USER: usize = 20;
/// Under way at a time for all. Short messages are in memory meanwhile.
const UNDER_WAY: usize = 1_000;
/// Of one user's that are over.
const ENDED_OF_USER: usize = 100;
/// Of all that are over.
const ENDED: usize = 5_000;
/// Bytes of their answers.
const ENDED_BYTES: usize = 8 << 20;
/// Bytes of one answer, which names every refused recipient: a longer one is not kept.
const ANSWER_MAX: usize = 256 * 1024;
/// Seconds after which a place may be free.
const LATER: u64 = 5;

/// Tells bodies apart.
pub type Digest = [u8; 32];

/// All sends with a name.
#[derive(Default)]
pub struct Sends {
    known: Mutex<Known>,
    stopping: CancellationToken,
}

#[derive(Default)]
struct Known {
    of_user: HashMap<UserId, HashMap<SendId, Kept>>,
    under_way: usize,
    /// Those that are over, the longest first.
    ended: VecDeque<Ended>,
    bytes: usize,
}

struct Kept {
    /// `None`: of an earlier process.
    digest: Option<Digest>,
    course: Arc<Course>,
    is_over: bool,
}

struct Ended {
    named: Named,
    course: Arc<Course>,
    at: Instant,
    bytes: usize,
}

/// A send that an earlier process did not bring to an end.
pub struct Left {
    pub named: Named,
    pub message_id: String,
    /// A server has taken it; otherwise nobody knows.
    pub is_sent: bool,
}

/// What to do with a request.
pub enum Turn {
    /// Carry it out.
    First(First),
    /// It was asked for before; this became of it.
    Joined(Result<Sent, ApiError>),
}

/// The right to carry out a send.
pub struct First {
    sends: Arc<Sends>,
    named: Named,
    course: Arc<Course>,
    is_over: bool,
}

enum Place {
    First(First),
    Joined(Arc<Course>),
    /// Undone, and not over yet.
    Ending(Arc<Course>),
}

impl Sends {
    /// Finds out whether a request is the first of its name. One that has failed or was undone may be asked for again.
    /// `hold` is for how long it can be undone.
    ///
    /// # Errors
    /// 422 when the name stands for another message, 429 and 503 when too many are under way.
    pub async fn turn(
        self: &Arc<Self>,
        named: Named,
        digest: Digest,
        hold: Duration,
    ) -> Result<Turn, ApiError> {
        loop {
            match self.place(named, digest, hold)? {
                Place::First(first) => return Ok(Turn::First(first)),
                Place::Joined(course) => return Ok(Turn::Joined(course.ended().await)),
                Place::Ending(course) => drop(course.ended().await),
            }
        }
    }

    fn place(
        self: &Arc<Self>,
        named: Named,
        digest: Digest,
        hold: Duration,
    ) -> Result<Place, ApiError> {
        let mut known = self.known();
        let own = known.of_user.get(&named.user);
        if let Some(kept) = own.and_then(|own| own.get(&named.id)) {
            let state = kept.course.facts().state;
            match state {
                State::Undone if !kept.is_over => return Ok(Place::Ending(kept.course.clone())),
                State::Undone | State::Failed if kept.is_over => {}
                _ if kept.digest.is_some_and(|known| known != digest) => {
                    let message = "Attribute 'sendId' stands for another message already";
                    return Err(ApiError::unprocessable(message).detail("state", state.name()));
                }
                _ => return Ok(Place::Joined(kept.course.clone())),
            }
        }
        let under_way = own.map_or(0, |own| own.values().filter(|kept| !kept.is_over).count());
        if under_way >= UNDER_WAY_OF_USER {
            let message = format!(
                "You have {UNDER_WAY_OF_USER} mails on their way at a time already, try again"
            );
            return Err(ApiError::too_many(message, LATER));
        }
        if known.under_way >= UNDER_WAY {
            let message = "Too many mails are on their way at a time, try again";
            return Err(ApiError::unavailable(message, LATER));
        }
        let course = Arc::new(Course::new(named, hold, self.stopping.clone()));
        known.keep(named, Some(digest), course.clone(), false);
        known.under_way += 1;
        Ok(Place::First(First {
            sends: self.clone(),
            named,
            course,
            is_over: false,
        }))
    }

    /// One of a user's sends.
    #[must_use]
    pub fn find(&self, named: Named) -> Option<Arc<Course>> {
        let known = self.known();
        let kept = known.of_user.get(&named.user)?.get(&named.id)?;
        Some(kept.course.clone())
    }

    /// What is known of sends that an earlier process did not bring to an end.
    pub fn remember(&self, left: Vec<Left>) {
        for Left {
            named,
            message_id,
            is_sent,
        } in left
        {
            let course = Arc::new(Course::new(named, Duration::ZERO, self.stopping.clone()));
            let answer = if is_sent {
                Ok(Sent {
                    message_id,
                    warnings: Vec::new(),
                    refused: Vec::new(),
                })
            } else {
                course.doubt(&message_id);
                Err(SendError::InDoubt { message_id }.into())
            };
            let bytes = size(&answer);
            course.end(answer);
            let mut known = self.known();
            known.keep(named, None, course.clone(), true);
            known.add_ended(named, course, bytes);
        }
    }

    /// The server stops: nothing is held any longer, and nobody waits to hear of a change.
    pub fn stop(&self) {
        self.stopping.cancel();
    }

    /// What is known, without what is too old.
    fn known(&self) -> MutexGuard<'_, Known> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.forget_old();
        known
    }
}

impl Known {
    fn keep(&mut self, named: Named, digest: Option<Digest>, course: Arc<Course>, is_over: bool) {
        let kept = Kept {
            digest,
            course,
            is_over,
        };
        let own = self.of_user.entry(named.user).or_default();
        own.insert(named.id, kept);
    }

    fn add_ended(&mut self, named: Named, course: Arc<Course>, bytes: usize) {
        if bytes > ANSWER_MAX {
            return self.forget(named, &course);
        }
        self.bytes += bytes;
        self.ended.push_back(Ended {
            named,
            course,
            at: Instant::now(),
            bytes,
        });
        let of_user = |ended: &Ended| ended.named.user == named.user;
        if self.ended.iter().filter(|ended| of_user(ended)).count() > ENDED_OF_USER
            && let Some(at) = self.ended.iter().position(of_user)
        {
            self.forget_at(at);
        }
        while self.ended.len() > ENDED || self.bytes > ENDED_BYTES {
            self.forget_at(0);
        }
    }

    fn forget_old(&mut self) {
        while let Some(ended) = self.ended.front()
            && ended.at.elapsed() >= KEPT
        {
            self.forget_at(0);
        }
    }

    fn forget_at(&mut self, at: usize) {
        if let Some(ended) = self.ended.remove(at) {
            self.bytes -= ended.bytes;
            self.forget(ended.named, &ended.course);
        }
    }

    /// Unless it was asked for again meanwhile.
    fn forget(&mut self, named: Named, course: &Arc<Course>) {
        if let Some(own) = self.of_user.get_mut(&named.user) {
            let is_it = |kept: &Kept| Arc::ptr_eq(&kept.course, course);
            if own.get(&named.id).is_some_and(is_it) {
                own.remove(&named.id);
            }
            if own.is_empty() {
                self.of_user.remove(&named.user);
            }
        }
    }
}

impl First {
    /// The send, as others see it.
    #[must_use]
    pub fn course(&self) -> Arc<Course> {
        self.course.clone()
    }

    /// Tells everybody who has asked for the send what became of it.
    pub fn end(mut self, answer: Result<Sent, ApiError>) {
        self.over(answer);
    }

    fn over(&mut self, answer: Result<Sent, ApiError>) {
        self.is_over = true;
        let bytes = size(&answer);
        let mut known = self.sends.known();
        known.under_way -= 1;
        let own = known.of_user.get_mut(&self.named.user);
        if let Some(kept) = own.and_then(|own| own.get_mut(&self.named.id)) {
            kept.is_over = true;
        }
        known.add_ended(self.named, self.course.clone(), bytes);
        drop(known);
        self.course.end(answer);
    }
}

/// Whoever was to carry it out is gone.
impl Drop for First {
    fn drop(&mut self) {
        if !self.is_over {
            self.over(Err(SendError::Stopped.into()));
        }
    }
}

/// What keeping an answer costs.
fn size(answer: &Result<Sent, ApiError>) -> usize {
    let text = match answer {
        Ok(sent) => sent.warnings.iter().map(String::len).sum(),
        Err(error) => error.body().to_string().len(),
    };
    text + size_of::<Course>() + size_of::<Ended>()
}

#[cfg(test)]
mod tests;
