//! The memory's questions asked of one snapshot: out of what this process remembers where that is true at the
//! snapshot's head ([`crate::recall`]), else of the rows, and then remembered. Desk and page share it.

use std::{
    any::TypeId,
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use plantgate_domain::base::{EngagementId, Held, Hold, Instant, Kind, Proof, ProviderId, Reason, Ref, SiteId};
use uuid::Uuid;

use crate::{
    db::Tx,
    memory::Kept,
    recall::{Answer, Ask, Mark, Recall, Worked},
    rows,
    stop::Stop,
    stored,
};

type Things = Arc<[(Ref, Arc<Kept>)]>;

/// One snapshot's way to things.
#[derive(Debug)]
pub(crate) struct Reading {
    recall: Arc<Recall>,
    mark: Option<Mark>,
    /// What this snapshot asked for already; holds whatever the memory does meanwhile.
    seen: HashMap<Ref, Option<Arc<Kept>>>,
}

impl Reading {
    pub fn new(recall: Arc<Recall>, mark: Option<Mark>) -> Reading {
        Reading { recall, mark, seen: HashMap::new() }
    }
    /// The head this snapshot and the memory agreed on.
    pub fn mark(&self) -> Option<Mark> {
        self.mark
    }

    pub async fn ahead(&mut self, tx: &mut Tx, on: &[Ref]) -> Result<(), Stop> {
        let mut want = Vec::new();
        for on in on.iter().filter(|r| !self.seen.contains_key(r)).copied().collect::<Vec<_>>() {
            match self.recall.thing(self.mark, on) {
                Some(kept) => drop(self.seen.insert(on, Some(kept))),
                None => want.push(on),
            }
        }
        let found = shared(stored::kept_many(tx, &want).await?);
        self.recall.learn(self.mark, &found);
        self.seen.extend(want.into_iter().map(|on| (on, None)));
        self.seen.extend(found.into_iter().map(|(on, kept)| (on, Some(kept))));
        Ok(())
    }

    pub async fn kept(&mut self, tx: &mut Tx, on: Ref) -> Result<Option<Arc<Kept>>, Stop> {
        if !self.seen.contains_key(&on) {
            self.ahead(tx, &[on]).await?;
        }
        Ok(self.seen.get(&on).cloned().flatten())
    }

    pub async fn pointing(&mut self, tx: &mut Tx, kind: Kind, rel: &'static str, to: Ref) -> Result<Things, Stop> {
        let ask = Ask::Pointing(kind, rel, to);
        if let Some(Answer::Things(things)) = self.recall.answer(self.mark, &ask) {
            return Ok(things);
        }
        let found = shared(stored::pointing(tx, kind, rel, to).await?);
        Ok(self.learn(&ask, found))
    }

    pub async fn around(
        &mut self,
        tx: &mut Tx,
        kinds: &[Kind],
        rel: &'static str,
        to: Ref,
    ) -> Result<Vec<(Ref, Arc<Kept>)>, Stop> {
        if let Some(all) = self.remembered_around(kinds, rel, to) {
            return Ok(all);
        }
        let found = shared(stored::around(tx, kinds, rel, to).await?);
        for kind in kinds {
            let of_kind: Vec<_> = found.iter().filter(|(on, _)| on.kind == *kind && *on != to).cloned().collect();
            self.learn(&Ask::Pointing(*kind, rel, to), of_kind);
        }
        let itself = found.iter().find(|(on, _)| *on == to);
        self.recall.learn(self.mark, itself.map(std::slice::from_ref).unwrap_or_default());
        Ok(found)
    }

    fn remembered_around(&self, kinds: &[Kind], rel: &'static str, to: Ref) -> Option<Vec<(Ref, Arc<Kept>)>> {
        let mut all = vec![(to, self.recall.thing(self.mark, to)?)];
        for kind in kinds {
            match self.recall.answer(self.mark, &Ask::Pointing(*kind, rel, to))? {
                Answer::Things(things) => all.extend(things.iter().cloned()),
                Answer::Name(_) | Answer::Reasons(_) | Answer::Holds(_) | Answer::Proofs(_) => return None,
            }
        }
        Some(all)
    }

    pub async fn named(&mut self, tx: &mut Tx, kind: Kind, reference: &str) -> Result<Option<Ref>, Stop> {
        let ask = Ask::Named(kind, reference.to_owned());
        if let Some(Answer::Name(on)) = self.recall.answer(self.mark, &ask) {
            return Ok(on);
        }
        let on = stored::named(tx, kind, reference).await?;
        // Names that mean nothing are as many as people can type.
        if on.is_some() {
            self.recall.learn_answer(self.mark, &ask, &Answer::Name(on));
        }
        Ok(on)
    }

    pub async fn every(&mut self, tx: &mut Tx, kind: Kind) -> Result<Things, Stop> {
        let ask = Ask::Every(kind);
        if let Some(Answer::Things(things)) = self.recall.answer(self.mark, &ask) {
            return Ok(things);
        }
        let found = shared(stored::every(tx, kind).await?);
        Ok(self.learn(&ask, found))
    }

    pub async fn reasons(&mut self, tx: &mut Tx, at: (EngagementId, SiteId)) -> Result<Arc<[(Ref, Reason)]>, Stop> {
        let ask = Ask::Reasons(at.0, at.1);
        if let Some(Answer::Reasons(all)) = self.recall.answer(self.mark, &ask) {
            return Ok(all);
        }
        let all: Arc<[_]> = stored::reasons(tx, at).await?.into();
        self.recall.learn_answer(self.mark, &ask, &Answer::Reasons(all.clone()));
        Ok(all)
    }

    pub async fn holds(&mut self, tx: &mut Tx, on: &[Held]) -> Result<Vec<(Ref, Hold)>, Stop> {
        let ids: Vec<Uuid> = on.iter().map(|h| rows::held_id(*h)).collect();
        let mut found = Vec::new();
        let mut want = Vec::new();
        for id in ids {
            match self.recall.answer(self.mark, &Ask::Holds(id)) {
                Some(Answer::Holds(all)) => found.extend(all.iter().cloned()),
                _ => want.push(id),
            }
        }
        let read = stored::holds(tx, &want).await?;
        for id in want {
            let all: Arc<[_]> = read.iter().filter(|h| rows::held_id(h.hold.on) == id).cloned().collect();
            self.recall.learn_answer(self.mark, &Ask::Holds(id), &Answer::Holds(all));
        }
        found.extend(read);
        // In the order the rows give them, whatever was remembered.
        let by: BTreeMap<(Ref, i64), Hold> = found.into_iter().map(|h| ((h.source, h.n), h.hold)).collect();
        Ok(by.into_iter().map(|((on, _), hold)| (on, hold)).collect())
    }

    pub async fn proofs(&mut self, tx: &mut Tx, of: EngagementId) -> Result<Arc<[(Ref, Proof)]>, Stop> {
        let ask = Ask::Proofs(of);
        if let Some(Answer::Proofs(all)) = self.recall.answer(self.mark, &ask) {
            return Ok(all);
        }
        let all: Arc<[_]> = stored::proofs(tx, of).await?.into();
        self.recall.learn_answer(self.mark, &ask, &Answer::Proofs(all.clone()));
        Ok(all)
    }

    /// What was worked out of a provider and holds at an instant.
    pub fn worked(&self, of: ProviderId, what: TypeId, t: Instant) -> Option<Worked> {
        self.recall.worked(self.mark, of, what, t)
    }
    pub fn keep_worked(&self, of: ProviderId, what: TypeId, worked: Worked) {
        self.recall.keep_worked(self.mark, of, what, worked);
    }

    fn learn(&self, ask: &Ask, found: Vec<(Ref, Arc<Kept>)>) -> Things {
        let things: Things = found.into();
        self.recall.learn(self.mark, &things);
        self.recall.learn_answer(self.mark, ask, &Answer::Things(things.clone()));
        things
    }
}

fn shared(found: Vec<(Ref, Kept)>) -> Vec<(Ref, Arc<Kept>)> {
    found.into_iter().map(|(on, kept)| (on, Arc::new(kept))).collect()
}
