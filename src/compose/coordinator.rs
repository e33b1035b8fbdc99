//! Decides which one session of a user gets a compose window.
//!
//! A pure state machine: a driver tells it what happened and when, and carries out the actions that
//! it answers with. It sees no clock, no actor and no frame, so that a simulator can play every
//! order of losses and delays against it (`simulator.rs`, beside this file).
//!
//! # What the driver owes
//!
//! - It subscribes to changes of presence, then reads it; that read is the first event. Until then
//!   the coordinator knows nobody, does nothing and asks for no alarm. Each later notice means a
//!   new read.
//! - It keeps one alarm: a [`Action::WakeAt`] replaces the one before, and when it rings
//!   [`Event::Timer`] follows, after a new read of presence: pages turn dormant and focus moves
//!   without a notice. Late, early and needless rings do no harm.
//! - It reports only sessions of the user whom the compose is for.
//!
//! # Who wins
//!
//! The first session with an open offer that says `opened`. A session that is missing from the
//! newest presence is not waited for, yet its word still counts, because only a page that got the
//! offer can send it; one that was reported gone is out for good. Whoever else claims a window is
//! told to withdraw it.

use std::ops::Add;
use std::time::Duration;

use crate::ids::SessionId;

/// For so long after the person last touched a page its focus and visibility count.
const ATTENTION_SPAN: Duration = Duration::from_secs(5 * 60);

/// Milliseconds on the driver's monotonic clock.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Tick(pub u64);

impl Tick {
    /// The time from `earlier` to this tick, zero when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Tick {
    type Output = Self;

    /// Whole milliseconds later; beyond the end of the clock, its end.
    fn add(self, wait: Duration) -> Self {
        let millis = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(millis))
    }
}

/// The configured waits of one compose.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Timing {
    /// How long the newest offer stays the only fresh one.
    pub offer_stagger: Duration,
    /// How long after the first offer the compose is given up.
    pub deadline: Duration,
}

/// What presence knows about one session of the user, as far as ranking needs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    pub session: SessionId,
    pub focused: bool,
    pub visible: bool,
    /// Since the person last touched the page, at the moment of the read.
    pub idle: Duration,
    /// The page has stopped to send pulses: it is offered last.
    pub dormant: bool,
}

/// Who is there now. Among candidates of equal rank the first one is preferred.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Presence {
    pub candidates: Vec<Candidate>,
    /// The user's last session dropped and may come back until then. Only looked at while there is
    /// no candidate.
    pub returning_until: Option<Tick>,
}

impl Presence {
    fn lists(&self, session: SessionId) -> bool {
        self.candidates.iter().any(|c| c.session == session)
    }
}

/// What the driver reports.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// A new read of presence.
    Presence(Presence),
    /// `ack opened`: the window is in the page.
    Opened(SessionId),
    /// A new session's `attach` names this compose: its page, back from a reload or on a new
    /// socket, already shows the window, without an offer to this session.
    Attached(SessionId),
    /// `ack refused`.
    Refused(SessionId),
    /// The session has ended. Final: a page that comes back has a new session id.
    Gone(SessionId),
    /// The frame could not be queued. Such a session is being closed: the same as gone.
    Full(SessionId),
    /// The alarm rang.
    Timer,
    /// The server stops: offers are taken back while the sessions still listen.
    Stopped,
}

/// What the driver does next, in this order.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Action {
    /// Send the `compose` frame; it expires at [`Coordinator::deadline`].
    Offer(SessionId),
    /// Send the `withdraw` frame. A session that is gone by now needs none.
    Withdraw(SessionId),
    /// Set the alarm, in place of an earlier one.
    WakeAt(Tick),
    /// Answer the caller. Comes once.
    Answer(Outcome),
}

/// What the caller is told.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    Opened(SessionId),
    NotOnline(Reason),
    /// The server stopped before it was known.
    Interrupted,
}

/// Why nobody has the window.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Reason {
    /// There is no session.
    Offline,
    /// There are sessions, and at least one of them never answered.
    Silent,
    /// Every session that is there refused.
    Refused,
}

/// What is known of a session beyond presence.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Standing {
    Offered,
    Refused,
    Gone,
}

/// What the person is looking at, best first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Attention {
    Focused,
    Visible,
    Elsewhere,
}

