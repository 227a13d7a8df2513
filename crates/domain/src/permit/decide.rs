//! The one decision: all 21 checks, passed ones too, and what they come to. A value with its reasons, made of
//! facts and time alone, so that anybody can make it again.

use super::{
    checks::{Case, Check, TABLE},
    facts::{Facts, Question},
};
use crate::{
    base::{InstanceId, Instant, Level, Now},
    event::permit::{CheckDecided, Decided, Moment, ReasonDecided, Verdict},
};

/// A decision with all its checks.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Decision {
    pub checks: [Check; 21],
    pub verdict: Verdict,
    pub moment: Moment,
    pub standing: Level,
    /// The same work attended would pass: only the unattended part fails.
    pub attended_would_pass: bool,
    /// A test or development instance of the same system that is in scope.
    pub test_instead: Option<InstanceId>,
    pub log_size: u64,
    pub instant: Instant,
    pub rules_version: u32,
}

/// Judges a question. Never fails, never stops at the first no.
pub fn decide(f: &Facts, q: &Question, now: Now) -> Decision {
    let case = Case::asked(f, q, now.0);
    let mut d = Decision {
        checks: [Check::BLANK; 21],
        verdict: Verdict::Granted,
        moment: q.moment,
        standing: case.level,
        attended_would_pass: false,
        test_instead: None,
        log_size: f.log_size,
        instant: now.0,
        rules_version: f.rules_version,
    };
    for (row, check) in TABLE.iter().zip(&mut d.checks) {
        row.judge(&case, check);
    }
    if d.checks.iter().any(Check::blocks) {
        // Asked only after a no; cheap, and the page shows the way out at once.
        let attended = case.with_attendance();
        let mut rows = TABLE.iter().zip(&d.checks);
        d.attended_would_pass = !case.attended && !rows.any(|(row, check)| row.blocks_attended(check, &attended));
        d.verdict = if d.attended_would_pass { Verdict::AttendedOffered } else { Verdict::NotGranted };
        d.test_instead = f.scope.test_instead;
    }
    d
}

/// Reasons an entry lists; the rest is a number.
const REASONS_KEPT: usize = 12;

impl Decision {
    /// Whether nothing stands in the way.
    pub fn yes(&self) -> bool {
        self.verdict == Verdict::Granted
    }

    /// The check of that key.
    pub fn check(&self, key: &str) -> Option<&Check> {
        self.checks.iter().find(|c| c.key == key)
    }

    /// The checks that stand in the way, in order.
    pub fn blocking(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|c| c.blocks())
    }

    /// Whether it would have been a no if every check were enforced.
    pub fn would_refuse(&self) -> bool {
        self.checks.iter().any(Check::would_block)
    }

    /// Whether only approvals are missing.
    pub fn lacks_only_approvals(&self) -> bool {
        self.only("approvals-enough")
    }

    /// Whether nothing but a broken measure says no: what runs then closes by that cause, and is never cut.
    pub fn measure_broken(&self) -> bool {
        self.only("compensation-complete")
    }

    /// Whether it is a no by this check alone.
    fn only(&self, key: &str) -> bool {
        !self.yes() && self.blocking().all(|c| c.key == key)
    }

    /// The form an entry keeps, with the reasons that weighed then.
    pub fn freeze(&self, f: &Facts) -> Decided {
        let mut weighing: Vec<ReasonDecided> = f
            .reasons
            .iter()
            .filter(|r| r.weight(self.instant) > Level::Good)
            .map(|r| ReasonDecided {
                key: r.key.clone(),
                rule: r.rule.clone(),
                weight: r.weight(self.instant),
                since: r.steps.iter().filter(|s| s.from <= self.instant).map(|s| s.from).max().unwrap_or(self.instant),
                source: r.source,
            })
            .collect();
        weighing.sort_by(|a, b| b.weight.cmp(&a.weight).then(a.since.cmp(&b.since)).then(a.source.cmp(&b.source)));
        let more = weighing.len().saturating_sub(REASONS_KEPT);
        weighing.truncate(REASONS_KEPT);
        Decided {
            verdict: self.verdict,
            moment: self.moment,
            standing: self.standing,
            reasons: weighing,
            more_reasons: u32::try_from(more).unwrap_or(u32::MAX),
            checks: self.checks.iter().map(keep).collect(),
            attended_would_pass: self.attended_would_pass,
            test_instead: self.test_instead,
            log_size: self.log_size,
            instant: self.instant,
            rules_version: self.rules_version,
        }
    }
}

fn keep(c: &Check) -> CheckDecided {
    CheckDecided {
        no: c.no,
        key: c.key.to_owned(),
        rule: c.rule.to_owned(),
        class: c.class,
        result: c.result,
        mode: c.mode,
        say: c.say.into(),
        help: c.helps().map(Into::into),
        link: c.link,
    }
}
