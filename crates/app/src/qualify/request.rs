//! Evidence is asked for. Sending announces what follows from silence; what is not in the tier's set is asked
//! with a reason the provider sees, and never counts.

use plantgate_domain::{
    base::{Day, EngagementId, Kind, ObligationId, Party, RequestId, SiteId, Why},
    event::qualify::{Frequency, Nothing, ObligationEvent, ObligationFacts, RequestEvent},
    expect::{
        agreement::Agreement,
        engagement::{Engagement, TierAt},
        site::Site,
    },
    qualify::{
        obligation::Obligation,
        request::Request,
        send::{Sending, compose, may_ask},
    },
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    power::{AnswerDuties, May, Place, SendRequests},
};

/// Sends a request: for an obligation, or for something of the rules' list that an engagement does not owe at a site.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SendRequest {
    /// Reference such as `REQ-0311`; absent: the next of ours.
    #[serde(default)]
    pub reference: Option<String>,
    /// The obligation; without it `engagement`, `site` and `key` say what is asked.
    #[serde(default)]
    pub obligation: Option<String>,
    #[serde(default)]
    pub engagement: Option<String>,
    #[serde(default)]
    pub site: Option<String>,
    /// Key of the obligation table, such as `restore-test`.
    #[serde(default)]
    pub key: Option<String>,
    /// Why it is asked beyond what is owed; the provider sees it.
    #[serde(default)]
    pub reason: Option<String>,
    /// Label such as `2026-Q3`.
    pub period: String,
    /// Absent: the day the rules give after the period.
    #[serde(default)]
    pub due: Option<Day>,
}

/// What was sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Sent {
    pub id: RequestId,
    pub reference: String,
    pub due: Day,
    /// Whether silence counts.
    pub counts: bool,
}

impl Act for SendRequest {
    const NAME: &'static str = "send-request";
    type Power = SendRequests;
    type Done = Sent;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(match &self.obligation {
            Some(name) => named_obligation(desk, name).await?.facts.site,
            None => names::resolve(desk, Kind::Site, given("site", self.site.as_ref())?, "site").await?,
        }))
    }

    async fn run(self, _may: May<SendRequests>, desk: &mut Desk) -> Result<Sent, Stop> {
        let obligation = match &self.obligation {
            Some(name) => named_obligation(desk, name).await?,
            None => self.asked(desk).await?,
        };
        let e: Engagement = desk.get(obligation.facts.engagement).await?;
        let tier = tier_of(&e, obligation.facts.site)?;
        may_ask(tier)?;
        let agreement: Option<Agreement> = match e.facts.agreement {
            Some(id) => desk.find(id).await?,
            None => None,
        };
        let zone = desk.get::<Site>(obligation.facts.site).await?.facts.zone;
        let earlier: Vec<Request> = desk.of("obligation", obligation.id).await?;
        let period = names::text(40, "period", &self.period)?;
        let sending = Sending {
            obligation: &obligation,
            tier,
            agreement: agreement.as_ref(),
            today: zone.day_of(desk.now().0),
            zone: &zone,
            earlier: &earlier,
            period: &period,
            due: self.due,
        };
        let reference = names::fresh_reference(desk, Kind::Request, self.reference.as_deref()).await?;
        let facts = compose(&sending, &reference, &desk.rules())?;
        let due = facts.due;
        let id = RequestId(desk.new_id());
        desk.append(id, RequestEvent::Sent(facts)).await?;
        let counts = desk.get::<Request>(id).await?.counts();
        Ok(Sent { id, reference, due, counts })
    }
}

impl SendRequest {
    /// The obligation of that key there; one beyond the tier's set is made with its reason.
    async fn asked(&self, desk: &mut Desk) -> Result<Obligation, Stop> {
        let name = given("engagement", self.engagement.as_ref())?;
        let engagement: EngagementId = names::resolve(desk, Kind::Engagement, name, "engagement").await?;
        let site = given("site", self.site.as_ref())?;
        let site: SiteId = names::resolve(desk, Kind::Site, site, "site").await?;
        let key = given("key", self.key.as_ref())?.trim();
        let stands: Vec<Obligation> = desk.of("engagement", engagement).await?;
        let here = |o: &Obligation| o.facts.site == site && o.facts.key == key && o.ended_at.is_none();
        if let Some(o) = stands.into_iter().find(here) {
            return Ok(o);
        }
        let rules = desk.rules();
        let Some(row) = rules.tiers.row(key) else {
            let why = Why::of("invalid-evidence-unknown").with("key", key);
            return Err(Stop::field("key", why));
        };
        let e: Engagement = desk.get(engagement).await?;
        let tier = tier_of(&e, site)?;
        let reason = names::text(2_000, "reason", given("reason", self.reason.as_ref())?)?;
        let facts = ObligationFacts {
            engagement,
            provider: e.facts.provider,
            site,
            reference: desk.next_reference(Kind::Obligation).await?,
            key: key.to_owned(),
            requirements: row.requirements.clone(),
            facet: row.facet,
            frequency: Frequency::Once,
            mandatory: false,
            basis: None,
            party: Party::Provider,
            why_tier: tier.tier,
            beyond: Some(desk.seal(&reason)?),
            rules_version: rules.version,
            transition_until: None,
        };
        let id = ObligationId(desk.new_id());
        desk.append(id, ObligationEvent::Derived(facts)).await?;
        desk.get(id).await
    }
}

fn given<'a>(field: &str, value: Option<&'a String>) -> Result<&'a str, Stop> {
    value.map(String::as_str).ok_or_else(|| Stop::field(field, Why::of("invalid-missing-or-obligation")))
}

fn tier_of(e: &Engagement, site: SiteId) -> Result<&TierAt, Stop> {
    e.tier(site).ok_or_else(|| Stop::field("site", Why::of("invalid-no-tier")))
}

async fn named_obligation(desk: &mut Desk, name: &str) -> Result<Obligation, Stop> {
    let id: ObligationId = names::resolve(desk, Kind::Obligation, name, "obligation").await?;
    desk.get(id).await
}

/// Somebody at the provider opened the request.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarkRequestSeen {
    pub request: String,
}

impl Act for MarkRequestSeen {
    const NAME: &'static str = "mark-request-seen";
    type Power = AnswerDuties;
    type Done = RequestId;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(whose(&named(desk, &self.request).await?))
    }

    async fn run(self, _may: May<AnswerDuties>, desk: &mut Desk) -> Result<RequestId, Stop> {
        let request = named(desk, &self.request).await?;
        if request.seen_at.is_none() {
            desk.append(request.id, RequestEvent::Seen(Nothing {})).await?;
        }
        Ok(request.id)
    }
}

/// The request a name means.
pub(super) async fn named(desk: &mut Desk, name: &str) -> Result<Request, Stop> {
    let id: RequestId = names::resolve(desk, Kind::Request, name, "request").await?;
    desk.get(id).await
}

/// Who may answer: the provider, unless the duty is ours; then for its people it does not exist.
pub(super) fn whose(request: &Request) -> Place {
    match request.facts.party {
        Party::Owner => Place::site(request.facts.site),
        Party::Provider | Party::Both | Party::Unknown => {
            Place::shared(vec![request.facts.site], request.facts.provider)
        }
    }
}
