//! `cargo xtask fuzz`: every parser that reads what a stranger sent gets spoilt inputs for a minute. A seed corpus is
//! changed at random; an input that brings a new kind of answer joins the corpus, so that the changes go on from there.
//! A panic, or an answer that takes longer than a second, is a fault: the input is kept and its path is printed.
//!
//! Own code instead of cargo-fuzz, because that needs a nightly compiler and a plant's build machine has neither that
//! nor a network. It is no substitute for coverage guidance; where cargo-fuzz runs, the same targets suit it.

mod doors;
mod files;
mod saved;
mod sheets;
mod tapes;
mod targets;

use std::{
    collections::HashSet,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

use plantgate_testkit::spoil::{self, Dice};
use targets::{Target, targets};

/// Inputs one target keeps; more would be chosen too seldom.
const CORPUS: usize = 2_000;
/// An answer that takes longer hangs whoever asked; a build for tests, on a machine that tests, is many times slower.
const SLOW: Duration = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 1 });

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let secs = words.next().and_then(|s| s.parse().ok()).unwrap_or(60);
    let seed = words.next().and_then(|s| s.parse().ok()).unwrap_or(1);
    let only = words.next();
    // Panics are told once, with the input that made them.
    std::panic::set_hook(Box::new(|_| ()));
    let mut faults = 0;
    for target in targets().iter().filter(|t| only.as_deref().is_none_or(|o| t.name == o)) {
        faults += usize::from(!run(target, Duration::from_secs(secs), seed));
    }
    doors::close();
    if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Whether a target stood its time.
#[expect(clippy::disallowed_methods, reason = "how long a parser takes is what is measured here")]
fn run(target: &Target, time: Duration, seed: u64) -> bool {
    let mut dice = Dice(seed ^ 0x9e37_79b9_7f4a_7c15);
    let mut corpus = target.seeds.clone();
    let mut kinds: HashSet<String> = corpus.iter().map(|input| (target.reads)(input)).collect();
    let (begun, mut tried) = (Instant::now(), 0_u64);
    while begun.elapsed() < time {
        let input = spoil::spoilt(&mut dice, &corpus);
        let asked = Instant::now();
        let answer = catch_unwind(AssertUnwindSafe(|| (target.reads)(&input)));
        tried += 1;
        let slow = asked.elapsed() > SLOW;
        match answer {
            Ok(kind) if !slow => {
                if kinds.insert(kind) && corpus.len() < CORPUS {
                    corpus.push(input);
                }
            }
            answer => {
                let what = if answer.is_err() { "a panic" } else { "no answer within a second" };
                println!(
                    "{}: {what} after {tried} inputs (seed {seed}); kept in {}",
                    target.name,
                    kept(target, &input)
                );
                return false;
            }
        }
    }
    println!("{:<12} {tried:>9} inputs, {} kinds of answer, {} in the corpus", target.name, kinds.len(), corpus.len());
    true
}

fn kept(target: &Target, input: &[u8]) -> String {
    let folder = PathBuf::from("target/fuzz");
    let file = folder.join(format!("{}-{}", target.name, plantgate_ledger::Hash::of_content(input)));
    let written = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&file, input));
    written.map_or_else(|e| format!("nothing: {e}"), |()| file.display().to_string())
}
