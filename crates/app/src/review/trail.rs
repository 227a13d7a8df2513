//! The audit trail is reviewed by exception, by somebody whose doings are not among the exceptions: each is looked at
//! with a note, or a finding comes of it; then the range is signed with its first entry, its size and its root.

use std::collections::BTreeMap;

use plantgate_domain::{
    base::{FindingId, Kind, PersonId, Why},
    event::expect::{OrganisationEvent, TrailCount, TrailKind, TrailLooked, TrailMeaning, TrailReviewed},
    expect::organisation::Organisation,
    review::trail::{exception, independent, involved, names as sought},
};
use plantgate_store::{
    Desk, Stop,
    look::Look,
    memory::Memory,
    trail::{self, Named},
};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    power::{May, Place, ReviewAuditTrail},
    reach,
};

/// Entries that one entry of the record names at most; it is small.
const SOME: usize = 400;

/// An entry that a review looks at.
#[derive(Clone, Debug)]
pub struct Exception {
    pub kind: TrailKind,
    pub what: Named,
}

impl Exception {
    /// Its number in the record.
    pub fn entry(&self) -> u64 {
        self.what.read.at.seq
    }
    fn involved(&self) -> Vec<PersonId> {
        involved(self.what.read.at.by, &self.what.read.event)
    }
}

fn exceptions(found: Vec<Named>) -> Vec<Exception> {
    let kind = |what: &Named| exception(&what.name, &what.read.event, what.read.at.at);
    found.into_iter().filter_map(|what| Some(Exception { kind: kind(&what)?, what })).collect()
}

/// What stands to be reviewed: the exceptions between the last review and the end of the record.
pub async fn open(look: &mut Look, from: u64, until: u64) -> Result<Vec<Exception>, Stop> {
    Ok(exceptions(trail::named(look.tx(), &sought(), from, until).await?))
}

async fn organisation(desk: &mut Desk) -> Result<Organisation, Stop> {
    desk.organisation().await?.ok_or(Stop::NotFound)
}

/// Looks at exceptions: those named, and all of the kinds named.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LookAtExceptions {
    /// Numbers of entries.
    #[serde(default)]
    pub entries: Vec<u64>,
    /// All of these kinds that nobody looked at yet.
    #[serde(default)]
    pub kinds: Vec<TrailKind>,
    /// What was seen.
    pub note: String,
    /// The finding that came of it.
    #[serde(default)]
    pub finding: Option<String>,
}

impl Act for LookAtExceptions {
    const NAME: &'static str = "look-at-exceptions";
    type Power = ReviewAuditTrail;
    type Done = u64;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::sites(reach::everywhere(desk).await?))
    }

    async fn run(self, may: May<ReviewAuditTrail>, desk: &mut Desk) -> Result<u64, Stop> {
        let org = organisation(desk).await?;
        let until = desk.stored_size().await?;
        let all = exceptions(desk.entries_named(&sought(), org.trail.from(), until).await?);
        if let Some(entry) = self.entries.iter().find(|e| all.iter().all(|x| x.entry() != **e)) {
            let entry = i64::try_from(*entry).unwrap_or(i64::MAX);
            return Err(Stop::field("entries", Why::of("invalid-trail-entry").with("entry", entry)));
        }
        let wanted = |x: &&Exception| self.entries.contains(&x.entry()) || self.kinds.contains(&x.kind);
        let seen: Vec<&Exception> =
            all.iter().filter(wanted).filter(|x| !org.trail.looked.contains(&x.entry())).collect();
        if seen.is_empty() {
            return Err(Stop::field("entries", Why::of("invalid-trail-nothing")));
        }
        for one in &seen {
            independent(may.id()?, &one.involved())?;
        }
        let finding: Option<FindingId> = match &self.finding {
            Some(name) => Some(names::resolve(desk, Kind::Finding, name, "finding").await?),
            None => None,
        };
        let note = names::text(4_000, "note", &self.note)?;
        let entries: Vec<u64> = seen.iter().map(|x| x.entry()).collect();
        for some in entries.chunks(SOME) {
            let looked = TrailLooked { entries: some.to_vec(), note: desk.seal(&note)?, finding };
            desk.append(org.id, OrganisationEvent::TrailLooked(looked)).await?;
        }
        Ok(entries.len() as u64)
    }
}

/// Concludes a review: signs everything from the end of the last one up to a size.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConcludeTrailReview {
    /// The size it ends at; all that is recorded when left out.
    #[serde(default)]
    pub until: Option<u64>,
    /// What it came to.
    pub note: String,
}

/// What was signed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Concluded {
    pub from: u64,
    pub until: u64,
    pub root: String,
}

impl Act for ConcludeTrailReview {
    const NAME: &'static str = "conclude-trail-review";
    type Power = ReviewAuditTrail;
    type Done = Concluded;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::sites(reach::everywhere(desk).await?))
    }

    async fn run(self, may: May<ReviewAuditTrail>, desk: &mut Desk) -> Result<Concluded, Stop> {
        let org = organisation(desk).await?;
        let (from, stored) = (org.trail.from(), desk.stored_size().await?);
        let until = self.until.unwrap_or(stored);
        if until > stored || until <= from {
            return Err(Stop::field("until", Why::of("invalid-trail-until")));
        }
        let all = exceptions(desk.entries_named(&sought(), from, until).await?);
        let missing = all.iter().filter(|x| !org.trail.looked.contains(&x.entry())).count();
        if missing > 0 {
            let missing = i64::try_from(missing).unwrap_or(i64::MAX);
            return Err(Stop::field("until", Why::of("invalid-trail-open").with("count", missing)));
        }
        for one in &all {
            independent(may.id()?, &one.involved())?;
        }
        let root = desk.root_at(until).await?.to_string();
        let note = desk.seal(&names::text(4_000, "note", &self.note)?)?;
        let (counts, meaning) = (counts(&all), TrailMeaning::Reviewed);
        let facts = TrailReviewed { from, until, root: root.clone(), counts, meaning, note };
        desk.append(org.id, OrganisationEvent::TrailReviewed(facts)).await?;
        Ok(Concluded { from, until, root })
    }
}

/// How many of each kind there are; kinds without any are left out.
pub fn counts(all: &[Exception]) -> Vec<TrailCount> {
    let mut found: BTreeMap<TrailKind, u64> = BTreeMap::new();
    for one in all {
        *found.entry(one.kind).or_default() += 1;
    }
    found.into_iter().map(|(kind, count)| TrailCount { kind, count }).collect()
}
