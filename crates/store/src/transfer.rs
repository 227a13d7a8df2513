//! The record leaves and enters as lines: every entry's exact bytes, and beside it the erasable values. Moving from one
//! engine to another is this and a fold; heads and rows must come out the same.

use std::io::{BufRead, Write};

use plantgate_domain::base::{Instant, Why};
use plantgate_ledger::tree::leaf_hash;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    book::{self, Written},
    db::{Db, Tx, V},
    keyring::{hex, unhex_any},
    rows::sort_key,
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
            to.write_all(&rec.bytes(0)?).and_then(|()| to.write_all(b"\n")).map_err(Stop::fault)?;
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
        serde_json::to_writer(&mut *to, &line).map_err(Stop::fault)?;
        to.write_all(b"\n").map_err(Stop::fault)?;
        count += 1;
    }
    Ok(count)
}

/// Reads entries into an empty archive and folds them; how many. All or nothing.
pub async fn import(db: &Db, entries: &mut impl BufRead, private: &mut impl BufRead) -> Result<u64, Stop> {
    let mut tx = db.write().await?;
    let mut end = book::end(&mut tx).await?;
    if end.edge.size() > 0 {
        return Err(Stop::field("data", Why::of("invalid-archive-not-empty")));
    }
    let mut batch = Vec::new();
    for (n, line) in entries.lines().enumerate() {
        batch.push(read(n as u64, line.map_err(Stop::fault)?)?);
        if batch.len() == 250 {
            book::append(&mut tx, &mut end, &std::mem::take(&mut batch)).await?;
        }
    }
    book::append(&mut tx, &mut end, &batch).await?;
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
    verify::rebuild(&mut tx).await?;
    tx.commit().await?;
    Ok(end.edge.size())
}

fn read(seq: u64, line: String) -> Result<Written, Stop> {
    let body = line.into_bytes();
    let read = book::read(seq, &body)
        .map_err(|_| Stop::Invalid(vec![invalid("entries", seq + 1, Why::of("invalid-entry-unreadable"))]))?;
    let (name, _) = read.event.to_wire()?;
    let leaf = leaf_hash(&body);
    let at: Instant = read.at.at;
    Ok(Written { on: read.on, ver: read.ver, at, name, body, leaf })
}

fn invalid(file: &str, line: u64, why: Why) -> plantgate_domain::base::Invalid {
    let place = plantgate_domain::base::Place { file: Some(file.to_owned()), line: Some(line), ..Default::default() };
    plantgate_domain::base::Invalid { place, why }
}
