//! A list of accounts is taken into the record, and single accounts on it are spoken of: whose one is, that it may stay
//! until a day, that it shall go.

use std::collections::HashMap;

use plantgate_domain::{
    base::{
        AccountListId, DAY, Day, InstanceId, Kind, Party, PersonId, Private, Refusal, SiteId, Slot, TaskId, Text, Why,
    },
    event::{
        review::{TaskEvent, TaskProposed},
        witness::{AccountListEvent, AccountSaid, AccountSays, ListKind, ListTaken},
    },
    expect::{instance::Instance, site::Site},
    qualify::person::Person,
    review::task::task_id,
    witness::account_list::{AccountList, Listed},
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use super::{
    listed,
    who::{bare, name_key},
};
use crate::{
    act::Act,
    names,
    power::{KeepAccounts, May, Place},
    registered::Registered,
};

/// Takes a list: a new one, or the newest of one that stands. The same accounts again change nothing, unless somebody
/// says that they were exported on a later day.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeAccountList {
    pub site: String,
    pub kind: ListKind,
    /// The host or gateway whose own accounts they are.
    #[serde(default)]
    pub system: Option<String>,
    /// Which directory or gateway, where a site has several: its domain, as people call it.
    #[serde(default)]
    pub source: Option<String>,
    /// When it was exported, if not today.
    #[serde(default)]
    pub exported: Option<Day>,
    pub accounts: Vec<Listed>,
}

impl Act for TakeAccountList {
    const NAME: &'static str = "take-account-list";
    type Power = KeepAccounts;
    type Done = Registered<AccountListId>;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(names::resolve(desk, Kind::Site, &self.site, "site").await?))
    }

    async fn run(self, _may: May<KeepAccounts>, desk: &mut Desk) -> Result<Self::Done, Stop> {
        let site: SiteId = names::resolve(desk, Kind::Site, &self.site, "site").await?;
        let instance = self.instance(desk, site).await?;
        let zone = desk.get::<Site>(site).await?.facts.zone;
        let today = zone.day_of(desk.now().0);
        let exported = self.exported.unwrap_or(today);
        if exported > today {
            return Err(Stop::field("exported", Why::of("invalid-seen-future")));
        }
        listed::check(&self.accounts, exported, desk.limits())?;
        let accounts = self.accounts.len() as u64;
        let parts = listed::parts(self.accounts)?;
        let most = desk.limits().name_chars;
        let source = self.source.as_deref().map(|s| names::text(most, "source", s)).transpose()?;
        let stands = stands(desk, site, (self.kind, instance, source.as_deref())).await?;
        if let Some(list) = &stands {
            let moved = self.exported.is_some_and(|day| day != list.facts.exported);
            if !moved && holds(desk, &list.facts.parts, &parts).await? {
                return Ok(Registered::unchanged(list.id, list.facts.reference.clone()));
            }
            if list.facts.exported > exported {
                return Err(Stop::field(
                    "exported",
                    Why::of("invalid-accounts-older").with("taken", list.facts.exported),
                ));
            }
        }
        let reference = match &stands {
            Some(list) => list.facts.reference.clone(),
            None => names::fresh_reference(desk, Kind::AccountList, None).await?,
        };
        let parts = parts.iter().map(|part| desk.seal(part)).collect::<Result<_, Stop>>()?;
        let source = source.map(|s| desk.seal(&s)).transpose()?;
        let facts = ListTaken {
            reference: reference.clone(),
            site,
            kind: self.kind,
            instance,
            source,
            exported,
            accounts,
            parts,
        };
        let id = stands.as_ref().map_or_else(|| AccountListId(desk.new_id()), |list| list.id);
        desk.append(id, AccountListEvent::Taken(facts)).await?;
        Ok(if stands.is_some() { Registered::changed(id, reference) } else { Registered::new(id, reference) })
    }
}

