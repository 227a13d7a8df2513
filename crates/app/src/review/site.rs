//! One site on one page, for a meeting or a file: where its providers stand, who is inside or coming, what is late,
//! what was found, what happened in the last thirty days. Only what the reader may see; whatever is cut is counted.

use plantgate_domain::{
    base::{DAY, Duty, Instant, Kind, Level, PersonId, ProviderId, SiteId, Tier},
    permit::{access::AccessRequest, grant::Grant, repeat},
    review::finding::Finding,
    witness::session::Session,
};
use plantgate_store::{
    Stop, extract,
    list::{Order, Query},
    look::Look,
    roll::RollRow,
};

use super::packed::packs;
use crate::{
    paged::every,
    qualify::roll::{self, Ask, Sort},
    witness::inside::{Inside, who_is_inside},
};

/// Days the report looks back.
pub const DAYS: i64 = 30;
/// Rows asked for in one step.
const STEP: usize = 200;

/// A provider at the site.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ProviderAt {
    pub id: ProviderId,
    pub level: Level,
    pub tier: Option<Tier>,
}

/// A site at an instant.
#[derive(Clone, PartialEq, Debug)]
pub struct SiteReport {
    pub at: Instant,
    /// The worst first.
    pub providers: Vec<ProviderAt>,
    pub inside: Vec<Inside>,
    /// Grants that open in the time to come, the next one first.
    pub scheduled: Vec<Grant>,
    /// Duties that are late, the oldest first.
    pub overdue: Vec<Duty>,
    /// Findings that are neither dismissed nor closed, the newest first.
    pub findings: Vec<Finding>,
    /// Sessions that began in the last days, whether a grant covers them or not.
    pub sessions: u64,
    /// Grants whose window began in the last days.
    pub accesses: u64,
    pub emergencies: Vec<Grant>,
    /// Median seconds from asking to the last yes among requests of the last days that were approved, and how many
    /// those are; `None` when there is none (S5.1b).
    pub approval: Option<(i64, u64)>,
    /// Packs that left the house in the last days.
    pub packs: u64,
    /// Entries of the record that this is read from.
    pub size: u64,
    /// The last signed head: its size and its root as the note writes it.
    pub head: Option<(u64, String)>,
}

/// Reads it for somebody.
pub async fn site_report(look: &mut Look, me: PersonId, site: SiteId) -> Result<SiteReport, Stop> {
    let now = look.now().0;
    let since = now.plus_secs(-DAYS * DAY);
    let who = who_is_inside(look, me, site).await?;
    let line = |word: &str| Some(("state", word.to_owned()));
    let q = |kind| Query { order: Order::Newest, site: Some(site.0), ..Query::new(kind, me, STEP) };
    let mut scheduled: Vec<Grant> =
        every(look, Query { line: line("scheduled"), ..q(Kind::Grant) }, |_: &Grant| true).await?;
    scheduled.sort_by_key(|g| (g.facts.window.from, g.id));
    let mut findings = Vec::new();
    for word in ["proposed", "disputed", "confirmed"] {
        let some = Query { state: Some(word.to_owned()), ..q(Kind::Finding) };
        findings.extend(every(look, some, |_: &Finding| true).await?);
    }
    findings.sort_by_key(|f| std::cmp::Reverse((f.at, f.id)));
    // Windows are opened long before they begin: the list in order of opening is read whole.
    let began = |g: &Grant| since <= g.facts.window.from && g.facts.window.from <= now;
    let mut grants: Vec<Grant> = every(look, q(Kind::Grant), |_: &Grant| true).await?;
    grants.retain(began);
    let recent = |s: &Session| since <= s.facts.started;
    let sessions = every(look, q(Kind::Session), recent).await?;
    let approval =
        approval(look, Query { state: Some("approved".to_owned()), ..q(Kind::AccessRequest) }, since).await?;
    let head = extract::head(look.tx(), None).await?;
    let packs = packs(look).await?.into_iter().filter(|p| since <= p.at).count() as u64;
    Ok(SiteReport {
        at: now,
        providers: providers(look, me, site).await?,
        inside: who.sessions,
        scheduled,
        overdue: overdue(look, me, site).await?,
        findings,
        sessions: sessions.len() as u64,
        accesses: grants.len() as u64,
        emergencies: grants.into_iter().filter(|g| g.facts.emergency.is_some()).collect(),
        approval,
        packs,
        size: look.size(),
        head: head.and_then(|(size, note)| Some((size, note.lines().nth(2)?.to_owned()))),
    })
}

/// How long people waited for a yes at the site: the requests asked since an instant.
async fn approval(look: &mut Look, q: Query, since: Instant) -> Result<Option<(i64, u64)>, Stop> {
    let asked: Vec<AccessRequest> = every(look, q, |r: &AccessRequest| since <= r.at).await?;
    let waited: Vec<i64> = asked.iter().filter_map(repeat::waited).collect();
    let count = waited.len() as u64;
    Ok(repeat::median(waited).map(|secs| (secs, count)))
}

async fn providers(look: &mut Look, me: PersonId, site: SiteId) -> Result<Vec<ProviderAt>, Stop> {
    let ask = Ask { site: Some(site), sort: Sort::Standing, ..Ask::default() };
    let found = roll::page(look, me, &ask, usize::MAX).await?;
    let at = |row: &RollRow| ProviderAt {
        id: row.id,
        level: roll::levels(row).get(&site).copied().unwrap_or(Level::Good),
        tier: roll::tier(row),
    };
    let mut all: Vec<ProviderAt> = found.rows.iter().map(at).collect();
    all.sort_by(|a, b| b.level.cmp(&a.level).then(a.tier.cmp(&b.tier)));
    Ok(all)
}

async fn overdue(look: &mut Look, me: PersonId, site: SiteId) -> Result<Vec<Duty>, Stop> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let (some, next) = look.overdue(after, STEP as u64).await?;
        let here: Vec<Duty> = some.into_iter().filter(|d| d.site == Some(site)).collect();
        let on: Vec<_> = here.iter().map(|d| d.what).collect();
        let seen = look.sees_which(me, &on).await?;
        all.extend(here.into_iter().filter(|d| seen.contains(&d.what)));
        let Some(next) = next else { return Ok(all) };
        after = Some(next);
    }
}
