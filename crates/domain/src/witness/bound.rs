//! An account of a VPN or a directory that is on only while its person may work: VPN accounts that never die are how
//! outside firms stay inside. What it should be follows from grants at that moment and is stored nowhere; only what the
//! program that turns it says it did is. It is turned off for whoever comes next: as long as work of theirs runs that no
//! person cut, it stays on.

use serde::{Deserialize, Serialize};

use super::account::Account;
use crate::{
    base::{GrantId, InstanceId, Instant, PersonId, Refusal},
    event::witness::{AccountKind, AccountTurned},
    permit::grant::Grant,
    qualify::person::Person,
};

/// Seconds that the program has before people are told that it did nothing.
pub const PATIENCE: i64 = 120;
/// Seconds for which a grant that is over is looked at for work that still runs.
pub const LOOKED_BACK: i64 = 7 * 24 * 60 * 60;
/// Systems that one account may be bound to by name; without any it is for all of its site.
pub const MOST: usize = 100;

/// How an account is bound to grants.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// The machine that turns it on and off, and says so.
    pub program: PersonId,
    /// The systems it leads to; empty: all of its site.
    pub systems: Vec<InstanceId>,
    pub since: Instant,
    /// What the program said last.
    pub said: Option<Said>,
}

/// What the program said of the account.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    pub on: bool,
    /// The grant it is on for.
    pub grant: Option<GrantId>,
    /// When it was turned, by the program's word.
    pub at: Instant,
}

/// A grant of the account's person at an instant, and what is known around it.
#[derive(Clone, PartialEq, Debug)]
pub struct Around {
    pub grant: Grant,
    /// Whether it lets work begin: all checks.
    pub starts: bool,
    /// Whether a session under it runs.
    pub runs: bool,
}

impl Bound {
    /// The word of its state: what the program said last.
    pub fn word(&self) -> &'static str {
        match &self.said {
            None => "bound",
            Some(said) if said.on => "on-for-work",
            Some(_) => "off-until-work",
        }
    }
}

impl Account {
    /// Whether a grant is one for which this account would be on.
    pub fn leads_to(&self, grant: &Grant) -> bool {
        let f = &grant.facts;
        let system = self.bound.as_ref().is_some_and(|b| b.systems.is_empty() || b.systems.contains(&f.instance));
        system && Some(f.person) == self.facts.holder && f.site == self.facts.site
    }

    /// The grant for which it should be on; nothing: it should be off.
    pub fn wanted(&self, around: &[Around]) -> Option<GrantId> {
        if self.removed.is_some() {
            return None;
        }
        let ours = || around.iter().filter(|a| self.leads_to(&a.grant));
        let starts = ours().find(|a| a.starts);
        let runs = || ours().find(|a| a.runs && !a.grant.disconnected);
        starts.or_else(runs).map(|a| a.grant.id)
    }

    /// Whether something has to be done: the program said otherwise, or nothing yet.
    pub fn to_turn(&self, wanted: Option<GrantId>) -> bool {
        self.bound.as_ref().is_some_and(|b| b.said.as_ref().is_none_or(|said| said.on != wanted.is_some()))
    }

    /// Whether people are told that nothing was done: wanted now as some time ago, and the program had as long since it
    /// was bound.
    pub fn silent(&self, wanted: Option<GrantId>, before: Option<GrantId>, now: Instant) -> bool {
        let had_time = self.bound.as_ref().is_some_and(|b| b.since.plus_secs(PATIENCE) <= now);
        had_time && self.to_turn(wanted) && wanted.is_some() == before.is_some()
    }

    /// Takes what the program said.
    pub(super) fn turned(&mut self, e: &AccountTurned) {
        if let Some(bound) = &mut self.bound {
            bound.said = Some(Said { on: e.on, grant: e.grant, at: e.at });
        }
    }
}

/// An account is bound that is one person's of a provider, by a machine of ours that is there.
pub fn may_bind(a: &Account, holder: Option<&Person>, program: &Person, now: Instant) -> Result<(), Refusal> {
    let theirs = holder.is_some_and(|p| p.provider().is_some());
    let machine = program.service.is_some() && program.provider().is_none();
    match () {
        () if a.removed.is_some() && !a.resurrected() => Err(Refusal::new("R-28", "refuse-account-removed")),
        () if a.facts.kind != AccountKind::Named || !theirs => Err(Refusal::new("R-17", "refuse-bind-whose")),
        () if !machine || program.word(now) != "active" => Err(Refusal::new("R-17", "refuse-bind-program")),
        () => Ok(()),
    }
}

