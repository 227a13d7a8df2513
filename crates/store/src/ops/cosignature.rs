//! Cosignatures beside the signed heads they stand under. Losing them loses no entry: a cosigner gives its newest one
//! again; and none can be made up, for each is checked with its key where it is used.

use plantgate_domain::base::Instant;
use plantgate_ledger::note::SignatureLine;

use crate::{
    db::{Tx, V},
    stop::Stop,
};

/// How many of the newest are looked through for a head that enough vouched for.
const NEWEST: i64 = 256;

/// Files a line; one that stands already is kept.
pub async fn put(tx: &mut Tx, size: u64, key: &str, now: Instant, line: &SignatureLine) -> Result<(), Stop> {
    let sql = "insert into cosignature (size, key, at, line) values ($1, $2, $3, $4) on conflict do nothing";
    tx.run(sql, &[V::size(size), V::text(key), V::at(now), V::text(line.to_string())]).await?;
    Ok(())
}

/// The largest size with a line by a key; 0 for none.
pub async fn last(tx: &mut Tx, key: &str) -> Result<u64, Stop> {
    let rec = tx.one("select max(size) from cosignature where key = $1", &[V::text(key)]).await?;
    let found = rec.map(|r| r.maybe_int(0)).transpose()?.flatten();
    Ok(found.and_then(|n| u64::try_from(n).ok()).unwrap_or(0))
}

/// The newest ones: size, key, when they came.
pub async fn newest(tx: &mut Tx) -> Result<Vec<(u64, String, Instant)>, Stop> {
    let sql = "select size, key, at from cosignature order by size desc, key limit $1";
    let recs = tx.all(sql, &[V::Int(NEWEST)]).await?;
    recs.iter().map(|r| Ok((r.size(0)?, r.text(1)?, Instant::from_micros(r.int(2)?)))).collect()
}

/// The lines under the head of a size, with their keys.
pub async fn lines(tx: &mut Tx, size: u64) -> Result<Vec<(String, String)>, Stop> {
    let sql = "select key, line from cosignature where size = $1 order by key";
    let recs = tx.all(sql, &[V::size(size)]).await?;
    recs.iter().map(|r| Ok((r.text(0)?, r.text(1)?))).collect()
}

/// All of them with the head of their size, if it stands: size, key, line, head.
pub async fn all(tx: &mut Tx) -> Result<Vec<(u64, String, String, Option<String>)>, Stop> {
    let sql = "select c.size, c.key, c.line, h.note from cosignature c
        left join checkpoint h on h.size = c.size order by c.size, c.key";
    let recs = tx.all(sql, &[]).await?;
    recs.iter().map(|r| Ok((r.size(0)?, r.text(1)?, r.text(2)?, r.maybe_text(3)?))).collect()
}
