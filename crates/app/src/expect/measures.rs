//! Measures that make up for a limit of a system: OT security proposes them, somebody else who answers for the
//! system agrees; whoever sees that one is not in force says so, alone and at once.

use plantgate_domain::{
    base::{Day, InstanceId, Kind, PersonId, Why, ZoneName},
    event::{
        expect::{Compensation, CompensationBroken, InstanceEvent, Measure},
        permit::Hours,
    },
    expect::{
        instance::Instance,
        measures::{may_break, wrong},
        site::Site,
    },
    qualify::person::{Person, second},
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use super::instance::named as instance;
use crate::{
    act::Act,
    names,
    power::{self, May, Place},
};

/// What a person needs to propose measures.
const PROPOSE: &str = "propose-measures";

/// The zone of a site, in which its days and hours are counted.
pub(crate) async fn zone(memory: &mut impl Memory, i: &Instance) -> Result<ZoneName, Stop> {
    Ok(memory.get::<Site>(i.facts.site).await?.facts.zone)
}

/// Agrees on the measures for a system, in place of those that stood.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgreeMeasures {
    pub instance: String,
    pub measures: Vec<Measure>,
    /// From which time of the site's clock people may work, such as `06:00`; with `hours` among the measures.
    #[serde(default)]
    pub hours_from: Option<String>,
    /// Until which time, such as `18:00`.
    #[serde(default)]
    pub hours_until: Option<String>,
    /// What keeps a log beside the system, such as `FW-C23`; with `adjacent-log` among the measures.
    #[serde(default)]
    pub sources: Vec<String>,
    /// Last day they hold.
    pub until: Day,
    /// Who of OT security proposed them.
    pub proposed_by: String,
    /// Why these make up for the limit.
    pub reason: String,
}

impl AgreeMeasures {
    fn hours(&self) -> Result<Option<Hours>, Stop> {
        let typed = |text: &Option<String>| text.as_deref().map(str::trim).unwrap_or_default().to_owned();
        let (from, until) = (typed(&self.hours_from), typed(&self.hours_until));
        if from.is_empty() && until.is_empty() {
            return Ok(None);
        }
        names::hours(&from, &until).map(Some)
    }

    /// Names of devices: no text of a person fits in there.
    fn sources(&self) -> Result<Vec<String>, Stop> {
        let mut out = Vec::new();
        for source in self.sources.iter().filter(|s| !s.trim().is_empty()) {
            let source = names::text(60, "sources", source)?;
            if !source.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:/".contains(&b)) {
                return Err(Stop::field("sources", Why::of("invalid-measures-source").with("name", source)));
            }
            out.push(source);
        }
        Ok(out)
    }
}

impl Act for AgreeMeasures {
    const NAME: &'static str = "agree-measures";
    const STEP_UP: bool = true;
    type Power = power::AgreeMeasures;
    type Done = InstanceId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(instance(desk, &self.instance).await?.facts.site))
    }

    async fn run(self, may: May<power::AgreeMeasures>, desk: &mut Desk) -> Result<InstanceId, Stop> {
        let instance = instance(desk, &self.instance).await?;
        let proposer: PersonId = names::resolve(desk, Kind::Person, &self.proposed_by, "proposed_by").await?;
        let proposer: Person = desk.get(proposer).await?;
        second(may.id()?, &proposer, PROPOSE, &[instance.facts.site], desk.now(), &desk.rules())?;
        let reason = desk.seal(&names::text(desk.limits().text_chars, "reason", &self.reason)?)?;
        let set = Compensation {
            hours: self.hours()?,
            sources: self.sources()?,
            measures: self.measures,
            until: self.until,
            proposed_by: proposer.id,
            approved_by: may.id()?,
            reason,
        };
        let zone = zone(desk, &instance).await?;
        if let Some((field, why)) = wrong(&set, &zone, desk.now()) {
            return Err(Stop::field(field, why));
        }
        desk.append(instance.id, InstanceEvent::CompensationSet(set)).await?;
        Ok(instance.id)
    }
}

/// Says that a measure is not in force: nothing new begins on the system until a set is agreed anew, and what runs goes
/// to its safe end.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreakMeasure {
    pub instance: String,
    pub measure: Measure,
    pub reason: String,
}

impl Act for BreakMeasure {
    const NAME: &'static str = "break-measure";
    const IN_DOUBT: bool = true;
    type Power = power::BreakMeasure;
    type Done = InstanceId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(instance(desk, &self.instance).await?.facts.site))
    }

    async fn run(self, _may: May<power::BreakMeasure>, desk: &mut Desk) -> Result<InstanceId, Stop> {
        let instance = instance(desk, &self.instance).await?;
        may_break(&instance, self.measure)?;
        let reason = Some(desk.seal(&names::text(desk.limits().text_chars, "reason", &self.reason)?)?);
        let broken = CompensationBroken { measure: self.measure, reason, session: None };
        desk.append(instance.id, InstanceEvent::CompensationBroken(broken)).await?;
        Ok(instance.id)
    }
}
