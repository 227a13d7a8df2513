//! *Now*: who from outside is inside, what of it is not right, who may come in next. As a table, as lanes of windows
//! against sessions, and on a wall. What no source can say is said.

use axum::{extract::Query, http::StatusCode, response::Response};
use plantgate_app::{
    Stop,
    power::{self, Power},
    read::Memory,
    witness::board::{Board, Running, board},
};
use plantgate_domain::{
    base::{Environment, Instant, Kind, PersonId},
    event::witness::{Closing, Seen},
    expect::instance::Instance,
    permit::grant::Grant,
    witness::{
        held::Held,
        session::{Cover, Session},
    },
};
use plantgate_wire::words::Rich;
use serde::Deserialize;

use super::{access::shown, history::opens, now_events, now_lanes};
use crate::{
    door::{error::Trouble, routes::Routes, visit::Visit},
    page::now::{Inside, Look, NotRight, Now, Soon, Tally},
    render,
    view::{Item, Nav, Theme},
};

/// Windows that open within this many seconds are soon, in the list and in the tally.
const LISTED: i64 = 24 * 3_600;
const SOON: i64 = 2 * 3_600;

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/now", show).page("/now/events", now_events::events)
}

/// How the board is looked at; all of it stands in the URL.
#[derive(Clone, Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    pub view: String,
    pub span: String,
    pub wall: String,
    pub names: String,
}

impl Asked {
    /// Seconds back and ahead.
    pub fn stretch(&self) -> (i64, i64) {
        match self.span.as_str() {
            "near" => (3_600, 3 * 3_600),
            "day" => (12 * 3_600, 12 * 3_600),
            _ => (2 * 3_600, 6 * 3_600),
        }
    }
    fn span(&self) -> &'static str {
        ["near", "day"].into_iter().find(|s| *s == self.span).unwrap_or("shift")
    }
    fn lanes(&self) -> bool {
        self.view == "lanes"
    }
    fn wall(&self) -> bool {
        !self.wall.is_empty()
    }
    fn names(&self) -> bool {
        self.names != "no"
    }
    /// The same board with another view or span.
    fn at(&self, under: &str, lanes: bool, span: &str) -> String {
        let mut pairs = Vec::new();
        if lanes {
            pairs.push("view=lanes".to_owned());
        }
        if span != "shift" {
            pairs.push(format!("span={span}"));
        }
        if self.wall() {
            pairs.push("wall=1".to_owned());
        }
        if !self.names() {
            pairs.push("names=no".to_owned());
        }
        if pairs.is_empty() { under.to_owned() } else { format!("{under}?{}", pairs.join("&")) }
    }
}

async fn show(v: Visit, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let mut v = v.ours()?.at("now");
    if asked.wall() {
        (v.ui.nav, v.ui.theme) = (Nav::default(), Theme::Dark);
    }
    let page = page(&mut v, &asked).await?;
    Ok(render::page(StatusCode::OK, &page))
}

async fn page(v: &mut Visit, asked: &Asked) -> Result<Now, Stop> {
    let (me, rules, now) = (v.me(), v.look.rules(), v.now());
    let Some(site) = v.site.clone() else { return Err(Stop::NotFound) };
    let app = v.state.app.clone();
    let all = board(&app, &mut v.look, me, site.id, asked.stretch()).await?;
    // A screen on a wall is looked at, and nobody acts there.
    let may_end = !asked.wall() && power::could(&v.who.person, power::Disconnect::KEY, &[site.id], &rules);
    let (mut inside, mut not_right) = (Vec::new(), Vec::new());
    for running in &all.running {
        not_right.extend(wrong(v, running, asked.names()).await?);
        inside.push(row(v, running, may_end, asked.names()).await?);
    }
    let mut soon = Vec::new();
    for grant in coming(&all, now, LISTED) {
        soon.push(window(v, grant, asked.names()).await?);
    }
    let lanes = if asked.lanes() { Some(now_lanes::lanes(v, &all, may_end, asked.names()).await?) } else { None };
    Ok(Now {
        tally: tally(&all, now),
        inside,
        lanes,
        views: views(asked),
        spans: spans(asked),
        wall: asked.wall(),
        names: asked.names(),
        more: all.more,
        sources: sources(v, &all),
        blind: Vec::new(),
        next: next(v, soon.first()),
        soon,
        may_emergency: power::could(&v.who.person, power::OpenEmergency::KEY, &[site.id], &rules),
        events: asked.at("/now/events", false, asked.span()),
        mark: all.mark(now),
        here: asked.at("/now", asked.lanes(), asked.span()),
        not_right,
        ui: v.ui.clone(),
    })
}

/// What an empty board says of the time to come.
fn next(v: &Visit, first: Option<&Soon>) -> String {
    match first {
        Some(s) => v.ui.t("now-next").s("at", v.ui.moment(s.from)).s("grant", &s.item.text).to_string(),
        None => v.ui.t("now-next-none").to_string(),
    }
}

/// Table and lanes, over the same stretch.
fn views(asked: &Asked) -> Vec<Look> {
    let look =
        |(word, lanes)| Look { word, href: asked.at("/now", lanes, asked.span()), chosen: lanes == asked.lanes() };
    [("table", false), ("lanes", true)].map(look).into()
}

/// The stretches that lanes show.
fn spans(asked: &Asked) -> Vec<Look> {
    let look = |word| Look { word, href: asked.at("/now", asked.lanes(), word), chosen: word == asked.span() };
    ["near", "shift", "day"].map(look).into()
}

fn tally(all: &Board, now: Instant) -> Tally {
    let held = all.running.iter().filter(|r| r.held.is_some()).count();
    Tally {
        connected: all.running.len() - held,
        held,
        soon: coming(all, now, SOON).filter(|g| g.window_at(now).from > now).count(),
        standing: all.standing(now).count(),
    }
}

