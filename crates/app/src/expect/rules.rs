//! Rules are under change control: one function proposes, another approves, a version never comes twice, and
//! what a new version moves is said before it is saved: the preview of this act is that answer.

use std::collections::BTreeMap;

use plantgate_domain::{
    base::{EngagementId, Invalid, Kind, Now, PersonId, Place as At, Reason, Ref, RulebookId, SiteId, Why},
    event::expect::{RulebookEvent, RulesAdopted, RulesApproved},
    expect::rulebook::Rulebook,
    qualify::{
        person::{Person, second},
        standing::standing,
    },
    rules::{BadRules, Rules},
    thing::AnyThing,
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    power::{self, AdoptRules, May, Place},
    reach,
};

/// What a person needs to propose rules.
const PROPOSE: &str = "propose-rules";
/// Largest rules file: it stands in one entry, whole.
const FILE_BYTES: usize = 14 * 1_024;
/// Moves that are named; all are counted.
const NAMED: usize = 200;

/// One rules file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesFile {
    /// Such as `standing.toml`.
    pub file: String,
    pub text: String,
}

/// Puts a new version of the rules in force. Only files that change are given.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdoptTheRules {
    pub files: Vec<RulesFile>,
    /// Who of OT security proposed them.
    pub proposed_by: String,
    pub reason: String,
}

/// Something that reads differently by the new rules, at this moment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Move {
    pub on: Ref,
    pub site: Option<SiteId>,
    /// `standing`, or the line of the object: `grade`, `state`, …
    pub what: String,
    pub before: String,
    pub after: String,
}

/// What was adopted, and what it moves.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Adopted {
    pub version: u32,
    pub moves: Vec<Move>,
    /// How many there are; at most 200 are named.
    pub moved: usize,
}

impl Act for AdoptTheRules {
    const NAME: &'static str = "adopt-rules";
    type Power = AdoptRules;
    type Done = Adopted;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::sites(reach::everywhere(desk).await?))
    }

    async fn run(self, may: May<AdoptRules>, desk: &mut Desk) -> Result<Adopted, Stop> {
        let (book, rules) = self.checked(desk).await?;
        let proposer: PersonId = names::resolve(desk, Kind::Person, &self.proposed_by, "proposed_by").await?;
        let proposer: Person = desk.get(proposer).await?;
        let sites = reach::everywhere(desk).await?;
        second(may.id()?, &proposer, PROPOSE, &sites, desk.now(), &desk.rules())?;
        let moves = moves(desk, &rules).await?;
        let reason = desk.seal(&names::text(4_000, "reason", &self.reason)?)?;
        for f in self.files {
            let adopted = RulesAdopted { file: f.file, version: rules.version, text: f.text };
            desk.append(book, RulebookEvent::Adopted(adopted)).await?;
        }
        let (proposed_by, approved_by) = (proposer.id, may.id()?);
        let yes = RulesApproved { version: rules.version, proposed_by, approved_by, reason };
        desk.append(book, RulebookEvent::Approved(yes)).await?;
        Ok(Adopted { version: rules.version, moved: moves.len(), moves: moves.into_iter().take(NAMED).collect() })
    }
}

impl AdoptTheRules {
    /// The whole set as it would stand, or the place that cannot stand.
    async fn checked(&self, desk: &mut Desk) -> Result<(RulebookId, Rules), Stop> {
        if self.files.is_empty() {
            return Err(Stop::field("files", Why::of("invalid-rules-no-file")));
        }
        if let Some(f) = self.files.iter().find(|f| f.text.len() > FILE_BYTES) {
            let why = Why::of("invalid-rules-large").with("most", FILE_BYTES);
            return Err(bad(&BadRules::new(&f.file, why)));
        }
        let book = desk.every(Kind::Rulebook).await?.into_iter().next_back().ok_or(Stop::NotFound)?;
        let book = Rulebook::try_from(book.thing)?;
        let files: Vec<(&str, &str)> = self.files.iter().map(|f| (f.file.as_str(), f.text.as_str())).collect();
        let rules = book.with(&files).map_err(|b| bad(&b))?;
        // A power nobody has any more could never be given back by an act.
        if let Some(lost) = power::lost(&rules) {
            return Err(bad(&BadRules::new("powers.toml", Why::of("invalid-rules-power-lost").with("lost", lost))));
        }
        Ok((book.id, rules))
    }
}

/// File, line, and the field where the reader named one.
fn bad(b: &BadRules) -> Stop {
    // A library names a field in its own words; our messages name what they are about.
    let named = |said: &str| said.split('`').nth(1).map(str::to_owned);
    let field = b.why.text("said").and_then(named).or_else(|| b.why.text("lost").map(str::to_owned));
    let line = b.line.map(|n| n as u64);
    let place = At { file: Some(b.file.clone()), line, field, ..At::default() };
    Stop::Invalid(vec![Invalid { place, why: b.why.clone() }])
}

type Standings = BTreeMap<(EngagementId, SiteId), Vec<Reason>>;

/// Everything that reads differently at this moment.
async fn moves(desk: &mut Desk, new: &Rules) -> Result<Vec<Move>, Stop> {
    let (old, now) = (desk.rules(), desk.now());
    let (mut before, mut after) = (Standings::new(), Standings::new());
    let mut found = Vec::new();
    for kind in Kind::ALL {
        for kept in desk.every(*kind).await? {
            gather(&mut before, &kept.thing, &old);
            gather(&mut after, &kept.thing, new);
            found.extend(lines(&kept.thing, &old, new, now));
        }
    }
    let mut at: Vec<_> = before.keys().chain(after.keys()).copied().collect();
    at.sort_unstable();
    at.dedup();
    for (engagement, site) in at {
        let level = |all: &Standings| {
            let reasons = all.get(&(engagement, site)).cloned().unwrap_or_default();
            standing(&reasons).at(now.0).as_str().to_owned()
        };
        let (was, is) = (level(&before), level(&after));
        if was != is {
            let what = "standing".to_owned();
            found.push(Move { on: engagement.into(), site: Some(site), what, before: was, after: is });
        }
    }
    Ok(found)
}

fn gather(all: &mut Standings, thing: &AnyThing, rules: &Rules) {
    for reason in thing.emits(rules).reasons {
        all.entry((reason.engagement, reason.site)).or_default().push(reason);
    }
}

/// Lines of one object that say another word now: a grade, a state.
fn lines(thing: &AnyThing, old: &Rules, new: &Rules, now: Now) -> Vec<Move> {
    let (was, is) = (thing.lines(old), thing.lines(new));
    let pairs = was.into_iter().zip(is).filter(|((_, a), (_, b))| a.at(now.0) != b.at(now.0));
    let moved = pairs.map(|((what, a), (_, b))| Move {
        on: Ref { kind: thing.kind(), id: thing.id() },
        site: None,
        what: what.to_owned(),
        before: (*a.at(now.0)).to_owned(),
        after: (*b.at(now.0)).to_owned(),
    });
    moved.collect()
}
