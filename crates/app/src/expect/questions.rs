//! The five tier questions (S11.1): answering them for an engagement at a site, and the round over all that nobody
//! answered yet. Answers are facts of their own; what is stated of each system stays as it is.

use plantgate_domain::{
    base::{Day, EngagementId, Kind, SiteId, Why, ZoneName},
    event::expect::{EngagementEvent, Known, ProductEffect, TierAnswered},
    expect::engagement::Engagement,
    qualify::person::Person,
};
use plantgate_store::{
    Desk, Stop,
    list::{Cursor, Order, Query},
    look::Look,
    memory::Memory,
};
use serde::{Deserialize, Serialize};

use super::tier::{TierDone, compute, named, stands};
use crate::{
    act::Act,
    names,
    power::{May, Place, Power, StateTierFacts, could},
};

/// Answers the five tier questions. The tier follows; the same answers again change nothing.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerTierQuestions {
    pub engagement: String,
    pub site: String,
    /// Whether people or devices get in, over a network or on site with a laptop or a medium.
    pub access: Known,
    /// Whether they could change something there.
    pub change: Known,
    /// Whether that could reach a safety function.
    pub safety: Known,
    /// What it could do to product, batch records and data for an authority.
    pub product: ProductEffect,
    /// Whether that could reach the network others depend on.
    pub network: Known,
}

impl Act for AnswerTierQuestions {
    const NAME: &'static str = "answer-tier-questions";
    type Power = StateTierFacts;
    type Done = TierDone;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(names::resolve(desk, Kind::Site, &self.site, "site").await?))
    }

    async fn run(self, _may: May<StateTierFacts>, desk: &mut Desk) -> Result<TierDone, Stop> {
        let (engagement, site) = named(desk, &self.engagement, &self.site).await?;
        let (access, change, safety) = (self.access, self.change, self.safety);
        let said = TierAnswered { site, access, change, safety, product: self.product, network: self.network };
        if said.contradict() {
            return Err(Stop::field("change", Why::of("invalid-answers-contradict")));
        }
        let e: Engagement = desk.get(engagement).await?;
        if e.answers(site).is_none_or(|old| old.said != said) {
            desk.append(engagement, EngagementEvent::TierAnswered(said)).await?;
            let e: Engagement = desk.get(engagement).await?;
            compute(desk, &e, site).await?;
        }
        stands(desk, engagement, site).await
    }
}

/// How an engagement at a site stands in the round.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asked {
    /// Nobody answered, and what is stated does not tell the tier.
    Open,
    /// Answered, with *don't know* where the tier still needs to know.
    Unknown,
    /// Answered, or told by what is stated of its systems.
    Told,
}

/// An engagement at a site, as the round meets it; without a site nobody said where it works.
#[derive(Clone, PartialEq, Debug)]
pub struct Station {
    pub engagement: EngagementId,
    pub site: Option<SiteId>,
    pub asked: Asked,
}

/// Engagements read in one step.
const STEP: usize = 500;

/// Everything this person could be asked about, in order of references: what has not ended and is where they may say.
pub async fn round(look: &mut Look, me: &Person) -> Result<Vec<Station>, Stop> {
    let rules = look.rules();
    let today = ZoneName::utc().day_of(look.now().0);
    let may = |sites: &[SiteId]| could(me, StateTierFacts::KEY, sites, &rules);
    let mut found = Vec::new();
    let mut q = Query { order: Order::Reference, ..Query::new(Kind::Engagement, me.id, STEP) };
    loop {
        let page = look.page(&q).await?;
        for row in page.rows {
            let e = Engagement::try_from(row.kept.thing)?;
            found.extend(stops(&e, today).into_iter().filter(|s| may(s.site.as_slice())));
        }
        q.after = page.next.as_deref().and_then(Cursor::from_text);
        if q.after.is_none() {
            return Ok(found);
        }
    }
}

/// An engagement at each of its sites; nothing once it has ended.
fn stops(e: &Engagement, today: Day) -> Vec<Station> {
    if e.facts.until < today {
        return Vec::new();
    }
    let stop = |site, asked| Station { engagement: e.id, site, asked };
    let sites = e.sites();
    if sites.is_empty() {
        return vec![stop(None, Asked::Open)];
    }
    sites.into_iter().map(|site| stop(Some(site), asked(e, site))).collect()
}

/// How far the questions got for an engagement at a site.
pub fn asked(e: &Engagement, site: SiteId) -> Asked {
    let provisional = e.tier(site).is_none_or(|t| t.provisional);
    match e.answers(site) {
        Some(a) if provisional && !a.said.unknown().is_empty() => Asked::Unknown,
        None if provisional => Asked::Open,
        Some(_) | None => Asked::Told,
    }
}

/// The next one that nobody answered, behind this one and round to the beginning.
pub fn next(round: &[Station], behind: Option<(EngagementId, SiteId)>) -> Option<&Station> {
    let is = |s: &Station| behind.is_some_and(|(e, site)| s.engagement == e && s.site.is_none_or(|at| at == site));
    let at = round.iter().position(is).map_or(0, |n| n + 1);
    let (before, after) = round.split_at(at.min(round.len()));
    after.iter().chain(before).find(|s| s.asked == Asked::Open && !is(s))
}
