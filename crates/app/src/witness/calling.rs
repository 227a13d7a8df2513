//! Who could be called by a sheet for emergencies while its gateway cannot ask: what one confirm of ours
//! could open now, for each person of the firm on each system of the engagement, looked at anew each time it is lent.

use std::collections::BTreeMap;

use plantgate_domain::{
    base::{EndMode, Environment, Instant, PersonId, Role, Window},
    event::{
        expect::Known,
        permit::{AccessRequested, Approval},
    },
    expect::{engagement::Engagement, instance::Instance, site::Site},
    permit::{acts::end_mode, called::Called},
    qualify::person::{self, Person},
};
use plantgate_store::{Stop, look::Look, memory::Memory};
use uuid::Uuid;

use super::{
    cutoff::{LENT_SECS, Lent, Served, keys},
    gate::ways,
    lapse::{Begins, lapses},
};
use crate::{
    act::App,
    power::{OpenEmergency, Power},
};

/// Emergencies that one gateway is lent.
pub const CALLED: usize = 64;
/// People on systems that are looked at for one gateway, each time it asks: a no costs as much as a yes.
const LOOKED_AT: usize = 256;
/// Seconds by which a clock of a gateway may be behind the core's.
const BEHIND: i64 = 600;

/// An emergency as it would be asked for.
pub(super) struct Calling<'c> {
    called: &'c Called,
    engagement: &'c Engagement,
    instance: &'c Instance,
    /// Who agreed beforehand, and stands for whoever of ours will be beside them.
    pub(super) agreed: Approval,
}

/// Who could be called by a sheet: each system by the name that is typed, with its people.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Calls {
    pub systems: BTreeMap<String, Vec<PersonId>>,
    /// How many were not looked at, or do not fit into what the gateway holds.
    pub left_out: usize,
    /// Whoever agreed has no such function any more: nobody is called.
    pub lapsed: bool,
}

impl Calling<'_> {
    /// As somebody would ask at an instant, with somebody of ours beside them.
    pub(super) fn asked(&self, rules_version: u32, t: Instant) -> AccessRequested {
        let asked = self.called.asked(self.engagement, self.instance, (rules_version, t));
        AccessRequested { attendant: Some(self.agreed.person), ..asked }
    }

    /// As it is lent, where one confirm of ours could open it now.
    async fn lent(&self, app: &App, look: &mut Look, person: &Person, site: &Site) -> Result<Option<Lent>, Stop> {
        let now = look.now().0;
        let Some(endpoint) = self.instance.endpoint.clone() else { return Ok(None) };
        let begins = Begins::Emergency(self);
        let (yes, facts) = begins.at(look, now).await?;
        if !yes {
            return Ok(None);
        }
        let until = now.plus_secs(LENT_SECS);
        let lapses = lapses(look, begins, person, &facts, (now, until)).await?;
        let (files, forwards) = ways(&self.called.roles, &endpoint);
        let environment = self.instance.facts.environment.unwrap_or(Environment::Prod);
        Ok(Some(Lent {
            grant: app.emergency_name(self.called)?,
            reference: self.instance.facts.reference.clone(),
            person: person.id,
            hard: end_mode(&self.called.roles, environment) == EndMode::Hard,
            emergency: Some(self.called.clone()),
            keys: keys(person),
            system: self.instance.facts.reference.clone(),
            endpoint,
            files,
            forwards,
            window: Window { from: now.plus_secs(-BEHIND), until },
            lapses,
            days: site.days(&look.rules()),
        }))
    }
}

/// Everybody of the firm who could come to a gateway at all: whoever could not takes no other's place.
async fn people(look: &mut Look, engagement: &Engagement) -> Result<Vec<Person>, Stop> {
    let now = look.now().0;
    let mut people: Vec<Person> = look.of("employer", engagement.facts.provider).await?;
    people.retain(|p| p.seated(now) && p.mfa.on_person == Known::Yes && !keys(p).is_empty());
    people.sort_by_key(|person| person.id);
    Ok(people)
}

/// The systems of an engagement here to which a gateway leads, with what may be done on each.
async fn systems(
    look: &mut Look,
    site: &Site,
    engagement: &Engagement,
    roles: &[Role],
) -> Result<Vec<(Instance, Vec<Role>)>, Stop> {
    let mut systems = Vec::new();
    for item in engagement.approved().filter(|item| item.site == site.id) {
        let may: Vec<Role> = roles.iter().copied().filter(|role| item.roles.contains(role)).collect();
        let instance = look.find::<Instance>(item.instance).await?;
        systems.extend(
            instance.filter(|i| i.endpoint.is_some() && i.vaulted.is_none() && !may.is_empty()).map(|i| (i, may)),
        );
    }
    Ok(systems)
}

