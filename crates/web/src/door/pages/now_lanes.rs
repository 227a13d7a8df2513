//! Windows against sessions, drawn on the server: a lane for each window with what ran in it, and for each session that
//! has none. The picture repeats in words what stands beside it, and the table says all of it without a picture.

use plantgate_app::{
    Stop,
    read::Memory,
    witness::board::{Board, Running, over},
};
use plantgate_domain::{
    base::{Environment, InstanceId, Instant, Kind, PersonId, ProviderId, Role},
    expect::instance::Instance,
    permit::grant::Grant,
    witness::session::Session,
};

use super::{
    access::shown,
    history::opens,
    now::{name, record, states},
};
use crate::{
    door::visit::Visit,
    page::now::{Lane, Lanes, Piece},
    view::Item,
};

const HOUR: i64 = 3_600;

/// What one lane is made of.
struct Track<'b> {
    window: Option<&'b Grant>,
    running: Vec<&'b Running>,
    ended: Vec<&'b Session>,
}

/// The lanes of a board.
pub async fn lanes(v: &mut Visit, all: &Board, may_end: bool, names: bool) -> Result<Lanes, Stop> {
    let mut rows = Vec::new();
    for track in tracks(all) {
        rows.push(lane(v, all, &track, may_end, names).await?);
    }
    // Lanes of one system stand together, in the order in which they begin.
    rows.sort_by(|a, b| a.system.text.cmp(&b.system.text));
    let (clock, stretch) = (hour(v, v.now()), v.ui.t("lane-stretch"));
    let stretch = stretch.s("from", v.ui.clock(all.from)).s("until", v.ui.clock(all.until)).to_string();
    Ok(Lanes { hours: hours(v, all), now: place(all, v.now()), clock, stretch, rows })
}

fn tracks(all: &Board) -> Vec<Track<'_>> {
    let of = |g: &Grant| Track {
        window: None,
        running: all.running.iter().filter(|r| r.inside.session.facts.grant == Some(g.id)).collect(),
        ended: all.ended.iter().filter(|s| s.facts.grant == Some(g.id)).collect(),
    };
    let mut tracks: Vec<Track<'_>> = all.windows.iter().map(|g| Track { window: Some(g), ..of(g) }).collect();
    let alone = |s: &Session| all.grant(s.facts.grant).is_none();
    for running in all.running.iter().filter(|r| alone(&r.inside.session)) {
        tracks.push(Track { window: running.inside.grant.as_ref(), running: vec![running], ended: Vec::new() });
    }
    for ended in all.ended.iter().filter(|s| alone(s)) {
        tracks.push(Track { window: None, running: Vec::new(), ended: vec![ended] });
    }
    tracks
}

/// Where an instant is, in percent of the stretch; what is outside stands at its edge.
fn percent(all: &Board, at: Instant) -> f64 {
    let whole = all.until.secs_since(all.from).max(1);
    let part = at.secs_since(all.from).clamp(0, whole);
    part as f64 * 100.0 / whole as f64
}

fn place(all: &Board, at: Instant) -> String {
    format!("{:.2}%", percent(all, at))
}

fn piece(all: &Board, kind: &'static str, from: Instant, until: Instant) -> Option<Piece> {
    let (a, b) = (percent(all, from), percent(all, until));
    // What is shorter than the picture can show is seen all the same; what is outside is not.
    let inside = until > all.from && from < all.until;
    inside.then(|| Piece { kind, x: format!("{a:.2}%"), width: format!("{:.2}%", (b - a).max(0.4)) })
}

/// The lines of the axis; where they stand close together only every second one has its hour.
fn hours(v: &Visit, all: &Board) -> Vec<(String, String)> {
    let hours = all.until.secs_since(all.from) / HOUR;
    let every = if hours > 12 { 4 * HOUR } else { HOUR };
    let first = all.from.plus_secs(every - all.from.micros().div_euclid(1_000_000).rem_euclid(every));
    let ticks = (0..=hours * HOUR / every).map(|n| first.plus_secs(n * every)).filter(|at| *at < all.until);
    // The hour that stands at the line of now would be written over it.
    let near = |at: Instant| (percent(all, at) - percent(all, v.now())).abs() < 7.0;
    let close = hours > 4;
    let said = |n: usize, at| !near(at) && (!close || n.is_multiple_of(2));
    let text = |(n, at)| (place(all, at), if said(n, at) { hour(v, at) } else { String::new() });
    ticks.enumerate().map(text).collect()
}

/// `08:30`, as the clock of the site shows it.
fn hour(v: &Visit, at: Instant) -> String {
    let typed = v.ui.input(at);
    typed.split_once('T').map_or(typed.clone(), |(_, clock)| clock.to_owned())
}

fn pieces(all: &Board, track: &Track<'_>, now: Instant) -> Vec<Piece> {
    let mut found = Vec::new();
    let at = shown_at(track, now);
    if let Some(g) = track.window {
        let (w, ends) = (g.window_at(at), over(g, at));
        found.extend(piece(all, "window", w.from, ends));
        if ends < w.until {
            found.extend(piece(all, "gone", ends, w.until));
        }
    }
    let spans = track.ended.iter().filter_map(|s| Some((&**s, s.ended?.0, false)));
    let spans = track.running.iter().map(|r| (&r.inside.session, now, r.held.is_some())).chain(spans);
    for (s, end, held) in spans {
        let until = track.window.map(|g| over(g, s.facts.started));
        let inside = until.map_or(s.facts.started, |u| u.clamp(s.facts.started, end));
        let kind = if held { "held" } else { "session" };
        if inside > s.facts.started {
            found.extend(piece(all, kind, s.facts.started, inside));
        }
        if end > inside {
            found.extend(piece(all, "beyond", inside, end));
        }
    }
    found
}

