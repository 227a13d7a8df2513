//! An account found on a system: held by whom, removed when, and whether it came back to life.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{bound::Bound, session::Session};
use crate::{
    base::{AccountId, At, GrantId, Instant, Kind, PersonId, Ref},
    event::witness::{AccountEvent, AccountFound, Removal, Secret},
    thing::{Card, Label, Thing},
};

/// Check-outs that are over and still known here; older ones stand in the record alone.
pub const OUTS: usize = 50;

/// A shared account in one person's hands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckOut {
    pub person: PersonId,
    pub grant: Option<GrantId>,
    pub from: Instant,
    pub until: Instant,
    /// A gateway took it for a session, and gives it back itself.
    #[serde(default)]
    pub gateway: bool,
    /// When it came back, and what became of its secret.
    pub back: Option<(Instant, Secret)>,
}

impl CheckOut {
    /// Whether it was theirs at an instant: not behind the time for which it was given.
    pub fn covers(&self, t: Instant) -> bool {
        self.from <= t && t < self.until && self.back.is_none_or(|(back, _)| t < back)
    }
}

/// An account as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    pub id: AccountId,
    pub facts: AccountFound,
    pub last_used: Option<Instant>,
    pub removed: Option<(Instant, Removal)>,
    pub verified_by: Option<PersonId>,
    /// Check-outs, the last one last; it is out while that one did not come back.
    pub outs: Vec<CheckOut>,
    /// How it is bound to grants, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Bound>,
}

impl Account {
    /// A sign of life after removal: a critical matter.
    pub fn resurrected(&self) -> bool {
        matches!((self.removed, self.last_used), (Some((gone, _)), Some(used)) if used > gone)
    }

    /// Who has it, while it did not come back.
    pub fn out(&self) -> Option<&CheckOut> {
        self.outs.last().filter(|o| o.back.is_none())
    }

    /// The check-out by which it was this person's at an instant.
    pub fn held(&self, person: Option<PersonId>, at: Instant) -> Option<&CheckOut> {
        self.outs.iter().find(|o| o.covers(at) && Some(o.person) == person)
    }

    /// Whether an instant is older than the check-outs that are known here: of that nobody can tell.
    pub fn forgot(&self, at: Instant) -> bool {
        self.outs.len() > OUTS && self.outs.first().is_some_and(|first| at < first.from)
    }

    /// The stored word.
    pub fn word(&self) -> &'static str {
        match self.removed {
            Some(_) if self.resurrected() => "resurrected",
            Some((_, how)) => how.as_str(),
            None if self.out().is_some() => "checked-out",
            None => self.bound.as_ref().map_or("active", Bound::word),
        }
    }
}

impl Session {
    /// The account it was made with; as *inside* while it runs, because at each beginning those of years are not read.
    pub(super) fn of_account(&self) -> impl Iterator<Item = (&'static str, Ref)> {
        let by: &[&str] = if self.ended.is_none() { &["account", "inside"] } else { &["account"] };
        let account = self.facts.account;
        by.iter().filter_map(move |by| Some((*by, account?.into())))
    }
}

impl Thing for Account {
    type Event = AccountEvent;
    const KIND: Kind = Kind::Account;

    fn born(id: Uuid, e: &AccountEvent, _at: At) -> Option<Self> {
        let AccountEvent::Found(facts) = e else { return None };
        Some(Account {
            id: AccountId(id),
            facts: facts.clone(),
            last_used: None,
            removed: None,
            verified_by: None,
            outs: Vec::new(),
            bound: None,
        })
    }

