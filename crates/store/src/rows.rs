//! Rows say nothing of their own: they are what the fold made, one function for every kind, so that live writes,
//! rebuild and verify cannot disagree. Whole rows by key; only differences are written.

use std::collections::{BTreeMap, BTreeSet};

use plantgate_domain::{
    base::{Duty, EngagementId, Held, Hold, Instant, Kind, Line, Proof, Reason, Ref, SiteId},
    event::qualify::Employer,
    qualify::{
        person::{Person, Seat},
        standing::standing,
    },
    rules::Rules,
    thing::{AnyThing, Card, Label},
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    db::{Tx, V},
    schema::{self, Table},
    stop::Stop,
};

/// Sees objects that belong to no site; every owner-side person has a role here.
pub const OWN: Uuid = Uuid::from_u128(1);
/// Sees all objects; people whose role is not bound to a site have it here.
pub const ALL: Uuid = Uuid::from_u128(2);

/// Rows of some tables, by table name and key, in order.
pub type Rows = BTreeMap<(&'static str, Vec<V>), Vec<V>>;

/// All rows one object stands for.
pub fn of(on: Ref, version: u64, t: &AnyThing, rules: &Rules) -> Result<Rows, Stop> {
    let mut rows = Rows::new();
    let key = [V::text(on.kind.as_str()), V::Id(on.id)];
    let is = serde_json::to_value(t.to_body()?).map_err(Stop::fault)?;
    put(&mut rows, &schema::thing, &key, [V::size(version), V::Text(is.to_string())]);
    cards(&mut rows, &key, t);
    words(&mut rows, &key, on.kind, &is);
    for sha256 in files(t) {
        put(&mut rows, &schema::file, &[&key[..], &[V::text(sha256)]].concat(), []);
    }
    let emits = t.emits(rules);
    number(&mut rows, &schema::reason, &key, &emits.reasons, reason_row)?;
    number(&mut rows, &schema::hold, &key, &emits.holds, hold_row)?;
    number(&mut rows, &schema::duty, &key, &emits.duties, duty_row)?;
    number(&mut rows, &schema::proof, &key, &emits.proofs, proof_row)?;
    for (name, line) in t.lines(rules) {
        spans(&mut rows, on, Uuid::nil(), name, &line);
    }
    Ok(rows)
}

/// Fields in which people write names and numbers of things for all to read. What else they write is a private value.
const CLEAR: &[&str] = &[
    "addresses",
    "document",
    "entity",
    "issuer",
    "mac",
    "measure",
    "name",
    "number",
    "os",
    "product",
    "serial",
    "services",
    "ticket",
    "vendor",
];

/// What people wrote of an object, for who looks for words. Private values stay where they are: a row names the slot,
/// and what is erased is found no more. Of a person nothing is looked through but the name on the card.
fn words(rows: &mut Rows, key: &[V], kind: Kind, is: &Value) {
    if kind == Kind::Person {
        return;
    }
    let (mut clear, mut slots) = (BTreeSet::new(), BTreeSet::new());
    gather(is, "", &mut clear, &mut slots);
    let clear = clear.into_iter().map(|text| [V::text(text), V::NoId]);
    let all = clear.chain(slots.into_iter().map(|slot| [V::NoText, V::Id(slot)]));
    for (n, rest) in all.enumerate() {
        put(rows, &schema::word, &[key, &[V::size(n as u64)]].concat(), rest);
    }
}

fn gather<'a>(of: &'a Value, field: &str, clear: &mut BTreeSet<&'a str>, slots: &mut BTreeSet<Uuid>) {
    match of {
        Value::String(text) if CLEAR.contains(&field) => {
            clear.insert(text);
        }
        Value::Array(all) => all.iter().for_each(|one| gather(one, field, clear, slots)),
        Value::Object(fields) if fields.contains_key("commit") => {
            slots.extend(fields.get("slot").and_then(Value::as_str).and_then(|slot| Uuid::parse_str(slot).ok()));
        }
        Value::Object(fields) => fields.iter().for_each(|(name, one)| gather(one, name, clear, slots)),
        _ => {}
    }
}

