//! Two nodes in memory, the pages of one user, and the messages between them.

use std::collections::BTreeMap;
use std::time::Duration;

use super::judge::{DEADLINE, Judge, STAGGER};
use super::scenario::{Behaviour, Departure, FAR, Fate, GRACE, HOME, Page, Scenario, Standstill};
use super::{Handle, Verdict};
use crate::compose::coordinator::{
    Action, Candidate, Coordinator, Event, Outcome, Presence, Tick, Timing,
};
use crate::ids::{NodeId, SessionId};

/// When the compose arrives. Late enough for pages that have been idle for minutes.
pub const START: u64 = 1_000_000;
/// After a lost notice of presence the next one follows within this time.
const RESYNC: u64 = 500;
/// Two missed pulses.
const DORMANT: u64 = 2_000;
/// From the last frame for a session to the end of its connection, when its node stops.
const FAREWELL: u64 = 100;
/// No world needs as many steps to come to rest.
const MANY_STEPS: usize = 5_000;

/// What a page or its node tells the coordinator.
#[derive(Clone, Copy, Debug)]
enum Word {
    Opened,
    Attached,
    Refused,
    Gone,
}

/// What is due at some time. Numbers are places in `World::pages`.
#[derive(Clone, Debug)]
enum Due {
    Joins(usize),
    Leaves(usize, Departure),
    Touched(usize),
    /// The page's browser has dropped its connection while it stood still.
    Reconnects(usize),
    ShutOut,
    Stops,
    /// The page has made up its mind about the offer.
    Responds(usize),
    /// The far node's roster reaches home.
    Roster(Roster),
    /// Home sends the roster again, because the last notice may have been lost.
    Resync,
    /// Home reads presence for the coordinator.
    Notice,
    OfferAt(usize),
    WithdrawAt(usize),
    Word(Word, usize),
    /// The queue of this session is full.
    Full(usize),
    /// Rings unless a later alarm has replaced this one.
    Alarm(u64),
    /// Rings although nobody set it.
    StrayAlarm,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Whereabouts {
    Elsewhere,
    Here,
    Left,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Window {
    Never,
    Open,
    Closed,
}

/// One session of a page.
struct Live {
    id: SessionId,
    page: Page,
    /// The session that this page had before.
    before: Option<usize>,
    last_active: u64,
    whereabouts: Whereabouts,
    window: Window,
    /// A message about its window was lost, so that a window may stay which nobody counts.
    excused: bool,
}

/// The far node's sessions, as home knows them.
#[derive(Clone, Debug, Default)]
struct Roster {
    /// Old news that comes late must not replace newer.
    version: u64,
    members: Vec<Candidate>,
    read_at: u64,
    /// How the last one that left did so.
    farewell: Option<Departure>,
}

/// One user, from the arrival of a compose until everything has come to rest.
pub struct World<'a> {
    scenario: &'a Scenario,
    now: u64,
    due: BTreeMap<(u64, usize), Due>,
    /// Numbers everything that was ever due, so that what is due at one time keeps its order.
    scheduled: usize,
    sent: usize,
    pages: Vec<Live>,
    // What the far node knows of itself, and home of the far node and of itself.
    far_version: u64,
    far_farewell: Option<Departure>,
    far: Roster,
    home_farewell: Option<Departure>,
    /// Whether home knew of a session when it last looked.
    online: bool,
    returning_until: Option<u64>,
    /// The number of the newest alarm.
    alarm: u64,
    shut_out: bool,
    coordinator: Coordinator,
    handle: Handle,
    judge: Judge,
    /// What has happened, line by line, if anybody wants to read it.
    pub trace: Option<Vec<String>>,
}

impl<'a> World<'a> {
    pub fn new(scenario: &'a Scenario, handle: Handle, trace: Option<Vec<String>>) -> Self {
        let wait_until = scenario.wait.map(|wait| START + wait);
        let timing = Timing {
            offer_stagger: Duration::from_millis(STAGGER),
            deadline: Duration::from_millis(DEADLINE),
        };
        let mut world = Self {
            scenario,
            now: START,
            due: BTreeMap::new(),
            scheduled: 0,
            sent: 0,
            pages: Vec::new(),
            far_version: 0,
            far_farewell: None,
            far: Roster::default(),
            home_farewell: None,
            online: false,
            returning_until: scenario.returning.map(|grace| START + grace),
            alarm: 0,
            shut_out: false,
            handle,
            coordinator: Coordinator::new(timing, wait_until.map(Tick)),
            judge: Judge::new(wait_until),
            trace,
        };
        for page in &scenario.pages {
            world.expect(*page, None, Window::Never);
        }
        for (due, at) in [
            (Due::ShutOut, scenario.shut_out),
            (Due::Stops, scenario.stops),
        ] {
            if let Some(at) = at {
                world.at(START + at, due);
            }
        }
        world
    }

