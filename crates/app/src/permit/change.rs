//! A change as its system of record knows it. It is recorded by its number there, by hand or by import; Plantgate never
//! approves it.

use plantgate_domain::{
    base::{ChangeId, InstanceId, Kind, ProviderId, SiteId, Why, Window},
    event::permit::{ChangeEvent, ChangeFacts, ChangeState, Provenance},
    expect::instance::Instance,
    permit::change::{Change, change_id},
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    power::{self, May, Place},
    registered::{Registered, kept_maybe},
};

/// Records a change, or revises the one with that number in that system.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordChange {
    /// The system of record, for instance `CMMS`.
    pub system: String,
    /// Its number there, for instance `MOC-2026-0713`.
    pub number: String,
    /// Our short reference, where one came with an import; else the next free one.
    #[serde(default)]
    pub reference: Option<String>,
    pub state: ChangeState,
    /// The window that was approved, once it was.
    #[serde(default)]
    pub window: Option<Window>,
    /// Instances it targets; all at one site.
    pub targets: Vec<String>,
    #[serde(default)]
    pub provider: Option<String>,
    pub known: Provenance,
    #[serde(default)]
    pub title: Option<String>,
    /// The change this one continues.
    #[serde(default)]
    pub follows: Option<String>,
}

impl RecordChange {
    async fn targets(&self, desk: &mut Desk) -> Result<(SiteId, Vec<InstanceId>), Stop> {
        let targets: Vec<InstanceId> = names::resolve_all(desk, Kind::Instance, &self.targets, "targets").await?;
        let mut sites = Vec::new();
        for target in &targets {
            sites.push(desk.get::<Instance>(*target).await?.facts.site);
        }
        sites.sort_unstable();
        sites.dedup();
        match sites.as_slice() {
            [site] => Ok((*site, targets)),
            [] => Err(Stop::field("targets", Why::of("invalid-change-no-system"))),
            _ => Err(Stop::field("targets", Why::of("invalid-change-several-sites"))),
        }
    }
}

impl Act for RecordChange {
    const NAME: &'static str = "record-change";
    type Power = power::RecordChange;
    type Done = Registered<ChangeId>;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        let mut sites = vec![self.targets(desk).await?.0];
        // Whoever moves a change to another site must have a say at both.
        let stands: Option<Change> = desk.find(change_id(self.system.trim(), self.number.trim())).await?;
        sites.extend(stands.map(|c| c.facts.site));
        Ok(Place::sites(sites))
    }

    async fn run(self, may: May<power::RecordChange>, desk: &mut Desk) -> Result<Self::Done, Stop> {
        let system = names::text(80, "system", &self.system)?;
        let number = names::text(80, "number", &self.number)?;
        if self.window.is_some_and(|w| w.until <= w.from) {
            return Err(Stop::field("window", Why::of("invalid-window-order")));
        }
        let (site, targets) = self.targets(desk).await?;
        let id = change_id(&system, &number);
        let stands: Option<Change> = desk.find(id).await?;
        let old = stands.as_ref().map(|c| &c.facts);
        let provider: Option<ProviderId> =
            names::resolve_maybe(desk, Kind::Provider, self.provider.as_deref(), "provider").await?;
        let reference = match (&self.reference, old) {
            (_, Some(old)) => old.reference.clone(),
            (Some(given), None) => free(desk, given).await?,
            (None, None) => desk.next_reference(Kind::Change).await?,
        };
        let title = kept_maybe(desk, old.and_then(|f| f.title.as_ref()), self.title.as_deref()).await?;
        let facts = ChangeFacts {
            reference: reference.clone(),
            system,
            number,
            state: self.state,
            window: self.window,
            targets,
            site,
            provider,
            known: self.known,
            attested_by: match self.known {
                Provenance::Attested => Some(may.id()?),
                Provenance::Imported => None,
            },
            title,
            follows: names::resolve_maybe(desk, Kind::Change, self.follows.as_deref(), "follows").await?,
        };
        match old {
            None => {
                desk.append(id, ChangeEvent::Recorded(facts)).await?;
                Ok(Registered::new(id, reference))
            }
            Some(old) if *old == facts => Ok(Registered::unchanged(id, reference)),
            Some(_) => {
                desk.append(id, ChangeEvent::Revised(facts)).await?;
                Ok(Registered::changed(id, reference))
            }
        }
    }
}

/// A reference that came from outside, if nothing else has it.
async fn free(desk: &mut Desk, given: &str) -> Result<String, Stop> {
    let given = names::text(40, "reference", given)?;
    match desk.named(Kind::Change, &given).await? {
        None => Ok(given),
        Some(_) => Err(Stop::field("reference", Why::of("invalid-change-taken").with("given", given))),
    }
}
