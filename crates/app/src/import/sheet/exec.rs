//! Opening what was planned: the same acts that pages, API and command line use, each with its own power, one after the
//! other in the turn of the import. Its own entry comes last and says which ones are its.

use std::collections::{BTreeMap, HashMap};

use plantgate_domain::{
    base::{ImportId, Invalid, Kind},
    event::expect::{EngagementKind, ImportEvent, ProviderAlias, ProviderEvent, SheetTaken},
    expect::{engagement::Engagement, provider::Provider},
};
use plantgate_store::{Desk, Stop, memory::Memory};

use super::{ImportSheet, Plan, SheetDone, Taken, reach::Under, wrong};
use crate::{
    act::Act,
    expect::{
        agreement::RecordAgreement, engagement::DraftTheEngagement, instance::RegisterInstance,
        provider::RegisterProvider, scope::ProposeScope,
    },
    import::plan::does,
    names,
    qualify::invite::InvitePerson,
};

struct Opening<'a> {
    desk: &'a mut Desk,
    sheet: &'a ImportSheet,
    plan: &'a Plan,
    /// References of the firms, by their place in the plan.
    firms: HashMap<usize, String>,
    engagements: BTreeMap<Under, String>,
    opened: BTreeMap<Kind, usize>,
}

pub(super) async fn open(desk: &mut Desk, sheet: &ImportSheet, plan: &Plan) -> Result<SheetDone, Stop> {
    let (from, before) = (desk.size(), desk.entries());
    let count = |taken: Taken| plan.rows.iter().filter(|r| r.taken == taken).count();
    let mut done = SheetDone {
        new: count(Taken::New),
        unchanged: count(Taken::Unchanged),
        rejected: count(Taken::Rejected),
        ..SheetDone::default()
    };
    let (firms, engagements, opened) = (HashMap::new(), BTreeMap::new(), BTreeMap::new());
    let mut opening = Opening { desk, sheet, plan, firms, engagements, opened };
    opening.firms().await?;
    opening.people().await?;
    opening.systems().await?;
    opening.agreements().await?;
    opening.engagements().await?;
    opening.scope().await?;
    done.opened = opening.opened.into_iter().collect();
    let entries = (desk.entries() - before) as u64;
    if entries == 0 {
        return Ok(done);
    }
    let reference = desk.next_reference(Kind::Import).await?;
    let taken = SheetTaken {
        reference: reference.clone(),
        sha256: names::text(64, "sha256", &sheet.sha256)?,
        file_name: desk.seal(&names::text(desk.limits().name_chars, "file", &sheet.file)?)?,
        shape: names::text(64, "shape", &sheet.shape)?,
        columns: sheet.columns.clone(),
        from,
        entries,
        taken: (done.new + done.unchanged) as u64,
        left_out: done.rejected as u64,
    };
    let id = ImportId(desk.new_id());
    desk.append(id, ImportEvent::Taken(taken)).await?;
    done.import = Some(id);
    done.reference = Some(reference);
    Ok(done)
}

