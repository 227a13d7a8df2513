//! Names and texts against what entries committed to, and against what entries say was destroyed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use plantgate_domain::{
    base::Slot,
    event::{Event, expect::InstanceEvent},
};
use uuid::Uuid;

use super::damage::{Damage, Value};
use crate::{
    book::Read,
    db::{Rec, Tx, V},
    private::{self, Found},
    rows::sort_key,
    stop::Stop,
};

/// Slots of one statement; keeps bound values few.
const SOME: usize = 400;
/// Rows read in one step.
const STEP: usize = 5_000;

/// What was seen of slots while the entries passed by.
#[derive(Default)]
pub(super) struct Slots {
    /// Values compared.
    pub count: u64,
    /// Every slot that an entry names.
    named: BTreeSet<Uuid>,
    /// Slots that hold nothing any more, with the entry and field that named them.
    gone: Vec<Found>,
    /// Slots that entries say were destroyed, with the entry that says so.
    pub erased: BTreeMap<Slot, u64>,
}

/// What lay in the vault for each instance: another one in its place, or its removal, destroys it.
#[derive(Default)]
pub(super) struct Vaults(BTreeMap<Uuid, Slot>);

impl Vaults {
    /// Takes an entry; the value that it rightly destroyed.
    pub(super) fn see(&mut self, read: &Read) -> Option<Slot> {
        let Event::Instance(event) = &read.event else { return None };
        match event {
            InstanceEvent::SecretPut(put) => self.0.insert(read.on.id, put.seal.slot),
            InstanceEvent::SecretRemoved(_) => self.0.remove(&read.on.id),
            _ => None,
        }
    }
}

/// A row of the erasable store.
struct Kept {
    salt: Option<Vec<u8>>,
    value: Option<String>,
    sort: Option<Vec<u8>>,
    erased: bool,
}

impl Kept {
    fn read(rec: &Rec) -> Result<(Uuid, Kept), Stop> {
        let erased = rec.maybe_int(4)?.is_some();
        let kept = Kept { salt: rec.maybe_bytes(1)?, value: rec.maybe_text(2)?, sort: rec.maybe_bytes(3)?, erased };
        Ok((rec.id(0)?, kept))
    }
    fn is_empty(&self) -> bool {
        self.salt.is_none() && self.value.is_none() && self.sort.is_none()
    }
}

async fn kept(tx: &mut Tx, slots: &[Uuid]) -> Result<HashMap<Uuid, Kept>, Stop> {
    let cells: Vec<String> = (1..=slots.len()).map(|n| format!("${n}")).collect();
    let sql = format!("select slot, salt, value, sort, erased_at from private where slot in ({})", cells.join(","));
    let values: Vec<V> = slots.iter().map(|s| V::Id(*s)).collect();
    tx.all_built(sql, &values).await?.iter().map(Kept::read).collect()
}

impl Slots {
    /// Holds the values that some entries committed to against their commitments.
    pub(super) async fn check(&mut self, tx: &mut Tx, found: Vec<Found>, damage: &mut Vec<Damage>) -> Result<(), Stop> {
        for some in found.chunks(SOME) {
            let slots: Vec<Uuid> = some.iter().map(|f| f.slot.0).collect();
            let kept = kept(tx, &slots).await?;
            for one in some {
                self.named.insert(one.slot.0);
                self.count += 1;
                let row = kept.get(&one.slot.0);
                if row.is_some_and(|k| k.erased && k.is_empty()) {
                    self.gone.push(one.clone());
                } else if let Some(fault) = fault(one, row)? {
                    damage.push(named(one, fault));
                }
            }
        }
        Ok(())
    }

    /// What is gone was said to be destroyed, and what was said to be destroyed is gone: a value that vanished without
    /// an entry is damage, and so is one that came back, for instance with an old copy of the database. And nothing
    /// stands that no entry speaks of.
    pub(super) async fn finish(mut self, tx: &mut Tx, damage: &mut Vec<Damage>) -> Result<u64, Stop> {
        let unsaid = self.gone.iter().filter(|f| !self.erased.contains_key(&f.slot));
        damage.extend(unsaid.map(|f| named(f, Value::Unsaid)));
        let erased: Vec<(Slot, u64)> = std::mem::take(&mut self.erased).into_iter().collect();
        for some in erased.chunks(SOME) {
            let slots: Vec<Uuid> = some.iter().map(|(slot, _)| slot.0).collect();
            let kept = kept(tx, &slots).await?;
            for (slot, seq) in some {
                let fault = match kept.get(&slot.0) {
                    Some(k) if k.is_empty() => continue,
                    Some(_) => Value::Back,
                    None => Value::Missing,
                };
                damage.push(Damage::Private { seq: *seq, slot: slot.0, field: "slots".to_owned(), fault });
            }
        }
        self.added(tx, damage).await?;
        Ok(self.count)
    }

    async fn added(&self, tx: &mut Tx, damage: &mut Vec<Damage>) -> Result<(), Stop> {
        let mut last = Uuid::nil();
        loop {
            let sql = format!("select slot from private where slot > $1 order by slot limit {STEP}");
            let recs = tx.all_built(sql, &[V::Id(last)]).await?;
            let slots = recs.iter().map(|r| r.id(0)).collect::<Result<Vec<_>, _>>()?;
            let Some(end) = slots.last() else { return Ok(()) };
            last = *end;
            let added = slots.iter().filter(|s| !self.named.contains(s));
            damage.extend(added.map(|slot| Damage::PrivateAdded { slot: *slot }));
        }
    }
}

fn named(f: &Found, fault: Value) -> Damage {
    Damage::Private { seq: f.seq, slot: f.slot.0, field: f.field.clone(), fault }
}

fn fault(one: &Found, row: Option<&Kept>) -> Result<Option<Value>, Stop> {
    let Some(kept) = row else { return Ok(Some(Value::Missing)) };
    let (Some(salt), Some(value), false) = (&kept.salt, &kept.value, kept.erased) else {
        return Ok(Some(Value::Changed));
    };
    if private::commit(salt, value)? != one.commit {
        return Ok(Some(Value::Changed));
    }
    let sorts = kept.sort.as_deref() == Some(sort_key(value).as_slice());
    Ok((!sorts).then_some(Value::Sort))
}
