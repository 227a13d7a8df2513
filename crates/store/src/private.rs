//! The erasable store: values that entries only commit to. The commitment is HMAC-SHA-256 under a random salt that is
//! kept and destroyed with the value, so that afterwards it is noise (ledger rules, privacy against append-only).

use std::collections::HashMap;

use hmac::{Hmac, KeyInit, Mac};
use plantgate_domain::base::{Commit, Instant, Private, Ref, Slot};
use serde_json::Value;
use sha2::Sha256;
use uuid::Uuid;

use crate::{
    db::{Tx, V},
    rows::{placeholders, sort_key},
    stop::Stop,
};

/// A value on its way into the erasable store.
#[derive(Clone, Debug)]
pub struct Sealed {
    slot: Uuid,
    salt: [u8; 32],
    value: String,
}

impl Sealed {
    /// Where the value goes.
    pub fn slot(&self) -> Slot {
        Slot(self.slot)
    }
    /// The value.
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// Seals a value: what goes into the entry, and what goes into the store.
pub fn seal<T>(slot: Uuid, value: &str) -> Result<(Private<T>, Sealed), Stop> {
    let mut salt = [0; 32];
    getrandom::fill(&mut salt).map_err(Stop::fault)?;
    let private = Private::sealed(Commit(commit(&salt, value)?), Slot(slot));
    Ok((private, Sealed { slot, salt, value: value.to_owned() }))
}

/// The commitment to a value under a salt.
pub fn commit(salt: &[u8], value: &str) -> Result<String, Stop> {
    let mut mac = Hmac::<Sha256>::new_from_slice(salt).map_err(Stop::fault)?;
    mac.update(value.as_bytes());
    Ok(mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect())
}

/// Stores sealed values.
pub async fn store(tx: &mut Tx, sealed: &[Sealed]) -> Result<(), Stop> {
    for chunk in sealed.chunks(200) {
        let mut values = Vec::with_capacity(chunk.len() * 4);
        for s in chunk {
            values.extend([V::Id(s.slot), V::Bytes(s.salt.to_vec()), V::text(&s.value), V::Bytes(sort_key(&s.value))]);
        }
        let sql = format!("insert into private (slot, salt, value, sort) values {}", placeholders(chunk.len(), 4));
        tx.run_built(sql, &values).await?;
    }
    Ok(())
}

/// A private value an entry speaks of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// Index of the entry.
    pub seq: u64,
    /// Name of the field.
    pub field: String,
    pub commit: String,
    pub slot: Slot,
}

/// Every `{commit, slot}` in an entry's body, at any depth.
pub fn find(seq: u64, field: &str, value: &Value, found: &mut Vec<Found>) {
    match value {
        Value::Object(map) => {
            let text = |name: &str| map.get(name).and_then(Value::as_str);
            if let (2, Some(commit), Some(slot)) =
                (map.len(), text("commit"), text("slot").and_then(|s| s.parse().ok()))
            {
                let (field, commit) = (field.to_owned(), commit.to_owned());
                found.push(Found { seq, field, commit, slot: Slot(slot) });
            }
            map.iter().for_each(|(name, v)| find(seq, name, v, found));
        }
        Value::Array(list) => list.iter().for_each(|v| find(seq, field, v, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Every private value that the entries of an object ever held, oldest first.
pub async fn of(tx: &mut Tx, on: Ref) -> Result<Vec<Found>, Stop> {
    let sql = "select seq, body from entry where kind = $1 and id = $2 order by seq";
    let mut found = Vec::new();
    for rec in tx.all(sql, &[V::text(on.kind.as_str()), V::Id(on.id)]).await? {
        let body: Value = serde_json::from_slice(&rec.bytes(1)?).map_err(Stop::fault)?;
        find(rec.size(0)?, "", &body, &mut found);
    }
    Ok(found)
}

/// Destroys values and their salts. The entry that says so is written in the same transaction.
pub async fn erase(tx: &mut Tx, slots: &[Slot], at: Instant) -> Result<(), Stop> {
    for slot in slots {
        let sql = "update private set salt = null, value = null, sort = null, erased_at = $2
            where slot = $1 and erased_at is null";
        tx.run(sql, &[V::Id(slot.0), V::at(at)]).await?;
    }
    Ok(())
}

/// What a slot holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Held {
    /// The value.
    Value(String),
    /// It was erased; shown as such everywhere.
    Erased,
    /// No such slot: the store is damaged or was not restored.
    Missing,
}

/// Reads a slot.
pub async fn read(tx: &mut Tx, slot: Slot) -> Result<Held, Stop> {
    let rec = tx.one("select value from private where slot = $1", &[V::Id(slot.0)]).await?;
    Ok(match rec {
        None => Held::Missing,
        Some(r) => r.maybe_text(0)?.map_or(Held::Erased, Held::Value),
    })
}

/// Reads many slots in one step.
pub async fn read_many(tx: &mut Tx, slots: &[Slot]) -> Result<HashMap<Slot, String>, Stop> {
    let mut found = HashMap::with_capacity(slots.len());
    for chunk in slots.chunks(500) {
        let cells: Vec<String> = (1..=chunk.len()).map(|n| format!("${n}")).collect();
        let sql = format!("select slot, value from private where slot in ({})", cells.join(","));
        let values: Vec<V> = chunk.iter().map(|s| V::Id(s.0)).collect();
        for r in tx.all_built(sql, &values).await? {
            let slot = Slot(r.id(0)?);
            found.extend(r.maybe_text(1)?.map(|text| (slot, text)));
        }
    }
    Ok(found)
}