    /// Plays the scenario until nothing is due any more.
    pub fn play(&mut self) -> Verdict<Outcome> {
        self.far = self.far_roster();
        self.look_around();
        self.notice()?;
        for _ in 0..MANY_STEPS {
            let Some(((at, _), due)) = self.due.pop_first() else {
                return self.at_rest();
            };
            self.now = at;
            self.happen(due)?;
        }
        Err("the world does not come to rest".into())
    }

    /// Adds a session of `page`, now or when it joins.
    fn expect(&mut self, page: Page, before: Option<usize>, window: Window) {
        let index = self.pages.len();
        let early = page.joins == 0;
        self.pages.push(Live {
            id: SessionId::new(NodeId(page.node as u16)),
            page,
            before,
            last_active: (START + page.joins).saturating_sub(page.idle),
            whereabouts: if early {
                Whereabouts::Here
            } else {
                Whereabouts::Elsewhere
            },
            window,
            excused: false,
        });
        if !early {
            self.at(START + page.joins, Due::Joins(index));
        }
        if let Some(touched) = page.touched {
            self.at(START + touched, Due::Touched(index));
        }
        if let Some((leaves, how)) = page.leaves {
            self.at(START + leaves, Due::Leaves(index, how));
        }
        if let Some(standstill) = page.standstill.filter(|s| s.reconnects) {
            let runs = START + standstill.begins + standstill.lasts;
            self.at(runs, Due::Reconnects(index));
        }
    }

    /// When the page runs again, if it stands still now.
    fn stands_still_until(&self, index: usize) -> Option<u64> {
        let Standstill { begins, lasts, .. } = self.pages[index].page.standstill?;
        let begins = START + begins;
        (begins <= self.now && self.now < begins + lasts).then_some(begins + lasts)
    }

    fn at(&mut self, time: u64, due: Due) {
        self.due.insert((time.max(self.now), self.scheduled), due);
        self.scheduled += 1;
    }

    fn next_fate(&mut self) -> Fate {
        let fate = self.scenario.fates.get(self.sent).copied();
        self.sent += 1;
        fate.unwrap_or(Fate::Arrives(0))
    }

    /// Sends a message that concerns a session on `node`; false if it got lost.
    fn send(&mut self, node: usize, due: Due) -> bool {
        let sent = self.now + if node == HOME { 5 } else { 25 };
        let fate = self.next_fate();
        match fate {
            Fate::Arrives(late) => self.at(sent + late, due),
            Fate::Twice(first, second) => {
                self.at(sent + first, due.clone());
                self.at(sent + second, due);
            }
            Fate::Lost => self.note(|w| format!("lost: {}", w.name_due(&due))),
        }
        fate != Fate::Lost
    }

    fn say(&mut self, word: Word, index: usize) {
        let node = self.pages[index].page.node;
        if self.send(node, Due::Word(word, index)) {
            return;
        }
        // What a page says before the answer may get lost: it will be told to withdraw with the
        // answer, unless it has just refused or its session is not the one with the offer.
        let live = &mut self.pages[index];
        live.excused |= match word {
            Word::Opened => {
                self.judge.answer.is_some()
                    || matches!(live.page.behaviour, Behaviour::ChangesItsMind(_))
            }
            Word::Attached => true,
            Word::Refused | Word::Gone => false,
        };
    }

