//! The 21 checks of R-15, in the order people read them (`defaults.md` §2.1). Each is a plain function of facts and
//! question; mode, moment and emergency are applied in one place, in `judge`.

mod how;
mod place;
mod who;
mod yes;

use super::facts::{Facts, Question};
use crate::{
    base::{Arg, Class, Instant, Level, Mode, Pattern, Ref, Say, Tier},
    event::{
        expect::Known,
        permit::{Moment, Outcome},
    },
};

/// One check as decided. `Copy`: a decision with all its checks allocates nothing.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Check {
    /// From 1; the order of display.
    pub no: u8,
    /// Stable name such as `standing-allows`; modes are set by it.
    pub key: &'static str,
    pub rule: &'static str,
    pub class: Class,
    pub result: Outcome,
    pub mode: Mode,
    /// The fact, as a message.
    pub say: Say,
    /// What would change it: a message id; its arguments are those of `say`.
    pub help: Option<&'static str>,
    pub link: Option<Ref>,
}

impl Check {
    /// Before it is judged: an array of these is filled in place, since moving 21 checks costs more than judging them.
    pub(super) const BLANK: Check = Check {
        no: 0,
        key: "",
        rule: "",
        class: Class::Administrative,
        result: Outcome::NotJudgedHere,
        mode: Mode::Off,
        say: Say::plain("check-off-at-this-site"),
        help: None,
        link: None,
    };
    /// What would change it, with the facts of `say`.
    pub fn helps(&self) -> Option<Say> {
        self.help.map(|id| Say { id, args: self.say.args })
    }
    /// Whether it alone prevents a yes.
    pub fn blocks(&self) -> bool {
        self.mode == Mode::Enforce && matches!(self.result, Outcome::NotPassed | Outcome::Unknown)
    }
    /// Whether it would have prevented a yes if the site enforced it (R-45, *would have refused*).
    pub fn would_block(&self) -> bool {
        matches!(self.result, Outcome::NotPassed | Outcome::Unknown)
    }
}

/// What a check found, before mode and emergency.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Found {
    result: Outcome,
    say: Say,
    help: Option<&'static str>,
    link: Option<Ref>,
    /// An emergency overrides it, although not all that its check can find.
    yields: bool,
}

impl Found {
    #[inline]
    const fn new(result: Outcome, id: &'static str) -> Self {
        Found { result, say: Say::plain(id), help: None, link: None, yields: false }
    }
    #[inline]
    const fn passed(id: &'static str) -> Self {
        Found::new(Outcome::Passed, id)
    }
    #[inline]
    const fn warning(id: &'static str) -> Self {
        Found::new(Outcome::Warning, id)
    }
    #[inline]
    const fn failed(id: &'static str) -> Self {
        Found::new(Outcome::NotPassed, id)
    }
    #[inline]
    const fn unknown(id: &'static str) -> Self {
        Found::new(Outcome::Unknown, id)
    }
    #[inline]
    const fn not_applicable(id: &'static str) -> Self {
        Found::new(Outcome::DoesNotApply, id)
    }
    #[inline]
    const fn not_here(id: &'static str) -> Self {
        Found::new(Outcome::NotJudgedHere, id)
    }
    // Inlined, because a message moved from hand to hand costs more than finding what it says.
    #[inline]
    fn with(mut self, name: &'static str, arg: Arg) -> Self {
        self.say = self.say.with(name, arg);
        self
    }
    #[inline]
    const fn help(mut self, id: &'static str) -> Self {
        self.help = Some(id);
        self
    }
    #[inline]
    const fn yields(mut self) -> Self {
        self.yields = true;
        self
    }
    /// What stands in the way becomes a warning: the emergency overrides it, the review asks why.
    fn overridden(mut self) -> Self {
        if matches!(self.result, Outcome::NotPassed | Outcome::Unknown) {
            self.result = Outcome::Warning;
            self.help = Some("help-overridden-by-emergency");
        }
        self
    }
    #[inline]
    const fn link(mut self, to: Option<Ref>) -> Self {
        self.link = to;
        self
    }
}

/// Everything a check may look at.
#[derive(Clone, Copy)]
pub(super) struct Case<'a> {
    pub f: &'a Facts,
    pub q: &'a Question,
    pub now: Instant,
    /// Attendance and way in, as asked or as the attended alternative would have it.
    pub attended: bool,
    pub pattern: Pattern,
    pub level: Level,
}

impl<'a> Case<'a> {
    pub(super) fn asked(f: &'a Facts, q: &'a Question, now: Instant) -> Self {
        let attended = q.attended || q.pattern.attended();
        Case { f, q, now, attended, pattern: q.pattern, level: *f.standing.at(now) }
    }
    /// The same work with somebody of ours beside it.
    pub(super) fn with_attendance(mut self) -> Self {
        self.attended = true;
        if self.pattern == Pattern::GatewayUnattended {
            self.pattern = Pattern::GatewayAttended;
        }
        self
    }
    /// Unknown gates as T1.
    fn tier(&self) -> Tier {
        self.f.tier.unwrap_or(Tier::T1)
    }
    fn safety(&self) -> bool {
        self.f.instance.safety != Known::No
    }
    /// A change from afar to what is, or may be, a safety system.
    fn remote_safety_write(&self) -> bool {
        self.safety() && self.q.can_change() && !self.pattern.on_site()
    }
}

