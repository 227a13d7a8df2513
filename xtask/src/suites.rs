//! The test command: suites one after another, a red one does not hide the next, and a time table at the end.
use crate::counts::{Counts, closing_line};
use crate::shell::{Done, capture, cargo_command, find_program, read_along};
use crate::{oidc, packages, postgres, python, s3, schemathesis, smtp, tidy};
use std::process::Command;
use std::time::{Duration, Instant};

/// What a build from nothing and all tests take, measured; told, so that nobody is surprised.
const BUILD_GIB: u64 = 14;
/// Less than this is not enough even for a build that is there already.
const ROOM_KIB: u64 = 2 * 1024 * 1024;

/// Where tests say what they cannot do here; a passed test hides what it printed.
const LEFT_OUT: &str = "target/left-out.txt";

struct Row {
    name: &'static str,
    took: Duration,
    counts: Option<Counts>,
    green: bool,
}

#[derive(Default)]
struct Board {
    rows: Vec<Row>,
    database: Option<String>,
    axe: Option<std::path::PathBuf>,
    s3: Option<String>,
    smtp: Option<String>,
    oidc: Option<String>,
    schemathesis: Option<String>,
    /// One more variable for the tests.
    variable: Option<(&'static str, String)>,
    /// What the runners printed.
    said: String,
    /// What tests could not do on this machine, once each.
    left_out: std::collections::BTreeSet<String>,
}

/// All suites; with extra words only the test runner, which gets them (`cargo xtask test -p plantgate-store`).
pub fn test(extra: &[String]) -> Done {
    tested(Board::default(), extra)
}

/// What the test runner gets these words for, with a variable that its tests ask for.
pub fn with_variable((name, value): (&'static str, &str), extra: &[String]) -> Done {
    tested(Board { variable: Some((name, value.to_owned())), ..Board::default() }, extra)
}

fn tested(mut board: Board, extra: &[String]) -> Done {
    let board_axe = std::cell::RefCell::new(std::path::PathBuf::new());
    board.note("room on the disk", room);
    board.note("system packages", packages::ensure);
    board.note("axe-core", || {
        board_axe.replace(packages::axe()?);
        Ok(())
    });
    board.axe = Some(board_axe.into_inner());
    // Held until the end of this function: dropping it stops the server.
    let cluster = board.start_postgres();
    let bucket = board.start_s3();
    let post = board.start_smtp();
    let identity = board.start_oidc();
    board.install_schemathesis();
    if extra.is_empty() {
        board.run("formatting", cargo_command().args(["fmt", "--all", "--check"]));
        board.run("clippy", &mut clippy());
        board.note("tidy", tidy::command);
    }
    board.run_counted("tests", &mut runner(extra));
    if extra.is_empty() {
        board.run_counted("doc tests", cargo_command().args(["test", "--workspace", "--doc"]));
    }
    drop((cluster, bucket, post, identity));
    if extra.is_empty() {
        board.trace();
    }
    board.close()
}

pub fn lint() -> Done {
    let mut board = Board::default();
    board.run("formatting", cargo_command().args(["fmt", "--all", "--check"]));
    board.run("clippy", &mut clippy());
    board.note("tidy", tidy::command);
    if find_program("cargo-deny", &[]).is_some() {
        board.run("cargo-deny", cargo_command().args(["deny", "check", "bans", "licenses", "sources"]));
    } else {
        println!("cargo-deny is not installed: only the bans and licences that tidy reads itself were checked");
    }
    board.table();
    board.verdict()
}

fn clippy() -> Command {
    let mut command = cargo_command();
    command.args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    command
}

/// A linker that runs out of disk dies of a bus error and says nothing of the disk.
fn room() -> Done {
    let table = capture(Command::new("df").args(["-Pk", "."]))?;
    let free = table.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)).and_then(|k| k.parse::<u64>().ok());
    let Some(free) = free else { return Err(format!("df said what this does not read:\n{table}")) };
    let gib = free / (1024 * 1024);
    println!("{gib} GiB free; a first build with its tests takes up to {BUILD_GIB}");
    if free < ROOM_KIB { Err(format!("only {gib} GiB are free here: make room first")) } else { Ok(()) }
}

