//! Accounts on systems: found, given to somebody, removed. One that a provider said it would not need contradicts what
//! its tier rests on: one act, two events, because one event changes one object (story A-09).

use plantgate_domain::{
    base::{AccountId, InstanceId, Instant, Kind, PersonId, ProviderId, SiteId, Why},
    event::{
        expect::{EngagementEvent, TierContradicted},
        witness::{AccountAssigned, AccountEvent, AccountFound, AccountKind, AccountRemoved, Removal},
    },
    expect::{engagement::Engagement, instance::Instance},
    qualify::person::{self, Person},
    witness::{account::Account, acts, bound::may_change},
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    permit::ask::{caller, ours},
    power::{KeepAccounts, May, Place, Power},
    registered::{Registered, kept},
};

/// Records an account that was found; one of that name on that system is found again, and lives again.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordAccount {
    pub instance: String,
    /// Its name on the system.
    pub name: String,
    pub kind: AccountKind,
    #[serde(default)]
    pub provider: Option<String>,
    #[serde(default)]
    pub holder: Option<String>,
    /// When it was seen, if not now.
    #[serde(default)]
    pub found_at: Option<Instant>,
}

async fn instance(desk: &mut Desk, name: &str) -> Result<Instance, Stop> {
    let id: InstanceId = names::resolve(desk, Kind::Instance, name, "instance").await?;
    desk.get(id).await
}

impl Act for RecordAccount {
    const NAME: &'static str = "record-account";
    type Power = KeepAccounts;
    type Done = Registered<AccountId>;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(instance(desk, &self.instance).await?.facts.site))
    }

    async fn run(self, _may: May<KeepAccounts>, desk: &mut Desk) -> Result<Self::Done, Stop> {
        let on = instance(desk, &self.instance).await?;
        let name = names::text(120, "name", &self.name)?;
        let found_at = self.found_at.unwrap_or(desk.now().0);
        if found_at > desk.now().0 {
            return Err(Stop::field("found_at", Why::of("invalid-found-future")));
        }
        let stands = same(desk, on.id, &name).await?;
        let old = stands.as_ref().map(|a| &a.facts);
        let holder: Option<PersonId> =
            names::resolve_maybe(desk, Kind::Person, self.holder.as_deref(), "holder").await?;
        let named: Option<ProviderId> =
            names::resolve_maybe(desk, Kind::Provider, self.provider.as_deref(), "provider").await?;
        if let Some(stands) = &stands {
            may_change(stands, holder, self.kind)?;
        }
        let provider = whose(desk, named, holder).await?;
        let against = contradicted(desk, provider, on.facts.site).await?;
        let facts = AccountFound {
            reference: match old {
                Some(old) => old.reference.clone(),
                None => desk.next_reference(Kind::Account).await?,
            },
            instance: on.id,
            site: on.facts.site,
            provider,
            name: kept(desk, old.map(|f| &f.name), &name).await?,
            kind: self.kind,
            holder,
            found_at,
            contradicts_no_access: !against.is_empty(),
        };
        let reference = facts.reference.clone();
        let id = stands.as_ref().map_or_else(|| AccountId(desk.new_id()), |a| a.id);
        desk.append(id, AccountEvent::Found(facts)).await?;
        contradict(desk, &against, id, on.facts.site).await?;
        Ok(if stands.is_some() { Registered::changed(id, reference) } else { Registered::new(id, reference) })
    }
}

/// The account of that name on that system; names sit in the erasable store, so they are read to be compared.
async fn same(desk: &mut Desk, on: InstanceId, name: &str) -> Result<Option<Account>, Stop> {
    let accounts: Vec<Account> = desk.of("instance", on).await?;
    for account in accounts {
        if desk.open_private(&account.facts.name).await?.as_deref() == Some(name) {
            return Ok(Some(account));
        }
    }
    Ok(None)
}

/// Whose account it is: the provider named must be the holder's.
async fn whose(
    desk: &mut Desk,
    named: Option<ProviderId>,
    holder: Option<PersonId>,
) -> Result<Option<ProviderId>, Stop> {
    let Some(holder) = holder else { return Ok(named) };
    let employer = desk.get::<Person>(holder).await?.provider();
    match (named, employer) {
        (Some(named), employer) if employer != Some(named) => {
            Err(Stop::field("holder", Why::of("invalid-holder-not-theirs")))
        }
        (_, employer) => Ok(employer),
    }
}

