//! Whose an account is and whether it should still be one. Nobody is blamed: an account that is nobody's, or that
//! nobody uses, is a question, and what contradicts is said with the fact it contradicts and with how its person was
//! found. Nothing here moves a standing or a tier; a person who looked records what is so.

use serde::{Deserialize, Serialize};

use super::account_list::Last;
use crate::base::{Day, level::words};

words! {
    /// What an account comes to, the most urgent first.
    Comes { Contradicting = "contradicting", Unowned = "unowned", Shared = "shared", Dormant = "dormant",
            Known = "known", Accepted = "accepted", Off = "off" }
}

words! {
    /// How the person of an account was found, the surest first.
    Basis { Said = "said", Recorded = "recorded", Login = "login", Name = "name" }
}

/// What work a person has at the site of the list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Work {
    /// One of ours, or an engagement there is in use and has a way in.
    Has,
    /// An engagement there is in use, and states that it needs no access.
    NoAccess,
    /// The only engagement there is suspended.
    Suspended,
    /// None there is in use.
    None,
}

/// The person an account belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Holder {
    /// `invited`, `active`, `suspended`, `left`.
    pub word: &'static str,
    pub work: Work,
}

/// Who was found for an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whose {
    One(Holder),
    /// Several people are called so or sign in so.
    Several,
    /// Somebody signs in so, and the list says another name.
    Other,
    /// Its name is one that systems are delivered with (`admin`, `root`): nobody's, whoever signs in so here.
    BuiltIn,
    Nobody,
}

/// Names that systems, directories and gateways are delivered with. Whoever is called so in Plantgate is not therefore
/// the one who uses it there.
const BUILT_IN: &[&str] = &[
    "admin",
    "administrator",
    "anonymous",
    "default",
    "engineer",
    "gast",
    "guest",
    "krbtgt",
    "maintenance",
    "operator",
    "root",
    "sa",
    "service",
    "supervisor",
    "support",
    "sysadmin",
    "system",
    "test",
    "toor",
    "user",
    "wartung",
];

/// Whether an account's name, without its domain and in small letters, is one that systems are delivered with.
pub fn built_in(name: &str) -> bool {
    BUILT_IN.contains(&name)
}

/// Everything about one account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Case {
    /// `None`: the list does not say.
    pub enabled: Option<bool>,
    pub shared: bool,
    /// The record says that it was removed or its way closed.
    pub removed: bool,
    pub whose: Whose,
    pub last: Last,
    /// Last day somebody accepted it.
    pub accepted_until: Option<Day>,
    /// The day the list was exported.
    pub exported: Day,
    pub today: Day,
}

/// What it comes to, and why: the id of a message.
pub fn judge(c: &Case, dormant_days: i64) -> (Comes, &'static str) {
    if c.enabled == Some(false) {
        return (Comes::Off, "who-off");
    }
    if c.removed {
        return (Comes::Contradicting, "who-removed");
    }
    if let Whose::One(holder) = c.whose
        && let Some(why) = contradicts(holder)
    {
        return (Comes::Contradicting, why);
    }
    if c.accepted_until.is_some_and(|until| c.today <= until) {
        return (Comes::Accepted, "who-accepted");
    }
    if c.shared {
        return (Comes::Shared, "who-shared");
    }
    match (c.whose, c.last) {
        (Whose::BuiltIn, _) => (Comes::Shared, "who-built-in"),
        (Whose::Other, _) => (Comes::Unowned, "who-other-name"),
        (Whose::Nobody, _) => (Comes::Unowned, "who-nobody"),
        (Whose::Several, _) => (Comes::Unowned, "who-several"),
        (Whose::One(_), Last::Never) => (Comes::Dormant, "who-never"),
        (Whose::One(_), Last::On(day)) if c.exported.days_since(day) >= dormant_days => (Comes::Dormant, "who-dormant"),
        (Whose::One(_), Last::On(_)) => (Comes::Known, "who-known"),
        // Unknown is neither good nor bad: known whose, unknown when.
        (Whose::One(_), Last::Unknown) => (Comes::Known, "who-known-not-when"),
    }
}

/// Why nobody should come in by it: a fact of the record says otherwise.
fn contradicts(holder: Holder) -> Option<&'static str> {
    match (holder.word, holder.work) {
        ("left", _) => Some("who-left"),
        ("suspended", _) => Some("who-suspended"),
        (_, Work::None) => Some("who-no-work"),
        (_, Work::Suspended) => Some("who-work-suspended"),
        (_, Work::NoAccess) => Some("who-no-access"),
        (_, Work::Has) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }
    fn case() -> Case {
        let holder = Holder { word: "active", work: Work::Has };
        Case {
            enabled: Some(true),
            shared: false,
            removed: false,
            whose: Whose::One(holder),
            last: Last::On(day("2026-11-10")),
            accepted_until: None,
            exported: day("2026-11-16"),
            today: day("2026-11-16"),
        }
    }
    fn held(word: &'static str, work: Work) -> Case {
        Case { whose: Whose::One(Holder { word, work }), ..case() }
    }

    #[test]
    fn each_account_comes_to_one_thing_with_its_reason() {
        let long = Last::On(day("2026-08-18"));
        let accepted = Some(day("2026-11-16"));
        let table = [
            (case(), (Comes::Known, "who-known")),
            (Case { last: Last::Unknown, ..case() }, (Comes::Known, "who-known-not-when")),
            (Case { enabled: None, ..case() }, (Comes::Known, "who-known")),
            (Case { enabled: Some(false), whose: Whose::Nobody, ..case() }, (Comes::Off, "who-off")),
            (Case { whose: Whose::Nobody, ..case() }, (Comes::Unowned, "who-nobody")),
            (Case { whose: Whose::Several, ..case() }, (Comes::Unowned, "who-several")),
            (Case { whose: Whose::Other, ..case() }, (Comes::Unowned, "who-other-name")),
            (Case { whose: Whose::BuiltIn, ..case() }, (Comes::Shared, "who-built-in")),
            (Case { shared: true, whose: Whose::Nobody, ..case() }, (Comes::Shared, "who-shared")),
            (Case { last: long, ..case() }, (Comes::Dormant, "who-dormant")),
            (Case { last: Last::On(day("2026-08-19")), ..case() }, (Comes::Known, "who-known")),
            (Case { last: Last::Never, ..case() }, (Comes::Dormant, "who-never")),
            (Case { removed: true, ..case() }, (Comes::Contradicting, "who-removed")),
            (Case { removed: true, enabled: Some(false), ..case() }, (Comes::Off, "who-off")),
            (held("left", Work::Has), (Comes::Contradicting, "who-left")),
            (held("suspended", Work::Has), (Comes::Contradicting, "who-suspended")),
            (held("active", Work::None), (Comes::Contradicting, "who-no-work")),
            (held("active", Work::Suspended), (Comes::Contradicting, "who-work-suspended")),
            (held("invited", Work::NoAccess), (Comes::Contradicting, "who-no-access")),
            // what was accepted is accepted to the end of its day, and hides no contradiction
            (Case { accepted_until: accepted, whose: Whose::Nobody, ..case() }, (Comes::Accepted, "who-accepted")),
            (
                Case { accepted_until: accepted, today: day("2026-11-17"), whose: Whose::Nobody, ..case() },
                (Comes::Unowned, "who-nobody"),
            ),
            (Case { accepted_until: accepted, ..held("left", Work::Has) }, (Comes::Contradicting, "who-left")),
        ];
        for (case, wants) in table {
            assert_eq!(judge(&case, 90), wants, "{case:?}");
        }
    }
}
