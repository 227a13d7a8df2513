//! Personal data and human free text never stand in an entry: the entry holds a commitment and a slot, the value sits
//! in an erasable store and is joined on reading. Rules never need one (architecture §4).

use std::{fmt, marker::PhantomData};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// HMAC-SHA-256 of the value under its own random salt, as 64 hexadecimal digits. Noise once value and salt are gone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Commit(pub String);

/// Where the value sits in the erasable store.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slot(pub Uuid);

/// Marker for human text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Text {}

/// A value that is not here.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Private<T> {
    pub commit: Commit,
    pub slot: Slot,
    #[serde(skip)]
    of: PhantomData<fn() -> T>,
}

impl<T> Private<T> {
    /// Made by the writer's desk when it seals a value.
    pub fn sealed(commit: Commit, slot: Slot) -> Self {
        Private { commit, slot, of: PhantomData }
    }
}
impl<T> Clone for Private<T> {
    fn clone(&self) -> Self {
        Private::sealed(self.commit.clone(), self.slot)
    }
}
impl<T> PartialEq for Private<T> {
    fn eq(&self, other: &Self) -> bool {
        self.commit == other.commit && self.slot == other.slot
    }
}
impl<T> Eq for Private<T> {}
impl<T> fmt::Debug for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Private({})", self.slot.0)
    }
}