/// Windows without a session that are open or open within this many seconds.
fn coming(all: &Board, now: Instant, within: i64) -> impl Iterator<Item = &Grant> {
    let used = |g: &Grant| all.running.iter().any(|r| r.inside.session.facts.grant == Some(g.id));
    let soon = move |g: &&Grant| match g.word(now) {
        "active" => !used(g),
        "scheduled" => g.window_at(now).from.secs_since(now) <= within,
        _ => false,
    };
    all.windows.iter().filter(soon)
}

/// What the board rests on: the gateway of this process, which says at once what it sees.
fn sources(v: &Visit, all: &Board) -> Vec<(String, Instant)> {
    if all.gateway { vec![(v.ui.t("now-gateway").to_string(), v.now())] } else { Vec::new() }
}

/// How a person is called on the board, which may stand where everybody sees it.
pub async fn name(v: &mut Visit, person: Option<PersonId>, names: bool) -> Result<String, Stop> {
    match person {
        Some(_) if !names => Ok(v.ui.t("now-somebody").to_string()),
        Some(person) => shown::called(v, person).await,
        None => Ok(v.ui.t("now-nobody-known").to_string()),
    }
}

async fn row(v: &mut Visit, running: &Running, may_end: bool, names: bool) -> Result<Inside, Stop> {
    let f = &running.inside.session.facts;
    let on: Instance = v.look.get(f.instance).await?;
    let grant = running.inside.grant.as_ref();
    let attendant = f.attendant.or(grant.and_then(|g| g.attendant));
    let role = f.role.or(grant.and_then(|g| g.facts.roles.iter().max().copied()));
    Ok(Inside {
        item: Item::link(f.reference.clone(), opens(Kind::Session, &f.reference)),
        person: name(v, f.person, names).await?,
        provider: match f.provider {
            Some(provider) => shown::item(v, provider).await?,
            None => Item::name("–"),
        },
        system: shown::item(v, f.instance).await?,
        system_name: on.facts.name,
        env: on.facts.environment.unwrap_or(Environment::Prod),
        role: role.map_or("view", |r| r.as_str()),
        since: f.started,
        until: grant.map_or(f.started, |g| g.window_at(f.started).until),
        reason: match f.grant {
            Some(grant) => Some(shown::item(v, grant).await?),
            None => None,
        },
        attendant: match attendant {
            Some(person) => Some(name(v, Some(person), names).await?),
            None => grant.filter(|g| g.facts.attended).map(|_| v.ui.t("grant-unnamed-attendant").to_string()),
        },
        source: v.ui.word("seen", f.seen.as_str()).to_string(),
        emergency: grant.is_some_and(|g| g.facts.emergency.is_some()),
        may_end,
        states: states(v, running),
        record: record(&running.inside.session),
    })
}

/// How a running session stands, where not all is well with it.
pub fn states(v: &Visit, running: &Running) -> Vec<String> {
    let s = &running.inside.session;
    let mut all = Vec::new();
    if let Some(held) = running.held {
        let word = if s.gated() || held == Held::Missed { held.as_str() } else { "unsaid" };
        all.push(v.ui.word("held", word).to_string());
    }
    if s.safe.is_some() || s.cut.is_some() {
        all.push(v.ui.t("now-ending").to_string());
    } else if let Some(closing) = &s.closing {
        all.push(v.ui.word("closing", closing.cause.as_str()).to_string());
    }
    if running.silent {
        all.push(v.ui.t("now-silent").to_string());
    }
    all
}

/// What is recorded of a session, as far as anybody can say while it runs.
pub fn record(s: &Session) -> &'static str {
    match s.facts.seen {
        _ if s.closing.as_ref().is_some_and(|c| c.cause == Closing::Recorder) => "gap",
        Seen::Gateway if s.gated() => "running",
        _ => "none",
    }
}

/// What of a running session the grant does not cover, whom nobody is beside any more, and what nobody can determine.
async fn wrong(v: &mut Visit, running: &Running, names: bool) -> Result<Option<NotRight>, Stop> {
    let (word, rule) = match (running.inside.beyond, running.inside.cover) {
        (true, _) => ("overrun", "R-44"),
        (false, Cover::Covered) if running.held == Some(Held::Missed) => ("missed", "R-20"),
        (false, Cover::Covered) if running.silent => ("silent", "R-49"),
        (false, Cover::Covered) => return Ok(None),
        (false, cover) => (cover.as_str(), "R-18"),
    };
    let f = &running.inside.session.facts;
    let person = name(v, f.person, names).await?;
    let on = shown::item(v, f.instance).await?;
    let text = Rich::from(format!("{person} → ")).object(on.text, on.href.as_deref());
    let go = match word {
        "missed" => Item::link(f.reference.clone(), opens(Kind::Session, &f.reference)),
        _ => Item::link(v.ui.t("act-stop").to_string(), format!("/access/sessions/{}/end", f.reference)),
    };
    let title = match word {
        "missed" | "silent" => v.ui.word("attention", word),
        word => v.ui.word("cover", word),
    };
    Ok(Some(NotRight { title: title.to_string(), text, rule: rule.to_owned(), go }))
}

async fn window(v: &mut Visit, g: &Grant, names: bool) -> Result<Soon, Stop> {
    Ok(Soon {
        item: shown::item(v, g.id).await?,
        person: name(v, Some(g.facts.person), names).await?,
        provider: shown::item(v, g.facts.provider).await?,
        system: shown::item(v, g.facts.instance).await?,
        env: g.facts.environment,
        role: g.facts.roles.iter().max().map_or("view", |r| r.as_str()),
        from: g.window_at(v.now()).from,
        until: g.window_at(v.now()).until,
    })
}
