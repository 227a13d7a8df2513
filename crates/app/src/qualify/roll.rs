//! *Providers* as a list: filter, order and page over the roll, then the facts of the page's providers from one shelf.
//! The number of statements does not grow with the number of providers.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use plantgate_domain::{
    base::{Day, Instant, Kind, Level, Now, PersonId, ProviderId, Reason, SiteId, Tier},
    expect::{engagement::Engagement, provider::Provider},
    qualify::{
        posture::{Cell, posture},
        qualification::Qualification,
        standing::worst,
    },
};
use plantgate_store::{
    Stop,
    look::Look,
    memory::Memory,
    roll::{RollEngagement, RollRow},
    shelf::{Shelf, turns},
};

use super::{posture::graded, standing::weighed};

/// What a reader asks of the list.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Ask {
    pub standing: Option<Level>,
    pub tier: Option<Tier>,
    pub site: Option<SiteId>,
    /// Name or reference, or a word of it, begins so.
    pub text: Option<String>,
    pub sort: Sort,
    /// The other way round.
    pub down: bool,
    /// Continue behind this provider.
    pub after: Option<ProviderId>,
}

/// Order of the list; names always decide between equals.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Sort {
    Name,
    Tier,
    /// Worst first.
    #[default]
    Standing,
    /// By the lowest grade in a functional area such as `SP.09`.
    Area(String),
}

/// A page of the list.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Found {
    pub rows: Vec<RollRow>,
    /// Place of the first row, from 0.
    pub first: usize,
    /// How many match, and how many there are without filters.
    pub total: usize,
    pub unfiltered: usize,
    /// How many there would be with this one filter exchanged.
    pub levels: BTreeMap<Level, usize>,
    pub tiers: BTreeMap<Tier, usize>,
    pub sites: BTreeMap<SiteId, usize>,
    /// The last of this page, if more follow; the last before the page before this one, if that is not the first.
    pub next: Option<ProviderId>,
    pub before: Option<Option<ProviderId>>,
}

/// Where a provider stands at each of its sites: the worst of its engagements there.
pub fn levels(row: &RollRow) -> BTreeMap<SiteId, Level> {
    let mut by: BTreeMap<SiteId, Level> = BTreeMap::new();
    for (e, site) in row.engagements.iter().flat_map(|e| e.sites.iter().map(move |s| (e, *s))) {
        let level = e.level(site);
        by.entry(site).and_modify(|old| *old = level.max(*old)).or_insert(level);
    }
    by
}

fn level(row: &RollRow, site: Option<SiteId>) -> Level {
    worst(levels(row).into_iter().filter(|(s, _)| site.is_none_or(|at| at == *s)).map(|(_, l)| l))
}

/// Its highest tier.
pub fn tier(row: &RollRow) -> Option<Tier> {
    row.engagements.iter().filter_map(|e| e.tier).min()
}

fn at(row: &RollRow, site: SiteId) -> bool {
    row.engagements.iter().any(|e: &RollEngagement| e.sites.contains(&site))
}

fn fits(row: &RollRow, ask: &Ask) -> (bool, bool, bool) {
    (
        ask.standing.is_none_or(|l| !row.engagements.is_empty() && level(row, ask.site) == l),
        ask.tier.is_none_or(|t| tier(row) == Some(t)),
        ask.site.is_none_or(|s| at(row, s)),
    )
}

/// The page of the list that was asked for, with what filters would find.
pub async fn page(look: &mut Look, reader: PersonId, ask: &Ask, limit: usize) -> Result<Found, Stop> {
    let all = look.roll(reader).await?;
    let all = called(look, reader, all, ask.text.as_deref()).await?;
    let mut found = counted(&all, ask);
    let mut rows: Vec<RollRow> = all.into_iter().filter(|r| matches!(fits(r, ask), (true, true, true))).collect();
    match &ask.sort {
        Sort::Name => {}
        Sort::Tier => rows.sort_by_key(|r| tier(r).map_or(u8::MAX, |t| t as u8)),
        Sort::Standing => rows.sort_by_key(|r| (Reverse(level(r, ask.site)), r.engagements.is_empty())),
        Sort::Area(area) => {
            let ids: Vec<ProviderId> = rows.iter().map(|r| r.id).collect();
            let cells = areas(look, &ids).await?;
            let lowest = |id| cells.get(&id).and_then(|by: &Arc<Areas>| by.0.get(area)).and_then(|c| c.lowest);
            rows.sort_by_key(|r| {
                let grade = lowest(r.id);
                (grade.is_none(), grade)
            });
        }
    }
    if ask.down {
        rows.reverse();
    }
    found.total = rows.len();
    found.first = ask.after.and_then(|id| rows.iter().position(|r| r.id == id)).map_or(0, |i| i + 1);
    let end = rows.len().min(found.first.saturating_add(limit));
    found.next = (end < rows.len()).then(|| rows.get(end.saturating_sub(1)).map(|r| r.id)).flatten();
    let back = found.first.saturating_sub(limit);
    found.before = (found.first > 0).then(|| back.checked_sub(1).and_then(|i| rows.get(i)).map(|r| r.id));
    found.rows = rows.drain(found.first..end).collect();
    Ok(found)
}

/// Providers whose name begins so; more than these many are never called the same.
const MOST: u64 = 10_000;