/// One compose on its way to a session.
pub struct Coordinator {
    timing: Timing,
    /// `Prefer: wait`: until when to wait for the user to come online.
    wait_until: Option<Tick>,
    presence: Option<Presence>,
    /// When `presence` was read: idle times grow from there.
    read_at: Tick,
    /// Sessions that were offered to or have gone. Nobody leaves this list, so that no session is
    /// offered twice.
    known: Vec<(SessionId, Standing)>,
    /// When the next session has its turn; `None`: as soon as there is one.
    next_turn: Option<Tick>,
    /// Set by the first offer.
    deadline: Option<Tick>,
    last_loss: Option<Tick>,
    /// The alarm as the driver has it now.
    alarm: Option<Tick>,
    answer: Option<Outcome>,
}

impl Coordinator {
    /// A compose that waits for the user to come online until `wait_until`, or not at all.
    ///
    /// The wait is for a user who is *not there*: sessions that refuse or stay silent end the
    /// compose although the wait lies ahead.
    #[must_use]
    pub fn new(timing: Timing, wait_until: Option<Tick>) -> Self {
        Self {
            timing,
            wait_until,
            presence: None,
            read_at: Tick(0),
            known: Vec::new(),
            next_turn: None,
            deadline: None,
            last_loss: None,
            alarm: None,
            answer: None,
        }
    }

    /// Takes in what happened at `now` and says what to do about it.
    pub fn handle(&mut self, now: Tick, event: Event) -> Vec<Action> {
        let mut actions = Vec::new();
        match event {
            Event::Presence(presence) => self.read(now, presence),
            Event::Opened(session) => self.opened(session, &mut actions),
            Event::Attached(session) => self.attached(session, &mut actions),
            Event::Refused(session) => self.refused(session),
            Event::Gone(session) | Event::Full(session) => self.lost(now, session),
            // An alarm that rang is spent, even when it rang too early.
            Event::Timer => self.alarm = None,
            Event::Stopped if self.answer.is_none() => {
                self.settle(Outcome::Interrupted, &mut actions)
            }
            Event::Stopped => {}
        }
        if self.answer.is_none() {
            self.advance(now, &mut actions);
        }
        actions
    }

