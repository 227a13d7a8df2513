//! What an audit pack takes out of the record: exact bytes, the tree over them, the signed head, private values with
//! their salts, and rows that are claimed. Reads only; nothing here decides who may have it.

use std::collections::{BTreeMap, BTreeSet};

use plantgate_domain::{
    base::{Instant, Kind, Ref, Slot},
    thing::AnyThing,
};
use plantgate_ledger::{
    canon,
    pack::{self, Disclosed, Pack},
    tree::Hash,
};
pub use plantgate_ledger::{pack::Draft, tree::Tree};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    book,
    db::{Tx, V},
    keyring::Keyring,
    private,
    stop::Stop,
    stored,
};

/// Entries read in one step.
pub const STEP: u64 = 5_000;
/// Objects or slots of one statement; keeps bound values few.
pub const SOME: usize = 400;

/// The signed head of a size, or the newest one; size and note.
pub async fn head(tx: &mut Tx, size: Option<u64>) -> Result<Option<(u64, String)>, Stop> {
    let rec = match size {
        Some(size) => tx.one("select size, note from checkpoint where size = $1", &[V::size(size)]).await?,
        None => tx.one("select size, note from checkpoint order by size desc limit 1", &[]).await?,
    };
    rec.map(|r| Ok((r.size(0)?, r.text(1)?))).transpose()
}

/// The tree over the first `size` leaves, as the leaves are stored; a pack proves them against the signed head.
pub async fn tree(tx: &mut Tx, size: u64) -> Result<Tree, Stop> {
    let mut tree = Tree::new();
    while tree.size() < size {
        let (from, until) = (tree.size(), size.min(tree.size() + STEP));
        let sql = "select leaf from entry where seq >= $1 and seq < $2 order by seq";
        let recs = tx.all(sql, &[V::size(from), V::size(until)]).await?;
        if recs.len() as u64 != until - from {
            return Err(Stop::fault(format!("entries {from} to {until}: some are missing")));
        }
        for rec in recs {
            tree.push(Hash::from_slice(&rec.bytes(0)?).map_err(Stop::fault)?);
        }
    }
    Ok(tree)
}

/// Index of the first entry at or after an instant, at most `size`.
pub async fn index_at(tx: &mut Tx, at: Instant, size: u64) -> Result<u64, Stop> {
    let rec = tx.one("select min(seq) from entry where at >= $1", &[V::at(at)]).await?;
    let found = rec.map(|r| r.maybe_int(0)).transpose()?.flatten();
    Ok(found.and_then(|n| u64::try_from(n).ok()).map_or(size, |n| n.min(size)))
}

/// The exact bytes of all entries of some objects below an index.
pub async fn of(tx: &mut Tx, on: &[Ref], until: u64) -> Result<BTreeMap<u64, Vec<u8>>, Stop> {
    let mut found = BTreeMap::new();
    for some in on.chunks(SOME) {
        let cells: Vec<String> = (2..some.len() + 2).map(|n| format!("${n}")).collect();
        let sql = format!("select seq, body, kind, id from entry where seq < $1 and id in ({})", cells.join(","));
        let mut values = vec![V::size(until)];
        values.extend(some.iter().map(|r| V::Id(r.id)));
        let asked: BTreeSet<(&str, Uuid)> = some.iter().map(|r| (r.kind.as_str(), r.id)).collect();
        for rec in tx.all_built(sql, &values).await? {
            if asked.contains(&(rec.text(2)?.as_str(), rec.id(3)?)) {
                found.insert(rec.size(0)?, rec.bytes(1)?);
            }
        }
    }
    Ok(found)
}

/// The exact bytes of a stretch of entries.
pub async fn between(tx: &mut Tx, from: u64, until: u64) -> Result<BTreeMap<u64, (Ref, Vec<u8>)>, Stop> {
    let mut found = BTreeMap::new();
    let mut next = from;
    while next < until {
        let sql = "select seq, body, kind, id from entry where seq >= $1 and seq < $2 order by seq";
        let end = until.min(next + STEP);
        for rec in tx.all(sql, &[V::size(next), V::size(end)]).await? {
            let kind: Kind = rec.text(2)?.parse().map_err(Stop::fault)?;
            found.insert(rec.size(0)?, (Ref { kind, id: rec.id(3)? }, rec.bytes(1)?));
        }
        next = end;
    }
    Ok(found)
}

