//! Messages in words: one occasion said the same way on the page, in a mail and in a feed, from the record as it stands
//! and by the rights of the reader. No message says that somebody is at fault for what nobody has confirmed.

pub mod words;

mod day;
pub mod deliver;
pub mod feed;
pub mod hook;
pub mod ics;
pub mod letter;
mod one;
pub mod smtp;

use lettre::Address;
use plantgate_app::{Stop, messages::tell::Ways, read::Look};
use plantgate_domain::qualify::person::Person;

/// What this node can reach people by, as far as pages may know.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Way {
    pub mail: bool,
    pub hooks: bool,
    /// What is put behind a sign-in name of ours that is no address.
    pub domain: Option<String>,
}

impl Way {
    /// For a round of telling.
    pub fn ways(&self) -> Ways {
        Ways { mail: self.mail, hooks: self.hooks }
    }
}

/// Where mail reaches a person: at the name they sign in with where that is an address; one of ours without one at that
/// name in the domain of the plant. Nowhere else: no second list of addresses is kept.
pub async fn address(look: &mut Look, person: &Person, way: &Way) -> Result<Option<String>, Stop> {
    let handle = look.open_private(&person.facts.handle).await?.unwrap_or_default();
    let whole = match (&way.domain, person.provider()) {
        _ if handle.contains('@') => handle,
        (Some(domain), None) => format!("{handle}@{domain}"),
        _ => return Ok(None),
    };
    Ok(whole.parse::<Address>().is_ok().then_some(whole))
}