impl Opening<'_> {
    /// Does an act of a row; a complaint of it is about that row.
    async fn act<A: Act>(&mut self, line: u64, act: A) -> Result<A::Done, Stop> {
        does(self.desk, act).await.map_err(|stop| match stop {
            Stop::Invalid(all) => {
                let at = |i: Invalid| {
                    let mut told = wrong(self.sheet, line, None, i.why);
                    told.place.field = i.place.field;
                    told
                };
                Stop::Invalid(all.into_iter().map(at).collect())
            }
            other => other,
        })
    }

    fn count(&mut self, kind: Kind) {
        *self.opened.entry(kind).or_insert(0) += 1;
    }

    fn firm(&self, at: usize) -> Result<String, Stop> {
        self.firms.get(&at).cloned().ok_or_else(|| Stop::fault("a row names a firm that was not opened"))
    }

    /// New firms that a taken row names, and spellings that a person decided about.
    async fn firms(&mut self) -> Result<(), Stop> {
        let plan = self.plan;
        let mut named: BTreeMap<usize, u64> = BTreeMap::new();
        for row in plan.rows.iter().filter(|r| r.taken != Taken::Rejected) {
            row.firm.map(|at| *named.entry(at).or_insert(row.line));
        }
        for (at, firm) in plan.firms.iter().enumerate() {
            if let Some(stands) = &firm.stands {
                self.firms.insert(at, stands.reference.clone());
            } else if let (Some(line), Some(country)) = (named.get(&at), firm.country.clone()) {
                let reference = names::reference(self.desk, Kind::Provider, firm.reference.as_deref()).await?;
                let act = RegisterProvider {
                    reference,
                    name: firm.name.clone(),
                    country,
                    kinds: Vec::new(),
                    languages: Vec::new(),
                };
                let done = self.act(*line, act).await?;
                self.firms.insert(at, done.reference);
                self.count(Kind::Provider);
            } else {
                continue;
            }
            self.aliases(at, &firm.aliases).await?;
        }
        Ok(())
    }

    async fn aliases(&mut self, at: usize, aliases: &[String]) -> Result<(), Stop> {
        let reference = self.firm(at)?;
        let Some(provider) = names::named::<Provider>(self.desk, &reference).await? else { return Ok(()) };
        for name in aliases.iter().filter(|name| !provider.is_called(name)) {
            let name = names::text(200, "spellings.name", name)?;
            self.desk.append(provider.id, ProviderEvent::AliasGiven(ProviderAlias { name })).await?;
        }
        Ok(())
    }

    async fn people(&mut self) -> Result<(), Stop> {
        for (line, firm, person) in &self.plan.people {
            let act = InvitePerson {
                reference: None,
                handle: person.handle.clone(),
                name: person.name.clone(),
                provider: Some(self.firm(*firm)?),
                roles: Vec::new(),
                provider_roles: Vec::new(),
                key_person: false,
            };
            self.act(*line, act).await?;
            self.count(Kind::Person);
        }
        Ok(())
    }

    async fn systems(&mut self) -> Result<(), Stop> {
        for (line, system) in &self.plan.systems {
            let act = RegisterInstance {
                site: system.site.clone(),
                reference: system.reference.clone(),
                name: system.name.clone(),
                ..RegisterInstance::default()
            };
            self.act(*line, act).await?;
            self.count(Kind::Instance);
        }
        Ok(())
    }

    async fn agreements(&mut self) -> Result<(), Stop> {
        for (reference, agreement) in &self.plan.agreements {
            let act = RecordAgreement {
                reference: Some(reference.clone()),
                provider: self.firm(agreement.firm)?,
                name: agreement.name.clone(),
                from: agreement.from,
                until: agreement.until,
                clauses: Vec::new(),
            };
            self.act(agreement.line, act).await?;
            self.count(Kind::Agreement);
        }
        Ok(())
    }

    async fn engagements(&mut self) -> Result<(), Stop> {
        for (under, engagement) in &self.plan.reach.engagements {
            if let Some(id) = under.stands {
                let stands: Engagement = self.desk.get(id).await?;
                self.engagements.insert(under.clone(), stands.facts.reference);
                continue;
            }
            let act = DraftTheEngagement {
                reference: None,
                provider: self.firm(under.firm)?,
                agreement: under.contract.clone(),
                name: engagement.name.clone(),
                kind: EngagementKind::Service,
                phases: Vec::new(),
                activities: Vec::new(),
                from: engagement.days.from,
                until: engagement.days.until,
                patterns: engagement.patterns(),
                in_use_before_programme_until: None,
                owner: None,
            };
            let done = self.act(engagement.line, act).await?;
            self.engagements.insert(under.clone(), done.reference);
            self.count(Kind::Engagement);
        }
        Ok(())
    }

    /// As a proposal with the days that rows say of this system: approving it is for another person.
    async fn scope(&mut self) -> Result<(), Stop> {
        for ((under, instance), scope) in &self.plan.reach.scope {
            let engagement = self.engagements.get(under).cloned();
            let engagement = engagement.ok_or_else(|| Stop::fault("a row names an engagement that was not opened"))?;
            let act = ProposeScope {
                engagement,
                instance: instance.clone(),
                roles: Vec::new(),
                conduits: Vec::new(),
                from: Some(scope.days.from),
                until: Some(scope.days.until),
            };
            self.act(scope.line, act).await?;
        }
        Ok(())
    }
}
