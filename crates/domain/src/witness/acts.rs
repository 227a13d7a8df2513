//! What may be said of a session or an account, and who says it. What was seen is a fact and never refused; what is
//! said about it afterwards is.

use super::{account::Account, session::Session};
use crate::{
    base::{InstanceId, Instant, Invalid, Now, Party, Pattern, PersonId, ProviderId, Refusal, SiteId, Why},
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

/// What a gateway does about a shared account that it goes on as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Taking {
    /// Nothing: it is no shared account, or this person's already.
    Nothing,
    /// It is handed to the person until then.
    Until(Instant),
    /// Somebody else has it, and an emergency waits for nobody. Whose each session is, the gateway knows.
    Beside,
}

/// Whether a gateway may go on as an account for the person of a grant, who may begin to work now; `running` are
/// sessions with it. An account has one person at a time, as long as their sessions run; one that is to be back and is
/// not waits for somebody's word, because whoever had it by hand knows the way in.
pub fn may_go_as(a: &Account, grant: &Grant, running: &[Session], now: Now) -> Result<Taking, Refusal> {
    let person = grant.facts.person;
    let inside = |s: &&Session| s.ended.is_none() && s.gated() && s.facts.account == Some(a.id);
    let others = running.iter().filter(inside).any(|s| s.facts.person != Some(person));
    let no = |rule, id| match grant.facts.emergency {
        Some(_) => Ok(Taking::Beside),
        None => Err(Refusal::new(rule, id)),
    };
    match a.out() {
        _ if a.facts.kind != AccountKind::Shared => Ok(Taking::Nothing),
        _ if a.removed.is_some() && !a.resurrected() => no("R-28", "refuse-go-as-removed"),
        _ if others => no("R-17", "refuse-go-as-inside"),
        // What the gateway has for them is theirs, whatever time they have by now: their sessions run with it.
        Some(out) if out.person == person && (out.gateway || out.covers(now.0)) => Ok(Taking::Nothing),
        Some(out) if out.covers(now.0) => no("R-17", "refuse-go-as-out"),
        Some(_) => no("R-17", "refuse-go-as-not-back"),
        None => Ok(Taking::Until(grant.window_at(now.0).until.min(now.0.plus_secs(CHECK_OUT)))),
    }
}

/// Whether a pinned login is a shared account: one of that system, recorded as shared, with that name.
pub fn may_be_login(a: &Account, on: InstanceId, name: Option<&str>, login: &str) -> Result<(), Invalid> {
    let why = match () {
        () if a.facts.instance != on => Why::of("invalid-endpoint-account-elsewhere"),
        () if a.facts.kind != AccountKind::Shared => Why::of("invalid-endpoint-account-shared"),
        () if a.removed.is_some() && !a.resurrected() => Why::of("invalid-endpoint-account-removed"),
        () if name != Some(login) => Why::of("invalid-endpoint-account-login"),
        () => return Ok(()),
    };
    Err(Invalid::field("shared_account", why))
}

/// Whether a gateway gives a shared account back, now that a session ended: it took it for this person, and no other
/// session of theirs runs with it, under whatever grant.
pub fn gives_back(a: &Account, ended: &Session, others: &[Session]) -> bool {
    let person = ended.facts.person;
    let theirs = |s: &Session| s.facts.person == person && s.facts.account == Some(a.id);
    let runs = others.iter().any(|s| s.id != ended.id && s.ended.is_none() && theirs(s));
    theirs(ended) && a.out().is_some_and(|out| out.gateway && Some(out.person) == person) && !runs
}

/// Whether somebody may have a certificate for a login that is this account, or pass with one: where it is shared, only
/// while it is in their hands, because no gateway hands it out there.
pub fn may_log_in_as(a: &Account, person: PersonId, now: Now) -> Result<(), Refusal> {
    let shared = a.facts.kind == AccountKind::Shared;
    if shared && a.held(Some(person), now.0).is_none() {
        return Err(Refusal::new("R-17", "refuse-certificate-account"));
    }
    Ok(())
}

/// It comes back once.
pub fn may_check_in(a: &Account, sessions: &[Session]) -> Result<(), Refusal> {
    let inside = |s: &Session| s.ended.is_none() && s.gated() && s.facts.account == Some(a.id);
    match a.out() {
        None => Err(Refusal::new("R-17", "refuse-checkin-not-out")),
        // Nobody says that it is back while the gateway sees that it is not.
        Some(out) if sessions.iter().any(|s| inside(s) && s.facts.person == Some(out.person)) => {
            Err(Refusal::new("R-17", "refuse-checkin-inside"))
        }
        Some(_) => Ok(()),
    }
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
