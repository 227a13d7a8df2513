//! The facts of a decision, read from any memory: the writer's desk, a page's snapshot, the past. Few steps, because a
//! decision is asked for often: with the objects of the question read ahead, four statements.

use plantgate_domain::{
    base::{ActivationId, EngagementId, Held, Kind, Now, ProviderId, Ref},
    expect::{conduit::Conduit, engagement::Engagement, instance::Instance, zone::Zone},
    permit::{
        facts::{Facts, Question},
        gather::{self, Things},
        grant::Grant,
    },
    thing::{AnyThing, Broken},
};
use plantgate_store::{Stop, memory::Memory};

/// Everything a decision about `q` rests on.
pub async fn facts(memory: &mut impl Memory, q: &Question, now: Now) -> Result<Facts, Stop> {
    // Of an emergency also how many there were lately.
    let grants = if q.emergency() { grants(memory, q.provider).await? } else { Vec::new() };
    read(memory, q, grants, now).await
}

/// The same without how many emergencies there were lately: no check asks for that, and it takes every grant of the
/// provider to know.
pub async fn but_recent(memory: &mut impl Memory, q: &Question, now: Now) -> Result<Facts, Stop> {
    read(memory, q, Vec::new(), now).await
}

async fn read(memory: &mut impl Memory, q: &Question, grants: Vec<Grant>, now: Now) -> Result<Facts, Stop> {
    let mut ahead: Vec<Ref> = vec![q.engagement.into(), ActivationId(q.engagement.0).into(), q.instance.into()];
    ahead.extend(q.person.map(Ref::from));
    ahead.extend(q.change.map(Ref::from));
    ahead.extend(q.grant.map(Ref::from));
    memory.ahead(&ahead).await?;
    let mut things = Things {
        log_size: memory.size(),
        grants,
        engagement: memory.find(q.engagement).await?,
        activation: memory.find(ActivationId(q.engagement.0)).await?,
        instance: memory.find(q.instance).await?,
        ..Things::default()
    };
    if let Some(person) = q.person {
        things.person = memory.find(person).await?;
    }
    if let Some(change) = q.change {
        things.change = memory.find(change).await?;
    }
    if let Some(grant) = q.grant {
        things.grant = memory.find(grant).await?;
    }
    place(memory, q, &mut things).await?;
    things.scoped = scoped(memory, q, things.engagement.as_ref()).await?;
    things.reasons = memory.reasons((q.engagement, q.site)).await?;
    things.holds = memory.holds(&held(q)).await?;
    Ok(gather::facts(things, q, &memory.rules(), now))
}

/// The site, its map and its calendar.
async fn place(memory: &mut impl Memory, q: &Question, things: &mut Things) -> Result<(), Stop> {
    for kept in memory.around(&[Kind::Calendar, Kind::Conduit, Kind::Zone], "site", q.site.into()).await? {
        match kept.thing.kind() {
            Kind::Site => things.site = Some(kept.thing.try_into()?),
            Kind::Zone => things.zones.push(kept.thing.try_into()?),
            Kind::Conduit => things.conduits.push(kept.thing.try_into()?),
            Kind::Calendar => things.calendar = Some(kept.thing.try_into()?),
            _ => {}
        }
    }
    // Each memory has its own order; the facts must not.
    things.zones.sort_by_key(|z: &Zone| z.id);
    things.conduits.sort_by_key(|c: &Conduit| c.id);
    Ok(())
}

/// Instances the scope names, read only where the one asked for is not in it: they say what would be.
async fn scoped(memory: &mut impl Memory, q: &Question, e: Option<&Engagement>) -> Result<Vec<Instance>, Stop> {
    let Some(e) = e.filter(|e| !e.approved().any(|s| s.instance == q.instance)) else { return Ok(Vec::new()) };
    let ids: Vec<Ref> = e.approved().map(|s| s.instance.into()).collect();
    memory.ahead(&ids).await?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(memory.kept(id).await?.map(|k| Instance::try_from(k.thing)).transpose()?);
    }
    Ok(found)
}

/// Whom and what a hold could be on.
fn held(q: &Question) -> Vec<Held> {
    let mut on = vec![Held::Provider(q.provider), Held::Engagement(q.engagement), Held::Instance(q.instance)];
    on.extend(q.person.map(Held::Person));
    on.extend(q.credential.map(Held::Credential));
    on
}

/// All grants of a provider; asked only in emergencies, which are few.
async fn grants(memory: &mut impl Memory, provider: ProviderId) -> Result<Vec<Grant>, Stop> {
    let mut grants = Vec::new();
    for kept in memory.pointing(Kind::Engagement, "provider", provider.into()).await? {
        let engagement: EngagementId = engagement_id(kept.thing)?;
        grants.extend(memory.of::<Grant>("engagement", engagement).await?);
    }
    Ok(grants)
}

fn engagement_id(thing: AnyThing) -> Result<EngagementId, Broken> {
    Engagement::try_from(thing).map(|e| e.id)
}
