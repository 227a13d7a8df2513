//! The audit trail is reviewed by exception: each is looked at by somebody whose doing it was not, with a note, or a
//! finding comes of it; then the range is signed with its first entry, its size, its root and the digest of its list.

use std::{collections::BTreeMap, fmt::Write};

use plantgate_domain::{
    base::{Actor, FindingId, Instant, Kind, PersonId, Private, Refusal, SignMeaning, SiteId, Text, Why},
    event::{
        Event,
        expect::{OrganisationEvent, TrailCount, TrailKind, TrailLooked, TrailMeaning, TrailReviewed},
        qualify::OwnerRole,
    },
    expect::{
        organisation::Organisation,
        trail::{Reviewed, due as next},
    },
    qualify::person::Person,
    review::trail::{EXCEPTIONS, Recorded, Signs, as_shown, exception, independent, involved, may_sign, signed_in},
};
use plantgate_store::{
    Desk, Stop,
    desk::Under,
    keyring::hex,
    look::Look,
    memory::Memory,
    signatures::of_range,
    stop::Stale,
    trail::{self, Named},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    act::Act,
    names,
    permit::engaged::seconds,
    power::{self, May, Place, Power, ReviewAuditTrail},
    reach,
    sign::Wants,
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
    /// Everybody whose doing it was.
    pub fn involved(&self) -> Vec<PersonId> {
        involved(self.what.read.at.by, &self.what.read.event, &self.what.stood)
    }
}

/// The exceptions of a range, with what a signature under it names.
#[derive(Clone, Debug)]
pub struct Range {
    pub from: u64,
    pub until: u64,
    /// Root of the tree before the range, and at its end.
    pub before: String,
    pub root: String,
    /// Digest of the list: `docs/audit-trail.md` says of what.
    pub list: String,
    pub all: Vec<Exception>,
    /// Entries that are missing, or not what was written once.
    pub altered: Vec<u64>,
    /// The stored tree has the root that the entries make.
    pub whole: bool,
}

impl Range {
    fn of(mut range: trail::Range) -> Result<Range, Stop> {
        let kind = |what: &Named| exception(recorded(what), &what.stood);
        let all = std::mem::take(&mut range.found)
            .into_iter()
            .filter_map(|what| Some(Exception { kind: kind(&what)?, what }));
        let all: Vec<Exception> = all.collect();
        let mut lines = String::new();
        for one in &all {
            writeln!(lines, "{} {} {}", one.entry(), one.kind, one.what.leaf).map_err(Stop::fault)?;
        }
        let list = hex(&Sha256::digest(lines));
        let trail::Range { from, until, before, root, altered, whole, .. } = range;
        Ok(Range { from, until, before, root, list, all, altered, whole })
    }
    /// What a signature under it names.
    pub fn signs(&self) -> Signs<'_> {
        Signs { root: &self.root, list: &self.list }
    }
    /// How many of each kind there are; kinds without any are left out.
    pub fn counts(&self) -> Vec<TrailCount> {
        let mut found: BTreeMap<TrailKind, u64> = BTreeMap::new();
        for one in &self.all {
            *found.entry(one.kind).or_default() += 1;
        }
        found.into_iter().map(|(kind, count)| TrailCount { kind, count }).collect()
    }
}

/// What the record no longer holds of what somebody signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gone {
    /// This entry of the range is not what was written once.
    Entry(u64),
    /// The range ends with another root, or begins with another one than the review before it ended with.
    Root,
    /// Root and rules for exceptions are the same, the list is not: an entry that it rests on was changed.
    List,
    /// The list was made by other rules for exceptions: this release may find others.
    Rules,
}

/// Holds a signed review against the record.
pub fn gone(reviews: &[Reviewed], review: &Reviewed, held: &Range) -> Option<Gone> {
    if let Some(entry) = held.altered.first() {
        return Some(Gone::Entry(*entry));
    }
    let facts = &review.facts;
    let earlier = reviews.iter().rfind(|r| r.entry < review.entry);
    if !held.whole || facts.root != held.root || earlier.is_some_and(|r| r.facts.root != held.before) {
        return Some(Gone::Root);
    }
    if facts.list == held.list {
        return None;
    }
    Some(if facts.exceptions == EXCEPTIONS { Gone::List } else { Gone::Rules })
}

/// An entry as the rules for exceptions judge it.
fn recorded(what: &Named) -> Recorded<'_> {
    let read = &what.read;
    Recorded { name: &what.name, event: &read.event, at: read.at.at, auth: read.auth.as_deref(), last: what.last }
}

/// A range as it stands in the record now.
pub async fn range(look: &mut Look, from: u64, until: u64) -> Result<Range, Stop> {
    Range::of(trail::range(look.tx(), from, until).await?)
}

/// When the next review is due: an interval after the first entry that none covers.
pub async fn due(look: &mut Look, organisation: &Organisation) -> Result<Option<Instant>, Stop> {
    let days = look.rules().access.trail_review_days;
    let first = trail::recorded(look.tx(), organisation.trail.from()).await?;
    Ok(next(first, days))
}

