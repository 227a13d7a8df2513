//! People name objects by reference (`P-09`, `BMS-B61`) or by id; acts take either. For a provider's people a name that
//! does not exist and one that is not theirs are the same: not found.

use plantgate_domain::{
    base::{Actor, Kind, Ref, SiteId, Told, Why},
    event::{
        permit::{Clock, Hours},
        qualify::Employer,
    },
    qualify::person::Person,
    thing::{AnyThing, Broken, Thing},
};
use plantgate_store::{Desk, Stop, memory::Memory, rows};
use uuid::Uuid;

use crate::bearer;

/// The object a name means. `field` is where the name was given.
pub async fn resolve<I: From<Uuid>>(desk: &mut Desk, kind: Kind, name: &str, field: &str) -> Result<I, Stop> {
    match find(desk, kind, name).await? {
        Some(on) if !hidden(desk, on).await? => Ok(I::from(on.id)),
        Some(_) | None => Err(unknown(is_stranger(desk).await?, kind, name, field)),
    }
}

async fn hidden(desk: &mut Desk, on: Ref) -> Result<bool, Stop> {
    let Actor::Person(id) = desk.cause().actor else { return Ok(false) };
    match bearer::caller(desk, id).await? {
        Some(person) => hidden_from(desk, person, on).await,
        None => Ok(false),
    }
}

/// Whether an object is at sites of which one of ours knows nothing: to them its name means nothing, as in every list.
/// A provider's people are asked by the act's place, because what is not shared yet is theirs too.
pub async fn hidden_from(memory: &mut impl Memory, reader: Person, on: Ref) -> Result<bool, Stop> {
    if reader.facts.employer != Employer::Owner || on == Ref::from(reader.id) {
        return Ok(false);
    }
    let object = memory.kept(on).await?;
    let reader = AnyThing::from(reader);
    Ok(object.is_some_and(|object| !rows::sees(&reader, &object.thing)))
}

/// What to say of a name that means nothing: a provider's people learn nothing from it.
pub fn unknown(stranger: bool, kind: Kind, name: &str, field: &str) -> Stop {
    if stranger {
        return Stop::NotFound;
    }
    Stop::field(field, Why::of("invalid-unknown").with("kind", Told::word("kind", kind)).with("name", name.trim()))
}

/// The objects that names mean.
pub async fn resolve_all<I: From<Uuid>>(
    desk: &mut Desk,
    kind: Kind,
    names: &[String],
    field: &str,
) -> Result<Vec<I>, Stop> {
    let mut ids = Vec::with_capacity(names.len());
    for name in names {
        ids.push(resolve(desk, kind, name, field).await?);
    }
    Ok(ids)
}

/// The object a name means, if it means one.
pub async fn find(memory: &mut impl Memory, kind: Kind, name: &str) -> Result<Option<Ref>, Stop> {
    let name = name.trim();
    if let Ok(id) = name.parse::<Uuid>() {
        let on = Ref { kind, id };
        return Ok(memory.kept(on).await?.map(|_| on));
    }
    memory.named(kind, name).await
}

async fn is_stranger(desk: &mut Desk) -> Result<bool, Stop> {
    let Actor::Person(id) = desk.cause().actor else { return Ok(false) };
    let person: Option<Person> = desk.find(id).await?;
    Ok(person.is_none_or(|p| p.facts.employer != Employer::Owner))
}

/// A text people typed: trimmed, not empty, not too long.
pub fn text(desk_limit: usize, field: &str, value: &str) -> Result<String, Stop> {
    let value = value.trim();
    if value.is_empty() {
        return Err(Stop::field(field, Why::of("invalid-empty")));
    }
    if value.chars().count() > desk_limit {
        return Err(Stop::field(field, Why::of("invalid-text-long").with("most", desk_limit)));
    }
    if value.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(Stop::field(field, Why::of("invalid-text-control")));
    }
    Ok(value.to_owned())
}

/// The object of a kind with that reference, read.
pub async fn named<T>(memory: &mut impl Memory, reference: &str) -> Result<Option<T>, Stop>
where
    T: Thing + TryFrom<AnyThing, Error = Broken>,
{
    match memory.named(T::KIND, reference).await? {
        Some(on) => memory.find(on).await,
        None => Ok(None),
    }
}

/// The object a name means, where a name was given.
pub async fn resolve_maybe<I: From<Uuid>>(
    desk: &mut Desk,
    kind: Kind,
    name: Option<&str>,
    field: &str,
) -> Result<Option<I>, Stop> {
    match name {
        Some(name) => Ok(Some(resolve(desk, kind, name, field).await?)),
        None => Ok(None),
    }
}

/// References are unique in the house: one that stands at another site is taken, not moved.
pub fn same_site(stands: SiteId, asked: SiteId, noun: &str, reference: &str) -> Result<(), Stop> {
    if stands == asked {
        return Ok(());
    }
    let why = Why::of("invalid-elsewhere").with("reference", reference).with("kind", Told::word("kind", noun));
    Err(Stop::field("reference", why))
}

/// A country as ISO 3166-1 writes it.
pub fn country(field: &str, value: &str) -> Result<String, Stop> {
    let value = value.trim().to_ascii_uppercase();
    if value.len() == 2 && value.bytes().all(|b| b.is_ascii_uppercase()) {
        return Ok(value);
    }
    Err(Stop::field(field, Why::of("invalid-country")))
}

/// A reference somebody gave, or the next of ours.
pub async fn reference(desk: &mut Desk, kind: Kind, given: Option<&str>) -> Result<String, Stop> {
    match given {
        Some(given) => text(40, "reference", given),
        None => desk.next_reference(kind).await,
    }
}

/// A reference for an object that is never revised under it: one that is taken is refused.
pub async fn fresh_reference(desk: &mut Desk, kind: Kind, given: Option<&str>) -> Result<String, Stop> {
    let reference = reference(desk, kind, given).await?;
    match desk.named(kind, &reference).await? {
        None => Ok(reference),
        Some(_) => Err(Stop::field("reference", Why::of("invalid-reference-taken").with("reference", reference))),
    }
}

/// Hours of a day as typed, in the fields `hours_from` and `hours_until`.
pub fn hours(from: &str, until: &str) -> Result<Hours, Stop> {
    let read = |field: &str, text: &str| text.parse::<Clock>().map_err(|why| Stop::field(field, why));
    let (from, until) = (read("hours_from", from)?, read("hours_until", until)?);
    if from.minutes() >= 24 * 60 {
        return Err(Stop::field("hours_from", Why::of("invalid-no-clock").with("given", from.to_string())));
    }
    Ok(Hours { from, until })
}
