//! What a provider proved, requirement by requirement: both sides, the lower of them, and the request it rests on. The
//! same answers as the map, one row each.

use std::collections::BTreeMap;

use plantgate_domain::{
    base::{Grade, Instant, ItemId, Now, Party, ProviderId},
    event::qualify::{Basis, Facet},
    qualify::{grade::shown, posture::current, request::Request},
};
use plantgate_store::{Stop, memory::Memory};

use super::posture::graded;

/// One requirement of a provider.
#[derive(Clone, PartialEq, Debug)]
pub struct Proven {
    pub requirement: String,
    /// `None` where a side was never asked.
    pub says: Option<Grade>,
    pub does: Option<Grade>,
    /// The lower of both.
    pub grade: Grade,
    /// The request that decides it; `None` when only an obligation stands.
    pub request: Option<Request>,
    pub item: Option<ItemId>,
    /// Until when its last grade holds.
    pub until: Option<Instant>,
    pub voluntary: bool,
}

/// Every requirement that is owed or was asked, in the order of the edition's ids.
pub async fn proven(memory: &mut impl Memory, provider: ProviderId, now: Now) -> Result<Vec<Proven>, Stop> {
    let mut by: BTreeMap<String, (Option<Grade>, Option<Grade>)> = BTreeMap::new();
    for g in graded(memory, provider, now).await? {
        let (says, does) = by.entry(g.requirement).or_default();
        let side = match g.facet {
            Facet::Says => says,
            Facet::Does => does,
        };
        *side = Some(side.map_or(g.grade, |old| old.min(g.grade)));
    }
    let requests: Vec<Request> = memory.of("provider", provider).await?;
    let standing = current(&requests, now.0);
    let mut rows = Vec::with_capacity(by.len());
    for (requirement, (says, does)) in by {
        let about = standing.iter().filter(|r| r.facts.party != Party::Owner);
        let about = about.filter(|r| r.facts.requirements.contains(&requirement));
        // The worst answer decides; among equals the one due first.
        let decides = about.min_by_key(|r| (r.grade(now.0), r.due));
        rows.push(Proven {
            grade: shown(says, does),
            item: decides.and_then(|r| r.items.last()).map(|(item, _)| *item),
            until: decides.and_then(|r| r.grades.last()).and_then(|g| g.valid_until),
            voluntary: decides.is_some_and(|r| r.facts.basis == Basis::Voluntary),
            request: decides.map(|r| (*r).clone()),
            requirement,
            says,
            does,
        });
    }
    Ok(rows)
}
