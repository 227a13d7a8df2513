//! Ending access, as wide as somebody asked: the acts that a person would do one by one, in one order, each judged in
//! its own turn. One that is refused keeps none of the others from being done.

use plantgate_domain::{
    base::{GrantId, SiteId, Why},
    event::{qualify::OwnerRole, witness::Ending as Ended},
    permit::grant::Grant,
    qualify::person::Person,
    rules::Rules,
    witness::session::Session,
};
use plantgate_store::Stop;
use uuid::Uuid;

use super::{
    session::{ConfirmSafeEnd, CutSession, EndSession},
    what_ends::{Ending, Scope, WhatEnds},
};
use crate::{
    act::{App, Caller},
    permit::grant::{Disconnect, RevokeGrant, UNSEEN},
    power::{self, Power},
};

/// How somebody wants it ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct How {
    pub scope: Scope,
    /// Cut what runs, instead of letting it come to its safe end.
    pub hard: bool,
    /// Cut also where nobody here can tell what runs.
    pub blindly: bool,
    /// References of the sessions that were shown before. What was not shown is not cut.
    pub shown: Vec<String>,
    pub reason: Option<String>,
}

/// One act of an end.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Step {
    /// Takes a grant away and cuts what runs under it.
    Disconnect(String, SiteId),
    /// Takes a grant away; what runs goes to its safe end.
    Revoke(String, SiteId),
    /// The same in place of a disconnect that would have cut what nobody was shown.
    Spare(String, SiteId),
    /// Cuts one session; and its grant with it, if that still stands.
    Cut(String, SiteId, Option<GrantId>),
    /// The area says that the end of this session is safe.
    Confirm(String),
    /// Enters the end of a session that was typed in.
    End(String),
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Index of the last entry that was made.
    pub entry: u64,
    /// Acts that were done.
    pub done: usize,
    /// Sessions that go on until the area says that their end is safe.
    pub asked: usize,
    /// Sessions and grants that should have been ended and were not: they were not shown, or nobody can tell what runs.
    pub spared: usize,
    /// What was refused, by its reference.
    pub refused: Vec<(String, Stop)>,
}

impl Outcome {
    fn did(&mut self, entry: u64) {
        self.done += 1;
        self.entry = self.entry.max(entry);
    }
}

/// The acts in their order with what they leave: what lets somebody in goes first.
#[derive(Default)]
struct Plan {
    first: Vec<(Uuid, Step)>,
    then: Vec<(Uuid, Step)>,
    asked: usize,
    spared: usize,
}

impl App {
    /// Ends what `all` says for somebody who asked for it in this way.
    ///
    /// # Errors
    /// When a reason is missing that one of the acts needs; nothing was done then.
    pub async fn end_access(
        &self,
        (caller, person, rules): (&Caller, &Person, &Rules),
        request: Uuid,
        all: &WhatEnds,
        how: &How,
    ) -> Result<Outcome, Stop> {
        let plan = plan(all, how, |s| self.runs(s.id).is_some());
        let steps: Vec<(Uuid, Step)> = plan.first.into_iter().chain(plan.then).collect();
        if how.reason.is_none() && steps.iter().any(|(_, step)| step.wants_reason()) {
            return Err(Stop::field("reason", Why::of("invalid-end-reason")));
        }
        let mut outcome = Outcome { asked: plan.asked, spared: plan.spared, ..Outcome::default() };
        let mut standing = Vec::new();
        for (on, step) in steps {
            if step.would_cut_under(&standing) {
                outcome.spared += 1;
                continue;
            }
            let (name, revokes) = (step.name().to_owned(), matches!(step, Step::Revoke(..)));
            let id = Uuid::new_v5(&request, on.as_bytes());
            match self.step(caller, (person, rules), id, step, how).await {
                Ok(entry) => outcome.did(entry),
                // Somebody came in since the page was read: nobody else does, and what runs is read again first.
                Err(stop) if cuts_unseen(&stop) => {
                    outcome.spared += 1;
                    let Some(spare) = spare(all, on) else { continue };
                    let id = Uuid::new_v5(&request, format!("spare {on}").as_bytes());
                    match self.step(caller, (person, rules), id, spare, how).await {
                        Ok(entry) => outcome.did(entry),
                        Err(stop) => outcome.refused.push((name, stop)),
                    }
                }
                Err(stop) => {
                    standing.extend(revokes.then_some(GrantId(on)));
                    outcome.refused.push((name, stop));
                }
            }
        }
        Ok(outcome)
    }

