//! Decisions about access requests as the record froze them, read back newest first. Rights are a join, as in lists;
//! the answer is bounded, because a month of a large organisation is long.

use plantgate_domain::{
    base::{AccessRequestId, Instant, PersonId},
    event::{
        Event,
        permit::{AccessEvent, Decided},
    },
};

use crate::{book, db::V, look::Look, stop::Stop};

/// One decision with the request it is about.
#[derive(Clone, PartialEq, Debug)]
pub struct Frozen {
    pub seq: u64,
    pub at: Instant,
    pub request: AccessRequestId,
    pub decision: Decided,
}

/// Decisions of some time.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct FrozenPage {
    /// Newest first.
    pub decisions: Vec<Frozen>,
    /// Whether older ones were left out.
    pub cut: bool,
}

/// Entries read in one step.
const STEP: u64 = 500;

impl Look {
    /// What was decided about requests that a reader sees, since an instant; the newest `most` of them.
    pub async fn frozen(&mut self, reader: PersonId, since: Instant, most: usize) -> Result<FrozenPage, Stop> {
        let mut page = FrozenPage::default();
        let mut before = self.size();
        loop {
            let (found, last) = self.step(reader, since, before).await?;
            page.decisions.extend(found);
            if page.decisions.len() > most {
                page.decisions.truncate(most);
                page.cut = true;
                return Ok(page);
            }
            match last {
                Some(last) => before = last,
                None => return Ok(page),
            }
        }
    }

    /// One step, and where the next one begins if there may be more.
    async fn step(
        &mut self,
        reader: PersonId,
        since: Instant,
        before: u64,
    ) -> Result<(Vec<Frozen>, Option<u64>), Stop> {
        let sql = "select e.seq, e.body from entry e where e.at >= $1 and e.seq < $2 and e.kind = 'access-request'
            and exists (select 1 from sees v join role_at r on r.party = v.party
            where v.kind = e.kind and v.id = e.id and r.kind = 'person' and r.id = $3) order by e.seq desc limit $4";
        let values = [V::at(since), V::size(before), V::Id(reader.0), V::size(STEP)];
        let recs = self.tx().all(sql, &values).await?;
        let last = match recs.last() {
            Some(rec) if recs.len() as u64 == STEP => Some(rec.size(0)?),
            Some(_) | None => None,
        };
        let mut found = Vec::new();
        for rec in &recs {
            let read = book::read(rec.size(0)?, &rec.bytes(1)?)?;
            let (at, seq, request) = (read.at.at, read.at.seq, AccessRequestId(read.on.id));
            found.extend(decision(read.event).map(|decision| Frozen { seq, at, request, decision }));
        }
        Ok((found, last))
    }
}

/// The decision an entry froze, if it froze one.
fn decision(event: Event) -> Option<Decided> {
    let Event::AccessRequest(event) = event else { return None };
    match event {
        AccessEvent::Refused(judged) | AccessEvent::Queued(judged) => Some(judged.decision),
        AccessEvent::Approved(yes) => Some(yes.decision),
        AccessEvent::Covered(by) => Some(by.decision),
        AccessEvent::Requested(_)
        | AccessEvent::AttendantNamed(_)
        | AccessEvent::Denied(_)
        | AccessEvent::Withdrawn(_) => None,
    }
}