/// A check's place in the table.
pub(super) struct Row {
    no: u8,
    key: &'static str,
    rule: &'static str,
    class: Class,
    /// Enforced whatever the mode says.
    floor: bool,
    /// An emergency overrides it.
    overridden: bool,
    /// Whether attendance can change its outcome.
    attendance: bool,
    /// Asked of work that runs, too, once a measure is broken: that is no matter of papers.
    live: bool,
    look: fn(&Case<'_>) -> Found,
}

const fn row(no: u8, key: &'static str, rule: &'static str, class: Class, look: fn(&Case<'_>) -> Found) -> Row {
    let floor = matches!(no, 1..=5 | 20);
    // Standing, training, reference (follows afterwards, R-09), RACI, freeze, second approval.
    let overridden = matches!(no, 8 | 11 | 13 | 15 | 16 | 21);
    let attendance = matches!(no, 2 | 8 | 14 | 19);
    let live = matches!(no, 17);
    Row { no, key, rule, class, floor, overridden, attendance, live, look }
}

use Class::{Administrative as A, Security as S};

/// The checks, in order.
pub(super) const TABLE: [Row; 21] = [
    row(1, "named-person", "R-17", S, who::named_person),
    row(2, "no-hold", "R-15", S, who::no_hold),
    row(3, "engagement-active", "R-01", A, place::engagement_active),
    row(4, "system-in-scope", "R-05", A, place::system_in_scope),
    row(5, "environment-in-scope", "R-05", A, place::environment_in_scope),
    row(6, "role-in-scope", "R-05", A, place::role_in_scope),
    row(7, "conduits-in-scope", "R-05", A, place::conduits_in_scope),
    row(8, "standing-allows", "R-24", A, how::standing_allows),
    row(9, "identity-verified", "R-15", A, who::identity_verified),
    row(10, "mfa", "R-17", A, who::mfa),
    row(11, "trainings-valid", "R-15", A, who::trainings_valid),
    row(12, "purpose-given", "R-15", A, how::purpose_given),
    row(13, "reference", "R-15", A, how::reference),
    row(14, "pattern-allowed", "R-15", A, place::pattern_allowed),
    row(15, "responsibilities-current", "R-08", A, how::responsibilities_current),
    row(16, "window-agreed", "R-16", A, how::window_agreed),
    row(17, "compensation-complete", "R-21", A, how::compensation_complete),
    row(18, "length-within-cap", "R-16", A, how::length_within_cap),
    row(19, "attendant-named", "R-20", A, yes::attendant_named),
    row(20, "approver-separate", "R-13", A, yes::approver_separate),
    row(21, "approvals-enough", "R-13", A, yes::approvals_enough),
];

/// Keys of the checks in order; the vocabulary of enforcement modes, the same as in `rules/checks.toml`.
pub const KEYS: [&str; 21] = {
    let mut keys = [""; 21];
    let mut i = 0;
    while i < 21 {
        #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler: a wrong index does not build")]
        {
            keys[i] = TABLE[i].key;
        }
        i += 1;
    }
    keys
};

/// Whether a check is enforced whatever a site's mode says.
pub fn is_floor(key: &str) -> bool {
    TABLE.iter().any(|r| r.key == key && r.floor)
}

impl Row {
    /// The mode that counts here: floor always, and in an emergency what an emergency never overrides.
    fn mode(&self, c: &Case<'_>) -> Mode {
        let never = match self.no {
            14 => c.remote_safety_write(),
            18 | 19 => true,
            _ => false,
        };
        if self.floor || (c.q.emergency() && never) { Mode::Enforce } else { c.f.modes.of(self.no) }
    }

    /// What the check comes to, with mode, moment and emergency applied.
    fn find(&self, c: &Case<'_>, mode: Mode) -> Found {
        // An emergency that runs goes on.
        let live = self.live && c.f.compensation.broken && mode != Mode::Off && !c.q.emergency();
        let mut found = match (c.q.moment, self.class, mode) {
            // Administrative facts are frozen for a running session.
            (Moment::During, Class::Administrative, _) if !live => Found::not_here("check-frozen-during-session"),
            (_, _, Mode::Off) => Found::not_here("check-off-at-this-site"),
            (_, _, Mode::Observe | Mode::Warn | Mode::Enforce) => (self.look)(c),
        };
        let failing = matches!(found.result, Outcome::NotPassed | Outcome::Unknown);
        if failing && c.q.emergency() && (self.overridden || found.yields) {
            found = found.overridden();
        } else if failing && mode == Mode::Warn {
            found.result = Outcome::Warning;
        }
        found
    }

    /// Fills in the check.
    pub(super) fn judge(&self, c: &Case<'_>, into: &mut Check) {
        let mode = self.mode(c);
        let found = self.find(c, mode);
        (into.no, into.key, into.rule, into.class) = (self.no, self.key, self.rule, self.class);
        (into.result, into.mode) = (found.result, mode);
        (into.say, into.help, into.link) = (found.say, found.help, found.link);
    }

    /// Whether it would still prevent a yes if somebody of ours were beside the person.
    pub(super) fn blocks_attended(&self, unattended: &Check, attended: &Case<'_>) -> bool {
        if !self.attendance {
            return unattended.blocks();
        }
        let mode = self.mode(attended);
        mode == Mode::Enforce && matches!(self.find(attended, mode).result, Outcome::NotPassed | Outcome::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    #[test]
    fn the_table_is_the_one_that_owners_read() {
        // given the rules file with its own numbers, keys, rules, classes and floor
        let rules = Rules::builtin().unwrap();
        let written: Vec<_> =
            rules.checks.check.iter().map(|r| (r.number, r.key.as_str(), r.rule.as_str(), r.class, r.floor)).collect();
        // then the code judges exactly these
        let judged: Vec<_> = TABLE.iter().map(|r| (r.no, r.key, r.rule, r.class, r.floor)).collect();
        assert_eq!(judged, written);
        assert_eq!(KEYS.to_vec(), judged.iter().map(|r| r.1).collect::<Vec<_>>());
    }
}
