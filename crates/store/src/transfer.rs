//! The record leaves and enters as lines: every entry's exact bytes, and beside it the erasable values. Moving from one
//! engine to another is this and a fold; heads and rows must come out the same. A backup keeps more beside the entries:
//! which tables, stands here too.

use std::io::{BufRead, Write};

use plantgate_domain::base::{Instant, Why};
use plantgate_ledger::{
    checkpoint::Checkpoint,
    tree::{Hash, leaf_hash},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::{
    book::{self, Written},
    db::{Db, Tx, V},
    keyring::{hex, unhex_any},
    rows::{placeholders, sort_key, steps},
    stop::Stop,
    verify,
};

/// An erasable value as a line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Value {
    slot: Uuid,
    salt: Option<String>,
    value: Option<String>,
    erased_at: Option<i64>,
}

/// Writes every entry as one line of its exact bytes; how many.
pub async fn export_entries(tx: &mut Tx, to: &mut impl Write) -> Result<u64, Stop> {
    let mut next = 0;
    loop {
        let sql = "select body from entry where seq >= $1 and seq < $2 order by seq";
        let recs = tx.all(sql, &[V::size(next), V::size(next + 2_000)]).await?;
        if recs.is_empty() {
            return Ok(next);
        }
        for rec in recs {
            to.write_all(&rec.bytes(0)?)
                .and_then(|()| to.write_all(b"\n"))
                .map_err(|e| unwritten("entries.jsonl", &e))?;
            next += 1;
        }
    }
}

/// Writes the erasable values, so that names and texts come along; how many.
pub async fn export_private(tx: &mut Tx, to: &mut impl Write) -> Result<u64, Stop> {
    let mut count = 0;
    for rec in tx.all("select slot, salt, value, erased_at from private order by slot", &[]).await? {
        let line = Value {
            slot: rec.id(0)?,
            salt: rec.maybe_bytes(1)?.map(|b| hex(&b)),
            value: rec.maybe_text(2)?,
            erased_at: rec.maybe_int(3)?,
        };
        let line = serde_json::to_vec(&line).map_err(Stop::fault)?;
        to.write_all(&line).and_then(|()| to.write_all(b"\n")).map_err(|e| unwritten("private.jsonl", &e))?;
        count += 1;
    }
    Ok(count)
}

fn unwritten(file: &str, e: &std::io::Error) -> Stop {
    Stop::unwritten("folder", std::path::Path::new(file), e)
}

/// Reads entries into an empty archive and folds them; how many. All or nothing.
pub async fn import(db: &Db, entries: &mut impl BufRead, private: &mut impl BufRead) -> Result<u64, Stop> {
    let mut tx = db.write().await?;
    let size = import_into(&mut tx, entries, private).await?;
    tx.commit().await?;
    Ok(size)
}

/// The same inside a transaction.
pub(crate) async fn import_into(
    tx: &mut Tx,
    entries: &mut impl BufRead,
    private: &mut impl BufRead,
) -> Result<u64, Stop> {
    let mut end = book::end(tx).await?;
    if end.edge.size() > 0 {
        return Err(Stop::field("data", Why::of("invalid-archive-not-empty")));
    }
    let mut batch = Vec::new();
    for (n, line) in entries.lines().enumerate() {
        batch.push(read(n as u64, line.map_err(Stop::fault)?)?);
        if batch.len() == 250 {
            book::append(tx, &mut end, &std::mem::take(&mut batch)).await?;
        }
    }
    book::append(tx, &mut end, &batch).await?;
    for (n, line) in private.lines().enumerate() {
        let line = line.map_err(Stop::fault)?;
        let bad = |why: Why| Stop::Invalid(vec![invalid("private", n as u64 + 1, why)]);
        let v: Value =
            serde_json::from_str(&line).map_err(|e| bad(Why::of("invalid-said").with("said", e.to_string())))?;
        let salt = v.salt.map(|s| unhex_any(&s).ok_or_else(|| bad(Why::of("invalid-salt"))));
        let sort = v.value.as_deref().map(sort_key);
        let values = [
            V::Id(v.slot),
            salt.transpose()?.map_or(V::NoBytes, V::Bytes),
            V::maybe_text(v.value),
            sort.map_or(V::NoBytes, V::Bytes),
            v.erased_at.map_or(V::NoInt, V::Int),
        ];
        let sql = "insert into private (slot, salt, value, sort, erased_at) values ($1, $2, $3, $4, $5)";
        tx.run(sql, &values).await?;
    }
    verify::rebuild(tx).await?;
    Ok(end.edge.size())
}

