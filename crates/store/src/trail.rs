//! What a review of the audit trail reads: entries of some names in a range, and the root the range ends at.

use plantgate_ledger::tree::{Edge, Hash};

use crate::{
    book,
    db::{Tx, V},
    stop::Stop,
};

/// Leaf hashes read in one step.
const STEP: u64 = 20_000;

/// An entry with the name of its event as stored.
#[derive(Clone, Debug)]
pub struct Named {
    pub name: String,
    pub read: book::Read,
}

/// Entries of these names from one number up to another (not included), in order.
pub async fn named(tx: &mut Tx, names: &[&str], from: u64, until: u64) -> Result<Vec<Named>, Stop> {
    let cells: Vec<String> = (3..names.len() + 3).map(|n| format!("${n}")).collect();
    let cells = cells.join(",");
    let sql =
        format!("select seq, body, name from entry where seq >= $1 and seq < $2 and name in ({cells}) order by seq");
    let mut values = vec![V::size(from), V::size(until)];
    values.extend(names.iter().map(|name| V::text(*name)));
    let recs = tx.all_built(sql, &values).await?;
    recs.iter().map(|r| Ok(Named { name: r.text(2)?, read: book::read(r.size(0)?, &r.bytes(1)?)? })).collect()
}

/// How many entries are stored; those of acts of the same turn are not among them.
pub async fn size(tx: &mut Tx) -> Result<u64, Stop> {
    Ok(book::head(tx).await?.edge.size())
}

/// The root of the tree over the first `size` entries.
pub async fn root(tx: &mut Tx, size: u64) -> Result<Hash, Stop> {
    let mut edge = Edge::new();
    while edge.size() < size {
        let (from, until) = (edge.size(), size.min(edge.size() + STEP));
        let sql = "select leaf from entry where seq >= $1 and seq < $2 order by seq";
        for rec in tx.all(sql, &[V::size(from), V::size(until)]).await? {
            edge.push(Hash::from_slice(&rec.bytes(0)?).map_err(Stop::fault)?);
        }
        if edge.size() != until {
            return Err(Stop::fault(format!("entries {from} to {until}: some are missing")));
        }
    }
    Ok(edge.root())
}
