//! Typed ids from one alphabetical list: the same noun in code, URL, table, log and page. UUID version 7, given by the
//! writer's `Ids`, never made here.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::why::Why;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident / $id:ident = $word:literal, $prefix:literal;)+) => {
        /// Every kind of object there is.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub enum Kind { $(#[serde(rename = $word)] $(#[$doc])* $kind),+ }
        impl Kind {
            /// Every kind, alphabetically.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind),+];
            /// The noun in URLs, tables and entries.
            pub const fn as_str(self) -> &'static str { match self { $(Kind::$kind => $word),+ } }
            /// The prefix of short references such as `AR-1187`; empty for kinds that people name themselves.
            pub const fn prefix(self) -> &'static str { match self { $(Kind::$kind => $prefix),+ } }
        }
        impl FromStr for Kind {
            type Err = Why;
            fn from_str(s: &str) -> Result<Self, Why> {
                match s { $($word => Ok(Kind::$kind),)+ _ => Err(Why::of("invalid-no-kind").with("given", s)) }
            }
        }
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
            #[serde(transparent)]
            pub struct $id(pub Uuid);
            impl $id { pub const KIND: Kind = Kind::$kind; }
            impl From<$id> for Ref { fn from(id: $id) -> Ref { Ref { kind: Kind::$kind, id: id.0 } } }
            impl From<Uuid> for $id { fn from(id: Uuid) -> Self { $id(id) } }
            impl fmt::Display for $id { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) } }
            impl fmt::Debug for $id { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) } }
            impl FromStr for $id {
                type Err = Why;
                fn from_str(s: &str) -> Result<Self, Why> {
                    s.parse().map($id).map_err(|_| Why::of("invalid-no-id").with("given", s))
                }
            }
        )+
    };
}

kinds! {
    /// A request to enter a system.
    AccessRequest / AccessRequestId = "access-request", "AR";
    /// An account found on a system or access tool.
    Account / AccountId = "account", "ACC";
    /// A list of accounts of a directory, a gateway or a host, as it was last taken.
    AccountList / AccountListId = "account-list", "AL";
    /// Activation of an engagement and the facts attested for it.
    Activation / ActivationId = "activation", "";
    /// A frame contract.
    Agreement / AgreementId = "agreement", "MSA";
    /// Freezes and windows of a site.
    Calendar / CalendarId = "calendar", "";
    /// An edition of the requirement catalogue.
    Catalogue / CatalogueId = "catalogue", "";
    /// A certificate; supports, never proves.
    Certificate / CertificateId = "certificate", "CRT";
    /// A reference to a change in its system of record.
    Change / ChangeId = "change", "CHG";
    /// A path between two zones.
    Conduit / ConduitId = "conduit", "";
    /// A statement of work: who may do what, where, until when.
    Engagement / EngagementId = "engagement", "E";
    /// A finding against a provider or ourselves.
    Finding / FindingId = "finding", "F";
    /// A time-boxed permission for one person.
    Grant / GrantId = "grant", "GRA";
    /// A hold on a person, credential or subject.
    Hold / HoldId = "hold", "HLD";
    /// A file that was taken in, and what it opened.
    Import / ImportId = "import", "IMP";
    /// A system in one environment.
    Instance / InstanceId = "instance", "";
    /// One piece of evidence.
    Item / ItemId = "item", "EV";
    /// What a party owes again and again.
    Obligation / ObligationId = "obligation", "OB";
    /// The asset owner.
    Organisation / OrganisationId = "organisation", "";
    /// A natural person of either side.
    Person / PersonId = "person", "";
    /// A service provider.
    Provider / ProviderId = "provider", "P";
    /// A signed answer to *can they meet it?* (R-01).
    Qualification / QualificationId = "qualification", "Q";
    /// A request for evidence with its due date.
    Request / RequestId = "request", "REQ";
    /// The versioned rules of the house.
    Rulebook / RulebookId = "rulebook", "";
    /// A session on a system.
    Session / SessionId = "session", "SES";
    /// A plant.
    Site / SiteId = "site", "";
    /// A system, over all its environments.
    System / SystemId = "system", "";
    /// Something the watchman proposes to a person.
    Task / TaskId = "task", "TSK";
    /// A visit of a provider's people.
    Visit / VisitId = "visit", "VIS";
    /// A zone of a site.
    Zone / ZoneId = "zone", "";
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A pointer to any object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ref {
    pub kind: Kind,
    pub id: Uuid,
}

/// New ids, in order; the writer fills it from its clock and randomness, a replay never asks.
pub trait Ids {
    /// The next id.
    fn next(&mut self) -> Uuid;
}
