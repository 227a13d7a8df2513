//! Rules are under change control: one function proposes, another approves, a version never comes twice, and
//! what a new version moves is said before it is saved: the preview of this act is that answer.

use plantgate_domain::{
    base::{Invalid, Kind, PersonId, Place as At, RulebookId, Why},
    event::expect::{RulebookEvent, RulesAdopted, RulesApproved},
    expect::rulebook::Rulebook,
    qualify::person::{Person, second},
    rules::{BadRules, Rules},
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use super::moves::{Move, Two};
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
    const STEP_UP: bool = true;
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
        let (version, now) = (rules.version, desk.now());
        let moves = Two::of(desk, rules, now).await?.moves(now).await?;
        let reason = desk.seal(&names::text(4_000, "reason", &self.reason)?)?;
        for f in self.files {
            let adopted = RulesAdopted { file: f.file, version, text: f.text };
            desk.append(book, RulebookEvent::Adopted(adopted)).await?;
        }
        let (proposed_by, approved_by) = (proposer.id, may.id()?);
        let yes = RulesApproved { version, proposed_by, approved_by, reason };
        desk.append(book, RulebookEvent::Approved(yes)).await?;
        Ok(Adopted { version, moved: moves.len(), moves: moves.into_iter().take(NAMED).collect() })
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
