//! What can be bound to a statement. A NULL carries its type, because PostgreSQL infers the parameter from it.

use plantgate_domain::base::Instant;
use uuid::Uuid;

/// A bound value. Instants are microseconds in a `bigint`, truth is 0 or 1, JSON is text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum V {
    Id(Uuid),
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
    NoId,
    NoInt,
    NoText,
    NoBytes,
}

impl V {
    /// Text.
    pub fn text(s: impl Into<String>) -> V {
        V::Text(s.into())
    }
    /// An instant as microseconds.
    pub fn at(t: Instant) -> V {
        V::Int(t.micros())
    }
    /// An instant that may be missing.
    pub fn maybe_at(t: Option<Instant>) -> V {
        t.map_or(V::NoInt, V::at)
    }
    /// An id that may be missing.
    pub fn maybe_id(id: Option<Uuid>) -> V {
        id.map_or(V::NoId, V::Id)
    }
    /// Text that may be missing.
    pub fn maybe_text(s: Option<impl Into<String>>) -> V {
        s.map_or(V::NoText, |s| V::Text(s.into()))
    }
    /// Truth as 0 or 1.
    pub fn truth(b: bool) -> V {
        V::Int(i64::from(b))
    }
    /// A size or count; beyond `i64` it saturates, which no limit here allows.
    pub fn size(n: u64) -> V {
        V::Int(i64::try_from(n).unwrap_or(i64::MAX))
    }
}
