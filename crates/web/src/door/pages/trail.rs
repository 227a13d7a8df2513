//! Audit-trail review as a task: the exceptions of the range that nobody has signed, looked at one by one or by kind,
//! and the range signed. What is concluded ends at the size that the page showed.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Stop, acts,
    power::{self, Power, ReviewAuditTrail},
    read::Memory,
    review::trail::{Exception, open},
};
use plantgate_domain::{
    base::{Actor, Kind, Ref, SiteId},
    event::expect::TrailKind,
    expect::{organisation::Organisation, site::Site},
};
use serde_json::{Map, Value, json};

use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        listing::{Asked, export},
        routes::Routes,
        visit::Visit,
    },
    page::trail::{ExceptionRow, KindRow, ReviewRow, TrailPage},
    render,
    view::{Form, List},
};

const PATH: &str = "/review/trail";
/// Exceptions of one page; the export has all.
const MOST: usize = 200;

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page(PATH, show).act("/review/trail/look", look).act("/review/trail/conclude", conclude)
}

async fn show(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    let page = page(visit.ours()?.at("findings"), Form::default()).await?;
    let Some(form) = asked.export() else {
        return Ok(render::page(StatusCode::OK, &shortened(page)));
    };
    if asked.is("what", "reviews") {
        let cell = |r: &ReviewRow| {
            let numbers = [r.from, r.last, r.count, r.entry].map(|n| n.to_string());
            [&numbers[..], &[r.root.clone(), r.who.clone(), r.at.to_string()]].concat()
        };
        let rows: Vec<Vec<String>> = page.reviews.iter().map(cell).collect();
        let head = ["first", "last", "exceptions", "entry", "root", "who", "at"];
        return export(form, "audit-trail-reviews", &head, &rows);
    }
    let cell = |r: &ExceptionRow| {
        let seen = if r.looked { "yes" } else { "no" };
        let (kind, at) = (r.kind.to_owned(), r.at.to_string());
        vec![r.entry.to_string(), at, kind, r.what.clone(), r.who.clone(), r.on.text.clone(), seen.to_owned()]
    };
    let rows: Vec<Vec<String>> = page.rows.iter().map(cell).collect();
    export(form, "audit-trail", &["entry", "at", "kind", "what", "who", "on", "looked"], &rows)
}

/// What nobody looked at comes first, and no more than a page holds.
fn shortened(mut page: TrailPage) -> TrailPage {
    page.rows.sort_by_key(|r| (r.looked, r.entry));
    page.more = page.rows.len().saturating_sub(MOST);
    page.rows.truncate(MOST);
    page
}

async fn look(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    let mut body = Map::from_iter([("note".to_owned(), json!(fields.text("note")))]);
    let numbers: Result<Vec<u64>, _> = fields.all("entries").iter().map(|n| n.parse()).collect();
    body.insert("entries".to_owned(), json!(numbers.map_err(|_| Stop::NotFound)?));
    body.insert("kinds".to_owned(), json!(fields.all("kinds")));
    body.extend(fields.maybe("finding").map(|name| ("finding".to_owned(), json!(name))));
    does(visit, &fields, "look-at-exceptions", body).await
}

async fn conclude(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    let mut body = Map::from_iter([("note".to_owned(), json!(fields.text("note")))]);
    let until = fields.maybe("until").map(|n| n.parse::<u64>()).transpose();
    body.insert("until".to_owned(), json!(until.map_err(|_| Stop::NotFound)?));
    does(visit, &fields, "conclude-trail-review", body).await
}

