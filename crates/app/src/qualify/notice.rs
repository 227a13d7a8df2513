//! Somebody came, moved or left. What the notice touches is frozen with it; why somebody left is never stored.

use plantgate_domain::{
    base::{EngagementId, HOUR, Instant, Kind, Party, PersonId, ProviderId, SiteId, Why},
    event::{
        permit::{GrantEvent, GrantPause, GrantSuspended},
        qualify::{Employer, NoticeCleared, NoticeKind, NoticeReceived, NoticeWithdrawn, PersonEvent, Touches},
    },
    expect::{engagement::Engagement, site::Site},
    permit::{acts, grant::Grant},
    qualify::person::{self, Person},
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use super::seat;
use crate::{
    act::Act,
    names,
    power::{GiveNotice, JudgeEvidence, May, Place, Power},
    reach,
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
    /// Another of ours who read the letter. Without one a lateness that we type in is kept and never counts against
    /// the provider: one person's word confirms nothing.
    #[serde(default)]
    pub second: Option<String>,
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
        let person = seat::natural(desk, &self.person).await?;
        let now = desk.now().0;
        let notified_at = match self.notified_at {
            Some(at) if may.person()?.facts.employer != Employer::Owner || at > now => {
                let why = Why::of("invalid-notified-at").with("at", at);
                return Err(Stop::field("notified_at", why));
            }
            // Whoever types a letter in must not lay our own delay at the provider's door.
            None if self.typed_in(may.person()?, &person, now) => {
                let why = Why::of("invalid-notified-late");
                return Err(Stop::field("notified_at", why));
            }
            at => at.unwrap_or(now),
        };
        let (party, touches) = match person.provider() {
            Some(provider) => {
                let touches = touched(desk, provider, now).await?;
                (self.whose(desk, &may, notified_at, &touches).await?, touches)
            }
            None => (Party::Owner, Vec::new()),
        };
        let notice = NoticeReceived { kind: self.kind, effective_at: self.effective_at, notified_at, party, touches };
        if !same(&person, &notice) {
            desk.append(person.id, PersonEvent::NoticeReceived(notice)).await?;
        }
        Ok(person.id)
    }
}

/// Hours within which telling is not late.
const IN_TIME: i64 = 24 * HOUR;

impl NoticePerson {
    /// Whose lateness it is, if it is one.
    async fn whose(
        &self,
        desk: &mut Desk,
        may: &May<GiveNotice>,
        notified_at: Instant,
        touches: &[Touches],
    ) -> Result<Party, Stop> {
        let late = self.kind == NoticeKind::Leaver && notified_at.secs_since(self.effective_at) > IN_TIME;
        if !late || may.person()?.facts.employer != Employer::Owner {
            return Ok(Party::Provider);
        }
        let Some(second) = &self.second else { return Ok(Party::Owner) };
        let second = seat::named(desk, second).await?;
        // What two of ours read counts at every site it touches: the second answers for each of them.
        let sites: Vec<SiteId> = touches.iter().map(|t| t.site).collect();
        person::second(may.id()?, &second, GiveNotice::KEY, &sites, desk.now(), &desk.rules())?;
        Ok(Party::Provider)
    }

    /// Whether one of ours enters a provider's notice that would read as late if it came now.
    fn typed_in(&self, by: &Person, about: &Person, now: Instant) -> bool {
        let ours = by.facts.employer == Employer::Owner && about.provider().is_some();
        ours && self.kind == NoticeKind::Leaver && now.secs_since(self.effective_at) > IN_TIME
    }
}

/// Takes a notice back that was a mistake. Its lateness no longer counts and the person may come again, but nothing
/// opens by itself: grants that run under it rest until somebody lets each go on, ended ones stay ended.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawNotice {
    pub person: String,
    pub kind: NoticeKind,
    /// Of the notice that is taken back.
    pub effective_at: Instant,
    /// Why it was a mistake.
    pub reason: String,
}

impl Act for WithdrawNotice {
    const NAME: &'static str = "withdraw-notice";
    type Power = GiveNotice;
    type Done = PersonId;

    /// Ours alone: a provider does not open its own way back in.
    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        let person = seat::named(desk, &self.person).await?;
        Ok(Place::sites(reach::of_person(desk, &person).await?))
    }

    async fn run(self, _may: May<GiveNotice>, desk: &mut Desk) -> Result<PersonId, Stop> {
        let person = seat::named(desk, &self.person).await?;
        let stands = person
            .notices
            .iter()
            .any(|n| (n.notice.kind, n.notice.effective_at) == (self.kind, self.effective_at) && n.withdrawn.is_none());
        if !stands {
            return Err(Stop::field("effective_at", Why::of("invalid-notice-unknown")));
        }
        let reason = desk.seal(&names::text(2_000, "reason", &self.reason)?)?;
        let back = NoticeWithdrawn { kind: self.kind, effective_at: self.effective_at, reason };
        desk.append(person.id, PersonEvent::NoticeWithdrawn(back)).await?;
        if self.kind == NoticeKind::Leaver && self.effective_at <= desk.now().0 {
            rest(desk, person.id).await?;
        }
        Ok(person.id)
    }
}

async fn rest(desk: &mut Desk, person: PersonId) -> Result<(), Stop> {
    let grants: Vec<Grant> = desk.of("person", person).await?;
    for grant in grants {
        if acts::may_suspend(&grant, desk.now()).is_ok() {
            let rests = GrantSuspended { cause: GrantPause::Leaver, source: Some(person.into()) };
            desk.append(grant.id, GrantEvent::Suspended(rests)).await?;
        }
    }
    Ok(())
}

/// The same notice given twice is one notice; the first counts.
pub(super) fn same(person: &Person, new: &NoticeReceived) -> bool {
    person
        .notices
        .iter()
        .any(|n| (n.notice.kind, n.notice.effective_at) == (new.kind, new.effective_at) && n.withdrawn.is_none())
}

/// Where the provider's people may work now: running engagements with a tier, at each site.
pub(super) async fn touched(desk: &mut Desk, provider: ProviderId, now: Instant) -> Result<Vec<Touches>, Stop> {
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
            return Err(Stop::field("engagement", Why::of("invalid-notice-not-touching")));
        }
        desk.append(person.id, PersonEvent::NoticeCleared(NoticeCleared { engagement, site })).await?;
        Ok(person.id)
    }
}
