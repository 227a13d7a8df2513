//! The logbook where no source sees a session: somebody of ours writes down who was on which system, by which way, from
//! when until when, and what was done. It is told, not recorded: it proves nothing, and a second person may look at it.
//! A line is never changed; another one stands for it and both stay.

use plantgate_domain::{
    base::{InstanceId, Instant, Kind, Pattern, PersonId, ProviderId, SessionId, SiteId, Told, VisitId, Why},
    event::witness::{Ending, Seen, SessionCorrected, SessionEnded, SessionEvent, SessionStarted, SessionTold},
    expect::instance::Instance,
    permit::grant::Grant,
    qualify::person::Person,
    witness::{
        acts,
        session::{Cover, Session},
        visit::Visit,
    },
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use super::visit::beside;
use crate::{
    act::Act,
    names,
    power::{EnterSession, May, Place},
};

/// Writes a line into the logbook.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSession {
    pub instance: String,
    /// The way they came in.
    pub way: Pattern,
    /// What was done.
    pub work: String,
    /// Who it was; where only the firm is known, the provider.
    #[serde(default)]
    pub person: Option<String>,
    #[serde(default)]
    pub provider: Option<String>,
    /// When it began, if not now.
    #[serde(default)]
    pub from: Option<Instant>,
    /// When it ended; absent while it runs.
    #[serde(default)]
    pub until: Option<Instant>,
    #[serde(default)]
    pub attendant: Option<String>,
    #[serde(default)]
    pub visit: Option<String>,
    /// The line this one stands for.
    #[serde(default)]
    pub corrects: Option<String>,
    /// What was wrong with it.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A line that was written.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Logged {
    pub id: SessionId,
    pub reference: String,
    /// How it compares with the grants there were.
    pub cover: String,
}

impl LogSession {
    async fn instance(&self, desk: &mut Desk) -> Result<Instance, Stop> {
        let id: InstanceId = names::resolve(desk, Kind::Instance, &self.instance, "instance").await?;
        desk.get(id).await
    }

    fn times(&self, now: Instant) -> Result<(Instant, Option<Instant>), Stop> {
        let from = self.from.unwrap_or(now);
        match self.until {
            _ if from > now => Err(Stop::field("from", Why::of("invalid-logbook-future"))),
            Some(until) if until > now => Err(Stop::field("until", Why::of("invalid-logbook-future"))),
            Some(until) if until < from => Err(Stop::field("until", Why::of("invalid-window-order"))),
            until => Ok((from, until)),
        }
    }

    /// Who it was, and for whom they work.
    async fn who(&self, desk: &mut Desk, visit: Option<&Visit>) -> Result<(Option<PersonId>, ProviderId), Stop> {
        let person: Option<PersonId> =
            names::resolve_maybe(desk, Kind::Person, self.person.as_deref(), "person").await?;
        let named: Option<ProviderId> =
            names::resolve_maybe(desk, Kind::Provider, self.provider.as_deref(), "provider").await?;
        let employer = match person {
            Some(id) => desk.get::<Person>(id).await?.provider(),
            None => None,
        };
        if person.is_some() && employer.is_none() {
            return Err(Stop::field("person", Why::of("invalid-logbook-ours")));
        }
        let said: Vec<ProviderId> = [employer, named, visit.map(|v| v.facts.provider)].into_iter().flatten().collect();
        match said.as_slice() {
            [] => Err(Stop::field("person", Why::of("invalid-logbook-nobody"))),
            [first, rest @ ..] if rest.iter().all(|p| p == first) => Ok((person, *first)),
            _ => Err(Stop::field("provider", Why::of("invalid-logbook-two"))),
        }
    }

    async fn visit(&self, desk: &mut Desk, site: SiteId) -> Result<Option<Visit>, Stop> {
        let id: Option<VisitId> = names::resolve_maybe(desk, Kind::Visit, self.visit.as_deref(), "visit").await?;
        let Some(id) = id else { return Ok(None) };
        let visit: Visit = desk.get(id).await?;
        if visit.facts.site == site {
            return Ok(Some(visit));
        }
        Err(Stop::field("visit", Why::of("invalid-logbook-visit")))
    }

