//! The chores that are lists: benchmarks, fuzz targets, generated files. An empty list says so in words.
use crate::shell::{Done, cargo, cargo_command, run};

/// `(package, bench target)`. A benchmark that is not in this list is never run, so add it with its first commit.
const BENCHES: &[(&str, &str)] =
    &[("plantgate-domain", "decide"), ("plantgate-ledger", "ledger"), ("plantgate-testkit", "house")];

/// Names of cargo-fuzz targets, one per parser that reads what a stranger sent.
const FUZZ_TARGETS: &[&str] = &[];

/// `(file, arguments of cargo that print it)`. The file is written only when it differs.
const GENERATED: &[(&str, &[&str])] =
    &[("docs/who-may.md", &["run", "--quiet", "--package", "plantgate-testkit", "--bin", "who-may"])];

pub fn bench() -> Done {
    if BENCHES.is_empty() {
        println!("no benchmarks yet: list them in BENCHES of xtask/src/chores.rs");
    }
    for (package, target) in BENCHES {
        cargo(&["bench", "--package", package, "--bench", target])?;
    }
    Ok(())
}

pub fn fuzz() -> Done {
    if FUZZ_TARGETS.is_empty() {
        println!("no fuzz targets yet: list them in FUZZ_TARGETS of xtask/src/chores.rs");
    }
    for target in FUZZ_TARGETS {
        run(cargo_command().args(["+nightly", "fuzz", "run", target, "--", "-max_total_time=60"]))?;
    }
    Ok(())
}

pub fn generate() -> Done {
    if GENERATED.is_empty() {
        println!("no generated files yet: list them in GENERATED of xtask/src/chores.rs");
    }
    for (file, arguments) in GENERATED {
        let fresh = crate::shell::capture(cargo_command().args(*arguments))?;
        if std::fs::read_to_string(file).is_ok_and(|old| old == fresh) {
            println!("{file}: as it was");
            continue;
        }
        std::fs::write(file, fresh).map_err(|e| format!("cannot write {file}: {e}"))?;
        println!("{file}: written anew");
    }
    Ok(())
}
