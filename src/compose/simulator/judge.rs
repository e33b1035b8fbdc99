//! Watches what goes into the coordinator and what comes out, and knows from that alone what is true.

use std::time::Duration;

use super::Verdict;
use crate::compose::coordinator::{Action, Candidate, Event, Outcome, Presence, Reason};
use crate::ids::SessionId;

/// The timing of every simulated compose, in milliseconds.
pub const STAGGER: u64 = 1_000;
pub const DEADLINE: u64 = 8_000;

#[derive(Clone, Copy, PartialEq)]
enum Known {
    Offered,
    Refused,
    Gone,
}

pub struct Judge {
    wait_until: Option<u64>,
    presence: Option<(u64, Presence)>,
    /// In the order of their offers; `gone` has those that were never offered too.
    offered: Vec<SessionId>,
    refused: Vec<SessionId>,
    gone: Vec<SessionId>,
    first_offer: Option<u64>,
    last_offer: u64,
    last_loss: Option<u64>,
    /// Something has happened since the last offer that calls for the next one at once.
    cause: bool,
    alarm: Option<u64>,
    pub answer: Option<Outcome>,
}

impl Judge {
    pub fn new(wait_until: Option<u64>) -> Self {
        Self {
            wait_until,
            presence: None,
            offered: Vec::new(),
            refused: Vec::new(),
            gone: Vec::new(),
            first_offer: None,
            last_offer: 0,
            last_loss: None,
            cause: true,
            alarm: None,
            answer: None,
        }
    }

    /// Judges what the coordinator made of one event; `shown`: did this session show the window?
    pub fn judge(
        &mut self,
        now: u64,
        event: &Event,
        actions: &[Action],
        shown: impl Fn(SessionId) -> bool,
    ) -> Verdict<()> {
        let winner = self.winner_by(event);
        let mut withdrawals = self.late_claim(event, winner);
        let was_answered = self.answer.is_some();
        self.learn(now, event);
        for action in actions {
            match *action {
                Action::Offer(session) => self.judge_offer(now, session)?,
                Action::Answer(Outcome::Interrupted) => {
                    let stopped = *event == Event::Stopped;
                    if !stopped || self.answer.replace(Outcome::Interrupted).is_some() {
                        return Err("interrupted by nothing".into());
                    }
                }
                Action::Answer(outcome) => self.judge_answer(now, outcome, winner, &shown)?,
                Action::WakeAt(_) if was_answered => return Err("wakes for nothing".into()),
                Action::WakeAt(tick) if self.alarm == Some(tick.0) => {
                    return Err("sets an alarm that is set".into());
                }
                Action::WakeAt(tick) => self.alarm = Some(tick.0),
                Action::Withdraw(_) => {}
            }
        }
        if *event == Event::Stopped && self.answer.is_none() {
            return Err("goes on although the server stops".into());
        }
        if winner.is_some() && self.answer.is_none() {
            return Err("an ack in time did not confirm: a false 404 is to come".into());
        }
        if !was_answered && self.answer.is_some() {
            withdrawals.extend(self.open_offers().filter(|s| Some(*s) != winner));
        }
        Self::judge_withdrawals(withdrawals, actions)?;
        self.judge_duties(now)
    }

    /// The session that must win by this event.
    fn winner_by(&self, event: &Event) -> Option<SessionId> {
        if self.answer.is_some() {
            return None;
        }
        match *event {
            Event::Opened(s) => (self.known(s) == Some(Known::Offered)).then_some(s),
            Event::Attached(s) => {
                let out = matches!(self.known(s), Some(Known::Refused | Known::Gone));
                (self.first_offer.is_some() && !out).then_some(s)
            }
            _ => None,
        }
    }

    /// The session that claims a window which is not, or no longer, wanted.
    fn late_claim(&self, event: &Event, winner: Option<SessionId>) -> Vec<SessionId> {
        match *event {
            Event::Opened(s) if winner.is_none() && self.answer != Some(Outcome::Opened(s)) => {
                vec![s]
            }
            Event::Attached(s)
                if winner.is_none() && !matches!(self.answer, Some(Outcome::Opened(_))) =>
            {
                vec![s]
            }
            _ => Vec::new(),
        }
    }

    fn learn(&mut self, now: u64, event: &Event) {
        match event {
            Event::Presence(presence) => {
                let open: Vec<_> = self.open_offers().collect();
                let lists = |p: &Presence, s| p.candidates.iter().any(|c| c.session == s);
                if let Some((_, before)) = &self.presence {
                    self.cause |= open
                        .iter()
                        .any(|s| lists(before, *s) && !lists(presence, *s));
                }
                self.presence = Some((now, presence.clone()));
            }
            Event::Refused(s) if self.known(*s) == Some(Known::Offered) => {
                self.refused.push(*s);
                self.cause = true;
            }
            Event::Gone(s) | Event::Full(s) if self.known(*s) != Some(Known::Gone) => {
                self.cause |= self.known(*s) == Some(Known::Offered);
                self.gone.push(*s);
                self.last_loss = Some(now);
            }
            Event::Timer => self.alarm = None,
            _ => {}
        }
    }

