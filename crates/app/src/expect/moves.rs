//! What would read differently: the same facts held in two memories, one for each set of rules, asked the same
//! questions. Standings, tiers, grades, states and grants; nothing here changes anything.

use std::collections::{BTreeMap, BTreeSet};

use plantgate_domain::{
    base::{Grade, Instant, Kind, Level, Now, Ref, SiteId, Tier, ZoneName},
    expect::{
        engagement::Engagement,
        retier::{Retier, retier},
        site::Site,
        tier::{TierFacts, tier},
    },
    permit::{access::AccessRequest, decide::Decision, grant::Grant},
    rules::Rules,
};
use plantgate_store::{
    Stop,
    memory::{Heap, Memory},
    past::{Past, Place},
};
use serde::{Deserialize, Serialize};

use super::replay::instances;
use crate::{permit::reads, qualify::posture::grades, witness::start};

/// Something that reads differently by other rules, at this moment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Move {
    pub on: Ref,
    pub site: Option<SiteId>,
    /// `standing`, `tier`, `decision`, or the line of the object: `grade`, `state`, …
    pub what: String,
    pub before: String,
    pub after: String,
    /// Which requirement, where it is what a provider is graded on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requirement: Option<String>,
    /// Keys of the checks that would come to stand in the way, where it is a decision.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<String>,
}

impl Move {
    pub(super) fn of(on: impl Into<Ref>, what: &str, before: &str, after: &str) -> Option<Move> {
        let (what, checks) = (what.to_owned(), Vec::new());
        let (on, site, requirement) = (on.into(), None, None);
        let (from, to) = (before.to_owned(), after.to_owned());
        (before != after).then_some(Move { on, site, what, before: from, after: to, requirement, checks })
    }
    /// The same word for other reasons.
    pub(super) fn same(on: Ref, what: &str, word: &str) -> Move {
        let (what, site, requirement, checks) = (what.to_owned(), None, None, Vec::new());
        Move { on, site, what, before: word.to_owned(), after: word.to_owned(), requirement, checks }
    }
    pub(super) fn at(self, site: SiteId) -> Move {
        Move { site: Some(site), ..self }
    }
}

/// The same objects by two sets of rules.
pub struct Two {
    pub old: Past,
    pub new: Past,
}

impl Two {
    /// From a memory that knows everything, at its rules and at others.
    pub async fn of(memory: &mut impl Memory, new: Rules, now: Now) -> Result<Two, Stop> {
        let old = memory.rules();
        let (mut before, mut after) = (Heap::default(), Heap::default());
        for kind in Kind::ALL {
            for kept in memory.every(*kind).await? {
                let on = Ref { kind: kept.thing.kind(), id: kept.thing.id() };
                before.put(on, kept.clone(), &old);
                after.put(on, kept, &new);
            }
        }
        let size = memory.size();
        let new = Past::of(after, size, now.0, std::sync::Arc::new(new));
        Ok(Two { old: Past::of(before, size, now.0, old), new })
    }

    /// Everything that reads differently at an instant.
    pub async fn moves(&mut self, now: Now) -> Result<Vec<Move>, Stop> {
        let mut found = self.words(now.0);
        found.extend(self.grades(now).await?);
        found.extend(self.tiers(now)?);
        found.extend(self.decisions(now).await?);
        Ok(found)
    }

