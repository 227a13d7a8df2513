//! Which statements ran, by engine, in builds that are not for release: a test holds them against the statements that
//! stand in the source (law 7). Texts hold placeholders, never values.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use super::Engine;

static LITE: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
static PG: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

fn of(engine: Engine) -> &'static Mutex<BTreeSet<String>> {
    match engine {
        Engine::Sqlite => &LITE,
        Engine::Postgres => &PG,
    }
}

/// Notes that a statement is about to run.
pub(super) fn note(engine: Engine, sql: &str) {
    if cfg!(debug_assertions) {
        let mut all = of(engine).lock().unwrap_or_else(PoisonError::into_inner);
        if !all.contains(sql) {
            all.insert(sql.to_owned());
        }
    }
}

/// What ran on an engine in this process; nothing in a release build.
pub fn ran(engine: Engine) -> BTreeSet<String> {
    of(engine).lock().unwrap_or_else(PoisonError::into_inner).clone()
}
