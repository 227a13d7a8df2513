//! A shelf: everything some providers have, fetched in one step. Pages over many providers put their facts together
//! from it by the same functions as pages of one, without asking the rows once per provider.

use std::sync::Arc;

use plantgate_domain::{
    base::{EngagementId, Held, Hold, Kind, Proof, Reason, Ref, SiteId},
    rules::Rules,
    thing::AnyThing,
};
use uuid::Uuid;

use crate::{
    db::V,
    look::Look,
    memory::{Heap, Kept, Memory},
    rows,
    stop::Stop,
};

/// Some objects of a snapshot, in memory.
#[derive(Debug)]
pub struct Shelf {
    heap: Heap,
    rules: Arc<Rules>,
    size: u64,
}

/// Providers of one statement; keeps bound values few.
const STEP: usize = 200;

impl Look {
    /// Everything of these kinds that belongs to these providers, and all objects of the few kinds `whole`.
    pub async fn shelf(&mut self, kinds: &[Kind], of: &[Uuid], whole: &[Kind]) -> Result<Shelf, Stop> {
        let rules = self.rules();
        let mut heap = Heap::default();
        for kind in whole {
            for kept in self.every_with_id(*kind).await? {
                heap.put(kept.0, kept.1, &rules);
            }
        }
        for some in of.chunks(STEP) {
            let cell = |n: usize| format!("${}", n + 1);
            let kinds_at: Vec<String> = (0..kinds.len()).map(cell).collect();
            let of_at: Vec<String> = (kinds.len()..kinds.len() + some.len()).map(cell).collect();
            let sql = format!(
                "select t.kind, t.id, t.version, t.body from card c join thing t on t.kind = c.kind and t.id = c.id
                where c.provider in ({}) and c.kind in ({})",
                of_at.join(","),
                kinds_at.join(",")
            );
            let mut values: Vec<V> = kinds.iter().map(|k| V::text(k.as_str())).collect();
            values.extend(some.iter().map(|id| V::Id(*id)));
            for r in self.tx().all_built(sql, &values).await? {
                let kind: Kind = r.text(0)?.parse().map_err(Stop::fault)?;
                let kept = Kept { thing: AnyThing::from_body(kind, &r.text(3)?)?, version: r.size(2)? };
                heap.put(Ref { kind, id: r.id(1)? }, kept, &rules);
            }
        }
        Ok(Shelf { heap, rules, size: self.size() })
    }
}

impl Memory for Shelf {
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
