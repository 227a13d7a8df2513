//! An account of a VPN or a directory that is on only while its person may work: VPN accounts that never die are how
//! outside firms stay inside. What it should be follows from grants at that moment and is stored nowhere; only what the
//! program that turns it says it did is. It is turned off for whoever comes next: as long as work of theirs runs that
//! no person cut, it stays on.

use serde::{Deserialize, Serialize};

use super::account::Account;
use crate::{
    base::{GrantId, InstanceId, Instant, Pattern, PersonId, Refusal},
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
    /// Whether connections that stood were ended with it.
    pub cut: bool,
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
    /// When a person last ended a session under it at once.
    pub cut: Option<Instant>,
}

impl Around {
    /// The ends of it that lie behind an instant, and whether each was a cut by a person.
    fn ends(&self, t: Instant) -> impl Iterator<Item = (Instant, bool)> {
        let g = &self.grant;
        let end = g.revoked.map_or(g.until, |revoked| revoked.min(g.until));
        let own = (end <= t).then_some((end, g.disconnected));
        // Of repeated shifts each ends by the clock.
        let shifts = g.facts.campaign.iter().flat_map(|c| c.numbered()).map(|(_, shift)| (shift.until, false));
        let cut = self.cut.filter(|at| *at <= t).map(|at| (at, true));
        own.into_iter().chain(shifts.filter(move |(at, _)| *at <= t && *at < end)).chain(cut)
    }

    /// Whether its window is open, though it lets nobody begin: under a hold, or resting. What stands by it is not what
    /// somebody cut elsewhere.
    fn stands(&self, t: Instant) -> bool {
        let window = self.grant.window_at(t);
        self.grant.alive(t) && !self.grant.disconnected && window.from <= t && t < window.until
    }
}

/// How an account should be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Wanted {
    /// The grant for which it should be on; nothing: it should be off.
    pub grant: Option<GrantId>,
    /// Off because a person ended the last of what it was on for at once: only then connections that stand may be
    /// ended, too.
    pub cut: bool,
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

    /// Since when it is as it is, by the program's word or by its binding.
    pub fn since(&self) -> Instant {
        self.said.as_ref().map_or(self.since, |said| said.at)
    }
}

impl Account {
    /// Whether a machine turns it: it is there, and one person's. A service account is nothing that is turned off
    /// because nobody has a grant.
    pub fn is_turned(&self) -> bool {
        let one = self.facts.kind == AccountKind::Named && self.facts.holder.is_some();
        self.bound.is_some() && self.removed.is_none() && one
    }

    /// Whether a grant is one for which this account would be on. Who comes on site comes by the door, and was judged
    /// for that alone.
    pub fn leads_to(&self, grant: &Grant) -> bool {
        let f = &grant.facts;
        let system = self.bound.as_ref().is_some_and(|b| b.systems.is_empty() || b.systems.contains(&f.instance));
        let remote = matches!(f.pattern, Pattern::GatewayAttended | Pattern::GatewayUnattended);
        system && remote && Some(f.person) == self.facts.holder && f.site == self.facts.site
    }

    /// How it should be at an instant.
    pub fn wanted(&self, around: &[Around], t: Instant) -> Wanted {
        if !self.is_turned() {
            return Wanted::default();
        }
        let ours = || around.iter().filter(|a| self.leads_to(&a.grant));
        let starts = ours().find(|a| a.starts);
        let runs = || ours().find(|a| a.runs && !a.grant.disconnected);
        let grant = starts.or_else(runs).map(|a| a.grant.id);
        // Of everything that ended, the last counts: what was cut before says nothing of work that came after it.
        let last = ours().flat_map(|a| a.ends(t)).max();
        let cut = last.is_some_and(|(_, cut)| cut) && !ours().any(|a| a.stands(t));
        Wanted { grant, cut: grant.is_none() && cut }
    }

    /// Whether something has to be done: the program said otherwise, or nothing yet, or ended nothing where a person
    /// did.
    pub fn to_turn(&self, wanted: Wanted) -> bool {
        let said = self.bound.as_ref().and_then(|b| b.said.as_ref());
        let other = |said: &Said| said.on != wanted.grant.is_some() || wanted.cut && !said.cut;
        self.is_turned() && said.is_none_or(other)
    }

    /// Whether people are told that nothing was done: wanted now as some time ago, and the program had as long since it
    /// was bound.
    pub fn silent(&self, wanted: Wanted, before: Wanted, now: Instant) -> bool {
        let had_time = self.bound.as_ref().is_some_and(|b| b.since.plus_secs(PATIENCE) <= now);
        had_time && self.to_turn(wanted) && wanted.grant.is_some() == before.grant.is_some()
    }

    /// Takes what the program said.
    pub(super) fn turned(&mut self, e: &AccountTurned) {
        if let Some(bound) = &mut self.bound {
            bound.said = Some(Said { on: e.on, cut: e.cut, grant: e.grant, at: e.at });
        }
    }
}

