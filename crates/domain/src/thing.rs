//! The one meaning of an event. Live rows, rebuild, verify and as-of all use this fold and no other; what differs is
//! only the memory they keep the things in.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;
use uuid::Uuid;

use crate::{
    base::{At, Emits, Instant, Kind, Line, Private, ProviderId, Ref, SiteId, Text},
    event::Event,
    expect, permit, qualify, review,
    rules::Rules,
    witness,
};

/// How an object is called in lists.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Label {
    /// It has no name of its own.
    #[default]
    None,
    /// Names of organisations, sites and systems are clear text.
    Clear(String),
    /// Names of people sit in the erasable store.
    Private(Private<Text>),
}

/// What lists, links and rights need of any object; rows are made from nothing else.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Card {
    /// Short reference such as `AR-1187`, unique within its kind.
    pub reference: Option<String>,
    pub label: Label,
    /// Sites whose people may see it; empty means every owner-side role may.
    pub sites: Vec<SiteId>,
    /// The provider it belongs to.
    pub provider: Option<ProviderId>,
    /// Whether that provider may see it.
    pub shared: bool,
    /// Other objects it points to, by role.
    pub links: Vec<(&'static str, Ref)>,
    /// The instant lists sort by: asked, opened, found.
    pub at: Option<Instant>,
    /// A stored state word; states that time alone changes are [`Thing::lines`].
    pub state: Option<&'static str>,
    /// Withdrawn: nobody sees it in lists, no name means it, and it points to nothing.
    pub hidden: bool,
}

/// The card of what was withdrawn.
fn card_of(thing: &impl Thing) -> Card {
    if thing.withdrawn() { Card { hidden: true, ..Card::default() } } else { thing.card() }
}

fn emits_of(thing: &impl Thing, rules: &Rules) -> Emits {
    if thing.withdrawn() { Emits::default() } else { thing.emits(rules) }
}

fn lines_of(thing: &impl Thing, rules: &Rules) -> Vec<(&'static str, Line<&'static str>)> {
    if thing.withdrawn() { Vec::new() } else { thing.lines(rules) }
}

/// An object that is nothing but the fold of its events.
pub trait Thing: Sized {
    /// The events that can change it.
    type Event;
    /// Its noun.
    const KIND: Kind;
    /// The object after its first event; `None` when no object can begin with this one.
    fn born(id: Uuid, e: &Self::Event, at: At) -> Option<Self>;
    /// The object after one more event. Total: every event has a meaning.
    fn apply(&mut self, e: &Self::Event, at: At);
    /// What lists and rights need.
    fn card(&self) -> Card;
    /// Whether what opened it was undone: it stays in the record and is nowhere else.
    fn withdrawn(&self) -> bool {
        false
    }
    /// What crosses the borders.
    fn emits(&self, _rules: &Rules) -> Emits {
        Emits::default()
    }
    /// States that change because time passes, by name, as words.
    fn lines(&self, _rules: &Rules) -> Vec<(&'static str, Line<&'static str>)> {
        Vec::new()
    }
}

