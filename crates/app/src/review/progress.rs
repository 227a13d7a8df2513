//! How far the drawing of a pack is: told while it is drawn, to whoever wants to know.

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Counted {
    /// Objects whose entries were read.
    Objects,
    /// Entries of a range that were read.
    Entries,
    /// Evidence files that were taken out of their store, or looked for there.
    Files,
}

impl Counted {
    /// All of them.
    pub const ALL: [Counted; 3] = [Counted::Objects, Counted::Entries, Counted::Files];

    /// Its word in the catalogue.
    pub const fn as_str(self) -> &'static str {
        match self {
            Counted::Objects => "objects",
            Counted::Entries => "entries",
            Counted::Files => "files",
        }
    }

    /// From its word.
    pub fn of(word: &str) -> Option<Counted> {
        Counted::ALL.into_iter().find(|c| c.as_str() == word)
    }
}

/// So many of so many.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Count {
    pub of: Counted,
    pub done: u64,
    pub total: u64,
}

/// Is told at the beginning of each stretch that is counted, and behind each piece of it.
pub trait Progress: Send + Sync {
    fn reached(&self, count: Count);
}

/// Nobody wants to know.
impl Progress for () {
    fn reached(&self, _count: Count) {}
}

/// One stretch, counted as it goes.
pub(super) struct Stretch<'p> {
    count: Count,
    told: &'p dyn Progress,
}

impl<'p> Stretch<'p> {
    /// Begins one of `total` pieces.
    pub fn of(of: Counted, total: u64, told: &'p dyn Progress) -> Stretch<'p> {
        let count = Count { of, done: 0, total };
        told.reached(count);
        Stretch { count, told }
    }
    /// So many further pieces are done.
    pub fn done(&mut self, more: u64) {
        self.count.done = self.count.total.min(self.count.done + more);
        self.told.reached(self.count);
    }
}
