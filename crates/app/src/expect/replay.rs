//! What a release decides otherwise. The answers of the release before stand in the record: tiers, and decisions
//! that grants and requests rest on. Each that still stands is asked of this code once more, with what was known at the
//! very entry before it and by the rules of that day; where the answer is another one, only the release can be why.
//! An emergency is not among them: it opens whatever the checks say.

use std::collections::BTreeMap;

use plantgate_domain::{
    base::{Instant, Kind, Mode, Now, Ref, SiteId},
    event::{
        Event,
        expect::{EngagementEvent, TierSet},
        permit::{Decided, Outcome},
    },
    expect::{
        engagement::Engagement,
        instance::Instance,
        tier::{TierFacts, tier},
    },
    permit::{access::AccessRequest, decide::decide, grant::Grant},
};
use plantgate_store::{Stop, book, db::Tx, memory::Memory, past::Past};

use super::moves::{Move, said};
use crate::permit::facts::facts;

/// What was asked again, and what came out otherwise, with the instant at which it was decided.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Replayed {
    pub tiers: usize,
    pub decisions: usize,
    pub moves: Vec<(Move, Instant)>,
}

/// Asks again everything that stands at the end of the record, at an instant.
pub async fn replayed(tx: &mut Tx, end: &mut Past, now: Now) -> Result<Replayed, Stop> {
    let mut rests = rests(end, now).await?;
    let mut found = Replayed::default();
    let end = &*end;
    let mut past = Past::walk(tx, async |past: &mut Past, entry: &book::Read| {
        for one in rests.remove(&past.size).unwrap_or_default() {
            found.decided(past, one).await?;
        }
        if let Event::Engagement(EngagementEvent::TierSet(set)) = &entry.event
            && stands(end, entry, set)?
        {
            found.tier(past, entry, set)?;
        }
        Ok(())
    })
    .await?;
    for one in rests.remove(&past.size).unwrap_or_default() {
        found.decided(&mut past, one).await?;
    }
    Ok(found)
}

/// A decision that something alive rests on, and the request it was made for.
struct Rest {
    on: Ref,
    request: AccessRequest,
    was: Decided,
}

/// Requests that wait and the ones of grants that have not ended, by the size of the record they were decided at.
async fn rests(end: &mut Past, now: Now) -> Result<BTreeMap<u64, Vec<Rest>>, Stop> {
    let mut all: BTreeMap<u64, Vec<Rest>> = BTreeMap::new();
    for kept in end.every(Kind::AccessRequest).await? {
        let request = AccessRequest::try_from(kept.thing)?;
        let grant: Option<Grant> = match request.grant {
            Some(id) => end.find(id).await?,
            None => None,
        };
        let on = match grant {
            Some(grant) if grant.alive(now.0) => grant.id.into(),
            Some(_) => continue,
            None if request.open(now.0) => request.id.into(),
            None => continue,
        };
        if let Some(was) = request.decision.clone() {
            all.entry(was.log_size).or_default().push(Rest { on, request, was });
        }
    }
    Ok(all)
}

/// Whether a tier is the one that stands, and was set by its facts and not by people.
fn stands(end: &Past, entry: &book::Read, set: &TierSet) -> Result<bool, Stop> {
    let Some(kept) = end.heap.get(entry.on) else { return Ok(false) };
    let e = Engagement::try_from(kept.thing.clone())?;
    Ok(e.tier(set.site).is_some_and(|t| t.since == entry.at.at && t.overridden_with.is_none()))
}

impl Replayed {
    async fn decided(&mut self, past: &mut Past, one: Rest) -> Result<(), Stop> {
        let Rest { on, request, was } = one;
        let at = Now(was.instant);
        let q = request.question(was.moment, at);
        let f = facts(past, &q, at).await?;
        let is = decide(&f, &q, at).freeze(&f);
        self.decisions += 1;
        let checks: Vec<String> = blocking(&is).filter(|key| !blocking(&was).any(|old| old == *key)).cloned().collect();
        let moved = Move::of(on, "decision", was.verdict.as_str(), is.verdict.as_str());
        let moved = moved.or_else(|| (!checks.is_empty()).then(|| Move::same(on, "decision", is.verdict.as_str())));
        self.moves.extend(moved.map(|m| (Move { checks, ..m }.at(request.asked.site), was.instant)));
        Ok(())
    }

    fn tier(&mut self, past: &Past, entry: &book::Read, set: &TierSet) -> Result<(), Stop> {
        // What its first entry sets is known by nothing before it.
        let Some(kept) = past.heap.get(entry.on) else { return Ok(()) };
        let e = Engagement::try_from(kept.thing.clone())?;
        let is = tier(&TierFacts::of(&e, set.site, &instances(past, &e, set.site)?, false), &past.rules());
        self.tiers += 1;
        let moved = Move::of(e.id, "tier", said(set.tier, set.provisional), said(is.tier, is.provisional));
        self.moves.extend(moved.map(|m| (m.at(set.site), entry.at.at)));
        Ok(())
    }
}

/// Keys of the checks that stood in the way.
fn blocking(decided: &Decided) -> impl Iterator<Item = &String> {
    let blocks = |o: Outcome| matches!(o, Outcome::NotPassed | Outcome::Unknown);
    decided.checks.iter().filter(move |c| c.mode == Mode::Enforce && blocks(c.result)).map(|c| &c.key)
}

/// The systems that an engagement reaches at a site, as far as they are known.
pub(super) fn instances(past: &Past, e: &Engagement, site: SiteId) -> Result<Vec<Instance>, Stop> {
    let on = e.approved().filter(|s| s.site == site).filter_map(|s| past.heap.get(s.instance.into()));
    Ok(on.map(|kept| Instance::try_from(kept.thing.clone())).collect::<Result<_, _>>()?)
}