    fn apply(&mut self, e: &AccountEvent, at: At) {
        match e {
            // Found again: what is known of it is renewed, and if it had been removed it lives.
            AccountEvent::Found(facts) => {
                self.last_used = Some(self.last_used.map_or(facts.found_at, |t| t.max(facts.found_at)));
                self.facts = facts.clone();
            }
            AccountEvent::Assigned(to) => {
                self.facts.provider = to.provider;
                self.facts.holder = to.holder;
                self.facts.kind = to.kind;
            }
            AccountEvent::Used(seen) => self.last_used = Some(self.last_used.map_or(seen.at, |t| t.max(seen.at))),
            AccountEvent::Removed(gone) => {
                self.removed = Some((gone.at, gone.how));
                self.verified_by = gone.verified_by;
            }
            AccountEvent::CheckedOut(to) => {
                let (person, grant, until) = (to.person, to.grant, to.until);
                let gateway = to.session.is_some();
                self.outs.push(CheckOut { person, grant, from: at.at, until, gateway, back: None });
                // One more than is asked for tells that there were others.
                let over = self.outs.len().saturating_sub(OUTS + 1);
                self.outs.drain(..over);
            }
            AccountEvent::CheckedIn(back) => {
                if let Some(out) = self.outs.last_mut().filter(|o| o.back.is_none()) {
                    out.back = Some((at.at, back.secret));
                }
            }
            AccountEvent::Bound(to) => {
                let (program, systems) = (to.program, to.systems.clone());
                self.bound = Some(Bound { program, systems, since: at.at, said: None });
            }
            AccountEvent::Unbound(_) => self.bound = None,
            AccountEvent::Turned(e) => self.turned(e),
        }
    }