/// The list that stands of the same kind, host and source.
async fn stands(
    desk: &mut Desk,
    site: SiteId,
    (kind, instance, source): (ListKind, Option<InstanceId>, Option<&str>),
) -> Result<Option<AccountList>, Stop> {
    let mut all: Vec<AccountList> = desk.of("site", site).await?;
    all.retain(|l| l.facts.kind == kind && l.facts.instance == instance);
    let slots: Vec<Slot> = all.iter().filter_map(|l| l.facts.source.as_ref()).map(|s| s.slot).collect();
    let names = desk.open_slots(&slots).await?;
    let called = |l: &AccountList| l.facts.source.as_ref().and_then(|s| names.get(&s.slot)).map(|n| n.to_lowercase());
    let wanted = source.map(str::to_lowercase);
    Ok(all.into_iter().find(|l| called(l) == wanted))
}

/// Whether a list that stands has these very accounts.
async fn holds(desk: &mut Desk, stands: &[Private<Text>], parts: &[String]) -> Result<bool, Stop> {
    let opened = opened(desk, stands).await?;
    let mut same = stands.iter().zip(parts).map(|(old, new)| opened.get(&old.slot) == Some(new));
    Ok(stands.len() == parts.len() && same.all(|same| same))
}

async fn opened(desk: &mut Desk, of: &[Private<Text>]) -> Result<HashMap<Slot, String>, Stop> {
    let slots: Vec<Slot> = of.iter().map(|p| p.slot).collect();
    desk.open_slots(&slots).await
}

impl TakeAccountList {
    /// A host's own accounts need the host; a directory's belong to no single one.
    async fn instance(&self, desk: &mut Desk, site: SiteId) -> Result<Option<InstanceId>, Stop> {
        let id: Option<InstanceId> =
            names::resolve_maybe(desk, Kind::Instance, self.system.as_deref(), "system").await?;
        match (self.kind, id) {
            (ListKind::Local, None) => Err(Stop::field("system", Why::of("invalid-accounts-host"))),
            (ListKind::Directory, Some(_)) => Err(Stop::field("system", Why::of("invalid-accounts-no-host"))),
            (ListKind::Local | ListKind::Vpn, Some(id)) => {
                let on: Instance = desk.get(id).await?;
                names::same_site(on.facts.site, site, "system", &on.facts.reference)?;
                Ok(Some(id))
            }
            (ListKind::Directory | ListKind::Vpn, None) => Ok(None),
        }
    }
}

/// Says of one account whose it is, that it may stay, or that it shall be disabled, which makes a task. What was said
/// of it before no longer counts.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SayOfAccount {
    pub list: String,
    /// Its name on the list.
    pub account: String,
    pub says: AccountSays,
    /// Whose it is.
    #[serde(default)]
    pub person: Option<String>,
    /// Last day it is accepted.
    #[serde(default)]
    pub until: Option<Day>,
    pub reason: String,
}

impl SayOfAccount {
    async fn list(&self, desk: &mut Desk) -> Result<AccountList, Stop> {
        let id: AccountListId = names::resolve(desk, Kind::AccountList, &self.list, "list").await?;
        desk.get(id).await
    }

    /// Whose, and until when: what each word needs and no more.
    async fn means(&self, desk: &mut Desk, list: &AccountList) -> Result<(Option<PersonId>, Option<Day>), Stop> {
        let person: Option<PersonId> =
            names::resolve_maybe(desk, Kind::Person, self.person.as_deref(), "person").await?;
        let zone = desk.get::<Site>(list.facts.site).await?.facts.zone;
        let today = zone.day_of(desk.now().0);
        match (self.says, person, self.until) {
            (AccountSays::Assigned, None, _) => Err(Stop::field("person", Why::of("invalid-accounts-person"))),
            (AccountSays::Accepted, _, None) => Err(Stop::field("until", Why::of("invalid-accounts-until"))),
            (AccountSays::Accepted, _, Some(until)) if until < today || until > today.plus_days(366) => {
                Err(Stop::field("until", Why::of("invalid-accounts-year")))
            }
            (AccountSays::Assigned, person, _) => Ok((person, None)),
            (AccountSays::Accepted, _, until) => Ok((None, until)),
            (AccountSays::Disable, ..) => Ok((None, None)),
        }
    }
}

/// What was said.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SaidOf {
    pub list: AccountListId,
    pub task: Option<TaskId>,
}

