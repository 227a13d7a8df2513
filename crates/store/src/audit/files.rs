//! Evidence against the digests that entries name.

use std::collections::BTreeMap;

use plantgate_domain::event::{
    Event,
    qualify::ItemEvent,
    witness::{SessionEvent, VisitEvent},
};

use super::Damage;
use crate::{
    blobs::{Blobs, Stored},
    book,
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
    let (mut next, mut found) = (0, BTreeMap::new());
    loop {
        let sql = "select seq, body from entry where seq >= $1 and kind in ('item', 'visit', 'session')
            order by seq limit 500";
        let recs = tx.all(sql, &[V::size(next)]).await?;
        if recs.is_empty() {
            let mut all: Vec<Named> = found.into_values().collect();
            all.sort_by_key(|n: &Named| n.seq);
            return Ok(all);
        }
        for rec in recs {
            let seq = rec.size(0)?;
            next = seq + 1;
            // An entry that cannot be read is named by the check of the record.
            let Ok(read) = book::read(seq, &rec.bytes(1)?) else { continue };
            for (sha256, bytes) in files(read.event) {
                let named = Named { seq, sha256, bytes };
                found.entry((named.sha256.clone(), named.bytes)).or_insert(named);
            }
        }
    }
}

/// The files an event names, with their sizes; a part of a recording that could not be kept is none.
pub fn files(event: Event) -> Vec<(String, u64)> {
    match event {
        Event::Item(ItemEvent::Delivered(item)) => vec![(item.sha256, item.bytes)],
        Event::Visit(VisitEvent::StateNoted(noted)) => noted.file.into_iter().map(|f| (f.sha256, f.bytes)).collect(),
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
