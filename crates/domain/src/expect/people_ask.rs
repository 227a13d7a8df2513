//! What a contact was asked by a mailed link and what came back. A link opens once and not for ever; what it says is
//! kept with how weak a proof it is: whoever had the mail could answer.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{Actor, At, DAY, Duty, Instant, Party, PersonId, Private, ProviderId, Refusal, Text, level::words},
    event::expect::{PeopleAnswered, PeopleAskClosed, PeopleAsked, PeopleConfirmed, PeopleSays, PersonSaid},
};

words! {
    /// Where an ask stands.
    AskState { Open = "open", Expired = "expired", Replaced = "replaced", Revoked = "revoked",
               Points = "points", Answered = "answered" }
}

/// One ask with its answers.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeopleAsk {
    pub facts: PeopleAsked,
    pub by: Actor,
    pub at: Instant,
    pub people: Vec<PersonSaid>,
    pub missing: Option<Private<Text>>,
    pub confirmed: Option<Instant>,
    pub closed: Option<Instant>,
    /// A later link took its place.
    pub replaced: bool,
}

/// Asks that a provider keeps; the link of an older one is not known any more.
const KEPT: usize = 6;
/// What stays open in answers is our task by then.
const SETTLE: i64 = 7 * DAY;

impl PeopleAsk {
    /// Where it stands at an instant.
    pub fn state(&self, t: Instant) -> AskState {
        match (self.confirmed, self.closed) {
            (Some(_), None) if self.points() => AskState::Points,
            (Some(_), _) => AskState::Answered,
            (None, Some(_)) if self.replaced => AskState::Replaced,
            (None, Some(_)) => AskState::Revoked,
            (None, None) if self.facts.until <= t => AskState::Expired,
            (None, None) => AskState::Open,
        }
    }
    /// Whether its answers leave something to us: somebody nobody knows of, or somebody who is missing.
    fn points(&self) -> bool {
        self.missing.is_some() || self.people.iter().any(|p| p.says == PeopleSays::Unknown)
    }
    /// Whether the link may be used now; what happened to it, if not.
    pub fn may_answer(&self, by: PersonId, t: Instant) -> Result<(), Refusal> {
        let no = |id| Err(Refusal::new("R-27", id));
        match self.state(t) {
            AskState::Open if self.facts.contact == by => Ok(()),
            AskState::Open => no("stop-link-not-theirs"),
            AskState::Expired => no("stop-link-expired"),
            AskState::Replaced => no("stop-link-replaced"),
            AskState::Revoked => no("stop-link-revoked"),
            AskState::Points | AskState::Answered => no("stop-link-used"),
        }
    }
    /// Whether there is something to take back or to settle.
    pub fn may_close(&self, t: Instant) -> Result<(), Refusal> {
        match self.state(t) {
            AskState::Open | AskState::Expired | AskState::Points => Ok(()),
            AskState::Replaced | AskState::Revoked | AskState::Answered => {
                Err(Refusal::new("R-27", "stop-link-closed"))
            }
        }
    }
    fn duty(&self, of: ProviderId) -> Option<Duty> {
        let due = match (self.confirmed, self.closed) {
            (None, None) => self.facts.remind_at,
            (Some(at), None) if self.points() => at.plus_secs(SETTLE),
            (Some(_) | None, Some(_)) | (Some(_), None) => return None,
        };
        let (rule, what) = ("R-27".to_owned(), of.into());
        Some(Duty { rule, party: Party::Owner, provider: None, site: None, what, due, done: None })
    }
}

/// Our duties: what has not come, what answers left open.
pub(super) fn duties(of: ProviderId, asks: &[PeopleAsk]) -> Vec<Duty> {
    asks.iter().filter_map(|ask| ask.duty(of)).collect()
}

/// A new ask takes the place of one that is open.
pub(super) fn asked(asks: &mut Vec<PeopleAsk>, facts: &PeopleAsked, at: At) {
    for old in asks.iter_mut().filter(|a| a.confirmed.is_none() && a.closed.is_none()) {
        (old.closed, old.replaced) = (Some(at.at), true);
    }
    asks.push(PeopleAsk {
        facts: facts.clone(),
        by: at.by,
        at: at.at,
        people: Vec::new(),
        missing: None,
        confirmed: None,
        closed: None,
        replaced: false,
    });
    asks.drain(..asks.len().saturating_sub(KEPT));
}

fn of(asks: &mut [PeopleAsk], ask: Uuid) -> Option<&mut PeopleAsk> {
    asks.iter_mut().find(|a| a.facts.ask == ask)
}

