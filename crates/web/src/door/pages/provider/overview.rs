//! *Overview*: where they stand and why, what we asked, what they proved, what we saw, what is ours to do.

use axum::{extract::Path, http::StatusCode, response::Response};
use plantgate_app::{
    Stop,
    qualify::posture::posture,
    read::{Memory, Order, Query},
};
use plantgate_domain::{
    base::{DAY, Kind, Level, Party, Ref},
    qualify::{order::StepOwner, person::Person, request::Request},
    witness::session::{Cover, Session},
};
use plantgate_wire::words::Rich;

use super::{Open, engagement_rows, head, open};
use crate::{
    door::{
        error::Trouble,
        listing::Asked,
        pages::{
            providers::bars,
            why::{Around, block},
        },
        visit::Visit,
    },
    page::provider::{Expected, Observed, OrderStep, OurDuty, Overview},
    render,
    view::{Bar, Counts, LogLine, Steps, Why},
};

/// How far the chart of a standing looks back.
const YEAR: i64 = 365 * DAY;
/// How far *observe* looks back, and how many sessions it counts at most.
const SEEN: i64 = 90 * DAY;
const SESSIONS: usize = 1_000;

pub(super) async fn show(visit: Visit, Path(name): Path<String>, asked: Asked) -> Result<Response, Trouble> {
    let (mut v, o) = open(visit, &name, &asked).await?;
    let head = head(&mut v, &o).await?;
    let now = v.look.now();
    let cells = posture(&mut v.look, Some(o.file.provider.id), now).await?;
    let cells = cells.into_iter().map(|((_, area), cell)| (area, cell)).collect();
    let areas = bars(&v.ui, &head.reference, &cells);
    let shown = areas.iter().fold(Counts::default(), |all, bar| added(all, bar.counts));
    let (people, contacts) = people(&mut v, &o).await?;
    let (expected, ours) = duties(&mut v, &o, &areas).await?;
    let page = Overview {
        why: why(&v, &o, &head.name),
        expected,
        shown,
        observed: observed(&mut v, &o).await?,
        areas,
        steps: steps(&v, &o),
        turns: turns(&v, &o),
        ours,
        people,
        contacts,
        engagements: engagement_rows(&v, &o),
        order: order(&v, &o),
        head,
        ui: v.ui,
    };
    Ok(render::page(StatusCode::OK, &page))
}

fn why(v: &Visit, o: &Open, provider: &str) -> Why {
    let around = Around { sources: &o.sources, names: &v.names, provider };
    match o.site.and_then(|s| o.file.standings.get(&s)) {
        Some(standing) => block(&v.ui, standing, &around),
        None => Why {
            level: Level::Good,
            since: None,
            reasons: Vec::new(),
            beside: Vec::new(),
            coming: Vec::new(),
            uncounted: 0,
            computed: v.ui.now,
            means: Vec::new(),
            back: Vec::new(),
        },
    }
}

fn added(a: Counts, b: Counts) -> Counts {
    Counts {
        strong: a.strong + b.strong,
        adequate: a.adequate + b.adequate,
        weak: a.weak + b.weak,
        missing: a.missing + b.missing,
        expired: a.expired + b.expired,
        unknown: a.unknown + b.unknown,
    }
}

/// The standing of the last year, as shares of its time.
fn steps(v: &Visit, o: &Open) -> Steps {
    let (now, from) = (v.now(), v.now().plus_secs(-YEAR));
    let Some(standing) = o.site.and_then(|s| o.file.standings.get(&s)) else {
        return Steps::of(&[(Level::Good, 0.0, 1.0)]);
    };
    let share = |at: plantgate_domain::base::Instant| at.secs_since(from) as f64 / YEAR as f64;
    let spans: Vec<(Level, f64, f64)> = standing
        .line
        .spans()
        .into_iter()
        .filter(|s| s.from < now && s.until.is_none_or(|u| u > from))
        .map(|s| (s.is, if s.from <= from { 0.0 } else { share(s.from) }, s.until.map_or(1.0, |u| share(u.min(now)))))
        .collect();
    Steps::of(&spans)
}

/// When it turned, newest first.
fn turns(v: &Visit, o: &Open) -> Vec<LogLine> {
    let Some(standing) = o.site.and_then(|s| o.file.standings.get(&s)) else { return Vec::new() };
    let mut turns: Vec<LogLine> = standing
        .line
        .spans()
        .into_iter()
        .skip(1)
        .filter(|s| s.from <= v.now())
        .map(|s| LogLine { at: s.from, text: Rich::from(v.ui.word("standing", s.is.as_str())) })
        .collect();
    turns.reverse();
    turns.truncate(5);
    turns
}