    /// Whether the caller has its answer. From then on only windows that came too late are left.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        self.answer.is_some()
    }

    /// When open offers expire, known from the first offer on.
    #[must_use]
    pub fn deadline(&self) -> Option<Tick> {
        self.deadline
    }

    fn read(&mut self, now: Tick, presence: Presence) {
        if let Some(before) = &self.presence {
            let lost_sight = self.known.iter().any(|&(session, standing)| {
                standing == Standing::Offered && before.lists(session) && !presence.lists(session)
            });
            if lost_sight {
                self.next_turn = None;
            }
        }
        self.presence = Some(presence);
        self.read_at = now;
    }

    fn opened(&mut self, session: SessionId, actions: &mut Vec<Action>) {
        match self.answer {
            Some(Outcome::Opened(winner)) if winner == session => {}
            None if self.standing(session) == Some(Standing::Offered) => {
                self.settle(Outcome::Opened(session), actions);
            }
            _ => actions.push(Action::Withdraw(session)),
        }
    }

    fn attached(&mut self, session: SessionId, actions: &mut Vec<Action>) {
        let may_win = match self.standing(session) {
            Some(Standing::Offered) => true,
            Some(Standing::Refused | Standing::Gone) => false,
            // Before the first offer no page can have the window.
            None => self.deadline.is_some(),
        };
        match self.answer {
            // Whether this is the winner's page on a new socket, a second window or one that was
            // sent long ago, only the compose record can tell.
            Some(Outcome::Opened(_)) => {}
            None if may_win => self.settle(Outcome::Opened(session), actions),
            _ => actions.push(Action::Withdraw(session)),
        }
    }

    fn refused(&mut self, session: SessionId) {
        if self.standing(session) == Some(Standing::Offered) {
            self.stand(session, Standing::Refused);
            self.next_turn = None;
        }
    }

    fn lost(&mut self, now: Tick, session: SessionId) {
        let before = self.standing(session);
        if before == Some(Standing::Gone) {
            return;
        }
        self.stand(session, Standing::Gone);
        self.last_loss = Some(now);
        if before == Some(Standing::Offered) {
            self.next_turn = None;
        }
    }

    /// Gives up, offers, or waits: whatever it is time for.
    fn advance(&mut self, now: Tick, actions: &mut Vec<Action>) {
        if let Some(reason) = self.failure(now) {
            self.settle(Outcome::NotOnline(reason), actions);
            return;
        }
        while self.next_turn.is_none_or(|turn| turn <= now) {
            let Some(session) = self.next_in_line(now) else {
                break;
            };
            self.stand(session, Standing::Offered);
            self.deadline.get_or_insert(now + self.timing.deadline);
            self.next_turn = Some(now + self.timing.offer_stagger);
            actions.push(Action::Offer(session));
        }
        let alarm = self.next_alarm(now);
        if alarm != self.alarm {
            self.alarm = alarm;
            actions.extend(alarm.map(Action::WakeAt));
        }
    }

    fn settle(&mut self, outcome: Outcome, actions: &mut Vec<Action>) {
        self.answer = Some(outcome);
        let losers = self.known.iter().filter(|&&(session, standing)| {
            standing == Standing::Offered && outcome != Outcome::Opened(session)
        });
        actions.extend(losers.map(|&(session, _)| Action::Withdraw(session)));
        actions.push(Action::Answer(outcome));
    }

    /// Why the compose has failed, if it has.
    fn failure(&self, now: Tick) -> Option<Reason> {
        let presence = self.presence.as_ref()?;
        let passed = |limit: Tick| limit <= now;
        let mut there = self.there(presence).peekable();
        if there.peek().is_none() {
            return self
                .patience(presence)
                .is_none_or(passed)
                .then_some(Reason::Offline);
        }
        if there.all(|c| self.standing(c.session) == Some(Standing::Refused)) {
            return Some(Reason::Refused);
        }
        self.deadline.is_some_and(passed).then_some(Reason::Silent)
    }

    /// Until when to wait for a session while there is none; `None`: not at all.
    fn patience(&self, presence: &Presence) -> Option<Tick> {
        // Presence that still lists a session known to be gone is behind: whether its page is
        // expected back stands in the next read. That read has as long to come as an offer has.
        let next_read = match self.last_loss {
            Some(loss) if !presence.candidates.is_empty() => Some(loss + self.timing.deadline),
            _ => None,
        };
        let wait = self
            .wait_until
            .max(presence.returning_until)
            .max(next_read)?;
        Some(self.deadline.map_or(wait, |deadline| wait.min(deadline)))
    }

    fn next_alarm(&self, now: Tick) -> Option<Tick> {
        let presence = self.presence.as_ref()?;
        if self.there(presence).next().is_none() {
            return self.patience(presence);
        }
        let turn = self.next_in_line(now).and(self.next_turn);
        self.deadline.into_iter().chain(turn).min()
    }

    /// The best session that has had no offer yet.
    fn next_in_line(&self, now: Tick) -> Option<SessionId> {
        let aged = now.since(self.read_at);
        self.presence
            .as_ref()?
            .candidates
            .iter()
            .filter(|c| self.standing(c.session).is_none())
            .min_by_key(|c| rank(c, c.idle.saturating_add(aged)))
            .map(|c| c.session)
    }

    fn there<'a>(&'a self, presence: &'a Presence) -> impl Iterator<Item = &'a Candidate> {
        presence
            .candidates
            .iter()
            .filter(|c| self.standing(c.session) != Some(Standing::Gone))
    }

    fn standing(&self, session: SessionId) -> Option<Standing> {
        let found = self.known.iter().find(|(known, _)| *known == session);
        found.map(|&(_, standing)| standing)
    }

    fn stand(&mut self, session: SessionId, standing: Standing) {
        match self.known.iter_mut().find(|(known, _)| *known == session) {
            Some(entry) => entry.1 = standing,
            None => self.known.push((session, standing)),
        }
    }
}

/// Sorts the best candidate first; `idle` is as of now.
fn rank(candidate: &Candidate, idle: Duration) -> (bool, Attention, Duration) {
    let attention = if idle >= ATTENTION_SPAN {
        Attention::Elsewhere
    } else if candidate.focused {
        Attention::Focused
    } else if candidate.visible {
        Attention::Visible
    } else {
        Attention::Elsewhere
    };
    (candidate.dormant, attention, idle)
}

