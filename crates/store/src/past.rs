//! As-of and rebuild: the same fold in another memory. *As of T* means known at T, evaluated at T, by the rules of T.

use std::{collections::BTreeMap, sync::Arc};

use plantgate_domain::{
    base::{EngagementId, Held, Hold, Instant, Kind, Proof, Reason, Ref, SiteId},
    qualify::standing::standing,
    rules::Rules,
    thing::AnyThing,
};

use crate::{
    book,
    db::{Tx, V},
    memory::{Heap, Kept, Memory},
    rows,
    stop::Stop,
};

/// The world as its first `size` entries made it.
#[derive(Clone, Debug)]
pub struct Past {
    pub heap: Heap,
    pub size: u64,
    pub last_at: Instant,
    rules: Arc<Rules>,
}

/// Where a word stands: on what, at which site, on which line.
pub type Place = (Ref, Option<SiteId>, &'static str);

/// Entries read in one step; bounds memory, not the result.
const STEP: u64 = 2_000;

impl Past {
    /// Before the first entry.
    pub fn empty() -> Past {
        Past { heap: Heap::default(), size: 0, last_at: Instant::MIN, rules: Arc::new(Rules::default()) }
    }

    /// Some objects as they stood at a size.
    pub fn of(heap: Heap, size: u64, last_at: Instant, rules: Arc<Rules>) -> Past {
        Past { heap, size, last_at, rules }
    }

    /// Folds the record up to an instant (all of it with [`Instant::MAX`]).
    pub async fn fold(tx: &mut Tx, until: Instant) -> Result<Past, Stop> {
        let mut past = Past::empty();
        loop {
            let sql = "select seq, body from entry where seq >= $1 and seq < $2 and at <= $3 order by seq";
            let step = [V::size(past.size), V::size(past.size + STEP), V::at(until)];
            let recs = tx.all(sql, &step).await?;
            if recs.is_empty() {
                return Ok(past);
            }
            for rec in &recs {
                past.apply(&book::read(rec.size(0)?, &rec.bytes(1)?)?)?;
            }
        }
    }

    /// Folds the whole record and shows what stood before each of its entries.
    pub async fn walk(
        tx: &mut Tx,
        mut seen: impl AsyncFnMut(&mut Past, &book::Read) -> Result<(), Stop>,
    ) -> Result<Past, Stop> {
        let mut past = Past::empty();
        loop {
            let sql = "select seq, body from entry where seq >= $1 and seq < $2 order by seq";
            let recs = tx.all(sql, &[V::size(past.size), V::size(past.size + STEP)]).await?;
            if recs.is_empty() {
                return Ok(past);
            }
            for rec in &recs {
                let read = book::read(rec.size(0)?, &rec.bytes(1)?)?;
                seen(&mut past, &read).await?;
                past.apply(&read)?;
            }
        }
    }

    /// One more entry.
    pub fn apply(&mut self, e: &book::Read) -> Result<(), Stop> {
        let before = self.heap.get(e.on).cloned();
        let version = before.as_ref().map_or(1, |k| k.version + 1);
        if version != e.ver || self.size != e.at.seq {
            return Err(Stop::fault(format!("entry {}: out of order", e.at.seq)));
        }
        let thing = AnyThing::fold(before.map(|k| k.thing), e.on.id, &e.event, e.at)?;
        self.heap.put(e.on, Kept { thing, version }, &self.rules);
        self.size += 1;
        self.last_at = e.at.at;
        if e.on.kind == Kind::Rulebook {
            self.new_rules()?;
        }
        Ok(())
    }

    /// Rules changed: what things emit is worked out anew.
    fn new_rules(&mut self) -> Result<(), Stop> {
        let Some(rules) = crate::verify::rules_of(self.heap.every(Kind::Rulebook))? else { return Ok(()) };
        let mut heap = Heap::default();
        for (on, kept) in self.heap.iter() {
            heap.put(*on, kept.clone(), &rules);
        }
        (self.heap, self.rules) = (heap, Arc::new(rules));
        Ok(())
    }

    /// What every line of every object says at an instant, and every standing: the words that lists are filtered by.
    pub fn said(&self, t: Instant) -> BTreeMap<Place, &'static str> {
        let mut all = BTreeMap::new();
        for (on, kept) in self.heap.iter() {
            let lines = kept.thing.lines(&self.rules);
            all.extend(lines.into_iter().map(|(line, words)| ((*on, None, line), *words.at(t))));
        }
        for (engagement, site) in self.heap.standings() {
            let reasons: Vec<Reason> = self.heap.reasons((engagement, site)).into_iter().flat_map(|(_, r)| r).collect();
            all.insert((engagement.into(), Some(site), "standing"), standing(&reasons).at(t).as_str());
        }
        all
    }

    /// All rows this past stands for.
    pub fn rows(&self) -> Result<rows::Rows, Stop> {
        let mut all = rows::Rows::new();
        let mut counters = BTreeMap::new();
        for (on, kept) in self.heap.iter() {
            all.extend(rows::of(*on, kept.version, &kept.thing, &self.rules)?);
            rows::count(&mut counters, *on, &kept.thing);
        }
        for at in self.heap.standings() {
            let reasons: Vec<Reason> = self.heap.reasons(at).into_iter().flat_map(|(_, r)| r).collect();
            all.extend(rows::of_standing(at.0, at.1, &reasons));
        }
        all.extend(rows::of_counters(&counters));
        Ok(all)
    }
}

impl Memory for Past {
    fn rules(&self) -> Arc<Rules> {
        self.rules.clone()
    }
    fn size(&self) -> u64 {
        self.size
    }
    async fn kept(&mut self, on: Ref) -> Result<Option<Kept>, Stop> {
        Ok(self.heap.get(on).cloned())
    }
    async fn pointing(&mut self, kind: Kind, rel: &'static str, to: Ref) -> Result<Vec<Kept>, Stop> {
        Ok(self.heap.pointing(kind, rel, to).into_iter().map(|(_, k)| k).collect())
    }
    async fn around(&mut self, kinds: &[Kind], rel: &'static str, to: Ref) -> Result<Vec<Kept>, Stop> {
        Ok(self.heap.around(kinds, rel, to).into_iter().map(|(_, k)| k).collect())
    }
    async fn named(&mut self, kind: Kind, reference: &str) -> Result<Option<Ref>, Stop> {
        Ok(self.heap.named(kind, reference))
    }
    async fn every(&mut self, kind: Kind) -> Result<Vec<Kept>, Stop> {
        Ok(self.heap.every(kind).into_iter().map(|(_, k)| k).collect())
    }
    async fn reasons(&mut self, at: (EngagementId, SiteId)) -> Result<Vec<Reason>, Stop> {
        Ok(self.heap.reasons(at).into_iter().flat_map(|(_, r)| r).collect())
    }
    async fn holds(&mut self, on: &[Held]) -> Result<Vec<Hold>, Stop> {
        let ids: Vec<_> = on.iter().map(|h| rows::held_id(*h)).collect();
        Ok(self.heap.holds(&ids).into_iter().flat_map(|(_, h)| h).collect())
    }
    async fn proofs(&mut self, of: EngagementId) -> Result<Vec<Proof>, Stop> {
        Ok(self.heap.proofs(of).into_iter().flat_map(|(_, p)| p).collect())
    }
}
