//! *What we owe*: everything asked of a provider, late first, with what each rests on and why something came back.

use axum::{http::StatusCode, response::Response};
use plantgate_app::{
    Stop,
    qualify::standing::standing_of,
    read::{Memory, Order, Query},
};
use plantgate_domain::{
    base::{Instant, Kind, Level, Party, ProviderId},
    event::{
        Event,
        qualify::{Basis, RequestEvent},
    },
    expect::{agreement::Agreement, engagement::Engagement, provider::Provider, site::Site},
    qualify::request::Request,
    review::{acts as rule, finding::Finding},
};
use plantgate_wire::words::Rich;

use crate::{
    door::{error::Trouble, visit::Visit},
    page::portal::Owe,
    render,
    view::{Task, TaskState},
};

/// Requests one provider can have open; more than this is another page's question.
const MOST: usize = 500;
const RECENT_SECS: i64 = 90 * 86_400;

/// `GET /owe`
pub async fn show(v: Visit) -> Result<Response, Trouble> {
    let (v, provider) = v.theirs()?;
    let mut v = v.at("owe");
    let page = page(&mut v, provider).await?;
    Ok(render::page(StatusCode::OK, &page))
}

async fn page(v: &mut Visit, provider: ProviderId) -> Result<Owe, Stop> {
    let (me, now) = (v.me(), v.now());
    let q = Query { provider: Some(provider.0), order: Order::Newest, ..Query::new(Kind::Request, me, MOST) };
    let (mut late, mut soon, mut waiting, mut accepted) = (Vec::new(), Vec::new(), Vec::new(), 0);
    let rules = v.look.rules();
    for row in v.look.page(&q).await?.rows {
        let r = Request::try_from(row.kept.thing)?;
        if r.cancelled_at.is_some() || r.facts.party == Party::Owner {
            continue;
        }
        match r.accepted_at(&rules) {
            Some(at) if !pending(&r) => accepted += u32::from(now.secs_since(at) < RECENT_SECS),
            _ => {
                let task = task(v, &r).await?;
                let list = match task.state {
                    TaskState::Sent | TaskState::InReview => &mut waiting,
                    _ if task.late > 0 => &mut late,
                    _ => &mut soon,
                };
                list.push(task);
            }
        }
    }
    for task in actions(v, provider).await? {
        if task.late > 0 { late.push(task) } else { soon.push(task) }
    }
    late.sort_by_key(|t: &Task| -t.late);
    soon.sort_by_key(|t: &Task| t.due);
    let standings = standings(v, provider).await?;
    let worst = standings.iter().map(|(level, _)| *level).max().unwrap_or(Level::Good);
    let back = if worst >= Level::Restricted && !late.is_empty() { v.ui.t("owe-back").into() } else { Rich::default() };
    let named: Provider = v.look.get(provider).await?;
    Ok(Owe { provider: named.facts.name, standings, back, late, soon, waiting, accepted, ui: v.ui.clone() })
}

/// What they owe about findings and have not said to be done.
async fn actions(v: &mut Visit, provider: ProviderId) -> Result<Vec<Task>, Stop> {
    let q = Query { provider: Some(provider.0), order: Order::Newest, ..Query::new(Kind::Finding, v.me(), MOST) };
    let mut tasks = Vec::new();
    for row in v.look.page(&q).await?.rows {
        let f = Finding::try_from(row.kept.thing)?;
        let owed = f.claimed.is_none() && rule::may_claim(&f, Some(provider)).is_ok();
        let Some(action) = f.action.as_ref().filter(|_| owed) else { continue };
        let days = action.zone.day_of(v.now()).days_since(action.due);
        let kind = v.ui.word("findingkind", f.facts.kind.as_str());
        tasks.push(Task {
            title: format!("{kind}, {}", f.facts.reference),
            href: format!("/our-findings/{}", f.facts.reference),
            text: v.ui.t("owe-action").into(),
            state: TaskState::NotStarted,
            note: String::new(),
            due: Some(action.due),
            late: days.max(0),
            left: (-days).max(0),
            act: "open",
        });
    }
    Ok(tasks)
}

