//! Evidence files that go along with a pack: what its entries name, without what was put aside, as far as it is still
//! there.

use std::collections::{BTreeMap, BTreeSet};

use plantgate_domain::{
    base::{ItemId, Why},
    event::{Event, qualify::ItemEvent},
    qualify::item::Item,
};
use plantgate_store::{Stop, Store, audit, book, look::Look, memory::Memory};

use super::{
    pack::count,
    progress::{Counted, Progress, Stretch},
};

/// The evidence files that these entries named, with their sizes. Recordings stay: who may look at one is asked each
/// time, and outside nobody could open what is sealed.
pub fn named(entries: &BTreeMap<u64, Vec<u8>>) -> Result<BTreeMap<String, u64>, Stop> {
    let mut named = BTreeMap::new();
    for (index, body) in entries {
        let event = book::read(*index, body)?.event;
        if !matches!(event, Event::Session(_)) {
            named.extend(audit::files(event));
        }
    }
    Ok(named)
}

/// Of these, what two people put aside: it stays in the house.
pub async fn aside(look: &mut Look, entries: &BTreeMap<u64, Vec<u8>>) -> Result<BTreeSet<String>, Stop> {
    let mut aside = BTreeSet::new();
    for (index, body) in entries {
        let read = book::read(*index, body)?;
        let Event::Item(ItemEvent::Delivered(_)) = &read.event else { continue };
        let item: Item = look.get(ItemId(read.on.id)).await?;
        if item.quarantined {
            aside.insert(item.facts.sha256.clone());
        }
    }
    Ok(aside)
}

/// Those of them that still lie in the store.
pub async fn files(
    store: &Store,
    named: &BTreeMap<String, u64>,
    progress: &dyn Progress,
) -> Result<BTreeMap<String, Vec<u8>>, Stop> {
    let most = store.limits().pack_bytes;
    let (mut found, mut bytes) = (BTreeMap::new(), 0);
    let mut stretch = Stretch::of(Counted::Files, named.len() as u64, progress);
    for (sha256, size) in named {
        if store.blobs().size(sha256).await?.is_some() {
            bytes += size;
            if bytes > most {
                return Err(Stop::field("evidence", Why::of("invalid-pack-evidence").with("most", count(most))));
            }
            found.insert(sha256.clone(), store.blobs().read(sha256).await?);
        }
        stretch.done(1);
    }
    Ok(found)
}
