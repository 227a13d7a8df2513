//! What became of a row that was registered. Registering is an upsert by the name people use, so that a second import
//! of the same file changes nothing.

use plantgate_domain::base::{Private, Text};
use plantgate_store::{Desk, Stop};
use serde::{Deserialize, Serialize};

/// What registering came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Registered<I> {
    pub id: I,
    pub reference: String,
    /// `new`, `changed` or `unchanged`.
    pub outcome: Outcome,
}

impl<I> Registered<I> {
    /// It did not exist.
    pub fn new(id: I, reference: impl Into<String>) -> Self {
        Registered { id, reference: reference.into(), outcome: Outcome::New }
    }
    /// It existed with other facts.
    pub fn changed(id: I, reference: impl Into<String>) -> Self {
        Registered { id, reference: reference.into(), outcome: Outcome::Changed }
    }
    /// It stood exactly so.
    pub fn unchanged(id: I, reference: impl Into<String>) -> Self {
        Registered { id, reference: reference.into(), outcome: Outcome::Unchanged }
    }
}

/// What became of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    New,
    Changed,
    Unchanged,
}

/// The private value that stands if it says the same, else a new one. Facts can then be compared as they are.
pub async fn kept(desk: &mut Desk, old: Option<&Private<Text>>, value: &str) -> Result<Private<Text>, Stop> {
    if let Some(old) = old
        && desk.open_private(old).await?.as_deref() == Some(value)
    {
        return Ok(old.clone());
    }
    desk.seal(value)
}

/// The same for a value that may be absent.
pub async fn kept_maybe(
    desk: &mut Desk,
    old: Option<&Private<Text>>,
    value: Option<&str>,
) -> Result<Option<Private<Text>>, Stop> {
    match value {
        Some(value) => Ok(Some(kept(desk, old, value).await?)),
        None => Ok(None),
    }
}
