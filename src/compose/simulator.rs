//! Plays composes against small worlds in which everything that can go wrong does.
//!
//! A seed makes a [`Scenario`]: the pages of one user on two nodes, what each does with an offer, when they stand still,
//! reload, sign out, are shut out or their server stops, and the fate of every message (late, lost, doubled; alarms
//! early). A [`World`] plays it, and its judge compares what the coordinator does with what is true. A scenario that
//! fails is made smaller as long as it still fails, then printed with its seed and its trace.
//!
//! Callers that hang up and repeat are none of its business: a compose does not learn of them.
//!
//! docs/testing.md says how to play more than usual, and how to play one seed again.

mod judge;
mod scenario;
mod world;

use std::collections::BTreeMap;
use std::ops::Range;

use self::scenario::Scenario;
use self::world::{START, World};
use super::coordinator::{Action, Coordinator, Event, Outcome, Tick};

/// What was asked for, or the promise that was broken.
type Verdict<T> = Result<T, String>;

/// What is put to the test: [`Coordinator::handle`], or something that is wrong on purpose.
type Handle = fn(&mut Coordinator, Tick, Event) -> Vec<Action>;

/// How many seeds the usual run plays.
const USUAL: u64 = 20_000;
const REPLAY: &str = "QUILLGATE_SIMULATIONS=1 cargo test --lib simulator -- --nocapture";

fn play(scenario: &Scenario, handle: Handle) -> Verdict<Outcome> {
    World::new(scenario, handle, None).play()
}

/// A scenario that still fails, from which nothing more can be left out.
fn shrink(mut scenario: Scenario, handle: Handle) -> Scenario {
    let fails = |scenario: &Scenario| play(scenario, handle).is_err();
    while let Some(simpler) = scenario.simpler().into_iter().find(fails) {
        scenario = simpler;
    }
    scenario
}

/// What happens in a scenario, line by line, and how it ends.
fn trace(scenario: &Scenario, handle: Handle) -> String {
    let mut world = World::new(scenario, handle, Some(Vec::new()));
    let ending = world.play();
    let lines = world.trace.take().unwrap_or_default().join("\n");
    format!("{scenario:#?}\nticks count from {START}\n{lines}\n{ending:?}")
}

/// The first seed that fails.
struct Failure {
    seed: u64,
    problem: String,
    scenario: Scenario,
    smallest: Scenario,
}

impl Failure {
    fn report(&self, handle: Handle) -> String {
        let Self { seed, problem, .. } = self;
        let (before, after) = (self.scenario.events(), self.smallest.events());
        let trace = trace(&self.smallest, handle);
        format!(
            "seed {seed}: {problem}\nagain: QUILLGATE_SEED={seed} {REPLAY}\n\
             {before} events, of which {after} are enough:\n{trace}"
        )
    }
}

/// Plays seeds until one fails; how often each answer came.
fn search(seeds: Range<u64>, handle: Handle) -> Result<BTreeMap<String, u64>, Box<Failure>> {
    let mut seen = BTreeMap::new();
    for seed in seeds {
        let scenario = Scenario::from_seed(seed);
        let answer = match play(&scenario, handle) {
            Ok(Outcome::Opened(_)) => "Opened".to_owned(),
            Ok(outcome) => format!("{outcome:?}"),
            Err(problem) => {
                return Err(Box::new(Failure {
                    seed,
                    problem,
                    smallest: shrink(scenario.clone(), handle),
                    scenario,
                }));
            }
        };
        *seen.entry(answer).or_default() += 1;
    }
    Ok(seen)
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{variable} is to be a number, not '{text}'")),
    )
}