/// The files an object names: what it names is never swept away.
fn files(t: &AnyThing) -> Vec<&str> {
    match t {
        AnyThing::Item(item) => vec![&item.facts.sha256],
        // What was deleted is named by nobody any more.
        AnyThing::Session(s) if s.deleted.is_some() => Vec::new(),
        AnyThing::Session(s) => s.parts.iter().map(|part| &*part.blob).filter(|blob| !blob.is_empty()).collect(),
        AnyThing::Visit(v) => v.states.iter().filter_map(|n| n.facts.file.as_ref()).map(|f| &*f.sha256).collect(),
        _ => Vec::new(),
    }
}

/// The rows of a standing: second order, made from the reasons of all sources at one engagement and site.
pub fn of_standing(engagement: EngagementId, site: SiteId, reasons: &[Reason]) -> Rows {
    let line = standing(reasons);
    let words = Line::of(line.spans().into_iter().map(|s| s.from).collect(), |t| line.at(t).as_str());
    let mut rows = Rows::new();
    if reasons.is_empty() {
        return rows;
    }
    spans(&mut rows, engagement.into(), site.0, "standing", &words);
    rows
}

fn put<const N: usize>(rows: &mut Rows, table: &Table, key: &[V], rest: [V; N]) {
    let mut row = key.to_vec();
    row.extend(rest);
    let key = row.iter().take(table.key).cloned().collect();
    rows.insert((table.name, key), row);
}

fn cards(rows: &mut Rows, key: &[V], t: &AnyThing) {
    let card = t.card();
    let (label, slot, by_name) = match &card.label {
        Label::None => (V::NoText, V::NoId, V::NoBytes),
        Label::Clear(name) => (V::text(name), V::NoId, V::Bytes(sort_key(name))),
        Label::Private(p) => (V::NoText, V::Id(p.slot.0), V::NoBytes),
    };
    let parties = parties(&card);
    let by_ref = card.reference.as_deref().map_or(V::NoBytes, |r| V::Bytes(sort_key(r)));
    put(
        rows,
        &schema::card,
        key,
        [
            V::maybe_text(card.reference),
            label,
            slot,
            by_name,
            by_ref,
            V::maybe_id(card.provider.map(|p| p.0)),
            V::truth(card.shared),
            V::maybe_at(card.at),
            V::maybe_text(card.state),
        ],
    );
    for party in parties {
        put(rows, &schema::sees, &[key, &[V::Id(party)]].concat(), []);
    }
    let mut seen: BTreeMap<&str, i64> = BTreeMap::new();
    for (rel, to) in card.links {
        let n = seen.entry(rel).and_modify(|n| *n += 1).or_insert(0);
        let key = [key, &[V::text(rel), V::Int(*n)]].concat();
        put(rows, &schema::link, &key, [V::text(to.kind.as_str()), V::Id(to.id)]);
    }
    for (party, role) in roles(t) {
        put(rows, &schema::role_at, &[key, &[V::Id(party), V::text(role)]].concat(), []);
    }
}

/// Who may see an object: a party is a site, a provider or one of the two that mean people of ours.
fn parties(card: &Card) -> BTreeSet<Uuid> {
    if card.hidden {
        return BTreeSet::new();
    }
    let mut parties = BTreeSet::from([ALL]);
    parties.extend(card.sites.iter().map(|s| s.0));
    if card.sites.is_empty() {
        parties.insert(OWN);
    }
    parties.extend(card.provider.filter(|_| card.shared).map(|p| p.0));
    parties
}

/// Whether a reader may see an object: the join of `sees` and `role_at`, for one pair.
pub fn sees(reader: &AnyThing, on: &AnyThing) -> bool {
    let parties = parties(&on.card());
    roles(reader).iter().any(|(party, _)| parties.contains(party))
}

/// The parties a person reads as.
pub fn parties_of(person: &Person) -> Vec<Uuid> {
    let all: BTreeSet<Uuid> = roles_of(person).into_iter().map(|(party, _)| party).collect();
    all.into_iter().collect()
}

/// Where a person has which role, as parties of `sees`. Whoever has no seat has no role: revocation needs no cache.
fn roles(t: &AnyThing) -> Vec<(Uuid, String)> {
    let AnyThing::Person(person) = t else { return Vec::new() };
    roles_of(person)
}

fn roles_of(person: &Person) -> Vec<(Uuid, String)> {
    if person.seat != Seat::Active {
        return Vec::new();
    }
    match person.facts.employer {
        Employer::Provider(id) => person.facts.provider_roles.iter().map(|r| (id.0, r.to_string())).collect(),
        Employer::Owner => {
            let at = |site: Option<SiteId>| site.map_or(ALL, |s| s.0);
            let mut all: Vec<_> = person.roles.iter().map(|r| (at(r.site), r.role.to_string())).collect();
            all.extend(person.roles.iter().map(|r| (OWN, r.role.to_string())));
            all
        }
    }
}

