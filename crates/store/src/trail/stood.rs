//! What entries are held against, as it stood before each: the session that ends, the grant it claims, the instance
//! that is revised. Folded from the entries of these objects, because rows know only today.

use std::collections::{BTreeMap, BTreeSet};

use plantgate_domain::{
    base::Ref,
    event::{Event, expect::InstanceEvent, witness::SessionEvent},
    permit::grant::Grant,
    thing::AnyThing,
};
use plantgate_ledger::tree::leaf_hash;

use super::Named;
use crate::{
    book,
    db::{Tx, V},
    stop::Stop,
};

/// Objects whose entries are read in one statement.
const MANY: usize = 400;

type Histories = BTreeMap<Ref, Vec<book::Read>>;

/// Finds out what stood before each entry that is held against something.
pub async fn stood(tx: &mut Tx, found: &mut [Named], until: u64) -> Result<(), Stop> {
    let on: BTreeSet<Ref> = found.iter().filter(|n| has_past(&n.read.event)).map(|n| n.read.on).collect();
    let all = histories(tx, &on, until).await?;
    for one in found.iter_mut().filter(|n| has_past(&n.read.event)) {
        let thing = before(&all, one.read.on, one.read.at.seq);
        // All of its versions, or none: what was taken away is not known.
        let Some((thing, _)) = thing.filter(|(_, versions)| versions + 1 == one.read.ver) else { continue };
        if let AnyThing::Session(session) = thing {
            one.stood.session = Some(session);
        } else if let AnyThing::Instance(instance) = thing {
            one.stood.instance = Some(instance);
        }
    }
    let on: BTreeSet<Ref> = found.iter().filter_map(claims).collect();
    let all = histories(tx, &on, until).await?;
    for one in found.iter_mut() {
        let grant = claims(one).and_then(|grant| before(&all, grant, one.read.at.seq));
        one.stood.grant = grant.and_then(|(thing, _)| Grant::try_from(thing).ok());
    }
    Ok(())
}

/// Whether an entry is held against what its own object was.
fn has_past(event: &Event) -> bool {
    if let Event::Session(event) = event {
        return matches!(event, SessionEvent::Ended(_) | SessionEvent::Corrected(_));
    }
    matches!(event, Event::Instance(InstanceEvent::Revised(_)))
}

/// The grant that a session claims.
fn claims(one: &Named) -> Option<Ref> {
    let Event::Session(event) = &one.read.event else { return None };
    let grant = match event {
        SessionEvent::Started(started) => started.grant,
        SessionEvent::Ended(_) => one.stood.session.as_ref().and_then(|s| s.facts.grant),
        SessionEvent::Attended(_)
        | SessionEvent::Attributed(_)
        | SessionEvent::Reviewed(_)
        | SessionEvent::Told(_)
        | SessionEvent::Corrected(_)
        | SessionEvent::Noticed(_)
        | SessionEvent::Closing(_)
        | SessionEvent::Safe(_)
        | SessionEvent::Cut(_)
        | SessionEvent::OtherKeyShown(_)
        | SessionEvent::AdjacentNoted(_)
        | SessionEvent::Recorded(_)
        | SessionEvent::Brought(_)
        | SessionEvent::Viewed(_)
        | SessionEvent::RecordingKept(_)
        | SessionEvent::RecordingReleased(_)
        | SessionEvent::RecordingDeleted(_)
        | SessionEvent::CutOff(_)
        | SessionEvent::CodeReadOut(_) => None,
    };
    grant.map(Ref::from)
}

/// An object before an entry, with how many versions it had.
fn before(all: &Histories, on: Ref, seq: u64) -> Option<(AnyThing, u64)> {
    let (mut thing, mut versions) = (None, 0);
    for read in all.get(&on)?.iter().take_while(|read| read.at.seq < seq) {
        if read.ver != versions + 1 {
            return None;
        }
        thing = Some(AnyThing::fold(thing, on.id, &read.event, read.at).ok()?);
        versions = read.ver;
    }
    Some((thing?, versions))
}

/// The entries of some objects, oldest first; those whose bytes are not what was hashed are not among them.
async fn histories(tx: &mut Tx, on: &BTreeSet<Ref>, until: u64) -> Result<Histories, Stop> {
    let mut all = Histories::new();
    let on: Vec<Ref> = on.iter().copied().collect();
    for some in on.chunk_by(|a, b| a.kind == b.kind).flat_map(|same| same.chunks(MANY)) {
        let Some(first) = some.first() else { continue };
        let cells: Vec<String> = (3..some.len() + 3).map(|n| format!("${n}")).collect();
        let cells = cells.join(",");
        let sql =
            format!("select seq, body, leaf from entry where kind = $1 and seq < $2 and id in ({cells}) order by seq");
        let mut values = vec![V::text(first.kind.as_str()), V::size(until)];
        values.extend(some.iter().map(|r| V::Id(r.id)));
        for rec in tx.all_built(sql, &values).await? {
            let body = rec.bytes(1)?;
            if rec.bytes(2)? == leaf_hash(&body).0
                && let Ok(read) = book::read(rec.size(0)?, &body)
            {
                all.entry(read.on).or_default().push(read);
            }
        }
    }
    Ok(all)
}
