//! The golden record: entries that a release once wrote, never written anew, and what they came to at twenty instants.
//! A change of code or rules that rewrites history shows here. What is expected may change only together with a
//! line in `golden/CHANGES.md` that says why; a test holds the line to the bytes.

use std::path::PathBuf;

use plantgate_app::read::Memory;
use plantgate_domain::{
    base::{EngagementId, Instant, Kind, SiteId},
    expect::engagement::Engagement,
    permit::{access::AccessRequest, grant::Grant},
    qualify::standing::standing,
    thing::AnyThing,
};
use plantgate_store::{db::Db, past::Past, transfer};
use serde_json::{Value, json};

/// Before, during and long after the record's entries: the clock alone moves much of it.
pub const INSTANTS: [&str; 20] = [
    "2026-02-16T07:30:00Z",
    "2026-10-01T00:00:00Z",
    "2026-10-15T18:00:00Z",
    "2026-10-25T00:30:00Z",
    "2026-11-01T06:00:00Z",
    "2026-11-13T12:00:00Z",
    "2026-11-15T22:59:59Z",
    "2026-11-16T07:30:00Z",
    "2026-11-16T14:00:00Z",
    "2026-11-20T10:00:00Z",
    "2026-12-01T00:00:00Z",
    "2026-12-24T23:00:00Z",
    "2027-01-15T09:00:00Z",
    "2027-02-01T00:00:00Z",
    "2027-03-28T01:30:00Z",
    "2027-04-15T12:00:00Z",
    "2027-06-30T22:00:00Z",
    "2027-10-31T01:00:00Z",
    "2028-02-29T12:00:00Z",
    "2029-12-31T23:59:59Z",
];

/// Each record with the file of what it comes to. Records are added, never written anew: the first is the demo plant
/// and a long random history, the second has an event of every act there was by then.
pub const RECORDS: [(&str, &str); 2] = [("record.jsonl", "standings.json"), ("record-2.jsonl", "standings-2.json")];

/// Where the golden files lie.
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden")
}

/// Puts a golden record into an empty archive; how many entries.
pub async fn load(db: &Db, record: &str) -> u64 {
    let record = std::fs::read(folder().join(record)).unwrap();
    transfer::import(db, &mut record.as_slice(), &mut [].as_slice()).await.unwrap()
}

/// What the record comes to at every instant, known at that instant and by the rules of that day.
pub async fn read(db: &Db) -> Value {
    let mut all = serde_json::Map::new();
    for text in INSTANTS {
        let t: Instant = crate::world::at(text);
        let mut tx = db.read().await.unwrap();
        let mut past = Past::fold(&mut tx, t).await.unwrap();
        all.insert(text.to_owned(), at(&mut past, t).await);
    }
    Value::Object(all)
}

async fn at(past: &mut Past, t: Instant) -> Value {
    let mut engagements = serde_json::Map::new();
    for kept in past.every(Kind::Engagement).await.unwrap() {
        let name = kept.thing.card().reference.unwrap_or_default();
        let e = Engagement::try_from(kept.thing).unwrap();
        let mut sites: Vec<SiteId> = e.tiers.iter().map(|tier| tier.site).collect();
        sites.extend(past.heap.standings().into_iter().filter(|(of, _)| *of == e.id).map(|(_, site)| site));
        sites.sort_unstable();
        sites.dedup();
        for site in sites {
            let tier = e.tier(site).map(|tier| (tier.tier, tier.provisional));
            let at = (e.id, site);
            let reasons = weighing(past, at, t).await;
            let level = standing(&past.reasons(at).await.unwrap()).at(t).as_str();
            let called = past.heap.get(site.into()).and_then(|k| k.thing.card().reference).unwrap_or_default();
            let said = json!({ "standing": level, "tier": tier, "reasons": reasons });
            engagements.insert(format!("{name} at {called}"), said);
        }
    }
    let access = access(past, t).await;
    json!({ "entries": past.size, "engagements": engagements, "lines": lines(past, t), "access": access })
}

/// Keys of the reasons that weigh, sorted.
async fn weighing(past: &mut Past, at: (EngagementId, SiteId), t: Instant) -> Vec<String> {
    let all = past.reasons(at).await.unwrap();
    let weighs = all.iter().filter(|r| r.weight(t) > plantgate_domain::base::Level::Good);
    let mut keys: Vec<String> = weighs.map(|r| r.key.to_string()).collect();
    keys.sort_unstable();
    keys
}

/// How many objects of a kind say which word on which line: grades, states.
fn lines(past: &Past, t: Instant) -> Value {
    let rules = past.rules();
    let mut counts: std::collections::BTreeMap<String, u64> = std::collections::BTreeMap::new();
    for (on, kept) in past.heap.iter() {
        for (line, words) in kept.thing.lines(&rules) {
            *counts.entry(format!("{} {line} {}", on.kind, words.at(t))).or_default() += 1;
        }
    }
    json!(counts)
}

/// The words of grants and requests by reference.
async fn access(past: &mut Past, t: Instant) -> Value {
    let mut words = serde_json::Map::new();
    let mut put = |thing: AnyThing| {
        let name = thing.card().reference.unwrap_or_default();
        let word = match thing.kind() {
            Kind::Grant => Grant::try_from(thing).unwrap().word(t),
            _ => AccessRequest::try_from(thing).unwrap().word(t),
        };
        words.insert(name, json!(word));
    };
    for kind in [Kind::Grant, Kind::AccessRequest] {
        past.every(kind).await.unwrap().into_iter().for_each(|kept| put(kept.thing));
    }
    Value::Object(words)
}
