//! Rows against record: all of it is folded anew and every row compared, so that whatever was changed by hand is named.

use std::collections::BTreeMap;

use plantgate_domain::base::Instant;

use super::{Damage, instant};
use crate::{
    db::{Rec, Tx, V},
    past::Past,
    schema::{self, Table},
    stop::Stop,
};

/// References of objects, by kind and id, so that a damaged row can be found in the pages too.
type Called = BTreeMap<Vec<V>, String>;

/// Compares; how many rows the record stands for.
pub(super) async fn compare(tx: &mut Tx, damage: &mut Vec<Damage>) -> Result<u64, Stop> {
    let mut expected = Past::fold(tx, Instant::MAX).await?.rows()?;
    let total = expected.len() as u64;
    let called: Called =
        expected.iter().filter(|((name, _), _)| *name == schema::card.name).filter_map(called).collect();
    for table in schema::DERIVED {
        let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
        let sql = format!("select {} from {}", names.join(", "), table.name);
        for rec in tx.all_built(sql, &[]).await? {
            let Ok(found) = read_row(table, &rec) else {
                damage.push(Damage::RowBroken { table: table.name });
                continue;
            };
            let key: Vec<V> = found.iter().take(table.key).cloned().collect();
            match expected.remove(&(table.name, key.clone())) {
                None => damage.push(Damage::RowAdded { table: table.name, key: words(table, &key, &called) }),
                Some(row) => damage.extend(differences(table, &row, &found, &called)),
            }
        }
    }
    let missing = expected.into_keys().filter_map(|(name, key)| {
        let table = schema::DERIVED.iter().find(|t| t.name == name)?;
        Some(Damage::RowMissing { table: table.name, key: words(table, &key, &called) })
    });
    damage.extend(missing);
    Ok(total)
}

fn called((key, row): (&(&'static str, Vec<V>), &Vec<V>)) -> Option<(Vec<V>, String)> {
    match row.get(2) {
        Some(V::Text(reference)) => Some((key.1.clone(), reference.clone())),
        _ => None,
    }
}

fn differences(table: &'static Table, record: &[V], found: &[V], called: &Called) -> Vec<Damage> {
    let key = words(table, record, called);
    let pairs = table.columns.iter().zip(record.iter().zip(found));
    pairs
        .filter(|(_, (r, f))| r != f)
        .map(|((column, _), (r, f))| Damage::Row {
            table: table.name,
            key: key.clone(),
            column: (*column).to_owned(),
            record: word(column, r),
            found: word(column, f),
        })
        .collect()
}

fn read_row(table: &Table, rec: &Rec) -> Result<Vec<V>, Stop> {
    let columns = table.columns.iter().enumerate();
    columns
        .map(|(i, (_, ty))| {
            Ok(match *ty {
                "uuid" => rec.maybe_id(i)?.map_or(V::NoId, V::Id),
                "bigint" => rec.maybe_int(i)?.map_or(V::NoInt, V::Int),
                "bytea" => rec.maybe_bytes(i)?.map_or(V::NoBytes, V::Bytes),
                _ => rec.maybe_text(i)?.map_or(V::NoText, V::Text),
            })
        })
        .collect()
}

/// The key of a row, with what its object is called.
fn words(table: &Table, row: &[V], called: &Called) -> String {
    let parts = table.columns.iter().zip(row).take(table.key);
    let key = parts.map(|((name, _), v)| format!("{name} {}", word(name, v))).collect::<Vec<_>>().join(", ");
    let object: Vec<V> = row.iter().take(2).cloned().collect();
    called.get(&object).map_or(key.clone(), |reference| format!("{reference}: {key}"))
}

fn word(column: &str, v: &V) -> String {
    match v {
        V::Int(n) if column == "at" || column.ends_with("_at") => instant(*n),
        V::Id(id) => id.to_string(),
        V::Int(n) => n.to_string(),
        V::Text(s) => s.clone(),
        V::Bytes(b) => b.iter().map(|b| format!("{b:02x}")).collect(),
        V::NoId | V::NoInt | V::NoText | V::NoBytes => "–".to_owned(),
    }
}
