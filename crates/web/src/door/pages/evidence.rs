//! *Evidence*: what waits for a judgement, what was asked, the page of a request.

use axum::{extract::Path, http::StatusCode, response::Response};
use plantgate_app::{
    Stop,
    power::could,
    qualify::standing::standing_of,
    read::{Memory, Order, Query, Row},
};
use plantgate_domain::{
    base::{Kind, RequestId},
    event::qualify::{Basis, Weighs},
    qualify::{item::Item as Evidence, request::Request},
};
use plantgate_wire::words::Rich;

use super::engagement_parts::item;
use crate::{
    door::{
        error::Trouble,
        listing::{Asked, export, things},
        routes::Routes,
        visit::Visit,
    },
    page::evidence::{Queue, QueueRow, RequestPage, RequestRow, Requests},
    render,
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .page("/evidence", queue)
        .page("/evidence/requests", requests)
        .page("/evidence/requests/{name}", request)
}

/// Items that nobody judged, as this person's list.
pub(super) fn waiting(visit: &Visit) -> Query {
    let mut q = Query::new(Kind::Item, visit.me(), visit.state.app.store().limits().page);
    q.state = Some("received".to_owned());
    q.order = Order::Oldest;
    q
}

async fn queue(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    let mut visit = visit.ours()?.at("evidence");
    let mut q = waiting(&visit);
    asked.fill(&mut q, Order::Oldest)?;
    let all = visit.look.count(&q).await?;
    super::filters::place(&mut visit, &asked, &mut q).await?;
    let page = visit.look.page(&q).await?;
    let mut rows = Vec::new();
    for row in &page.rows {
        rows.push(queued(&mut visit, row).await?);
    }
    if let Some(form) = asked.export() {
        let head = ["item", "provider", "requirement", "grade", "came", "due"];
        let line = |r: &QueueRow| {
            let due = r.due.map(|d| d.to_string()).unwrap_or_default();
            let grade = r.grade.as_str().to_owned();
            let came = visit.ui.iso(r.came);
            vec![r.item.text.clone(), r.provider.text.clone(), r.requirement.clone(), grade, came, due]
        };
        let lines: Vec<_> = rows.iter().map(line).collect();
        return export(form, "evidence", &head, &lines);
    }
    let mut list = asked.list(&q, &page, all);
    list.chips = super::filters::chips(&mut visit, &asked, &q).await?;
    let may_send = could(&visit.who.person, "send-requests", &[], &visit.look.rules());
    Ok(render::page(StatusCode::OK, &Queue { ui: visit.ui, list, rows, may_send }))
}

async fn queued(visit: &mut Visit, row: &Row) -> Result<QueueRow, Stop> {
    let it = Evidence::try_from(row.kept.thing.clone())?;
    let request: Option<Request> = match it.facts.request {
        Some(id) => visit.look.find(id).await?,
        None => None,
    };
    let now = visit.now();
    let title = match &request {
        Some(r) => title(visit, r),
        None => visit.look.open_private(&it.facts.file_name).await?.unwrap_or_default(),
    };
    Ok(QueueRow {
        item: item(visit, row.on).await?,
        title,
        provider: item(visit, it.facts.provider.into()).await?,
        requirement: it.facts.requirements.join(", "),
        came: it.delivered_at,
        due: request.as_ref().map(|r| r.due),
        late: request.as_ref().map_or(0, |r| late(r, visit)),
        grade: request.as_ref().map_or(plantgate_domain::base::Grade::Unknown, |r| r.grade(now)),
    })
}

/// What a request asks for, in words.
pub(super) fn title(visit: &Visit, r: &Request) -> String {
    format!("{} {}", visit.ui.word("obligation", &r.facts.key), r.facts.period)
}

/// Days past due while nothing was accepted.
fn late(r: &Request, visit: &Visit) -> i64 {
    let overdue = r.due_word(visit.now(), &visit.look.rules()) == "overdue";
    if overdue { r.facts.zone.day_of(visit.now()).days_since(r.due) } else { 0 }
}

/// Where a request can stand towards its day.
const DUE: &[&str] = &["overdue", "due-soon", "not-due", "accepted"];