/// A history that cannot be folded: the ledger is damaged, foreign or newer than this binary.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum Broken {
    #[error("entry {seq} changes a {kind} that no earlier entry created")]
    NeverBorn { seq: u64, kind: &'static str },
    #[error("entry {seq} is an event of kind {event} on an object of kind {object}")]
    Foreign { seq: u64, event: &'static str, object: &'static str },
    #[error("the stored {kind} cannot be read: {why}")]
    Unreadable { kind: &'static str, why: String },
}

macro_rules! things {
    ($($kind:ident: $thing:ty;)+) => {
        /// Any object, for memories that hold them all.
        #[derive(Clone, PartialEq, Debug)]
        pub enum AnyThing { $($kind($thing)),+ }

        impl AnyThing {
            /// Its noun.
            pub const fn kind(&self) -> Kind { match self { $(AnyThing::$kind(_) => Kind::$kind),+ } }
            /// Which one it is.
            pub const fn id(&self) -> Uuid { match self { $(AnyThing::$kind(t) => t.id.0),+ } }
            /// What lists and rights need.
            pub fn card(&self) -> Card { match self { $(AnyThing::$kind(t) => card_of(t)),+ } }
            /// The reference it was given, even where it was withdrawn: no number is given out twice.
            pub fn given(&self) -> Option<String> {
                match self { $(AnyThing::$kind(t) => t.card().reference),+ }
            }
            /// What crosses the borders.
            pub fn emits(&self, rules: &Rules) -> Emits { match self { $(AnyThing::$kind(t) => emits_of(t, rules)),+ } }
            /// States that change because time passes.
            pub fn lines(&self, rules: &Rules) -> Vec<(&'static str, Line<&'static str>)> {
                match self { $(AnyThing::$kind(t) => lines_of(t, rules)),+ }
            }
            /// The body a row keeps.
            pub fn to_body(&self) -> Result<Value, Broken> {
                let (kind, body) = match self { $(AnyThing::$kind(t) => (Kind::$kind, serde_json::to_value(t))),+ };
                body.map_err(|e| Broken::Unreadable { kind: kind.as_str(), why: e.to_string() })
            }
            /// The object of a row's body.
            pub fn from_body(kind: Kind, body: &str) -> Result<AnyThing, Broken> {
                let read = match kind {
                    $(Kind::$kind => serde_json::from_str(body).map(AnyThing::$kind),)+
                };
                read.map_err(|e| Broken::Unreadable { kind: kind.as_str(), why: e.to_string() })
            }
            /// The fold: what stood before, if anything, and one event make what stands after.
            pub fn fold(before: Option<AnyThing>, id: Uuid, e: &Event, at: At) -> Result<AnyThing, Broken> {
                match (before, e) {
                    $((None, Event::$kind(e)) => <$thing as Thing>::born(id, e, at).map(AnyThing::$kind)
                        .ok_or(Broken::NeverBorn { seq: at.seq, kind: Kind::$kind.as_str() }),
                    (Some(AnyThing::$kind(mut t)), Event::$kind(e)) => { t.apply(e, at); Ok(AnyThing::$kind(t)) })+
                    (Some(other), e) => Err(Broken::Foreign {
                        seq: at.seq, event: e.kind().as_str(), object: other.kind().as_str() }),
                }
            }
        }
        $(impl TryFrom<AnyThing> for $thing {
            type Error = Broken;
            fn try_from(t: AnyThing) -> Result<Self, Broken> {
                match t {
                    AnyThing::$kind(t) => Ok(t),
                    other => Err(Broken::Foreign {
                        seq: 0, event: Kind::$kind.as_str(), object: other.kind().as_str() }),
                }
            }
        }
        impl From<$thing> for AnyThing { fn from(t: $thing) -> AnyThing { AnyThing::$kind(t) } })+
    };
}

// Alphabetical like `Kind` and `Event`; the compiler refuses a kind that is missing here.
things! {
    AccessRequest: permit::access::AccessRequest;
    Account: witness::account::Account;
    AccountList: witness::account_list::AccountList;
    Activation: permit::activation::Activation;
    Agreement: expect::agreement::Agreement;
    Calendar: permit::calendar::Calendar;
    Catalogue: expect::catalogue::Adopted;
    Certificate: qualify::certificate::Certificate;
    Change: permit::change::Change;
    Conduit: expect::conduit::Conduit;
    Engagement: expect::engagement::Engagement;
    Finding: review::finding::Finding;
    Grant: permit::grant::Grant;
    Hold: permit::hold::Hold;
    Import: expect::import::Import;
    Instance: expect::instance::Instance;
    Item: qualify::item::Item;
    Obligation: qualify::obligation::Obligation;
    Organisation: expect::organisation::Organisation;
    Person: qualify::person::Person;
    Provider: expect::provider::Provider;
    Qualification: qualify::qualification::Qualification;
    Request: qualify::request::Request;
    Rulebook: expect::rulebook::Rulebook;
    Session: witness::session::Session;
    Site: expect::site::Site;
    System: expect::system::System;
    Task: review::task::Task;
    Visit: witness::visit::Visit;
    Zone: expect::zone::Zone;
}

/// A word with the instant it begins to hold, for lines stored as rows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    pub from: Instant,
    pub word: String,
}