    fn card(&self) -> Card {
        let f = &self.facts;
        let mut links: Vec<(&'static str, Ref)> = vec![("instance", f.instance.into())];
        links.extend(f.holder.map(|p| ("holder", p.into())));
        links.extend(self.out().map(|o| ("out", o.person.into())));
        links.extend(self.bound.iter().map(|b| ("program", b.program.into())));
        Card {
            reference: Some(f.reference.clone()),
            label: Label::Private(f.name.clone()),
            sites: vec![f.site],
            provider: f.provider,
            shared: f.provider.is_some(),
            links,
            at: Some(f.found_at),
            state: Some(self.word()),
            hidden: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::witness::acts;
    use crate::{
        base::{Actor, Commit, InstanceId, Now, Private, SessionId, SiteId, Slot},
        event::witness::{
            AccountCheckedIn, AccountCheckedOut, AccountKind, AccountRemoved, SessionEvent, SessionNoticed,
        },
        permit::{grant::Grant, sample},
        witness::session::tests::{grant, session},
    };

    fn at(secs: i64) -> At {
        At { at: Instant::from_micros(0).plus_secs(secs), by: Actor::Genesis, seq: 1 }
    }
    fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }
    fn found(kind: AccountKind) -> Account {
        let facts = AccountFound {
            reference: "ACC-0001".to_owned(),
            instance: InstanceId(Uuid::from_u128(61)),
            site: SiteId(Uuid::from_u128(1)),
            provider: None,
            name: Private::sealed(Commit(String::new()), Slot(Uuid::from_u128(2))),
            kind,
            holder: None,
            found_at: at(0).at,
            contradicts_no_access: false,
        };
        Account::born(Uuid::from_u128(7), &AccountEvent::Found(facts), at(0)).unwrap()
    }
    fn given(account: &mut Account, to: PersonId, from: i64, until: i64) {
        let out = AccountCheckedOut { person: to, grant: None, until: at(until).at, session: None };
        account.apply(&AccountEvent::CheckedOut(out), at(from));
    }
    fn back(account: &mut Account, when: i64) {
        account.apply(&AccountEvent::CheckedIn(AccountCheckedIn { secret: Secret::Changed }), at(when));
    }

    #[test]
    fn a_shared_account_is_one_persons_from_its_check_out_to_its_return_or_its_end() {
        let mut a = found(AccountKind::Shared);
        let unchecked = |a: &Account, who: u128, t: i64| acts::unchecked(a, None, Some(person(who)), at(t).at);
        assert!(unchecked(&a, 1, 50));
        // given a check-out for a hundred seconds, back after sixty
        given(&mut a, person(1), 100, 200);
        assert_eq!((a.word(), a.out().map(|o| o.person)), ("checked-out", Some(person(1))));
        assert_eq!([99, 100, 199, 200].map(|t| unchecked(&a, 1, t)), [true, false, false, true]);
        back(&mut a, 160);
        assert_eq!((a.word(), a.out()), ("active", None));
        // then what began before the return was theirs, whenever somebody types it in
        assert_eq!([159, 160].map(|t| unchecked(&a, 1, t)), [false, true]);
        // another person, and one nobody knows, had none
        assert!(unchecked(&a, 2, 120) && acts::unchecked(&a, None, None, at(120).at));
        // a named account needs none
        assert!(!unchecked(&found(AccountKind::Named), 1, 120));
    }

    #[test]
    fn a_gateway_has_a_shared_account_handed_to_one_person_at_a_time_and_gives_back_what_it_took() {
        let g = grant();
        let (mine, other) = (g.facts.person, person(2));
        let (from, until) = (g.window().from, g.window().until);
        let t = from.plus_secs(60);
        let told = |a: &Account, g: &Grant| acts::may_go_as(a, g, &[], Now(t)).map_err(|no| no.say.id);
        let given = |account: &mut Account, to, secs: i64, session: Option<SessionId>| {
            let (grant, until) = (Some(g.id), t.plus_secs(secs));
            let out = AccountCheckedOut { person: to, grant, until, session };
            account.apply(&AccountEvent::CheckedOut(out), At { at: from, by: Actor::Genesis, seq: 2 });
        };
        // nobody has it: until the window is over, or twelve hours
        let mut a = found(AccountKind::Shared);
        assert_eq!(told(&a, &g), Ok(acts::Taking::Until(until)));
        let mut long = g.clone();
        long.until = until.plus_secs(100_000);
        assert_eq!(told(&a, &long), Ok(acts::Taking::Until(t.plus_secs(12 * 3_600))));
        assert_eq!(told(&found(AccountKind::Named), &g), Ok(acts::Taking::Nothing));
        // somebody else has it, or has not brought it back: an emergency waits for neither
        let mut emergency = g.clone();
        emergency.facts.emergency = Some(sample::emergency());
        let beside = Ok(acts::Taking::Beside);
        given(&mut a, other, 600, None);
        assert_eq!((told(&a, &g), told(&a, &emergency)), (Err("refuse-go-as-out"), beside));
        let mut late = found(AccountKind::Shared);
        given(&mut late, mine, -1, None);
        assert_eq!((told(&late, &g), told(&late, &emergency)), (Err("refuse-go-as-not-back"), beside));
        let mut gone = found(AccountKind::Shared);
        let removed = AccountRemoved { at: at(10).at, how: Removal::Removed, verified_by: None };
        gone.apply(&AccountEvent::Removed(removed), at(11));
        assert_eq!((told(&gone, &g), told(&gone, &emergency)), (Err("refuse-go-as-removed"), beside));
        // it is theirs already
        let mut theirs = found(AccountKind::Shared);
        given(&mut theirs, mine, 600, None);
        assert_eq!(told(&theirs, &g), Ok(acts::Taking::Nothing));
        // what the gateway has for them is theirs, with another grant, too, and whatever time it was given for
        let mut longer = found(AccountKind::Shared);
        given(&mut longer, mine, -1, Some(SessionId(Uuid::from_u128(7))));
        let other_grant = Grant { id: crate::base::GrantId(Uuid::from_u128(501)), ..g.clone() };
        assert_eq!([told(&longer, &g), told(&longer, &other_grant)], [Ok(acts::Taking::Nothing); 2]);
    }

    /// A session that a gateway let in with an account.
    fn inside(n: u128, who: PersonId, account: &Account) -> Session {
        let mut one = Session { id: SessionId(Uuid::from_u128(n)), ..session(120) };
        (one.facts.person, one.facts.account) = (Some(who), Some(account.id));
        let text = || Private::sealed(Commit(String::new()), Slot(Uuid::from_u128(3)));
        let (language, key, gateway) = ("en".into(), "k".into(), "g".into());
        let noticed = SessionNoticed { notice: 3, language, key, from: text(), gateway, seal: text(), days: Some(30) };
        one.apply(&SessionEvent::Noticed(noticed), at(120));
        one
    }

    #[test]
    fn as_long_as_a_session_runs_with_it_an_account_is_that_persons_and_comes_back_with_the_last_one() {
        let g = grant();
        let (mine, other, t) = (g.facts.person, person(2), g.window().from.plus_secs(60));
        let mut a = found(AccountKind::Shared);
        let told = |a: &Account, running: &[Session]| {
            acts::may_go_as(a, &g, running, Now(t)).map(|_| ()).map_err(|no| no.say.id)
        };
        let links = |s: &Session| s.of_account().map(|(by, _)| by).collect::<Vec<_>>();
        assert_eq!(links(&inside(9, other, &a)), ["account", "inside"]);
        // nobody has it in the record, and somebody's emergency runs with it: they are inside all the same
        assert_eq!(told(&a, &[inside(9, other, &a)]), Err("refuse-go-as-inside"));
        assert_eq!(told(&a, &[inside(9, mine, &a)]), Ok(()));
        let over = Session { ended: Some((t, crate::event::witness::Ending::User)), ..inside(9, other, &a) };
        assert_eq!(told(&a, std::slice::from_ref(&over)), Ok(()));
        assert_eq!((links(&over), links(&session(120))), (vec!["account"], vec![]));
        let out = AccountCheckedOut { person: mine, grant: Some(g.id), until: t, session: Some(SessionId(a.id.0)) };
        a.apply(&AccountEvent::CheckedOut(out), at(100));
        let (ended, second) = (inside(7, mine, &a), inside(8, mine, &a));
        let mut elsewhere = second.clone();
        elsewhere.facts.grant = Some(crate::base::GrantId(Uuid::from_u128(501)));
        for (others, back) in [
            (vec![], true),
            (vec![ended.clone()], true),
            (vec![ended.clone(), second.clone()], false),
            // under another grant, too
            (vec![elsewhere], false),
            (vec![Session { ended: over.ended, ..second.clone() }], true),
            (vec![inside(8, other, &a)], true),
        ] {
            assert_eq!(acts::gives_back(&a, &ended, &others), back, "{others:?}");
        }
        assert!(!acts::gives_back(&a, &inside(9, other, &a), &[]), "it is not theirs");
        // nobody says that it is back while a gateway sees that it is not
        let says = |running: &[Session]| acts::may_check_in(&a, running).err().map(|no| no.say.id);
        assert_eq!(says(&[second]), Some("refuse-checkin-inside"));
        assert_eq!([says(&[]), says(&[inside(8, other, &a)])], [None; 2]);
        // what people handed out is people's to take back
        let mut by_hand = found(AccountKind::Shared);
        given(&mut by_hand, mine, 100, 9_000);
        assert!(!acts::gives_back(&by_hand, &inside(7, mine, &by_hand), &[]));
    }

    #[test]
    fn a_certificate_for_a_shared_login_is_theirs_while_the_account_is_in_their_hands() {
        let no = |a: &Account, t| acts::may_log_in_as(a, person(1), Now(at(t).at)).err().map(|no| no.say.id);
        let mut a = found(AccountKind::Shared);
        assert_eq!(no(&a, 150), Some("refuse-certificate-account"));
        given(&mut a, person(1), 100, 200);
        assert_eq!([no(&a, 150), no(&a, 200)], [None, Some("refuse-certificate-account")]);
        assert_eq!(no(&found(AccountKind::Named), 150), None);
    }

    #[test]
    fn a_login_is_a_shared_account_of_that_system_by_its_name() {
        let on = found(AccountKind::Shared).facts.instance;
        let no = |a: &Account, on, name| acts::may_be_login(a, on, name, "maint").err().map(|no| no.why.id);
        let shared = found(AccountKind::Shared);
        assert_eq!(no(&shared, on, Some("maint")), None);
        let login = Some("invalid-endpoint-account-login");
        assert_eq!([Some("Maint"), Some("maint2"), None].map(|name| no(&shared, on, name)), [login; 3]);
        let elsewhere = InstanceId(Uuid::from_u128(62));
        assert_eq!(no(&shared, elsewhere, Some("maint")), Some("invalid-endpoint-account-elsewhere"));
        for kind in [AccountKind::Named, AccountKind::Service] {
            assert_eq!(no(&found(kind), on, Some("maint")), Some("invalid-endpoint-account-shared"));
        }
        let mut gone = found(AccountKind::Shared);
        let removed = AccountRemoved { at: at(10).at, how: Removal::Removed, verified_by: None };
        gone.apply(&AccountEvent::Removed(removed), at(11));
        assert_eq!(no(&gone, on, Some("maint")), Some("invalid-endpoint-account-removed"));
    }

    #[test]
    fn what_is_older_than_what_is_known_here_is_nobodys_fault() {
        let mut a = found(AccountKind::Shared);
        for n in 0..60 {
            given(&mut a, person(1), 100 * n, 100 * n + 50);
            back(&mut a, 100 * n + 40);
        }
        assert_eq!(a.outs.len(), OUTS + 1);
        let first = a.outs[0].from;
        assert!(!acts::unchecked(&a, None, Some(person(2)), at(1).at), "nobody can tell");
        assert!(acts::unchecked(&a, None, Some(person(2)), first));
    }
}
