//! Emergencies while a gateway cannot ask: who could be called by a sheet of codes, and the grant that is
//! opened afterwards for whoever was. Nothing was approved for them; two of ours agreed to the sheet beforehand, and
//! somebody at the site read a code out of its own envelope.

use std::collections::BTreeMap;

use plantgate_domain::{
    base::{
        EndMode, EngagementId, Environment, GrantId, InstanceId, Instant, Kind, Pattern, PersonId, Purpose, Role,
        Window, time::HOUR,
    },
    event::{
        expect::ForEmergencies,
        permit::{AccessRequested, Approval, ApprovalMeaning, AskedWindow, Moment},
    },
    expect::{
        engagement::Engagement,
        instance::Instance,
        site::{Sheet, Site},
    },
    permit::{
        access::ask,
        acts::{self, end_mode},
        grant::Grant,
    },
    qualify::person::Person,
};
use plantgate_store::{Desk, Stop, look::Look, memory::Memory};
use serde::{Deserialize, Serialize};

use super::{
    cutoff::{LENT_SECS, Lent, days, keys},
    gate::ways,
    lapse::{Begins, lapses},
};
use crate::{act::App, permit::facts::facts};

/// Emergencies that are looked at for whoever issues a sheet.
const SHOWN: usize = 64;

/// Whom a code lets in, and for what.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Called {
    pub engagement: EngagementId,
    pub instance: InstanceId,
    pub person: PersonId,
    pub roles: Vec<Role>,
    /// How long it lasts, in seconds from when it begins.
    pub secs: u32,
}

/// An emergency as it would be asked for.
pub(super) struct Calling<'c> {
    called: &'c Called,
    engagement: &'c Engagement,
    instance: &'c Instance,
    /// Who agreed beforehand, and stands for whoever of ours will be beside them.
    pub(super) agreed: Approval,
}

/// The yes that a sheet is.
fn agreed(sheet: &Sheet, e: &ForEmergencies) -> Approval {
    Approval { person: e.second, role: e.function, at: sheet.issued, meaning: ApprovalMeaning::Emergency }
}

impl Called {
    /// What would have been asked for, from an instant on.
    fn asked(&self, e: &Engagement, instance: &Instance, (rules_version, from): (u32, Instant)) -> AccessRequested {
        AccessRequested {
            reference: String::new(),
            engagement: e.id,
            provider: e.facts.provider,
            person: self.person,
            requested_by: self.person,
            instance: instance.id,
            site: instance.facts.site,
            zone: instance.facts.zone,
            environment: instance.facts.environment.unwrap_or(Environment::Prod),
            roles: self.roles.clone(),
            purpose: Purpose::Emergency,
            pattern: Pattern::GatewayAttended,
            attended: true,
            conduits: Vec::new(),
            window: AskedWindow::Fixed(Window { from, until: from.plus_secs(self.secs.into()) }),
            campaign: None,
            change: None,
            ticket: None,
            text: None,
            attendant: None,
            repeats: None,
            rules_version,
        }
    }

    /// Opens the grant of an emergency that took place. What is decided now stands with it and refuses nothing: people
    /// look at it afterwards, and from now on the session is judged like every other.
    pub(super) async fn open(
        &self,
        desk: &mut Desk,
        id: GrantId,
        sheet: Option<&Sheet>,
        began: Instant,
    ) -> Result<(), Stop> {
        if desk.find::<Grant>(id).await?.is_some() {
            return Err(Stop::NotFound);
        }
        let (engagement, instance): (Engagement, Instance) =
            (desk.get(self.engagement).await?, desk.get(self.instance).await?);
        let person: Person = desk.get(self.person).await?;
        if person.provider() != Some(engagement.facts.provider) {
            return Err(Stop::NotFound);
        }
        let now = desk.now();
        let e = sheet.and_then(|sheet| Some((sheet, sheet.emergencies.as_ref()?)));
        // Nothing but what was agreed on; of a sheet that is unknown the gateway's word is all there is.
        let mut roles = self.roles.clone();
        roles.retain(|role| e.is_none_or(|(_, e)| e.roles.contains(role)));
        let called = Called { roles, secs: self.secs.min(secs(desk)), ..self.clone() };
        let asked = called.asked(&engagement, &instance, (desk.rules().version, began));
        let f = facts(desk, &ask(&asked, Moment::Request, now, Vec::new()), now).await?;
        let zone = desk.get::<Site>(asked.site).await?.facts.zone;
        let reference = desk.next_reference(Kind::Grant).await?;
        let agreed = e.map(|(sheet, e)| agreed(sheet, e));
        desk.append(id, acts::emergency_cut_off(&asked, agreed, &f, &reference, &zone, now)).await
    }
}