    /// Lines and standings that say another word.
    fn words(&self, t: Instant) -> Vec<Move> {
        let (old, new) = (self.old.said(t), self.new.said(t));
        let mut found = Vec::new();
        let places: BTreeSet<_> = old.keys().chain(new.keys()).copied().collect();
        for place in places {
            let (on, site, what) = place;
            // Without any reason there is no row of a standing, and it is good.
            let word = |all: &BTreeMap<Place, &'static str>| {
                all.get(&place).copied().unwrap_or_else(|| if site.is_some() { Level::Good.as_str() } else { "" })
            };
            found.extend(Move::of(on, what, word(&old), word(&new)).map(|m| Move { site, ..m }));
        }
        found
    }

    /// What each provider shows of each requirement: grades that people gave stand, what a certificate lifts is
    /// worked out anew.
    async fn grades(&mut self, now: Now) -> Result<Vec<Move>, Stop> {
        let (old, new) = (grades(&mut self.old, now).await?, grades(&mut self.new, now).await?);
        let places: BTreeSet<_> = old.keys().chain(new.keys()).collect();
        let word = |all: &BTreeMap<_, Grade>, place| all.get(place).map_or("", |grade| grade.as_str());
        let moved = places.into_iter().filter_map(|place| {
            let moved = Move::of(place.0, "grade", word(&old, place), word(&new, place))?;
            Some(Move { requirement: Some(place.1.clone()), ..moved })
        });
        Ok(moved.collect())
    }

    /// What the next look at the facts of each scope would find. A tier stays as it was set until then, and lowering
    /// is always for people.
    fn tiers(&self, now: Now) -> Result<Vec<Move>, Stop> {
        let rules = self.new.rules();
        let mut found = Vec::new();
        for (_, kept) in self.new.heap.every(Kind::Engagement) {
            let e = Engagement::try_from(kept.thing)?;
            let sites: BTreeSet<SiteId> = e.approved().map(|s| s.site).collect();
            for site in sites {
                let Some(stands) = e.tier(site) else { continue };
                let facts = TierFacts::of(&e, site, &instances(&self.new, &e, site)?, false);
                let zone = self.zone(site)?;
                let would = match retier(Some(stands), site, &tier(&facts, &rules), &zone, now, &rules) {
                    Retier::Stands => continue,
                    Retier::Set(set) | Retier::WouldLower(set) => said(set.tier, set.provisional),
                };
                let moved = Move::of(e.id, "tier", said(stands.tier, stands.provisional), would);
                found.extend(moved.map(|m| m.at(site)));
            }
        }
        Ok(found)
    }

    fn zone(&self, site: SiteId) -> Result<ZoneName, Stop> {
        let kept = self.new.heap.get(site.into()).ok_or(Stop::NotFound)?;
        Ok(Site::try_from(kept.thing.clone())?.facts.zone)
    }

    /// Grants that have not ended, at the start of their window or now, and requests that wait for a yes. What runs is
    /// never touched by new rules; this says which start or approval would find another answer.
    async fn decisions(&mut self, now: Now) -> Result<Vec<Move>, Stop> {
        let mut found = Vec::new();
        for (on, kept) in self.old.heap.every(Kind::Grant) {
            let grant = Grant::try_from(kept.thing)?;
            if !grant.alive(now.0) {
                continue;
            }
            // Of repeated shifts the next one, as if the area had confirmed it.
            let at = Now(grant.window_at(now.0).from.max(now.0));
            let grant = grant.supposed();
            let (before, _) = start::may_start(&mut self.old, &grant, None, at).await?;
            let (after, _) = start::may_start(&mut self.new, &grant, None, at).await?;
            found.extend(decided(on, &before, &after).map(|m| m.at(grant.facts.site)));
        }
        for (on, kept) in self.old.heap.every(Kind::AccessRequest) {
            let request = AccessRequest::try_from(kept.thing)?;
            if !request.open(now.0) {
                continue;
            }
            let (before, _) = reads::at_approval(&mut self.old, &request, now).await?;
            let (after, _) = reads::at_approval(&mut self.new, &request, now).await?;
            found.extend(decided(on, &before, &after).map(|m| m.at(request.asked.site)));
        }
        Ok(found)
    }
}

pub(super) fn said(tier: Tier, provisional: bool) -> &'static str {
    match (provisional, tier) {
        (true, Tier::T1) => "T1-provisional",
        (true, Tier::T2) => "T2-provisional",
        (true, Tier::T3) => "T3-provisional",
        (false, Tier::T1) => "T1",
        (false, Tier::T2) => "T2",
        (false, Tier::T3) => "T3",
    }
}

/// Another verdict, or the same no for other checks.
fn decided(on: Ref, before: &Decision, after: &Decision) -> Option<Move> {
    let blocking = |d: &Decision| d.blocking().map(|c| c.key.to_owned()).collect::<Vec<_>>();
    let was = blocking(before);
    let checks: Vec<String> = blocking(after).into_iter().filter(|key| !was.contains(key)).collect();
    let (b, a) = (before.verdict.as_str().to_owned(), after.verdict.as_str().to_owned());
    let differs = b != a || !checks.is_empty();
    let (site, requirement, what) = (None, None, "decision".to_owned());
    differs.then_some(Move { on, site, what, before: b, after: a, requirement, checks })
}
