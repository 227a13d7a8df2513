//! The memory's questions asked of the rows. Desk and snapshot share them.

use std::collections::HashSet;

use plantgate_domain::{
    base::{Duty, EngagementId, Hold, Instant, Kind, PersonId, Proof, Reason, Ref, SiteId},
    thing::AnyThing,
};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::{
    db::{Rec, Tx, V},
    memory::Kept,
    rows::placeholders,
    stop::Stop,
};

fn read_kept(kind: Kind, rec: &Rec, at: usize) -> Result<Kept, Stop> {
    let thing = AnyThing::from_body(kind, &rec.text(at + 1)?)?;
    Ok(Kept { thing, version: rec.size(at)? })
}

/// Many objects in one statement; those that do not exist are not among the answers.
pub async fn kept_many(tx: &mut Tx, on: &[Ref]) -> Result<Vec<(Ref, Kept)>, Stop> {
    if on.is_empty() {
        return Ok(Vec::new());
    }
    // A join, because a list of pairs is looked up by the key on both engines only this way.
    let sql = format!(
        "with want (kind, id) as (values {}) select t.kind, t.id, t.version, t.body from want w
        join thing t on t.kind = w.kind and t.id = w.id",
        placeholders(on.len(), 2)
    );
    let values: Vec<V> = on.iter().flat_map(|r| [V::text(r.kind.as_str()), V::Id(r.id)]).collect();
    read_mixed(tx.all_built(sql, &values).await?)
}

/// An object and those of these kinds that point to it in a role, in one statement.
pub async fn around(tx: &mut Tx, kinds: &[Kind], rel: &'static str, to: Ref) -> Result<Vec<(Ref, Kept)>, Stop> {
    let cells: Vec<String> = (4..kinds.len() + 4).map(|n| format!("${n}")).collect();
    let sql = format!(
        "select kind, id, version, body from thing where kind = $3 and id = $1 union all
        select distinct t.kind, t.id, t.version, t.body from link l join thing t on t.kind = l.kind and t.id = l.id
        where l.to_id = $1 and l.rel = $2 and l.to_kind = $3 and l.kind in ({})",
        cells.join(",")
    );
    let mut values = vec![V::Id(to.id), V::text(rel), V::text(to.kind.as_str())];
    values.extend(kinds.iter().map(|k| V::text(k.as_str())));
    read_mixed(tx.all_built(sql, &values).await?)
}

fn read_mixed(recs: Vec<Rec>) -> Result<Vec<(Ref, Kept)>, Stop> {
    recs.iter()
        .map(|r| {
            let kind: Kind = r.text(0)?.parse().map_err(Stop::fault)?;
            Ok((Ref { kind, id: r.id(1)? }, read_kept(kind, r, 2)?))
        })
        .collect()
}

/// Objects of a kind that point to another in a role, in order of ids.
pub async fn pointing(tx: &mut Tx, kind: Kind, rel: &'static str, to: Ref) -> Result<Vec<(Ref, Kept)>, Stop> {
    let sql = "select distinct t.id, t.version, t.body from link l join thing t on t.kind = l.kind and t.id = l.id
        where l.to_id = $1 and l.rel = $2 and l.kind = $3 and l.to_kind = $4 order by t.id";
    let values = [V::Id(to.id), V::text(rel), V::text(kind.as_str()), V::text(to.kind.as_str())];
    read_many(kind, tx.all(sql, &values).await?)
}

/// All objects of a kind, in order of ids.
pub async fn every(tx: &mut Tx, kind: Kind) -> Result<Vec<(Ref, Kept)>, Stop> {
    let sql = "select id, version, body from thing where kind = $1 order by id";
    read_many(kind, tx.all(sql, &[V::text(kind.as_str())]).await?)
}

fn read_many(kind: Kind, recs: Vec<Rec>) -> Result<Vec<(Ref, Kept)>, Stop> {
    recs.iter().map(|r| Ok((Ref { kind, id: r.id(0)? }, read_kept(kind, r, 1)?))).collect()
}

/// The object with a short reference.
pub async fn named(tx: &mut Tx, kind: Kind, reference: &str) -> Result<Option<Ref>, Stop> {
    let sql = "select id from card where kind = $1 and reference = $2";
    let rec = tx.one(sql, &[V::text(kind.as_str()), V::text(reference)]).await?;
    rec.map(|r| Ok(Ref { kind, id: r.id(0)? })).transpose()
}

/// Reasons about an engagement at a site, with their sources, in order of sources.
pub async fn reasons(tx: &mut Tx, at: (EngagementId, SiteId)) -> Result<Vec<(Ref, Reason)>, Stop> {
    let sql = "select kind, id, body from reason where engagement = $1 and site = $2 order by kind, id, n";
    sourced(tx.all(sql, &[V::Id(at.0.0), V::Id(at.1.0)]).await?)
}

/// A hold with the object that sets it, and which of its holds it is.
#[derive(Clone, PartialEq, Debug)]
pub struct FromHold {
    pub source: Ref,
    pub n: i64,
    pub hold: Hold,
}