impl App {
    /// Who could be called by each sheet of a gateway now. Whoever keeps the sheets sees it, because in an emergency it
    /// is too late to find out that nobody could.
    pub async fn sheets_call(&self, gateway: &str) -> Result<BTreeMap<Uuid, Calls>, Stop> {
        let (_, served) = self.gate_lends(gateway, 0, true).await?;
        let mut all: BTreeMap<Uuid, Calls> = BTreeMap::new();
        for of in served {
            let calls = all.entry(of.sheet.id).or_default();
            (calls.left_out, calls.lapsed) = (of.left_out, of.lapsed);
            for one in of.grants {
                calls.systems.entry(one.reference).or_default().push(one.person);
            }
        }
        Ok(all)
    }

    /// Puts emergencies with the sheets that open them: from each sheet in turn, as many as a gateway is lent.
    pub(super) async fn gate_calls(&self, look: &mut Look, all: &mut [Served]) -> Result<(), Stop> {
        let sheets = all.iter().filter(|served| served.sheet.called().is_some()).count();
        let Some(each) = LOOKED_AT.checked_div(sheets) else { return Ok(()) };
        let mut found = Vec::with_capacity(all.len());
        for served in all.iter_mut() {
            let (lent, not_looked_at) = self.calls_of(look, served, each).await?;
            served.left_out = not_looked_at + lent.len();
            found.push(lent.into_iter());
        }
        let mut left = CALLED;
        while left > 0 && found.iter().any(|lent| lent.len() > 0) {
            for (served, lent) in all.iter_mut().zip(&mut found).filter(|(_, lent)| lent.len() > 0).take(left) {
                served.grants.extend(lent.next());
                served.left_out -= 1;
                left -= 1;
            }
        }
        for served in all.iter().filter(|served| served.left_out > 0) {
            let count = served.left_out;
            tracing::warn!(sheet = %served.sheet.id, count, "not everybody who could be called is lent");
        }
        Ok(())
    }

    /// What codes of a sheet would open, and how many more there are that were not looked at: the first person on each
    /// system before the second, so that no system is left without anybody.
    async fn calls_of(&self, look: &mut Look, served: &mut Served, each: usize) -> Result<(Vec<Lent>, usize), Stop> {
        let (site, sheet) = (&served.site, &served.sheet);
        let Some(e) = &sheet.emergencies else { return Ok(Default::default()) };
        // Whoever agreed may still: a sheet does not outlast the function of the one who stands for it.
        let (now, rules) = (look.now(), look.rules());
        let (issuer, second) = (sheet.issued_by.person(), look.find::<Person>(e.second).await?);
        let stands = issuer.zip(second.as_ref()).is_some_and(|(issuer, second)| {
            person::second(issuer, second, OpenEmergency::KEY, &[site.id], now, &rules).is_ok()
        });
        if !stands {
            served.lapsed = true;
            return Ok(Default::default());
        }
        let Some(engagement) = look.find::<Engagement>(e.engagement).await? else { return Ok(Default::default()) };
        let people = people(look, &engagement).await?;
        let systems = systems(look, site, &engagement, &e.roles).await?;
        let on = |person| systems.iter().map(move |(on, may)| (person, on, may));
        let pairs: Vec<(&Person, &Instance, &Vec<Role>)> = people.iter().flat_map(on).take(each).collect();
        let (mut all, secs) = (Vec::new(), Called::most(&rules));
        for (person, instance, roles) in pairs {
            let (of, on, roles) = (engagement.id, instance.id, roles.clone());
            let called = Called { engagement: of, instance: on, person: person.id, roles, secs };
            let calling = Calling { called: &called, engagement: &engagement, instance, agreed: sheet.agreed(e) };
            match calling.lent(self, look, person, site).await {
                Ok(one) => all.extend(one),
                Err(stop @ (Stop::Busy | Stop::Away(_))) => return Err(stop),
                Err(stop) => tracing::error!(%stop, system = %on, "whether somebody may be called could not be judged"),
            }
        }
        Ok((all, people.len().saturating_mul(systems.len()).saturating_sub(each)))
    }
}
