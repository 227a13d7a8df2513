//! A memory of things. The writer's desk (rows and what this turn added), a page's snapshot and the fold of a past all
//! answer the same questions, so that facts are put together once and hold everywhere.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    sync::Arc,
};

use plantgate_domain::{
    base::{EngagementId, Held, Hold, Kind, Proof, Reason, Ref, SiteId},
    expect::organisation::Organisation,
    rules::Rules,
    thing::{AnyThing, Thing},
};
use uuid::Uuid;

use crate::{rows, stop::Stop};

/// A thing and how many events made it.
#[derive(Clone, PartialEq, Debug)]
pub struct Kept {
    pub thing: AnyThing,
    pub version: u64,
}

/// Questions every memory answers. All lists come in the order of ids, so that answers are the same everywhere.
pub trait Memory: Send {
    /// The rules in force in this memory.
    fn rules(&self) -> Arc<Rules>;
    /// How many entries this memory knows.
    fn size(&self) -> u64;
    /// Reads objects ahead in one step, so that asking for each costs nothing more. Where all is at hand: nothing.
    fn ahead(&mut self, on: &[Ref]) -> impl Future<Output = Result<(), Stop>> + Send {
        let _ = on;
        async { Ok(()) }
    }
    /// An object, if it exists.
    fn kept(&mut self, on: Ref) -> impl Future<Output = Result<Option<Kept>, Stop>> + Send;
    /// Objects of a kind that point to another in a role.
    fn pointing(
        &mut self,
        kind: Kind,
        rel: &'static str,
        to: Ref,
    ) -> impl Future<Output = Result<Vec<Kept>, Stop>> + Send;
    /// An object and those of these kinds that point to it in a role, in one step.
    fn around(
        &mut self,
        kinds: &[Kind],
        rel: &'static str,
        to: Ref,
    ) -> impl Future<Output = Result<Vec<Kept>, Stop>> + Send;
    /// The object with a short reference.
    fn named(&mut self, kind: Kind, reference: &str) -> impl Future<Output = Result<Option<Ref>, Stop>> + Send;
    /// All objects of a kind; only for kinds that are few (sites, zones, rulebooks).
    fn every(&mut self, kind: Kind) -> impl Future<Output = Result<Vec<Kept>, Stop>> + Send;
    /// All reasons about an engagement at a site, counted or not.
    fn reasons(&mut self, at: (EngagementId, SiteId)) -> impl Future<Output = Result<Vec<Reason>, Stop>> + Send;
    /// All holds ever set on any of these, in order of their sources.
    fn holds(&mut self, on: &[Held]) -> impl Future<Output = Result<Vec<Hold>, Stop>> + Send;
    /// All proofs of practice in an engagement.
    fn proofs(&mut self, of: EngagementId) -> impl Future<Output = Result<Vec<Proof>, Stop>> + Send;

    /// The organisation whose house this is; none before it was founded.
    fn organisation(&mut self) -> impl Future<Output = Result<Option<Organisation>, Stop>> + Send {
        async { the_one(self.every(Kind::Organisation).await?) }
    }
    /// A typed object, if it exists.
    fn find<T>(&mut self, on: impl Into<Ref> + Send) -> impl Future<Output = Result<Option<T>, Stop>> + Send
    where
        T: Thing + TryFrom<AnyThing, Error = plantgate_domain::thing::Broken>,
    {
        let on = on.into();
        async move { Ok(self.kept(on).await?.map(|k| T::try_from(k.thing)).transpose()?) }
    }
    /// A typed object that must exist.
    fn get<T>(&mut self, on: impl Into<Ref> + Send) -> impl Future<Output = Result<T, Stop>> + Send
    where
        T: Thing + TryFrom<AnyThing, Error = plantgate_domain::thing::Broken>,
    {
        let on = on.into();
        async move { self.find(on).await?.ok_or(Stop::NotFound) }
    }
    /// Typed objects that point to another in a role.
    fn of<T>(
        &mut self,
        rel: &'static str,
        to: impl Into<Ref> + Send,
    ) -> impl Future<Output = Result<Vec<T>, Stop>> + Send
    where
        T: Thing + TryFrom<AnyThing, Error = plantgate_domain::thing::Broken>,
    {
        let to = to.into();
        async move {
            let kept = self.pointing(T::KIND, rel, to).await?;
            Ok(kept.into_iter().map(|k| T::try_from(k.thing)).collect::<Result<_, _>>()?)
        }
    }
}

/// The organisation among all there are: one is founded, and never another.
pub(crate) fn the_one(all: Vec<Kept>) -> Result<Option<Organisation>, Stop> {
    Ok(all.into_iter().next().map(|k| Organisation::try_from(k.thing)).transpose()?)
}