    fn happen(&mut self, due: Due) -> Verdict<()> {
        if !matches!(due, Due::Alarm(set) if set != self.alarm) {
            self.note(|w| w.name_due(&due));
        }
        if let Due::OfferAt(index) | Due::WithdrawAt(index) | Due::Responds(index) = due
            && let Some(runs) = self.stands_still_until(index)
        {
            // In the order in which it came.
            self.at(runs, due);
            return Ok(());
        }
        match due {
            Due::Joins(index) => self.joins(index)?,
            Due::Leaves(index, how) => self.leaves(index, how),
            Due::Touched(index) => self.touched(index),
            Due::Reconnects(index) => self.reconnects(index),
            Due::ShutOut => self.shut_out(),
            Due::Stops => self.stops()?,
            Due::Responds(index) => self.responds(index),
            Due::Roster(roster) => self.replicate(roster),
            Due::Resync => self.at(self.now + 25, Due::Roster(self.far_roster())),
            Due::Notice => self.notice()?,
            Due::OfferAt(index) => self.offered(index),
            Due::WithdrawAt(index) => self.withdrawn(index),
            Due::Word(word, index) => self.heard(word, index)?,
            Due::Full(index) => self.tell(Event::Full(self.pages[index].id))?,
            Due::Alarm(set) if set != self.alarm => {}
            Due::Alarm(_) | Due::StrayAlarm => {
                self.notice()?;
                self.tell(Event::Timer)?;
            }
        }
        Ok(())
    }

    // -- presence --

    fn joins(&mut self, index: usize) -> Verdict<()> {
        if self.shut_out {
            return Ok(());
        }
        let live = &mut self.pages[index];
        live.whereabouts = Whereabouts::Here;
        let (id, came_along) = (live.id, live.window == Window::Open);
        if live.page.behaviour == Behaviour::Lies {
            self.tell(Event::Refused(id))?;
            self.tell(Event::Opened(id))?;
            // Once there are offers, nobody could tell a false attach from a true one.
            if self.coordinator.deadline().is_none() {
                self.tell(Event::Attached(id))?;
            }
        }
        self.roster_changed(index, None);
        if came_along {
            self.say(Word::Attached, index);
        }
        Ok(())
    }

    fn leaves(&mut self, index: usize, how: Departure) {
        if self.pages[index].whereabouts != Whereabouts::Here {
            return;
        }
        self.pages[index].whereabouts = Whereabouts::Left;
        self.roster_changed(index, Some(how));
        self.say(Word::Gone, index);
    }

    fn reconnects(&mut self, index: usize) {
        if self.pages[index].whereabouts == Whereabouts::Here {
            self.leaves(index, Departure::Drops);
            self.comes_back(index, 0, None);
        }
    }

    fn shut_out(&mut self) {
        self.shut_out = true;
        for index in 0..self.pages.len() {
            self.leaves(index, Departure::SignsOut);
        }
    }

    /// The coordinator's node stops: first its composes, then its sessions, which hear that.
    fn stops(&mut self) -> Verdict<()> {
        self.tell(Event::Stopped)?;
        for index in 0..self.pages.len() {
            if self.pages[index].page.node == HOME {
                self.at(self.now + FAREWELL, Due::Leaves(index, Departure::Drops));
            }
        }
        Ok(())
    }

    fn touched(&mut self, index: usize) {
        let runs = self.stands_still_until(index).is_none();
        if runs && self.pages[index].whereabouts == Whereabouts::Here {
            let live = &mut self.pages[index];
            live.last_active = self.now;
            live.page.focused = true;
            live.page.dormant = false;
            self.roster_changed(index, None);
        }
    }

    fn roster_changed(&mut self, index: usize, farewell: Option<Departure>) {
        if self.pages[index].page.node == HOME {
            self.home_farewell = farewell.or(self.home_farewell);
            self.look_around();
            self.announce();
        } else {
            self.far_version += 1;
            self.far_farewell = farewell.or(self.far_farewell);
            let roster = self.far_roster();
            if !self.send(FAR, Due::Roster(roster)) {
                self.at(self.now + RESYNC, Due::Resync);
            }
        }
    }

    fn replicate(&mut self, roster: Roster) {
        if roster.version > self.far.version {
            self.far = roster;
            self.look_around();
            self.announce();
        }
    }

    fn announce(&mut self) {
        if !self.send(HOME, Due::Notice) {
            self.at(self.now + RESYNC, Due::Notice);
        }
    }

    /// Keeps the grace time of a user whose last session has dropped.
    fn look_around(&mut self) {
        let online = !self.presence().candidates.is_empty();
        if online {
            self.returning_until = None;
        } else if self.online {
            let farewells = [self.home_farewell, self.far.farewell];
            let dropped = farewells.contains(&Some(Departure::Drops));
            self.returning_until = dropped.then_some(self.now + GRACE);
        }
        self.online = online;
    }

    fn candidates_on(&self, node: usize) -> Vec<Candidate> {
        let here = |live: &&Live| live.page.node == node && live.whereabouts == Whereabouts::Here;
        let candidate = |live: &Live| Candidate {
            session: live.id,
            focused: live.page.focused,
            visible: live.page.visible,
            idle: Duration::from_millis(self.now - live.last_active),
            dormant: live.page.dormant || self.is_dormant(live.page.standstill),
        };
        self.pages.iter().filter(here).map(candidate).collect()
    }

