//! A session or connection that was seen. Whether a grant covers it is asked of the grant; until somebody
//! attributes it, an unmatched connection is nobody's doing.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    base::{At, Emits, Instant, Kind, Party, Proof, ProofKind, Ref, SessionId, level::words},
    event::witness::{Ending, SessionEvent, SessionStarted},
    permit::grant::Grant,
    rules::Rules,
    thing::{Card, Thing},
};

words! {
    /// How a session compares with the grant it claims.
    Cover { Covered = "covered", OutOfScope = "out-of-scope", OutOfRole = "out-of-role", Overrun = "overrun",
            Unmatched = "unmatched" }
}

/// A session as its events left it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    pub id: SessionId,
    pub facts: SessionStarted,
    /// When it ended and how; occurring, not recording.
    pub ended: Option<(Instant, Ending)>,
    /// The last sign of the attendant.
    pub attended: Option<Instant>,
    /// Whose doing it was, once somebody said so; a claimed grant says nothing by itself.
    pub party: Party,
    /// Whether the record is complete, once somebody looked.
    pub complete: Option<bool>,
    /// When the entry was made, which is not when it happened.
    pub recorded: Instant,
}

impl Session {
    /// Whether somebody is inside at an instant: the predicate of *who is inside now*.
    pub fn inside(&self, t: Instant) -> bool {
        self.facts.started <= t && self.ended.is_none_or(|(end, _)| t < end)
    }

    /// How it compares with a grant. The end counts only once it is known.
    pub fn covered_by(&self, grant: Option<&Grant>) -> Cover {
        let Some(grant) = grant else { return Cover::Unmatched };
        let f = &grant.facts;
        let claims = self.facts.person.is_some_and(|p| p == f.person) && self.facts.grant.is_none_or(|g| g == grant.id);
        if !claims || !grant.usable(self.facts.started) {
            return Cover::Unmatched;
        }
        if self.facts.instance != f.instance {
            return Cover::OutOfScope;
        }
        if self.facts.role.is_some_and(|r| !f.roles.contains(&r)) {
            return Cover::OutOfRole;
        }
        match self.ended {
            Some((end, _)) if end > grant.until || grant.revoked.is_some_and(|r| end > r) => Cover::Overrun,
            Some(_) | None => Cover::Covered,
        }
    }
}

impl Thing for Session {
    type Event = SessionEvent;
    const KIND: Kind = Kind::Session;

    fn born(id: Uuid, e: &SessionEvent, at: At) -> Option<Self> {
        let SessionEvent::Started(facts) = e else { return None };
        Some(Session {
            id: SessionId(id),
            facts: facts.clone(),
            ended: None,
            attended: None,
            party: Party::Unknown,
            complete: None,
            recorded: at.at,
        })
    }

    fn apply(&mut self, e: &SessionEvent, _at: At) {
        match e {
            SessionEvent::Started(facts) => self.facts = facts.clone(),
            SessionEvent::Attended(seen) => {
                self.attended = Some(self.attended.map_or(seen.at, |before| before.max(seen.at)));
            }
            SessionEvent::Ended(end) => self.ended = Some((end.at, end.how)),
            SessionEvent::Attributed(whose) => {
                self.party = whose.party;
                self.facts.provider = whose.provider.or(self.facts.provider);
                self.facts.person = whose.person.or(self.facts.person);
            }
            SessionEvent::Reviewed(looked) => self.complete = Some(looked.complete),
        }
    }

    fn card(&self) -> Card {
        let f = &self.facts;
        let mut links: Vec<(&'static str, Ref)> = vec![("instance", f.instance.into())];
        links.extend(f.engagement.map(|e| ("engagement", e.into())));
        links.extend(f.person.map(|p| ("person", p.into())));
        links.extend(f.grant.map(|g| ("grant", g.into())));
        links.extend(f.account.map(|a| ("account", a.into())));
        links.extend(f.attendant.map(|p| ("attendant", p.into())));
        Card {
            reference: Some(f.reference.clone()),
            sites: vec![f.site],
            provider: f.provider,
            // A connection nobody attributed is not shown to a provider that may have nothing to do with it.
            shared: f.grant.is_some() || self.party == Party::Provider,
            links,
            at: Some(f.started),
            state: Some(if self.ended.is_some() { "ended" } else { "running" }),
            ..Card::default()
        }
    }

    fn emits(&self, _rules: &Rules) -> Emits {
        let Some((end, _)) = self.ended else { return Emits::default() };
        // An incomplete record proves nothing, an unattributed one nothing about a provider.
        if self.complete != Some(true) || self.facts.grant.is_none() {
            return Emits::default();
        }
        let proof = Proof {
            requirement: None,
            kind: ProofKind::Session,
            engagement: self.facts.engagement,
            at: end,
            source: self.id.into(),
        };
        Emits { proofs: vec![proof], ..Emits::default() }
    }
}
