//! The watchman. It reads what is due in a snapshot, and proposes tasks for it in a turn of its own; their ids follow
//! from what was noticed, so that two runs, two nodes or a late one propose each thing once (architecture §2.2).

use plantgate_domain::{
    base::{Actor, Kind, Ref, TaskId, Why},
    event::review::{TaskEvent, TaskProposed},
    permit::grant::{Grant, RECENT_EMERGENCY, YES},
    review::{
        emergencies::proposals,
        task::task_id,
        watchman::{Proposal, notice},
    },
};
use plantgate_store::{Desk, Stop, look::Look, memory::Memory};
use serde::{Deserialize, Serialize};

use crate::{
    act::{Act, App, Caller},
    power::{self, May, Place},
};

/// Proposes tasks for what was noticed; those that stand already are left alone.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watch {
    pub noticed: Vec<TaskProposed>,
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Watched {
    pub proposed: u64,
    pub known: u64,
}

/// Most tasks of one turn: all others wait for it.
const MOST: usize = 200;
/// Duties read in one step.
const STEP: u64 = 1_000;

impl Act for Watch {
    const NAME: &'static str = "watch";
    type Power = power::Watch;
    type Done = Watched;

    async fn place(&self, _desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::anywhere())
    }

    async fn run(self, _may: May<power::Watch>, desk: &mut Desk) -> Result<Watched, Stop> {
        if self.noticed.len() > MOST {
            return Err(Stop::field("noticed", Why::of("invalid-noticed-many").with("most", MOST)));
        }
        let ids: Vec<TaskId> = self.noticed.iter().map(|n| task_id(&n.rule, n.subject, n.due)).collect();
        let refs: Vec<Ref> = ids.iter().map(|id| Ref::from(*id)).collect();
        desk.ahead(&refs).await?;
        let mut done = Watched { proposed: 0, known: 0 };
        for (id, fact) in ids.into_iter().zip(self.noticed) {
            if desk.kept(id.into()).await?.is_some() {
                done.known += 1;
                continue;
            }
            desk.append(id, TaskEvent::Proposed(fact)).await?;
            done.proposed += 1;
        }
        Ok(done)
    }
}

/// Emergencies of the days that R-35 counts.
async fn emergencies(look: &mut Look) -> Result<Vec<Grant>, Stop> {
    let mut all = Vec::new();
    for on in look.with_word(Kind::Grant, RECENT_EMERGENCY, YES, STEP).await? {
        all.push(look.get::<Grant>(on).await?);
    }
    Ok(all)
}

/// What is due and has no task yet.
pub async fn noticed(look: &mut Look) -> Result<Vec<Proposal>, Stop> {
    let now = look.now();
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let (duties, next) = look.overdue(after, STEP).await?;
        found.extend(notice(&duties, &[], now));
        match next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    for at in look.not_good().await? {
        let reasons = look.reasons(at).await?;
        found.extend(notice(&[], &reasons, now));
    }
    found.extend(proposals(emergencies(look).await?.iter(), now.0));
    let mut new = Vec::new();
    for part in found.chunks(MOST) {
        let refs: Vec<Ref> = part.iter().map(|(id, _)| Ref::from(*id)).collect();
        look.ahead(&refs).await?;
        for (id, fact) in part {
            if look.kept((*id).into()).await?.is_none() {
                new.push((*id, fact.clone()));
            }
        }
    }
    new.sort_by_key(|(id, fact)| (fact.due, *id));
    new.dedup_by_key(|(id, _)| *id);
    Ok(new)
}

/// One round of the watchman: how many tasks were proposed. A second round right after proposes none.
pub async fn round(app: &App) -> Result<u64, Stop> {
    let found = {
        let mut look = app.store().look().await?;
        noticed(&mut look).await?
    };
    let caller = Caller { actor: Actor::Watchman, auth: None, stale: false };
    let mut proposed = 0;
    for part in found.chunks(MOST) {
        let noticed = part.iter().map(|(_, fact)| fact.clone()).collect();
        let request = plantgate_store::writer::new_request()?;
        proposed += app.act(&caller, request, Watch { noticed }).await?.done.proposed;
    }
    Ok(proposed)
}
