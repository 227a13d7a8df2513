//! What a decision, frozen in the record, would have been with a check enforced that only observed or warned.
//! Read from the decision itself, so that it is what people saw then, by the facts and rules of then.

use crate::{
    base::Mode,
    event::permit::{CheckDecided, Decided, Outcome},
};

/// The words of checks that warn by themselves: nothing failed, and nothing would have with the check enforced.
const WARNINGS: [&str; 9] = [
    "check-attendant-to-name",
    "check-engagement-in-use",
    "check-hold-attended-met",
    "check-hold-begins",
    "check-hold-yields",
    "check-paper-ends",
    "check-standing-restricted-attended",
    "check-standing-watch",
    "check-standing-worsens",
];

/// What makes a warning of a failed check in an emergency, which enforcing would not change.
const OVERRIDDEN: &str = "help-overridden-by-emergency";

/// Whether a check let pass what it would have refused, had its site enforced it.
pub fn would_refuse(c: &CheckDecided) -> bool {
    match c.mode {
        Mode::Observe => matches!(c.result, Outcome::NotPassed | Outcome::Unknown),
        Mode::Warn => {
            let overridden = c.help.as_ref().is_some_and(|h| h.id == OVERRIDDEN);
            c.result == Outcome::Warning && !overridden && !WARNINGS.contains(&c.say.id.as_str())
        }
        // What is off was not looked at, and what was enforced did refuse.
        Mode::Off | Mode::Enforce => false,
    }
}

/// The checks of a decision that would have refused.
pub fn would_have(d: &Decided) -> impl Iterator<Item = &CheckDecided> {
    d.checks.iter().filter(|c| would_refuse(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::Purpose,
        permit::{decide::decide, facts::Modes, facts::Paper, sample},
    };

    /// The keys that would have refused a request for which the papers about the person are missing.
    fn keys(mode: Mode, emergency: bool) -> Vec<String> {
        let (mut f, mut q, now) = (sample::facts(), sample::question(), sample::now());
        f.modes = Modes::all(mode);
        f.person.identity = Paper::Missing;
        f.person.papers = vec![(None, Paper::Missing)];
        if emergency {
            q.purpose = Some(Purpose::Emergency);
        }
        would_have(&decide(&f, &q, now).freeze(&f)).map(|c| c.key.clone()).collect()
    }

    #[test]
    fn observing_and_warning_let_the_same_pass() {
        for mode in [Mode::Observe, Mode::Warn] {
            assert_eq!(keys(mode, false), ["identity-verified", "trainings-valid"], "{mode}");
        }
        // what is off was not judged; what is enforced did refuse
        assert!(keys(Mode::Off, false).is_empty() && keys(Mode::Enforce, false).is_empty());
    }

    #[test]
    fn an_emergency_overrides_training_in_any_mode() {
        for mode in [Mode::Observe, Mode::Warn] {
            assert_eq!(keys(mode, true), ["identity-verified"], "{mode}");
        }
    }

    #[test]
    fn checks_that_warn_by_themselves_are_all_known() {
        // given the sources of the checks, then every message behind `Found::warning` is in the list and no other
        let sources = [
            include_str!("checks/who.rs"),
            include_str!("checks/place.rs"),
            include_str!("checks/how.rs"),
            include_str!("checks/yes.rs"),
        ];
        let mut found: Vec<&str> = Vec::new();
        for source in sources {
            for call in source.split("Found::warning(").skip(1) {
                match call.strip_prefix('"') {
                    Some(id) => found.push(id.split('"').next().unwrap()),
                    // the one that chooses between two
                    None => found.extend(["check-hold-yields", "check-hold-attended-met"]),
                }
            }
        }
        found.sort_unstable();
        assert_eq!(found, WARNINGS);
    }
}