fn number<T>(
    rows: &mut Rows,
    table: &Table,
    key: &[V],
    of: &[T],
    row: impl Fn(&T) -> Result<Vec<V>, Stop>,
) -> Result<(), Stop> {
    for (n, one) in of.iter().enumerate() {
        let mut whole = [key, &[V::size(n as u64)]].concat();
        whole.extend(row(one)?);
        let key = whole.iter().take(table.key).cloned().collect();
        rows.insert((table.name, key), whole);
    }
    Ok(())
}

fn body(of: &impl Serialize) -> Result<V, Stop> {
    serde_json::to_string(of).map(V::Text).map_err(Stop::fault)
}
fn reason_row(r: &Reason) -> Result<Vec<V>, Stop> {
    Ok(vec![V::Id(r.engagement.0), V::Id(r.site.0), body(r)?])
}
fn hold_row(h: &Hold) -> Result<Vec<V>, Stop> {
    Ok(vec![V::Id(held_id(h.on)), V::at(h.from), V::at(h.until.unwrap_or(Instant::MAX)), body(h)?])
}
fn duty_row(d: &Duty) -> Result<Vec<V>, Stop> {
    Ok(vec![
        V::text(d.party.as_str()),
        V::maybe_id(d.provider.map(|p| p.0)),
        V::maybe_id(d.site.map(|s| s.0)),
        V::at(d.due),
        V::maybe_at(d.done),
        body(d)?,
    ])
}
fn proof_row(p: &Proof) -> Result<Vec<V>, Stop> {
    let engagement = V::maybe_id(p.engagement.map(|e| e.0));
    Ok(vec![engagement, V::maybe_text(p.requirement.clone()), V::at(p.at), body(p)?])
}

/// The id a hold is found by.
pub fn held_id(on: Held) -> Uuid {
    match on {
        Held::Person(id) => id.0,
        Held::Provider(id) => id.0,
        Held::Engagement(id) => id.0,
        Held::Instance(id) => id.0,
        Held::Credential(id) => id,
    }
}

fn spans(rows: &mut Rows, on: Ref, site: Uuid, name: &'static str, line: &Line<&'static str>) {
    for s in line.spans() {
        let key = [V::text(on.kind.as_str()), V::Id(on.id), V::Id(site), V::text(name), V::at(s.from)];
        put(rows, &schema::span, &key, [V::at(s.until.unwrap_or(Instant::MAX)), V::text(s.is)]);
    }
}

/// Order of names and references, made here and compared as bytes on both engines, never by a database's collation:
/// letters without case and accents of Latin script, digit runs by value, the text itself as tie-break.
pub fn sort_key(text: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(text.len() * 2 + 2);
    let mut digits = String::new();
    for c in text.chars().map(Some).chain([None]) {
        match c {
            Some(d) if d.is_ascii_digit() => digits.push(d),
            other => {
                if !digits.is_empty() {
                    let value = digits.trim_start_matches('0');
                    key.push(b'0');
                    key.push(u8::try_from(value.len()).unwrap_or(u8::MAX));
                    key.extend_from_slice(value.as_bytes());
                    digits.clear();
                }
                if let Some(c) = other {
                    let mut buf = [0; 4];
                    for low in plain(c).to_lowercase() {
                        key.extend_from_slice(low.encode_utf8(&mut buf).as_bytes());
                    }
                }
            }
        }
    }
    key.push(0);
    key.extend_from_slice(text.as_bytes());
    key
}

fn plain(c: char) -> char {
    match c {
        'À'..='Å' | 'à'..='å' => 'a',
        'Ç' | 'ç' => 'c',
        'È'..='Ë' | 'è'..='ë' => 'e',
        'Ì'..='Ï' | 'ì'..='ï' => 'i',
        'Ñ' | 'ñ' => 'n',
        'Ò'..='Ö' | 'Ø' | 'ò'..='ö' | 'ø' => 'o',
        'Ù'..='Ü' | 'ù'..='ü' => 'u',
        'ß' => 's',
        other => other,
    }
}

