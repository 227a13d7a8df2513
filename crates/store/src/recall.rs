//! What this process remembers of the rows, so that a question asked often costs no statement. The memory knows the
//! head of the tree it is true at and is held against the head of every snapshot, never against a time: what another
//! person or another node wrote is seen by the next question. Where the record grew, the entries since say which
//! objects changed; every answer they had or could have a part in is forgotten, all others stay true.

use std::{
    any::{Any, TypeId},
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard},
};

use plantgate_domain::{
    base::{EngagementId, Hold, Instant, Kind, Proof, ProviderId, Reason, Ref, SiteId},
    rules::Rules,
};
use plantgate_ledger::tree::Edge;
use uuid::Uuid;

use crate::{
    book,
    db::Tx,
    memory::{Heap, Kept},
    rows,
    stop::Stop,
    stored, verify,
};

/// A question whose answer is more than one object's own state.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Ask {
    Every(Kind),
    Named(Kind, String),
    Pointing(Kind, &'static str, Ref),
    Reasons(EngagementId, SiteId),
    /// Holds on whatever has this id.
    Holds(Uuid),
    Proofs(EngagementId),
}

/// What the rows answered, each part with the object it comes from. Shared, because it is only ever read.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Things(Arc<[(Ref, Arc<Kept>)]>),
    Name(Option<Ref>),
    Reasons(Arc<[(Ref, Reason)]>),
    Holds(Arc<[stored::FromHold]>),
    Proofs(Arc<[(Ref, Proof)]>),
}

impl Answer {
    fn sources(&self) -> Vec<Ref> {
        match self {
            Answer::Things(all) => all.iter().map(|(on, _)| *on).collect(),
            Answer::Name(on) => on.iter().copied().collect(),
            Answer::Reasons(all) => all.iter().map(|(on, _)| *on).collect(),
            Answer::Holds(all) => all.iter().map(|h| h.source).collect(),
            Answer::Proofs(all) => all.iter().map(|(on, _)| *on).collect(),
        }
    }
}

/// What was worked out of everything a provider has, and the stretch of time in which the clock changes nothing of it.
#[derive(Clone, Debug)]
pub(crate) struct Worked {
    pub from: Instant,
    /// The first instant at which it may be another; `None` when only an entry can change it.
    pub until: Option<Instant>,
    pub value: Arc<dyn Any + Send + Sync>,
}

impl Worked {
    fn holds_at(&self, t: Instant) -> bool {
        self.from <= t && self.until.is_none_or(|until| t < until)
    }
}

/// Proof that the memory was true at the head of a snapshot: it answers only while it has not moved on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Mark(u64);

#[derive(Debug)]
struct Known {
    /// The head all of this is true at.
    edge: Edge,
    /// Counts how often the memory moved to another head.
    mark: u64,
    rules: Arc<Rules>,
    things: HashMap<Ref, Arc<Kept>>,
    answers: HashMap<Ask, Answer>,
    /// Answers an object has a part in.
    part: HashMap<Ref, HashSet<Ask>>,
    /// What was worked out, by provider and by what it is.
    worked: HashMap<ProviderId, HashMap<TypeId, Worked>>,
}

/// The memory of this process; looks and turns share it.
#[derive(Debug)]
pub(crate) struct Recall {
    known: Mutex<Known>,
    /// Objects and answers it keeps; above it all is forgotten at once.
    room: usize,
}

/// Entries behind which it is cheaper to begin anew.
const FAR: u64 = 2_000;