/// What *may we order?* waits for, with who takes it.
fn order(v: &Visit, o: &Open) -> Vec<OrderStep> {
    let step = |s: &plantgate_domain::qualify::order::OpenStep| OrderStep {
        text: v.ui.t(s.key).to_string(),
        who: match s.owner {
            StepOwner::Provider => o.file.provider.facts.name.clone(),
            StepOwner::Ours(role) => v.ui.word("power", role.as_str()).to_string(),
        },
        due: s.due.map(|at| v.ui.r.zone.day_of(at.plus_secs(-1))),
        refuses: s.weighs == plantgate_domain::qualify::order::MayOrder::No,
    };
    o.file.order.answer.open.iter().map(step).collect()
}

/// What we ask, and what is ours to do.
async fn duties(v: &mut Visit, o: &Open, areas: &[Bar]) -> Result<(Expected, Vec<OurDuty>), Stop> {
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let requests: Vec<Request> = v.look.of("provider", o.file.provider.id).await?;
    let current = plantgate_domain::qualify::posture::current(&requests, v.now());
    let binding = current.iter().filter(|r| r.counts()).flat_map(|r| &r.facts.requirements);
    let mut binding: Vec<&String> = binding.collect();
    binding.sort_unstable();
    binding.dedup();
    let clauses = o.file.agreement.iter().flat_map(|a| &a.facts.clauses);
    let read = current.iter().filter(|r| r.facts.key == "supplier-acknowledgement");
    let rules = v.look.rules();
    let read = read.filter_map(|r| r.accepted_at(&rules)).max();
    let expected = Expected {
        binding: small(binding.len()),
        asked: areas.iter().map(|b| b.counts.total()).sum(),
        testable: small(clauses.filter(|c| c.is_testable()).count()),
        read: read.map(|at| v.ui.r.zone.day_of(at)),
    };
    let late = |r: &&&Request| r.facts.party == Party::Owner && r.accepted_at(&rules).is_none();
    let ours = current.iter().filter(late).map(|r| {
        let what = format!("{} {}", v.ui.word("obligation", &r.facts.key), r.facts.period);
        let text = Rich::default().object(what, Some(&format!("/evidence/requests/{}", r.facts.reference)));
        let due = v.ui.t("why-due").s("day", v.ui.day(r.due)).to_string();
        OurDuty { text: text.text(format!(". {due}")), owner: v.ui.word("power", "ot-security").to_string() }
    });
    Ok((expected, ours.collect()))
}

/// What was seen in the last 90 days; `None` where nothing ever told us of a session.
async fn observed(v: &mut Visit, o: &Open) -> Result<Observed, Stop> {
    let me = v.me();
    if v.look.count(&Query::new(Kind::Session, me, 1)).await? == 0 {
        return Ok(Observed::default());
    }
    let q =
        Query { order: Order::Newest, provider: Some(o.file.provider.id.0), ..Query::new(Kind::Session, me, SESSIONS) };
    let since = v.now().plus_secs(-SEEN);
    let mut sessions = Vec::new();
    for row in v.look.page(&q).await?.rows {
        sessions.extend(Some(Session::try_from(row.kept.thing)?).filter(|s| s.facts.started >= since));
    }
    let grants: Vec<Ref> = sessions.iter().filter_map(|s| s.facts.grant).map(Ref::from).collect();
    v.look.ahead(&grants).await?;
    let mut seen = Observed { sessions: u32::try_from(sessions.len()).ok(), ..Observed::default() };
    let mut referenced = 0;
    for s in &sessions {
        let grant = match s.facts.grant {
            Some(id) => v.look.find::<plantgate_domain::permit::grant::Grant>(id).await?,
            None => None,
        };
        seen.overruns += u32::from(s.covered_by(grant.as_ref()) == Cover::Overrun);
        referenced += u32::from(grant.is_some_and(|g| g.facts.change.is_some() || g.facts.ticket));
    }
    seen.referenced = Some(referenced);
    Ok(seen)
}

/// Named, active and unused people, and how to reach the provider.
async fn people(v: &mut Visit, o: &Open) -> Result<((u32, u32, u32), Vec<String>), Stop> {
    let people: Vec<Person> = v.look.of("employer", o.file.provider.id).await?;
    let active: Vec<&Person> = people.iter().filter(|p| p.word(v.ui.now) == "active").collect();
    let used = super::tabs::last_used(v, o).await?;
    let since = v.now().plus_secs(-SEEN);
    let unused = active.iter().filter(|p| used.get(&p.id).is_none_or(|at| *at < since)).count();
    let slots: Vec<_> = o.file.provider.facts.contacts.iter().map(|c| c.how.slot).collect();
    let opened = v.look.open_slots(&slots).await?;
    let contacts = slots.iter().filter_map(|s| opened.get(s).cloned()).collect();
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(((small(people.len()), small(active.len()), small(unused)), contacts))
}
