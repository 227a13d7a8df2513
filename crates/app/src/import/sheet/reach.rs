//! Under which engagement a row's system is reached, with which days and by which way. Whatever rows say is put
//! together without regard to their order: days reach as far as some row says, and a way that not all of them say is
//! not known.

use std::collections::{BTreeMap, BTreeSet};

use plantgate_domain::{
    base::{Day, EngagementId, InstanceId, Pattern, Told, Why},
    event::expect::{ScopeState, SheetField as F},
    expect::engagement::{Engagement, Scoped},
};

use super::row::Way;

/// What an engagement of the plan is known by: firm, contract, and the one that stands, if one lasts long enough.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Under {
    pub firm: usize,
    pub contract: Option<String>,
    pub stands: Option<EngagementId>,
}

/// First and last day, both known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Days {
    pub from: Day,
    pub until: Day,
}

impl Days {
    fn and(self, other: Days) -> Days {
        Days { from: self.from.min(other.from), until: self.until.max(other.until) }
    }
}

/// What one row wants.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Want {
    pub line: u64,
    pub under: Under,
    /// Name of the engagement, should it be new.
    pub name: String,
    pub instance: String,
    pub days: Days,
    pub way: Way,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) struct EngagementPlan {
    /// First line that names it.
    pub line: u64,
    pub name: String,
    pub days: Days,
    ways: BTreeSet<Option<Pattern>>,
    lines: BTreeSet<u64>,
}

impl EngagementPlan {
    /// The way in, if all rows say the same one. Of two that contradict each other neither is known, and what is not
    /// known gates as the strictest.
    pub fn patterns(&self) -> Option<Vec<Pattern>> {
        let known: Option<Vec<Pattern>> = self.ways.iter().copied().collect();
        known.filter(|ways| ways.len() == 1)
    }
}

#[derive(Clone, PartialEq, Debug)]
pub(super) struct ScopePlan {
    pub line: u64,
    pub days: Days,
    /// What each row says.
    said: BTreeSet<(Days, u64)>,
}

/// Engagements and scope of a plan.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Reach {
    pub engagements: BTreeMap<Under, EngagementPlan>,
    /// By engagement and reference of the system.
    pub scope: BTreeMap<(Under, String), ScopePlan>,
}

/// What a row was the first to name.
pub(super) struct First {
    pub engagement: bool,
    pub scope: bool,
}

impl Reach {
    pub fn add(&mut self, want: Want) -> First {
        let Want { line, under, name, instance, days, way } = want;
        let key = (under.clone(), instance);
        let first = First {
            engagement: under.stands.is_none() && !self.engagements.contains_key(&under),
            scope: !self.scope.contains_key(&key),
        };
        let new = EngagementPlan { line, name, days, ways: BTreeSet::new(), lines: BTreeSet::new() };
        let engagement = self.engagements.entry(under).or_insert(new);
        engagement.line = engagement.line.min(line);
        engagement.days = engagement.days.and(days);
        engagement.lines.insert(line);
        engagement.ways.insert(match way {
            Way::Said(pattern) => Some(pattern),
            Way::Unclear | Way::NotSaid => None,
        });
        let scope = self.scope.entry(key).or_insert(ScopePlan { line, days, said: BTreeSet::new() });
        scope.line = scope.line.min(line);
        scope.days = scope.days.and(days);
        scope.said.insert((days, line));
        first
    }

    /// Rows that say days of one system with a gap between them: taken together they would open what none of them says.
    pub fn apart(&self) -> Vec<(u64, Why)> {
        let mut all = Vec::new();
        for scope in self.scope.values() {
            let mut reached: Option<Day> = None;
            let gap = scope.said.iter().any(|(days, _)| {
                let apart = reached.is_some_and(|until| days.from.plus_days(-1) > until);
                reached = reached.max(Some(days.until));
                apart
            });
            let lines: BTreeSet<u64> = scope.said.iter().map(|(_, line)| *line).collect();
            for line in lines.iter().filter(|_| gap) {
                let other = lines.iter().find(|l| *l != line).unwrap_or(line);
                all.push((*line, Why::of("invalid-sheet-days-apart").with("line", other.to_string())));
            }
        }
        all
    }

    /// What the rows of one engagement or one system are told together, by line.
    pub fn notes(&self) -> Vec<(u64, Why)> {
        let mut all = Vec::new();
        for (_, engagement) in self.engagements.iter().filter(|(under, e)| under.stands.is_none() && e.ways.len() > 1) {
            all.extend(engagement.lines.iter().map(|line| (*line, Why::of("sheet-note-ways"))));
        }
        for scope in self.scope.values() {
            let differ = scope.said.iter().any(|(days, _)| *days != scope.days);
            let why = || Why::of("sheet-note-days").with("from", scope.days.from).with("until", scope.days.until);
            all.extend(scope.said.iter().filter(|_| differ).map(|(_, line)| (*line, why())));
        }
        all
    }
}

/// What stands for an instance in engagements that last long enough: then nothing is proposed, least of all over what
/// somebody approved.
pub(super) fn reached(fits: &[Engagement], instance: Option<InstanceId>) -> Option<(&Engagement, &Scoped)> {
    let all = fits.iter().flat_map(|e| e.scope.iter().map(move |s| (e, s)));
    let alive = all.filter(|(_, s)| s.state != ScopeState::Ended && Some(s.item.instance) == instance);
    // What is approved says more than what is proposed beside it.
    alive.min_by_key(|(_, s)| s.state != ScopeState::Approved)
}

/// Where a row says something else than what stands.
pub(super) fn differs(
    e: &Engagement,
    scoped: Option<&Scoped>,
    from: Option<Day>,
    until: Option<Day>,
    way: Way,
) -> Vec<Why> {
    let mut notes = Vec::new();
    let why = |field: F, stands: Told, given: Told| {
        let field = Told::word("sheetfield", field);
        Why::of("sheet-note-differs").with("field", field).with("stands", stands).with("given", given)
    };
    if let Some(said) = from.filter(|from| *from < e.facts.from) {
        notes.push(why(F::From, e.facts.from.into(), said.into()));
    }
    if let (Some(scoped), Some(said)) = (scoped, until) {
        let stands = scoped.item.until.map_or(e.facts.until, |own| own.min(e.facts.until));
        if stands != said {
            notes.push(why(F::Until, stands.into(), said.into()));
        }
    }
    if let (Some(agreed), Way::Said(said)) = (&e.facts.patterns, way)
        && !agreed.contains(&said)
    {
        notes.push(why(F::Way, Told::words("pattern", agreed), Told::word("pattern", said)));
    }
    notes
}
