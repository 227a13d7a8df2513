//! A shelf: everything some providers have, fetched in one step. Pages over many providers put their facts together
//! from it by the same functions as pages of one, without asking the rows once per provider.

use std::{
    any::{Any, TypeId},
    collections::BTreeMap,
    sync::Arc,
};

use plantgate_domain::{
    base::{Instant, Kind, ProviderId, Ref},
    thing::AnyThing,
};
use uuid::Uuid;

use crate::{
    db::V,
    look::Look,
    memory::{Heap, Kept, Memory},
    past::Past,
    recall::{EVERYBODYS, Worked},
    stop::Stop,
};

/// Some objects of a snapshot, in memory: they answer as a fold of everything would for them.
pub type Shelf = Past;

/// Providers of one statement; keeps bound values few.
const STEP: usize = 200;

impl Look {
    /// What was worked out of all objects of a provider, if this process did so and nothing changed it: no entry about
    /// an object of this provider or about one of [`EVERYBODYS`] kinds, and no instant passed at which it turns.
    pub fn worked<T: Any + Send + Sync>(&self, of: ProviderId) -> Option<Arc<T>> {
        let worked = self.reading().worked(of, TypeId::of::<T>(), self.now().0)?;
        worked.value.downcast().ok()
    }

    /// Remembers what was worked out of all objects of a provider at this snapshot; `until` is when the clock alone
    /// may change it ([`turns`]).
    pub fn keep_worked<T: Any + Send + Sync>(&self, of: ProviderId, until: Option<Instant>, value: Arc<T>) {
        self.reading().keep_worked(of, TypeId::of::<T>(), Worked { from: self.now().0, until, value });
    }

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

/// When the clock next changes anything on a shelf, by provider; what is everybody's turns for all of them.
pub fn turns(shelf: &Shelf, of: &[ProviderId], t: Instant) -> BTreeMap<ProviderId, Instant> {
    let rules = shelf.rules();
    let mut by: BTreeMap<ProviderId, Instant> = BTreeMap::new();
    let sooner = |by: &mut BTreeMap<ProviderId, Instant>, id, at: Instant| {
        by.entry(id).and_modify(|old| *old = at.min(*old)).or_insert(at);
    };
    for (on, kept) in shelf.heap.iter() {
        let lines = kept.thing.lines(&rules);
        let Some(at) = lines.iter().filter_map(|(_, line)| line.next(t)).map(|(at, _)| at).min() else { continue };
        match kept.thing.card().provider {
            Some(id) => sooner(&mut by, id, at),
            None if EVERYBODYS.contains(&on.kind) => of.iter().for_each(|id| sooner(&mut by, *id, at)),
            None => {}
        }
    }
    by
}
