//! Everything the page of an engagement says: where it stands at each site and why, what it obliges to, which gates
//! are open, which clauses bind. Read from any memory.

use plantgate_domain::{
    base::{ActivationId, Day, EngagementId, Grade, Instant, Kind, Now, PersonId, Refusal, Say, SiteId, ZoneName},
    event::permit::Attestation,
    expect::{
        agreement::Agreement,
        engagement::{Engagement, TierAt},
        instance::Instance,
        site::Site,
    },
    permit::{activation::Activation, facts::Paper, gates},
    qualify::{
        obligation::Obligation,
        person::{Person, Seat},
        request::Request,
    },
};
use plantgate_store::{Stop, memory::Memory};

use super::activation;
use crate::qualify::standing::{Standing, standing_of};

/// An engagement with what its page shows.
#[derive(Clone, Debug)]
pub struct Engaged {
    pub engagement: Engagement,
    /// How many events made it; forms carry it.
    pub version: u64,
    pub activation: Activation,
    pub agreement: Option<Agreement>,
    pub places: Vec<At>,
    pub instances: Vec<Instance>,
    pub owes: Vec<Owes>,
    pub gates: Vec<Gate>,
    /// The zone its days are read in: its first site's.
    pub zone: ZoneName,
}

/// One site of an engagement.
#[derive(Clone, Debug)]
pub struct At {
    pub site: Site,
    pub standing: Standing,
    pub tier: Option<TierAt>,
}

/// An obligation and how its last request stands.
#[derive(Clone, Debug)]
pub struct Owes {
    pub obligation: Obligation,
    pub request: Option<Request>,
    pub grade: Grade,
    pub due: Option<Day>,
}

/// A gate of activation.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum GateState {
    Open {
        until: Option<Instant>,
    },
    /// Shut, with the rule's own words.
    Shut(Refusal),
}

/// A gate with the message `gate-…` of its name.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Gate {
    pub key: &'static str,
    pub rule: &'static str,
    pub state: GateState,
}

impl Gate {
    /// What the rule says of a shut gate.
    pub fn say(&self) -> Option<Say> {
        match self.state {
            GateState::Open { .. } => None,
            GateState::Shut(refusal) => Some(refusal.say),
        }
    }
    /// Whether nothing is known rather than something missing.
    pub fn unknown(&self) -> bool {
        matches!(self.state, GateState::Shut(r) if r.say.id.ends_with("-unknown"))
    }
}

/// The gates in the order people see them: name, rule, and how its refusals begin.
const GATES: &[(&str, &str, &str)] = &[
    ("qualification", "R-01", "refuse-qualification-"),
    ("contract", "R-01", "refuse-agreement-"),
    ("scope", "R-05", "refuse-activation-scope"),
    ("dates", "R-05", "refuse-activation-dates"),
    ("responsibilities", "R-08", "refuse-responsibilities-"),
    ("information", "R-01", "refuse-exchange-"),
    ("access-method", "R-01", "refuse-method-"),
];

/// Reads it.
pub async fn engaged(memory: &mut impl Memory, id: EngagementId, now: Now) -> Result<Engaged, Stop> {
    let kept = memory.kept(id.into()).await?.ok_or(Stop::NotFound)?;
    let version = kept.version;
    let engagement = Engagement::try_from(kept.thing)?;
    let agreement: Option<Agreement> = match engagement.facts.agreement {
        Some(id) => memory.find(id).await?,
        None => None,
    };
    let activation = memory.find(ActivationId(id.0)).await?.unwrap_or_else(|| unopened(&engagement, now.0));
    let mut places = Vec::new();
    for site in engagement.sites() {
        let standing = standing_of(memory, id, site, now).await?;
        let tier = engagement.tier(site).cloned();
        places.push(At { site: memory.get(site).await?, standing, tier });
    }
    let scoped: Vec<_> = engagement.scope.iter().map(|s| s.item.instance.into()).collect();
    memory.ahead(&scoped).await?;
    let mut instances = Vec::new();
    for on in scoped {
        instances.extend(memory.find::<Instance>(on).await?);
    }
    let zone = places.first().map_or_else(ZoneName::utc, |p| p.site.facts.zone.clone());
    let gates = stand(memory, &engagement, &activation, now).await?;
    let owes = owed(memory, id, now).await?;
    Ok(Engaged { engagement, version, activation, agreement, places, instances, owes, gates, zone })
}