impl Act for SayOfAccount {
    const NAME: &'static str = "say-of-account";
    type Power = KeepAccounts;
    type Done = SaidOf;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(self.list(desk).await?.facts.site))
    }

    async fn run(self, _may: May<KeepAccounts>, desk: &mut Desk) -> Result<SaidOf, Stop> {
        let list = self.list(desk).await?;
        let account = names::text(desk.limits().name_chars, "account", &self.account)?;
        let reason = names::text(desk.limits().text_chars, "reason", &self.reason)?;
        let texts = opened(desk, &list.facts.parts).await?;
        let Some(listed) = listed::find(&list.facts.parts, &texts, &account)? else {
            return Err(Stop::field("account", Why::of("invalid-accounts-none").with("account", &account)));
        };
        let (person, until) = self.means(desk, &list).await?;
        if self.says == AccountSays::Accepted && own(desk, &listed, &list).await? {
            return Err(Refusal::new("R-13", "stop-account-own").into());
        }
        let before = before(desk, &list, &listed.key()).await?;
        let most = desk.limits().said_accounts;
        if before.is_none() && list.said.len() >= most {
            return Err(Stop::field("account", Why::of("invalid-accounts-said").with("most", most)));
        }
        let task = match (self.says, before.as_ref().and_then(|b| b.task)) {
            (AccountSays::Disable, Some(task)) => Some(task),
            (AccountSays::Disable, None) => Some(task(desk, &list).await?),
            (AccountSays::Assigned | AccountSays::Accepted, _) => None,
        };
        let said = AccountSaid {
            account: desk.seal(&listed.account)?,
            says: self.says,
            person,
            until,
            task,
            reason: desk.seal(&reason)?,
            replaces: before.map(|b| b.account.slot),
        };
        desk.append(list.id, AccountListEvent::Said(said)).await?;
        Ok(SaidOf { list: list.id, task })
    }
}

/// whether an account is, as far as anybody can tell, the one of whoever speaks of it. Nobody accepts their own.
async fn own(desk: &mut Desk, listed: &Listed, list: &AccountList) -> Result<bool, Stop> {
    let Some(me) = desk.cause().actor.person() else { return Ok(false) };
    if before(desk, list, &listed.key()).await?.is_some_and(|said| said.person == Some(me)) {
        return Ok(true);
    }
    let me: Person = desk.get(me).await?;
    let opened = desk.open_slots(&[me.facts.handle.slot, me.facts.name.slot]).await?;
    let handle = opened.get(&me.facts.handle.slot).map(|h| h.to_lowercase());
    let reference = me.facts.reference.as_ref().map(|r| r.to_lowercase());
    let login = listed.key();
    let signs_in = [handle, reference].into_iter().flatten().any(|l| l == login || l == bare(&login));
    let called = |name: &String| listed.name.as_deref().is_some_and(|n| name_key(n) == name_key(name));
    Ok(signs_in || opened.get(&me.facts.name.slot).is_some_and(called))
}

/// What was said of that account and counts until now.
async fn before(desk: &mut Desk, list: &AccountList, key: &str) -> Result<Option<AccountSaid>, Stop> {
    let slots: Vec<Slot> = list.said.iter().map(|s| s.account.slot).collect();
    let names = desk.open_slots(&slots).await?;
    let same = |s: &&AccountSaid| names.get(&s.account.slot).is_some_and(|name| name.to_lowercase() == key);
    Ok(list.said.iter().find(same).cloned())
}

/// A task of ours, due in a day: which account it is about stands on the list it points to.
async fn task(desk: &mut Desk, list: &AccountList) -> Result<TaskId, Stop> {
    let mut due = desk.now().0.plus_secs(DAY);
    // Two of one instant are two tasks.
    let mut id = task_id("R-27", list.id.into(), due);
    while desk.kept(id.into()).await?.is_some() {
        due = due.plus_secs(1);
        id = task_id("R-27", list.id.into(), due);
    }
    let facts = TaskProposed {
        rule: "R-27".to_owned(),
        subject: list.id.into(),
        due,
        party: Party::Owner,
        provider: None,
        site: Some(list.facts.site),
    };
    desk.append(id, TaskEvent::Proposed(facts)).await?;
    Ok(id)
}
