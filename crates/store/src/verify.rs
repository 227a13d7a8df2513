//! Rows against record. Live rows are written as differences at the end of each turn; a rebuild folds the record anew
//! and compares every row, so that whatever was changed by hand is named.

use std::collections::BTreeMap;

use plantgate_domain::{
    base::{EngagementId, Instant, Kind, Reason, Ref, Refusal, SiteId},
    expect::rulebook::Rulebook,
    rules::Rules,
    thing::AnyThing,
};
use plantgate_ledger::{key::VerifierKey, tree::Hash};

pub use crate::audit::Damage;
use crate::{
    audit::{self, Asked, Mode},
    book,
    db::{Tx, V},
    desk::Turn,
    keyring::Keyring,
    memory::Kept,
    past::Past,
    rows::{self, Rows},
    schema,
    stop::{Away, Stop},
    stored,
};

/// Writes the rows of everything a turn changed: first order from the things, second order from their reasons.
pub async fn write_rows(turn: &mut Turn) -> Result<(), Stop> {
    let (mut before, mut after) = (Rows::new(), Rows::new());
    let rules = turn.rules();
    let fresh = rules_changed(turn);
    let mut standings = std::collections::BTreeSet::new();
    let mut counters = BTreeMap::new();
    for (on, old) in &turn.before {
        let Some(new) = turn.changed.get(*on) else { continue };
        if let Some(old) = old {
            before.extend(rows::of(*on, old.version, &old.thing, &rules)?);
            standings.extend(about(&old.thing, &rules));
        }
        after.extend(rows::of(*on, new.version, &new.thing, &rules)?);
        standings.extend(about(&new.thing, &rules));
        rows::count(&mut counters, *on, &new.thing);
    }
    for at in standings {
        let stood = stored::reasons(&mut turn.tx, at).await?;
        let stands = merged(turn, at, &stood);
        let stood: Vec<Reason> = stood.into_iter().map(|(_, r)| r).collect();
        before.extend(rows::of_standing(at.0, at.1, &stood));
        after.extend(rows::of_standing(at.0, at.1, &stands));
    }
    for (kind, last) in counters.iter_mut() {
        *last = (*last).max(stored::counter(&mut turn.tx, *kind).await?);
    }
    after.extend(rows::of_counters(&counters));
    rows::write(&mut turn.tx, &before, &after).await?;
    match fresh {
        // New rules may change what every thing emits: all rows are made anew, in this same transaction.
        Some(_) => rebuild(&mut turn.tx).await.map(|_| ()),
        None => Ok(()),
    }
}

fn about(t: &AnyThing, rules: &Rules) -> Vec<(EngagementId, SiteId)> {
    t.emits(rules).reasons.iter().map(|r| (r.engagement, r.site)).collect()
}

fn merged(turn: &Turn, at: (EngagementId, SiteId), stood: &[(Ref, Reason)]) -> Vec<Reason> {
    let mut by: BTreeMap<Ref, Vec<Reason>> = BTreeMap::new();
    for (on, r) in stood.iter().filter(|(on, _)| turn.changed.get(*on).is_none()) {
        by.entry(*on).or_default().push(r.clone());
    }
    by.extend(turn.changed.reasons(at));
    by.into_values().flatten().collect()
}

/// The rules a turn adopted, if it did.
pub fn rules_changed(turn: &Turn) -> Option<Rules> {
    let books = turn.changed.every(Kind::Rulebook);
    if books.is_empty() {
        return None;
    }
    rules_of(books).ok().flatten()
}

/// The rules that adopted rulebooks make; `None` while there are none.
pub fn rules_of(books: Vec<(Ref, Kept)>) -> Result<Option<Rules>, Stop> {
    let mut adopted = None;
    for (_, kept) in books {
        let book = Rulebook::try_from(kept.thing)?;
        // While the files of a version come in one by one there are no rules of it yet; the ones before stand.
        adopted = book.rules().ok().or(adopted);
    }
    Ok(adopted)
}

