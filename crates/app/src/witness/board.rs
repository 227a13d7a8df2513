//! The board of who is inside: running sessions, those that ended a while ago, and windows that were approved, in a
//! stretch of time around now. What it rests on is said with it: a source that is silent is no empty list.

use std::hash::{DefaultHasher, Hash, Hasher};

use plantgate_domain::{
    base::{DAY, GrantId, Instant, Kind, PersonId, SiteId},
    permit::grant::Grant,
    thing::{AnyThing, Broken},
    witness::{
        held::{Held, held},
        session::Session,
    },
};
use plantgate_store::{
    Stop,
    list::{Order, Query},
    look::Look,
    memory::Memory,
};

use super::inside::{Inside, who_is_inside};
use crate::{act::App, paged::every};

/// Rows asked for in one step.
const STEP: usize = 100;
/// Most windows and ended sessions that the board holds of each kind; that there are more is said.
const MOST: usize = 500;
/// A window longer than this many seconds stands for days.
const LONG: i64 = DAY;
/// How far before the stretch something may have begun that still reaches into it: a day, which is the longest
/// window of planned work, and a night.
const BEFORE: i64 = DAY + 12 * 3_600;

/// A running session.
#[derive(Clone, PartialEq, Debug)]
pub struct Running {
    pub inside: Inside,
    /// It wants somebody beside it, and nobody is.
    pub held: Option<Held>,
    /// A gateway let it in, and no gateway of this process holds it: whether it still runs cannot be determined here.
    pub silent: bool,
}

/// What the board shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Board {
    pub from: Instant,
    pub until: Instant,
    pub running: Vec<Running>,
    /// Sessions that ended in the stretch.
    pub ended: Vec<Session>,
    /// Windows that reach into the stretch, by when they begin.
    pub windows: Vec<Grant>,
    /// Whether a gateway is open in this process.
    pub gateway: bool,
    /// There is more than is shown.
    pub more: bool,
}

impl Board {
    /// The grant a session claims, if its window is on the board.
    pub fn grant(&self, id: Option<GrantId>) -> Option<&Grant> {
        self.windows.iter().find(|g| Some(g.id) == id)
    }

    /// Windows that are open and longer than a day.
    pub fn standing(&self, now: Instant) -> impl Iterator<Item = &Grant> {
        let long = move |g: &&Grant| g.window_at(now).secs() > LONG;
        self.windows.iter().filter(move |g| g.usable(now)).filter(long)
    }

    /// A word that is another one once something on the board changed.
    pub fn mark(&self, now: Instant) -> String {
        let mut hash = DefaultHasher::new();
        for r in &self.running {
            let s = &r.inside.session;
            let marks = (s.closing.is_some(), s.safe.is_some(), s.cut.is_some(), s.attended.map(Instant::micros));
            let until = r.inside.grant.as_ref().map(|g| g.window_at(s.facts.started).until.micros());
            let stands = (r.inside.cover.as_str(), r.inside.beyond, r.held.map(Held::as_str), r.silent, until);
            (s.id.0, marks, stands, s.facts.person.map(|p| p.0)).hash(&mut hash);
        }
        for s in &self.ended {
            s.id.0.hash(&mut hash);
        }
        for g in &self.windows {
            (g.id.0, g.word(now), g.window_at(now).until.micros(), g.attendant.map(|p| p.0)).hash(&mut hash);
        }
        (self.gateway, self.more).hash(&mut hash);
        format!("{:016x}", hash.finish())
    }
}

/// The board of a site for a reader, from `back` seconds ago to `ahead` seconds from now.
pub async fn board(
    app: &App,
    look: &mut Look,
    reader: PersonId,
    site: SiteId,
    (back, ahead): (i64, i64),
) -> Result<Board, Stop> {
    let now = look.now().0;
    let (from, until) = (now.plus_secs(-back), now.plus_secs(ahead));
    let who = who_is_inside(look, reader, site).await?;
    let check_in = look.rules().access.check_in_minutes * 60;
    let mut more = who.more;
    let running = who.sessions.into_iter().map(|inside| Running {
        held: inside.grant.as_ref().and_then(|g| held(&inside.session, g, check_in, now)),
        silent: inside.session.gated() && app.runs(inside.session.id).is_none(),
        inside,
    });
    let mut running: Vec<Running> = running.collect();
    running.sort_by_key(|r| {
        let (started, grant) = (r.inside.session.facts.started, r.inside.grant.as_ref());
        (grant.map_or(started, |g| g.window_at(started).until), r.inside.session.id)
    });
    let of = |kind| Query { site: Some(site.0), order: Order::Newest, ..Query::new(kind, reader, STEP) };
    let line = |word: &str, order| Query { line: Some(("state", word.to_owned())), order, ..of(Kind::Grant) };
    let began = |at: Instant| from.plus_secs(-BEFORE) <= at;
    let mut windows: Vec<Grant> = Vec::new();
    for word in ["active", "suspended"] {
        windows.extend(some(look, line(word, Order::Oldest), &mut more, |_: &Grant| true).await?);
    }
    // Between two shifts a grant is scheduled like one that never began: it stands by its next one.
    let soon = |g: &Grant| g.facts.window.from < until;
    let scheduled = some(look, line("scheduled", Order::Oldest), &mut more, soon).await?;
    windows.extend(scheduled.into_iter().filter(|g| g.window_at(now).from < until));
    for word in ["expired", "revoked"] {
        let gone = some(look, line(word, Order::Newest), &mut more, |g: &Grant| began(g.facts.window.from)).await?;
        windows.extend(gone.into_iter().filter(|g| over(g, now) > from && g.window_at(now).from < until));
    }
    windows.sort_by_key(|g| (g.window_at(now).from, g.id));
    let query = Query { state: Some("ended".to_owned()), ..of(Kind::Session) };
    let mut ended = some(look, query, &mut more, |s: &Session| began(s.facts.started)).await?;
    ended.retain(|s| s.ended.is_some_and(|(at, _)| at > from));
    Ok(Board { from, until, running, ended, windows, gateway: app.grows_in().is_some(), more })
}

/// When a window ended, by the clock or by a person; of repeated shifts the one that runs at an instant, or is next.
pub fn over(g: &Grant, at: Instant) -> Instant {
    let until = g.window_at(at).until;
    g.revoked.map_or(until, |gone| gone.min(until))
}

/// Rows of a list as long as they are wanted, up to a bound that is said.
async fn some<T: TryFrom<AnyThing, Error = Broken>>(
    look: &mut Look,
    q: Query,
    more: &mut bool,
    wanted: impl Fn(&T) -> bool,
) -> Result<Vec<T>, Stop> {
    let mut all = 0;
    let within = |thing: &T| {
        let goes_on = wanted(thing);
        *more |= goes_on && all == MOST;
        all += 1;
        goes_on && all <= MOST
    };
    every(look, q, within).await
}
