//! Audit-trail review as a task: the exceptions of the range that nobody has signed, looked at one by one or by kind,
//! and the range signed. What is looked at and what is signed ends at the size that the page showed.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Stop, acts,
    read::Memory,
    review::trail::{Done, Range, done, due, range, reads},
};
use plantgate_domain::{
    base::Ref,
    expect::{organisation::Organisation, trail::Reviewed},
    review::trail::may_sign,
};
use serde_json::{Map, Value, json};

use super::{
    sign, signed,
    trail_rows::{HEAD, allowed, auth_words, cells, kinds, makers, rows, tell},
};
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done as went},
        listing::{Asked, export},
        routes::Routes,
        visit::Visit,
    },
    page::trail::{Broken, ExceptionRow, ReviewRow, TrailPage, Waits},
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
    let visit = visit.ours()?.at("findings");
    let Some(form) = asked.export() else {
        let (page, _) = page(visit, Form::default(), None).await?;
        return Ok(render::page(StatusCode::OK, &page));
    };
    // A file ends where the page did that led to it: it shows what can be looked at there.
    let until = asked.get("until").map(number).transpose()?;
    let (page, range) = page(visit, Form::default(), Some(until)).await?;
    if asked.is("what", "reviews") {
        let cell = |r: &ReviewRow| {
            let numbers = [r.from, r.last, r.count, r.entry].map(|n| n.to_string());
            let words = [&r.root, &r.list, &r.who, &r.auth].map(Clone::clone);
            [&numbers[..], &words, &[r.at.to_string(), r.signature.clone()]].concat()
        };
        let rows: Vec<Vec<String>> = page.reviews.iter().map(cell).collect();
        let head = ["first", "last", "exceptions", "entry", "root", "list", "who", "auth", "at", "signature"];
        return export(form, "audit-trail-reviews", &head, &rows);
    }
    allowed(page.reads)?;
    let rows: Vec<Vec<String>> = page.rows.iter().map(|r| cells(r, &range)).collect();
    export(form, "audit-trail", &HEAD, &rows)
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
    // What the page showed: by kind nothing else is looked at, unless the whole list was read as a file.
    let shown = fields.text("shown");
    let shown: Vec<u64> = shown.split_whitespace().map(number).collect::<Result<_, Stop>>()?;
    body.insert("shown".to_owned(), json!(shown));
    for name in ["finding", "list"] {
        body.extend(fields.maybe(name).map(|value| (name.to_owned(), json!(value))));
    }
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
            Ok(went(PATH, name, entry).into_response())
        }
        Err(stop) => {
            let form = fields.wrong(stop, &visit.ui.r)?;
            let (page, _) = page(visit, form, None).await?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// The page as a reader sees it; or all of it, up to a size, for a file.
async fn page(mut v: Visit, form: Form, whole: Option<Option<u64>>) -> Result<(TrailPage, Range), Trouble> {
    let organisation = v.look.organisation().await?.ok_or(Stop::NotFound)?;
    let size = v.look.size();
    let until = whole.flatten().filter(|n| *n <= size).unwrap_or(size);
    let range = range(&mut v.look, organisation.trail.from(), until).await?;
    let makers = makers(&mut v).await?;
    let reads = reads(&mut v.look, &v.who.person).await?;
    let done = done(&mut v.look).await?;
    let mut rows = rows(&mut v, &range, reads, &done).await?;
    let (waits, kinds) = (waits(&v, &organisation, &range, &rows, makers.may), kinds(&rows));
    let more = if whole.is_some() { 0 } else { shorten(&mut rows) };
    tell(&mut v, &range, &mut rows, whole.is_some()).await?;
    let due = due(&mut v.look, &organisation).await?.map(|at| v.ui.r.zone.day_of(at));
    let late = due.map_or(0, |day| v.ui.r.zone.day_of(v.ui.now).days_since(day)).max(0);
    let me = v.me();
    let signers: Vec<Ref> = organisation.trail.reviews.iter().filter_map(|r| r.by).map(Ref::from).collect();
    v.names.learn_all(&mut v.look, me, &signers).await?;
    let numbers: Vec<String> = rows.iter().map(|r| r.entry.to_string()).collect();
    let page = TrailPage {
        form,
        due,
        late,
        kinds,
        rows,
        more,
        shown: numbers.join(" "),
        makers,
        reads,
        list: List { path: PATH.to_owned(), query: format!("until={}", waits.until), ..List::default() },
        reviews: reviews(&mut v, &organisation, &done).await?,
        reviewed: List { path: PATH.to_owned(), query: "what=reviews".to_owned(), ..List::default() },
        waits,
        ui: v.ui,
    };
    Ok((page, range))
}

/// What nobody looked at comes first, of that what is not the reader's own doing, and no more than a page holds; how
/// many there are beyond.
fn shorten(rows: &mut Vec<ExceptionRow>) -> usize {
    rows.sort_by_key(|r| (r.looked.is_some(), r.own, r.entry));
    let more = rows.len().saturating_sub(MOST);
    rows.truncate(MOST);
    more
}

fn waits(v: &Visit, organisation: &Organisation, range: &Range, rows: &[ExceptionRow], may: bool) -> Waits {
    let open = rows.iter().filter(|r| r.looked.is_none()).count() as u64;
    let entries: Vec<u64> = rows.iter().map(|r| r.entry).collect();
    let last = organisation.trail.reviews.last();
    let broken = match range.altered.first() {
        Some(entry) => Some(Broken::Entry(*entry)),
        None => (!range.whole || last.is_some_and(|r| r.facts.root != range.before)).then_some(Broken::Root),
    };
    let signs = may && open == 0 && range.until > range.from && broken.is_none();
    Waits {
        from: range.from,
        until: range.until,
        root: range.root.clone(),
        list: range.list.clone(),
        open,
        broken,
        signs: signs && may_sign(v.me(), &entries, &organisation.trail).is_ok(),
    }
}

/// The reviews with their signatures, newest first.
async fn reviews(v: &mut Visit, organisation: &Organisation, done: &Done) -> Result<Vec<ReviewRow>, Stop> {
    let signatures = signed::under(v, organisation.id.into()).await?;
    let signature = |entry: u64| signatures.iter().find(|s| s.entry == entry);
    let all = organisation.trail.reviews.iter().rev().map(|r| {
        let signature = signature(r.entry).map(|s| signed::cell(&v.ui.r, s)).unwrap_or_default();
        ReviewRow { signature, ..row(v, r, done) }
    });
    Ok(all.collect())
}

/// A signed review as a row; the signer's name was learnt before.
pub(super) fn row(v: &Visit, r: &Reviewed, done: &Done) -> ReviewRow {
    let auth = done.signed.get(&r.entry).and_then(|auth| auth.as_deref());
    ReviewRow {
        from: r.facts.from,
        last: r.facts.until.saturating_sub(1),
        root: r.facts.root.clone(),
        list: r.facts.list.clone(),
        count: r.facts.counts.iter().map(|c| c.count).sum(),
        who: r.by.map_or_else(String::new, |id| v.names.of(id.into()).text),
        auth: auth_words(v, auth),
        at: r.at,
        entry: r.entry,
        signature: String::new(),
    }
}
