//! An account found on a system: held by whom, removed when, and whether it came back to life.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{AccountId, At, Instant, Kind, PersonId, Ref},
    event::witness::{AccountEvent, AccountFound, Removal},
    thing::{Card, Label, Thing},
};

/// An account as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    pub id: AccountId,
    pub facts: AccountFound,
    pub last_used: Option<Instant>,
    pub removed: Option<(Instant, Removal)>,
    pub verified_by: Option<PersonId>,
}

impl Account {
    /// A sign of life after removal: a critical matter.
    pub fn resurrected(&self) -> bool {
        matches!((self.removed, self.last_used), (Some((gone, _)), Some(used)) if used > gone)
    }

    /// The stored word.
    pub fn word(&self) -> &'static str {
        match self.removed {
            Some(_) if self.resurrected() => "resurrected",
            Some((_, how)) => how.as_str(),
            None => "active",
        }
    }
}

impl Thing for Account {
    type Event = AccountEvent;
    const KIND: Kind = Kind::Account;

    fn born(id: Uuid, e: &AccountEvent, _at: At) -> Option<Self> {
        let AccountEvent::Found(facts) = e else { return None };
        Some(Account { id: AccountId(id), facts: facts.clone(), last_used: None, removed: None, verified_by: None })
    }

    fn apply(&mut self, e: &AccountEvent, _at: At) {
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
        }
    }

    fn card(&self) -> Card {
        let f = &self.facts;
        let mut links: Vec<(&'static str, Ref)> = vec![("instance", f.instance.into())];
        links.extend(f.holder.map(|p| ("holder", p.into())));
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