    fn judge_offer(&mut self, now: u64, session: SessionId) -> Verdict<()> {
        if self.answer.is_some() {
            return Err("an offer after the answer".into());
        }
        if self
            .first_offer
            .is_some_and(|first| now >= first + DEADLINE)
        {
            return Err("an offer after the deadline".into());
        }
        if !self.cause && now < self.last_offer + STAGGER {
            return Err("an offer before the stagger, without a cause".into());
        }
        let Some(chosen) = self.not_offered().find(|c| c.session == session) else {
            return Err("an offer to a session that is not there or had one".into());
        };
        let aged = Duration::from_millis(now - self.read_at());
        if self.not_offered().any(|c| is_better(c, chosen, aged)) {
            return Err("an offer although there is a better session".into());
        }
        self.offered.push(session);
        self.first_offer.get_or_insert(now);
        self.last_offer = now;
        self.cause = false;
        Ok(())
    }

    fn judge_answer(
        &mut self,
        now: u64,
        outcome: Outcome,
        winner: Option<SessionId>,
        shown: impl Fn(SessionId) -> bool,
    ) -> Verdict<()> {
        if self.answer.replace(outcome).is_some() {
            return Err("a second answer".into());
        }
        match outcome {
            Outcome::Opened(session) if winner != Some(session) || !shown(session) => {
                Err("a false 200".into())
            }
            Outcome::NotOnline(_) if winner.is_some() => Err("a false 404".into()),
            Outcome::NotOnline(reason) if self.failure(now) != Some(reason) => Err(format!(
                "{reason:?}, but it should have been {:?}",
                self.failure(now)
            )),
            _ => Ok(()),
        }
    }

    fn judge_withdrawals(mut expected: Vec<SessionId>, actions: &[Action]) -> Verdict<()> {
        let mut withdrawn: Vec<_> = actions
            .iter()
            .filter_map(|action| match action {
                Action::Withdraw(session) => Some(*session),
                _ => None,
            })
            .collect();
        expected.sort();
        withdrawn.sort();
        if expected == withdrawn {
            Ok(())
        } else {
            Err("withdraws from the wrong sessions".into())
        }
    }

    /// What must not be left undone when the coordinator waits for the next event.
    fn judge_duties(&self, now: u64) -> Verdict<()> {
        if self.answer.is_some() || self.presence.is_none() {
            return Ok(());
        }
        if let Some(reason) = self.failure(now) {
            return Err(format!("should have answered {reason:?}"));
        }
        let next = self.not_offered().next().map(|_| self.last_offer + STAGGER);
        if next.is_some_and(|next| self.cause || next <= now) {
            return Err("should have offered to the next".into());
        }
        let limit = if self.is_anybody_there() {
            self.first_offer.map(|first| first + DEADLINE)
        } else {
            self.patience()
        };
        match (self.alarm, limit.into_iter().chain(next).min()) {
            (Some(alarm), Some(needed)) if alarm == needed => Ok(()),
            (alarm, needed) => Err(format!("alarm {alarm:?}, needed {needed:?}")),
        }
    }

    fn failure(&self, now: u64) -> Option<Reason> {
        if !self.is_anybody_there() {
            let over = self.patience().is_none_or(|until| until <= now);
            return over.then_some(Reason::Offline);
        }
        let mut there = self
            .candidates()
            .filter(|c| !self.gone.contains(&c.session));
        if there.all(|c| self.refused.contains(&c.session)) {
            return Some(Reason::Refused);
        }
        let over = self
            .first_offer
            .is_some_and(|first| first + DEADLINE <= now);
        over.then_some(Reason::Silent)
    }

    fn patience(&self) -> Option<u64> {
        let (_, presence) = self.presence.as_ref()?;
        let behind = !presence.candidates.is_empty();
        let limits = [
            self.wait_until,
            presence.returning_until.map(|tick| tick.0),
            self.last_loss
                .filter(|_| behind)
                .map(|loss| loss + DEADLINE),
        ];
        let longest = limits.into_iter().flatten().max()?;
        Some(longest.min(self.first_offer.map_or(u64::MAX, |first| first + DEADLINE)))
    }

    fn known(&self, session: SessionId) -> Option<Known> {
        if self.gone.contains(&session) {
            Some(Known::Gone)
        } else if self.refused.contains(&session) {
            Some(Known::Refused)
        } else {
            self.offered.contains(&session).then_some(Known::Offered)
        }
    }

    fn open_offers(&self) -> impl Iterator<Item = SessionId> {
        let open = self.offered.iter().copied();
        open.filter(|s| self.known(*s) == Some(Known::Offered))
    }

    fn candidates(&self) -> impl Iterator<Item = &Candidate> {
        self.presence
            .iter()
            .flat_map(|(_, presence)| &presence.candidates)
    }

    fn read_at(&self) -> u64 {
        self.presence.as_ref().map_or(0, |(at, _)| *at)
    }

    fn is_anybody_there(&self) -> bool {
        self.candidates().any(|c| !self.gone.contains(&c.session))
    }

    fn not_offered(&self) -> impl Iterator<Item = &Candidate> {
        self.candidates()
            .filter(|c| self.known(c.session).is_none())
    }
}

/// Whether the spec puts `a` before `b`, so long after presence was read.
fn is_better(a: &Candidate, b: &Candidate, aged: Duration) -> bool {
    let attended = |c: &Candidate| c.idle + aged < Duration::from_secs(300);
    let focused = |c: &Candidate| c.focused && attended(c);
    let visible = |c: &Candidate| c.visible && attended(c);
    if a.dormant != b.dormant {
        b.dormant
    } else if focused(a) != focused(b) {
        focused(a)
    } else if !focused(a) && visible(a) != visible(b) {
        visible(a)
    } else {
        a.idle < b.idle
    }
}
