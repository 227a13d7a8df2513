//! A plant with its zone of time: due dates of everything at a site end in its local day. It also holds how strictly
//! each check applies here, and the sheets of codes that lie here for when a gateway is cut off.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{Actor, At, EngagementId, Instant, Invalid, Kind, Mode, PersonId, SessionId, SiteId, Why},
    event::expect::{CodesIssued, ForEmergencies, ModeSet, SiteEvent, SiteFacts},
    expect::codes::SHOWN,
    rules::Rules,
    thing::{Card, Label, Thing},
};

/// A site as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    pub id: SiteId,
    pub facts: SiteFacts,
    /// In the order they were approved.
    pub modes: Vec<ModeSet>,
    /// Days for which recordings of sessions that begin now are kept; nothing: as the rules say.
    #[serde(default)]
    pub recording_days: Option<u32>,
    /// Sheets of codes for gateways that stand here, in the order they were issued.
    #[serde(default)]
    pub sheets: Vec<Sheet>,
}

/// A sheet of single-use codes for one gateway. What the codes are is computed and stands nowhere.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    pub id: Uuid,
    /// As the list of gateways calls it.
    pub gateway: String,
    /// How many codes, numbered from one.
    pub codes: u32,
    pub issued: Instant,
    pub issued_by: Actor,
    pub until: Instant,
    /// Since when it opens nothing more, by somebody's word or because another sheet took its place.
    pub withdrawn: Option<Instant>,
    /// Which code opened which session.
    pub used: BTreeMap<u32, SessionId>,
    /// What they open where nothing was approved; without it they open what was.
    #[serde(default)]
    pub emergencies: Option<ForEmergencies>,
}

impl Sheet {
    fn issued(e: &CodesIssued, at: At) -> Sheet {
        Sheet {
            id: e.sheet,
            gateway: e.gateway.clone(),
            codes: e.codes,
            issued: at.at,
            issued_by: at.by,
            until: e.until,
            withdrawn: None,
            used: BTreeMap::new(),
            emergencies: e.emergencies.clone(),
        }
    }

    /// The engagement whose people are called in an emergency; none where it opens what was approved.
    pub fn called(&self) -> Option<EngagementId> {
        called(&self.emergencies)
    }

    /// Whether its codes open sessions at an instant.
    pub fn good(&self, t: Instant) -> bool {
        self.withdrawn.is_none() && t < self.until
    }

    /// Whether it has a code of that number, for what a gateway tells: what was approved, or emergencies of a firm.
    pub fn has(&self, gateway: &str, number: u32, called: Option<EngagementId>) -> bool {
        self.gateway == gateway && self.called() == called && (1..=self.codes).contains(&number)
    }

    /// Whether a code should have opened what began at an instant: the sheet was good then, and it was not used before.
    /// Whatever opened something that it should not have lets nothing more begin.
    pub fn opened(&self, number: u32, began: Instant) -> bool {
        let good = began < self.until && self.withdrawn.is_none_or(|at| began < at);
        good && !self.used.contains_key(&number)
    }

    /// Whether somebody may see its codes at an instant: who issued it, to print it, for some minutes.
    pub fn shown_to(&self, by: PersonId, t: Instant) -> bool {
        let fresh = self.issued <= t && t < self.issued.plus_secs(SHOWN);
        self.issued_by == Actor::Person(by) && fresh && self.good(t)
    }

    /// It opens nothing from an instant on, if it did not end before.
    fn withdraw(&mut self, t: Instant) {
        self.withdrawn.get_or_insert(t);
    }
}

fn called(emergencies: &Option<ForEmergencies>) -> Option<EngagementId> {
    emergencies.as_ref().map(|e| e.engagement)
}

impl Site {
    /// How strictly a check applies at an instant: the latest `from` wins, of equals the later approved; a check
    /// nobody spoke of has the default of the rules (a new plant observes).
    pub fn mode(&self, check: &str, t: Instant, default: Mode) -> Mode {
        let named = self.modes.iter().filter(|m| m.from <= t && m.checks.iter().any(|c| c == check));
        named.max_by_key(|m| m.from).map_or(default, |m| m.mode)
    }

    /// Days for which what is recorded here will be kept.
    pub fn days(&self, rules: &Rules) -> u32 {
        self.recording_days.unwrap_or(rules.access.recording_days)
    }

    /// The sheets whose codes open sessions of a gateway at an instant: one for what was approved, and one for the
    /// emergencies of each engagement, at most.
    pub fn sheets_of(&self, gateway: &str, t: Instant) -> impl Iterator<Item = &Sheet> {
        self.sheets.iter().filter(move |s| s.gateway == gateway && s.good(t))
    }

    /// A new sheet takes the place of the good one for the same gateway and the same purpose.
    fn issue(&mut self, e: &CodesIssued, at: At) {
        let before = |s: &&mut Sheet| s.gateway == e.gateway && s.called() == called(&e.emergencies);
        self.sheets.iter_mut().filter(before).for_each(|s| s.withdraw(at.at));
        self.sheets.push(Sheet::issued(e, at));
    }
}

/// modes are set for checks of the list, never for the floor, which always decides.
pub fn may_set_mode(checks: &[String], rules: &Rules) -> Result<(), Invalid> {
    let field = |why: Why| Err(Invalid::field("checks", why));
    if checks.is_empty() {
        return field(Why::of("invalid-checks-none"));
    }
    for key in checks {
        match rules.checks.row(key) {
            None => return field(Why::of("invalid-check-unknown").with("key", key)),
            Some(row) if row.floor => return field(Why::of("invalid-check-floor").with("key", key)),
            Some(_) => {}
        }
    }
    Ok(())
}

impl Thing for Site {
    type Event = SiteEvent;
    const KIND: Kind = Kind::Site;

    fn born(id: Uuid, e: &SiteEvent, _at: At) -> Option<Self> {
        match e {
            SiteEvent::Registered(facts) => {
                let (facts, modes, sheets) = (facts.clone(), Vec::new(), Vec::new());
                Some(Site { id: SiteId(id), facts, modes, recording_days: None, sheets })
            }
            SiteEvent::Revised(_)
            | SiteEvent::ModeSet(_)
            | SiteEvent::RecordingDaysSet(_)
            | SiteEvent::CodesIssued(_)
            | SiteEvent::CodesWithdrawn(_)
            | SiteEvent::CodeUsed(_) => None,
        }
    }

    fn apply(&mut self, e: &SiteEvent, at: At) {
        match e {
            SiteEvent::Registered(facts) | SiteEvent::Revised(facts) => self.facts = facts.clone(),
            SiteEvent::ModeSet(mode) => self.modes.push(mode.clone()),
            SiteEvent::RecordingDaysSet(set) => self.recording_days = Some(set.days),
            SiteEvent::CodesIssued(e) => self.issue(e, at),
            SiteEvent::CodesWithdrawn(e) => {
                self.sheets.iter_mut().filter(|s| s.id == e.sheet).for_each(|s| s.withdraw(at.at));
            }
            // It happened, whatever became of the sheet since; the first session that a code opened stays.
            SiteEvent::CodeUsed(e) => self.sheets.iter_mut().filter(|s| s.id == e.sheet).for_each(|s| {
                s.used.entry(e.number).or_insert(e.session);
            }),
        }
    }

    fn card(&self) -> Card {
        Card {
            reference: Some(self.facts.reference.clone()),
            label: Label::Clear(self.facts.name.clone()),
            sites: vec![self.id],
            ..Card::default()
        }
    }
}
