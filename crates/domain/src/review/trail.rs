//! Which entries of the record are exceptions, who may look at them, and who may sign. A review of the audit trail goes
//! by exception: nobody reads ten thousand ordinary entries with attention.

use crate::{
    base::{Actor, Instant, PersonId, Refusal, time::DAY},
    event::{
        Event,
        expect::{EngagementEvent, OrganisationEvent, RulebookEvent, SiteEvent, TrailKind},
        permit::{GrantEvent, HoldEvent},
        qualify::ItemEvent,
        witness::SessionEvent,
    },
    expect::trail::Trail,
};

/// Entries that are exceptions by what they are called, as stored: every version that was ever written.
const BY_NAME: &[(&str, TrailKind)] = &[
    ("expect.tier.overridden@1", TrailKind::Override),
    ("expect.mode.set@1", TrailKind::Override),
    ("expect.mode.set@2", TrailKind::Override),
    ("permit.activation.kept_in_use@1", TrailKind::Override),
    ("permit.access.refused@1", TrailKind::Refused),
    ("permit.access.denied@1", TrailKind::Refused),
    // Whoever gives access back after it was stopped is looked at as well as whoever stopped it.
    ("permit.grant.revoked@1", TrailKind::Stopped),
    ("permit.grant.suspended@1", TrailKind::Stopped),
    ("permit.grant.resumed@1", TrailKind::Stopped),
    ("permit.activation.suspended@1", TrailKind::Stopped),
    ("permit.activation.resumed@1", TrailKind::Stopped),
    ("permit.hold.set@1", TrailKind::Stopped),
    ("permit.hold.lifted@1", TrailKind::Stopped),
    // Another line stands for this one from here on: both stay, and somebody else than its writer compares them.
    ("witness.session.corrected@1", TrailKind::LateEntry),
    ("expect.clock.named@1", TrailKind::Clock),
    ("expect.clock.confirmed@1", TrailKind::Clock),
    ("qualify.role.given@1", TrailKind::Rights),
    ("qualify.role.taken@1", TrailKind::Rights),
    ("qualify.person.suspended@1", TrailKind::Rights),
    ("qualify.person.resumed@1", TrailKind::Rights),
    ("expect.rules.approved@1", TrailKind::Rules),
    // An undo withdraws facts: what a sheet opened is in no list any more, by the word of one person, within a day and
    // with nobody asked for a reason. That is what a reviewer of deletions looks for. The `withdrawn` entries behind it
    // are its consequences, one for each object; the one that undid names how many, so they are not exceptions again.
    ("expect.import.undone@1", TrailKind::Undone),
    ("expect.text.erased@1", TrailKind::Erasure),
    ("expect.pack.made@1", TrailKind::Pack),
    ("expect.pack.made@2", TrailKind::Pack),
    ("qualify.item.quarantined@1", TrailKind::Quarantine),
    ("expect.cosigners.named@1", TrailKind::Record),
    ("expect.key.rotated@1", TrailKind::Record),
    ("expect.record.restored@1", TrailKind::Record),
    // Somebody who sat at a person's session, or the person themselves, did not prove to be them.
    ("qualify.signature.failed@1", TrailKind::Signature),
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

/// What kind of exception an entry is, if it is one; never two kinds, so that none is counted twice.
pub fn exception(name: &str, event: &Event, at: Instant) -> Option<TrailKind> {
    if let Some((_, kind)) = BY_NAME.iter().find(|(of, _)| *of == name) {
        return Some(*kind);
    }
    if let Event::Grant(GrantEvent::Opened(opened)) = event {
        return opened.emergency.is_some().then_some(TrailKind::Emergency);
    }
    if let Event::Session(SessionEvent::Started(started)) = event {
        if started.grant.is_none() {
            return Some(TrailKind::Unmatched);
        }
        return (at.secs_since(started.started) > LATE).then_some(TrailKind::LateEntry);
    }
    None
}

/// Everybody whose doing an entry was: who acted, and who proposed, agreed or vouched where two are needed.
pub fn involved(by: Actor, event: &Event) -> Vec<PersonId> {
    let mut all: Vec<PersonId> = by.person().into_iter().collect();
    if let Event::Organisation(on) = event {
        all.extend(second_of_the_house(on));
    }
    if let Event::Rulebook(RulebookEvent::Approved(yes)) = event {
        all.extend([yes.proposed_by, yes.approved_by]);
    }
    if let Event::Site(SiteEvent::ModeSet(set)) = event {
        all.extend([set.proposed_by, set.approved_by].into_iter().flatten());
    }
    if let Event::Engagement(EngagementEvent::TierOverridden(tier)) = event {
        all.push(tier.second);
    }
    if let Event::Item(ItemEvent::Quarantined(away)) = event {
        all.push(away.second);
    }
    if let Event::Grant(GrantEvent::Opened(opened)) = event {
        all.extend(opened.emergency.as_ref().map(|e| e.opened_by));
        all.extend(opened.approvals.iter().map(|yes| yes.person));
    }
    if let Event::Grant(GrantEvent::Revoked(gone)) = event {
        all.push(gone.by);
    }
    if let Event::Hold(HoldEvent::Lifted(lifted)) = event {
        all.push(lifted.by);
    }
    if let Event::Session(SessionEvent::Started(started)) = event {
        all.extend(started.confirmed_by);
    }
    all
}

fn second_of_the_house(event: &OrganisationEvent) -> Option<PersonId> {
    match event {
        OrganisationEvent::TextErased(gone) => Some(gone.second),
        OrganisationEvent::ClockConfirmed(yes) => Some(yes.first),
        OrganisationEvent::KeyRotated(new) => Some(new.second),
        OrganisationEvent::RecordRestored(old) => Some(old.second),
        OrganisationEvent::Founded(_)
        | OrganisationEvent::Renamed(_)
        | OrganisationEvent::ClockNamed(_)
        | OrganisationEvent::PackMade(_)
        | OrganisationEvent::TrailLooked(_)
        | OrganisationEvent::TrailReviewed(_)
        | OrganisationEvent::CosignersNamed(_) => None,
    }
}

/// R-13 says that auditors do not test their own approvals. So nobody looks at an exception that they did, proposed,
/// agreed to or vouched for. Being its subject is no doing: who was given a role did not give it.
pub fn independent(reviewer: PersonId, involved: &[PersonId]) -> Result<(), Refusal> {
    if involved.contains(&reviewer) { Err(Refusal::new("R-13", "refuse-trail-own")) } else { Ok(()) }
}

/// Who signs has looked at some of the exceptions themselves, where there are any. Their own doings may be among the
/// others, since somebody else has looked at those: a plant where quality quarantines and OT security revokes in one
/// month would otherwise have nobody left to sign. Whoever did all of them has looked at none, and does not sign.
pub fn may_sign(reviewer: PersonId, exceptions: &[u64], trail: &Trail) -> Result<(), Refusal> {
    let mut seen = exceptions.iter().filter_map(|entry| trail.looked.get(entry));
    if exceptions.is_empty() || seen.any(|by| *by == Some(reviewer)) {
        Ok(())
    } else {
        Err(Refusal::new("R-13", "refuse-trail-not-looked"))
    }
}

/// What a signature names: the root of the tree where the range ends, and the digest of the list of exceptions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Signs<'a> {
    pub root: &'a str,
    pub list: &'a str,
}

/// What is signed is what was shown, and that is what the record holds.
pub fn as_shown(shown: Signs<'_>, held: Signs<'_>) -> Result<(), Refusal> {
    if shown.root != held.root {
        return Err(Refusal::new("R-38", "refuse-trail-root"));
    }
    if shown.list != held.list {
        return Err(Refusal::new("R-38", "refuse-trail-list"));
    }
    Ok(())
}