/// Makes sure this archive belongs to this keyring and says so for ever.
pub async fn claim(tx: &mut Tx, keyring: &Keyring) -> Result<(), Stop> {
    let sql = "insert into meta (name, value) values ('origin', $1) on conflict do nothing";
    tx.run(sql, &[V::text(keyring.origin())]).await?;
    let is = tx.one("select value from meta where name = 'origin'", &[]).await?;
    let is = is.map(|r| r.text(0)).transpose()?.unwrap_or_default();
    if is == keyring.origin() {
        return Ok(());
    }
    Err(Stop::fault(format!("this database belongs to the log ‘{is}’, the keyring to ‘{}’", keyring.origin())))
}

/// What becomes of rows that another release made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Older {
    /// Made anew, and older nodes stop: what a server does that is to take their place.
    Renewed,
    /// Nothing moves: a command refuses, so that what a release would move can still be seen before it does.
    Left,
}

/// At start: refuses a ledger this binary does not know, rebuilds rows of another shape than the one that this process
/// makes, gives the rules in force.
pub async fn bring_up_to_date(tx: &mut Tx, older: Older, made: i64) -> Result<Rules, Stop> {
    let end = book::end(tx).await?;
    if end.generation > made {
        return Err(Away::Newer.into());
    }
    let shape = made.to_string();
    let is = tx.one("select value from meta where name = 'rows'", &[]).await?.map(|r| r.text(0)).transpose()?;
    if is.as_deref() != Some(shape.as_str()) {
        // A database that is new has no rows of anybody.
        if older == Older::Left && is.is_some() {
            return Err(Refusal::new("R-48", "stop-older-rows").into());
        }
        schema::add_to_record(tx).await?;
        schema::recreate_derived(tx).await?;
        rebuild(tx).await?;
        let sql = "insert into meta (name, value) values ('rows', $1)
            on conflict (name) do update set value = excluded.value";
        tx.run(sql, &[V::text(shape)]).await?;
        // Older nodes see it under the edge lock and write no more: their rows have another shape.
        tx.run("update edge set generation = $1 where id = 1", &[V::Int(made)]).await?;
    }
    rules_in_rows(tx).await
}

/// The rules in force at a snapshot.
pub async fn rules_in_rows(tx: &mut Tx) -> Result<Rules, Stop> {
    let books = stored::every(tx, Kind::Rulebook).await?;
    Ok(rules_of(books)?.unwrap_or_default())
}

/// Folds the record into new derived rows; how many entries it folded.
pub async fn rebuild(tx: &mut Tx) -> Result<u64, Stop> {
    let past = Past::fold(tx, Instant::MAX).await?;
    // Rows are taken out, tables stay: whoever reads an older snapshot meanwhile goes on seeing what stood in it.
    for table in schema::DERIVED {
        tx.run_built(format!("delete from {}", table.name), &[]).await?;
    }
    rows::write(tx, &Rows::new(), &past.rows()?).await?;
    Ok(past.size)
}

/// What a verification looked at and found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verified {
    pub size: u64,
    pub root: Hash,
    pub rows: u64,
    pub damage: Vec<Damage>,
}

/// Checks the record itself and, with `rebuild`, folds everything anew and compares all rows; heads are left out.
pub async fn verify(tx: &mut Tx, rebuild: bool) -> Result<Verified, Stop> {
    verify_with(tx, rebuild, &[]).await
}

/// The same, with the keys that signed heads are held against, each with the size from which on.
pub async fn verify_with(tx: &mut Tx, rebuild: bool, keys: &[(u64, VerifierKey)]) -> Result<Verified, Stop> {
    let mut modes = vec![Mode::Leaves, Mode::Commitments];
    modes.extend(rebuild.then_some(Mode::Rebuild));
    let report = audit::within(tx, keys, &Asked::These(modes)).await?;
    let rows = report.ran.iter().find(|ran| ran.mode == Mode::Rebuild).map_or(0, |ran| ran.count);
    Ok(Verified { size: report.size, root: report.root, rows, damage: report.damage })
}

/// Reads an entry's bytes, for tools that show them.
pub async fn entry_bytes(tx: &mut Tx, seq: u64) -> Result<Option<Vec<u8>>, Stop> {
    let rec = tx.one("select body from entry where seq = $1", &[V::size(seq)]).await?;
    rec.map(|r| r.bytes(0)).transpose()
}

/// What an entry says, in the domain's words.
pub fn read_entry(seq: u64, body: &[u8]) -> Result<book::Read, Stop> {
    book::read(seq, body)
}