    async fn step(
        &self,
        caller: &Caller,
        (person, rules): (&Person, &Rules),
        id: Uuid,
        step: Step,
        how: &How,
    ) -> Result<u64, Stop> {
        let reason = how.reason.clone();
        let said = || how.reason.clone().unwrap_or_default();
        let role = |key, site| function(person, key, site, rules);
        let only = Some(how.shown.clone());
        Ok(match step {
            Step::Disconnect(grant, site) => {
                let role = role(power::Disconnect::KEY, site);
                self.act(caller, id, Disconnect { grant, role, reason, only, safely: false }).await?.entry
            }
            Step::Revoke(grant, site) => {
                let role = role(power::Revoke::KEY, site);
                self.act(caller, id, RevokeGrant { grant, role, reason: said() }).await?.entry
            }
            Step::Spare(grant, site) => {
                let role = role(power::Disconnect::KEY, site);
                self.act(caller, id, Disconnect { grant, role, reason, only: None, safely: true }).await?.entry
            }
            Step::Cut(session, site, _) => {
                let role = role(power::Disconnect::KEY, site);
                self.act(caller, id, CutSession { session, role, reason: said(), only }).await?.entry
            }
            Step::Confirm(session) => self.act(caller, id, ConfirmSafeEnd { session, note: reason }).await?.entry,
            Step::End(session) => {
                let how = if how.hard { Ended::Disconnect } else { Ended::SafeEnd };
                self.act(caller, id, EndSession { session, how, at: None }).await?.entry
            }
        })
    }
}

impl Step {
    fn name(&self) -> &str {
        match self {
            Step::Disconnect(name, _) | Step::Revoke(name, _) | Step::Spare(name, _) | Step::Cut(name, ..) => name,
            Step::Confirm(name) | Step::End(name) => name,
        }
    }
    /// Whether it cuts a session under one of these grants, which should have been taken away softly and still stand: a
    /// cut would disconnect the grant, and so the sessions beside it that nobody was shown.
    fn would_cut_under(&self, standing: &[GrantId]) -> bool {
        matches!(self, Step::Cut(_, _, Some(grant)) if standing.contains(grant))
    }
    /// In a hurry nobody has to write for a disconnect; the other acts want a reason.
    fn wants_reason(&self) -> bool {
        matches!(self, Step::Revoke(..) | Step::Cut(..) | Step::Confirm(_))
    }
}

/// The grant of this id goes and nothing is cut; one that is over goes no further.
fn spare(all: &WhatEnds, on: Uuid) -> Option<Step> {
    let under = all.sessions.iter().filter_map(|e| e.grant.as_ref());
    let grant = all.grants.iter().chain(under).find(|g| g.id.0 == on)?;
    Some(Step::Spare(grant.facts.reference.clone(), grant.facts.site))
}

/// Whether it is refused because it would cut what nobody was shown.
fn cuts_unseen(stop: &Stop) -> bool {
    matches!(stop, Stop::Refused(no) if no.say.id == UNSEEN)
}

/// The function to act in, where somebody has several.
fn function(person: &Person, key: &str, site: SiteId, rules: &Rules) -> Option<OwnerRole> {
    let roles = power::functions(person, key, &[site], rules);
    if roles.len() > 1 { roles.first().copied() } else { None }
}

fn plan(all: &WhatEnds, how: &How, told: impl Fn(&Session) -> bool) -> Plan {
    let mut plan = Plan::default();
    // A cut needs that somebody read what it breaks, or said that they cut without knowing.
    let may_cut = |s: &Session| seen(s, how) && (how.blindly || told(s));
    // What runs by certificates at a system of its own nobody here can tell; each session of a gateway is asked for.
    let cuts = |g: &Grant| {
        let mut under = all.sessions.iter().map(|e| &e.session).filter(|s| s.facts.grant == Some(g.id) && s.gated());
        how.hard && (how.blindly || !g.certified()) && under.all(&may_cut)
    };
    for grant in all.grants.iter().chain(all.sessions.iter().filter_map(|e| e.grant.as_ref())) {
        if plan.first.iter().all(|(id, _)| *id != grant.id.0) {
            plan.first.push((grant.id.0, grant_goes(cuts(grant), grant)));
            plan.spared += usize::from(how.hard && grant.certified() && !cuts(grant));
        }
    }
    for grant in all.lingering.iter().filter(|_| how.hard) {
        if cuts(grant) {
            plan.first.push((grant.id.0, grant_goes(true, grant)));
        } else {
            plan.spared += 1;
        }
    }
    for e in &all.sessions {
        ends(&mut plan, e, how, may_cut(&e.session));
    }
    plan
}