async fn does(visit: Visit, fields: &Fields, name: &str, body: Map<String, Value>) -> Result<Response, Trouble> {
    let visit = visit.ours()?.at("findings");
    match acts::act(&visit.state.app, visit.caller(), fields.request()?, name, Value::Object(body)).await {
        Ok(answer) => {
            let entry = answer.get("entry").and_then(Value::as_u64).unwrap_or_default();
            Ok(done(PATH, name, entry).into_response())
        }
        Err(stop) => {
            let form = fields.wrong(stop, &visit.ui.r)?;
            let page = shortened(page(visit, form).await?);
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

async fn page(mut v: Visit, form: Form) -> Result<TrailPage, Trouble> {
    let organisation = v.look.organisation().await?.ok_or(Stop::NotFound)?;
    let (from, until) = (organisation.trail.from(), v.look.size());
    let found = open(&mut v.look, from, until).await?;
    let me = v.me();
    let mut refs: Vec<Ref> = found.iter().map(|x| x.what.read.on).collect();
    refs.extend(found.iter().filter_map(|x| x.what.read.at.by.person()).map(Ref::from));
    refs.extend(organisation.trail.reviews.iter().filter_map(|r| r.by).map(Ref::from));
    v.names.learn_all(&mut v.look, me, &refs).await?;
    let rows: Vec<ExceptionRow> = found.iter().map(|x| row(&v, &organisation, x)).collect();
    let may = may(&mut v).await?;
    let rules = v.look.rules();
    let due = organisation.trail.due(organisation.founded, rules.access.trail_review_days);
    let due = due.map(|at| v.ui.r.zone.day_of(at));
    let late = due.map_or(0, |day| v.ui.r.zone.day_of(v.ui.now).days_since(day)).max(0);
    let kinds = kinds(&rows);
    let open = kinds.iter().map(|k| k.open).sum();
    let list = |path: &str| List { path: path.to_owned(), ..List::default() };
    let mut reviews: Vec<ReviewRow> = organisation.trail.reviews.iter().map(|r| signed(&v, r)).collect();
    reviews.reverse();
    Ok(TrailPage {
        form,
        from,
        until,
        due,
        late,
        kinds,
        rows,
        more: 0,
        open,
        may,
        list: list(PATH),
        reviews,
        reviewed: list("/review/trail?what=reviews"),
        ui: v.ui,
    })
}

/// Whether the reader has the power at every site: the record is one for all of them.
async fn may(v: &mut Visit) -> Result<bool, Trouble> {
    let sites = v.look.every(Kind::Site).await?.into_iter().map(|k| Ok(Site::try_from(k.thing)?.id));
    let sites: Vec<SiteId> = sites.collect::<Result<_, Stop>>()?;
    Ok(power::could(&v.who.person, ReviewAuditTrail::KEY, &sites, &v.look.rules()))
}

fn kinds(rows: &[ExceptionRow]) -> Vec<KindRow> {
    let count = |kind: &TrailKind| {
        let of = rows.iter().filter(|r| r.kind == kind.as_str());
        KindRow { kind: kind.as_str(), count: of.clone().count() as u64, open: of.filter(|r| !r.looked).count() as u64 }
    };
    TrailKind::ALL.iter().map(count).collect()
}

fn row(v: &Visit, organisation: &Organisation, x: &Exception) -> ExceptionRow {
    let read = &x.what.read;
    let event = x.what.name.split('@').next().unwrap_or_default().replace(['.', '_'], "-");
    let who = match read.at.by {
        Actor::Person(id) => v.names.of(id.into()).text,
        Actor::Genesis => v.ui.t("actor-genesis").to_string(),
        Actor::Watchman => v.ui.t("actor-watchman").to_string(),
    };
    ExceptionRow {
        entry: x.entry(),
        at: read.at.at,
        kind: x.kind.as_str(),
        what: v.ui.word("event", &event).to_string(),
        who,
        on: v.names.of(read.on),
        history: format!("/history/{}/{}", read.on.kind, read.on.id),
        looked: organisation.trail.looked.contains(&x.entry()),
    }
}

fn signed(v: &Visit, r: &plantgate_domain::expect::trail::Reviewed) -> ReviewRow {
    ReviewRow {
        from: r.facts.from,
        last: r.facts.until.saturating_sub(1),
        root: r.facts.root.clone(),
        count: r.facts.counts.iter().map(|c| c.count).sum(),
        who: r.by.map_or_else(String::new, |id| v.names.of(id.into()).text),
        at: r.at,
        entry: r.entry,
    }
}