/// nextest where it is installed, because it isolates tests and names slow ones; libtest otherwise.
fn runner(extra: &[String]) -> Command {
    let mut command = cargo_command();
    let whole: &[&str] = if extra.is_empty() { &["--workspace"] } else { &[] };
    if capture(cargo_command().args(["nextest", "--version"])).is_ok() {
        command.args(["nextest", "run", "--no-fail-fast", "--no-tests=pass"]).args(whole).args(extra);
    } else {
        println!("cargo-nextest is not installed: using cargo test");
        command.args(["test", "--no-fail-fast"]).args(whole);
        if extra.is_empty() {
            command.args(["--lib", "--bins", "--tests"]);
        }
        command.args(extra);
    }
    command
}

impl Board {
    fn start_postgres(&mut self) -> Option<postgres::Cluster> {
        if let Ok(given) = std::env::var("TEST_DATABASE_URL") {
            println!("PostgreSQL: using the one TEST_DATABASE_URL names, starting none");
            self.database = Some(given);
            return None;
        }
        let mut started = None;
        self.note("PostgreSQL start", || {
            started = Some(postgres::Cluster::start()?);
            println!("PostgreSQL: private cluster started on loopback, removed when this command ends");
            Ok(())
        });
        self.database = started.as_ref().map(|cluster| cluster.url.clone());
        started
    }

    fn start_s3(&mut self) -> Option<python::Server> {
        if let Ok(given) = std::env::var("TEST_S3_ADDRESS") {
            println!("S3: using the server TEST_S3_ADDRESS names, starting none");
            self.s3 = Some(given);
            return None;
        }
        let mut started = None;
        self.note("S3 start", || {
            started = Some(s3::start()?);
            println!("S3: moto started on loopback, gone when this command ends");
            Ok(())
        });
        self.s3 = started.as_ref().map(|server| server.address.clone());
        started
    }

    fn start_smtp(&mut self) -> Option<python::Server> {
        if let Ok(given) = std::env::var("TEST_SMTP") {
            println!("SMTP: using the server TEST_SMTP names, starting none");
            self.smtp = Some(given);
            return None;
        }
        let mut started = None;
        self.note("SMTP start", || {
            started = Some(smtp::start()?);
            println!("SMTP: aiosmtpd started on loopback, gone when this command ends");
            Ok(())
        });
        let (server, said) = started?;
        self.smtp = Some(said);
        Some(server)
    }

    fn start_oidc(&mut self) -> Option<python::Server> {
        if let Ok(given) = std::env::var("TEST_OIDC") {
            println!("OpenID: using the provider TEST_OIDC names, starting none");
            self.oidc = Some(given);
            return None;
        }
        let mut started = None;
        self.note("OpenID start", || {
            started = Some(oidc::start()?);
            println!("OpenID: oidc-provider started on loopback, gone when this command ends");
            Ok(())
        });
        self.oidc = started.as_ref().map(|server| server.address.clone());
        started
    }

    fn install_schemathesis(&mut self) {
        if let Ok(given) = std::env::var("TEST_SCHEMATHESIS") {
            println!("schemathesis: using the program TEST_SCHEMATHESIS names, installing none");
            self.schemathesis = Some(given);
            return;
        }
        let mut program = None;
        self.note("schemathesis", || {
            program = Some(schemathesis::install()?);
            Ok(())
        });
        self.schemathesis = program;
    }

    fn note(&mut self, name: &'static str, work: impl FnOnce() -> Done) {
        println!("\n== {name}");
        let start = Instant::now();
        let outcome = work();
        if let Err(words) = &outcome {
            println!("{words}");
        }
        self.rows.push(Row { name, took: start.elapsed(), counts: None, green: outcome.is_ok() });
    }

    fn run(&mut self, name: &'static str, command: &mut Command) {
        self.note(name, || crate::shell::run(command));
    }

