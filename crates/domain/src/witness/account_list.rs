//! A list of accounts as it was last taken, and what was said of single accounts. The accounts stand in the file that
//! the record names by its digest; whose they are is worked out when somebody looks ([`super::who`]).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{AccountListId, At, Instant, Kind, Ref},
    event::witness::{AccountListEvent, AccountSaid, ListTaken},
    thing::{Card, Label, Thing},
};

/// A list as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountList {
    pub id: AccountListId,
    pub facts: ListTaken,
    /// The one before: what changed is said against it.
    pub before: Option<ListTaken>,
    /// In the order it was said; of one account the last counts.
    pub said: Vec<AccountSaid>,
    /// When the last one was recorded.
    pub at: Instant,
}

impl Thing for AccountList {
    type Event = AccountListEvent;
    const KIND: Kind = Kind::AccountList;

    fn born(id: Uuid, e: &AccountListEvent, at: At) -> Option<Self> {
        let AccountListEvent::Taken(facts) = e else { return None };
        let id = AccountListId(id);
        Some(AccountList { id, facts: facts.clone(), before: None, said: Vec::new(), at: at.at })
    }

    fn apply(&mut self, e: &AccountListEvent, at: At) {
        match e {
            AccountListEvent::Taken(facts) => {
                self.before = Some(std::mem::replace(&mut self.facts, facts.clone()));
                self.at = at.at;
            }
            AccountListEvent::Said(said) => self.said.push(said.clone()),
        }
    }

    fn card(&self) -> Card {
        let f = &self.facts;
        let mut links: Vec<(&'static str, Ref)> = vec![("site", f.site.into())];
        links.extend(f.instance.map(|i| ("instance", i.into())));
        links.extend(self.said.iter().filter_map(|s| s.person).map(|p| ("holder", p.into())));
        links.extend(self.said.iter().filter_map(|s| s.task).map(|t| ("task", t.into())));
        Card {
            reference: Some(f.reference.clone()),
            label: Label::None,
            sites: vec![f.site],
            links,
            at: Some(self.at),
            state: Some(f.kind.as_str()),
            ..Card::default()
        }
    }
}
