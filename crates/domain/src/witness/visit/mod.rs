//! A visit of a provider's people: who came, what they brought, who was beside them, how systems were found and left.
//! It locks nobody in or out: what is missing is named, and leaving is always recorded.

mod device;
mod presence;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use device::{Admission, Check, Connected, Device};

use crate::{
    base::{At, InstanceId, Instant, Kind, Line, PersonId, Ref, VisitId},
    event::witness::{
        AsOf, Lack, Missing, StateNoted, VisitAnnounced, VisitClosed, VisitEvent, VisitMoved, VisitorNamed,
    },
    rules::Rules,
    thing::{Card, Thing},
};

/// What is entered within a quarter of an hour was entered at once; later it is marked late.
pub const LATE_SECS: i64 = 15 * 60;

/// Whether something was entered late: when it happened and when it was recorded are two facts.
pub fn is_late(at: Instant, recorded: Instant) -> bool {
    recorded.secs_since(at) > LATE_SECS
}

/// Something that happened, with when that was entered and by whom.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noted<T> {
    pub facts: T,
    pub recorded: Instant,
    pub entered_by: Option<PersonId>,
}

impl<T> Noted<T> {
    fn of(facts: T, at: At) -> Noted<T> {
        Noted { facts, recorded: at.at, entered_by: at.by.person() }
    }
}

/// Who is to be beside them, from when on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beside {
    pub from: Instant,
    pub attendant: PersonId,
    pub deputy: Option<PersonId>,
}

/// A check-in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckIn {
    pub attendant: PersonId,
    pub at: Instant,
}

/// A visit as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visit {
    pub id: VisitId,
    pub facts: VisitAnnounced,
    pub visitors: Vec<VisitorNamed>,
    pub devices: Vec<Device>,
    /// In order; the last one stands.
    pub attendants: Vec<Beside>,
    pub check_ins: Vec<CheckIn>,
    /// In order; the last one stands, the others were corrected.
    pub arrived: Vec<Noted<VisitMoved>>,
    pub left: Vec<Noted<VisitMoved>>,
    pub states: Vec<Noted<StateNoted>>,
    pub closed: Option<Noted<VisitClosed>>,
    pub called_off: Option<Instant>,
    pub recorded: Instant,
    pub entered_by: Option<PersonId>,
}

impl Visit {
    /// When they came, as it stands.
    pub fn arrived_at(&self) -> Option<Instant> {
        self.arrived.last().map(|n| n.facts.at)
    }
    /// When they went, as it stands.
    pub fn left_at(&self) -> Option<Instant> {
        self.left.last().map(|n| n.facts.at)
    }
    /// Whether they are here at an instant.
    pub fn here(&self, t: Instant) -> bool {
        self.arrived_at().is_some_and(|at| at <= t) && self.left_at().is_none_or(|at| t < at)
    }
    /// Who is to be beside them.
    pub fn beside(&self) -> Option<&Beside> {
        self.attendants.last()
    }
    /// A device they brought.
    pub fn device(&self, id: Uuid) -> Option<&Device> {
        self.devices.iter().find(|d| d.id == id)
    }
    /// What was last written about a system, before or behind the work.
    pub fn state(&self, of: AsOf, on: InstanceId) -> Option<&Noted<StateNoted>> {
        self.states.iter().rev().find(|n| n.facts.of == of && n.facts.instance == on)
    }
    /// The stored word.
    pub fn word(&self) -> &'static str {
        match () {
            () if self.called_off.is_some() => "called-off",
            () if self.closed.is_some() => "recorded",
            () if self.left_at().is_some() => "left",
            () if self.arrived_at().is_some() => "on-site",
            () => "announced",
        }
    }
    /// Whether more may be written into it.
    pub fn open(&self) -> bool {
        self.closed.is_none() && self.called_off.is_none()
    }

    /// What its record lacks, in the order a person would fill it in.
    pub fn missing(&self) -> Vec<Missing> {
        let lack = |what| Missing { what, instance: None, device: None };
        let mut all = Vec::new();
        all.extend(self.visitors.is_empty().then(|| lack(Lack::People)));
        all.extend(self.facts.instances.is_empty().then(|| lack(Lack::Systems)));
        all.extend(self.attendants.is_empty().then(|| lack(Lack::Attendant)));
        all.extend(self.check_ins.is_empty().then(|| lack(Lack::CheckIn)));
        let unchecked = self.devices.iter().filter(|d| d.admission() == Admission::Unchecked);
        all.extend(unchecked.map(|d| Missing { device: Some(d.id), ..lack(Lack::Check) }));
        for (of, what) in [(AsOf::Found, Lack::Found), (AsOf::Left, Lack::Left)] {
            let without = self.facts.instances.iter().filter(|i| self.state(of, **i).is_none());
            all.extend(without.map(|i| Missing { instance: Some(*i), ..lack(what) }));
        }
        all
    }
}