/// Holds on any of these, with their sources.
pub async fn holds(tx: &mut Tx, on: &[Uuid]) -> Result<Vec<FromHold>, Stop> {
    if on.is_empty() {
        return Ok(Vec::new());
    }
    let cells: Vec<String> = (1..=on.len()).map(|n| format!("${n}")).collect();
    let sql = format!("select kind, id, n, body from hold where on_id in ({}) order by kind, id, n", cells.join(","));
    let values: Vec<V> = on.iter().map(|id| V::Id(*id)).collect();
    let recs = tx.all_built(sql, &values).await?;
    recs.iter()
        .map(|r| {
            let source = Ref { kind: r.text(0)?.parse().map_err(Stop::fault)?, id: r.id(1)? };
            let hold = serde_json::from_str(&r.text(3)?).map_err(Stop::fault)?;
            Ok(FromHold { source, n: r.int(2)?, hold })
        })
        .collect()
}

/// Proofs of practice in an engagement, with their sources.
pub async fn proofs(tx: &mut Tx, of: EngagementId) -> Result<Vec<(Ref, Proof)>, Stop> {
    let sql = "select kind, id, body from proof where engagement = $1 order by kind, id, n";
    sourced(tx.all(sql, &[V::Id(of.0)]).await?)
}

fn sourced<T: DeserializeOwned>(recs: Vec<Rec>) -> Result<Vec<(Ref, T)>, Stop> {
    recs.iter()
        .map(|r| {
            let kind: Kind = r.text(0)?.parse().map_err(Stop::fault)?;
            let body = serde_json::from_str(&r.text(2)?).map_err(Stop::fault)?;
            Ok((Ref { kind, id: r.id(1)? }, body))
        })
        .collect()
}

/// Where a page of duties ended: due instant, source and number.
pub type Due = (Instant, Ref, i64);

/// Duties that are due at an instant and not done, oldest first.
pub async fn overdue(
    tx: &mut Tx,
    now: Instant,
    after: Option<Due>,
    limit: u64,
) -> Result<(Vec<Duty>, Option<Due>), Stop> {
    let (at, on, n) = after.map_or((Instant::MIN, None, -1), |(at, on, n)| (at, Some(on), n));
    let sql = "select due_at, kind, id, n, body from duty where due_at <= $1 and (done_at is null or done_at > $1)
        and (due_at > $2 or (due_at = $2 and (kind > $3 or (kind = $3 and (id > $4 or (id = $4 and n > $5))))))
        order by due_at, kind, id, n limit $6";
    let (kind, id) = on.map_or(("", Uuid::nil()), |on| (on.kind.as_str(), on.id));
    let values = [V::at(now), V::at(at), V::text(kind), V::Id(id), V::Int(n), V::size(limit)];
    let recs = tx.all(sql, &values).await?;
    let mut duties = Vec::with_capacity(recs.len());
    let mut last = None;
    for r in &recs {
        let kind: Kind = r.text(1)?.parse().map_err(Stop::fault)?;
        last = Some((Instant::from_micros(r.int(0)?), Ref { kind, id: r.id(2)? }, r.int(3)?));
        duties.push(serde_json::from_str(&r.text(4)?).map_err(Stop::fault)?);
    }
    let full = duties.len() as u64 == limit;
    Ok((duties, last.filter(|_| full)))
}

/// Engagements and sites whose standing is not good at an instant.
pub async fn not_good(tx: &mut Tx, now: Instant) -> Result<Vec<(EngagementId, SiteId)>, Stop> {
    let sql =
        "select distinct id, site from span where name = 'standing' and word in ('watch', 'restricted', 'blocked')
        and from_at <= $1 and until_at > $1 order by id, site";
    let recs = tx.all(sql, &[V::at(now)]).await?;
    recs.iter().map(|r| Ok((EngagementId(r.id(0)?), SiteId(r.id(1)?)))).collect()
}

/// The last number given out for a kind's references.
pub async fn counter(tx: &mut Tx, kind: Kind) -> Result<i64, Stop> {
    let rec = tx.one("select last from counter where kind = $1", &[V::text(kind.as_str())]).await?;
    rec.map_or(Ok(0), |r| r.int(0))
}

/// Which of these references some object of the kind has.
pub async fn taken(tx: &mut Tx, kind: Kind, references: &[String]) -> Result<HashSet<String>, Stop> {
    let cells: Vec<String> = (2..references.len() + 2).map(|n| format!("${n}")).collect();
    let sql = format!("select reference from card where kind = $1 and reference in ({})", cells.join(","));
    let mut values = vec![V::text(kind.as_str())];
    values.extend(references.iter().map(V::text));
    tx.all_built(sql, &values).await?.iter().map(|r| r.text(0)).collect()
}

/// Which of these objects a reader may see.
pub async fn sees_which(tx: &mut Tx, reader: PersonId, on: &[Ref]) -> Result<HashSet<Ref>, Stop> {
    let mut found = HashSet::with_capacity(on.len());
    for chunk in on.chunks(500) {
        let sql = format!(
            "with want (kind, id) as (values {}) select distinct w.kind, w.id from want w
            join sees v on v.kind = w.kind and v.id = w.id
            join role_at r on r.party = v.party where r.kind = 'person' and r.id = ${}",
            placeholders(chunk.len(), 2),
            chunk.len() * 2 + 1
        );
        let mut values: Vec<V> = chunk.iter().flat_map(|r| [V::text(r.kind.as_str()), V::Id(r.id)]).collect();
        values.push(V::Id(reader.0));
        for r in tx.all_built(sql, &values).await? {
            let kind: Kind = r.text(0)?.parse().map_err(Stop::fault)?;
            found.insert(Ref { kind, id: r.id(1)? });
        }
    }
    Ok(found)
}