/// Only the machine says that it turned the account; nobody says it for the future.
pub fn may_say_turned(a: &Account, by: Option<PersonId>, at: Instant, now: Instant) -> Result<(), Refusal> {
    match &a.bound {
        None => Err(Refusal::new("R-15", "refuse-turned-unbound")),
        Some(bound) if Some(bound.program) != by => Err(Refusal::new("R-15", "refuse-turned-other")),
        Some(bound) if at < bound.since || at > now => Err(Refusal::new("R-15", "refuse-turned-time")),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        base::{Actor, At, Commit, Private, Slot},
        event::{
            permit::{GrantEvent, GrantOpened},
            witness::{AccountBound, AccountEvent, AccountFound},
        },
        permit::sample,
        thing::Thing,
    };

    fn at(t: Instant) -> At {
        At { at: t, by: Actor::Genesis, seq: 1 }
    }
    fn grant(n: u128) -> Grant {
        let facts = GrantOpened { ..sample::granted() };
        Grant::born(Uuid::from_u128(n), &GrantEvent::Opened(Box::new(facts)), at(sample::D0)).unwrap()
    }
    /// A VPN account of the person of the sample's grant, bound at its beginning.
    fn account(systems: Vec<InstanceId>) -> Account {
        let g = grant(500);
        let facts = AccountFound {
            reference: "ACC-0001".to_owned(),
            instance: InstanceId(Uuid::from_u128(999)),
            site: g.facts.site,
            provider: None,
            name: Private::sealed(Commit(String::new()), Slot(Uuid::from_u128(2))),
            kind: AccountKind::Named,
            holder: Some(g.facts.person),
            found_at: sample::D0,
            contradicts_no_access: false,
        };
        let mut a = Account::born(Uuid::from_u128(7), &AccountEvent::Found(facts), at(sample::D0)).unwrap();
        let bound = AccountBound { program: PersonId(Uuid::from_u128(40)), systems };
        a.apply(&AccountEvent::Bound(bound), at(sample::D0));
        a
    }
    fn around(n: u128, starts: bool, runs: bool) -> Around {
        Around { grant: grant(n), starts, runs }
    }
    fn turned(a: &mut Account, on: bool, grant: Option<GrantId>) {
        let e = AccountTurned { on, grant, at: sample::D0 };
        a.apply(&AccountEvent::Turned(e), at(sample::D0));
    }

    #[test]
    fn it_is_on_while_a_grant_lets_work_begin_or_work_runs_that_nobody_cut() {
        let a = account(vec![]);
        let id = |n: u128| Some(GrantId(Uuid::from_u128(n)));
        assert_eq!(a.wanted(&[]), None);
        assert_eq!(a.wanted(&[around(500, false, false)]), None);
        assert_eq!(a.wanted(&[around(500, false, false), around(501, true, false)]), id(501));
        // its window is over, a hold was set, it was taken back: what runs goes on
        assert_eq!(a.wanted(&[around(500, false, true)]), id(500));
        // a person cut it
        let mut cut = around(500, false, true);
        cut.grant.disconnected = true;
        assert_eq!(a.wanted(&[cut.clone()]), None);
        assert_eq!(a.wanted(&[cut, around(501, true, false)]), id(501));
    }

    #[test]
    fn a_grant_of_somebody_else_of_another_site_or_for_another_system_turns_nothing_on() {
        let mine = around(500, true, false);
        let on = mine.grant.facts.instance;
        assert!(account(vec![on]).wanted(&[mine.clone()]).is_some());
        assert_eq!(account(vec![InstanceId(Uuid::from_u128(62))]).wanted(&[mine.clone()]), None);
        let mut theirs = mine.clone();
        theirs.grant.facts.person = PersonId(Uuid::from_u128(1));
        assert_eq!(account(vec![]).wanted(&[theirs]), None);
        let mut there = mine.clone();
        there.grant.facts.site = crate::base::SiteId(Uuid::from_u128(77));
        assert_eq!(account(vec![]).wanted(&[there]), None);
        let mut gone = account(vec![]);
        gone.removed = Some((sample::D0, crate::event::witness::Removal::Removed));
        assert_eq!(gone.wanted(std::slice::from_ref(&mine)), None);
        let mut free = account(vec![]);
        free.apply(&AccountEvent::Unbound(crate::event::witness::AccountUnbound {}), at(sample::D0));
        assert_eq!((free.wanted(&[mine]), free.to_turn(None)), (None, false));
    }

    #[test]
    fn something_is_to_be_done_until_the_program_says_it_did() {
        let mut a = account(vec![]);
        let on = Some(GrantId(Uuid::from_u128(500)));
        assert_eq!((a.to_turn(None), a.to_turn(on), a.word()), (true, true, "bound"), "nobody knows how it is");
        turned(&mut a, false, None);
        assert_eq!((a.to_turn(None), a.to_turn(on), a.word()), (false, true, "off-until-work"));
        turned(&mut a, true, on);
        assert_eq!((a.to_turn(None), a.to_turn(on), a.word()), (true, false, "on-for-work"));
    }

    #[test]
    fn people_are_told_only_of_what_was_wanted_for_some_time_and_not_done() {
        let mut a = account(vec![]);
        let (on, now) = (Some(GrantId(Uuid::from_u128(500))), sample::D0.plus_secs(PATIENCE));
        assert!(a.silent(None, None, now) && a.silent(on, on, now));
        assert!(!a.silent(None, None, now.plus_secs(-1)), "it was bound just now");
        assert!(!a.silent(on, None, now) && !a.silent(None, on, now), "it is wanted since a moment");
        turned(&mut a, true, on);
        assert!(!a.silent(on, on, now) && a.silent(None, None, now));
    }

    #[test]
    fn only_the_machine_says_it_and_never_for_another_time() {
        let a = account(vec![]);
        let program = Some(PersonId(Uuid::from_u128(40)));
        let no = |said: Result<(), Refusal>| said.err().map(|r| r.say.id);
        let now = sample::D0.plus_secs(60);
        assert_eq!(no(may_say_turned(&a, program, now, now)), None);
        assert_eq!(no(may_say_turned(&a, None, now, now)), Some("refuse-turned-other"));
        assert_eq!(no(may_say_turned(&a, program, now.plus_secs(1), now)), Some("refuse-turned-time"));
        assert_eq!(no(may_say_turned(&a, program, sample::D0.plus_secs(-1), now)), Some("refuse-turned-time"));
        let mut free = a;
        free.bound = None;
        assert_eq!(no(may_say_turned(&free, program, now, now)), Some("refuse-turned-unbound"));
    }
}
