//! A signed review by itself: what was signed, its list as it was looked at, and whether the record still holds what
//! the signature names. A signature that nobody can hold against the record would prove nothing.

use axum::{extract::Path, http::StatusCode, response::Response};
use plantgate_app::{
    Stop,
    read::Memory,
    review::trail::{Gone, done, gone, range, reads},
};
use plantgate_domain::base::Ref;

use super::{
    signed,
    trail::row,
    trail_rows::{HEAD, allowed, cells, kinds, makers, rows, tell},
};
use crate::{
    door::{
        error::Trouble,
        listing::{Asked, export},
        routes::Routes,
        visit::Visit,
    },
    page::trail::TrailSignedPage,
    render,
    view::{Form, List},
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/review/trail/{entry}", show)
}

async fn show(visit: Visit, Path(entry): Path<String>, asked: Asked) -> Result<Response, Trouble> {
    let mut v = visit.ours()?.at("findings");
    let entry: u64 = entry.parse().map_err(|_| Stop::NotFound)?;
    let organisation = v.look.organisation().await?.ok_or(Stop::NotFound)?;
    let review = organisation.trail.reviews.iter().find(|r| r.entry == entry).ok_or(Stop::NotFound)?;
    let makers = makers(&mut v).await?;
    let range = range(&mut v.look, review.facts.from, review.facts.until).await?;
    let reads = reads(&mut v.look, &v.who.person).await?;
    let done = done(&mut v.look).await?;
    let mut rows = rows(&mut v, &range, reads, &done).await?;
    tell(&mut v, &range, &mut rows, asked.export().is_some()).await?;
    if let Some(form) = asked.export() {
        allowed(reads)?;
        let rows: Vec<Vec<String>> = rows.iter().map(|r| cells(r, &range)).collect();
        return export(form, &format!("audit-trail-{entry}"), &HEAD, &rows);
    }
    let me = v.me();
    let signer: Vec<Ref> = review.by.map(Ref::from).into_iter().collect();
    v.names.learn_all(&mut v.look, me, &signer).await?;
    let note = v.look.open_private(&review.facts.note).await?;
    let page = TrailSignedPage {
        form: Form::default(),
        note: note.unwrap_or_else(|| v.ui.t("text-erased").to_string()),
        signatures: signed::under(&mut v, organisation.id.into())
            .await?
            .into_iter()
            .filter(|s| s.entry == entry)
            .collect(),
        row: row(&v, review, &done),
        kinds: kinds(&rows).into_iter().filter(|k| k.count > 0).collect(),
        rows,
        gone: gone(&organisation.trail.reviews, review, &range).map(words),
        makers,
        reads,
        list: List { path: format!("/review/trail/{entry}"), ..List::default() },
        ui: v.ui,
    };
    Ok(render::page(StatusCode::OK, &page))
}

/// What the record no longer holds of a signature: a message, with the entry it is about.
fn words(gone: Gone) -> (&'static str, Option<u64>) {
    match gone {
        Gone::Entry(entry) => ("trail-gone-entry", Some(entry)),
        Gone::Root => ("trail-gone-root", None),
        Gone::List => ("trail-gone-changed", None),
        Gone::Rules => ("trail-gone-list", None),
    }
}
