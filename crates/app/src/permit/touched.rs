//! Whom a change of enforcement would touch, before anybody says it: every open request and every grant still to
//! be used at the site is judged again, as it would be from that instant on. Running work is counted and never touched:
//! administrative facts are frozen while a session runs, and no mode ends one.

use plantgate_domain::{
    base::{Instant, Kind, Mode, Now, PersonId, ProviderId, Ref, SiteId, Window},
    event::{
        expect::ModeSet,
        permit::{CheckDecided, Moment},
    },
    expect::site::Site,
    permit::{
        access::AccessRequest,
        decide::{Decision, decide},
        facts::{Facts, Modes, Question},
        grant::Grant,
    },
    thing::{AnyThing, Broken, Thing},
};
use plantgate_store::{
    Stop,
    list::{Order, Query},
    look::Look,
    memory::Memory,
};

use super::facts::facts;

/// What would become of something that is open now.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Turn {
    /// It would no longer be let in.
    Stopped,
    /// It would be let in with a warning that is not there now.
    Warned,
    /// It would be let in where it is refused now.
    Released,
}

impl Turn {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Turn::Stopped => "stopped",
            Turn::Warned => "warned",
            Turn::Released => "released",
        }
    }
}

/// An open request or a grant that is still to be used.
#[derive(Clone, PartialEq, Debug)]
pub struct TouchedOne {
    pub on: Ref,
    pub provider: ProviderId,
    pub person: PersonId,
    pub window: Window,
    /// Whether its window begins only after the change.
    pub coming: bool,
    pub turn: Turn,
    /// The checks that turn, as they would be decided.
    pub checks: Vec<CheckDecided>,
}

/// Everything that is open at the site, judged again.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Touched {
    pub rows: Vec<TouchedOne>,
    /// Open requests and grants that were judged.
    pub requests: u64,
    pub grants: u64,
    /// Whether there are more than were judged.
    pub cut: bool,
    /// Sessions running there; none of them ends.
    pub running: u64,
}

/// The site as it would be: as it is, and with the modes said.
struct Plan {
    now: Site,
    then: Site,
    from: Instant,
}

/// Reads it: what a reader sees of what is open at the site, at most so many of a kind and state.
pub async fn touched(
    look: &mut Look,
    (reader, most): (PersonId, usize),
    site: SiteId,
    set: &ModeSet,
) -> Result<Touched, Stop> {
    let now: Site = look.get(site).await?;
    let mut then = now.clone();
    then.modes.push(set.clone());
    let plan = Plan { now, then, from: set.from.max(look.now().0) };
    let mut out = Touched::default();
    let running =
        Query { site: Some(site.0), state: Some("running".to_owned()), ..Query::new(Kind::Session, reader, 1) };
    out.running = look.count(&running).await?;
    for request in open::<AccessRequest>(look, (reader, most), site, &["awaiting-approval"], &mut out.cut).await? {
        out.requests += 1;
        // Nobody decides a request after it lapsed.
        if request.asked.window.lapses() > plan.from {
            let q = request.question(Moment::Approval, Now(plan.from));
            out.rows.extend(judged(look, &plan, request.id.into(), &q, plan.from).await?);
        }
    }
    for grant in open::<Grant>(look, (reader, most), site, &["active", "scheduled", "suspended"], &mut out.cut).await? {
        out.grants += 1;
        if grant.until > plan.from {
            // The first instant from which a session under it would begin by the new modes.
            let window = grant.window_at(plan.from);
            let (start, on) = (plan.from.max(window.from), grant.id.into());
            let q = grant.supposed().question(Moment::Start, window);
            out.rows.extend(judged(look, &plan, on, &q, start).await?);
        }
    }
    out.rows.sort_by_key(|r| (r.turn, r.window.from, r.on));
    Ok(out)
}

/// Open objects of a kind at the site, at most as many as are judged again.
async fn open<T: TryFrom<AnyThing, Error = Broken> + Thing>(
    look: &mut Look,
    (reader, most): (PersonId, usize),
    site: SiteId,
    words: &[&str],
    cut: &mut bool,
) -> Result<Vec<T>, Stop> {
    let mut all = Vec::new();
    for word in words {
        let q = Query {
            site: Some(site.0),
            line: Some(("state", (*word).to_owned())),
            order: Order::Oldest,
            ..Query::new(T::KIND, reader, most)
        };
        let page = look.page(&q).await?;
        *cut |= page.next.is_some();
        for row in page.rows {
            all.push(T::try_from(row.kept.thing)?);
        }
    }
    Ok(all)
}

async fn judged(look: &mut Look, plan: &Plan, on: Ref, q: &Question, at: Instant) -> Result<Option<TouchedOne>, Stop> {
    let Some(person) = q.person else { return Ok(None) };
    let rules = look.rules();
    let mut f = facts(look, q, Now(at)).await?;
    let mut by = |site: &Site| -> (Decision, Facts) {
        f.modes = Modes::of_site(&rules, |key| Some(site.mode(key, at, rules.checks.default_mode)));
        (decide(&f, q, Now(at)), f.clone())
    };
    let (before, (after, with)) = (by(&plan.now).0, by(&plan.then));
    let Some(turn) = turns(&before, &after) else { return Ok(None) };
    let kept = after.freeze(&with).checks.into_iter().zip(before.checks.iter().zip(&after.checks));
    let changed = kept.filter(|(_, (was, is))| turned(was, is) == Some(turn)).map(|(kept, _)| kept);
    Ok(Some(TouchedOne {
        on,
        provider: q.provider,
        person,
        window: q.window,
        coming: q.window.from > plan.from,
        turn,
        checks: changed.collect(),
    }))
}

type Judged = plantgate_domain::permit::checks::Check;

/// What one check turns to.
fn turned(was: &Judged, is: &Judged) -> Option<Turn> {
    use plantgate_domain::event::permit::Outcome::Warning;
    match (was.blocks(), is.blocks()) {
        (false, true) => Some(Turn::Stopped),
        (true, false) => Some(Turn::Released),
        (true, true) => None,
        (false, false) => {
            let new = is.result == Warning && was.result != Warning && is.mode == Mode::Warn;
            new.then_some(Turn::Warned)
        }
    }
}

/// What the whole turns to: stopped by one is stopped, and released only when nothing else stops it.
fn turns(before: &Decision, after: &Decision) -> Option<Turn> {
    let each = before.checks.iter().zip(&after.checks).filter_map(|(was, is)| turned(was, is));
    let all: Vec<Turn> = each.collect();
    let has = |turn: Turn| all.contains(&turn);
    match () {
        () if has(Turn::Stopped) => Some(Turn::Stopped),
        () if has(Turn::Released) && after.yes() => Some(Turn::Released),
        () if has(Turn::Warned) => Some(Turn::Warned),
        () => None,
    }
}