/// What waits for review: everything behind the last one.
pub async fn open(look: &mut Look) -> Result<Range, Stop> {
    let organisation = look.organisation().await?.ok_or(Stop::NotFound)?;
    let until = look.size();
    range(look, organisation.trail.from(), until).await
}

/// Whether somebody has the power at every site: the record is one for all of them.
pub async fn could(look: &mut Look, person: &Person) -> Result<bool, Stop> {
    let sites = reach::everywhere(look).await?;
    Ok(power::could(person, ReviewAuditTrail::KEY, &sites, &look.rules()))
}

/// Whether somebody reads what is reviewed: who may review, and auditors of every site, who write nothing.
pub async fn reads(look: &mut Look, person: &Person) -> Result<bool, Stop> {
    let sites = reach::everywhere(look).await?;
    let audits = |site: &SiteId| {
        person.roles.iter().any(|r| r.role == OwnerRole::Auditor && r.site.is_none_or(|at| at == *site))
    };
    Ok(sites.iter().all(audits) || could(look, person).await?)
}

/// Everybody who may review.
pub async fn reviewers(look: &mut Look) -> Result<Vec<Person>, Stop> {
    let sites = reach::everywhere(look).await?;
    seconds(look, ReviewAuditTrail::KEY, &sites, PersonId(Uuid::nil())).await
}

/// What somebody said who looked at an exception.
#[derive(Clone, Debug)]
pub struct Looked {
    pub by: Option<PersonId>,
    /// How they had proven who they are.
    pub auth: Option<String>,
    pub at: Instant,
    pub note: Private<Text>,
    pub finding: Option<FindingId>,
}

/// What was ever done in reviews.
#[derive(Clone, Debug, Default)]
pub struct Done {
    /// Who looked at which entry: the first who did.
    pub looked: BTreeMap<u64, Looked>,
    /// How whoever signed had proven who they are, by the entry that is the signature.
    pub signed: BTreeMap<u64, Option<String>>,
}

/// Who looked at which entry, and how signers had signed in.
pub async fn done(look: &mut Look) -> Result<Done, Stop> {
    let organisation = look.organisation().await?.ok_or(Stop::NotFound)?;
    let mut all = Done::default();
    for (read, _) in look.entries(organisation.id.into()).await? {
        let (by, at, auth) = (read.at.by.person(), read.at.at, read.auth);
        if let Event::Organisation(OrganisationEvent::TrailReviewed(_)) = read.event {
            all.signed.insert(read.at.seq, auth);
        } else if let Event::Organisation(OrganisationEvent::TrailLooked(seen)) = read.event {
            for entry in seen.entries {
                let (auth, note) = (auth.clone(), seen.note.clone());
                all.looked.entry(entry).or_insert(Looked { by, auth, at, note, finding: seen.finding });
            }
        }
    }
    Ok(all)
}

async fn organisation(desk: &mut Desk) -> Result<Organisation, Stop> {
    desk.organisation().await?.ok_or(Stop::NotFound)
}

/// A range that somebody names: it begins where the last review ended and ends where there are entries.
async fn named(desk: &mut Desk, from: u64, until: u64) -> Result<Range, Stop> {
    if until > desk.stored_size().await? || until <= from {
        return Err(Stop::field("until", Why::of("invalid-trail-until")));
    }
    Range::of(desk.range(from, until).await?)
}

/// Looks at exceptions: those named, and all of the kinds named that somebody else did.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LookAtExceptions {
    /// Size of the record that was looked at: nobody has seen what came later.
    pub until: u64,
    /// Numbers of entries.
    #[serde(default)]
    pub entries: Vec<u64>,
    /// All of these kinds that nobody looked at yet, among those that were shown.
    #[serde(default)]
    pub kinds: Vec<TrailKind>,
    /// Numbers of the exceptions that were shown: by kind no other is taken, because nobody has seen it.
    #[serde(default)]
    pub shown: Vec<u64>,
    /// Or the digest of the whole list, as its file has it: then all were shown.
    #[serde(default)]
    pub list: Option<String>,
    /// What was seen.
    pub note: String,
    /// The finding that came of it.
    #[serde(default)]
    pub finding: Option<String>,
}

impl LookAtExceptions {
    /// The exceptions that are meant. One's own are refused by number, and left to somebody else by kind.
    fn meant(&self, me: PersonId, range: &Range, org: &Organisation) -> Result<Vec<u64>, Stop> {
        if let Some(entry) = self.entries.iter().find(|e| range.all.iter().all(|x| x.entry() != **e)) {
            let entry = i64::try_from(*entry).unwrap_or(i64::MAX);
            return Err(Stop::field("entries", Why::of("invalid-trail-entry").with("entry", entry)));
        }
        // A list that is not this one shows nothing of it.
        if self.list.as_ref().is_some_and(|read| read.trim() != range.list) {
            return Err(Stop::field("list", Why::of("invalid-trail-list")));
        }
        let (mut meant, mut own) = (Vec::new(), None);
        for one in range.all.iter().filter(|x| !org.trail.looked.contains_key(&x.entry())) {
            let free = independent(me, &one.involved());
            if self.entries.contains(&one.entry()) {
                free?;
                meant.push(one.entry());
            } else if self.kinds.contains(&one.kind) && (self.list.is_some() || self.shown.contains(&one.entry())) {
                match free {
                    Ok(()) => meant.push(one.entry()),
                    Err(refused) => own = Some(refused),
                }
            }
        }
        match own {
            Some(refused) if meant.is_empty() => Err(refused.into()),
            None if meant.is_empty() => Err(Stop::field("entries", Why::of("invalid-trail-nothing"))),
            Some(_) | None => Ok(meant),
        }
    }
}

