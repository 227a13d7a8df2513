//! What a watchman would notice: duties past due and reasons that began to weigh. It proposes, people dispose; ids
//! follow from what was noticed, so that noticing twice, late, or on two nodes proposes once (architecture §2.2).

use super::task::task_id;
use crate::{
    base::{Duty, Instant, Level, Now, Reason, TaskId},
    event::review::TaskProposed,
};

/// A task to propose, with the id it always has.
pub type Proposal = (TaskId, TaskProposed);

/// Everything noticed at `now`, each once, in order of its instant. Whoever records them skips ids that exist.
pub fn notice(duties: &[Duty], reasons: &[Reason], now: Now) -> Vec<Proposal> {
    let late = duties.iter().filter(|d| overdue(d, now.0)).map(|d| {
        let (party, provider, site) = (d.party, d.provider, d.site);
        let rule = d.rule.clone();
        (task_id(&rule, d.what, d.due), TaskProposed { rule, subject: d.what, due: d.due, party, provider, site })
    });
    let weighing = reasons.iter().filter(|r| r.weight(now.0) > Level::Good).flat_map(|r| {
        // One for each step that was reached: Watch asks for something else than Restricted does.
        r.steps.iter().filter(|s| s.from <= now.0).map(|s| {
            let fact = TaskProposed {
                rule: r.key.clone(),
                subject: r.source,
                due: s.from,
                party: r.party,
                provider: None,
                site: Some(r.site),
            };
            (task_id(&r.key, r.source, s.from), fact)
        })
    });
    let mut all: Vec<Proposal> = late.chain(weighing).collect();
    all.sort_by_key(|p| (p.1.due, p.0));
    all.dedup_by_key(|p| p.0);
    all
}

/// Due and still open at that instant.
fn overdue(duty: &Duty, now: Instant) -> bool {
    duty.due <= now && duty.done.is_none_or(|done| now < done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{FindingId, Party, Ref, SiteId};
    use uuid::Uuid;

    fn duty(due: i64, done: Option<i64>) -> Duty {
        let at = |s: i64| Instant::from_micros(0).plus_secs(s);
        Duty {
            rule: "R-30".to_owned(),
            party: Party::Owner,
            provider: None,
            site: Some(SiteId(Uuid::from_u128(1))),
            what: Ref::from(FindingId(Uuid::from_u128(2))),
            due: at(due),
            done: done.map(at),
        }
    }

    #[test]
    fn noticing_twice_proposes_once_and_the_same() {
        let duties = [duty(10, None), duty(10, None), duty(20, Some(15)), duty(99, None)];
        let now = |s| Now(Instant::from_micros(0).plus_secs(s));
        // given the same duty from two places, one done and one not yet due
        let first = notice(&duties, &[], now(50));
        // then one task, and hours later still the same one
        assert_eq!(first.len(), 1);
        assert_eq!(notice(&duties, &[], now(60)), first);
        assert_eq!(first[0].0.0.get_version_num(), 5);
    }
}
