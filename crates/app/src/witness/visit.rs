//! A visit is announced, or somebody stands at the gate, and who comes is named. Known people by their record; whoever
//! is not known is a name in the erasable store and nothing more.

use plantgate_domain::{
    base::{EngagementId, InstanceId, Kind, PersonId, ProviderId, SiteId, VisitId, Why, Window},
    event::witness::{VisitAnnounced, VisitEvent, VisitMoved, VisitSystemsNamed, VisitorNamed},
    expect::{engagement::Engagement, instance::Instance},
    qualify::person::Person,
    witness::{visit::Visit, visit_acts as rule},
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    act::Act,
    names,
    permit::{
        ask::{caller, ours},
        hand::said,
    },
    power::{EnterSession, May, Place},
    registered::Registered,
};

/// Most people of one visit.
const MOST: usize = 60;

/// The visit a name means.
pub async fn named(desk: &mut Desk, name: &str) -> Result<Visit, Stop> {
    let id: VisitId = names::resolve(desk, Kind::Visit, name, "visit").await?;
    desk.get(id).await
}

/// What every act on a visit has: it is needed where the visit is.
macro_rules! at_the_visit {
    ($name:literal, $done:ty) => {
        const NAME: &'static str = $name;
        type Power = crate::power::EnterSession;
        type Done = $done;

        async fn place(&self, desk: &mut Desk) -> Result<crate::power::Place, Stop> {
            let visit = crate::witness::visit::named(desk, &self.visit).await?;
            Ok(crate::power::Place::site(visit.facts.site))
        }
    };
}
pub(crate) use at_the_visit;

/// Writes down that people of a provider come, or are here.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnnounceVisit {
    pub site: String,
    pub provider: String,
    #[serde(default)]
    pub engagement: Option<String>,
    /// Systems they come for; in scope of the engagement, where one is named.
    #[serde(default)]
    pub instances: Vec<String>,
    /// People of the provider that the record knows.
    #[serde(default)]
    pub people: Vec<String>,
    /// Names of others.
    #[serde(default)]
    pub visitors: Vec<String>,
    /// When they are expected; absent for somebody who walked in.
    #[serde(default)]
    pub planned: Option<Window>,
    #[serde(default)]
    pub attendant: Option<String>,
    #[serde(default)]
    pub deputy: Option<String>,
    #[serde(default)]
    pub purpose: Option<String>,
    /// They are here now.
    #[serde(default)]
    pub arrived: bool,
}

impl AnnounceVisit {
    async fn site(&self, desk: &mut Desk) -> Result<SiteId, Stop> {
        names::resolve(desk, Kind::Site, &self.site, "site").await
    }

    /// The engagement they come under.
    async fn work(&self, desk: &mut Desk, provider: ProviderId) -> Result<Option<Engagement>, Stop> {
        let id: Option<EngagementId> =
            names::resolve_maybe(desk, Kind::Engagement, self.engagement.as_deref(), "engagement").await?;
        let Some(id) = id else { return Ok(None) };
        let work: Engagement = desk.get(id).await?;
        if work.facts.provider == provider {
            return Ok(Some(work));
        }
        Err(Stop::field("engagement", Why::of("invalid-visit-engagement")))
    }

    async fn facts(&self, desk: &mut Desk, provider: ProviderId) -> Result<VisitAnnounced, Stop> {
        if self.planned.is_some_and(|w| w.until <= w.from) {
            return Err(Stop::field("planned", Why::of("invalid-window-order")));
        }
        let site = self.site(desk).await?;
        let work = self.work(desk, provider).await?;
        let instances = systems(desk, &self.instances, site, work.as_ref()).await?;
        let engagement = work.map(|e| e.id);
        let attendant = beside(desk, self.attendant.as_deref(), "attendant").await?;
        let deputy = beside(desk, self.deputy.as_deref(), "deputy").await?;
        if let Some(attendant) = attendant {
            rule::may_be_beside(attendant, deputy)?;
        }
        let purpose = said(desk, "purpose", self.purpose.as_ref()).await?;
        let reference = desk.next_reference(Kind::Visit).await?;
        let planned = self.planned;
        Ok(VisitAnnounced { reference, site, provider, engagement, instances, planned, attendant, deputy, purpose })
    }
}

/// Systems at the site, in the approved scope of the engagement where one is named.
async fn systems(
    desk: &mut Desk,
    wanted: &[String],
    site: SiteId,
    work: Option<&Engagement>,
) -> Result<Vec<InstanceId>, Stop> {
    let mut all: Vec<InstanceId> = names::resolve_all(desk, Kind::Instance, wanted, "instances").await?;
    all.sort_unstable();
    all.dedup();
    for id in &all {
        let on: Instance = desk.get(*id).await?;
        if on.facts.site != site {
            let why = Why::of("invalid-visit-system-elsewhere").with("system", on.facts.reference);
            return Err(Stop::field("instances", why));
        }
        if let Some(work) = work
            && !work.approved().any(|item| item.instance == *id)
        {
            let (system, engagement) = (on.facts.reference, work.facts.reference.clone());
            let why = Why::of("invalid-visit-scope").with("system", system).with("engagement", engagement);
            return Err(Stop::field("instances", why));
        }
    }
    Ok(all)
}