    fn is_dormant(&self, standstill: Option<Standstill>) -> bool {
        standstill.is_some_and(|Standstill { begins, lasts, .. }| {
            let begins = START + begins;
            begins + DORMANT < self.now && self.now < begins + lasts
        })
    }

    fn far_roster(&self) -> Roster {
        Roster {
            version: self.far_version,
            members: self.candidates_on(FAR),
            read_at: self.now,
            farewell: self.far_farewell,
        }
    }

    /// What home knows: its own sessions as they are, those of the far node as it last heard.
    fn presence(&self) -> Presence {
        let aged = Duration::from_millis(self.now - self.far.read_at);
        let mut members = self.candidates_on(HOME);
        members.extend(self.far.members.iter().cloned().map(|mut member| {
            member.idle += aged;
            member
        }));
        Presence {
            candidates: members,
            returning_until: self.returning_until.map(Tick),
        }
    }

    fn notice(&mut self) -> Verdict<()> {
        self.tell(Event::Presence(self.presence()))
    }

    // -- what a page does --

    fn offered(&mut self, index: usize) {
        let live = &self.pages[index];
        if live.whereabouts != Whereabouts::Here {
            return self.say(Word::Gone, index);
        }
        match live.page.behaviour {
            Behaviour::Opens(after)
            | Behaviour::OpensAndSaysItTwice(after)
            | Behaviour::Refuses(after)
            | Behaviour::ChangesItsMind(after) => self.at(self.now + after, Due::Responds(index)),
            Behaviour::Vanishes => self.leaves(index, Departure::Drops),
            Behaviour::Reloads(away) => {
                self.leaves(index, Departure::Drops);
                self.comes_back(index, away, None);
            }
            Behaviour::Reconnects { away, stays } => {
                self.shows(index);
                self.leaves(index, Departure::Drops);
                self.comes_back(index, away, stays);
            }
            Behaviour::Silent | Behaviour::Stuffed | Behaviour::Lies => {}
        }
    }

    fn responds(&mut self, index: usize) {
        let live = &self.pages[index];
        if live.whereabouts != Whereabouts::Here {
            return;
        }
        match live.page.behaviour {
            Behaviour::Refuses(_) => self.say(Word::Refused, index),
            Behaviour::ChangesItsMind(_) => {
                self.say(Word::Refused, index);
                self.shows(index);
            }
            Behaviour::OpensAndSaysItTwice(_) => {
                self.shows(index);
                self.shows(index);
            }
            _ => self.shows(index),
        }
    }

    /// Opens the window unless the offer has expired; one that is open is only reported again.
    fn shows(&mut self, index: usize) {
        let expired = self.coordinator.deadline().is_some_and(|d| d.0 <= self.now);
        let live = &mut self.pages[index];
        if live.window == Window::Never && !expired {
            live.window = Window::Open;
        }
        if live.window == Window::Open {
            self.say(Word::Opened, index);
        }
    }

    /// The page connects again after `away`, with the window if it shows one.
    fn comes_back(&mut self, index: usize, away: u64, stays: Option<u64>) {
        let Live { page, window, .. } = self.pages[index];
        let joins = self.now - START + 1 + away;
        let again = Page {
            // The load balancer knows nothing of pages.
            node: 1 - page.node,
            joins,
            behaviour: Behaviour::Opens(50),
            idle: 0,
            touched: None,
            leaves: stays.map(|stays| (joins + stays, Departure::Drops)),
            standstill: None,
            ..page
        };
        self.expect(again, Some(index), window);
    }

    fn withdrawn(&mut self, index: usize) {
        let live = &mut self.pages[index];
        if live.whereabouts == Whereabouts::Here && live.window == Window::Open {
            live.window = Window::Closed;
        }
    }

    // -- the driver --

    fn heard(&mut self, word: Word, index: usize) -> Verdict<()> {
        let id = self.pages[index].id;
        match word {
            Word::Opened => self.tell(Event::Opened(id)),
            Word::Refused => self.tell(Event::Refused(id)),
            Word::Gone => self.tell(Event::Gone(id)),
            Word::Attached => {
                self.tell(Event::Attached(id))?;
                // The record's part, after the answer: only one page keeps the window.
                if self
                    .winner()
                    .is_some_and(|winner| !self.is_page_of(index, winner))
                {
                    self.withdrawn(index);
                }
                Ok(())
            }
        }
    }

