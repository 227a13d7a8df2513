//! Evidence against the digests that entries name.

use std::collections::BTreeMap;

use plantgate_domain::event::{Event, qualify::ItemEvent, witness::VisitEvent};

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
        let sql = "select seq, body from entry where seq >= $1 and kind in ('item', 'visit') order by seq limit 500";
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
            let Some((sha256, bytes)) = file(read.event) else { continue };
            let named = Named { seq, sha256, bytes };
            found.entry((named.sha256.clone(), named.bytes)).or_insert(named);
        }
    }
}

/// The file an event names.
pub fn file(event: Event) -> Option<(String, u64)> {
    match event {
        Event::Item(ItemEvent::Delivered(item)) => Some((item.sha256, item.bytes)),
        Event::Visit(VisitEvent::StateNoted(noted)) => noted.file.map(|f| (f.sha256, f.bytes)),
        _ => None,
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