/// Something lies with the reviewers that nobody has judged.
pub fn pending(r: &Request) -> bool {
    let newest = r.items.last().map(|(_, at)| *at);
    newest > r.grades.last().map(|g| g.at).max(r.returned_at)
}

async fn standings(v: &mut Visit, provider: ProviderId) -> Result<Vec<(Level, String)>, Stop> {
    let now = v.look.now();
    let engagements: Vec<Engagement> = v.look.of("provider", provider).await?;
    let mut by_site: Vec<(Level, String)> = Vec::new();
    for e in engagements {
        for site in e.sites() {
            let level = standing_of(&mut v.look, e.id, site, now).await?.level;
            let name = v.look.get::<Site>(site).await?.facts.name;
            match by_site.iter_mut().find(|(_, n)| *n == name) {
                Some((worst, _)) => *worst = level.max(*worst),
                None => by_site.push((level, name)),
            }
        }
    }
    by_site.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    Ok(by_site)
}

async fn task(v: &mut Visit, r: &Request) -> Result<Task, Stop> {
    let today = r.facts.zone.day_of(v.now());
    let state = state(r);
    let note = match state {
        TaskState::Returned => {
            let why = returned(v, r).await?.unwrap_or_default();
            v.ui.t("owe-returned").s("why", why).to_string()
        }
        TaskState::NotStarted => r.seen_at.map_or_else(String::new, |at| seen(v, at)),
        TaskState::Sent => r.items.last().map_or_else(String::new, |(_, at)| sent(v, *at)),
        _ => String::new(),
    };
    let days = today.days_since(r.due);
    Ok(Task {
        title: title(v, r),
        href: format!("/owe/{}/upload", r.facts.reference),
        text: basis(v, r).await?,
        state,
        note,
        due: Some(r.due),
        late: if state == TaskState::Sent { 0 } else { days.max(0) },
        left: (-days).max(0),
        act: if state == TaskState::Sent { "open" } else { "upload" },
    })
}

/// When somebody of theirs opened it.
pub fn seen(v: &Visit, at: Instant) -> String {
    v.ui.t("owe-seen").s("day", v.ui.day_of(at)).to_string()
}

fn sent(v: &Visit, at: Instant) -> String {
    v.ui.t("owe-sent").s("day", v.ui.day_of(at)).to_string()
}

fn state(r: &Request) -> TaskState {
    match () {
        () if pending(r) => TaskState::Sent,
        () if r.returned_at.is_some() => TaskState::Returned,
        () => TaskState::NotStarted,
    }
}

/// What is asked, for which period.
pub fn title(v: &Visit, r: &Request) -> String {
    format!("{}, {}", v.ui.word("obligation", &r.facts.key), r.facts.period)
}

/// What it rests on.
pub async fn basis(v: &mut Visit, r: &Request) -> Result<Rich, Stop> {
    Ok(match &r.facts.basis {
        Basis::Clause(clause) => {
            let agreement: Agreement = v.look.get(clause.agreement).await?;
            let under = v.ui.t("owe-under").s("agreement", &agreement.facts.reference);
            under.s("clause", &clause.number).into()
        }
        Basis::Voluntary => v.ui.t("voluntary").into(),
        Basis::OwnDuty => v.ui.t("owe-own").into(),
    })
}

/// Why the last delivery came back; the provider reads what the reviewer wrote.
pub async fn returned(v: &mut Visit, r: &Request) -> Result<Option<String>, Stop> {
    if r.returned_at.is_none() || pending(r) {
        return Ok(None);
    }
    let mut why = None;
    for (entry, _) in v.look.entries(r.id.into()).await? {
        if let Event::Request(RequestEvent::Returned(back)) = &entry.event {
            why = v.look.open_private(&back.reason).await?;
        }
    }
    Ok(why)
}