    fn tell(&mut self, event: Event) -> Verdict<()> {
        let actions = (self.handle)(&mut self.coordinator, Tick(self.now), event.clone());
        self.note(|w| {
            let did: Vec<_> = actions
                .iter()
                .map(|a| w.name_ids(&format!("{a:?}")))
                .collect();
            format!(
                "  {} → [{}]",
                w.name_ids(&format!("{event:?}")),
                did.join(", ")
            )
        });
        let pages = &self.pages;
        let shown = |id| {
            pages
                .iter()
                .any(|live| live.id == id && live.window != Window::Never)
        };
        self.judge.judge(self.now, &event, &actions, shown)?;
        if self.judge.answer.is_some() != self.coordinator.is_answered() {
            return Err("is_answered is wrong".into());
        }
        for action in actions {
            self.carry_out(action)?;
        }
        Ok(())
    }

    fn carry_out(&mut self, action: Action) -> Verdict<()> {
        match action {
            Action::Offer(id) => {
                let index = self.index_of(id)?;
                if self.pages[index].page.behaviour == Behaviour::Stuffed {
                    self.at(self.now, Due::Full(index));
                } else {
                    self.send(node_of(id), Due::OfferAt(index));
                }
            }
            Action::Withdraw(id) => {
                let index = self.index_of(id)?;
                if !self.send(node_of(id), Due::WithdrawAt(index)) {
                    self.pages[index].excused = true;
                }
            }
            Action::WakeAt(tick) => self.set_alarm(tick.0),
            Action::Answer(_) => {}
        }
        Ok(())
    }

    fn set_alarm(&mut self, time: u64) {
        self.alarm += 1;
        match self.next_fate() {
            Fate::Arrives(late) => self.at(time + late, Due::Alarm(self.alarm)),
            Fate::Twice(late, later) => {
                self.at(time + late, Due::Alarm(self.alarm));
                self.at(time + later, Due::StrayAlarm);
            }
            Fate::Lost => self.at((time - 400).max(self.now + 1), Due::Alarm(self.alarm)),
        }
    }

    // -- at the end --

    fn at_rest(&self) -> Verdict<Outcome> {
        let Some(outcome) = self.judge.answer else {
            return Err("nothing is due any more and there is no answer".into());
        };
        let winner = self.winner();
        if winner.is_none() && self.scenario.must_open() {
            return Err("a page would have opened the window".into());
        }
        for (index, live) in self.pages.iter().enumerate() {
            let counted = winner.is_some_and(|winner| self.is_page_of(index, winner));
            let stray = live.window == Window::Open && live.whereabouts == Whereabouts::Here;
            if stray && !counted && !live.excused {
                return Err(format!("p{index} keeps a window that nobody counts"));
            }
        }
        Ok(outcome)
    }

    fn winner(&self) -> Option<usize> {
        match self.judge.answer {
            Some(Outcome::Opened(id)) => self.index_of(id).ok(),
            _ => None,
        }
    }

    /// Whether the session `index` is `other` or its page after a reconnect.
    fn is_page_of(&self, index: usize, other: usize) -> bool {
        let mut sessions = std::iter::successors(Some(index), |i| self.pages[*i].before);
        sessions.any(|i| i == other)
    }

    fn index_of(&self, id: SessionId) -> Verdict<usize> {
        let found = self.pages.iter().position(|live| live.id == id);
        found.ok_or_else(|| "an action names a session that does not exist".into())
    }

    // -- the trace --

    fn note(&mut self, line: impl FnOnce(&Self) -> String) {
        if self.trace.is_some() {
            let line = format!("{:>6} {}", self.now - START, line(self));
            self.trace.iter_mut().for_each(|t| t.push(line.clone()));
        }
    }

    fn name_due(&self, due: &Due) -> String {
        self.name_ids(&format!("{due:?}"))
    }

    /// Replaces session ids, which differ from run to run, by the places of their pages.
    fn name_ids(&self, text: &str) -> String {
        let mut named = text.to_owned();
        for (index, live) in self.pages.iter().enumerate() {
            named = named.replace(&format!("{:?}", live.id), &format!("p{index}"));
        }
        named
    }
}

/// Where to send a frame for a session: its id says so.
fn node_of(session: SessionId) -> usize {
    usize::from(session.node().0)
}
