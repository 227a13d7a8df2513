//! Which entries of the record are exceptions, who may look at them, and who may sign. A review of the audit trail goes
//! by exception: nobody reads ten thousand ordinary entries with attention.

use crate::{
    base::{Actor, Arg, Instant, PersonId, Refusal, Say, auth, time::DAY},
    event::{
        Event,
        expect::{EngagementEvent, InstanceEvent, OrganisationEvent, RulebookEvent, SiteEvent, TrailKind},
        permit::{GrantEvent, HoldEvent},
        qualify::ItemEvent,
        review::TaskEvent,
        witness::{AccountListEvent, AccountSays, CheckResult, Seen, SessionEvent, VisitEvent},
    },
    expect::{instance::Instance, trail::Trail},
    permit::grant::Grant,
    witness::{
        session::{Cover, Session},
        visit::is_late,
    },
};

/// Version of what this file makes of an entry. Whoever changes which entries are exceptions, or of which kind, raises
/// it: a signed list is held against the record by the version it was made by.
pub const EXCEPTIONS: u32 = 2;

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
    ("witness.session.cut@1", TrailKind::Stopped),
    // Another line stands for this one from here on: both stay, and somebody else than its writer compares them.
    ("witness.session.corrected@1", TrailKind::LateEntry),
    // It began by a code on paper, out of sight of the core, and was told afterwards: somebody holds it against the
    // envelope. That a code was used is the same doing again.
    ("witness.session.cut_off@1", TrailKind::LateEntry),
    // Who let somebody in by it is what a paper says, and can be entered anew.
    ("witness.session.code_read_out@1", TrailKind::LateEntry),
    // Whose doing a connection without a grant was, is somebody's word.
    ("witness.session.attributed@1", TrailKind::Unmatched),
    ("permit.grant.extended@1", TrailKind::Overrun),
    ("expect.instance.validation_set@1", TrailKind::Critical),
    // Whoever could change where the gateway leads could lead everybody elsewhere.
    ("expect.instance.endpoint_pinned@1", TrailKind::Critical),
    // So could whoever changes what lets it in; and whoever saw that comes in without it.
    ("expect.login_secret.put@1", TrailKind::Critical),
    ("expect.login_secret.shown@1", TrailKind::Rights),
    ("permit.calendar.freeze_lifted@1", TrailKind::Critical),
    ("qualify.certificate.revised@1", TrailKind::Critical),
    ("qualify.notice.withdrawn@1", TrailKind::Critical),
    ("qualify.qualification.withdrawn@1", TrailKind::Critical),
    ("review.task.dismissed@1", TrailKind::Critical),
    ("expect.clock.named@1", TrailKind::Clock),
    ("expect.clock.confirmed@1", TrailKind::Clock),
    // Whoever sets somebody's password, or takes it away, decides who comes in as them.
    ("qualify.key.added@1", TrailKind::Rights),
    ("qualify.key.removed@1", TrailKind::Rights),
    // A copy of what somebody signs in with may be in other hands.
    ("qualify.passkey.doubted@1", TrailKind::Rights),
    // A secret that acts in somebody's name, and the account of a machine, are ways in as well.
    ("qualify.token.made@1", TrailKind::Rights),
    ("qualify.token.revoked@1", TrailKind::Rights),
    ("expect.codes.issued@1", TrailKind::Rights),
    ("expect.codes.withdrawn@1", TrailKind::Rights),
    ("qualify.service.made@1", TrailKind::Rights),
    ("qualify.service.handed_over@1", TrailKind::Rights),
    ("qualify.role.given@1", TrailKind::Rights),
    ("qualify.role.taken@1", TrailKind::Rights),
    ("qualify.person.suspended@1", TrailKind::Rights),
    ("qualify.person.resumed@1", TrailKind::Rights),
    ("expect.rules.approved@1", TrailKind::Rules),
    ("expect.recording_days.set@1", TrailKind::Rules),
    // An undo withdraws facts: what a sheet opened is in no list any more, by the word of one person, within a day and
    // with nobody asked for a reason. That is what a reviewer of deletions looks for. The `withdrawn` entries behind it
    // are its consequences, one for each object; the one that undid names how many, so they are not exceptions again.
    ("expect.import.undone@1", TrailKind::Undone),
    ("expect.text.erased@1", TrailKind::Erasure),
    // What two people released is deleted when its time is over; that it is deleted then is what the rules say.
    ("witness.recording.released@1", TrailKind::Erasure),
    ("expect.pack.made@1", TrailKind::Pack),
    ("expect.pack.made@2", TrailKind::Pack),
    ("qualify.item.quarantined@1", TrailKind::Quarantine),
    ("expect.cosigners.named@1", TrailKind::Record),
    ("expect.key.rotated@1", TrailKind::Record),
    ("expect.record.restored@1", TrailKind::Record),
    // Somebody who sat at a person's session, or the person themselves, did not prove to be them.
    ("qualify.signature.failed@1", TrailKind::Signature),
];
/// Entries that are exceptions by what they say, or by what stood before them.
const BY_CONTENT: &[&str] = &[
    "permit.grant.opened@1",
    "expect.instance.revised@1",
    "witness.session.started@1",
    "witness.session.ended@1",
    "witness.account_list.said@1",
    "witness.visit.arrived@1",
    "witness.visit.attended@1",
    "witness.visit.device.checked@1",
    "witness.visit.device.connected@1",
    "witness.visit.left@1",
    "witness.visit.state.noted@1",
];
/// A session that no person entered and that was recorded longer after its beginning is a late entry: files of machines
/// come once a day. What a person enters has the time of the logbook.
const LATE: i64 = DAY;