#[cfg(test)]
mod tests {
    use super::Action::{Answer, Offer, WakeAt, Withdraw};
    use super::Event::{Attached, Full, Gone, Opened, Refused, Stopped, Timer};
    use super::*;
    use crate::ids::NodeId;

    const TIMING: Timing = Timing {
        offer_stagger: Duration::from_millis(1_000),
        deadline: Duration::from_millis(8_000),
    };
    const OFFLINE: Action = Answer(Outcome::NotOnline(Reason::Offline));
    const SILENT: Action = Answer(Outcome::NotOnline(Reason::Silent));
    const REFUSED: Action = Answer(Outcome::NotOnline(Reason::Refused));

    fn sessions() -> [SessionId; 3] {
        [0, 1, 0].map(|node| SessionId::new(NodeId(node)))
    }

    fn idle_for(session: SessionId, secs: u64) -> Candidate {
        Candidate {
            session,
            focused: false,
            visible: false,
            idle: Duration::from_secs(secs),
            dormant: false,
        }
    }

    /// These sessions are there, the best one first.
    fn there(sessions: &[SessionId]) -> Event {
        Event::Presence(Presence {
            candidates: sessions.iter().map(|s| idle_for(*s, 1)).collect(),
            returning_until: None,
        })
    }

    fn nobody(returning_until: Option<u64>) -> Event {
        Event::Presence(Presence {
            candidates: Vec::new(),
            returning_until: returning_until.map(Tick),
        })
    }

    fn won_by(session: SessionId) -> Action {
        Answer(Outcome::Opened(session))
    }

    fn wake_at(tick: u64) -> Action {
        WakeAt(Tick(tick))
    }

    /// Plays the events in order and checks what each one leads to.
    #[track_caller]
    fn play(wait_until: Option<u64>, steps: &[(u64, Event, &[Action])]) {
        let mut coordinator = Coordinator::new(TIMING, wait_until.map(Tick));
        for (step, (now, event, expected)) in steps.iter().enumerate() {
            let actions = coordinator.handle(Tick(*now), event.clone());
            assert_eq!(actions, *expected, "step {step}: {event:?} at {now}");
        }
    }

    #[test]
    fn focus_comes_first_then_visibility_then_activity_and_dormant_pages_come_last() {
        let ranked = [
            (true, false, 298, false),
            (true, true, 299, false),
            (false, true, 200, false),
            (false, true, 299, false),
            (false, false, 3, false),
            (true, true, 300, false),
            (true, true, 301, false),
            (false, false, 400, false),
            (true, true, 1, true),
            (false, false, 1, true),
        ]
        .map(|(focused, visible, secs, dormant)| Candidate {
            session: SessionId::new(NodeId(0)),
            focused,
            visible,
            idle: Duration::from_secs(secs),
            dormant,
        });
        for pair in ranked.windows(2) {
            let [better, worse] = [&pair[0], &pair[1]].map(|c| rank(c, c.idle));
            assert!(better < worse, "{pair:?}");
        }
    }

    #[test]
    fn focus_runs_out_while_a_compose_waits() {
        let [a, b, c] = sessions();
        let focused = |candidate| Candidate {
            focused: true,
            ..candidate
        };
        let read = Event::Presence(Presence {
            candidates: vec![
                idle_for(a, 298),
                focused(idle_for(b, 299)),
                focused(idle_for(c, 10)),
            ],
            returning_until: None,
        });
        play(
            None,
            &[
                (0, read, &[Offer(c), wake_at(1_000)]),
                // The other focused page was last touched five minutes ago by now.
                (1_000, Timer, &[Offer(a), wake_at(2_000)]),
            ],
        );
    }

    #[test]
    fn the_first_to_open_wins_and_the_others_withdraw() {
        let [a, b, c] = sessions();
        play(
            None,
            &[
                (0, there(&[a, b, c]), &[Offer(a), wake_at(1_000)]),
                (1_000, Timer, &[Offer(b), wake_at(2_000)]),
                (1_200, Opened(b), &[Withdraw(a), won_by(b)]),
                (1_300, Opened(b), &[]),
                (1_400, Opened(a), &[Withdraw(a)]),
                (1_500, Refused(a), &[]),
                (1_600, Gone(b), &[]),
                (9_000, Timer, &[]),
            ],
        );
    }