/// An account is bound that is one person's of a provider, by a machine of ours that is there and may say so at its
/// site. What was removed and lives again is looked at by people first.
pub fn may_bind(
    a: &Account,
    holder: Option<&Person>,
    (program, able): (&Person, bool),
    now: Instant,
) -> Result<(), Refusal> {
    let theirs = holder.is_some_and(|p| p.provider().is_some());
    let machine = program.service.is_some() && program.provider().is_none();
    match () {
        () if a.removed.is_some() => Err(Refusal::new("R-28", "refuse-account-removed")),
        () if a.facts.kind != AccountKind::Named || !theirs => Err(Refusal::new("R-17", "refuse-bind-whose")),
        () if !machine || !able || program.word(now) != "active" => Err(Refusal::new("R-17", "refuse-bind-program")),
        () => Ok(()),
    }
}

/// Whose account it is, and of what kind, changes only while nothing turns it: it would be turned off under somebody's
/// work, or a service with it.
pub fn may_change(a: &Account, holder: Option<PersonId>, kind: AccountKind) -> Result<(), Refusal> {
    let same = a.facts.holder == holder && a.facts.kind == kind;
    if a.bound.is_none() || same { Ok(()) } else { Err(Refusal::new("R-17", "refuse-account-bound")) }
}

/// Only the machine says that it turned the account; nobody says it for the future.
pub fn may_say_turned(a: &Account, by: Option<PersonId>, at: Instant, now: Instant) -> Result<(), Refusal> {
    match &a.bound {
        None => Err(Refusal::new("R-15", "refuse-turned-unbound")),
        Some(bound) if Some(bound.program) != by => Err(Refusal::new("R-15", "refuse-turned-other")),
        Some(bound) if at < bound.since() || at > now => Err(Refusal::new("R-15", "refuse-turned-time")),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        base::{Actor, At, Commit, Private, Slot, Window},
        event::{
            permit::{Campaign, GrantEvent, GrantOpened, Hours, Repeated},
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
        Around { grant: grant(n), starts, runs, cut: None }
    }
    fn turned(a: &mut Account, on: bool, grant: Option<GrantId>) {
        let e = AccountTurned { on, cut: false, grant, at: sample::D0 };
        a.apply(&AccountEvent::Turned(e), at(sample::D0));
    }

    fn id(n: u128) -> Option<GrantId> {
        Some(GrantId(Uuid::from_u128(n)))
    }
    fn on(grant: Option<GrantId>) -> Wanted {
        Wanted { grant, cut: false }
    }
    const OFF: Wanted = Wanted { grant: None, cut: false };
    const CUT: Wanted = Wanted { grant: None, cut: true };

    #[test]
    fn it_is_on_while_a_grant_lets_work_begin_or_work_runs_that_nobody_cut() {
        let (a, t) = (account(vec![]), sample::D0);
        assert_eq!(a.wanted(&[], t), OFF);
        assert_eq!(a.wanted(&[around(500, false, false)], t), OFF);
        assert_eq!(a.wanted(&[around(500, false, false), around(501, true, false)], t), on(id(501)));
        // its window is over, a hold was set, it was taken back: what runs goes on
        assert_eq!(a.wanted(&[around(500, false, true)], t), on(id(500)));
        // a person cut it
        let mut cut = around(500, false, true);
        (cut.grant.disconnected, cut.grant.revoked) = (true, Some(t));
        assert_eq!(a.wanted(std::slice::from_ref(&cut), t), CUT);
        assert_eq!(a.wanted(&[cut, around(501, true, false)], t), on(id(501)));
    }

    #[test]
    fn only_the_last_end_says_whether_it_was_a_cut() {
        let (a, t) = (account(vec![]), sample::D0);
        let over = |n: u128, secs: i64, cut: bool| {
            let mut x = around(n, false, false);
            (x.grant.until, x.grant.disconnected) = (t.plus_secs(secs), cut);
            x.grant.revoked = cut.then(|| t.plus_secs(secs));
            x
        };
        let now = t.plus_secs(1_000);
        // cut before, and work of another grant ended by the clock since: its connections are nobody's to end
        assert_eq!(a.wanted(&[over(500, 10, true), over(501, 20, false)], now), OFF);
        // the other way around
        assert_eq!(a.wanted(&[over(500, 20, true), over(501, 10, false)], now), CUT);
        // the window was over, and a person ended what ran on
        let mut late = over(500, 10, false);
        late.cut = Some(t.plus_secs(30));
        assert_eq!(a.wanted(std::slice::from_ref(&late), now), CUT);
        assert_eq!(a.wanted(&[late, over(501, 40, false)], now), OFF);
        // a hold on another grant whose window is open: what stands by that one was not cut
        let window = around(502, false, false).grant.facts.window;
        let held = around(502, false, false);
        let within = window.from.plus_secs(1);
        assert_eq!(a.wanted(&[over(500, 10, true), held.clone()], within), OFF);
        assert_eq!(a.wanted(&[over(500, 10, true), held.clone()], window.from.plus_secs(-1)), CUT, "it did not begin");
        // a shift that ended by the clock since
        let mut shifts = held;
        let shift = Window { from: t.plus_secs(20), until: t.plus_secs(30) };
        let hours = Hours { from: "22:00".parse().unwrap(), until: "06:00".parse().unwrap() };
        let day = "2026-11-16".parse().unwrap();
        let repeated = Repeated { from: day, until: day, hours };
        shifts.grant.facts.campaign = Some(Campaign { repeated, shifts: vec![shift] });
        assert_eq!(a.wanted(&[over(500, 10, true), shifts.clone()], t.plus_secs(40)), OFF);
        assert_eq!(a.wanted(&[over(500, 35, true), shifts], t.plus_secs(40)), CUT);
    }

    #[test]
    fn a_grant_of_somebody_else_of_another_site_for_another_system_or_on_site_turns_nothing_on() {
        let mine = around(500, true, false);
        let (instance, t) = (mine.grant.facts.instance, sample::D0);
        assert!(account(vec![instance]).wanted(std::slice::from_ref(&mine), t).grant.is_some());
        assert_eq!(account(vec![InstanceId(Uuid::from_u128(62))]).wanted(std::slice::from_ref(&mine), t), OFF);
        let with = |change: fn(&mut GrantOpened)| {
            let mut other = mine.clone();
            change(&mut other.grant.facts);
            account(vec![]).wanted(&[other], t)
        };
        assert_eq!(with(|f| f.person = PersonId(Uuid::from_u128(1))), OFF);
        assert_eq!(with(|f| f.site = crate::base::SiteId(Uuid::from_u128(77))), OFF);
        // who was let in by the door was not let in by a line
        assert_eq!(with(|f| f.pattern = Pattern::OnSite), OFF);
        assert_eq!(with(|f| f.pattern = Pattern::OnSiteOwnLaptop), OFF);
        assert_eq!(with(|f| f.pattern = Pattern::GatewayAttended), on(id(500)));
        // gone, free, or no account of one person any more
        let mut gone = account(vec![]);
        gone.removed = Some((t, crate::event::witness::Removal::Removed));
        let mut free = account(vec![]);
        free.apply(&AccountEvent::Unbound(crate::event::witness::AccountUnbound {}), at(t));
        let mut service = account(vec![]);
        service.facts.kind = AccountKind::Service;
        for a in [gone, free, service] {
            assert_eq!((a.wanted(std::slice::from_ref(&mine), t), a.to_turn(OFF)), (OFF, false));
        }
    }

    #[test]
    fn something_is_to_be_done_until_the_program_says_it_did() {
        let mut a = account(vec![]);
        let works = on(id(500));
        assert_eq!((a.to_turn(OFF), a.to_turn(works), a.word()), (true, true, "bound"), "nobody knows how it is");
        turned(&mut a, false, None);
        assert_eq!((a.to_turn(OFF), a.to_turn(works), a.word()), (false, true, "off-until-work"));
        // a person cut while it was being turned off, or after it: what stands is still to be ended, once
        assert!(a.to_turn(CUT));
        a.apply(
            &AccountEvent::Turned(AccountTurned { on: false, cut: true, grant: None, at: sample::D0 }),
            at(sample::D0),
        );
        assert!(!a.to_turn(CUT) && !a.to_turn(OFF));
        turned(&mut a, true, id(500));
        assert_eq!((a.to_turn(OFF), a.to_turn(works), a.word()), (true, false, "on-for-work"));
    }

    #[test]
    fn people_are_told_only_of_what_was_wanted_for_some_time_and_not_done() {
        let mut a = account(vec![]);
        let (works, now) = (on(id(500)), sample::D0.plus_secs(PATIENCE));
        assert!(a.silent(OFF, OFF, now) && a.silent(works, works, now));
        assert!(!a.silent(OFF, OFF, now.plus_secs(-1)), "it was bound just now");
        assert!(!a.silent(works, OFF, now) && !a.silent(OFF, works, now), "it is wanted since a moment");
        turned(&mut a, true, id(500));
        assert!(!a.silent(works, works, now) && a.silent(OFF, OFF, now));
    }

    #[test]
    fn whose_it_is_changes_only_while_nothing_turns_it() {
        let mut a = account(vec![]);
        let (holder, other) = (a.facts.holder, Some(PersonId(Uuid::from_u128(3))));
        assert!(may_change(&a, holder, AccountKind::Named).is_ok());
        for (holder, kind) in [(other, AccountKind::Named), (None, AccountKind::Named), (holder, AccountKind::Service)]
        {
            assert_eq!(may_change(&a, holder, kind).unwrap_err().say.id, "refuse-account-bound");
        }
        a.bound = None;
        assert!(may_change(&a, other, AccountKind::Service).is_ok());
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
        let mut said = a.clone();
        turned(&mut said, true, None);
        said.bound.as_mut().unwrap().said.as_mut().unwrap().at = now;
        let before = now.plus_secs(-1);
        assert_eq!(no(may_say_turned(&said, program, before, now)), Some("refuse-turned-time"), "a late word");
        let mut free = a;
        free.bound = None;
        assert_eq!(no(may_say_turned(&free, program, now, now)), Some("refuse-turned-unbound"));
    }
}
