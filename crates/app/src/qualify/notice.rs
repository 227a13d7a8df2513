//! Somebody came, moved or left. What the notice touches is frozen with it; why somebody left is never stored.

use plantgate_domain::{
    base::{EngagementId, Instant, Kind, Party, PersonId, ProviderId, SiteId},
    event::qualify::{Employer, NoticeCleared, NoticeKind, NoticeReceived, PersonEvent, Touches},
    expect::{engagement::Engagement, site::Site},
    qualify::person::Person,
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use super::seat;
use crate::{
    act::Act,
    names,
    power::{GiveNotice, JudgeEvidence, May, Place},
};

/// Tells that somebody came, moved or leaves.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticePerson {
    pub person: String,
    pub kind: NoticeKind,
    pub effective_at: Instant,
    /// When we were told, if it was before now: a letter, a call. Only our own people may say so.
    #[serde(default)]
    pub notified_at: Option<Instant>,
}

impl Act for NoticePerson {
    const NAME: &'static str = "notice-person";
    type Power = GiveNotice;
    type Done = PersonId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        let person = seat::named(desk, &self.person).await?;
        Ok(Place { provider: person.provider(), ..Place::default() })
    }

    async fn run(self, may: May<GiveNotice>, desk: &mut Desk) -> Result<PersonId, Stop> {
        let person = seat::named(desk, &self.person).await?;
        let now = desk.now().0;
        let notified_at = match self.notified_at {
            Some(at) if may.person()?.facts.employer != Employer::Owner || at > now => {
                let why = format!("{at} cannot be when we were told. Leave this field empty: now counts.");
                return Err(Stop::field("notified_at", why));
            }
            at => at.unwrap_or(now),
        };
        let (party, touches) = match person.provider() {
            Some(provider) => (Party::Provider, touched(desk, provider, now).await?),
            None => (Party::Owner, Vec::new()),
        };
        let notice = NoticeReceived { kind: self.kind, effective_at: self.effective_at, notified_at, party, touches };
        if !same(&person, &notice) {
            desk.append(person.id, PersonEvent::NoticeReceived(notice)).await?;
        }
        Ok(person.id)
    }
}

/// The same notice given twice is one notice; the first counts.
fn same(person: &Person, new: &NoticeReceived) -> bool {
    person.notices.iter().any(|n| (n.notice.kind, n.notice.effective_at) == (new.kind, new.effective_at))
}

/// Where the provider's people may work now: running engagements with a tier, at each site.
async fn touched(desk: &mut Desk, provider: ProviderId, now: Instant) -> Result<Vec<Touches>, Stop> {
    let mut out = Vec::new();
    let engagements: Vec<Engagement> = desk.of("provider", provider).await?;
    for e in engagements {
        for tier in &e.tiers {
            let site: Site = desk.get(tier.site).await?;
            let zone = site.facts.zone;
            if e.window(&zone).holds(now) {
                out.push(Touches { engagement: e.id, site: tier.site, zone, tier: tier.tier });
            }
        }
    }
    Ok(out)
}

/// The provider attested its list of people anew: a late notice no longer counts there.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClearNotice {
    pub person: String,
    pub engagement: String,
    pub site: String,
}

impl Act for ClearNotice {
    const NAME: &'static str = "clear-notice";
    type Power = JudgeEvidence;
    type Done = PersonId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(names::resolve(desk, Kind::Site, &self.site, "site").await?))
    }

    async fn run(self, _may: May<JudgeEvidence>, desk: &mut Desk) -> Result<PersonId, Stop> {
        let person = seat::named(desk, &self.person).await?;
        let engagement: EngagementId = names::resolve(desk, Kind::Engagement, &self.engagement, "engagement").await?;
        let site: SiteId = names::resolve(desk, Kind::Site, &self.site, "site").await?;
        let touches = |t: &Touches| (t.engagement, t.site) == (engagement, site);
        if !person.notices.iter().any(|n| n.notice.touches.iter().any(touches)) {
            return Err(Stop::field(
                "engagement",
                "No notice about this person touches it. There is nothing to clear.",
            ));
        }
        desk.append(person.id, PersonEvent::NoticeCleared(NoticeCleared { engagement, site })).await?;
        Ok(person.id)
    }
}
