//! A system in one environment: the thing that is touched. *Production* is never implied by *system* (S1.4d).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, Environment, InstanceId, Instant, Kind, Line},
    event::expect::{
        Compensation, CompensationBroken, Endpoint, Gxp, InstanceEvent, InstanceFacts, Known, Sighting, Validated,
    },
    expect::vault::Vaulted,
    rules::Rules,
    thing::{Card, Label, Thing},
};

/// An instance as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    pub id: InstanceId,
    pub facts: InstanceFacts,
    /// What makes up for its limitations.
    pub compensation: Option<Compensated>,
    /// What machines saw of it, the latest of each source and device, with when it was recorded.
    pub sightings: Vec<Sighted>,
    /// The import that opened it was undone.
    #[serde(default)]
    pub withdrawn: bool,
    /// Where the gateway reaches it.
    #[serde(default)]
    pub endpoint: Option<Endpoint>,
    /// What lets the gateway in there, where a certificate does not.
    #[serde(default)]
    pub vaulted: Option<Vaulted>,
}

/// What was agreed, and whether it still holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compensated {
    pub set: Compensation,
    pub agreed: Instant,
    /// The first member that failed, since when.
    pub broken: Option<(Instant, CompensationBroken)>,
}

/// A sighting in the record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sighted {
    pub saw: Sighting,
    pub recorded: Instant,
}

impl Instance {
    /// Whether what was seen can be this instance: no stronger mark says otherwise, and the same file did not tell the
    /// two apart already.
    pub fn can_be(&self, saw: &Sighting) -> bool {
        let differ = |a: &Option<String>, b: &Option<String>| matches!((a, b), (Some(a), Some(b)) if a != b);
        self.sightings.iter().all(|s| {
            let apart = s.saw.source == saw.source && s.saw.file == saw.file && s.saw.key != saw.key;
            !apart && !differ(&s.saw.mac, &saw.mac) && !differ(&s.saw.serial, &saw.serial)
        })
    }

    /// What was seen of it by the same source under the same mark.
    pub fn seen_as(&self, saw: &Sighting) -> Option<&Sighted> {
        self.sightings.iter().find(|s| s.saw.source == saw.source && s.saw.key == saw.key)
    }

    /// Impact on product or patient: stated, else from the validated status. A status that only GxP systems have
    /// (validated, under change, suspended, GxP not validated) means direct. `None`: unknown.
    pub fn gxp(&self) -> Option<Gxp> {
        self.facts.gxp.or_else(|| {
            self.facts.validated.map(|v| match v {
                Validated::NotGxp => Gxp::None,
                Validated::Validated | Validated::GxpNotValidated | Validated::UnderChange | Validated::Suspended => {
                    Gxp::Direct
                }
            })
        })
    }

    /// Whether QA must be heard: a validated status that a change could break.
    pub fn qualified(&self) -> bool {
        self.facts.validated.is_some_and(|v| match v {
            Validated::Validated | Validated::UnderChange | Validated::Suspended => true,
            Validated::NotGxp | Validated::GxpNotValidated => false,
        })
    }

    /// Whether approvals on it are signed: where quality must be heard, and where nobody said that it need not,
    /// because unknown gates like validated.
    pub fn signed_for(&self) -> bool {
        self.facts.validated.is_none() || self.qualified()
    }

    /// Whether it has a limit that measures must make up for: a stated one, or a capability it lacks; unknown
    /// while a capability is.
    pub fn limited(&self) -> Known {
        let c = &self.facts.capabilities;
        let able = [c.named_users, c.mfa, c.logs, c.recording, c.file_control];
        match () {
            () if !self.facts.limitations.is_empty() || able.contains(&Known::No) => Known::Yes,
            () if able.contains(&Known::Unknown) => Known::Unknown,
            () => Known::No,
        }
    }
    /// Whether a compensation set is needed: limited, or nobody has said.
    pub fn needs_compensation(&self) -> bool {
        self.limited() != Known::No
    }
}

/// The system an instance belongs to when nobody named one: its own reference without the mark of its environment
/// (`DCS-B01-T` is the test bed of `DCS-B01`).
pub fn system_reference(reference: &str, environment: Option<Environment>) -> &str {
    let mark = match environment {
        Some(Environment::Test) => "-T",
        Some(Environment::Dev) => "-D",
        Some(Environment::Prod) | None => return reference,
    };
    reference.strip_suffix(mark).filter(|rest| !rest.is_empty()).unwrap_or(reference)
}

impl Thing for Instance {
    type Event = InstanceEvent;
    const KIND: Kind = Kind::Instance;

    fn born(id: Uuid, e: &InstanceEvent, _at: At) -> Option<Self> {
        match e {
            InstanceEvent::Registered(facts) => {
                let (facts, sightings) = (facts.clone(), Vec::new());
                Some(Instance {
                    id: InstanceId(id),
                    facts,
                    compensation: None,
                    sightings,
                    withdrawn: false,
                    endpoint: None,
                    vaulted: None,
                })
            }
            InstanceEvent::Revised(_)
            | InstanceEvent::ValidationSet(_)
            | InstanceEvent::CompensationSet(_)
            | InstanceEvent::CompensationBroken(_)
            | InstanceEvent::Withdrawn(_)
            | InstanceEvent::EndpointPinned(_)
            | InstanceEvent::EndpointUnpinned(_)
            | InstanceEvent::SecretPut(_)
            | InstanceEvent::SecretShown(_)
            | InstanceEvent::SecretRefused(_)
            | InstanceEvent::SecretRemoved(_)
            | InstanceEvent::Seen(_) => None,
        }
    }

