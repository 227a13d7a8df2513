//! A list of accounts as it was last taken, and what was said of single accounts. The accounts are private values that
//! the record commits to; whose they are is worked out when somebody looks ([`super::who`]).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{AccountListId, At, Day, Instant, Kind, Ref},
    event::witness::{AccountListEvent, AccountSaid, ListTaken},
    thing::{Card, Label, Thing},
};

/// When an account was last used, as far as its list says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Last {
    /// The list does not say.
    Unknown,
    Never,
    On(Day),
}

/// One account as a list has it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    pub account: String,
    /// Of the person, as the list writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When it was last used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Day>,
    /// The list says that it was never used.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub never: bool,
    /// Absent: the list does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The list says that it is nobody's alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shared: bool,
}

impl Listed {
    /// Its name without what directories vary: the same account in two lists has the same key.
    pub fn key(&self) -> String {
        self.account.to_lowercase()
    }
    /// When it was last used, as far as the list says.
    pub fn used(&self) -> Last {
        match (self.last, self.never) {
            (Some(day), _) => Last::On(day),
            (None, true) => Last::Never,
            (None, false) => Last::Unknown,
        }
    }
}

/// A list as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountList {
    pub id: AccountListId,
    pub facts: ListTaken,
    /// The one before: what changed is said against it.
    pub before: Option<ListTaken>,
    /// What counts, in the order it was said: one of each account.
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
            AccountListEvent::Said(said) => {
                self.said.retain(|old| said.replaces != Some(old.account.slot));
                self.said.push(said.clone());
            }
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
            label: f.source.as_ref().map_or(Label::None, |s| Label::Private(s.clone())),
            sites: vec![f.site],
            links,
            at: Some(self.at),
            state: Some(f.kind.as_str()),
            ..Card::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::{Actor, Commit, Private, SiteId, Slot},
        event::witness::{AccountSays, ListKind},
    };

    fn private(n: u128) -> Private<crate::base::Text> {
        Private::sealed(Commit("0".repeat(64)), Slot(Uuid::from_u128(n)))
    }
    fn said(n: u128, replaces: Option<u128>) -> AccountListEvent {
        AccountListEvent::Said(AccountSaid {
            account: private(n),
            says: AccountSays::Disable,
            person: None,
            until: None,
            task: None,
            reason: private(n + 1_000),
            replaces: replaces.map(|n| Slot(Uuid::from_u128(n))),
        })
    }
    fn taken(parts: u128) -> ListTaken {
        ListTaken {
            reference: "AL-0001".into(),
            site: SiteId(Uuid::nil()),
            kind: ListKind::Directory,
            instance: None,
            source: None,
            exported: Day::new(2026, 11, 16).unwrap(),
            accounts: 50_000,
            parts: (0..parts).map(private).collect(),
        }
    }

    #[test]
    fn of_one_account_the_last_word_counts_and_a_new_list_keeps_it() {
        let at = At { at: Instant::from_micros(1), by: Actor::Watchman, seq: 1 };
        let mut list = AccountList::born(Uuid::nil(), &AccountListEvent::Taken(taken(1)), at).unwrap();
        for event in [said(1, None), said(2, None), said(3, Some(1)), AccountListEvent::Taken(taken(2))] {
            list.apply(&event, at);
        }
        let slots: Vec<u128> = list.said.iter().map(|s| s.account.slot.0.as_u128()).collect();
        assert_eq!((slots, list.facts.parts.len(), list.before.unwrap().parts.len()), (vec![2, 3], 2, 1));
    }

    #[test]
    fn an_account_is_written_short_and_read_back() {
        let short = r#"{"account":"a"}"#;
        let long = r#"{"account":"b","name":"B","last":"2026-11-16","enabled":false,"shared":true}"#;
        for text in [short, long, r#"{"account":"c","never":true}"#] {
            let one: Listed = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&one).unwrap(), text);
        }
    }
}
