//! Audit-trail review as a task: the exceptions of the range that nobody has signed, looked at one by one or by kind,
//! and the range signed. What is looked at and what is signed ends at the size that the page showed.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Stop, acts,
    read::Memory,
    review::trail::{Range, open, reads},
};
use plantgate_domain::{
    base::Ref,
    expect::{organisation::Organisation, trail::Reviewed},
    review::trail::may_sign,
};
use serde_json::{Map, Value, json};

use super::{
    sign, signed,
    trail_rows::{HEAD, allowed, cells, kinds, makers, rows},
};
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        listing::{Asked, export},
        routes::Routes,
        visit::Visit,
    },
    page::trail::{ExceptionRow, ReviewRow, TrailPage, Waits},
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
            let texts = [&r.root, &r.list, &r.who, &r.at.to_string(), &r.signature].map(Clone::clone);
            [&numbers[..], &texts].concat()
        };
        let rows: Vec<Vec<String>> = page.reviews.iter().map(cell).collect();
        let head = ["first", "last", "exceptions", "entry", "root", "list", "who", "at", "signature"];
        return export(form, "audit-trail-reviews", &head, &rows);
    }
    allowed(page.reads)?;
    let rows: Vec<Vec<String>> = page.rows.iter().map(cells).collect();
    export(form, "audit-trail", &HEAD, &rows)
}

/// What nobody looked at comes first, and no more than a page holds.
fn shortened(mut page: TrailPage) -> TrailPage {
    page.rows.sort_by_key(|r| (r.looked.is_some(), r.entry));
    page.more = page.rows.len().saturating_sub(MOST);
    page.rows.truncate(MOST);
    page
}

/// A number that the page itself wrote into its form.
fn number(text: &str) -> Result<u64, Stop> {
    text.parse().map_err(|_| Stop::NotFound)
}

async fn look(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    let visit = visit.ours()?;
    let entries: Vec<u64> = fields.all("entries").iter().map(|n| number(n)).collect::<Result<_, Stop>>()?;
    let mut body = Map::from_iter([
        ("until".to_owned(), json!(number(&fields.text("until"))?)),
        ("note".to_owned(), json!(fields.text("note"))),
        ("entries".to_owned(), json!(entries)),
        ("kinds".to_owned(), json!(fields.all("kinds"))),
    ]);
    body.extend(fields.maybe("finding").map(|name| ("finding".to_owned(), json!(name))));
    does(visit, &fields, "look-at-exceptions", body).await
}

async fn conclude(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    let visit = visit.ours()?;
    let mut body = Map::new();
    for name in ["from", "until"] {
        body.insert(name.to_owned(), json!(number(&fields.text(name))?));
    }
    for name in ["root", "list", "note"] {
        body.insert(name.to_owned(), json!(fields.text(name)));
    }
    does(visit, &fields, "conclude-trail-review", body).await
}

async fn does(visit: Visit, fields: &Fields, name: &str, body: Map<String, Value>) -> Result<Response, Trouble> {
    let visit = visit.at("findings");
    let (request, body) = (fields.request()?, Value::Object(body));
    match acts::act(&visit.state.app, visit.caller(), request, name, body.clone()).await {
        Err(Stop::Unsigned(wanted)) => sign::ask(visit, &wanted, &body, &request.to_string(), Form::default()).await,
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
    let range = open(&mut v.look).await?;
    let makers = makers(&mut v).await?;
    let reads = reads(&mut v.look, &v.who.person).await?;
    let rows = rows(&mut v, &range, reads).await?;
    let waits = waits(&v, &organisation, &range, &rows, makers.may);
    let days = v.look.rules().access.trail_review_days;
    let due = organisation.trail.due(organisation.founded, days).map(|at| v.ui.r.zone.day_of(at));
    let late = due.map_or(0, |day| v.ui.r.zone.day_of(v.ui.now).days_since(day)).max(0);
    let me = v.me();
    let signers: Vec<Ref> = organisation.trail.reviews.iter().filter_map(|r| r.by).map(Ref::from).collect();
    v.names.learn_all(&mut v.look, me, &signers).await?;
    Ok(TrailPage {
        form,
        waits,
        due,
        late,
        kinds: kinds(&rows),
        rows,
        more: 0,
        makers,
        reads,
        list: List { path: PATH.to_owned(), ..List::default() },
        reviews: reviews(&mut v, &organisation).await?,
        reviewed: List { path: PATH.to_owned(), query: "what=reviews".to_owned(), ..List::default() },
        ui: v.ui,
    })
}

fn waits(v: &Visit, organisation: &Organisation, range: &Range, rows: &[ExceptionRow], may: bool) -> Waits {
    let open = rows.iter().filter(|r| r.looked.is_none()).count() as u64;
    let entries: Vec<u64> = rows.iter().map(|r| r.entry).collect();
    let signs = may && open == 0 && range.until > range.from;
    Waits {
        from: range.from,
        until: range.until,
        root: range.root.clone(),
        list: range.list.clone(),
        open,
        signs: signs && may_sign(v.me(), &entries, &organisation.trail).is_ok(),
    }
}

/// The reviews with their signatures, newest first.
async fn reviews(v: &mut Visit, organisation: &Organisation) -> Result<Vec<ReviewRow>, Stop> {
    let signatures = signed::under(v, organisation.id.into()).await?;
    let signature = |entry: u64| signatures.iter().find(|s| s.entry == entry);
    let all = organisation.trail.reviews.iter().rev().map(|r| {
        let signature = signature(r.entry).map(|s| signed::cell(&v.ui.r, s)).unwrap_or_default();
        ReviewRow { signature, ..row(v, r) }
    });
    Ok(all.collect())
}

/// A signed review as a row; the signer's name was learnt before.
pub(super) fn row(v: &Visit, r: &Reviewed) -> ReviewRow {
    ReviewRow {
        from: r.facts.from,
        last: r.facts.until.saturating_sub(1),
        root: r.facts.root.clone(),
        list: r.facts.list.clone(),
        count: r.facts.counts.iter().map(|c| c.count).sum(),
        who: r.by.map_or_else(String::new, |id| v.names.of(id.into()).text),
        at: r.at,
        entry: r.entry,
        signature: String::new(),
    }
}
