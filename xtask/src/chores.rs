//! The chores that are lists: benchmarks and generated files, where an empty list says so in words; fuzzing and
//! killing.
use crate::{
    postgres,
    shell::{Done, cargo, cargo_command, run},
};

/// `(package, bench target)`. A benchmark that is not in this list is never run, so add it with its first commit.
const BENCHES: &[(&str, &str)] =
    &[("plantgate-domain", "decide"), ("plantgate-ledger", "ledger"), ("plantgate-testkit", "house")];

/// `(file, arguments of cargo that print it)`. The file is written only when it differs.
const GENERATED: &[(&str, &[&str])] =
    &[("docs/who-may.md", &["run", "--quiet", "--package", "plantgate-testkit", "--bin", "who-may"])];

/// Every benchmark, with a PostgreSQL there; `full` takes the sizes the budgets are written for and ends with a build
/// from nothing. Names of parts of the house's benchmark, such as `gateway`, run those alone.
pub fn bench(words: &[String]) -> Done {
    if BENCHES.is_empty() {
        println!("no benchmarks yet: list them in BENCHES of xtask/src/chores.rs");
    }
    let full = words.iter().any(|w| w == "full");
    let parts: Vec<&String> = words.iter().filter(|w| *w != "full").collect();
    // What serves: started and idle are measured on it.
    cargo(&["build", "--release"])?;
    let given = std::env::var_os("TEST_DATABASE_URL");
    let cluster = if given.is_none() { Some(postgres::Cluster::start()?) } else { None };
    for (package, target) in BENCHES.iter().filter(|(_, target)| parts.is_empty() || *target == "house") {
        let mut command = cargo_command();
        command.args(["bench", "--package", package, "--bench", target]);
        if let Some(cluster) = &cluster {
            command.env("TEST_DATABASE_URL", &cluster.url);
        }
        if *target == "house" {
            command.arg("--").args(words);
        }
        run(&mut command)?;
    }
    if full && parts.is_empty() { clean_build() } else { Ok(()) }
}

/// What a build from nothing costs, in CPU-seconds of everything it started.
fn clean_build() -> Done {
    let folder = std::env::temp_dir().join(format!("plantgate-clean-build-{}", std::process::id()));
    let before = children_ticks();
    let built = run(cargo_command().args(["build", "--release", "--quiet"]).env("CARGO_TARGET_DIR", &folder));
    let _left = std::fs::remove_dir_all(&folder);
    built?;
    // Linux counts children in hundredths of a second.
    println!("clean release build: {} CPU-seconds", children_ticks().saturating_sub(before) / 100);
    Ok(())
}

/// User and system time of all children that ended, from `/proc/self/stat`; 0 where there is none.
fn children_ticks() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name in brackets may hold spaces; the numbers behind it do not.
    let numbers = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().skip(13).take(2);
    numbers.filter_map(|n| n.parse::<u64>().ok()).sum()
}

/// Every fuzz target for a minute; `fuzz SECONDS SEED TARGET` for another time, seed or one target.
pub fn fuzz(words: &[String]) -> Done {
    let fuzz = ["run", "--quiet", "--release", "--package", "plantgate-testkit", "--bin", "fuzz", "--"];
    run(cargo_command().args(fuzz).args(words))
}

/// Kills on both engines, with a PostgreSQL there; `hammer KILLS SEED` for other wishes.
pub fn hammer(words: &[String]) -> Done {
    let given = std::env::var_os("TEST_DATABASE_URL");
    let cluster = if given.is_none() { Some(postgres::Cluster::start()?) } else { None };
    let hammer = ["run", "--quiet", "--package", "plantgate-testkit", "--bin", "hammer", "--", "faults"];
    let mut command = cargo_command();
    command.args(hammer).args(words);
    if let Some(cluster) = &cluster {
        command.env("TEST_DATABASE_URL", &cluster.url);
    }
    run(&mut command)
}

pub fn generate() -> Done {
    if GENERATED.is_empty() {
        println!("no generated files yet: list them in GENERATED of xtask/src/chores.rs");
    }
    for (file, arguments) in GENERATED {
        put(file, &crate::shell::capture(cargo_command().args(*arguments))?)?;
    }
    put("docs/validation/trace.md", &crate::trace::page()?)
}

fn put(file: &str, fresh: &str) -> Done {
    if std::fs::read_to_string(file).is_ok_and(|old| old == fresh) {
        println!("{file}: as it was");
        return Ok(());
    }
    std::fs::write(file, fresh).map_err(|e| format!("cannot write {file}: {e}"))?;
    println!("{file}: written anew");
    Ok(())
}
