//! What a reviewer needs beside an item: its criteria, our own records, and what each grade would do. What a grade
//! would do is the request's own fold and the standing's own rule, applied to a copy.

use plantgate_domain::{
    base::{Actor, At, Grade, ItemId, Level, Now, Proof},
    event::qualify::{Judged, Outcome, RequestEvent, RequestGraded, Weighs},
    qualify::{
        grade::{accepts, allowed},
        item::Item,
        request::Request,
        standing::standing,
    },
    rules::Criterion,
    thing::Thing,
};
use plantgate_store::{Stop, memory::Memory};

/// An item with what it is judged by.
#[derive(Clone, Debug)]
pub struct Reviewing {
    pub item: Item,
    pub version: u64,
    /// What it answers; an item nobody asked for cannot be judged.
    pub request: Option<Request>,
    pub criteria: Vec<Criterion>,
    /// Our own records about its engagement; *strong* needs one.
    pub proofs: Vec<Proof>,
    /// The grade its request has now.
    pub now: Grade,
    pub level: Level,
    pub then: Vec<Then>,
}

/// What a grade would do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Then {
    /// `None`: returned.
    pub grade: Option<Grade>,
    /// Whether the request is accepted by it.
    pub accepts: bool,
    /// Standing of the engagement at the site, the same second.
    pub level: Level,
}

/// Grades a reviewer can give, best first, and returning.
pub const CHOICES: [Option<Grade>; 4] = [Some(Grade::Strong), Some(Grade::Adequate), Some(Grade::Weak), None];

/// Reads it.
pub async fn reviewing(memory: &mut impl Memory, id: ItemId, now: Now) -> Result<Reviewing, Stop> {
    let kept = memory.kept(id.into()).await?.ok_or(Stop::NotFound)?;
    let version = kept.version;
    let item = Item::try_from(kept.thing)?;
    let request: Option<Request> = match item.facts.request {
        Some(id) => memory.find(id).await?,
        None => None,
    };
    let rules = memory.rules();
    let key = request.as_ref().map(|r| r.facts.key.clone()).unwrap_or_default();
    let criteria = rules.tiers.row(&key).map(|row| row.criteria.clone()).unwrap_or_default();
    let at = (item.facts.engagement, item.facts.site);
    let reasons = memory.reasons(at).await?;
    let mut then = Vec::new();
    for grade in CHOICES.into_iter().filter(|_| request.is_some()) {
        let mut after = reasons.clone();
        if let Some((request, grade)) = request.as_ref().zip(grade) {
            let mut copy = request.clone();
            let graded = RequestGraded { item: id, grade, valid_until: None };
            let seen = At { at: now.0, by: Actor::Watchman, seq: memory.size() };
            copy.apply(&RequestEvent::Graded(graded), seen);
            after.retain(|r| r.source != request.id.into());
            after.extend(copy.emits(&rules).reasons);
        }
        let level = *standing(&after).at(now.0);
        then.push(Then { grade, accepts: grade.is_some_and(|g| accepts(g, &rules)), level });
    }
    Ok(Reviewing {
        proofs: memory.proofs(item.facts.engagement).await?,
        now: request.as_ref().map_or(Grade::Unknown, |r| r.grade(now.0)),
        level: *standing(&reasons).at(now.0),
        item,
        version,
        request,
        criteria,
        then,
    })
}

impl Reviewing {
    /// The best grade that could still come out: every criterion met, with a record of ours where there is one. A
    /// grade above it is never on offer.
    pub fn best(&self, rules: &plantgate_domain::rules::Rules) -> Grade {
        let proof = self.proofs.first().map(|p| p.source);
        let judged = self.criteria.iter().map(|c| Judged {
            criterion: c.key.clone(),
            weighs: c.weighs,
            outcome: Outcome::Met,
            proof: proof.filter(|_| c.weighs == Weighs::Need),
        });
        allowed(&judged.collect::<Vec<_>>(), rules)
    }
}