impl Act for LookAtExceptions {
    const NAME: &'static str = "look-at-exceptions";
    type Power = ReviewAuditTrail;
    type Done = u64;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::sites(reach::everywhere(desk).await?))
    }

    async fn run(self, may: May<ReviewAuditTrail>, desk: &mut Desk) -> Result<u64, Stop> {
        signed_in(desk.cause().auth.as_deref())?;
        let org = organisation(desk).await?;
        let range = named(desk, org.trail.from(), self.until).await?;
        let meant = self.meant(may.id()?, &range, &org)?;
        let finding: Option<FindingId> = match &self.finding {
            Some(name) => Some(names::resolve(desk, Kind::Finding, name, "finding").await?),
            None => None,
        };
        let note = names::text(4_000, "note", &self.note)?;
        for some in meant.chunks(SOME) {
            let looked = TrailLooked { entries: some.to_vec(), note: desk.seal(&note)?, finding };
            desk.append(org.id, OrganisationEvent::TrailLooked(looked)).await?;
        }
        Ok(meant.len() as u64)
    }
}

/// Concludes a review: signs what was shown, from the end of the last one up to a size. All four say what that was; the
/// signature is refused when the record holds anything else.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConcludeTrailReview {
    pub from: u64,
    pub until: u64,
    /// Root of the tree over the first `until` entries.
    pub root: String,
    /// Digest of the list of exceptions.
    pub list: String,
    /// What it came to.
    pub note: String,
}

/// What was signed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Concluded {
    pub from: u64,
    pub until: u64,
    pub root: String,
    pub list: String,
}

/// Somebody else signed meanwhile: what was shown is no longer what waits.
async fn overtaken(desk: &mut Desk, org: &Organisation) -> Result<Stop, Stop> {
    let last = org.trail.reviews.last();
    let version = desk.kept(org.id.into()).await?.map_or(0, |kept| kept.version);
    let by = last.and_then(|r| r.by).map(Actor::Person);
    Ok(Stop::Stale(Box::new(Stale { on: org.id.into(), by, at: last.map(|r| r.at), version })))
}

impl Act for ConcludeTrailReview {
    const NAME: &'static str = "conclude-trail-review";
    const SIGNS: bool = true;
    type Power = ReviewAuditTrail;
    type Done = Concluded;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::sites(reach::everywhere(desk).await?))
    }

    async fn signs(&self, _may: &May<ReviewAuditTrail>, desk: &mut Desk) -> Result<Option<Wants>, Stop> {
        let on = organisation(desk).await?.id.into();
        let digest = of_range(self.from, self.until, &self.root, &self.list);
        let under = Under::Named { on, version: self.until, digest };
        Ok(Some(Wants { meaning: SignMeaning::Review, under }))
    }

    async fn run(self, may: May<ReviewAuditTrail>, desk: &mut Desk) -> Result<Concluded, Stop> {
        signed_in(desk.cause().auth.as_deref())?;
        let org = organisation(desk).await?;
        if self.from != org.trail.from() {
            return Err(overtaken(desk, &org).await?);
        }
        let range = named(desk, self.from, self.until).await?;
        as_shown(Signs { root: &self.root, list: &self.list }, range.signs(), &range.altered)?;
        // It goes on from the tree that the last review signed, and the stored tree is the one the entries make.
        let last = org.trail.reviews.last();
        if !range.whole || last.is_some_and(|r| r.facts.root != range.before) {
            return Err(Refusal::new("R-38", "refuse-trail-root").into());
        }
        let entries: Vec<u64> = range.all.iter().map(Exception::entry).collect();
        let missing = entries.iter().filter(|entry| !org.trail.looked.contains_key(entry)).count();
        if missing > 0 {
            let missing = i64::try_from(missing).unwrap_or(i64::MAX);
            return Err(Stop::field("until", Why::of("invalid-trail-open").with("count", missing)));
        }
        may_sign(may.id()?, &entries, &org.trail)?;
        let note = desk.seal(&names::text(4_000, "note", &self.note)?)?;
        let (counts, meaning) = (range.counts(), TrailMeaning::Reviewed);
        let Range { from, until, root, list, .. } = range;
        let done = Concluded { from, until, root: root.clone(), list: list.clone() };
        let facts = TrailReviewed { from, until, root, list, exceptions: EXCEPTIONS, counts, meaning, note };
        desk.append(org.id, OrganisationEvent::TrailReviewed(facts)).await?;
        Ok(done)
    }
}