/// What stands before anybody said a word: nothing attested, nothing open.
fn unopened(e: &Engagement, now: Instant) -> Activation {
    Activation {
        id: ActivationId(e.id.0),
        engagement: e.id,
        provider: e.facts.provider,
        sites: e.sites(),
        attested: Vec::new(),
        methods: Vec::new(),
        activated: None,
        in_use_until: None,
        suspended: None,
        ended: None,
        opened: now,
        beforehand: Vec::new(),
    }
}

async fn stand(memory: &mut impl Memory, e: &Engagement, a: &Activation, now: Now) -> Result<Vec<Gate>, Stop> {
    let facts = activation::gates(memory, e, now).await?;
    let missing = gates::activate(a, &facts, &[], now).err().unwrap_or_default();
    let until = |key: &str| match key {
        "qualification" => paper(facts.qualification),
        "contract" => paper(facts.agreement),
        "responsibilities" => a.attestation(Attestation::Responsibilities).and_then(|f| f.valid_until),
        "information" => a.attestation(Attestation::InformationExchange).and_then(|f| f.valid_until),
        _ => None,
    };
    let gate = |(key, rule, begins): &(&'static str, &'static str, &'static str)| {
        let shut = missing.iter().find(|r| r.say.id.starts_with(begins)).copied();
        let state = shut.map_or_else(|| GateState::Open { until: until(key) }, GateState::Shut);
        Gate { key, rule: shut.map_or(rule, |r| r.rule), state }
    };
    Ok(GATES.iter().map(gate).collect())
}

fn paper(paper: Paper) -> Option<Instant> {
    match paper {
        Paper::Valid(until) => until,
        Paper::Missing | Paper::Unknown => None,
    }
}

/// What is owed in force, each with its last request.
async fn owed(memory: &mut impl Memory, id: EngagementId, now: Now) -> Result<Vec<Owes>, Stop> {
    let requests: Vec<Request> = memory.of("engagement", id).await?;
    let obligations: Vec<Obligation> = memory.of("engagement", id).await?;
    let mut owes: Vec<Owes> = Vec::new();
    for obligation in obligations.into_iter().filter(|o| o.ended_at.is_none()) {
        let its = requests.iter().filter(|r| r.facts.obligation == Some(obligation.id) && r.cancelled_at.is_none());
        let request = its.max_by_key(|r| r.due).cloned();
        let grade = request.as_ref().map_or(Grade::Unknown, |r| r.grade(now.0));
        owes.push(Owes { due: request.as_ref().map(|r| r.due), grade, request, obligation });
    }
    owes.sort_by(|a, b| a.obligation.facts.reference.cmp(&b.obligation.facts.reference));
    Ok(owes)
}

/// Engagements that reach an instance and are approved there.
pub async fn reaching(memory: &mut impl Memory, instance: &Instance) -> Result<Vec<Engagement>, Stop> {
    memory.of("instance", instance.id).await
}

/// Who of ours could be the second person: everybody else with the power at these sites.
pub async fn seconds(
    memory: &mut impl Memory,
    key: &str,
    sites: &[SiteId],
    not: PersonId,
) -> Result<Vec<Person>, Stop> {
    let rules = memory.rules();
    let mut found = Vec::new();
    for kept in memory.every(Kind::Person).await? {
        let person = Person::try_from(kept.thing)?;
        let seated = person.seat == Seat::Active;
        if seated && person.id != not && crate::power::could(&person, key, sites, &rules) {
            found.push(person);
        }
    }
    Ok(found)
}
