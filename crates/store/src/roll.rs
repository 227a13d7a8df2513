//! The roll of providers: of each, just what sorting and filtering need, so that a list of a thousand asks four
//! statements and opens only the objects of the page it shows.

use std::collections::BTreeMap;

use plantgate_domain::base::{EngagementId, Level, PersonId, ProviderId, SiteId, Tier};
use uuid::Uuid;

use crate::{
    db::V,
    look::Look,
    rows::{ALL, OWN},
    stop::Stop,
};

/// An engagement on the roll.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RollEngagement {
    pub id: EngagementId,
    /// Sites the reader sees, in order.
    pub sites: Vec<SiteId>,
    /// Where it stands below Good now, by site.
    pub levels: BTreeMap<SiteId, Level>,
    /// The highest tier it has anywhere.
    pub tier: Option<Tier>,
}

impl RollEngagement {
    /// Where it stands at a site.
    pub fn level(&self, site: SiteId) -> Level {
        self.levels.get(&site).copied().unwrap_or(Level::Good)
    }
}

/// A provider on the roll.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RollRow {
    pub id: ProviderId,
    /// Its place in the order of names, compared as bytes.
    pub name_key: Vec<u8>,
    pub engagements: Vec<RollEngagement>,
}

impl Look {
    /// All providers a reader sees, in order of names, with what they see of their engagements.
    pub async fn roll(&mut self, reader: PersonId) -> Result<Vec<RollRow>, Stop> {
        let parties = self.parties(reader).await?;
        let sql = "select c.id, coalesce(c.by_name, c.by_ref) from card c where c.kind = 'provider'
            and exists (select 1 from sees v join role_at r on r.party = v.party
                where v.kind = c.kind and v.id = c.id and r.kind = 'person' and r.id = $1)";
        let recs = self.tx().all(sql, &[V::Id(reader.0)]).await?;
        let mut rows: BTreeMap<ProviderId, RollRow> = BTreeMap::new();
        for r in &recs {
            let id = ProviderId(r.id(0)?);
            rows.insert(id, RollRow { id, name_key: r.maybe_bytes(1)?.unwrap_or_default(), engagements: Vec::new() });
        }
        for (provider, engagement) in self.roll_engagements(&parties).await? {
            if let Some(row) = rows.get_mut(&provider) {
                row.engagements.push(engagement);
            }
        }
        let mut all: Vec<RollRow> = rows.into_values().collect();
        all.sort_by(|a, b| (&a.name_key, a.id).cmp(&(&b.name_key, b.id)));
        Ok(all)
    }

    /// Where a person has a role.
    async fn parties(&mut self, reader: PersonId) -> Result<Vec<Uuid>, Stop> {
        let sql = "select distinct party from role_at where kind = 'person' and id = $1";
        let recs = self.tx().all(sql, &[V::Id(reader.0)]).await?;
        recs.iter().map(|r| r.id(0)).collect()
    }

    async fn roll_engagements(&mut self, parties: &[Uuid]) -> Result<Vec<(ProviderId, RollEngagement)>, Stop> {
        let sees = |site: Uuid| parties.contains(&ALL) || parties.contains(&site);
        let sql = "select c.id, c.provider, w.party from card c join sees w on w.kind = c.kind and w.id = c.id
            where c.kind = 'engagement' and c.provider is not null order by c.id, w.party";
        let mut found: BTreeMap<EngagementId, (ProviderId, RollEngagement, bool)> = BTreeMap::new();
        for r in self.tx().all(sql, &[]).await? {
            let (id, provider, party) = (EngagementId(r.id(0)?), ProviderId(r.id(1)?), r.id(2)?);
            let blank = || RollEngagement { id, sites: Vec::new(), levels: BTreeMap::new(), tier: None };
            let (_, engagement, seen) = found.entry(id).or_insert_with(|| (provider, blank(), false));
            *seen |= sees(party);
            // A party of an engagement is a site, its provider, or one of the two that mean people of ours.
            if party != ALL && party != OWN && party != provider.0 && sees(party) {
                engagement.sites.push(SiteId(party));
            }
        }
        let sql = "select id, site, name, word from span where kind = 'engagement' and name in ('standing', 'tier')
            and from_at <= $1 and until_at > $1";
        let now = V::at(self.now().0);
        for r in self.tx().all(sql, &[now]).await? {
            let Some((_, engagement, _)) = found.get_mut(&EngagementId(r.id(0)?)) else { continue };
            let (site, word) = (r.id(1)?, r.text(3)?);
            match r.text(2)?.as_str() {
                "tier" => engagement.tier = word.parse().ok(),
                _ if sees(site) => {
                    engagement.levels.insert(SiteId(site), word.parse().map_err(Stop::fault)?);
                }
                _ => {}
            }
        }
        Ok(found.into_values().filter(|(_, _, seen)| *seen).map(|(provider, e, _)| (provider, e)).collect())
    }
}