async fn requests(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    let mut visit = visit.ours()?.at("evidence");
    let mut q = Query::new(Kind::Request, visit.me(), visit.state.app.store().limits().page);
    asked.fill(&mut q, Order::Newest)?;
    let all = visit.look.count(&q).await?;
    super::filters::place(&mut visit, &asked, &mut q).await?;
    let mut chips = Vec::new();
    for word in DUE {
        let mut one = q.clone();
        one.line = Some(("due", (*word).to_owned()));
        let count = visit.look.count(&one).await?;
        chips.push(asked.chip("due", Some(word), visit.ui.word("duestate", word), count));
    }
    q.line = asked.get("due").filter(|w| DUE.contains(w)).map(|w| ("due", w.to_owned()));
    let page = visit.look.page(&q).await?;
    let mut rows = Vec::new();
    for one in things::<Request>(&page)? {
        rows.push(asked_row(&mut visit, &one).await?);
    }
    if let Some(form) = asked.export() {
        let head = ["request", "title", "provider", "engagement", "period", "due", "state", "grade"];
        let line = |r: &RequestRow| {
            let names = [&r.item.text, &r.title, &r.provider.text, &r.engagement.text, &r.period];
            let rest = [r.due.to_string(), r.state.to_owned(), r.grade.as_str().to_owned()];
            names.into_iter().cloned().chain(rest).collect()
        };
        let lines: Vec<Vec<String>> = rows.iter().map(line).collect();
        return export(form, "requests", &head, &lines);
    }
    let mut list = asked.list(&q, &page, all);
    list.chips = vec![chips];
    list.chips.extend(super::filters::chips(&mut visit, &asked, &q).await?);
    let may_send = could(&visit.who.person, "send-requests", &[], &visit.look.rules());
    Ok(render::page(StatusCode::OK, &Requests { ui: visit.ui, list, rows, may_send }))
}

async fn asked_row(visit: &mut Visit, r: &Request) -> Result<RequestRow, Stop> {
    Ok(RequestRow {
        item: item(visit, r.id.into()).await?,
        title: visit.ui.word("obligation", &r.facts.key).to_string(),
        provider: item(visit, r.facts.provider.into()).await?,
        engagement: item(visit, r.facts.engagement.into()).await?,
        period: r.facts.period.clone(),
        due: r.due,
        late: late(r, visit),
        state: r.due_word(visit.now(), &visit.look.rules()),
        grade: r.grade(visit.now()),
        counts: r.counts(),
    })
}

async fn request(visit: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let mut visit = visit.ours()?.at("evidence");
    let id: RequestId = visit.seen(Kind::Request, &name).await?;
    let r: Request = visit.look.get(id).await?;
    visit.ui.r.zone = r.facts.zone.clone();
    let now = visit.look.now();
    let standing = standing_of(&mut visit.look, r.facts.engagement, r.facts.site, now).await?;
    let reasons = standing.counted.iter().chain(&standing.coming).filter(|reason| reason.source == id.into());
    let silence = reasons.flat_map(|reason| reason.steps.iter().map(|s| (s.from, s.weight))).collect();
    let mut items = Vec::new();
    for (on, at) in &r.items {
        items.push((item(&mut visit, (*on).into()).await?, *at));
    }
    let rules = visit.look.rules();
    let criteria = rules.tiers.row(&r.facts.key).map(|row| row.criteria.clone()).unwrap_or_default();
    let page = RequestPage {
        row: asked_row(&mut visit, &r).await?,
        reference: r.facts.reference.clone(),
        site: item(&mut visit, r.facts.site.into()).await?.text,
        requirements: r.facts.requirements.clone(),
        sent: r.sent_at,
        seen: r.seen_at,
        basis: basis(&mut visit, &r).await?,
        silence,
        next: next(&mut visit, &r).await?,
        items,
        criteria: criteria.into_iter().map(|c| (c.key, c.weighs == Weighs::Need)).collect(),
        ui: visit.ui,
    };
    Ok(render::page(StatusCode::OK, &page))
}

/// What a request rests on.
pub(super) async fn basis(visit: &mut Visit, r: &Request) -> Result<Rich, Stop> {
    Ok(match &r.facts.basis {
        Basis::Clause(clause) => {
            let agreement = item(visit, clause.agreement.into()).await?;
            let binding = visit.ui.t("evreq-binding").to_string();
            Rich::default()
                .object(agreement.text, agreement.href.as_deref())
                .text(format!(" §{}, {binding}", clause.number))
        }
        Basis::Voluntary => visit.ui.t("evreq-voluntary").into(),
        Basis::OwnDuty => visit.ui.t("evreq-ours").into(),
    })
}

/// Who has to do what: judge what came, or send what is asked.
async fn next(visit: &mut Visit, r: &Request) -> Result<Rich, Stop> {
    let judged = r.grades.last().map(|g| g.at).max(r.returned_at);
    if let Some((on, _)) = r.items.last().filter(|(_, at)| Some(*at) > judged) {
        let it = item(visit, (*on).into()).await?;
        let words = visit.ui.t("evreq-next-judge").to_string();
        return Ok(Rich::default().object(it.text, it.href.as_deref()).text(format!(" {words}")));
    }
    if r.accepted_at(&visit.look.rules()).is_some() || r.cancelled_at.is_some() {
        return Ok(Rich::default());
    }
    let provider = item(visit, r.facts.provider.into()).await?.text;
    let day = visit.ui.day(r.due);
    Ok(visit.ui.t("evreq-next-send").s("name", provider).s("day", day).into())
}