/// Engagements in which the provider had stated that it needs no access there.
async fn contradicted(desk: &mut Desk, provider: Option<ProviderId>, at: SiteId) -> Result<Vec<Engagement>, Stop> {
    let Some(provider) = provider else { return Ok(Vec::new()) };
    let mut all: Vec<Engagement> = desk.of("provider", provider).await?;
    all.retain(|e| acts::contradicts(e, provider, at));
    Ok(all)
}

async fn contradict(desk: &mut Desk, against: &[Engagement], found: AccountId, site: SiteId) -> Result<(), Stop> {
    for e in against.iter().filter(|e| !e.contradicted.contains(&(site, found.into()))) {
        let event = TierContradicted { site, found: found.into() };
        desk.append(e.id, EngagementEvent::TierContradicted(event)).await?;
        // What was found is a fact of the tier: gates and page say at once what follows from it (R-02, story A-09).
        crate::expect::tier::recompute_tier(desk, e.id, site).await?;
    }
    Ok(())
}

pub(super) async fn account(desk: &mut Desk, name: &str) -> Result<Account, Stop> {
    let id: AccountId = names::resolve(desk, Kind::Account, name, "account").await?;
    desk.get(id).await
}

/// Where an account is.
pub(super) async fn place(desk: &mut Desk, name: &str) -> Result<Place, Stop> {
    Ok(Place::site(account(desk, name).await?.facts.site))
}

/// Says who holds an account now.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignAccount {
    pub account: String,
    pub kind: AccountKind,
    #[serde(default)]
    pub provider: Option<String>,
    #[serde(default)]
    pub holder: Option<String>,
}

impl Act for AssignAccount {
    const NAME: &'static str = "assign-account";
    type Power = KeepAccounts;
    type Done = AccountId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.account).await
    }

    async fn run(self, _may: May<KeepAccounts>, desk: &mut Desk) -> Result<AccountId, Stop> {
        let account = account(desk, &self.account).await?;
        let holder: Option<PersonId> =
            names::resolve_maybe(desk, Kind::Person, self.holder.as_deref(), "holder").await?;
        let named: Option<ProviderId> =
            names::resolve_maybe(desk, Kind::Provider, self.provider.as_deref(), "provider").await?;
        may_change(&account, holder, self.kind)?;
        let provider = whose(desk, named, holder).await?;
        let to = AccountAssigned { provider, holder, kind: self.kind };
        desk.append(account.id, AccountEvent::Assigned(to)).await?;
        let against = contradicted(desk, provider, account.facts.site).await?;
        contradict(desk, &against, account.id, account.facts.site).await?;
        Ok(account.id)
    }
}

/// An account is no longer a way in.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveAccount {
    pub account: String,
    pub how: Removal,
    /// When, if not now.
    #[serde(default)]
    pub at: Option<Instant>,
    /// The second person who looked; without one the removal is not verified.
    #[serde(default)]
    pub verified_by: Option<String>,
}

impl Act for RemoveAccount {
    const NAME: &'static str = "remove-account";
    type Power = KeepAccounts;
    type Done = AccountId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        place(desk, &self.account).await
    }

    async fn run(self, may: May<KeepAccounts>, desk: &mut Desk) -> Result<AccountId, Stop> {
        let account = account(desk, &self.account).await?;
        let (at, now) = (self.at.unwrap_or(desk.now().0), desk.now());
        acts::may_remove(&account, at, now)?;
        let verified_by = match &self.verified_by {
            Some(name) => {
                let me = caller(desk).await?;
                let second = ours(desk, &me, name, "verified_by", now).await?;
                let here = [account.facts.site];
                person::second(may.id()?, &second, KeepAccounts::KEY, &here, now, &desk.rules())?;
                Some(second.id)
            }
            None => None,
        };
        desk.append(account.id, AccountEvent::Removed(AccountRemoved { at, how: self.how, verified_by })).await?;
        Ok(account.id)
    }
}