impl Thing for Visit {
    type Event = VisitEvent;
    const KIND: Kind = Kind::Visit;

    fn born(id: Uuid, e: &VisitEvent, at: At) -> Option<Self> {
        let VisitEvent::Announced(facts) = e else { return None };
        let beside = facts.attendant.map(|attendant| Beside { from: at.at, attendant, deputy: facts.deputy });
        Some(Visit {
            id: VisitId(id),
            facts: facts.clone(),
            visitors: Vec::new(),
            devices: Vec::new(),
            attendants: beside.into_iter().collect(),
            check_ins: Vec::new(),
            arrived: Vec::new(),
            left: Vec::new(),
            states: Vec::new(),
            closed: None,
            called_off: None,
            recorded: at.at,
            entered_by: at.by.person(),
        })
    }

    fn apply(&mut self, e: &VisitEvent, at: At) {
        match e {
            VisitEvent::Announced(facts) => self.facts = facts.clone(),
            VisitEvent::VisitorNamed(who) => self.visitors.push(who.clone()),
            VisitEvent::SystemsNamed(more) => {
                self.facts.instances.extend(&more.instances);
                self.facts.instances.sort_unstable();
                self.facts.instances.dedup();
            }
            VisitEvent::DeviceBrought(new) => self.devices.push(Device::new(new)),
            VisitEvent::DeviceChecked(check) => self.on_device(check.device, |d| d.checked(check, at)),
            VisitEvent::DeviceConnected(c) => self.on_device(c.device, |d| d.connected(c, at)),
            VisitEvent::AttendantNamed(n) => {
                self.attendants.push(Beside { from: at.at, attendant: n.attendant, deputy: n.deputy });
            }
            VisitEvent::Attended(seen) => self.check_ins.push(CheckIn { attendant: seen.attendant, at: seen.at }),
            VisitEvent::Arrived(moved) => self.arrived.push(Noted::of(moved.clone(), at)),
            VisitEvent::StateNoted(state) => self.states.push(Noted::of(state.clone(), at)),
            VisitEvent::Left(moved) => self.left.push(Noted::of(moved.clone(), at)),
            VisitEvent::Closed(closed) => self.closed = Some(Noted::of(closed.clone(), at)),
            VisitEvent::CalledOff(_) => self.called_off = Some(at.at),
        }
    }

    fn card(&self) -> Card {
        let f = &self.facts;
        let mut links: Vec<(&'static str, Ref)> = f.instances.iter().map(|i| ("instance", (*i).into())).collect();
        links.extend(f.engagement.map(|e| ("engagement", e.into())));
        links.extend(self.visitors.iter().filter_map(|v| v.person).map(|p| ("person", p.into())));
        links.extend(self.beside().map(|b| ("attendant", b.attendant.into())));
        Card {
            reference: Some(f.reference.clone()),
            sites: vec![f.site],
            provider: Some(f.provider),
            shared: true,
            links,
            at: Some(self.arrived_at().or(f.planned.map(|w| w.from)).unwrap_or(self.recorded)),
            state: Some(self.word()),
            ..Card::default()
        }
    }

    fn lines(&self, rules: &Rules) -> Vec<(&'static str, Line<&'static str>)> {
        vec![("attendance", self.attendance(rules))]
    }
}

impl Visit {
    fn on_device(&mut self, id: Uuid, change: impl FnOnce(&mut Device)) {
        if let Some(device) = self.devices.iter_mut().find(|d| d.id == id) {
            change(device);
        }
    }
}