    fn run_counted(&mut self, name: &'static str, command: &mut Command) {
        println!("\n== {name}");
        if let Some(url) = &self.database {
            command.env("TEST_DATABASE_URL", url);
        }
        if let Some(address) = &self.s3 {
            command.env("TEST_S3_ADDRESS", address);
        }
        if let Some(said) = &self.smtp {
            command.env("TEST_SMTP", said);
        }
        if let Some(address) = &self.oidc {
            command.env("TEST_OIDC", address);
        }
        if let Some(program) = &self.schemathesis {
            command.env("TEST_SCHEMATHESIS", program);
        }
        if let Some((name, value)) = &self.variable {
            command.env(name, value);
        }
        if let Some(axe) = self.axe.as_ref().filter(|path| path.exists()) {
            command.env("PLANTGATE_AXE", axe);
        }
        // Absolute: each test runs in the folder of its crate.
        let left_out = std::env::current_dir().unwrap_or_default().join(LEFT_OUT);
        let _none = std::fs::remove_file(&left_out);
        command.env("PLANTGATE_LEFT_OUT", &left_out);
        let start = Instant::now();
        let mut counts = Counts::default();
        let said = &mut self.said;
        let outcome = read_along(command, |line| {
            counts.add(closing_line(line).unwrap_or_default());
            said.push_str(line);
            said.push('\n');
        });
        if let Err(words) = &outcome {
            println!("{words}");
        }
        self.left_out.extend(std::fs::read_to_string(&left_out).unwrap_or_default().lines().map(str::to_owned));
        let green = outcome == Ok(true) && counts.failed == 0;
        self.rows.push(Row { name, took: start.elapsed(), counts: Some(counts), green });
    }

    /// Leaves behind which requirement is shown by which test with which result. No commit, no document: it says of
    /// what it is.
    fn trace(&mut self) {
        let said = std::mem::take(&mut self.said);
        self.note("trace", || {
            std::fs::write(crate::trace::RESULTS, &said).map_err(|e| e.to_string())?;
            let commit = capture(Command::new("git").args(["log", "-1", "--format=commit %H of %cI"]))?;
            crate::trace::with_results(commit.trim())
        });
    }

    fn table(&self) {
        println!("\n{:<18} {:>9} {:>8} {:>8}", "suite", "seconds", "passed", "failed");
        for row in &self.rows {
            let (passed, failed) = match row.counts {
                Some(counts) => (counts.passed.to_string(), counts.failed.to_string()),
                None => ("-".to_string(), "-".to_string()),
            };
            let mark = if row.green { "" } else { "  RED" };
            println!("{:<18} {:>9.1} {passed:>8} {failed:>8}{mark}", row.name, row.took.as_secs_f64());
        }
        println!("{:<18} {:>9.1}", "together", self.rows.iter().map(|row| row.took.as_secs_f64()).sum::<f64>());
    }

    /// A suite that is red without naming a failed test (it did not compile, a law is broken) counts as one failure:
    /// the last line must never read like success when the exit code does not.
    fn totals(&self) -> Counts {
        let mut sum = Counts::default();
        for row in &self.rows {
            let mut counts = row.counts.unwrap_or_default();
            if !row.green && counts.failed == 0 {
                counts.failed = 1;
            }
            sum.add(counts);
        }
        sum
    }

    fn verdict(&self) -> Done {
        let red: Vec<&str> = self.rows.iter().filter(|row| !row.green).map(|row| row.name).collect();
        if red.is_empty() { Ok(()) } else { Err(format!("red: {}", red.join(", "))) }
    }

    fn close(&self) -> Done {
        self.table();
        if let Err(words) = self.verdict() {
            println!("{words}");
        }
        for what in &self.left_out {
            println!("left out: {what}");
        }
        let sum = self.totals();
        println!("{} passed, {} failed", sum.passed, sum.failed);
        // The counts are the last line, so the error itself is empty words.
        self.verdict().map_err(|_| String::new())
    }
}

#[cfg(test)]
mod tests {
    use super::{Board, Counts, Row};
    use std::time::Duration;

    fn row(counts: Option<Counts>, green: bool) -> Row {
        Row { name: "x", took: Duration::ZERO, counts, green }
    }

    #[test]
    fn a_red_suite_without_counts_is_one_failure() {
        let passed = Some(Counts { passed: 3, failed: 0 });
        let board = Board { rows: vec![row(passed, true), row(None, false)], ..Board::default() };
        assert_eq!(board.totals(), Counts { passed: 3, failed: 1 });
        assert!(board.verdict().is_err());
    }

    #[test]
    fn named_failures_are_not_counted_twice() {
        let board = Board { rows: vec![row(Some(Counts { passed: 1, failed: 2 }), false)], ..Board::default() };
        assert_eq!(board.totals(), Counts { passed: 1, failed: 2 });
    }

    #[test]
    fn all_green_is_ok() {
        let board = Board { rows: vec![row(None, true)], ..Board::default() };
        assert!(board.verdict().is_ok());
    }
}
