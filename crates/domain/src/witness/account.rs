//! An account found on a system: held by whom, removed when, and whether it came back to life.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::bound::Bound;
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
                self.outs.push(CheckOut { person, grant, from: at.at, until, back: None });
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
        base::{Actor, Commit, InstanceId, Private, SiteId, Slot},
        event::witness::{AccountCheckedIn, AccountCheckedOut, AccountKind},
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
        let out = AccountCheckedOut { person: to, grant: None, until: at(until).at };
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