    #[test]
    fn silence_refusal_loss_and_a_full_queue_pass_the_turn_on() {
        let [a, b, _] = sessions();
        let read = there(&[a, b]);
        let begin: &[Action] = &[Offer(a), wake_at(1_000)];
        for event in [Refused(a), Gone(a), Full(a), there(&[b])] {
            play(
                None,
                &[
                    (0, read.clone(), begin),
                    (300, event.clone(), &[Offer(b), wake_at(8_000)]),
                    (400, event, &[]),
                ],
            );
        }
        play(
            None,
            &[
                (0, read, begin),
                (999, Timer, &[wake_at(1_000)]),
                (1_500, Timer, &[Offer(b), wake_at(8_000)]),
                (1_500, Timer, &[wake_at(8_000)]),
            ],
        );
    }

    #[test]
    fn a_session_that_appears_late_gets_its_offer() {
        let [a, b, c] = sessions();
        play(
            None,
            &[
                (0, there(&[a]), &[Offer(a), wake_at(8_000)]),
                (500, there(&[a, b]), &[wake_at(1_000)]),
                (1_000, Timer, &[Offer(b), wake_at(8_000)]),
                (3_000, there(&[a, b, c]), &[Offer(c)]),
            ],
        );
    }

    #[test]
    fn the_deadline_runs_from_the_first_offer() {
        let [a, b, _] = sessions();
        let mut coordinator = Coordinator::new(TIMING, Some(Tick(5_000)));
        coordinator.handle(Tick(0), nobody(None));
        assert_eq!(coordinator.deadline(), None);
        coordinator.handle(Tick(4_000), there(&[a]));
        assert_eq!(coordinator.deadline(), Some(Tick(12_000)));
        coordinator.handle(Tick(5_000), there(&[a, b]));
        assert_eq!(coordinator.deadline(), Some(Tick(12_000)));
        assert!(coordinator.handle(Tick(11_999), Timer).len() < 2);
        let last = coordinator.handle(Tick(12_000), Timer);
        assert_eq!(last, [Withdraw(a), Withdraw(b), SILENT]);
        assert!(coordinator.is_answered());
    }

    #[test]
    fn no_session_is_offline_at_once_or_after_the_longer_of_both_waits() {
        let [a, ..] = sessions();
        play(None, &[(7, nobody(None), &[OFFLINE])]);
        for (wait_until, returning_until) in
            [(Some(90), None), (None, Some(90)), (Some(90), Some(50))]
        {
            play(
                wait_until,
                &[
                    (7, nobody(returning_until), &[wake_at(90)]),
                    (89, Timer, &[wake_at(90)]),
                    (90, Timer, &[OFFLINE]),
                    (91, there(&[a]), &[]),
                ],
            );
        }
    }

    #[test]
    fn a_session_that_comes_back_in_time_gets_the_compose() {
        let [a, b, _] = sessions();
        play(
            None,
            &[
                (0, nobody(Some(9_000)), &[wake_at(9_000)]),
                (100, there(&[a]), &[Offer(a), wake_at(8_100)]),
                (200, Gone(a), &[]),
                (300, nobody(Some(10_300)), &[]),
                (900, there(&[b]), &[Offer(b)]),
                (950, Opened(b), &[won_by(b)]),
            ],
        );
    }

    #[test]
    fn everybody_gone_is_offline_when_the_wait_or_the_deadline_ends() {
        let [a, ..] = sessions();
        let begin = (0, there(&[a]), &[Offer(a), wake_at(8_000)] as &[Action]);
        play(
            None,
            &[
                begin.clone(),
                // What Gone means for the user is in the next read of presence.
                (100, Gone(a), &[]),
                (110, nobody(None), &[OFFLINE]),
            ],
        );
        play(
            None,
            &[
                begin.clone(),
                (110, nobody(Some(4_110)), &[wake_at(4_110)]),
                (4_110, Timer, &[Withdraw(a), OFFLINE]),
            ],
        );
        play(
            Some(60_000),
            &[
                begin,
                (100, Gone(a), &[]),
                (110, nobody(Some(10_110)), &[]),
                (8_000, Timer, &[OFFLINE]),
            ],
        );
    }

