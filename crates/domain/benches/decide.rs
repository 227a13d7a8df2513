//! Decisions a second on one core, printed; nothing is asserted (architecture §10: a timed test never is). Run with
//! `cargo bench -p plantgate-domain --bench decide`.
#![expect(clippy::print_stdout, reason = "a bench prints")]

use std::hint::black_box;

use plantgate_domain::{
    base::{Instant, Level, Line},
    permit::{decide::decide, facts::Facts, sample},
};

const ROUNDS: u32 = 2_000_000;

#[expect(clippy::disallowed_methods, reason = "benches measure monotonic time")]
fn measure(name: &str, facts: &Facts) {
    let question = sample::question();
    let start = std::time::Instant::now();
    let mut yes = 0_u32;
    for _ in 0..ROUNDS {
        let decision = decide(black_box(facts), black_box(&question), sample::now());
        yes += u32::from(black_box(&decision).yes());
    }
    let nanos = start.elapsed().as_nanos() / u128::from(ROUNDS);
    println!("{name}: {} decisions/s ({nanos} ns each, {yes} of {ROUNDS} yes)", 1_000_000_000 / nanos.max(1));
}

fn main() {
    measure("granted", &sample::facts());
    let restricted = Facts { standing: Line::of(vec![Instant::MIN], |_| Level::Restricted), ..sample::facts() };
    measure("not granted, attended offered", &restricted);
}
