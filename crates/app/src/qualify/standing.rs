//! Where an engagement stands at a site, for *Why* pages, command line and API. Read from any memory: rows, the
//! desk, the past.

use plantgate_domain::{
    base::{EngagementId, Instant, Level, Line, Now, Reason, SiteId},
    qualify::{request::Request, standing::standing},
};
use plantgate_store::{Stop, memory::Memory};

/// A standing with everything it rests on.
#[derive(Clone, PartialEq, Debug)]
pub struct Standing {
    pub level: Level,
    /// When it became so; `None`: it always was.
    pub since: Option<Instant>,
    /// What the clock alone will make of it, and when.
    pub next: Option<(Instant, Level)>,
    /// Reasons that weigh now, the heaviest first.
    pub counted: Vec<Reason>,
    /// Reasons that will weigh when the clock comes to it, if nothing is done.
    pub coming: Vec<Reason>,
    /// Shown beside, never weighed: unconfirmed, ours, voluntary.
    pub beside: Vec<Reason>,
    /// The whole of it.
    pub line: Line<Level>,
}

/// Where a standing would be at this instant if a request were accepted now: all else as it is.
pub async fn if_accepted(memory: &mut impl Memory, request: &Request, now: Now) -> Result<(Level, Level), Stop> {
    let reasons = memory.reasons((request.facts.engagement, request.facts.site)).await?;
    let others: Vec<Reason> = reasons.iter().filter(|r| r.source != request.id.into()).cloned().collect();
    Ok((*standing(&reasons).at(now.0), *standing(&others).at(now.0)))
}

/// The standing of an engagement at a site at an instant.
pub async fn standing_of(
    memory: &mut impl Memory,
    engagement: EngagementId,
    site: SiteId,
    now: Now,
) -> Result<Standing, Stop> {
    Ok(weighed(memory.reasons((engagement, site)).await?, now))
}

/// What reasons come to at an instant: of one engagement at a site, or of several taken together.
pub fn weighed(reasons: Vec<Reason>, now: Now) -> Standing {
    let t = now.0;
    let line = standing(&reasons);
    let (mut counted, mut coming, mut beside) = (Vec::new(), Vec::new(), Vec::new());
    for reason in reasons.into_iter().filter(|r| r.until.is_none_or(|end| t < end)) {
        let begun = reason.steps.first().is_some_and(|s| s.from <= t);
        match (reason.counts, begun) {
            (true, true) => counted.push(reason),
            (true, false) if !reason.steps.is_empty() => coming.push(reason),
            (false, true) => beside.push(reason),
            (true | false, false) => {}
        }
    }
    counted.sort_by_key(|r| std::cmp::Reverse(r.weight(t)));
    Standing {
        level: *line.at(t),
        since: line.since(t),
        next: line.next(t).map(|(at, level)| (at, *level)),
        counted,
        coming,
        beside,
        line,
    }
}
