//! A shelf: everything some providers have, fetched in one step. Pages over many providers put their facts together
//! from it by the same functions as pages of one, without asking the rows once per provider.

use plantgate_domain::{
    base::{Kind, Ref},
    thing::AnyThing,
};
use uuid::Uuid;

use crate::{
    db::V,
    look::Look,
    memory::{Heap, Kept, Memory},
    past::Past,
    stop::Stop,
};

/// Some objects of a snapshot, in memory: they answer as a fold of everything would for them.
pub type Shelf = Past;

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
        Ok(Past::of(heap, self.size(), self.now().0, rules))
    }
}