/// Things in memory with the indexes the questions need.
#[derive(Clone, Debug, Default)]
pub struct Heap {
    things: BTreeMap<Ref, Kept>,
    names: BTreeMap<(Kind, String), Ref>,
    pointing: BTreeMap<(Ref, &'static str), BTreeSet<Ref>>,
    reasons: BTreeMap<(EngagementId, SiteId), BTreeMap<Ref, Vec<Reason>>>,
    holds: BTreeMap<Uuid, BTreeMap<Ref, Vec<Hold>>>,
    proofs: BTreeMap<EngagementId, BTreeMap<Ref, Vec<Proof>>>,
}

impl Heap {
    /// An object, if it is here.
    pub fn get(&self, on: Ref) -> Option<&Kept> {
        self.things.get(&on)
    }
    /// Everything, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Ref, &Kept)> {
        self.things.iter()
    }
    /// How many things are here.
    pub fn len(&self) -> usize {
        self.things.len()
    }
    /// Whether nothing is here.
    pub fn is_empty(&self) -> bool {
        self.things.is_empty()
    }
    /// Takes everything of another heap, over what stands here.
    pub fn take(&mut self, other: Heap, rules: &Rules) {
        for (on, kept) in other.things {
            self.put(on, kept, rules);
        }
    }
    /// Puts an object in, or in place of what it was.
    pub fn put(&mut self, on: Ref, kept: Kept, rules: &Rules) {
        self.drop_indexes(on, rules);
        let card = kept.thing.card();
        if let Some(reference) = card.reference {
            self.names.insert((on.kind, reference), on);
        }
        for (rel, to) in card.links {
            self.pointing.entry((to, rel)).or_default().insert(on);
        }
        let emits = kept.thing.emits(rules);
        for r in emits.reasons {
            self.reasons.entry((r.engagement, r.site)).or_default().entry(on).or_default().push(r);
        }
        for h in emits.holds {
            self.holds.entry(rows::held_id(h.on)).or_default().entry(on).or_default().push(h);
        }
        for p in emits.proofs {
            if let Some(engagement) = p.engagement {
                self.proofs.entry(engagement).or_default().entry(on).or_default().push(p);
            }
        }
        self.things.insert(on, kept);
    }

    fn drop_indexes(&mut self, on: Ref, rules: &Rules) {
        let Some(old) = self.things.get(&on) else { return };
        let (card, emits) = (old.thing.card(), old.thing.emits(rules));
        if let Some(reference) = card.reference {
            self.names.remove(&(on.kind, reference));
        }
        for (rel, to) in card.links {
            if let Some(set) = self.pointing.get_mut(&(to, rel)) {
                set.remove(&on);
            }
        }
        for r in emits.reasons {
            self.reasons.entry((r.engagement, r.site)).or_default().remove(&on);
        }
        for h in emits.holds {
            self.holds.entry(rows::held_id(h.on)).or_default().remove(&on);
        }
        for p in emits.proofs {
            if let Some(engagement) = p.engagement {
                self.proofs.entry(engagement).or_default().remove(&on);
            }
        }
    }

    /// Objects of a kind pointing to another in a role.
    pub fn pointing(&self, kind: Kind, rel: &'static str, to: Ref) -> Vec<(Ref, Kept)> {
        let set = self.pointing.get(&(to, rel));
        let found = set.into_iter().flatten().filter(|r| r.kind == kind);
        found.filter_map(|r| self.things.get(r).map(|k| (*r, k.clone()))).collect()
    }
    /// The object with a reference.
    pub fn named(&self, kind: Kind, reference: &str) -> Option<Ref> {
        self.names.get(&(kind, reference.to_owned())).copied()
    }
    /// All objects of a kind.
    pub fn every(&self, kind: Kind) -> Vec<(Ref, Kept)> {
        let from = Ref { kind, id: Uuid::nil() };
        self.things.range(from..).take_while(|(r, _)| r.kind == kind).map(|(r, k)| (*r, k.clone())).collect()
    }
    /// Reasons by source.
    pub fn reasons(&self, at: (EngagementId, SiteId)) -> Vec<(Ref, Vec<Reason>)> {
        self.reasons.get(&at).into_iter().flatten().map(|(r, v)| (*r, v.clone())).collect()
    }
    /// An object and those of these kinds that point to it in a role.
    pub fn around(&self, kinds: &[Kind], rel: &'static str, to: Ref) -> Vec<(Ref, Kept)> {
        let set = self.pointing.get(&(to, rel)).into_iter().flatten();
        let found = [&to].into_iter().chain(set.filter(|r| kinds.contains(&r.kind)));
        found.filter_map(|r| self.things.get(r).map(|k| (*r, k.clone()))).collect()
    }
    /// Holds on any of these, by source.
    pub fn holds(&self, on: &[Uuid]) -> Vec<(Ref, Vec<Hold>)> {
        let mut by: BTreeMap<Ref, Vec<Hold>> = BTreeMap::new();
        for (source, holds) in on.iter().filter_map(|id| self.holds.get(id)).flatten() {
            by.entry(*source).or_default().extend(holds.iter().cloned());
        }
        by.into_iter().collect()
    }
    /// Proofs by source.
    pub fn proofs(&self, of: EngagementId) -> Vec<(Ref, Vec<Proof>)> {
        self.proofs.get(&of).into_iter().flatten().map(|(r, v)| (*r, v.clone())).collect()
    }
    /// Every engagement and site that any reason here is about.
    pub fn standings(&self) -> Vec<(EngagementId, SiteId)> {
        self.reasons.iter().filter(|(_, by)| !by.is_empty()).map(|(at, _)| *at).collect()
    }
}