    #[test]
    fn presence_that_lists_only_the_dead_is_waited_out() {
        let [a, ..] = sessions();
        play(
            None,
            &[
                (0, Gone(a), &[]),
                (50, there(&[a]), &[wake_at(8_000)]),
                (8_000, Timer, &[OFFLINE]),
            ],
        );
    }

    #[test]
    fn refused_by_all_is_answered_at_once_even_while_the_caller_would_wait() {
        let [a, b, _] = sessions();
        play(
            Some(60_000),
            &[
                (0, there(&[a, b]), &[Offer(a), wake_at(1_000)]),
                (100, Refused(a), &[Offer(b), wake_at(8_000)]),
                (200, Refused(a), &[]),
                (300, Refused(b), &[REFUSED]),
                (400, Opened(b), &[Withdraw(b)]),
            ],
        );
    }

    #[test]
    fn one_silent_session_among_refusals_makes_it_silent() {
        let [a, b, _] = sessions();
        play(
            None,
            &[
                (0, there(&[a, b]), &[Offer(a), wake_at(1_000)]),
                (100, Refused(a), &[Offer(b), wake_at(8_000)]),
                (8_000, Timer, &[Withdraw(b), SILENT]),
            ],
        );
    }

    #[test]
    fn only_a_session_with_an_open_offer_confirms() {
        let [a, b, c] = sessions();
        play(
            None,
            &[
                (0, Opened(a), &[Withdraw(a)]),
                (10, there(&[a, b, c]), &[Offer(a), wake_at(1_010)]),
                (20, Gone(a), &[Offer(b), wake_at(1_020)]),
                (30, Opened(a), &[Withdraw(a)]),
                (40, Opened(c), &[Withdraw(c)]),
                (45, Refused(c), &[]),
                (50, Refused(b), &[Offer(c), wake_at(8_010)]),
                (60, Opened(b), &[Withdraw(b)]),
                (70, Opened(c), &[won_by(c)]),
            ],
        );
    }

    #[test]
    fn a_session_that_presence_lost_sight_of_may_still_confirm() {
        let [a, b, _] = sessions();
        play(
            None,
            &[
                (0, there(&[a, b]), &[Offer(a), wake_at(1_000)]),
                (10, there(&[b]), &[Offer(b), wake_at(8_000)]),
                (20, Opened(a), &[Withdraw(b), won_by(a)]),
            ],
        );
    }

    #[test]
    fn a_window_that_came_along_with_its_page_counts_as_opened() {
        let [a, b, c] = sessions();
        play(
            None,
            &[
                (0, Attached(b), &[Withdraw(b)]),
                (10, there(&[a]), &[Offer(a), wake_at(8_010)]),
                (20, Attached(b), &[Withdraw(a), won_by(b)]),
                // From here on the record knows better.
                (30, Attached(c), &[]),
            ],
        );
        play(
            None,
            &[
                (0, there(&[a]), &[Offer(a), wake_at(8_000)]),
                (8_000, Timer, &[Withdraw(a), SILENT]),
                (8_100, Attached(b), &[Withdraw(b)]),
            ],
        );
    }

    #[test]
    fn a_stop_takes_every_offer_back_and_later_claims_too() {
        let [a, b, _] = sessions();
        play(
            Some(60_000),
            &[
                (0, there(&[a, b]), &[Offer(a), wake_at(1_000)]),
                (1_000, Timer, &[Offer(b), wake_at(8_000)]),
                (
                    1_100,
                    Stopped,
                    &[Withdraw(a), Withdraw(b), Answer(Outcome::Interrupted)],
                ),
                (1_110, Opened(b), &[Withdraw(b)]),
                (1_120, Gone(a), &[]),
                (1_130, Stopped, &[]),
            ],
        );
        play(None, &[(0, Stopped, &[Answer(Outcome::Interrupted)])]);
    }

    #[test]
    fn an_ack_that_beats_a_late_alarm_still_wins() {
        let [a, b, _] = sessions();
        play(
            None,
            &[
                (0, there(&[a]), &[Offer(a), wake_at(8_000)]),
                (8_200, Opened(a), &[won_by(a)]),
            ],
        );
        play(
            None,
            &[
                (0, there(&[a]), &[Offer(a), wake_at(8_000)]),
                (8_200, there(&[a, b]), &[Withdraw(a), SILENT]),
            ],
        );
    }
}