pub(super) fn answered(asks: &mut [PeopleAsk], e: &PeopleAnswered) {
    if let Some(ask) = of(asks, e.ask) {
        ask.people.extend(e.people.iter().copied());
    }
}

pub(super) fn confirmed(asks: &mut [PeopleAsk], e: &PeopleConfirmed, at: At) {
    if let Some(ask) = of(asks, e.ask) {
        (ask.confirmed, ask.missing) = (Some(at.at), e.missing.clone());
    }
}

pub(super) fn closed(asks: &mut [PeopleAsk], e: PeopleAskClosed, at: At) {
    if let Some(ask) = of(asks, e.ask) {
        ask.closed = Some(at.at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn t(s: &str) -> Instant {
        s.parse().unwrap()
    }
    fn at(s: &str) -> At {
        At { at: t(s), by: Actor::Genesis, seq: 0 }
    }
    fn facts(n: u128) -> PeopleAsked {
        PeopleAsked {
            ask: Uuid::from_u128(n),
            contact: PersonId(Uuid::from_u128(77)),
            secret_sha256: String::new(),
            until: t("2026-11-15T00:00:00Z"),
            remind_at: t("2026-11-08T00:00:00Z"),
        }
    }
    fn said(ask: u128, says: PeopleSays) -> PeopleAnswered {
        let person = PersonId(Uuid::from_u128(5));
        PeopleAnswered { ask: Uuid::from_u128(ask), people: vec![PersonSaid { person, says, left_on: None }] }
    }

    #[test]
    fn a_link_is_open_once_and_until_its_end() {
        let mut asks = Vec::new();
        asked(&mut asks, &facts(1), at("2026-11-01T08:00:00Z"));
        let contact = facts(1).contact;
        let says = |asks: &[PeopleAsk], n: usize, s: &str| asks[n].may_answer(contact, t(s)).err().map(|r| r.say.id);
        assert_eq!(says(&asks, 0, "2026-11-14T23:59:59Z"), None);
        assert_eq!(says(&asks, 0, "2026-11-15T00:00:00Z"), Some("stop-link-expired"));
        let other = PersonId(Uuid::from_u128(78));
        assert_eq!(asks[0].may_answer(other, t("2026-11-02T00:00:00Z")).unwrap_err().say.id, "stop-link-not-theirs");
        // a second one takes its place
        asked(&mut asks, &facts(2), at("2026-11-02T08:00:00Z"));
        assert_eq!(says(&asks, 0, "2026-11-03T00:00:00Z"), Some("stop-link-replaced"));
        // it is used, and then taken back by nobody
        answered(&mut asks, &said(2, PeopleSays::Here));
        confirmed(&mut asks, &PeopleConfirmed { ask: Uuid::from_u128(2), missing: None }, at("2026-11-04T08:00:00Z"));
        assert_eq!(says(&asks, 1, "2026-11-05T00:00:00Z"), Some("stop-link-used"));
        assert_eq!(asks[1].may_close(t("2026-11-05T00:00:00Z")).unwrap_err().say.id, "stop-link-closed");
    }

    #[test]
    fn what_has_not_come_and_what_is_open_is_ours_to_do() {
        let provider = ProviderId(Uuid::from_u128(9));
        let mut asks = Vec::new();
        asked(&mut asks, &facts(1), at("2026-11-01T08:00:00Z"));
        let due = |asks: &[PeopleAsk]| duties(provider, asks).iter().map(|d| d.due).collect::<Vec<_>>();
        assert_eq!(due(&asks), [t("2026-11-08T00:00:00Z")]);
        answered(&mut asks, &said(1, PeopleSays::Unknown));
        confirmed(&mut asks, &PeopleConfirmed { ask: Uuid::from_u128(1), missing: None }, at("2026-11-02T08:00:00Z"));
        assert_eq!(asks[0].state(t("2026-11-30T00:00:00Z")), AskState::Points);
        assert_eq!(due(&asks), [t("2026-11-09T08:00:00Z")]);
        closed(&mut asks, PeopleAskClosed { ask: Uuid::from_u128(1) }, at("2026-11-03T08:00:00Z"));
        assert_eq!((asks[0].state(t("2026-11-30T00:00:00Z")), due(&asks)), (AskState::Answered, vec![]));
    }

    #[test]
    fn a_provider_keeps_its_newest_asks_only() {
        let mut asks = Vec::new();
        for n in 1..=9 {
            asked(&mut asks, &facts(n), at("2026-11-01T08:00:00Z"));
        }
        assert_eq!((asks.len(), asks[0].facts.ask), (KEPT, Uuid::from_u128(4)));
        assert_eq!(asks.iter().filter(|a| a.closed.is_none()).count(), 1);
    }
}
