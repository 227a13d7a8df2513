//! What can have happened: data only, readable by every wing. One event changes one object; the name is the wire name
//! `wing.noun.past_tense@n`. Old versions are upcast in `upcast`, entries are never rewritten.

use serde_json::{Value, json};
use thiserror::Error;

use crate::base::Kind;

pub mod expect;
pub mod permit;
pub mod qualify;
pub mod review;
pub mod witness;

/// An entry's payload that this binary cannot read.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("an event of kind {kind} named ‘{name}’ is not known or not well formed: {why}")]
pub struct Unreadable {
    pub kind: &'static str,
    pub name: String,
    pub why: String,
}

macro_rules! events {
    ($($kind:ident: $event:ty;)+) => {
        /// Every event, by the kind of object it changes. Matched totally everywhere, never with `_`.
        #[derive(Clone, PartialEq, Debug)]
        pub enum Event { $($kind($event)),+ }

        impl Event {
            /// The kind of object this event changes.
            pub const fn kind(&self) -> Kind { match self { $(Event::$kind(_) => Kind::$kind),+ } }

            /// Wire name and payload. Fails only if a payload cannot be JSON, which its schema excludes.
            pub fn to_wire(&self) -> Result<(String, Value), Unreadable> {
                let (kind, whole) = match self { $(Event::$kind(e) => (Kind::$kind, serde_json::to_value(e))),+ };
                split(kind, whole)
            }

            /// Reads an event of any version ever released.
            pub fn from_wire(kind: Kind, name: &str, data: Value) -> Result<Event, Unreadable> {
                let (name, data) = upcast(name, data);
                let whole = json!({ "type": name, "data": data });
                let read = match kind {
                    $(Kind::$kind => serde_json::from_value(whole).map(Event::$kind),)+
                };
                read.map_err(|e| Unreadable { kind: kind.as_str(), name: name.to_owned(), why: e.to_string() })
            }
        }
        $(impl From<$event> for Event { fn from(e: $event) -> Event { Event::$kind(e) } })+
    };
}

// Alphabetical like `Kind`; the compiler refuses a kind that is missing here.
events! {
    AccessRequest: permit::AccessEvent;
    Account: witness::AccountEvent;
    AccountList: witness::AccountListEvent;
    Activation: permit::ActivationEvent;
    Agreement: expect::AgreementEvent;
    Calendar: permit::CalendarEvent;
    Catalogue: expect::CatalogueEvent;
    Certificate: qualify::CertificateEvent;
    Change: permit::ChangeEvent;
    Conduit: expect::ConduitEvent;
    Engagement: expect::EngagementEvent;
    Finding: review::FindingEvent;
    Grant: permit::GrantEvent;
    Hold: permit::HoldEvent;
    Import: expect::ImportEvent;
    Instance: expect::InstanceEvent;
    Item: qualify::ItemEvent;
    Obligation: qualify::ObligationEvent;
    Organisation: expect::OrganisationEvent;
    Person: qualify::PersonEvent;
    Provider: expect::ProviderEvent;
    Qualification: qualify::QualificationEvent;
    Request: qualify::RequestEvent;
    Rulebook: expect::RulebookEvent;
    Session: witness::SessionEvent;
    Site: expect::SiteEvent;
    System: expect::SystemEvent;
    Task: review::TaskEvent;
    Visit: witness::VisitEvent;
    Zone: expect::ZoneEvent;
}

/// Turns a payload of an older version into today's.
fn upcast(name: &str, mut data: Value) -> (&str, Value) {
    match name {
        "expect.pack.made@1" => {
            if let Value::Object(fields) = &mut data {
                fields.insert("wish".to_owned(), Value::Null);
            }
            ("expect.pack.made@2", data)
        }
        // Whoever signed by the first rules for exceptions did not say so: there were no others.
        "expect.trail.reviewed@1" => {
            if let Value::Object(fields) = &mut data {
                fields.insert("exceptions".to_owned(), json!(1));
            }
            ("expect.trail.reviewed@2", data)
        }
        // The second version adds a name that may be absent.
        "witness.account_list.taken@1" => ("witness.account_list.taken@2", data),
        // The second version adds a reason that may be absent.
        "expect.mode.set@1" => ("expect.mode.set@2", data),
        today => (today, data),
    }
}

fn split(kind: Kind, whole: Result<Value, serde_json::Error>) -> Result<(String, Value), Unreadable> {
    let broken = |why: &str| Unreadable { kind: kind.as_str(), name: String::new(), why: why.to_owned() };
    let mut whole = whole.map_err(|e| broken(&e.to_string()))?;
    let name = whole.get("type").and_then(Value::as_str).ok_or_else(|| broken("no type"))?.to_owned();
    let data = whole.get_mut("data").map(Value::take).ok_or_else(|| broken("no data"))?;
    Ok((name, data))
}
