//! What may be said of a session or an account, and who says it. What was seen is a fact and never refused; what is
//! said about it afterwards is.

use super::{account::Account, session::Session};
use crate::{
    base::{Instant, Now, Party, Pattern, PersonId, ProviderId, Refusal, SiteId},
    event::witness::AccountKind,
    expect::{engagement::Engagement, instance::Compensated},
    permit::grant::Grant,
    qualify::person::Person,
};

/// A session ends once, after it began and not in the future.
pub fn may_end(s: &Session, at: Instant, now: Now) -> Result<(), Refusal> {
    match () {
        () if s.corrected_by.is_some() => Err(Refusal::new("R-49", "refuse-session-corrected")),
        () if s.ended.is_some() => Err(Refusal::new("R-44", "refuse-session-ended")),
        // Whoever typed that it ended while somebody is inside would make the record say what is not.
        () if s.gated() => Err(Refusal::new("R-44", "refuse-session-gated")),
        () if at < s.facts.started || at > now.0 => Err(Refusal::new("R-44", "refuse-session-end-time")),
        () => Ok(()),
    }
}

/// The area says that a session can end, while it runs and once nothing new begins in it: because its grant lets
/// nobody begin any more (`open` says whether it does), or because a gateway said so for a reason of its own.
pub fn may_confirm_safe(s: &Session, open: bool, by: PersonId) -> Result<(), Refusal> {
    let own = s.closing.as_ref().is_some_and(|c| !c.cause.may_cut());
    match () {
        () if s.facts.person == Some(by) => Err(Refusal::new("R-44", "refuse-session-safe-oneself")),
        () if s.ended.is_some() => Err(Refusal::new("R-44", "refuse-session-ended")),
        () if !s.gated() || open && !own => Err(Refusal::new("R-44", "refuse-session-not-closing")),
        () => Ok(()),
    }
}

/// A person of ours ends a session of a gateway at once, whatever runs in it.
pub fn may_cut(s: &Session) -> Result<(), Refusal> {
    match () {
        () if s.ended.is_some() => Err(Refusal::new("R-44", "refuse-session-ended")),
        () if !s.gated() => Err(Refusal::new("R-44", "refuse-session-not-gated")),
        () => Ok(()),
    }
}

/// Somebody opens a part of a recording, or watches what runs. Nobody reads their own session as its reviewer would.
pub fn may_view(s: &Session, part: Option<u32>, by: PersonId) -> Result<(), Refusal> {
    match part {
        _ if s.facts.person == Some(by) => Err(Refusal::new("R-47", "refuse-view-oneself")),
        None if !s.gated() => Err(Refusal::new("R-47", "refuse-view-none")),
        None if s.ended.is_some() => Err(Refusal::new("R-47", "refuse-view-ended")),
        Some(number) if s.part(number).is_none() => Err(Refusal::new("R-47", "refuse-view-none")),
        Some(_) if s.deleted.is_some() => Err(Refusal::new("R-37", "refuse-view-deleted")),
        None | Some(_) => Ok(()),
    }
}

/// Somebody says what a source beside the system has of a session, once it is over: the measures name the source.
pub fn may_note_adjacent(
    s: &Session,
    measures: Option<&Compensated>,
    source: &str,
    by: Option<PersonId>,
) -> Result<(), Refusal> {
    let named = measures.is_some_and(|c| c.set.sources.iter().any(|name| name == source));
    match () {
        () if s.facts.person.is_some() && s.facts.person == by => Err(Refusal::new("R-13", "refuse-adjacent-oneself")),
        () if s.corrected_by.is_some() => Err(Refusal::new("R-49", "refuse-session-corrected")),
        () if s.ended.is_none() => Err(Refusal::new("R-19", "refuse-adjacent-running")),
        () if !named => Err(Refusal::new("R-21", "refuse-adjacent-source")),
        () => Ok(()),
    }
}

/// Whether a source that has nothing of a session breaks the measure that rests on it: only where the session began
/// under the set that holds, so that nobody breaks today's by yesterday's session.
pub fn breaks(s: &Session, measures: Option<&Compensated>, lines: u64) -> bool {
    lines == 0 && measures.is_some_and(|c| c.broken.is_none() && c.agreed <= s.facts.started)
}

/// A record of which a source beside the system has nothing is not complete.
pub fn may_review(s: &Session, complete: bool) -> Result<(), Refusal> {
    if complete && s.missed() { Err(Refusal::new("R-19", "refuse-review-adjacent")) } else { Ok(()) }
}

/// A line that a person told is corrected once, by a new one; what a source recorded never is.
pub fn may_correct(s: &Session) -> Result<(), Refusal> {
    match () {
        () if s.told.is_none() => Err(Refusal::new("R-49", "refuse-session-not-told")),
        () if s.corrected_by.is_some() => Err(Refusal::new("R-49", "refuse-session-corrected")),
        () => Ok(()),
    }
}