/// Names of all entries that may be exceptions by themselves.
pub fn names() -> Vec<&'static str> {
    BY_NAME.iter().map(|(name, _)| *name).chain(BY_CONTENT.iter().copied()).collect()
}

/// An entry as the rules for exceptions judge it.
#[derive(Clone, Copy, Debug)]
pub struct Recorded<'a> {
    /// Name of its event as stored.
    pub name: &'a str,
    pub event: &'a Event,
    pub at: Instant,
    /// How whoever did it had proven who they are.
    pub auth: Option<&'a str>,
    /// No entry of its request stands behind it.
    pub last: bool,
}

/// What an entry is held against, as it stood before it. What is not there was not known, and unknown never passes.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Stood {
    pub session: Option<Session>,
    /// The grant that the session claims.
    pub grant: Option<Grant>,
    pub instance: Option<Instance>,
}

/// What kind of exception an entry is, if it is one; never two kinds, so that none is counted twice. What somebody did
/// without a sign-in is one exception for each request, its last entry: a file of six thousand rows is one doing.
pub fn exception(what: Recorded<'_>, stood: &Stood) -> Option<TrailKind> {
    let borrowed = what.last && auth::is_borrowed(what.auth);
    by_itself(what, stood).or(borrowed.then_some(TrailKind::SignIn))
}

fn by_itself(what: Recorded<'_>, stood: &Stood) -> Option<TrailKind> {
    if let Some((_, kind)) = BY_NAME.iter().find(|(of, _)| *of == what.name) {
        return Some(*kind);
    }
    if let Event::Grant(GrantEvent::Opened(opened)) = what.event {
        return opened.emergency.is_some().then_some(TrailKind::Emergency);
    }
    if let Event::AccountList(AccountListEvent::Said(said)) = what.event {
        return (said.says == AccountSays::Accepted).then_some(TrailKind::Rights);
    }
    if let Event::Instance(InstanceEvent::Revised(now)) = what.event {
        let old = stood.instance.as_ref().map(|i| &i.facts);
        let same = |f: &&crate::event::expect::InstanceFacts| {
            (f.validated, f.gxp, &f.flags) == (now.validated, now.gxp, &now.flags)
        };
        return old.filter(same).is_none().then_some(TrailKind::Critical);
    }
    if let Event::Session(event) = what.event {
        return session(event, what.at, stood);
    }
    if let Event::Visit(event) = what.event {
        return visit(event, what.at);
    }
    None
}

/// Whether a session was entered late.
fn entered_late(seen: Seen, happened: Instant, recorded: Instant) -> bool {
    match seen {
        Seen::HandEntered => is_late(happened, recorded),
        Seen::Gateway | Seen::Imported | Seen::Detected => recorded.secs_since(happened) > LATE,
    }
}

/// A session is held against the grant it claims, as that stood then.
fn session(event: &SessionEvent, at: Instant, stood: &Stood) -> Option<TrailKind> {
    if let SessionEvent::Started(started) = event {
        let grant = stood.grant.as_ref().filter(|_| started.grant.is_some());
        return match Session::begun(started.clone()).covered_by(grant) {
            Cover::Unmatched => Some(TrailKind::Unmatched),
            Cover::OutOfScope | Cover::OutOfRole | Cover::Overrun => Some(TrailKind::Overrun),
            Cover::Covered => entered_late(started.seen, started.started, at).then_some(TrailKind::LateEntry),
        };
    }
    let SessionEvent::Ended(ended) = event else { return None };
    let Some(begun) = &stood.session else { return Some(TrailKind::Overrun) };
    let whole = Session { ended: Some((ended.at, ended.how)), ..begun.clone() };
    if begun.facts.grant.is_some() && whole.covered_by(stood.grant.as_ref()) == Cover::Overrun {
        return Some(TrailKind::Overrun);
    }
    // A line that was written down whole is late once, by its beginning.
    let at_once = at.secs_since(begun.recorded) < 1;
    (!at_once && entered_late(begun.facts.seen, ended.at, at)).then_some(TrailKind::LateEntry)
}

