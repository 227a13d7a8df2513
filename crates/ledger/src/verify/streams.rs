//! Gapless versions per object: the one trace an entry leaves that was never appended or was cut out before
//! anything was signed.

use std::collections::BTreeMap;

use super::Damage;
use crate::entry::{Envelope, On};

/// The last version seen of each object, with the number of unreadable rows seen by then.
#[derive(Debug, Default)]
pub(super) struct Streams {
    last: BTreeMap<On, (u64, u64)>,
    lost: u64,
}

impl Streams {
    /// Some rows could not be read: each may have been one version of any object.
    pub(super) fn lost(&mut self, rows: u64) {
        self.lost = self.lost.saturating_add(rows);
    }

    /// Reads a sound body and looks whether its version follows.
    pub(super) fn take(&mut self, seq: u64, body: &[u8]) -> Option<Damage> {
        let Ok(entry) = Envelope::from_leaf_bytes(body) else {
            self.lost(1);
            return Some(Damage::Entry { seq });
        };
        let (last, lost_then) = self.last.insert(entry.on, (entry.ver, self.lost)).unwrap_or((0, 0));
        let expected = last + 1;
        // Rows lost in between are named already; they explain as many missing versions, no more.
        let explained = entry.ver >= expected && entry.ver - expected <= self.lost - lost_then;
        (!explained).then_some(Damage::Version { seq, expected, found: entry.ver })
    }
}