/// Somebody of ours, not the person inside, is beside a session that runs.
pub fn may_attend(s: &Session, by: PersonId, at: Instant) -> Result<(), Refusal> {
    match () {
        () if s.facts.person == Some(by) => Err(Refusal::new("R-20", "refuse-attendant-oneself")),
        () if !s.inside(at) => Err(Refusal::new("R-20", "refuse-session-not-running")),
        () => Ok(()),
    }
}

/// Whose doing a session was. Nobody judges their own; a provider's doing has a provider.
pub fn may_attribute(s: &Session, party: Party, provider: Option<ProviderId>, by: PersonId) -> Result<(), Refusal> {
    let read_out = s.cut_off.as_ref().is_some_and(|code| code.involved().any(|person| person == by));
    let own = read_out || [s.facts.person, s.facts.attendant, s.facts.confirmed_by].contains(&Some(by));
    let needs = matches!(party, Party::Provider | Party::Both) && provider.or(s.facts.provider).is_none();
    match () {
        () if s.corrected_by.is_some() => Err(Refusal::new("R-49", "refuse-session-corrected")),
        () if own => Err(Refusal::new("R-34", "refuse-session-own")),
        () if needs => Err(Refusal::new("R-18", "refuse-session-provider-missing")),
        () => Ok(()),
    }
}

/// The longest time for which a shared account is handed out, in seconds: a long shift.
pub const CHECK_OUT: i64 = 12 * 60 * 60;

/// A shared account is handed to one person, for a time that ends (R-17, S5.4c): a provider's under a grant of theirs
/// for this system, and no longer than its window.
pub fn may_check_out(
    a: &Account,
    to: &Person,
    grant: Option<&Grant>,
    (until, now): (Instant, Now),
) -> Result<(), Refusal> {
    let of = |g: &Grant| g.facts.person == to.id && g.facts.instance == a.facts.instance;
    let gone = matches!(to.word(now.0), "left" | "suspended");
    match () {
        () if a.facts.kind != AccountKind::Shared => Err(Refusal::new("R-17", "refuse-checkout-not-shared")),
        () if a.removed.is_some() && !a.resurrected() => Err(Refusal::new("R-28", "refuse-account-removed")),
        () if a.out().is_some() => Err(Refusal::new("R-17", "refuse-checkout-out")),
        () if until <= now.0 || now.0.plus_secs(CHECK_OUT) < until => Err(Refusal::new("R-17", "refuse-checkout-time")),
        () if gone => Err(Refusal::new("R-27", "refuse-checkout-gone")),
        () if grant.is_none() && to.provider().is_some() => Err(Refusal::new("R-15", "refuse-checkout-needs-grant")),
        () if grant.is_some_and(|g| !of(g)) => Err(Refusal::new("R-17", "refuse-checkout-grant")),
        () if grant.is_some_and(|g| !g.usable(now.0) || g.window_at(now.0).until < until) => {
            Err(Refusal::new("R-16", "refuse-checkout-window"))
        }
        () => Ok(()),
    }
}

/// It comes back once.
pub fn may_check_in(a: &Account) -> Result<(), Refusal> {
    if a.out().is_none() { Err(Refusal::new("R-17", "refuse-checkin-not-out")) } else { Ok(()) }
}

/// Whether a session that began then with this account lacks its check-out: the account is shared, and it was
/// not this person's at that time, or the grant under which it was handed out let nobody work any more.
pub fn unchecked(a: &Account, grant: Option<&Grant>, person: Option<PersonId>, at: Instant) -> bool {
    let lasts = grant.is_none_or(|g| g.usable(at));
    let theirs = a.held(person, at).is_some() && lasts;
    a.facts.kind == AccountKind::Shared && !theirs && !a.forgot(at)
}

/// An account is removed once, not in the future.
pub fn may_remove(a: &Account, at: Instant, now: Now) -> Result<(), Refusal> {
    match () {
        () if a.removed.is_some() && !a.resurrected() => Err(Refusal::new("R-28", "refuse-account-removed")),
        () if at > now.0 => Err(Refusal::new("R-28", "refuse-account-time")),
        () => Ok(()),
    }
}

/// Whether an account of a provider at a site contradicts an engagement in which it said that it needs no access
/// there (R-02, story A-09).
pub fn contradicts(e: &Engagement, provider: ProviderId, site: SiteId) -> bool {
    let none = |ways: &Vec<Pattern>| !ways.is_empty() && ways.iter().all(|w| *w == Pattern::None);
    e.facts.provider == provider && e.sites().contains(&site) && e.facts.patterns.as_ref().is_some_and(none)
}
