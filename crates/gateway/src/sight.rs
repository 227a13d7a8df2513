//! What runs in a session at this moment: a person who is about to cut it reads it first.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use plantgate_domain::witness::gate::Runs;

/// Work on the channels of a session, in the order in which it began.
#[derive(Default)]
pub struct Works(Mutex<All>);

#[derive(Default)]
struct All {
    next: u64,
    runs: BTreeMap<u64, Runs>,
}

/// Work that began; it is over when this is dropped.
pub struct Begun<'w> {
    works: &'w Works,
    number: u64,
}

impl Works {
    fn locked(&self) -> MutexGuard<'_, All> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn begins(&self, what: Runs) -> Begun<'_> {
        let mut all = self.locked();
        let number = all.next;
        all.next += 1;
        all.runs.insert(number, what);
        Begun { works: self, number }
    }

    pub fn all(&self) -> Vec<Runs> {
        self.locked().runs.values().cloned().collect()
    }
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        self.works.locked().runs.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_is_said_until_it_is_over() {
        let works = Works::default();
        let shell = works.begins(Runs::Shell);
        let forward = works.begins(Runs::Forward(3_389));
        assert_eq!(works.all(), [Runs::Shell, Runs::Forward(3_389)]);
        drop(shell);
        assert_eq!(works.all(), [Runs::Forward(3_389)]);
        drop(forward);
        assert!(works.all().is_empty());
    }
}