/// What happens around a visit says when it happened; the entry says when it was recorded. A device that was let onto a
/// system without a clean check is an override of that check.
fn visit(event: &VisitEvent, at: Instant) -> Option<TrailKind> {
    let happened = match event {
        VisitEvent::Arrived(moved) | VisitEvent::Left(moved) => moved.at,
        VisitEvent::Attended(beside) => beside.at,
        VisitEvent::DeviceConnected(device) if device.reason.is_some() => return Some(TrailKind::Override),
        VisitEvent::DeviceConnected(device) => device.at,
        VisitEvent::DeviceChecked(check) if check.result == CheckResult::NotChecked => {
            return Some(TrailKind::Override);
        }
        VisitEvent::DeviceChecked(check) => check.at,
        VisitEvent::StateNoted(noted) => noted.at,
        VisitEvent::Announced(_)
        | VisitEvent::VisitorNamed(_)
        | VisitEvent::SystemsNamed(_)
        | VisitEvent::DeviceBrought(_)
        | VisitEvent::AttendantNamed(_)
        | VisitEvent::Closed(_)
        | VisitEvent::CalledOff(_) => return None,
    };
    is_late(happened, at).then_some(TrailKind::LateEntry)
}

/// Everybody whose doing an entry was: who acted, and who proposed, agreed or vouched where two are needed. Where a
/// line of the logbook stands for another one, whoever wrote the old line too.
pub fn involved(by: Actor, event: &Event, stood: &Stood) -> Vec<PersonId> {
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
    if let Event::Session(SessionEvent::CodeReadOut(read)) = event {
        all.extend(read.person);
    }
    if let Event::Site(SiteEvent::CodesIssued(issued)) = event {
        all.extend(issued.emergencies.as_ref().map(|e| e.second));
    }
    if let Event::Engagement(EngagementEvent::TierOverridden(tier)) = event {
        all.push(tier.second);
    }
    if let Event::Item(ItemEvent::Quarantined(away)) = event {
        all.push(away.second);
    }
    if let Event::Grant(GrantEvent::Opened(opened)) = event {
        all.extend(opened.emergency.as_ref().and_then(|e| e.opened_by));
        let sheet = opened.emergency.as_ref().map(|e| [e.issued_by, e.agreed_by]);
        all.extend(sheet.into_iter().flatten().flatten());
        all.extend(opened.approvals.iter().map(|yes| yes.person));
    }
    if let Event::Grant(GrantEvent::Revoked(gone)) = event {
        all.push(gone.by);
    }
    if let Event::Grant(GrantEvent::Extended(longer)) = event {
        all.push(longer.approval.person);
    }
    if let Event::Task(TaskEvent::Dismissed(closed)) = event {
        all.extend(closed.by);
    }
    if let Event::Hold(HoldEvent::Lifted(lifted)) = event {
        all.push(lifted.by);
    }
    if let Event::Session(SessionEvent::Started(started)) = event {
        all.extend(started.confirmed_by);
    }
    if let Event::Session(SessionEvent::RecordingReleased(released)) = event {
        all.push(released.second);
    }
    if let Event::Site(SiteEvent::RecordingDaysSet(set)) = event {
        all.push(set.second);
    }
    if let Event::Session(SessionEvent::Corrected(_)) = event {
        all.extend(stood.session.iter().flat_map(|old| [old.entered_by, old.facts.confirmed_by]).flatten());
    }
    if let Event::Visit(event) = event {
        all.extend(at_the_visit(event));
    }
    all
}

fn at_the_visit(event: &VisitEvent) -> Option<PersonId> {
    match event {
        VisitEvent::DeviceChecked(check) => Some(check.by),
        VisitEvent::Attended(beside) => Some(beside.attendant),
        VisitEvent::Announced(_)
        | VisitEvent::VisitorNamed(_)
        | VisitEvent::SystemsNamed(_)
        | VisitEvent::DeviceBrought(_)
        | VisitEvent::DeviceConnected(_)
        | VisitEvent::AttendantNamed(_)
        | VisitEvent::Arrived(_)
        | VisitEvent::StateNoted(_)
        | VisitEvent::Left(_)
        | VisitEvent::Closed(_)
        | VisitEvent::CalledOff(_) => None,
    }
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

/// Who looks and who signs had signed in: whoever sits at the machine, or holds a link, may be anybody.
pub fn signed_in(auth: Option<&str>) -> Result<(), Refusal> {
    if auth::is_sign_in(auth) { Ok(()) } else { Err(Refusal::new("R-13", "refuse-trail-auth")) }
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

/// What is signed is what was shown, and that is what the record holds; entries that are not what was written
/// once are signed by nobody.
pub fn as_shown(shown: Signs<'_>, held: Signs<'_>, altered: &[u64]) -> Result<(), Refusal> {
    if let Some(entry) = altered.first() {
        let entry = Arg::Int(i64::try_from(*entry).unwrap_or(i64::MAX));
        return Err(Refusal { rule: "R-38", say: Say::plain("refuse-trail-altered").with("entry", entry) });
    }
    if shown.root != held.root {
        return Err(Refusal::new("R-38", "refuse-trail-root"));
    }
    if shown.list != held.list {
        return Err(Refusal::new("R-38", "refuse-trail-list"));
    }
    Ok(())
}