/// Somebody of ours who has a seat now, where one was named.
pub async fn beside(desk: &mut Desk, name: Option<&str>, field: &str) -> Result<Option<PersonId>, Stop> {
    let Some(name) = name else { return Ok(None) };
    let (me, now) = (caller(desk).await?, desk.now());
    Ok(Some(ours(desk, &me, name, field, now).await?.id))
}

/// A person of that provider.
async fn theirs(desk: &mut Desk, name: &str, provider: ProviderId, field: &str) -> Result<PersonId, Stop> {
    let id: PersonId = names::resolve(desk, Kind::Person, name, field).await?;
    if desk.get::<Person>(id).await?.provider() == Some(provider) {
        return Ok(id);
    }
    Err(Stop::field(field, Why::of("invalid-visit-person").with("name", name.trim())))
}

impl Act for AnnounceVisit {
    const NAME: &'static str = "announce-visit";
    type Power = EnterSession;
    type Done = Registered<VisitId>;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(self.site(desk).await?))
    }

    async fn run(self, _may: May<EnterSession>, desk: &mut Desk) -> Result<Self::Done, Stop> {
        if self.people.len() + self.visitors.len() > MOST {
            return Err(Stop::field("people", Why::of("invalid-visit-many").with("most", MOST)));
        }
        let provider: ProviderId = names::resolve(desk, Kind::Provider, &self.provider, "provider").await?;
        let mut people = Vec::new();
        for name in &self.people {
            people.push(theirs(desk, name, provider, "people").await?);
        }
        people.sort_unstable();
        people.dedup();
        let facts = self.facts(desk, provider).await?;
        let (id, reference) = (VisitId(desk.new_id()), facts.reference.clone());
        desk.append(id, VisitEvent::Announced(facts)).await?;
        for person in people {
            let who = VisitorNamed { visitor: desk.new_id(), person: Some(person), name: None };
            desk.append(id, VisitEvent::VisitorNamed(who)).await?;
        }
        for name in &self.visitors {
            let name = desk.seal(&names::text(120, "visitors", name)?)?;
            let who = VisitorNamed { visitor: desk.new_id(), person: None, name: Some(name) };
            desk.append(id, VisitEvent::VisitorNamed(who)).await?;
        }
        if self.arrived {
            let at = desk.now().0;
            desk.append(id, VisitEvent::Arrived(VisitMoved { at })).await?;
        }
        Ok(Registered::new(id, reference))
    }
}

/// They come for more systems than was said first.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameVisitSystems {
    pub visit: String,
    pub instances: Vec<String>,
}

impl Act for NameVisitSystems {
    at_the_visit!("name-visit-systems", VisitId);

    async fn run(self, _may: May<EnterSession>, desk: &mut Desk) -> Result<VisitId, Stop> {
        let visit = named(desk, &self.visit).await?;
        let now = desk.now();
        rule::may_note(&visit, now.0, now)?;
        let work: Option<Engagement> = match visit.facts.engagement {
            Some(id) => Some(desk.get(id).await?),
            None => None,
        };
        let mut instances = systems(desk, &self.instances, visit.facts.site, work.as_ref()).await?;
        instances.retain(|id| !visit.facts.instances.contains(id));
        if instances.is_empty() {
            return Err(Stop::field("instances", Why::of("invalid-visit-system-none")));
        }
        desk.append(visit.id, VisitEvent::SystemsNamed(VisitSystemsNamed { instances })).await?;
        Ok(visit.id)
    }
}

/// Somebody else comes with them: known to the record, or a name.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameVisitor {
    pub visit: String,
    #[serde(default)]
    pub person: Option<String>,
    /// For somebody the record does not know.
    #[serde(default)]
    pub name: Option<String>,
}

/// Who was named.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Came {
    pub visit: VisitId,
    pub visitor: Uuid,
}

impl Act for NameVisitor {
    at_the_visit!("name-visitor", Came);

    async fn run(self, _may: May<EnterSession>, desk: &mut Desk) -> Result<Came, Stop> {
        let visit = named(desk, &self.visit).await?;
        let now = desk.now();
        rule::may_note(&visit, now.0, now)?;
        if visit.visitors.len() >= MOST {
            return Err(Stop::field("person", Why::of("invalid-visit-many").with("most", MOST)));
        }
        let (person, name) = match (&self.person, &self.name) {
            (Some(person), None) => (Some(theirs(desk, person, visit.facts.provider, "person").await?), None),
            (None, Some(name)) => (None, Some(desk.seal(&names::text(120, "name", name)?)?)),
            (None, None) | (Some(_), Some(_)) => {
                return Err(Stop::field("person", Why::of("invalid-visit-who")));
            }
        };
        if person.is_some() && visit.visitors.iter().any(|v| v.person == person) {
            return Err(Stop::field("person", Why::of("invalid-visit-twice")));
        }
        let who = VisitorNamed { visitor: desk.new_id(), person, name };
        let visitor = who.visitor;
        desk.append(visit.id, VisitEvent::VisitorNamed(who)).await?;
        Ok(Came { visit: visit.id, visitor })
    }
}
