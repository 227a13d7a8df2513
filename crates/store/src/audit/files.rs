//! Evidence against the digests that entries name.

use std::collections::{BTreeMap, BTreeSet};

use plantgate_domain::{
    base::Slot,
    event::{
        Event,
        qualify::ItemEvent,
        witness::{SessionEvent, VisitEvent},
    },
    witness::retention::Trace,
};
use uuid::Uuid;

use super::Damage;
use crate::{
    blobs::{Blobs, Stored},
    book::{self, Read},
    db::{Tx, V},
    stop::Stop,
};

/// A file that an entry names; where several do, the first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Named {
    pub seq: u64,
    pub sha256: String,
    pub bytes: u64,
}

/// Every file that entries of a snapshot name, each once.
pub(super) async fn named(tx: &mut Tx) -> Result<Vec<Named>, Stop> {
    let (mut next, mut found) = (0, Gathered::default());
    loop {
        let sql = "select seq, body from entry where seq >= $1 and kind in ('item', 'visit', 'session')
            order by seq limit 500";
        let recs = tx.all(sql, &[V::size(next)]).await?;
        if recs.is_empty() {
            return Ok(found.named());
        }
        for rec in recs {
            let seq = rec.size(0)?;
            next = seq + 1;
            // An entry that cannot be read is named by the check of the record.
            let Ok(read) = book::read(seq, &rec.bytes(1)?) else { continue };
            found.see(read);
        }
    }
}

/// Sessions that were recorded, as far as it has to be known whether their recordings were rightly deleted.
#[derive(Default)]
pub(super) struct Sessions(BTreeMap<Uuid, Trace>);

impl Sessions {
    /// Takes an entry; where the key of a recording was if this one rightly deleted it.
    pub(super) fn see(&mut self, read: &Read) -> Option<Slot> {
        let Event::Session(event) = &read.event else { return None };
        match event {
            // An end that stood before something was brought counts for nothing: it is never later than that.
            SessionEvent::Noticed(_) | SessionEvent::Brought(_) => {
                self.0.entry(read.on.id).or_default().see(event, read.at);
            }
            SessionEvent::RecordingDeleted(gone) => {
                let rightly = self.0.get(&read.on.id).is_some_and(|trace| trace.rightly(gone, read.at));
                return rightly.then_some(gone.slot);
            }
            _ => {
                if let Some(trace) = self.0.get_mut(&read.on.id) {
                    trace.see(event, read.at);
                }
            }
        }
        None
    }
}

/// Files that entries name, gathered one entry after the other, by the object that names them.
#[derive(Default)]
pub struct Gathered {
    by: BTreeMap<Uuid, Vec<Named>>,
    sessions: Sessions,
}

impl Gathered {
    /// Takes what an entry says about an object: that it names files, or that it does so no longer.
    pub fn see(&mut self, read: Read) {
        let (seq, on) = (read.at.seq, read.on.id);
        if self.sessions.see(&read).is_some() {
            self.by.remove(&on);
        }
        let event = read.event;
        let named: Vec<Named> = files(event).into_iter().map(|(sha256, bytes)| Named { seq, sha256, bytes }).collect();
        if !named.is_empty() {
            self.by.entry(on).or_default().extend(named);
        }
    }

    /// Each file that some object still names, by the first entry in which one does.
    pub(super) fn named(self) -> Vec<Named> {
        let mut first: BTreeMap<(String, u64), Named> = BTreeMap::new();
        let mut all: Vec<Named> = self.by.into_values().flatten().collect();
        all.sort_by_key(|n| n.seq);
        for one in all {
            first.entry((one.sha256.clone(), one.bytes)).or_insert(one);
        }
        let mut all: Vec<Named> = first.into_values().collect();
        all.sort_by_key(|n| n.seq);
        all
    }

    /// Digests of the same.
    pub fn digests(self) -> BTreeSet<String> {
        self.named().into_iter().map(|n| n.sha256).collect()
    }
}

/// The files an event names, with their sizes; a part of a recording that could not be kept is none.
pub fn files(event: Event) -> Vec<(String, u64)> {
    match event {
        Event::Item(ItemEvent::Delivered(item)) => vec![(item.sha256, item.bytes)],
        Event::Visit(VisitEvent::StateNoted(noted)) => noted.file.into_iter().map(|f| (f.sha256, f.bytes)).collect(),
        Event::Session(SessionEvent::Brought(brought)) => vec![(brought.part.blob, brought.part.sealed)],
        Event::Session(SessionEvent::Recorded(recorded)) => {
            let kept = recorded.parts.into_iter().filter(|part| !part.blob.is_empty());
            kept.map(|part| (part.blob, part.sealed)).collect()
        }
        _ => Vec::new(),
    }
}

/// Hashes them one after the other as they stream; how many there are.
pub(super) async fn check(blobs: &Blobs, named: &[Named], damage: &mut Vec<Damage>) -> Result<u64, Stop> {
    for one in named {
        let is = Some(Stored { sha256: one.sha256.clone(), size: one.bytes });
        let found = blobs.digest(&one.sha256).await?;
        if found != is {
            damage.push(Damage::Blob { seq: one.seq, sha256: one.sha256.clone(), missing: found.is_none() });
        }
    }
    Ok(named.len() as u64)
}