fn read(seq: u64, line: String) -> Result<Written, Stop> {
    let body = line.into_bytes();
    let read = book::read(seq, &body)
        .map_err(|_| Stop::Invalid(vec![invalid("entries", seq + 1, Why::of("invalid-entry-unreadable"))]))?;
    let (name, _) = read.event.to_wire()?;
    let leaf = leaf_hash(&body);
    let at: Instant = read.at.at;
    Ok(Written { on: read.on, ver: read.ver, at, name, body, leaf, request: read.request })
}

fn invalid(file: &str, line: u64, why: Why) -> plantgate_domain::base::Invalid {
    let place = plantgate_domain::base::Place { file: Some(file.to_owned()), line: Some(line), ..Default::default() };
    plantgate_domain::base::Invalid { place, why }
}

/// Notes in a restored archive which head it was restored at, until an entry says so.
pub(crate) async fn mark_restored(tx: &mut Tx, origin: &str, size: u64, root: Hash) -> Result<(), Stop> {
    let sql = "insert into meta (name, value) values ('restored', $1)
        on conflict (name) do update set value = excluded.value";
    tx.run(sql, &[V::text(format!("{origin} {size} {root}"))]).await?;
    Ok(())
}

/// The head an archive was restored at.
pub(crate) async fn restored_at(tx: &mut Tx) -> Result<Option<Checkpoint>, Stop> {
    let rec = tx.one("select value from meta where name = 'restored'", &[]).await?;
    let Some(text) = rec.map(|r| r.text(0)).transpose()? else { return Ok(None) };
    let head = || {
        let mut words = text.split(' ');
        let (origin, size, root) = (words.next()?, words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        Some(Checkpoint { origin: origin.to_owned(), size, root })
    };
    head().map(Some).ok_or_else(|| Stop::fault("the head this archive was restored at cannot be read"))
}

/// A table that a backup keeps beside the entries: its columns with their types, keyed by the first `key` of them.
#[derive(Debug)]
pub struct Kept {
    pub name: &'static str,
    columns: &'static [(&'static str, Type)],
    pub key: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Type {
    Id,
    Int,
    Text,
    Bytes,
}

macro_rules! kept {
    ($($name:literal = $key:literal [$($column:literal: $ty:ident),+];)+) => {
        /// What is kept. Not among it: sign-in sessions and what slows guessing down, which begin anew; packs that were
        /// being made, which are ordered again; the tree's own hashes and all rows, which are made from the entries.
        pub static KEPT: &[Kept] =
            &[$(Kept { name: $name, columns: &[$(($column, Type::$ty)),+], key: $key }),+];
    };
}

kept! {
    "checkpoint" = 1 ["size": Int, "at": Int, "note": Text];
    "cosignature" = 2 ["size": Int, "key": Text, "at": Int, "line": Text];
    "private" = 1 ["slot": Id, "salt": Bytes, "value": Text, "sort": Bytes, "erased_at": Int];
    "receipt" = 1 ["request": Id, "digest": Bytes, "reply": Text, "first": Int, "count": Int, "at": Int];
    "upload" = 2 ["sha256": Text, "party": Id, "size": Int, "at": Int, "named": Int];
    "credential" = 1 ["person": Id, "password": Text, "totp": Text, "made_at": Int];
    "handle" = 1 ["digest": Bytes, "person": Id];
    "sign_on" = 1 ["digest": Bytes, "person": Id, "issuer": Text, "salt": Bytes, "told_at": Int];
    "totp_step" = 1 ["person": Id, "step": Int];
    "passkey" = 1 ["id": Bytes, "person": Id, "fingerprint": Text, "name": Text, "public": Bytes, "transports": Int,
        "state": Bytes, "made_at": Int, "used_at": Int, "doubted_at": Int];
    "recovery_code" = 2 ["made": Text, "n": Int, "person": Id, "digest": Bytes];
    "recovery_told" = 2 ["person": Id, "n": Int];
}