/// Those of the roll that a text means.
async fn called(look: &mut Look, me: PersonId, all: Vec<RollRow>, text: Option<&str>) -> Result<Vec<RollRow>, Stop> {
    let Some(text) = text else { return Ok(all) };
    let meant = look.called(me, &[Kind::Provider], text, MOST).await?;
    let ids: BTreeSet<ProviderId> = meant.into_iter().map(|on| ProviderId(on.id)).collect();
    Ok(all.into_iter().filter(|row| ids.contains(&row.id)).collect())
}

fn counted(all: &[RollRow], ask: &Ask) -> Found {
    let mut found = Found { unfiltered: all.len(), ..Found::default() };
    for row in all {
        let (standing, of_tier, here) = fits(row, ask);
        if of_tier && here && !row.engagements.is_empty() {
            *found.levels.entry(level(row, ask.site)).or_insert(0) += 1;
        }
        if let Some(t) = tier(row).filter(|_| standing && here) {
            *found.tiers.entry(t).or_insert(0) += 1;
        }
        for site in levels(row).into_keys().filter(|_| standing && of_tier) {
            *found.sites.entry(site).or_insert(0) += 1;
        }
    }
    found
}

/// Kinds a provider's standing and posture rest on.
const KINDS: &[Kind] = &[
    Kind::Certificate,
    Kind::Engagement,
    Kind::Finding,
    Kind::Obligation,
    Kind::Person,
    Kind::Provider,
    Kind::Qualification,
    Kind::Request,
];

/// Everything the rows of some providers need, in a few statements.
pub async fn shelf(look: &mut Look, of: Vec<ProviderId>) -> Result<Shelf, Stop> {
    let ids: Vec<_> = of.into_iter().map(|p| p.0).collect();
    look.shelf(KINDS, &ids, &[Kind::Catalogue, Kind::Site]).await
}

/// A provider's cells by functional area.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Areas(pub BTreeMap<String, Cell>);

impl Areas {
    async fn of(shelf: &mut Shelf, provider: ProviderId, now: Now) -> Result<Areas, Stop> {
        let cells = posture(&graded(shelf, provider, now).await?);
        Ok(Areas(cells.into_iter().map(|((_, area), cell)| (area, cell)).collect()))
    }
}

/// Cells of many providers: those this process worked out and that still hold, the others from a shelf.
pub async fn areas(look: &mut Look, of: &[ProviderId]) -> Result<BTreeMap<ProviderId, Arc<Areas>>, Stop> {
    let mut found: BTreeMap<_, _> = of.iter().filter_map(|id| Some((*id, look.worked::<Areas>(*id)?))).collect();
    let missing: Vec<ProviderId> = of.iter().filter(|id| !found.contains_key(*id)).copied().collect();
    let now = look.now();
    for some in missing.chunks(STEP) {
        let mut shelf = shelf(look, some.to_vec()).await?;
        let turns = turns(&shelf, some, now.0);
        for id in some {
            let cells = Arc::new(Areas::of(&mut shelf, *id, now).await?);
            look.keep_worked(*id, turns.get(id).copied(), cells.clone());
            found.insert(*id, cells);
        }
    }
    Ok(found)
}

/// Providers of one shelf; bounds memory, not the result.
const STEP: usize = 200;

/// A provider as a row of the list shows it.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    pub provider: Provider,
    /// Sites by level, worst first.
    pub levels: Vec<(Level, Vec<SiteId>)>,
    pub tier: Option<Tier>,
    pub provisional: bool,
    /// The last day of the qualification that holds now.
    pub qualified: Option<Day>,
    /// The heaviest reason that counts.
    pub reason: Option<Reason>,
    /// What the clock alone will make of it.
    pub next: Option<(Instant, Level)>,
    pub cells: BTreeMap<String, Cell>,
}

/// The row of a provider.
pub async fn line(shelf: &mut Shelf, row: &RollRow, now: Now) -> Result<Line, Stop> {
    let mut reasons = Vec::new();
    for e in &row.engagements {
        for site in &e.sites {
            reasons.extend(shelf.reasons((e.id, *site)).await?);
        }
    }
    let standing = weighed(reasons, now);
    let engagements: Vec<Engagement> = shelf.of("provider", row.id).await?;
    let highest = tier(row);
    let of_tier = engagements.iter().flat_map(|e| &e.tiers).filter(|t| Some(t.tier) == highest);
    let mut by: BTreeMap<Level, Vec<SiteId>> = BTreeMap::new();
    for (site, level) in levels(row) {
        by.entry(level).or_default().push(site);
    }
    Ok(Line {
        provider: shelf.get(row.id).await?,
        levels: by.into_iter().rev().collect(),
        tier: highest,
        provisional: of_tier.clone().count() > 0 && of_tier.into_iter().all(|t| t.provisional),
        qualified: qualified(&shelf.of::<Qualification>("provider", row.id).await?, now, shelf),
        reason: standing.counted.into_iter().next(),
        next: standing.next,
        cells: Areas::of(shelf, row.id, now).await?.0,
    })
}

/// The last day of the longest qualification that holds now.
pub fn qualified(all: &[Qualification], now: Now, memory: &impl Memory) -> Option<Day> {
    let rules = memory.rules();
    let holds = all.iter().filter(|q| matches!(q.word(now.0, &rules), "valid" | "conditional"));
    holds.map(|q| q.facts.valid_until).max()
}
