//! A signature as people read it: the name the signer had when they signed, whatever they are called today.

use std::collections::HashMap;

use plantgate_domain::{
    base::{PersonId, Private, Ref, Text},
    event::{Event, qualify::PersonEvent},
};
use plantgate_store::{Stop, look::Look, signatures::Signed};

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
        if !known.contains_key(&person) {
            known.insert(person, names(look, person).await?);
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

/// The names a person had, by the entry from which on.
async fn names(look: &mut Look, person: PersonId) -> Result<Vec<(u64, Private<Text>)>, Stop> {
    let entries = look.entries(person.into()).await?;
    let named = entries.into_iter().filter_map(|(read, _)| match read.event {
        Event::Person(PersonEvent::Invited(facts) | PersonEvent::Revised(facts)) => Some((read.at.seq, facts.name)),
        _ => None,
    });
    Ok(named.collect())
}
