//! What stands already, asked once for each name and remembered while a sheet is planned.

use std::collections::{BTreeMap, HashMap, btree_map::Entry};

use plantgate_domain::{
    base::{AgreementId, Day, InstanceId, Kind, ProviderId, Ref, SiteId, Slot},
    expect::{agreement::Agreement, engagement::Engagement, instance::Instance},
    qualify::person::Person as Known,
};
use plantgate_store::Stop;

use super::Opens;
use crate::names;

/// A person by what a sheet says of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Person {
    pub handle: String,
    pub name: String,
}

/// Who reads the plan: of sites that they do not see they learn nothing, as in every list.
pub(super) type Reader = Known;

#[derive(Default)]
pub(super) struct Stands {
    reader: Option<Reader>,
    sites: BTreeMap<String, Option<SiteId>>,
    instances: BTreeMap<String, Option<Instance>>,
    agreements: BTreeMap<String, Option<Agreement>>,
    people: BTreeMap<ProviderId, Vec<Person>>,
    engagements: BTreeMap<ProviderId, Vec<Engagement>>,
}

impl Stands {
    /// As somebody may know it; without a reader all of it.
    pub fn of(reader: Option<Reader>) -> Stands {
        Stands { reader, ..Stands::default() }
    }

    async fn hidden(&self, memory: &mut impl Opens, on: Ref) -> Result<bool, Stop> {
        match &self.reader {
            Some(reader) => names::hidden_from(memory, reader.clone(), on).await,
            None => Ok(false),
        }
    }

    /// A site that the reader sees; one that they do not is none.
    pub async fn site(&mut self, memory: &mut impl Opens, name: &str) -> Result<Option<SiteId>, Stop> {
        if !self.sites.contains_key(name) {
            let found = match names::find(memory, Kind::Site, name).await? {
                Some(on) if !self.hidden(memory, on).await? => Some(SiteId(on.id)),
                Some(_) | None => None,
            };
            self.sites.insert(name.to_owned(), found);
        }
        Ok(self.sites.get(name).copied().flatten())
    }

    /// An instance, wherever it stands: references are unique in the house. Only where its site is the row's, which the
    /// reader sees, more is told than that it is taken.
    pub async fn instance(&mut self, memory: &mut impl Opens, reference: &str) -> Result<Option<&Instance>, Stop> {
        if !self.instances.contains_key(reference) {
            let found = names::named(memory, reference).await?;
            self.instances.insert(reference.to_owned(), found);
        }
        Ok(self.instances.get(reference).and_then(Option::as_ref))
    }

    /// An instance that was asked for before.
    pub fn known_instance(&self, reference: &str) -> Option<InstanceId> {
        self.instances.get(reference).and_then(Option::as_ref).map(|i| i.id)
    }

    pub async fn agreement(&mut self, memory: &mut impl Opens, reference: &str) -> Result<Option<&Agreement>, Stop> {
        if !self.agreements.contains_key(reference) {
            let found = names::named(memory, reference).await?;
            self.agreements.insert(reference.to_owned(), found);
        }
        Ok(self.agreements.get(reference).and_then(Option::as_ref))
    }

    /// A person of a provider by handle, or by name where a sheet says only one of both.
    pub async fn person(
        &mut self,
        memory: &mut impl Opens,
        of: ProviderId,
        handle: &str,
        name: &str,
    ) -> Result<Option<&Person>, Stop> {
        if let Entry::Vacant(free) = self.people.entry(of) {
            let people: Vec<Known> = memory.of("employer", of).await?;
            let slots: Vec<Slot> = people.iter().flat_map(|p| [p.facts.handle.slot, p.facts.name.slot]).collect();
            let texts: HashMap<Slot, String> = memory.texts(&slots).await?;
            let text = |slot: &Slot| texts.get(slot).cloned().unwrap_or_default();
            let known =
                people.iter().map(|p| Person { handle: text(&p.facts.handle.slot), name: text(&p.facts.name.slot) });
            free.insert(known.collect());
        }
        let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
        let alone = handle == name;
        let is = |p: &&Person| same(&p.handle, handle) || (alone && same(&p.name, name));
        Ok(self.people.get(&of).and_then(|all| all.iter().find(is)))
    }

    /// Engagements of a provider under an agreement (or under none) that have begun by a day and last until then, as
    /// far as the reader sees them, in the order of their references.
    pub async fn engagements(
        &mut self,
        memory: &mut impl Opens,
        of: ProviderId,
        agreement: Option<AgreementId>,
        until: Day,
    ) -> Result<Vec<Engagement>, Stop> {
        if !self.engagements.contains_key(&of) {
            let mut seen = Vec::new();
            for e in memory.of::<Engagement>("provider", of).await? {
                if !self.hidden(memory, e.id.into()).await? {
                    seen.push(e);
                }
            }
            seen.sort_by(|a, b| a.facts.reference.cmp(&b.facts.reference));
            self.engagements.insert(of, seen);
        }
        let all = self.engagements.get(&of).into_iter().flatten();
        let fits = |e: &&Engagement| e.facts.agreement == agreement && (e.facts.from..=e.facts.until).contains(&until);
        Ok(all.filter(fits).cloned().collect())
    }
}