    fn apply(&mut self, e: &InstanceEvent, at: At) {
        match e {
            InstanceEvent::Registered(facts) | InstanceEvent::Revised(facts) => self.facts = facts.clone(),
            InstanceEvent::Withdrawn(_) => self.withdrawn = true,
            InstanceEvent::EndpointPinned(endpoint) => {
                // What lies in the vault is never sent another way.
                self.vaulted.take_if(|_| !self.endpoint.as_ref().is_some_and(|old| old.is_same_way(endpoint)));
                self.endpoint = Some(endpoint.clone());
            }
            InstanceEvent::EndpointUnpinned(_) => (self.endpoint, self.vaulted) = (None, None),
            InstanceEvent::SecretPut(put) => self.vaulted = Some(Vaulted::put(put, self.vaulted.as_ref(), at)),
            InstanceEvent::SecretShown(_) => self.vaulted.iter_mut().for_each(|v| v.shown = Some((at.at, at.by))),
            InstanceEvent::SecretRefused(by) => {
                self.vaulted.iter_mut().for_each(|v| v.refused = Some((at.at, by.session)));
            }
            InstanceEvent::SecretRemoved(_) => self.vaulted = None,
            InstanceEvent::ValidationSet(set) => self.facts.validated = Some(set.status),
            InstanceEvent::CompensationSet(set) => {
                self.compensation = Some(Compensated { set: set.clone(), agreed: at.at, broken: None });
            }
            InstanceEvent::CompensationBroken(how) => {
                if let Some(stands) = self.compensation.as_mut().filter(|c| c.broken.is_none()) {
                    stands.broken = Some((at.at, how.clone()));
                }
            }
            InstanceEvent::Seen(saw) => {
                self.sightings.retain(|s| s.saw.source != saw.source || s.saw.key != saw.key);
                self.sightings.push(Sighted { saw: (**saw).clone(), recorded: at.at });
            }
        }
    }

    fn withdrawn(&self) -> bool {
        self.withdrawn
    }

    fn card(&self) -> Card {
        let mut links = vec![("system", self.facts.system.into()), ("site", self.facts.site.into())];
        links.extend(self.facts.zone.map(|z| ("zone", z.into())));
        Card {
            reference: Some(self.facts.reference.clone()),
            label: Label::Clear(self.facts.name.clone()),
            sites: vec![self.facts.site],
            links,
            state: self.facts.validated.map(Validated::as_str),
            ..Card::default()
        }
    }

    /// What it is, touches and can do, so that lists can ask for it. What nobody said has no line but for what it can
    /// do: *unknown* is an answer there that people look for.
    fn lines(&self, _rules: &Rules) -> Vec<(&'static str, Line<&'static str>)> {
        let f = &self.facts;
        let c = &f.capabilities;
        let able = [
            ("named-users", c.named_users),
            ("mfa", c.mfa),
            ("logs", c.logs),
            ("recording", c.recording),
            ("file-control", c.file_control),
        ];
        let mut words: Vec<(&'static str, &'static str)> = able.map(|(name, known)| (name, known.as_str())).to_vec();
        words.extend(f.environment.map(|e| ("environment", e.as_str())));
        words.extend(f.flags.iter().flatten().map(|flag| (flag.as_str(), Known::Yes.as_str())));
        words.into_iter().map(|(name, word)| (name, Line::flat(word))).collect()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{
        base::{Actor, SiteId, SystemId},
        event::expect::Capabilities,
    };

    /// A controller at a site, of which nothing but that is known.
    pub fn facts() -> InstanceFacts {
        InstanceFacts {
            system: SystemId(Uuid::from_u128(8)),
            site: SiteId(Uuid::from_u128(1)),
            zone: None,
            environment: Some(Environment::Prod),
            reference: "PLC-C03".into(),
            name: "Controller".into(),
            validated: None,
            flags: None,
            gxp: None,
            capabilities: Capabilities::UNKNOWN,
            limitations: Vec::new(),
            roles: Vec::new(),
        }
    }

    pub fn instance() -> Instance {
        let at = At { seq: 1, at: Instant::MIN, by: Actor::Genesis };
        Instance::born(Uuid::from_u128(61), &InstanceEvent::Registered(facts()), at).unwrap()
    }

    #[test]
    fn a_test_bed_belongs_to_its_system() {
        assert_eq!(system_reference("DCS-B01-T", Some(Environment::Test)), "DCS-B01");
        assert_eq!(system_reference("MES-B31-D", Some(Environment::Dev)), "MES-B31");
        assert_eq!(system_reference("DCS-B01-T", Some(Environment::Prod)), "DCS-B01-T");
        assert_eq!(system_reference("-T", Some(Environment::Test)), "-T");
        assert_eq!(system_reference("BMS-B61", None), "BMS-B61");
    }
}
