//! What rules would have refused at the sites that only observe or warn: out of the decisions as the record
//! froze them, one request once, whatever was decided about it how often.

use std::collections::BTreeMap;

use plantgate_domain::{
    base::{AccessRequestId, Instant, Mode, PersonId, Ref},
    permit::{access::AccessRequest, observed::would_have},
};
use plantgate_store::{Stop, look::Look, memory::Memory};

/// How far back people look.
pub const DAYS: i64 = 30;

/// A request that was decided in the time, with the checks that would have refused it.
#[derive(Clone, PartialEq, Debug)]
pub struct Observed {
    pub request: AccessRequest,
    /// The latest decision about it in the time.
    pub at: Instant,
    /// Its entry; newest first is the order of the list, and an entry's number is where a page of it ends.
    pub seq: u64,
    /// Key and rule of each check that let pass what it would have refused, with the mode that let it.
    pub checks: Vec<Let>,
}

/// A check that let something pass.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Let {
    pub no: u8,
    pub key: String,
    pub rule: String,
    pub mode: Mode,
}

/// Everything decided since some days ago.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Seen {
    /// Newest first; those that every check passed are among them, because a count says little without its whole.
    pub requests: Vec<Observed>,
    /// Whether older decisions were left out, because there are too many.
    pub cut: bool,
}

impl Seen {
    /// How many requests a check would have refused, of how many, at a site.
    pub fn count(&self, site: plantgate_domain::base::SiteId, key: &str) -> (u64, u64) {
        let here = || self.requests.iter().filter(|o| o.request.asked.site == site);
        let would = here().filter(|o| o.checks.iter().any(|c| c.key == key)).count();
        (would as u64, here().count() as u64)
    }
}

/// Reads it: what a reader sees of the last 30 days.
pub async fn observed(look: &mut Look, reader: PersonId, most: usize) -> Result<Seen, Stop> {
    let since = look.now().0.plus_secs(-DAYS * plantgate_domain::base::DAY);
    let page = look.frozen(reader, since, most).await?;
    let mut all: BTreeMap<AccessRequestId, (u64, Instant, Vec<Let>)> = BTreeMap::new();
    for one in &page.decisions {
        let (seq, at, checks) = all.entry(one.request).or_insert((one.seq, one.at, Vec::new()));
        (*seq, *at) = ((*seq).max(one.seq), (*at).max(one.at));
        checks.extend(would_have(&one.decision).map(|c| Let {
            no: c.no,
            key: c.key.clone(),
            rule: c.rule.clone(),
            mode: c.mode,
        }));
    }
    let refs: Vec<Ref> = all.keys().map(|id| Ref::from(*id)).collect();
    let mut requests = Vec::with_capacity(all.len());
    for part in refs.chunks(STEP) {
        look.ahead(part).await?;
        for on in part {
            let id = AccessRequestId(on.id);
            let Some((seq, at, mut checks)) = all.remove(&id) else { continue };
            let Some(request) = look.find::<AccessRequest>(id).await? else { continue };
            checks.sort();
            // One line for each check: judged twice in two modes, the stricter one stays.
            checks.reverse();
            checks.dedup_by(|a, b| a.key == b.key);
            checks.reverse();
            requests.push(Observed { request, at, seq, checks });
        }
    }
    requests.sort_by_key(|o| std::cmp::Reverse(o.seq));
    Ok(Seen { requests, cut: page.cut })
}

/// Objects read in one step.
const STEP: usize = 200;
