//! Who could be called by a sheet for emergencies while its gateway cannot ask: what one confirm of ours
//! could open now, for each person of the firm on each system of the engagement, looked at anew each time it is lent.

use std::collections::BTreeMap;

use plantgate_domain::{
    base::{EndMode, Environment, Instant, PersonId, Role, Window},
    event::permit::{AccessRequested, Approval},
    expect::{
        engagement::Engagement,
        instance::Instance,
        site::{Sheet, Site},
    },
    permit::acts::end_mode,
    qualify::person::{self, Person},
};
use plantgate_store::{Stop, look::Look, memory::Memory};

use super::{
    called::{Called, agreed, secs},
    cutoff::{LENT_SECS, Lent, Served, days, keys},
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
    /// How many more there would be, which the gateway does not hold.
    pub left_out: usize,
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
            days: days(look, site),
        }))
    }
}

/// Somebody on a system, with what they may do there.
type Pair = (Person, Instance, Vec<Role>);

/// Everybody of the firm who could come to a gateway, on every system of the engagement that one leads to: the first
/// person on each system before the second, so that no system is left without anybody.
async fn pairs(look: &mut Look, site: &Site, engagement: &Engagement, roles: &[Role]) -> Result<Vec<Pair>, Stop> {
    let now = look.now().0;
    let mut people: Vec<Person> = look.of("employer", engagement.facts.provider).await?;
    people.retain(|person| person.seated(now) && !keys(person).is_empty());
    people.sort_by_key(|person| person.id);
    let mut systems = Vec::new();
    for item in engagement.approved().filter(|item| item.site == site.id) {
        let may: Vec<Role> = roles.iter().copied().filter(|role| item.roles.contains(role)).collect();
        let instance = look.find::<Instance>(item.instance).await?;
        systems.extend(instance.filter(|i| i.endpoint.is_some() && !may.is_empty()).map(|i| (i, may)));
    }
    let on = |person: &Person| systems.iter().map(|(i, may)| (person.clone(), i.clone(), may.clone())).collect();
    Ok(people.iter().flat_map(|person| -> Vec<Pair> { on(person) }).collect())
}

impl App {
    /// Who could be called by a sheet now. Whoever keeps the sheets sees it, because in an emergency it is too late to
    /// find out that nobody could.
    pub async fn sheet_calls(&self, sheet: &Sheet) -> Result<Calls, Stop> {
        let (_, served) = self.gate_lends(&sheet.gateway, 0, true).await?;
        let Some(served) = served.into_iter().find(|served| served.sheet.id == sheet.id) else {
            return Ok(Calls::default());
        };
        let mut calls = Calls { left_out: served.left_out, ..Calls::default() };
        for one in served.grants {
            calls.systems.entry(one.reference).or_default().push(one.person);
        }
        Ok(calls)
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

    /// What codes of a sheet would open, and how many more there are that were not looked at.
    async fn calls_of(&self, look: &mut Look, served: &Served, each: usize) -> Result<(Vec<Lent>, usize), Stop> {
        let (site, sheet) = (&served.site, &served.sheet);
        let Some(e) = &sheet.emergencies else { return Ok(Default::default()) };
        let Some(engagement) = look.find::<Engagement>(e.engagement).await? else { return Ok(Default::default()) };
        // Whoever agreed may still: a sheet does not outlast the function of the one who stands for it.
        let second: Person = look.get(e.second).await?;
        let issuer = sheet.issued_by.person().ok_or_else(|| Stop::fault("a sheet that nobody issued"))?;
        let (now, rules) = (look.now(), look.rules());
        if person::second(issuer, &second, OpenEmergency::KEY, &[site.id], now, &rules).is_err() {
            return Ok(Default::default());
        }
        let pairs = pairs(look, site, &engagement, &e.roles).await?;
        let (mut all, more, secs) = (Vec::new(), pairs.len().saturating_sub(each), secs(look));
        for (person, instance, roles) in pairs.into_iter().take(each) {
            let (of, on) = (engagement.id, instance.id);
            let called = Called { engagement: of, instance: on, person: person.id, roles, secs };
            let (called, engagement, instance) = (&called, &engagement, &instance);
            let calling = Calling { called, engagement, instance, agreed: agreed(sheet, e) };
            match calling.lent(self, look, &person, site).await {
                Ok(one) => all.extend(one),
                Err(stop @ (Stop::Busy | Stop::Away(_))) => return Err(stop),
                Err(stop) => tracing::error!(%stop, system = %on, "whether somebody may be called could not be judged"),
            }
        }
        Ok((all, more))
    }
}
