//! A signature as people read it: the name the signer had when they signed, whatever they are called today.

use std::collections::{BTreeMap, HashMap, hash_map::Entry};

use plantgate_domain::{
    base::{PersonId, Private, Ref, Text},
    event::{Event, qualify::PersonEvent},
};
use plantgate_store::{Stop, book, look::Look, signatures::Signed};

/// A signature with its printed name.
#[derive(Clone, PartialEq, Debug)]
pub struct Printed {
    pub signed: Signed,
    /// `None`: the name was erased.
    pub name: Option<String>,
}

/// The signatures under an object with the names of their signers, oldest first.
pub async fn printed(look: &mut Look, on: Ref) -> Result<Vec<Printed>, Stop> {
    let mut known: HashMap<PersonId, Vec<(u64, Private<Text>)>> = HashMap::new();
    let mut all = Vec::new();
    for signed in look.signatures(on).await? {
        let Some(person) = signed.by.person() else { continue };
        if let Entry::Vacant(unknown) = known.entry(person) {
            unknown.insert(names(look, person).await?);
        }
        let then = known.get(&person).into_iter().flatten().rfind(|(entry, _)| *entry < signed.entry);
        let name = match then {
            Some((_, name)) => look.open_private(name).await?,
            None => None,
        };
        all.push(Printed { signed, name });
    }
    Ok(all)
}

/// The names that the signers of these entries had when they signed, by entry; erased ones are not among them.
pub async fn signers(look: &mut Look, entries: &BTreeMap<u64, Vec<u8>>) -> Result<BTreeMap<u64, String>, Stop> {
    let mut found = BTreeMap::new();
    for (index, bytes) in entries {
        let read = book::read(*index, bytes)?;
        let (Some(person), Some(_)) = (read.at.by.person(), read.signature) else { continue };
        let had = names(look, person).await?;
        let Some((_, name)) = had.iter().rfind(|(entry, _)| entry < index) else { continue };
        found.extend(look.open_private(name).await?.map(|name| (*index, name)));
    }
    Ok(found)
}

/// The names a person had, by the entry from which on.
async fn names(look: &mut Look, person: PersonId) -> Result<Vec<(u64, Private<Text>)>, Stop> {
    let entries = look.entries(person.into()).await?;
    let named = entries.into_iter().filter_map(|(read, _)| match read.event {
        Event::Person(PersonEvent::Invited(facts) | PersonEvent::Revised(facts)) => Some((read.at.seq, facts.name)),
        _ => None,
    });
    Ok(named.collect())
}