/// The instant whose window a lane shows: of repeated shifts the one in which its session began, else the one that runs
/// or is next.
fn shown_at(track: &Track<'_>, now: Instant) -> Instant {
    track.running.first().map_or(now, |r| r.inside.session.facts.started)
}

/// The picture in words.
fn label(v: &Visit, track: &Track<'_>) -> String {
    let mut said = Vec::new();
    if let Some(g) = track.window {
        let at = shown_at(track, v.now());
        let (from, until) = (v.ui.moment(g.window_at(at).from), v.ui.moment(over(g, at)));
        said.push(v.ui.t("lane-window").s("from", from).s("until", until).to_string());
    }
    for r in &track.running {
        said.push(v.ui.t("lane-session").s("from", v.ui.moment(r.inside.session.facts.started)).to_string());
    }
    for s in &track.ended {
        let Some((end, _)) = s.ended else { continue };
        let (from, until) = (v.ui.moment(s.facts.started), v.ui.moment(end));
        said.push(v.ui.t("lane-ended").s("from", from).s("until", until).to_string());
    }
    if track.window.is_none() {
        said.push(v.ui.t("lane-no-window").to_string());
    }
    said.join(". ")
}

/// Whose lane it is.
struct Whose {
    item: Item,
    person: Option<PersonId>,
    provider: Option<ProviderId>,
    instance: Option<InstanceId>,
    role: Option<Role>,
}

async fn whose(v: &mut Visit, track: &Track<'_>) -> Result<Whose, Stop> {
    let session = track.running.first().map(|r| &r.inside.session).or(track.ended.first().copied());
    let window = track.window.map(|g| &g.facts);
    let item = match (session, track.window) {
        (Some(s), _) => Item::link(s.facts.reference.clone(), opens(Kind::Session, &s.facts.reference)),
        (None, Some(g)) => shown::item(v, g.id).await?,
        (None, None) => Item::name("–"),
    };
    let roles = window.and_then(|w| w.roles.iter().max().copied());
    Ok(Whose {
        item,
        person: session.and_then(|s| s.facts.person).or(window.map(|w| w.person)),
        provider: session.and_then(|s| s.facts.provider).or(window.map(|w| w.provider)),
        instance: session.map(|s| s.facts.instance).or(window.map(|w| w.instance)),
        role: session.and_then(|s| s.facts.role).or(roles),
    })
}

async fn lane(v: &mut Visit, all: &Board, track: &Track<'_>, may_end: bool, names: bool) -> Result<Lane, Stop> {
    let (who, now) = (whose(v, track).await?, v.now());
    let Some(instance) = who.instance else { return Err(Stop::NotFound) };
    let on: Instance = v.look.get(instance).await?;
    let running = track.running.first();
    let end = running.filter(|_| may_end).map(|r| format!("/access/sessions/{}/end", r.inside.session.facts.reference));
    Ok(Lane {
        system: shown::item(v, instance).await?,
        system_name: on.facts.name,
        env: on.facts.environment.unwrap_or(Environment::Prod),
        label: label(v, track),
        pieces: pieces(all, track, now),
        person: name(v, who.person, names).await?,
        item: who.item,
        provider: match who.provider {
            Some(provider) => shown::item(v, provider).await?,
            None => Item::name("–"),
        },
        role: who.role.map_or("view", |r| r.as_str()),
        reason: match track.window.and_then(|g| g.facts.change) {
            Some(change) => Some(shown::item(v, change).await?),
            None => None,
        },
        left: left(v, track, now),
        window: track.window.map(|g| v.ui.window(g.window_at(shown_at(track, now)))).unwrap_or_default(),
        states: said(v, track, names).await?,
        end,
    })
}

/// What is left of a window, when it begins, or that it is over.
fn left(v: &Visit, track: &Track<'_>, now: Instant) -> String {
    let Some(g) = track.window else { return v.ui.t("lane-no-window").to_string() };
    match g.word(now) {
        // A shift that runs and that nobody confirmed has begun for nobody yet.
        "scheduled" if g.window_at(now).holds(now) => v.ui.t("shift-unconfirmed").to_string(),
        "scheduled" => v.ui.t("time-in").s("length", v.ui.left(g.window_at(now).from)).to_string(),
        "active" => v.ui.left(g.window_at(shown_at(track, now)).until),
        word => v.ui.word("grant", word).to_string(),
    }
}

/// Attendant, what is recorded, and what is not well; every word of the picture stands here too.
async fn said(v: &mut Visit, track: &Track<'_>, names: bool) -> Result<Vec<String>, Stop> {
    let mut all = Vec::new();
    let session = track.running.first().map(|r| &r.inside.session);
    let attendant = session.and_then(|s| s.facts.attendant).or(track.window.and_then(|g| g.attendant));
    all.push(match attendant {
        Some(person) => name(v, Some(person), names).await?,
        None if track.window.is_some_and(|g| g.facts.attended) => v.ui.t("grant-unnamed-attendant").to_string(),
        None => v.ui.t("grant-no-attendant").to_string(),
    });
    if let Some(s) = session {
        all.push(v.ui.word("record", record(s)).to_string());
    }
    for running in &track.running {
        all.extend(states(v, running));
    }
    Ok(all)
}
