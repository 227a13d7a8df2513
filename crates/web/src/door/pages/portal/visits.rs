//! Visits and lines of the logbook that are about a provider's own people: what was written down of them is theirs to
//! read, and nobody else's.

use axum::{extract::Path, http::StatusCode, response::Response};
use plantgate_app::read::{Order, Query};
use plantgate_domain::{
    base::{Kind, VisitId},
    witness::{session::Session, visit::Visit as Stay},
};

use crate::{
    door::{
        error::Trouble,
        listing::{Asked, things},
        pages::{logbook, visits},
        visit::Visit,
    },
    page::{logbook::Logbook, visits::Visits},
    render,
    view::Form,
};

/// `GET /our-visits`
pub async fn list(v: Visit, asked: Asked) -> Result<Response, Trouble> {
    let (v, provider) = v.theirs()?;
    let mut v = v.at("our-visits");
    let limit = v.state.app.store().limits().page;
    let mut q = Query { provider: Some(provider.0), ..Query::new(Kind::Visit, v.me(), limit) };
    let all = v.look.count(&q).await?;
    asked.fill(&mut q, Order::Newest)?;
    let page = v.look.page(&q).await?;
    let rows = visits::rows(&mut v, &things::<Stay>(&page)?).await?;
    if let Some(form) = asked.export() {
        return visits::exported(form, &rows);
    }
    let list = asked.list(&q, &page, all);
    Ok(render::page(StatusCode::OK, &Visits { list, rows, may: false, theirs: true, ui: v.ui }))
}

/// `GET /our-visits/{name}`
pub async fn show(v: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let (v, _) = v.theirs()?;
    let mut v = v.at("our-visits");
    let id: VisitId = v.seen(Kind::Visit, &name).await?;
    let page = visits::page(v, id, Form::default()).await?;
    Ok(render::page(StatusCode::OK, &page))
}

/// `GET /our-logbook`
pub async fn logbook(v: Visit, asked: Asked) -> Result<Response, Trouble> {
    let (v, provider) = v.theirs()?;
    let mut v = v.at("our-visits");
    let limit = v.state.app.store().limits().page;
    let mut q = Query { provider: Some(provider.0), ..Query::new(Kind::Session, v.me(), limit) };
    let all = v.look.count(&q).await?;
    asked.fill(&mut q, Order::Newest)?;
    let page = v.look.page(&q).await?;
    let rows = logbook::lines(&mut v, &things::<Session>(&page)?).await?;
    if let Some(form) = asked.export() {
        return logbook::exported(form, &rows);
    }
    let list = asked.list(&q, &page, all);
    Ok(render::page(StatusCode::OK, &Logbook { list, rows, may: false, theirs: true, ui: v.ui }))
}