/// Whether a session was on the page that somebody read before.
fn seen(s: &Session, how: &How) -> bool {
    how.shown.contains(&s.facts.reference)
}

fn grant_goes(cuts: bool, grant: &Grant) -> Step {
    let (name, site) = (grant.facts.reference.clone(), grant.facts.site);
    if cuts { Step::Disconnect(name, site) } else { Step::Revoke(name, site) }
}

/// What a session needs besides that its grant goes.
fn ends(plan: &mut Plan, e: &Ending, how: &How, may_cut: bool) {
    let s = &e.session;
    let (name, site) = (s.facts.reference.clone(), s.facts.site);
    if !s.gated() {
        match () {
            () if e.along => {}
            () if seen(s, how) => plan.then.push((s.id.0, Step::End(name))),
            () => plan.spared += 1,
        }
        return;
    }
    // Cut by its grant, if that is disconnected; otherwise by an act of its own.
    let disconnects = |g: GrantId| plan.first.iter().any(|(id, s)| *id == g.0 && matches!(s, Step::Disconnect(..)));
    let by_grant = s.facts.grant.is_some_and(disconnects);
    match (how.hard, e.along) {
        (true, _) if by_grant => {}
        (true, false) if may_cut => plan.then.push((s.id.0, Step::Cut(name, site, s.facts.grant))),
        (true, false) => plan.spared += 1,
        // Only for one session at a time somebody says that its end is safe, and only where nothing new begins in it.
        (false, false) if how.scope == Scope::Session && e.grant.is_none() && s.closing.is_some() => {
            plan.then.push((s.id.0, Step::Confirm(name)));
        }
        (_, true) | (false, false) => plan.asked += 1,
    }
}

#[cfg(test)]
mod tests {
    use plantgate_domain::{
        base::{
            Actor, At, Commit, EndMode, EngagementId, Environment, InstanceId, Instant, Pattern, Private, ProviderId,
            Purpose, Role, SessionId, Slot, Window,
        },
        event::{
            permit::{GrantCertified, GrantEvent, GrantOpened},
            witness::{Closing, Seen, SessionClosing, SessionNoticed, SessionStarted},
        },
        permit::grant::Grant,
        thing::Thing,
    };

    use super::*;

    const SITE: SiteId = SiteId(Uuid::from_u128(1));

    fn at(secs: i64) -> Instant {
        Instant::from_micros(0).plus_secs(secs)
    }

    fn grant(n: u128) -> Grant {
        let person = plantgate_domain::base::PersonId(Uuid::from_u128(901));
        let facts = GrantOpened {
            reference: format!("GRA-{n}"),
            request: None,
            engagement: EngagementId(Uuid::from_u128(25)),
            provider: ProviderId(Uuid::from_u128(9)),
            person,
            requested_by: person,
            instance: InstanceId(Uuid::from_u128(61)),
            site: SITE,
            environment: Environment::Prod,
            roles: vec![Role::View],
            purpose: Purpose::Maintain,
            pattern: Pattern::GatewayUnattended,
            window: Window { from: at(100), until: at(200) },
            end_mode: EndMode::SafeEnd,
            attended: false,
            attendant: None,
            change: None,
            ticket: false,
            approvals: vec![],
            beforehand: None,
            emergency: None,
            rules_version: 1,
        };
        let opened = GrantEvent::Opened(Box::new(facts));
        Grant::born(Uuid::from_u128(500 + n), &opened, At { at: at(50), by: Actor::Genesis, seq: 1 }).unwrap()
    }

    /// A session under a grant, held by a gateway or typed in.
    fn ending(n: u128, grant: Option<Grant>, gated: bool) -> Ending {
        let facts = SessionStarted {
            reference: format!("SES-{n}"),
            person: None,
            instance: InstanceId(Uuid::from_u128(61)),
            site: SITE,
            provider: None,
            engagement: None,
            grant: grant.as_ref().map(|g| g.id),
            account: None,
            role: None,
            attendant: None,
            seen: Seen::Gateway,
            confirmed_by: None,
            started: at(120),
        };
        let private = || Private::sealed(Commit(String::new()), Slot(Uuid::from_u128(1)));
        let noticed = SessionNoticed {
            notice: 1,
            language: "en".into(),
            key: String::new(),
            from: private(),
            gateway: "gate".into(),
            seal: private(),
            days: None,
        };
        let noticed = gated.then_some(Box::new(noticed));
        let session = Session { id: SessionId(Uuid::from_u128(n)), noticed, ..Session::begun(facts) };
        Ending { session, grant, along: false }
    }