impl Recall {
    pub fn new(edge: Edge, rules: Rules, room: usize) -> Recall {
        let (things, answers, part) = (HashMap::new(), HashMap::new(), HashMap::new());
        let known = Known { edge, mark: 0, rules: Arc::new(rules), things, answers, part, worked: HashMap::new() };
        Recall { known: Mutex::new(known), room }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // A panic inside would be between two whole steps at worst; what it leaves is checked against the head again.
        self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The rules at the head it knows.
    pub fn rules(&self) -> Arc<Rules> {
        self.known().rules.clone()
    }

    /// Brings the memory to the head of a snapshot. Gives the rules in force there, and a mark when the memory may
    /// answer for it: not when it is ahead of the snapshot already.
    pub async fn catch_up(&self, tx: &mut Tx, head: &Edge) -> Result<(Option<Mark>, Arc<Rules>), Stop> {
        let (mut walked, mark) = {
            let known = self.known();
            if known.edge == *head {
                return Ok((Some(Mark(known.mark)), known.rules.clone()));
            }
            (known.edge.clone(), known.mark)
        };
        if walked.size() > head.size() {
            return Ok((None, Arc::new(verify::rules_in_rows(tx).await?)));
        }
        let mut changed = HashSet::new();
        if head.size() - walked.size() <= FAR {
            for (on, leaf) in book::since(tx, walked.size(), head.size()).await? {
                changed.insert(on);
                walked.push(leaf);
            }
        }
        // Another tree than the one remembered (a database put back from a copy), or other rules: nothing holds.
        if walked != *head || changed.iter().any(|on| on.kind == Kind::Rulebook) {
            return self.begin_anew(tx, head, mark).await;
        }
        let changed: Vec<Ref> = changed.into_iter().collect();
        let now = stored::kept_many(tx, &changed).await?;
        let mut known = self.known();
        if known.mark == mark {
            known.go_to(head.clone());
            now.into_iter().for_each(|(on, kept)| known.changed(on, kept));
        }
        let mark = (known.edge == *head).then_some(Mark(known.mark));
        Ok((mark, known.rules.clone()))
    }

    async fn begin_anew(&self, tx: &mut Tx, head: &Edge, mark: u64) -> Result<(Option<Mark>, Arc<Rules>), Stop> {
        let rules = Arc::new(verify::rules_in_rows(tx).await?);
        let mut known = self.known();
        if known.mark != mark {
            return Ok((None, rules));
        }
        known.forget();
        known.go_to(head.clone());
        known.rules = rules.clone();
        Ok((Some(Mark(known.mark)), rules))
    }

    /// After a commit of this process: the same step as catching up, with what the turn has in its hands.
    pub fn committed(&self, mark: Option<Mark>, head: &Edge, changed: &Heap) {
        let mut known = self.known();
        // New rules change what every object emits: the next snapshot begins anew.
        if mark != Some(Mark(known.mark)) || changed.iter().any(|(on, _)| on.kind == Kind::Rulebook) {
            return;
        }
        known.go_to(head.clone());
        changed.iter().for_each(|(on, kept)| known.changed(*on, kept.clone()));
    }

    /// An object, if it is remembered.
    pub fn thing(&self, mark: Option<Mark>, on: Ref) -> Option<Arc<Kept>> {
        self.at(mark)?.things.get(&on).cloned()
    }
    /// An answer, if it is remembered.
    pub fn answer(&self, mark: Option<Mark>, ask: &Ask) -> Option<Answer> {
        self.at(mark)?.answers.get(ask).cloned()
    }
    /// Remembers objects that were read at a mark.
    pub fn learn(&self, mark: Option<Mark>, things: &[(Ref, Arc<Kept>)]) {
        let Some(mut known) = self.at(mark) else { return };
        known.make_room(self.room);
        known.things.extend(things.iter().filter(|(on, _)| !passing(on.kind)).cloned());
    }
    /// Remembers an answer that was read at a mark.
    pub fn learn_answer(&self, mark: Option<Mark>, ask: &Ask, answer: &Answer) {
        if matches!(ask, Ask::Every(kind) | Ask::Named(kind, _) | Ask::Pointing(kind, ..) if passing(*kind)) {
            return;
        }
        let Some(mut known) = self.at(mark) else { return };
        known.make_room(self.room);
        for on in answer.sources() {
            known.part.entry(on).or_default().insert(ask.clone());
        }
        known.answers.insert(ask.clone(), answer.clone());
    }

    /// What was worked out of a provider and holds at an instant.
    pub fn worked(&self, mark: Option<Mark>, of: ProviderId, what: TypeId, t: Instant) -> Option<Worked> {
        self.at(mark)?.worked.get(&of)?.get(&what).filter(|w| w.holds_at(t)).cloned()
    }
    /// Remembers what was worked out of a provider at a mark.
    pub fn keep_worked(&self, mark: Option<Mark>, of: ProviderId, what: TypeId, worked: Worked) {
        let Some(mut known) = self.at(mark) else { return };
        known.worked.entry(of).or_default().insert(what, worked);
    }

    fn at(&self, mark: Option<Mark>) -> Option<MutexGuard<'_, Known>> {
        let mark = mark?;
        let known = self.known();
        (mark == Mark(known.mark)).then_some(known)
    }
}

/// Kinds of ours that what is worked out of any provider may rest on.
pub(crate) const EVERYBODYS: &[Kind] = &[Kind::Catalogue, Kind::Site];

/// Kinds that are many, each asked for a few times in its life: they would push out what every question needs.
fn passing(kind: Kind) -> bool {
    matches!(kind, Kind::AccessRequest | Kind::Grant | Kind::Item | Kind::Session | Kind::Task)
}

impl Known {
    fn go_to(&mut self, head: Edge) {
        self.edge = head;
        self.mark += 1;
    }

    /// An object is another now: what it was part of and what it is part of now is asked again.
    fn changed(&mut self, on: Ref, kept: Kept) {
        match kept.thing.card().provider {
            // An object belongs to one provider all its life.
            Some(provider) => drop(self.worked.remove(&provider)),
            None if EVERYBODYS.contains(&on.kind) => self.worked.clear(),
            None => {}
        }
        for ask in self.part.remove(&on).unwrap_or_default() {
            self.answers.remove(&ask);
        }
        for ask in asks(on, &kept, &self.rules) {
            self.answers.remove(&ask);
        }
        if let Some(known) = self.things.get_mut(&on) {
            *known = Arc::new(kept);
        }
    }

    fn make_room(&mut self, room: usize) {
        if self.things.len() + self.answers.len() >= room {
            self.forget();
        }
    }

    fn forget(&mut self) {
        self.things.clear();
        self.answers.clear();
        self.part.clear();
        self.worked.clear();
    }
}

/// Every question an object has a part in the answer of.
fn asks(on: Ref, kept: &Kept, rules: &Rules) -> Vec<Ask> {
    let (card, emits) = (kept.thing.card(), kept.thing.emits(rules));
    let mut asks = vec![Ask::Every(on.kind)];
    asks.extend(card.reference.map(|reference| Ask::Named(on.kind, reference)));
    asks.extend(card.links.into_iter().map(|(rel, to)| Ask::Pointing(on.kind, rel, to)));
    asks.extend(emits.reasons.iter().map(|r: &Reason| Ask::Reasons(r.engagement, r.site)));
    asks.extend(emits.holds.iter().map(|h: &Hold| Ask::Holds(rows::held_id(h.on))));
    asks.extend(emits.proofs.iter().filter_map(|p: &Proof| p.engagement).map(Ask::Proofs));
    asks
}
