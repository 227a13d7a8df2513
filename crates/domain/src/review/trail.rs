//! Which entries of the record are exceptions, and who may look at them. A review of the audit trail goes by exception:
//! nobody reads ten thousand ordinary entries with attention.

use crate::{
    base::{Actor, PersonId, Refusal, time::DAY},
    event::{
        Event,
        expect::{OrganisationEvent, RulebookEvent, TrailKind},
        permit::GrantEvent,
        witness::SessionEvent,
    },
};

/// Entries that are exceptions by what they are called, as stored: every version that was ever written.
const BY_NAME: &[(&str, TrailKind)] = &[
    ("expect.tier.overridden@1", TrailKind::Override),
    ("expect.mode.set@1", TrailKind::Override),
    ("expect.mode.set@2", TrailKind::Override),
    ("permit.activation.kept_in_use@1", TrailKind::Override),
    ("permit.access.refused@1", TrailKind::Refused),
    ("permit.access.denied@1", TrailKind::Refused),
    ("expect.clock.named@1", TrailKind::Clock),
    ("expect.clock.confirmed@1", TrailKind::Clock),
    ("qualify.role.given@1", TrailKind::Rights),
    ("qualify.role.taken@1", TrailKind::Rights),
    ("qualify.person.suspended@1", TrailKind::Rights),
    ("qualify.person.resumed@1", TrailKind::Rights),
    ("expect.rules.approved@1", TrailKind::Rules),
    ("expect.text.erased@1", TrailKind::Erasure),
    ("expect.pack.made@1", TrailKind::Pack),
    ("expect.pack.made@2", TrailKind::Pack),
    ("qualify.item.quarantined@1", TrailKind::Quarantine),
    ("permit.grant.revoked@1", TrailKind::Stopped),
    ("permit.grant.suspended@1", TrailKind::Stopped),
    ("expect.cosigners.named@1", TrailKind::Record),
    ("expect.key.rotated@1", TrailKind::Record),
    ("expect.record.restored@1", TrailKind::Record),
];
/// Entries that are exceptions by what they say.
const OPENED: &str = "permit.grant.opened@1";
const STARTED: &str = "witness.session.started@1";
/// A session recorded longer after its beginning is a late entry.
const LATE: i64 = DAY;

/// Names of all entries that may be exceptions, so that nobody has to read the others.
pub fn names() -> Vec<&'static str> {
    BY_NAME.iter().map(|(name, _)| *name).chain([OPENED, STARTED]).collect()
}

/// What kind of exception an entry is, if it is one.
pub fn exception(name: &str, event: &Event, at: crate::base::Instant) -> Option<TrailKind> {
    if let Some((_, kind)) = BY_NAME.iter().find(|(of, _)| *of == name) {
        return Some(*kind);
    }
    if let Event::Grant(GrantEvent::Opened(opened)) = event {
        return opened.emergency.is_some().then_some(TrailKind::Emergency);
    }
    if let Event::Session(SessionEvent::Started(started)) = event {
        return (at.secs_since(started.started) > LATE).then_some(TrailKind::LateEntry);
    }
    None
}

/// Everybody whose doing an entry was: who acted, and who agreed where two are needed.
pub fn involved(by: Actor, event: &Event) -> Vec<PersonId> {
    let mut all: Vec<PersonId> = by.person().into_iter().collect();
    if let Event::Organisation(OrganisationEvent::TextErased(gone)) = event {
        all.push(gone.second);
    }
    if let Event::Organisation(OrganisationEvent::ClockConfirmed(yes)) = event {
        all.push(yes.first);
    }
    if let Event::Rulebook(RulebookEvent::Approved(yes)) = event {
        all.extend([yes.proposed_by, yes.approved_by]);
    }
    all
}

/// Nobody reviews their own doings.
pub fn independent(reviewer: PersonId, involved: &[PersonId]) -> Result<(), Refusal> {
    if involved.contains(&reviewer) { Err(Refusal::new("R-13", "refuse-trail-own")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Every name an entry was ever stored under, from where the vocabulary and its upcasts are written.
    fn vocabulary() -> BTreeSet<&'static str> {
        let sources = [
            include_str!("../event/mod.rs"),
            include_str!("../event/expect/parties.rs"),
            include_str!("../event/expect/mod.rs"),
        ];
        sources.iter().flat_map(|s| s.split('"')).filter(|s| s.contains('@')).collect()
    }

    #[test]
    fn a_new_version_of_an_exception_is_an_exception_as_the_old_one_is() {
        let all = vocabulary();
        let ours: BTreeSet<&str> = names().into_iter().collect();
        let stem = |name: &str| name.split('@').next().unwrap().to_owned();
        let stems: BTreeSet<String> = ours.iter().map(|n| stem(n)).collect();
        let forgotten: Vec<&&str> = all.iter().filter(|n| stems.contains(&stem(n)) && !ours.contains(*n)).collect();
        assert_eq!(forgotten, Vec::<&&str>::new());
        assert!(all.contains("expect.pack.made@1") && all.contains("expect.mode.set@2"), "{all:?}");
    }
}
