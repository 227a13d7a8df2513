//! A natural person of either side. Rules see dates and roles, never a name.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, Day, Instant, Kind, PersonId, ProviderId, SiteId},
    event::{
        expect::Known,
        qualify::{
            Employer, KeyAdded, MfaSet, NoticeReceived, OwnerRole, PersonEvent, PersonFacts, RoleAt, TrainingRecorded,
        },
    },
    thing::{Card, Label, Thing},
};

/// Stored part of a person's state; *left* comes by the clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seat {
    Invited,
    Active,
    Suspended,
}

/// A notice with what happened to it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noticed {
    pub notice: NoticeReceived,
    pub recorded_at: Instant,
    /// The people list was attested anew there.
    pub cleared: Vec<Cleared>,
}

/// Where and when a late notice was cleared.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cleared {
    pub engagement: crate::base::EngagementId,
    pub site: SiteId,
    pub at: Instant,
}

/// A person as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub id: PersonId,
    pub facts: PersonFacts,
    pub seat: Seat,
    /// When the seat was last changed.
    pub seat_since: Instant,
    pub roles: Vec<RoleAt>,
    /// Last day the identity check holds; `None`: never checked.
    pub identity_until: Option<Day>,
    pub mfa: MfaSet,
    /// One per key and site; a newer one replaces it.
    pub trainings: Vec<TrainingRecorded>,
    pub notices: Vec<Noticed>,
    pub keys: Vec<KeyAdded>,
}

impl Person {
    /// The provider that employs the person.
    pub fn provider(&self) -> Option<ProviderId> {
        match self.facts.employer {
            Employer::Owner => None,
            Employer::Provider(id) => Some(id),
        }
    }
    /// Whether the person has that role of ours at that site.
    pub fn has(&self, role: OwnerRole, site: SiteId) -> bool {
        self.roles.iter().any(|r| r.role == role && r.site.is_none_or(|s| s == site))
    }
    /// Last day a training or acknowledgement holds at a site.
    pub fn trained_until(&self, key: &str, site: SiteId) -> Option<Day> {
        let fits = self.trainings.iter().filter(|t| t.key == key && t.site.is_none_or(|s| s == site));
        fits.map(|t| t.valid_until).max()
    }
}

impl Thing for Person {
    type Event = PersonEvent;
    const KIND: Kind = Kind::Person;

    fn born(id: Uuid, e: &PersonEvent, at: At) -> Option<Self> {
        match e {
            PersonEvent::Invited(facts) => Some(Person {
                id: PersonId(id),
                facts: facts.clone(),
                seat: Seat::Invited,
                seat_since: at.at,
                roles: Vec::new(),
                identity_until: None,
                mfa: MfaSet { on_path: Known::Unknown, on_person: Known::Unknown },
                trainings: Vec::new(),
                notices: Vec::new(),
                keys: Vec::new(),
            }),
            PersonEvent::Revised(_)
            | PersonEvent::Activated(_)
            | PersonEvent::Suspended(_)
            | PersonEvent::Resumed(_)
            | PersonEvent::RoleGiven(_)
            | PersonEvent::RoleTaken(_)
            | PersonEvent::IdentityVerified(_)
            | PersonEvent::MfaSet(_)
            | PersonEvent::TrainingRecorded(_)
            | PersonEvent::NoticeReceived(_)
            | PersonEvent::NoticeCleared(_)
            | PersonEvent::KeyAdded(_)
            | PersonEvent::KeyRemoved(_) => None,
        }
    }

    fn apply(&mut self, e: &PersonEvent, at: At) {
        match e {
            PersonEvent::Invited(facts) | PersonEvent::Revised(facts) => self.facts = facts.clone(),
            PersonEvent::Activated(_) | PersonEvent::Resumed(_) => self.sit(Seat::Active, at.at),
            PersonEvent::Suspended(_) => self.sit(Seat::Suspended, at.at),
            PersonEvent::RoleGiven(role) => {
                self.roles.retain(|r| r != role);
                self.roles.push(*role);
            }
            PersonEvent::RoleTaken(role) => self.roles.retain(|r| r != role),
            PersonEvent::IdentityVerified(v) => self.identity_until = Some(v.until),
            PersonEvent::MfaSet(mfa) => self.mfa = *mfa,
            PersonEvent::TrainingRecorded(t) => {
                self.trainings.retain(|old| (&old.key, old.site) != (&t.key, t.site));
                self.trainings.push(t.clone());
            }
            PersonEvent::NoticeReceived(n) => {
                self.notices.push(Noticed { notice: n.clone(), recorded_at: at.at, cleared: Vec::new() });
            }
            PersonEvent::NoticeCleared(c) => {
                for n in &mut self.notices {
                    let known = n.cleared.iter().any(|x| (x.engagement, x.site) == (c.engagement, c.site));
                    if !known {
                        n.cleared.push(Cleared { engagement: c.engagement, site: c.site, at: at.at });
                    }
                }
            }
            PersonEvent::KeyAdded(key) => {
                self.keys.retain(|k| k.fingerprint != key.fingerprint);
                self.keys.push(key.clone());
            }
            PersonEvent::KeyRemoved(key) => self.keys.retain(|k| k.fingerprint != key.fingerprint),
        }
    }

    fn card(&self) -> Card {
        let provider = self.provider();
        Card {
            reference: self.facts.reference.clone(),
            label: Label::Private(self.facts.name.clone()),
            provider,
            shared: provider.is_some(),
            links: provider.map(|p| ("employer", p.into())).into_iter().collect(),
            state: Some(match self.seat {
                Seat::Invited => "invited",
                Seat::Active => "active",
                Seat::Suspended => "suspended",
            }),
            ..Card::default()
        }
    }
}

impl Person {
    fn sit(&mut self, seat: Seat, at: Instant) {
        self.seat = seat;
        self.seat_since = at;
    }
}
