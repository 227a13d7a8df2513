//! How many open lines a process keeps to boards that are looked at: each person some, all together some more. A line
//! is counted from when it is opened until it is dropped, however it ends.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use plantgate_domain::base::PersonId;
use tokio::sync::watch;

/// Lines of one person: a browser opens six connections to one server, and pages need some of them.
pub const EACH: usize = 4;
/// Lines of a process: each asks the database once in some seconds.
pub const ALL: usize = 200;

/// The lines that are open.
#[derive(Clone, Default)]
pub struct Live(Arc<Mutex<HashMap<PersonId, usize>>>);

/// One open line.
pub struct Line {
    live: Live,
    person: PersonId,
}

impl Live {
    /// Opens a line for somebody; nothing where there are too many.
    pub fn open(&self, person: PersonId) -> Option<Line> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (theirs, total) = (all.get(&person).copied().unwrap_or(0), all.values().sum::<usize>());
        if theirs >= EACH || total >= ALL {
            return None;
        }
        all.insert(person, theirs + 1);
        Some(Line { live: self.clone(), person })
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let mut all = self.live.0.lock().unwrap_or_else(PoisonError::into_inner);
        match all.get(&self.person).copied() {
            Some(theirs) if theirs > 1 => drop(all.insert(self.person, theirs - 1)),
            _ => drop(all.remove(&self.person)),
        }
    }
}

/// Says when the server ends; a line that never ends by itself ends then.
#[derive(Clone)]
pub struct Closing(pub watch::Receiver<()>);

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn lines_are_counted_for_each_and_for_all_and_given_back() {
        let live = Live::default();
        let person = |n: u128| PersonId(Uuid::from_u128(n));
        let mut lines: Vec<Line> = (0..EACH).map(|_| live.open(person(1)).unwrap()).collect();
        assert!(live.open(person(1)).is_none());
        // one that ends makes room for one
        lines.pop();
        lines.push(live.open(person(1)).unwrap());
        assert!(live.open(person(1)).is_none());
        for n in 2..=(ALL / EACH) as u128 {
            lines.extend((0..EACH).map(|_| live.open(person(n)).unwrap()));
        }
        assert!(live.open(person(999)).is_none(), "all together");
        drop(lines);
        assert!(live.open(person(999)).is_some());
        assert!(live.0.lock().unwrap().is_empty(), "nothing is kept of who looked");
    }
}