    fn how(hard: bool, shown: &[&str]) -> How {
        let shown = shown.iter().map(|s| (*s).to_owned()).collect();
        How { scope: Scope::Provider, hard, blindly: false, shown, reason: None }
    }

    /// The same grant with a certificate: people may be inside by it at a system of its own.
    fn certified(n: u128) -> Grant {
        let mut grant = grant(n);
        let of = GrantCertified {
            person: grant.facts.person,
            fingerprint: "SHA256:x".into(),
            serial: 7,
            login: "u".into(),
            until: at(130),
            source: Private::sealed(Commit(String::new()), Slot(Uuid::from_u128(1))),
        };
        grant.apply(&GrantEvent::Certified(of), At { at: at(120), by: Actor::Genesis, seq: 2 });
        grant
    }

    fn steps(sessions: Vec<Ending>, how: &How, told: &[&str]) -> (Vec<String>, usize, usize) {
        let all = WhatEnds { sessions, grants: vec![grant(9)], ..WhatEnds::default() };
        planned(&all, how, told)
    }

    fn planned(all: &WhatEnds, how: &How, told: &[&str]) -> (Vec<String>, usize, usize) {
        let Plan { first, then, asked, spared } = plan(all, how, |s| told.contains(&s.facts.reference.as_str()));
        let word = |step: Step| match step {
            Step::Disconnect(name, _) => format!("disconnect {name}"),
            Step::Revoke(name, _) => format!("revoke {name}"),
            Step::Spare(name, _) => format!("spare {name}"),
            Step::Cut(name, ..) => format!("cut {name}"),
            Step::Confirm(name) => format!("confirm {name}"),
            Step::End(name) => format!("end {name}"),
        };
        (first.into_iter().chain(then).map(|(_, step)| word(step)).collect(), asked, spared)
    }

    #[test]
    fn a_safe_end_takes_every_grant_once_and_cuts_nothing() {
        let all = || vec![ending(1, Some(grant(1)), true), ending(2, Some(grant(1)), true), ending(3, None, false)];
        let seen = ["SES-1", "SES-2", "SES-3"];
        let found = steps(all(), &how(false, &seen), &seen);
        assert_eq!(found, (vec!["revoke GRA-9".into(), "revoke GRA-1".into(), "end SES-3".into()], 2, 0));
    }

    #[test]
    fn a_cut_reaches_what_was_shown_and_told_and_nothing_else() {
        let all = || vec![ending(1, Some(grant(1)), true), ending(2, Some(grant(1)), true)];
        let both = ["SES-1", "SES-2"];
        let disconnects = vec!["disconnect GRA-9".to_owned(), "disconnect GRA-1".to_owned()];
        assert_eq!(steps(all(), &how(true, &both), &both), (disconnects.clone(), 0, 0));
        // one came after the page was shown, or nobody can tell what runs in it: its neighbour alone is cut
        let one = vec!["disconnect GRA-9".to_owned(), "revoke GRA-1".to_owned(), "cut SES-1".to_owned()];
        assert_eq!(steps(all(), &how(true, &["SES-1"]), &both), (one.clone(), 0, 1));
        assert_eq!(steps(all(), &how(true, &both), &["SES-1"]), (one, 0, 1));
        // unless somebody says that they cut without knowing
        let blindly = How { blindly: true, ..how(true, &both) };
        assert_eq!(steps(all(), &blindly, &["SES-1"]), (disconnects, 0, 0));
        let unseen = How { blindly: true, ..how(true, &[]) };
        assert_eq!(steps(all(), &unseen, &both).2, 2);
    }

