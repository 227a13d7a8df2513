//! Who came by a token, asked inside the writer's turn: whether it still stands, was made for this act, and what its
//! holder is where it is bound to sites. And whether a machine still has somebody who answers for it. Nothing of this
//! is remembered, so a revocation works on the next request.

use plantgate_domain::{
    base::{Instant, PersonId, Refusal, auth},
    qualify::{
        person::Person,
        token::{Token, answered_for},
    },
};
use plantgate_store::{Desk, Stop, memory::Memory};

/// Acts of people that ask for no new proof and that a program does not do all the same: a yes that somebody stands for
/// with their name, what opens a way in at once, and what has a door of its own.
const OF_PEOPLE: &[&str] = &[
    "approve-access",
    "approve-scope",
    "attest",
    "attest-calendar",
    "attest-people",
    "conclude-trail-review",
    "confirm-clock",
    "decide-qualification",
    "found-organisation",
    "hold-joint-review",
    "look-at-exceptions",
    "name-code-reader",
    "open-emergency",
    "quarantine-item",
    "review-emergency",
    "sign-agreement",
    "watch",
];

/// Whether a program may do an act by a token, if the token names it: nothing that asks people for a new proof or may
/// ask them for a signature.
pub fn may_ever(act: &str, proves: bool) -> bool {
    !proves && !OF_PEOPLE.contains(&act)
}

/// What is said of everything else.
pub fn never() -> Stop {
    Refusal::new("R-13", "stop-token-never").into()
}

/// The token that a turn's caller came by, as it stands now; `None` for whoever came another way.
fn token<'p>(desk: &Desk, person: &'p Person) -> Result<Option<&'p Token>, Stop> {
    let Some(id) = auth::token(desk.cause().auth.as_deref()) else { return Ok(None) };
    // A token that the record does not know opens nothing, whoever says so.
    let token = person.token(id).ok_or(Refusal::new("R-27", "stop-token-revoked"))?;
    token.stands(desk.now().0)?;
    Ok(Some(token))
}

/// Whether whoever came by a token may do an act of that name at all. Asked before any name of its body is looked up.
pub async fn may_do(desk: &mut Desk, act: &str) -> Result<(), Stop> {
    let cause = desk.cause();
    if auth::token(cause.auth.as_deref()).is_none() {
        return Ok(());
    }
    let id = cause.actor.person().ok_or(Stop::NotFound)?;
    let person: Person = desk.get(id).await?;
    if let Some(token) = token(desk, &person)? {
        token.allows(act)?;
    }
    Ok(())
}

/// The caller with what their token leaves them, and a machine only while somebody answers for it.
pub async fn narrowed(desk: &mut Desk, person: Person) -> Result<Person, Stop> {
    let now = desk.now().0;
    alone(desk, &person, now).await?;
    Ok(match token(desk, &person)? {
        Some(token) => token.narrows(&person),
        None => person,
    })
}

/// Whoever acts in this turn, as [`narrowed`] says; `None` when there is no such person.
pub async fn caller(desk: &mut Desk, id: PersonId) -> Result<Option<Person>, Stop> {
    match desk.find::<Person>(id).await? {
        Some(person) => narrowed(desk, person).await.map(Some),
        None => Ok(None),
    }
}

/// Refuses a machine that nobody with a seat answers for.
pub async fn alone(memory: &mut impl Memory, person: &Person, now: Instant) -> Result<(), Stop> {
    let Some(service) = person.service else { return Ok(()) };
    let owner: Option<Person> = memory.find(service.owner).await?;
    answered_for(owner.as_ref(), now).map_err(Stop::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acts;

    #[test]
    fn what_people_stand_for_is_an_act_that_exists() {
        for act in OF_PEOPLE {
            assert!(acts::NAMES.contains(act), "{act}");
            assert!(!acts::by_token(act), "{act}");
        }
        for act in ["give-role", "set-credential", "revoke-token", "make-service"] {
            assert!(!acts::by_token(act), "{act}");
        }
        for act in ["log-session", "take-account-list", "import-rows", "revoke-grant"] {
            assert!(acts::by_token(act), "{act}");
        }
        assert!(!acts::by_token("no-such-act"));
    }
}
