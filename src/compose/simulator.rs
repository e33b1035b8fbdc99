//! Plays composes against small worlds in which everything that can go wrong does.
//!
//! A seed makes a [`Scenario`]: the pages of one user on two nodes, what each does with an offer,
//! and the fate of every message (late, lost, doubled; alarms early). A [`World`] plays it, and its
//! judge compares what the coordinator does with what is true. A scenario that fails is made
//! smaller as long as it still fails, then printed with its trace.
//!
//! `QUILLGATE_SIMULATIONS=1000000 cargo test --lib simulator` plays more than usual.

mod judge;
mod scenario;
mod world;

use std::collections::BTreeMap;

use self::scenario::Scenario;
use self::world::{START, World};
use super::coordinator::Outcome;

/// What was asked for, or the promise that was broken.
type Verdict<T> = Result<T, String>;

fn play(scenario: &Scenario) -> Verdict<Outcome> {
    World::new(scenario, None).play()
}

/// A scenario that still fails, from which nothing more can be left out.
fn shrink(mut scenario: Scenario) -> Scenario {
    while let Some(simpler) = scenario.simpler().into_iter().find(|s| play(s).is_err()) {
        scenario = simpler;
    }
    scenario
}

fn report(seed: u64, scenario: Scenario) -> String {
    let scenario = shrink(scenario);
    let mut world = World::new(&scenario, Some(Vec::new()));
    let problem = world.play().err().unwrap_or_default();
    let trace = world.trace.take().unwrap_or_default().join("\n");
    format!("seed {seed}: {problem}\n{scenario:#?}\nticks count from {START}\n{trace}\n{problem}")
}

#[test]
fn no_world_gets_a_false_answer_or_two_windows() {
    let simulations = std::env::var("QUILLGATE_SIMULATIONS").map_or(20_000, |count| {
        count.parse().expect("a number of simulations")
    });
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for seed in 0..simulations {
        let scenario = Scenario::from_seed(seed);
        match play(&scenario) {
            Ok(Outcome::Opened(_)) => *seen.entry("Opened".into()).or_default() += 1,
            Ok(Outcome::NotOnline(reason)) => {
                *seen.entry(format!("{reason:?}")).or_default() += 1;
            }
            Err(_) => panic!("{}", report(seed, scenario)),
        }
    }
    println!("{seen:?}");
    assert!(simulations < 1_000 || seen.len() == 4, "only {seen:?}");
}