    #[test]
    fn what_certificates_let_in_is_disconnected_only_by_who_says_that_they_cut_without_knowing() {
        // given a grant of certificates without a session, and one under which a gateway holds a session that is told
        let all = WhatEnds {
            sessions: vec![ending(1, Some(certified(1)), true)],
            grants: vec![certified(2), grant(9)],
            ..WhatEnds::default()
        };
        let (hard, seen) = (how(true, &["SES-1"]), ["SES-1"]);
        let softly = ["revoke GRA-2", "disconnect GRA-9", "revoke GRA-1", "cut SES-1"].map(str::to_owned);
        assert_eq!(planned(&all, &hard, &seen), (softly.into(), 0, 2));
        let blindly = How { blindly: true, ..hard };
        let cut = ["disconnect GRA-2", "disconnect GRA-9", "disconnect GRA-1"].map(str::to_owned);
        assert_eq!(planned(&all, &blindly, &seen), (cut.into(), 0, 0));
        // a session that was typed in says nothing of what runs by certificates beside it
        let typed = || vec![ending(1, Some(certified(1)), false)];
        let softly = ["disconnect GRA-9", "revoke GRA-1", "end SES-1"].map(str::to_owned);
        assert_eq!(steps(typed(), &how(true, &["SES-1"]), &[]), (softly.into(), 0, 1));
        assert_eq!(steps(typed(), &blindly, &[]).0[1], "disconnect GRA-1");
        // ticked or not, a safe end cuts nothing
        let safely = How { hard: false, ..blindly };
        assert!(planned(&all, &safely, &seen).0.iter().all(|step| step.starts_with("revoke ")));
    }

    #[test]
    fn a_grant_that_is_over_is_only_disconnected_and_only_with_what_was_shown() {
        let mut under = ending(1, Some(certified(1)), true);
        under.grant = None;
        let lingering = vec![certified(1)];
        let all = WhatEnds { sessions: vec![under], lingering, ..WhatEnds::default() };
        let blindly = How { blindly: true, ..how(true, &["SES-1"]) };
        // its session goes by it, and needs no act of its own
        assert_eq!(planned(&all, &blindly, &[]), (vec!["disconnect GRA-1".into()], 0, 0));
        assert_eq!(planned(&all, &how(true, &["SES-1"]), &["SES-1"]), (vec!["cut SES-1".into()], 0, 1));
        let unseen = How { blindly: true, ..how(true, &[]) };
        assert_eq!(planned(&all, &unseen, &[]), (vec![], 0, 2));
        assert_eq!(planned(&all, &how(false, &["SES-1"]), &[]), (vec![], 1, 0));
    }

    #[test]
    fn the_end_of_what_was_typed_in_is_entered_only_where_it_was_shown() {
        let all = || vec![ending(1, None, false), ending(2, None, false)];
        for hard in [false, true] {
            let (found, _, spared) = steps(all(), &how(hard, &["SES-2"]), &[]);
            assert_eq!((&found[1..], spared), (&["end SES-2".to_owned()][..], 1), "{hard}");
        }
    }

    #[test]
    fn where_a_grant_could_not_be_taken_away_softly_nothing_is_cut_under_it() {
        // given two sessions under a grant of which one was shown: the grant goes softly, and the one is cut
        let all = WhatEnds {
            sessions: vec![ending(1, Some(grant(1)), true), ending(2, Some(grant(1)), true)],
            ..WhatEnds::default()
        };
        let plan = plan(&all, &how(true, &["SES-1"]), |_| true);
        assert_eq!(plan.then.len(), 1, "{:?}", plan.then);
        let cut = &plan.then[0].1;
        // when the grant still stands, then the cut would disconnect it, and so the other session
        assert!(cut.would_cut_under(&[grant(1).id]));
        assert!(!cut.would_cut_under(&[]) && !cut.would_cut_under(&[grant(9).id]));
        assert!(!Step::Cut("SES-3".into(), SITE, None).would_cut_under(&[grant(1).id]));
    }

    #[test]
    fn only_for_one_session_whose_end_was_asked_somebody_says_that_it_is_safe() {
        let closing = |closes: bool| {
            let mut e = ending(1, None, true);
            e.session.closing = closes.then_some(SessionClosing { at: at(150), cause: Closing::Window });
            vec![e]
        };
        let one = How { scope: Scope::Session, ..how(false, &["SES-1"]) };
        assert_eq!(steps(closing(true), &one, &[]).0[1..], ["confirm SES-1"]);
        assert_eq!(steps(closing(false), &one, &[]), (vec!["revoke GRA-9".into()], 1, 0));
        assert_eq!(steps(closing(true), &how(false, &["SES-1"]), &[]), (vec!["revoke GRA-9".into()], 1, 0));
        // cut without its grant it needs an act of its own, and that a reason
        assert_eq!(steps(closing(true), &how(true, &["SES-1"]), &["SES-1"]).0[1..], ["cut SES-1"]);
        assert!(Step::Cut(String::new(), SITE, None).wants_reason());
        assert!(!Step::Disconnect(String::new(), SITE).wants_reason());
    }
}
