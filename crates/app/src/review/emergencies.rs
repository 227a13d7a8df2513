//! Emergencies in numbers: by what was in danger, over three periods, and where there were so many within thirty
//! days that the process needs a look. Counts of the house, never of one person.

use std::collections::BTreeMap;

use plantgate_domain::{
    base::{DAY, Ref},
    event::permit::EmergencyCause,
    permit::grant::{EMERGENCY, Grant, YES},
    review::emergencies::too_many_at,
};
use plantgate_store::{
    Stop,
    list::{Order, Query},
    look::Look,
};

use crate::paged::every;

/// The periods that are counted, in days back from now.
pub const PERIODS: [i64; 3] = [30, 90, 365];

/// How many there were.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Counted {
    /// By what was in danger, as reviews say, for each of the periods; nothing where none says it yet.
    pub causes: BTreeMap<Option<EmergencyCause>, [usize; 3]>,
    /// Sites and providers with more than three within the last thirty days, the most first.
    pub crowded: Vec<(Ref, usize)>,
}

/// The list of emergencies that a query narrows.
pub fn emergencies(q: Query) -> Query {
    Query { line: Some((EMERGENCY, YES.to_owned())), ..q }
}

/// Counts those that the query means.
pub async fn counted(look: &mut Look, q: &Query) -> Result<Counted, Stop> {
    let now = look.now().0;
    let age = |g: &Grant| now.secs_since(g.at);
    let [.., longest] = PERIODS;
    let q = Query { after: None, order: Order::Newest, text: None, ..emergencies(q.clone()) };
    let all = every(look, q, |g: &Grant| age(g) < longest * DAY).await?;
    let mut causes: BTreeMap<Option<EmergencyCause>, [usize; 3]> = BTreeMap::new();
    for grant in &all {
        for (count, days) in causes.entry(grant.cause).or_default().iter_mut().zip(PERIODS) {
            *count += usize::from(age(grant) < days * DAY);
        }
    }
    Ok(Counted { causes, crowded: too_many_at(all.iter(), now) })
}