/// How long one lasts.
fn secs(memory: &impl Memory) -> u32 {
    u32::try_from(memory.rules().access.purpose_cap_hours.emergency.saturating_mul(HOUR)).unwrap_or_default()
}

impl Calling<'_> {
    /// As somebody would ask at an instant, with somebody of ours beside them.
    pub(super) fn asked(&self, rules_version: u32, t: Instant) -> AccessRequested {
        let asked = self.called.asked(self.engagement, self.instance, (rules_version, t));
        AccessRequested { attendant: Some(self.agreed.person), ..asked }
    }

    /// As it is lent, where one confirm of ours could open it now.
    async fn lent(&self, look: &mut Look, name: GrantId, person: &Person, site: &Site) -> Result<Option<Lent>, Stop> {
        let (from, keys) = (look.now().0, keys(person));
        let Some(endpoint) = self.instance.endpoint.clone() else { return Ok(None) };
        if keys.is_empty() || !person.seated(from) {
            return Ok(None);
        }
        let begins = Begins::Emergency(self);
        let (yes, facts) = begins.at(look, from).await?;
        if !yes {
            return Ok(None);
        }
        let until = from.plus_secs(LENT_SECS);
        let lapses = lapses(look, begins, person, &facts, (from, until)).await?;
        let (files, forwards) = ways(&self.called.roles, &endpoint);
        let environment = self.instance.facts.environment.unwrap_or(Environment::Prod);
        Ok(Some(Lent {
            grant: name,
            reference: self.instance.facts.reference.clone(),
            person: person.id,
            hard: end_mode(&self.called.roles, environment) == EndMode::Hard,
            emergency: Some(self.called.clone()),
            keys,
            system: self.instance.facts.reference.clone(),
            endpoint,
            files,
            forwards,
            window: Window { from, until },
            lapses,
            days: days(look, site),
        }))
    }
}

impl App {
    /// Who could be called by a sheet now: each system by the name that is typed, with its people. Whoever issues one
    /// sees it, because in an emergency it is too late to find out that nobody could.
    pub async fn sheet_calls(
        &self,
        look: &mut Look,
        site: &Site,
        sheet: &Sheet,
    ) -> Result<BTreeMap<String, Vec<PersonId>>, Stop> {
        let mut all: BTreeMap<String, Vec<PersonId>> = BTreeMap::new();
        for one in self.gate_calls(look, site, sheet, &mut SHOWN.to_owned()).await? {
            all.entry(one.reference).or_default().push(one.person);
        }
        Ok(all)
    }

    /// Emergencies that codes of a sheet would open, as many as are left: each of one person of the engagement on one
    /// of its systems.
    pub(super) async fn gate_calls(
        &self,
        look: &mut Look,
        site: &Site,
        sheet: &Sheet,
        left: &mut usize,
    ) -> Result<Vec<Lent>, Stop> {
        let Some(e) = &sheet.emergencies else { return Ok(Vec::new()) };
        let Some(engagement) = look.find::<Engagement>(e.engagement).await? else { return Ok(Vec::new()) };
        let people: Vec<Person> = look.of("employer", engagement.facts.provider).await?;
        let (mut all, agreed, secs) = (Vec::new(), agreed(sheet, e), secs(look));
        for item in engagement.approved().filter(|item| item.site == site.id) {
            let (system, mut roles) = (item.instance, e.roles.clone());
            roles.retain(|role| item.roles.contains(role));
            let instance = look.find::<Instance>(system).await?.filter(|_| !roles.is_empty());
            let Some(instance) = instance else { continue };
            for person in &people {
                let (engagement_id, roles) = (engagement.id, roles.clone());
                let called = Called { engagement: engagement_id, instance: system, person: person.id, roles, secs };
                let name = self.emergency_name(&called)?;
                let (called, engagement, instance) = (&called, &engagement, &instance);
                let calling = Calling { called, engagement, instance, agreed: agreed.clone() };
                let one = match calling.lent(look, name, person, site).await {
                    Ok(one) => one,
                    Err(stop @ (Stop::Busy | Stop::Away(_))) => return Err(stop),
                    Err(stop) => {
                        tracing::error!(%stop, system = %system, "whether somebody may be called could not be judged");
                        None
                    }
                };
                let Some(one) = one else { continue };
                if *left == 0 {
                    tracing::warn!(sheet = %sheet.id, "not everybody who could be called fits into what is lent");
                    return Ok(all);
                }
                *left -= 1;
                all.push(one);
            }
        }
        Ok(all)
    }
}
