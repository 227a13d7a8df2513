//! The provider file: everything *Why*, head and tabs rest on, read once. Standing is per engagement and site; the file
//! takes all engagements of a site together, the worst stands.

use std::collections::BTreeMap;

use plantgate_domain::{
    base::{ActivationId, Instant, Kind, Level, Now, PersonId, ProviderId, Ref, SiteId, Tier},
    expect::{
        agreement::Agreement,
        engagement::{Engagement, TierAt},
        provider::Provider,
        site::Site,
    },
    permit::activation::Activation,
    qualify::{qualification::Qualification, standing::standing},
};
use plantgate_store::{Stop, look::Look, memory::Memory};

use super::{
    order::{MayOrder, may_order},
    standing::{Standing, weighed},
};

/// One engagement of the file.
#[derive(Clone, PartialEq, Debug)]
pub struct Work {
    pub engagement: Engagement,
    pub activation: Option<Activation>,
    /// Sites the reader sees, and where it stands at each.
    pub sites: Vec<SiteId>,
    pub levels: BTreeMap<SiteId, Level>,
}

impl Work {
    /// Where it stands at a site.
    pub fn level(&self, site: SiteId) -> Level {
        self.levels.get(&site).copied().unwrap_or(Level::Good)
    }
    /// Word of `engagement-…` at an instant, by its activation and its days at a site.
    pub fn word(&self, zone: &plantgate_domain::base::ZoneName, t: Instant) -> &'static str {
        let over = self.engagement.window(zone).until <= t;
        match self.activation.as_ref().map(|a| a.word(t)) {
            Some("ended") => "ended",
            _ if over => "lapsed",
            Some("active" | "in-use") => "active",
            Some("suspended") => "suspended",
            Some(_) | None => "draft",
        }
    }
}

/// The file of a provider as one reader sees it.
#[derive(Clone, PartialEq, Debug)]
pub struct File {
    pub provider: Provider,
    pub work: Vec<Work>,
    /// Where it stands, by site.
    pub standings: BTreeMap<SiteId, Standing>,
    pub sites: BTreeMap<SiteId, Site>,
    pub qualifications: Vec<Qualification>,
    /// The agreement that runs longest.
    pub agreement: Option<Agreement>,
    pub order: MayOrder,
}

/// Reads the file.
pub async fn file(look: &mut Look, reader: PersonId, provider: ProviderId) -> Result<File, Stop> {
    let now = look.now();
    let mut sites = BTreeMap::new();
    for kept in look.every(Kind::Site).await? {
        let site = Site::try_from(kept.thing)?;
        if look.sees(reader, site.id.into()).await? {
            sites.insert(site.id, site);
        }
    }
    let mut work = Vec::new();
    let mut reasons: BTreeMap<SiteId, Vec<_>> = BTreeMap::new();
    let mut engagements: Vec<Engagement> = look.of("provider", provider).await?;
    engagements.sort_by(|a, b| a.facts.reference.cmp(&b.facts.reference));
    for engagement in engagements {
        let here: Vec<SiteId> = engagement.sites().into_iter().filter(|s| sites.contains_key(s)).collect();
        if here.is_empty() && !engagement.sites().is_empty() {
            continue;
        }
        let mut levels = BTreeMap::new();
        for site in &here {
            let found = look.reasons((engagement.id, *site)).await?;
            levels.insert(*site, *standing(&found).at(now.0));
            reasons.entry(*site).or_default().extend(found);
        }
        let activation = look.find(ActivationId(engagement.id.0)).await?;
        work.push(Work { engagement, activation, sites: here, levels });
    }
    let agreements: Vec<Agreement> = look.of("provider", provider).await?;
    let agreement =
        agreements.into_iter().filter(|a| a.signed.is_some()).max_by_key(|a| (a.facts.until.is_none(), a.facts.until));
    Ok(File {
        provider: look.get(provider).await?,
        standings: reasons.into_iter().map(|(site, r)| (site, weighed(r, now))).collect(),
        qualifications: look.of("provider", provider).await?,
        order: may_order(look, provider, now).await?,
        work,
        sites,
        agreement,
    })
}

impl File {
    /// The site the file is read for: the one wished for where they work there, else where they stand worst.
    pub fn site(&self, wished: Option<SiteId>) -> Option<&Site> {
        let worst = self.standings.iter().max_by_key(|(_, s)| s.level).map(|(site, _)| *site);
        let id = wished.filter(|s| self.standings.contains_key(s)).or(worst).or(wished)?;
        self.sites.get(&id)
    }
    /// Where it stands at a site.
    pub fn level(&self, site: SiteId) -> Level {
        self.standings.get(&site).map_or(Level::Good, |s| s.level)
    }
    /// The highest tier at a site.
    pub fn tier(&self, site: Option<SiteId>) -> Option<&TierAt> {
        let all = self.work.iter().flat_map(|w| &w.engagement.tiers);
        all.filter(|t| site.is_none_or(|s| s == t.site)).min_by_key(|t| (t.tier as u8, t.provisional))
    }
    /// Engagements with a highest tier, for reading the tier of one.
    pub fn tier_of(work: &Work) -> Option<Tier> {
        work.engagement.tiers.iter().map(|t| t.tier).min()
    }
    /// The last day of the qualification that holds now.
    pub fn qualified(&self, now: Now, memory: &impl Memory) -> Option<plantgate_domain::base::Day> {
        super::roll::qualified(&self.qualifications, now, memory)
    }
    /// Everything the head's sentences name.
    pub fn sources(&self) -> Vec<Ref> {
        let all = self.standings.values();
        all.flat_map(|s| s.counted.iter().chain(&s.coming).chain(&s.beside)).map(|r| r.source).collect()
    }
}
