//! Questions that pages of access ask: what a request still waits for, in which function somebody may answer it, which
//! change a number means. Nothing here decides; it asks what decides.

use plantgate_domain::{
    base::{InstanceId, Kind, Now, SiteId},
    event::{permit::Moment, qualify::OwnerRole},
    permit::{
        access::AccessRequest,
        change::Change,
        decide::{self, Decision},
        facts::Facts,
    },
    qualify::person::Person,
    rules::Rules,
};
use plantgate_store::{Stop, memory::Memory};

use super::facts::facts;
use crate::power::{Power, rows};

/// The functions in which a person of ours has a power at a site.
pub fn functions<P: Power>(rules: &Rules, person: &Person, site: SiteId) -> Vec<OwnerRole> {
    if person.provider().is_some() {
        return Vec::new();
    }
    let here = person.roles.iter().filter(|r| r.site.is_none_or(|s| s == site));
    let mut roles: Vec<OwnerRole> = here.map(|r| r.role).collect();
    roles.retain(|role| rows::<P>().iter().any(|key| rules.powers.owner(key, *role)));
    roles.sort_unstable();
    roles.dedup();
    roles
}

/// Whether a person has a power there: one of ours by function, one of the provider's by role.
pub fn may<P: Power>(rules: &Rules, person: &Person, site: SiteId) -> bool {
    let theirs = || {
        let roles = &person.facts.provider_roles;
        roles.iter().any(|role| rows::<P>().iter().any(|key| rules.powers.provider(key, *role)))
    };
    if person.provider().is_some() { theirs() } else { !functions::<P>(rules, person, site).is_empty() }
}

/// What would be decided if approval were asked now, with the approvals there are.
pub async fn at_approval(
    memory: &mut impl Memory,
    request: &AccessRequest,
    now: Now,
) -> Result<(Decision, Facts), Stop> {
    let q = request.question(Moment::Approval, now);
    let f = facts(memory, &q, now).await?;
    Ok((decide::decide(&f, &q, now), f))
}

/// The change that a reference of ours or a number of its own system means, among those that target an instance.
pub async fn change_named(memory: &mut impl Memory, instance: InstanceId, text: &str) -> Result<Option<Change>, Stop> {
    if let Some(on) = memory.named(Kind::Change, text).await? {
        return memory.find(on).await;
    }
    let on_it: Vec<Change> = memory.of("target", instance).await?;
    Ok(on_it.into_iter().find(|c| c.facts.number.eq_ignore_ascii_case(text)))
}
