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
    disconnect::Disconnect,
    session::{ConfirmSafeEnd, CutSession, EndSession},
    what_ends::{Ending, Scope, WhatEnds},
};
use crate::{
    act::{App, Caller},
    permit::grant::RevokeGrant,
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
                Ok((entry, spares)) => {
                    outcome.done += 1;
                    outcome.entry = outcome.entry.max(entry);
                    outcome.spared += usize::from(spares);
                }
                Err(stop) => {
                    standing.extend(revokes.then_some(GrantId(on)));
                    outcome.refused.push((name, stop));
                }
            }
        }
        Ok(outcome)
    }

    /// Does one; the entry, and whether it spared what nobody was shown.
    async fn step(
        &self,
        caller: &Caller,
        (person, rules): (&Person, &Rules),
        id: Uuid,
        step: Step,
        how: &How,
    ) -> Result<(u64, bool), Stop> {
        let reason = how.reason.clone();
        let said = || how.reason.clone().unwrap_or_default();
        let role = |key, site| function(person, key, site, rules);
        let only = Some(how.shown.clone());
        let entry = match step {
            Step::Disconnect(grant, site) => {
                let role = role(power::Disconnect::KEY, site);
                let answer = self.act(caller, id, Disconnect { grant, role, reason, only }).await?;
                return Ok((answer.entry, !answer.done.cut));
            }
            Step::Revoke(grant, site) => {
                let role = role(power::Revoke::KEY, site);
                self.act(caller, id, RevokeGrant { grant, role, reason: said() }).await?.entry
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
        };
        Ok((entry, false))
    }
}

impl Step {
    fn name(&self) -> &str {
        match self {
            Step::Disconnect(name, _) | Step::Revoke(name, _) | Step::Cut(name, ..) => name,
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
#[path = "end_access_tests.rs"]
mod tests;