#[test]
fn no_world_gets_a_false_answer_or_two_windows() {
    let first = number("QUILLGATE_SEED").unwrap_or(0);
    let count = number("QUILLGATE_SIMULATIONS").unwrap_or(USUAL);
    if count == 1 {
        println!(
            "{}",
            trace(&Scenario::from_seed(first), Coordinator::handle)
        );
    }
    let seen = search(first..first.saturating_add(count), Coordinator::handle)
        .unwrap_or_else(|failure| panic!("{}", failure.report(Coordinator::handle)));
    println!("{count} seeds from {first}: {seen:?}");
    assert!(count < 1_000 || seen.len() == 5, "only {seen:?}");
}

#[test]
fn a_seed_is_the_same_world_every_time() {
    for seed in 0..200 {
        let play = || trace(&Scenario::from_seed(seed), Coordinator::handle);
        assert_eq!(without_ids(&play()), without_ids(&play()), "seed {seed}");
    }
}

/// The answer names its session by an id of its own.
fn without_ids(trace: &str) -> &str {
    trace
        .rsplit_once("Ok(Opened(")
        .map_or(trace, |(before, _)| before)
}

/// Mistakes that a coordinator could make.
const MISTAKES: [(&str, Handle); 9] = [
    ("leaves the losers their windows", |it, now, event| {
        let mut actions = it.handle(now, event);
        if actions.iter().any(|a| matches!(a, Action::Answer(_))) {
            actions.retain(|a| !matches!(a, Action::Withdraw(_)));
        }
        actions
    }),
    (
        "ignores an ack that comes after the answer",
        |it, now, event| {
            if it.is_answered() && matches!(event, Event::Opened(_)) {
                return Vec::new();
            }
            it.handle(now, event)
        },
    ),
    (
        "ignores a window that came along with its page",
        |it, now, event| {
            if matches!(event, Event::Attached(_)) {
                return Vec::new();
            }
            it.handle(now, event)
        },
    ),
    ("ignores refusals", |it, now, event| {
        if matches!(event, Event::Refused(_)) {
            return Vec::new();
        }
        it.handle(now, event)
    }),
    ("waits for the dead", |it, now, event| {
        if matches!(event, Event::Gone(_)) {
            return Vec::new();
        }
        it.handle(now, event)
    }),
    (
        "offers to dormant pages as to others",
        |it, now, mut event| {
            if let Event::Presence(presence) = &mut event {
                presence
                    .candidates
                    .iter_mut()
                    .for_each(|c| c.dormant = false);
            }
            it.handle(now, event)
        },
    ),
    ("forgets who may come back", |it, now, mut event| {
        if let Event::Presence(presence) = &mut event {
            presence.returning_until = None;
        }
        it.handle(now, event)
    }),
    ("takes an offer for a window", |it, now, event| {
        let mut actions = it.handle(now, event);
        if let Some(Action::Offer(session)) = actions.first().copied() {
            actions.push(Action::Answer(Outcome::Opened(session)));
        }
        actions
    }),
    (
        "does not hear that the server stops",
        |it, now, event| match event {
            Event::Stopped => Vec::new(),
            event => it.handle(now, event),
        },
    ),
];

#[test]
fn every_mistake_is_found_told_with_its_seed_and_made_small() {
    for (mistake, handle) in MISTAKES {
        let Err(failure) = search(0..USUAL, handle) else {
            panic!("a coordinator that {mistake} is not found out");
        };
        let report = failure.report(handle);
        let seed = failure.seed;
        assert!(report.starts_with(&format!("seed {seed}: ")), "{report}");
        assert!(
            report.contains(&format!("QUILLGATE_SEED={seed} ")),
            "{report}"
        );
        assert!(
            play(&Scenario::from_seed(seed), handle).is_err(),
            "{report}"
        );
        assert!(
            failure.smallest.events() <= 4,
            "a coordinator that {mistake}: {report}"
        );
        // Nothing of it can be left out.
        assert_eq!(shrink(failure.smallest.clone(), handle), failure.smallest);
        // And it is the mistake that fails, not the world.
        assert!(
            play(&failure.smallest, Coordinator::handle).is_ok(),
            "{report}"
        );
    }
}