/// Writes the difference between what stood and what stands.
pub async fn write(tx: &mut Tx, before: &Rows, after: &Rows) -> Result<(), Stop> {
    for table in schema::DERIVED {
        for (at, _) in before.range(first(table)..).take_while(|((name, _), _)| *name == table.name) {
            if after.contains_key(at) {
                continue;
            }
            let names = table.columns.iter().take(table.key).enumerate();
            let on: Vec<String> = names.map(|(i, (name, _))| format!("{name} = ${}", i + 1)).collect();
            tx.run_built(format!("delete from {} where {}", table.name, on.join(" and ")), &at.1).await?;
        }
        let new = after.range(first(table)..).take_while(|((name, _), _)| *name == table.name);
        let changed: Vec<&Vec<V>> = new.filter(|(at, row)| before.get(*at) != Some(*row)).map(|(_, row)| row).collect();
        for some in steps(&changed) {
            let values: Vec<V> = some.iter().flat_map(|row| row.iter().cloned()).collect();
            tx.run_built(upsert_sql(table, some.len()), &values).await?;
        }
    }
    Ok(())
}

fn first(table: &Table) -> (&'static str, Vec<V>) {
    (table.name, Vec::new())
}

/// Rows of one statement, cut so that few texts are ever made: an engine keeps a text it prepared, and looks a value's
/// place up in a time that grows with their number.
pub fn steps<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let most = if rows.is_empty() { return None } else { 1 << rows.len().ilog2().min(5) };
        let (some, rest) = rows.split_at_checked(most)?;
        rows = rest;
        Some(some)
    })
}

fn upsert_sql(table: &Table, rows: usize) -> String {
    let width = table.columns.len();
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let key: Vec<&str> = names.iter().take(table.key).copied().collect();
    let set: Vec<String> = names.iter().skip(table.key).map(|n| format!("{n} = excluded.{n}")).collect();
    let action = if set.is_empty() { "nothing".to_owned() } else { format!("update set {}", set.join(", ")) };
    format!(
        "insert into {} ({}) values {} on conflict ({}) do {action}",
        table.name,
        names.join(", "),
        placeholders(rows, width),
        key.join(", "),
    )
}

/// `($1,$2),($3,$4)` for `rows` rows of `width` values.
pub fn placeholders(rows: usize, width: usize) -> String {
    let row = |r: usize| {
        let cells: Vec<String> = (1..=width).map(|c| format!("${}", r * width + c)).collect();
        format!("({})", cells.join(","))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(",")
}

/// The largest number a kind's references have reached, from its cards: `AR-1187` says 1187.
pub fn counted(kind: Kind, reference: &str) -> Option<i64> {
    let rest = reference.strip_prefix(kind.prefix())?.strip_prefix('-')?;
    // A reference that somebody chose must not carry the numbers away: nine digits are for people, not for counting.
    if kind.prefix().is_empty() || rest.len() > 6 { None } else { rest.parse().ok() }
}

/// Takes an object's reference into the counters.
pub fn count(counters: &mut BTreeMap<Kind, i64>, on: Ref, t: &AnyThing) {
    if let Some(n) = t.given().and_then(|r| counted(on.kind, &r)) {
        let last = counters.entry(on.kind).or_insert(0);
        *last = (*last).max(n);
    }
}

/// The rows of the counters.
pub fn of_counters(counters: &BTreeMap<Kind, i64>) -> Rows {
    let mut rows = Rows::new();
    for (kind, last) in counters {
        put(&mut rows, &schema::counter, &[V::text(kind.as_str())], [V::Int(*last)]);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_made_here_and_is_the_same_everywhere() {
        // given names with umlauts, digits, dashes and Chinese
        let mut names = vec!["P-10", "Zeta", "Ärger", "P-2", "桥智", "alpha", "Beta-1", "beta 12", "Åse"];
        // when sorted by key
        names.sort_by_key(|n| sort_key(n));
        // then case and accents do not matter, numbers count by value, other scripts come last
        assert_eq!(names, ["alpha", "Ärger", "Åse", "beta 12", "Beta-1", "P-2", "P-10", "Zeta", "桥智"]);
    }

    #[test]
    fn references_count_only_their_own_prefix() {
        assert_eq!(counted(Kind::AccessRequest, "AR-1187"), Some(1187));
        assert_eq!(counted(Kind::AccessRequest, "GRA-7"), None);
        assert_eq!(counted(Kind::Site, "BRU"), None);
    }
}
