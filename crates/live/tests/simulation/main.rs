//! Deterministic simulation: histories with late, repeated, reordered, lost and premature facts,
//! clocks that jump and drivers that sleep, crashes inside writes and restarts. After every step
//! the live figures equal a fresh count over the same facts at the same instant, no deadline is
//! missed or fires twice, what fired is what a reader of the whole store would say, and nothing
//! that was acknowledged is lost.
#![allow(missing_docs)]

mod driver;
mod reference;
#[path = "../../../testkit/tests/rules/mod.rs"]
mod rules;
mod store;
mod world;

use driver::{Fault, Told, run};

/// Thousands of histories, each from its seed.
#[test]
fn live_equals_batch_in_thousands_of_histories() {
    let mut told = Told::default();
    for seed in 0..3_000 {
        match run(seed, None) {
            Ok(one) => told.add(&one),
            Err(what) => panic!("seed {seed}: {what}"),
        }
    }
    // What was simulated did happen.
    assert!(told.steps > 100_000, "{told:?}");
    assert!(told.fired > 10_000 && told.to_the_millisecond > 5_000, "{told:?}");
    assert!(told.withdrawn > 300 && told.crashes > 3_000, "{told:?}");
    assert!(told.resumed > 1_000, "{told:?}");
    assert!(told.repeats > 5_000 && told.lost > 2_000 && told.jumps > 2_000, "{told:?}");
}

/// The alarm rings: with one fault planted, some history fails.
fn rings(fault: Fault) {
    let fails = |seed: &u64| run(*seed, Some(fault)).is_err();
    assert!((0..400).any(|seed| fails(&seed)), "{fault:?} is not noticed");
}

#[test]
fn a_late_fact_that_is_taken_for_a_punctual_one_is_noticed() {
    rings(Fault::LateAsPunctual);
}

#[test]
fn a_store_that_forgets_a_fact_is_noticed() {
    rings(Fault::HistoryForgets);
}

#[test]
fn an_acknowledgement_before_the_write_is_noticed() {
    rings(Fault::AcknowledgesEarly);
}

#[test]
fn effects_stored_apart_from_the_clock_are_noticed() {
    rings(Fault::ForgetsClock);
}

#[test]
fn a_clock_stored_before_its_effects_is_noticed() {
    rings(Fault::ForgetsEffects);
}

#[test]
fn a_restart_that_forgets_what_was_open_is_noticed() {
    rings(Fault::ForgetsUnsettled);
}

#[test]
fn a_driver_that_never_wakes_by_itself_is_noticed() {
    rings(Fault::Sleeps);
}

#[test]
fn a_fact_counted_twice_is_noticed() {
    rings(Fault::CountsRepeats);
}