    /// The line that this one stands for: told by a person, at the same site, and not corrected before.
    async fn corrected(&self, desk: &mut Desk, site: SiteId) -> Result<Option<Session>, Stop> {
        let id: Option<SessionId> =
            names::resolve_maybe(desk, Kind::Session, self.corrects.as_deref(), "corrects").await?;
        let Some(id) = id else { return Ok(None) };
        let old: Session = desk.get(id).await?;
        acts::may_correct(&old)?;
        if old.facts.site != site {
            let kind = Told::word("kind", Kind::Session);
            let why = Why::of("invalid-elsewhere").with("reference", old.facts.reference).with("kind", kind);
            return Err(Stop::field("corrects", why));
        }
        Ok(Some(old))
    }

    async fn facts(&self, desk: &mut Desk, on: &Instance, visit: Option<&Visit>) -> Result<SessionStarted, Stop> {
        let (person, provider) = self.who(desk, visit).await?;
        let attendant = beside(desk, self.attendant.as_deref(), "attendant").await?;
        Ok(SessionStarted {
            reference: String::new(),
            person,
            instance: on.id,
            site: on.facts.site,
            provider: Some(provider),
            engagement: visit.and_then(|v| v.facts.engagement),
            grant: None,
            account: None,
            role: None,
            attendant,
            seen: Seen::HandEntered,
            confirmed_by: None,
            started: self.from.unwrap_or(desk.now().0),
        })
    }
}

/// The grant that covers a session, where one does: the line is compared with it as every session is.
async fn covering(desk: &mut Desk, facts: &mut SessionStarted, ended: Option<Instant>) -> Result<Cover, Stop> {
    let Some(person) = facts.person else { return Ok(Cover::Unmatched) };
    let grants: Vec<Grant> = desk.of("person", person).await?;
    let mut session = Session::begun(facts.clone());
    session.ended = ended.map(|at| (at, Ending::User));
    for grant in grants {
        let cover = session.covered_by(Some(&grant));
        if matches!(cover, Cover::Covered | Cover::Overrun) {
            (facts.grant, facts.engagement) = (Some(grant.id), Some(grant.facts.engagement));
            return Ok(cover);
        }
    }
    Ok(Cover::Unmatched)
}

impl Act for LogSession {
    const NAME: &'static str = "log-session";
    type Power = EnterSession;
    type Done = Logged;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(self.instance(desk).await?.facts.site))
    }

    async fn run(self, _may: May<EnterSession>, desk: &mut Desk) -> Result<Logged, Stop> {
        let on = self.instance(desk).await?;
        if self.way == Pattern::None {
            return Err(Stop::field("way", Why::of("invalid-logbook-way")));
        }
        let (_, until) = self.times(desk.now().0)?;
        let visit = self.visit(desk, on.facts.site).await?;
        let old = self.corrected(desk, on.facts.site).await?;
        let mut facts = self.facts(desk, &on, visit.as_ref()).await?;
        let work = desk.seal(&names::text(4_000, "work", &self.work)?)?;
        let reason = match &old {
            Some(_) => Some(names::text(4_000, "reason", self.reason.as_deref().unwrap_or_default())?),
            None => None,
        };
        let cover = covering(desk, &mut facts, until).await?;
        facts.reference = desk.next_reference(Kind::Session).await?;
        let (id, reference) = (SessionId(desk.new_id()), facts.reference.clone());
        desk.append(id, SessionEvent::Started(facts)).await?;
        let (visit, corrects) = (visit.map(|v| v.id), old.as_ref().map(|o| o.id));
        let told = SessionTold { way: self.way, work, visit, corrects };
        desk.append(id, SessionEvent::Told(told)).await?;
        if let Some(at) = until {
            desk.append(id, SessionEvent::Ended(SessionEnded { at, how: Ending::User })).await?;
        }
        if let (Some(old), Some(reason)) = (old, reason) {
            let reason = desk.seal(&reason)?;
            desk.append(old.id, SessionEvent::Corrected(SessionCorrected { corrected_by: id, reason })).await?;
        }
        Ok(Logged { id, reference, cover: cover.as_str().to_owned() })
    }
}