/// Rows of one step.
const SOME: i64 = 2_000;

/// The next rows of a table behind a key.
pub(crate) async fn some(tx: &mut Tx, table: &Kept, last: Option<&[V]>) -> Result<Vec<Vec<V>>, Stop> {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let key = names.iter().take(table.key).copied().collect::<Vec<_>>().join(", ");
    let behind = match last {
        Some(_) => format!("where ({key}) > {}", placeholders(1, table.key)),
        None => String::new(),
    };
    let sql = format!("select {} from {} {behind} order by {key} limit {SOME}", names.join(", "), table.name);
    let recs = tx.all_built(sql, last.unwrap_or_default()).await?;
    recs.iter()
        .map(|rec| {
            let cells = table.columns.iter().enumerate();
            cells
                .map(|(i, (_, ty))| {
                    Ok(match ty {
                        Type::Id => rec.maybe_id(i)?.map_or(V::NoId, V::Id),
                        Type::Int => rec.maybe_int(i)?.map_or(V::NoInt, V::Int),
                        Type::Text => rec.maybe_text(i)?.map_or(V::NoText, V::Text),
                        Type::Bytes => rec.maybe_bytes(i)?.map_or(V::NoBytes, V::Bytes),
                    })
                })
                .collect()
        })
        .collect()
}

/// A row as a line.
pub(crate) fn line(row: &[V]) -> Result<Vec<u8>, Stop> {
    let cell = |v: &V| match v {
        V::Id(id) => json!(id),
        V::Int(n) => json!(n),
        V::Text(s) => json!(s),
        V::Bytes(b) => json!(hex(b)),
        V::NoId | V::NoInt | V::NoText | V::NoBytes => Json::Null,
    };
    let mut line = serde_json::to_vec(&row.iter().map(cell).collect::<Vec<_>>()).map_err(Stop::fault)?;
    line.push(b'\n');
    Ok(line)
}

/// A line as a row.
pub(crate) fn row(table: &Kept, line: &[u8]) -> Result<Vec<V>, Stop> {
    let odd = || Stop::fault(format!("a row of {} in a backup is not in its form", table.name));
    let cells: Vec<Json> = serde_json::from_slice(line).map_err(|_| odd())?;
    if cells.len() != table.columns.len() {
        return Err(odd());
    }
    let cell = |(cell, (_, ty)): (&Json, &(&str, Type))| match (ty, cell) {
        (Type::Id, Json::Null) => Some(V::NoId),
        (Type::Int, Json::Null) => Some(V::NoInt),
        (Type::Text, Json::Null) => Some(V::NoText),
        (Type::Bytes, Json::Null) => Some(V::NoBytes),
        (Type::Id, Json::String(s)) => s.parse().ok().map(V::Id),
        (Type::Int, Json::Number(n)) => n.as_i64().map(V::Int),
        (Type::Text, Json::String(s)) => Some(V::text(s)),
        (Type::Bytes, Json::String(s)) => unhex_any(s).map(V::Bytes),
        _ => None,
    };
    cells.iter().zip(table.columns).map(cell).collect::<Option<_>>().ok_or_else(odd)
}

/// Puts rows into a table of an empty archive.
pub(crate) async fn put(tx: &mut Tx, table: &Kept, rows: &[Vec<V>]) -> Result<(), Stop> {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    for some in steps(rows) {
        let cells = placeholders(some.len(), names.len());
        let sql = format!("insert into {} ({}) values {cells}", table.name, names.join(", "));
        tx.run_built(sql, &some.concat()).await?;
    }
    Ok(())
}
