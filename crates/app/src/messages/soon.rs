//! What the clock alone makes a message of: a check-in that did not come, a session behind the end of its grant, a
//! request whose window opens within two hours. Worked out of what stands, at every round; what passed longer ago than
//! a day is told no more, so that a record that was put back sends no old news.

use plantgate_domain::{
    base::{DAY, HOUR, Instant, Kind, Ref},
    event::permit::AskedWindow,
    permit::{
        access::AccessRequest,
        campaign,
        grant::{Grant, TO_CONFIRM},
    },
    thing::AnyThing,
    witness::bound::Bound,
};
use plantgate_store::{Stop, look::Look, memory::Memory};

use super::What;
use crate::witness::bound;

/// How long before its window opens a waiting request is urgent.
pub const SOON: i64 = 2 * HOUR;
/// Objects of one kind that one round looks at.
const MOST: u64 = 2_000;
/// Seconds after which people are told again that a machine does nothing.
const AGAIN: i64 = 6 * HOUR;

/// An occasion: what, about which object, since when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Occasion {
    pub what: What,
    pub on: Ref,
    pub at: Instant,
}

/// Everything the clock gives occasion to now.
pub async fn occasions(look: &mut Look) -> Result<Vec<Occasion>, Stop> {
    let now = look.now().0;
    let mut all = Vec::new();
    for word in ["deputy", "shift-lead"] {
        for on in look.with_word(Kind::Visit, "attendance", word, MOST).await? {
            if let Some(AnyThing::Visit(v)) = look.kept(on).await?.map(|k| k.thing)
                && let Some(at) = v.check_in_due(&look.rules())
            {
                all.push(Occasion { what: What::CheckIn, on, at });
            }
        }
    }
    for on in look.in_state(Kind::Session, "running", MOST).await? {
        if let Some(at) = overrun(look, on).await? {
            all.push(Occasion { what: What::Overrun, on, at });
        }
    }
    for on in look.with_word(Kind::AccessRequest, "state", "awaiting-approval", MOST).await? {
        if let Some(AnyThing::AccessRequest(r)) = look.kept(on).await?.map(|k| k.thing) {
            let opens = opens(&r);
            if soon(&r, now) {
                all.push(Occasion { what: What::AccessSoon, on, at: opens });
            }
        }
    }
    all.extend(shifts(look).await?);
    // Last, and by itself: what is asked of many accounts keeps nobody from hearing of an overrun.
    match bound::silent(look).await {
        Ok(silent) => all.extend(silent.iter().map(|account| {
            let since = account.bound.as_ref().map_or(now, Bound::since);
            Occasion { what: What::AccountSilent, on: account.id.into(), at: again(since, now) }
        })),
        Err(stop) => tracing::warn!(%stop, "nobody could look whether accounts were turned"),
    }
    all.retain(|o| now.secs_since(o.at) < DAY);
    Ok(all)
}

/// The beginning of the part of the time since an instant that is running: what still is so in the next one is told
/// again, and whichever node tells it, it is told once.
fn again(since: Instant, now: Instant) -> Instant {
    since.plus_secs(now.secs_since(since).div_euclid(AGAIN) * AGAIN)
}

/// Shifts of a turnaround that begin within an hour or run, and that nobody of the area confirmed.
async fn shifts(look: &mut Look) -> Result<Vec<Occasion>, Stop> {
    let now = look.now().0;
    let mut all = Vec::new();
    for on in look.with_word(Kind::Grant, TO_CONFIRM.0, TO_CONFIRM.1, MOST).await? {
        if let Some(AnyThing::Grant(g)) = look.kept(on).await?.map(|k| k.thing)
            && g.word(now) == "scheduled"
            && let Some((_, window)) = campaign::to_confirm(&g, now)
        {
            all.push(Occasion { what: What::ShiftWaits, on, at: campaign::earliest(&window) });
        }
    }
    Ok(all)
}

/// When what is asked for should begin at the latest.
fn opens(r: &AccessRequest) -> Instant {
    match r.asked.window {
        AskedWindow::Fixed(window) => window.from,
        AskedWindow::OnApproval(w) => w.latest_start,
    }
}

/// Whether a waiting request is urgent.
pub fn soon(r: &AccessRequest, now: Instant) -> bool {
    r.open(now) && opens(r).secs_since(now) < SOON
}

/// When the grant of a running session ended, if it did.
async fn overrun(look: &mut Look, on: Ref) -> Result<Option<Instant>, Stop> {
    let now = look.now().0;
    let Some(AnyThing::Session(s)) = look.kept(on).await?.map(|k| k.thing) else { return Ok(None) };
    let Some(grant) = s.facts.grant else { return Ok(None) };
    let grant: Option<Grant> = look.find(grant).await?;
    // Of repeated shifts it is the one in which the session began.
    let end = grant.map(|g| {
        let until = g.window_at(s.facts.started).until;
        g.revoked.map_or(until, |r| r.min(until))
    });
    Ok(end.filter(|end| *end <= now && s.inside(now)))
}