/// Everything that belongs to a provider, itself included.
pub async fn belonging(tx: &mut Tx, provider: Uuid) -> Result<Vec<Ref>, Stop> {
    let sql = "select kind, id from card where provider = $1 order by kind, id";
    let recs = tx.all(sql, &[V::Id(provider)]).await?;
    recs.iter().map(|r| Ok(Ref { kind: r.text(0)?.parse().map_err(Stop::fault)?, id: r.id(1)? })).collect()
}

/// Everything of a site: what its people see because of it, itself included.
pub async fn at_site(tx: &mut Tx, site: Uuid) -> Result<Vec<Ref>, Stop> {
    let sql = "select kind, id from sees where party = $1 order by kind, id";
    let recs = tx.all(sql, &[V::Id(site)]).await?;
    recs.iter().map(|r| Ok(Ref { kind: r.text(0)?.parse().map_err(Stop::fault)?, id: r.id(1)? })).collect()
}

/// Everything that points to an object: of an engagement its requests, grants, findings, activations.
pub async fn pointing(tx: &mut Tx, to: Uuid) -> Result<Vec<Ref>, Stop> {
    let sql = "select distinct kind, id from link where to_id = $1 order by kind, id";
    let recs = tx.all(sql, &[V::Id(to)]).await?;
    recs.iter().map(|r| Ok(Ref { kind: r.text(0)?.parse().map_err(Stop::fault)?, id: r.id(1)? })).collect()
}

/// Private values that these entries committed to, with their salts; those that were erased are not among them.
pub async fn disclosed(
    tx: &mut Tx,
    entries: &BTreeMap<u64, Vec<u8>>,
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Disclosed>, Stop> {
    let mut found = Vec::new();
    for (seq, body) in entries {
        private::find(*seq, "", &serde_json::from_slice(body).map_err(Stop::fault)?, &mut found);
    }
    // A slot is opened once, where it was first committed to.
    let mut first: BTreeMap<Slot, private::Found> = BTreeMap::new();
    for f in found.into_iter().filter(|f| wanted(&f.field)) {
        first.entry(f.slot).or_insert(f);
    }
    let slots: Vec<Slot> = first.keys().copied().collect();
    let mut out = Vec::new();
    for some in slots.chunks(SOME) {
        let cells: Vec<String> = (1..=some.len()).map(|n| format!("${n}")).collect();
        let sql = format!("select slot, salt, value from private where slot in ({})", cells.join(","));
        let values: Vec<V> = some.iter().map(|s| V::Id(s.0)).collect();
        for r in tx.all_built(sql, &values).await? {
            let slot = Slot(r.id(0)?);
            let opened = r.maybe_bytes(1)?.zip(r.maybe_text(2)?).zip(first.get(&slot));
            out.extend(opened.map(|((salt, value), f)| Disclosed {
                entry: f.seq,
                slot: slot.0.to_string(),
                commit: f.commit.clone(),
                salt,
                value,
            }));
        }
    }
    out.sort_by(|a, b| a.slot.cmp(&b.slot));
    Ok(out)
}

/// The private values an entry speaks of: slot and name of the field.
pub fn fields(index: u64, bytes: &[u8]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    private::find(index, "", &serde_json::from_slice(bytes).unwrap_or_default(), &mut found);
    found.into_iter().map(|f| (f.slot.0.to_string(), f.field)).collect()
}

/// The pages of a pack under their names, and the second verifier beside them.
pub fn views(readme: String, report: String, print: Vec<u8>) -> BTreeMap<&'static str, Vec<u8>> {
    [
        (pack::names::README, readme.into_bytes()),
        (pack::names::REPORT, report.into_bytes()),
        (pack::names::PRINT, print),
        (pack::names::VERIFIER, pack::PYTHON.to_vec()),
    ]
    .into()
}

/// Seals a draft with the key of a log, and checks the outcome as a stranger would who has that key: what is stored may
/// have been changed by hand, and nothing leaves the house that does not prove itself. The file and its digest.
pub fn seal(draft: Draft, tree: &Tree, log: (&str, &str), keyring: &Keyring) -> Result<(Vec<u8>, String), Stop> {
    let key = keyring.log_key(log.0, Some(log.1))?;
    let cosigners = draft.cosigners.clone();
    let bytes = pack::seal(draft, tree, &key).map_err(Stop::fault)?;
    pack::check(&bytes, &[key.verifier().clone()], &cosigners).map_err(Stop::fault)?;
    let sha256 = Hash::of_content(&bytes).to_string();
    Ok((bytes, sha256))
}

