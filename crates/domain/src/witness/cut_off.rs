//! A session that began while its gateway could not reach the core, as the record has it: which code let the
//! person in, and three times that are kept apart. When it occurred is when it started.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{base::Instant, event::witness::SessionCutOff};

/// It began while its gateway was cut off from the core, and was told afterwards.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CutOffSeen {
    /// The sheet of codes at the site.
    pub sheet: Uuid,
    /// Which code of it let the person in.
    pub number: u32,
    /// When the gateway put it on its disk, by its own clock.
    pub recorded: Instant,
    /// When the entry was made here.
    pub received: Instant,
    /// The code may have been in wrong hands: it was used before, or its sheet was unknown, withdrawn or over.
    #[serde(default)]
    pub doubt: bool,
}

impl CutOffSeen {
    /// What an event says, and when it was received.
    pub fn of(e: &SessionCutOff, received: Instant) -> CutOffSeen {
        CutOffSeen { sheet: e.sheet, number: e.number, recorded: e.recorded, received, doubt: e.doubt }
    }
}
