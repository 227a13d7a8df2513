//! The house keeper: one door for every command a developer or a build machine types.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a developer's tool speaks to a terminal, measures time and reads the environment; it never ships"
)]

mod bill;
mod chores;
mod counts;
mod foreign;
mod oidc;
mod packages;
mod pictures;
mod postgres;
mod python;
mod release;
mod s3;
mod schemathesis;
mod shell;
mod smtp;
mod suites;
mod tidy;
mod trace;

use std::process::ExitCode;

/// Every subcommand with the one line that explains it. `tidy` reads this list to check the documents.
pub const COMMANDS: &[(&str, &str)] = &[
    ("test", "every suite, with a private PostgreSQL; more words go to the test runner only (-p plantgate-store)"),
    ("lint", "formatting, clippy, tidy, and cargo-deny where it is installed"),
    ("tidy", "the mechanical laws of the house"),
    ("fix", "format everything"),
    ("run", "the demo plant: cargo run -- demo"),
    (
        "bench",
        "every benchmark, one after another; full: at the sizes the budgets are written for; gateway: that part alone",
    ),
    ("fuzz", "every parser of foreign bytes for a minute; fuzz SECONDS SEED TARGET for other wishes"),
    (
        "hammer",
        "kill -9 in the middle of import, upload, pack and rebuild, 100 times on each engine; hammer KILLS SEED",
    ),
    ("release", "the binary to ship, its checksums and its bill of materials; release check builds twice and compares"),
    ("pictures", "every page as a picture in both themes and at both widths, in target/pictures"),
    ("generate", "write generated files anew"),
];

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    let rest: Vec<String> = words.collect();
    let outcome = shell::enter_root().and_then(|()| match command.as_str() {
        "test" => suites::test(&rest),
        "lint" => suites::lint(),
        "tidy" => tidy::command(),
        "fix" => shell::cargo(&["fmt", "--all"]),
        "run" => shell::cargo(&["run", "--", "demo"]),
        "bench" => chores::bench(&rest),
        "fuzz" => chores::fuzz(&rest),
        "hammer" => chores::hammer(&rest),
        "release" => release::release(&rest),
        "pictures" => pictures::pictures(),
        "generate" => chores::generate(),
        _ => Err(usage()),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(words) => {
            if !words.is_empty() {
                eprintln!("{words}");
            }
            ExitCode::FAILURE
        }
    }
}

fn usage() -> String {
    let mut text = String::from("cargo xtask <command>\n");
    for (name, what) in COMMANDS {
        text.push_str(&format!("  {name:<9} {what}\n"));
    }
    text
}
