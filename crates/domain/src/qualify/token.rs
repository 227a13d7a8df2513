//! What a program may do with a secret somebody gave it: never more than its holder, and less where it was made so. All
//! of it is asked again at every request.

use serde::{Deserialize, Serialize};

use super::person::Person;
use crate::{
    base::{Actor, Instant, PersonId, Refusal},
    event::qualify::{OwnerRole, RoleAt, TokenMade},
};

/// Ended tokens that a person's row keeps, the newest; the record has them all.
const ENDED: usize = 50;

/// A token as its events left it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    pub made: TokenMade,
    pub made_at: Instant,
    pub made_by: Actor,
    /// When and by whom it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<(Instant, Actor)>,
}

/// Who answers for the account of a machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    pub owner: PersonId,
}

impl Token {
    /// Open, expired or revoked at an instant.
    pub fn word(&self, t: Instant) -> &'static str {
        match &self.revoked {
            Some(_) => "revoked",
            None if self.made.until <= t => "expired",
            None => "open",
        }
    }

    /// Whether it opens anything at an instant.
    pub fn stands(&self, t: Instant) -> Result<(), Refusal> {
        match self.word(t) {
            "open" => Ok(()),
            "expired" => Err(Refusal::new("R-27", "stop-token-expired")),
            _ => Err(Refusal::new("R-27", "stop-token-revoked")),
        }
    }

    /// Whether it was made for an act of that name.
    pub fn allows(&self, act: &str) -> Result<(), Refusal> {
        if self.made.acts.is_empty() {
            return Err(Refusal::new("R-13", "stop-token-reads"));
        }
        let named = self.made.acts.iter().any(|name| name == act);
        if named { Ok(()) } else { Err(Refusal::new("R-13", "stop-token-scope")) }
    }

    /// Its holder as it stands for them: where it is bound to sites, they have their roles there and nowhere else. So a
    /// token of one site is to every rule, list and page a person of that one site.
    pub fn narrows(&self, holder: &Person) -> Person {
        let mut narrowed = holder.clone();
        if self.made.sites.is_empty() {
            return narrowed;
        }
        narrowed.roles = Vec::new();
        for held in &holder.roles {
            let here = self.made.sites.iter().filter(|site| held.site.is_none_or(|s| s == **site));
            for site in here {
                let role = RoleAt { role: held.role, site: Some(*site) };
                if !narrowed.roles.contains(&role) {
                    narrowed.roles.push(role);
                }
            }
        }
        narrowed
    }
}

/// Keeps what stands and the newest of what ended.
pub(super) fn keep(tokens: &mut Vec<Token>, now: Instant) {
    let mut over = tokens.iter().filter(|t| t.word(now) != "open").count().saturating_sub(ENDED);
    tokens.retain(|t| {
        let goes = over > 0 && t.word(now) != "open";
        over -= usize::from(goes);
        !goes
    });
}

/// The only role that a machine's account has, and which nobody else has.
pub fn fits(person: &Person, role: OwnerRole) -> Result<(), Refusal> {
    match (person.service, role) {
        (Some(_), OwnerRole::ServiceIdentity) => Ok(()),
        (Some(_), _) => Err(Refusal::new("R-13", "stop-service-role")),
        (None, OwnerRole::ServiceIdentity) => Err(Refusal::new("R-13", "stop-role-of-service")),
        (None, _) => Ok(()),
    }
}

/// what a natural person stands for, no machine does.
pub fn natural(person: &Person) -> Result<(), Refusal> {
    if person.service.is_some() { Err(Refusal::new("R-13", "stop-not-a-machine")) } else { Ok(()) }
}

/// Whoever answers for a machine is one of our people and has a seat.
pub fn may_answer(owner: &Person, now: Instant) -> Result<(), Refusal> {
    natural(owner)?;
    let ours = owner.provider().is_none() && owner.seated(now);
    if ours { Ok(()) } else { Err(Refusal::new("R-27", "stop-service-owner")) }
}

/// A machine works while the one who answers for it has a seat: whoever leaves hands it over, or it stops.
pub fn answered_for(owner: Option<&Person>, now: Instant) -> Result<(), Refusal> {
    if owner.is_some_and(|o| o.seated(now)) { Ok(()) } else { Err(Refusal::new("R-27", "stop-service-alone")) }
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
