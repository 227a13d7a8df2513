//! What a review of the audit trail reads: entries of some names in a range, and the root of the tree it ends at.

use plantgate_ledger::tree::leaf_hash;

use crate::{
    book,
    db::{Tx, V},
    stop::Stop,
    watermark::root_at,
};

/// An entry with the name of its event as stored.
#[derive(Clone, Debug)]
pub struct Named {
    pub name: String,
    pub read: book::Read,
    /// The hash of its bytes as they stand, in hexadecimal digits.
    pub leaf: String,
}

/// A range of entries.
#[derive(Clone, Debug)]
pub struct Range {
    /// Number of the first one.
    pub from: u64,
    /// Number behind the last one.
    pub until: u64,
    /// Root of the tree over the first `until` entries, in hexadecimal digits.
    pub root: String,
    /// Those of the names asked for, in order.
    pub found: Vec<Named>,
}

/// How many entries are stored; those of acts of the same turn are not among them.
pub async fn size(tx: &mut Tx) -> Result<u64, Stop> {
    Ok(book::head(tx).await?.edge.size())
}

/// A range that is stored, with the entries of these names.
pub async fn range(tx: &mut Tx, names: &[&str], from: u64, until: u64) -> Result<Range, Stop> {
    let root = root_at(tx, until).await?.to_string();
    Ok(Range { from, until, root, found: named(tx, names, from, until).await? })
}

async fn named(tx: &mut Tx, names: &[&str], from: u64, until: u64) -> Result<Vec<Named>, Stop> {
    let cells: Vec<String> = (3..names.len() + 3).map(|n| format!("${n}")).collect();
    let cells = cells.join(",");
    let sql =
        format!("select seq, body, name from entry where seq >= $1 and seq < $2 and name in ({cells}) order by seq");
    let mut values = vec![V::size(from), V::size(until)];
    values.extend(names.iter().map(|name| V::text(*name)));
    let recs = tx.all_built(sql, &values).await?;
    recs.iter()
        .map(|r| {
            let body = r.bytes(1)?;
            let leaf = leaf_hash(&body).to_string();
            Ok(Named { name: r.text(2)?, read: book::read(r.size(0)?, &body)?, leaf })
        })
        .collect()
}