/// Rows claimed for those objects of a pack whose entries are all in it: as they stand in the tables, and for what
/// changed since as a fold of the entries, so that the same head always claims the same.
pub async fn claimed(tx: &mut Tx, entries: &BTreeMap<u64, Vec<u8>>) -> Result<Vec<u8>, Stop> {
    let folded = fold(entries.iter().map(|(index, bytes)| (*index, bytes.as_slice())))?;
    let on: Vec<Ref> = folded.keys().copied().collect();
    let mut stands = BTreeMap::new();
    for some in on.chunks(SOME) {
        stands.extend(stored::kept_many(tx, some).await?);
    }
    let mut out = Vec::new();
    for (on, (version, thing)) in folded {
        let Some(thing) = thing else { continue };
        let stands = stands.get(&on).filter(|kept| kept.version == version);
        out.push(row(on, version, stands.map_or(&thing, |kept| &kept.thing))?);
    }
    out.sort();
    Ok(out.concat())
}

/// Objects as some entries leave them, with their version; `None` where entries before are not among them.
fn fold<'a>(entries: impl Iterator<Item = (u64, &'a [u8])>) -> Result<BTreeMap<Ref, (u64, Option<AnyThing>)>, Stop> {
    let mut things: BTreeMap<Ref, (u64, Option<AnyThing>)> = BTreeMap::new();
    for (index, bytes) in entries {
        let read = book::read(index, bytes)?;
        let (version, before) = things.remove(&read.on).unwrap_or((0, None));
        let follows = read.ver == version + 1 && (version == 0 || before.is_some());
        let after = if follows { AnyThing::fold(before, read.on.id, &read.event, read.at).ok() } else { None };
        things.insert(read.on, (read.ver, after));
    }
    Ok(things)
}

fn row(on: Ref, version: u64, thing: &AnyThing) -> Result<Vec<u8>, Stop> {
    let value = json!({ "body": thing.to_body()?, "id": on.id, "kind": on.kind.as_str(), "version": version });
    let mut line = canon::to_bytes_within(&value, pack::ROW_MAX).map_err(Stop::fault)?;
    line.push(b'\n');
    Ok(line)
}

/// What became of claimed rows when they were folded again.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Refolded {
    /// Rows that are what their entries say.
    pub same: u64,
    /// Rows that say something else, as `kind id`.
    pub other: Vec<String>,
    /// An entry that this version cannot read: a newer release wrote it, and no row was folded.
    pub unknown: Option<u64>,
}

/// Folds the entries of a checked pack and holds its claimed rows against them.
pub fn refold(of: &Pack<'_>) -> Result<Refolded, Stop> {
    let names: Vec<(u64, String)> = of.entries.keys().map(|index| (*index, pack::entry_name(*index))).collect();
    let bytes = |(index, name): &(u64, String)| Some((*index, *of.files.get(name.as_str())?));
    let all: Vec<(u64, &[u8])> = names.iter().filter_map(bytes).collect();
    let mut done = Refolded::default();
    if let Some((index, _)) = all.iter().find(|(index, bytes)| !book::reads(*index, bytes)) {
        return Ok(Refolded { unknown: Some(*index), ..done });
    }
    let things = fold(all.into_iter())?;
    let rows = of.files.get(pack::state_name("thing").as_str()).copied().unwrap_or_default();
    for line in rows.split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
        let value: Value = canon::parse_strict_within(line, pack::ROW_MAX).unwrap_or_default();
        let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
        let on = text("kind").parse::<Kind>().ok().zip(text("id").parse().ok()).map(|(kind, id)| Ref { kind, id });
        let folded = on.and_then(|on| things.get(&on).map(|t| (on, t)));
        match folded {
            Some((on, (version, Some(thing)))) if row(on, *version, thing)? == [line, b"\n"].concat() => done.same += 1,
            _ => done.other.push(format!("{} {}", text("kind"), text("id"))),
        }
    }
    Ok(done)
}
