//! Webhooks: where they lead, the form that adds one and shows its secret once, and the button that takes one away.
//! Only where the configuration of this machine allows webhooks at all.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use plantgate_app::{Stop, messages::hook, power::could, read::Memory};
use plantgate_domain::base::{Ref, Refusal, Why};

use crate::{
    door::{
        error::Trouble,
        fields::Fields,
        listing::{Asked, export},
        routes::Routes,
        visit::Visit,
    },
    page::messages::{HookRow, HooksPage},
    post::hook::Hooks,
    render,
    view::Form,
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .page("/admin/webhooks", show)
        .working_state("/admin/webhooks", add)
        .working_state("/admin/webhooks/end", end)
}

fn may(v: &Visit) -> bool {
    could(&v.who.person, "manage-users", &[], &v.look.rules())
}

async fn show(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    page(visit.ours()?.at("admin"), &asked, Form::default(), None, StatusCode::OK).await
}

async fn page(
    mut v: Visit,
    asked: &Asked,
    form: Form,
    secret: Option<String>,
    status: StatusCode,
) -> Result<Response, Trouble> {
    let all = hook::all(v.look.tx()).await?;
    let total = all.len();
    let about: Vec<Ref> = all.iter().map(|h| h.by.into()).collect();
    let me = v.me();
    v.names.learn_all(&mut v.look, me, &about).await?;
    let row = |h: &hook::Hook| HookRow {
        id: h.id.to_string(),
        url: h.url.clone(),
        urgent: h.urgent,
        by: v.names.of(h.by.into()).text,
        made: h.made,
    };
    let rows: Vec<HookRow> = all.iter().map(row).collect();
    let (list, rows) = asked.cut(rows, total.max(1), total, |r| r.id.clone());
    if let Some(form) = asked.export() {
        let line = |r: &HookRow| {
            let urgent = if r.urgent { "yes" } else { "no" };
            vec![r.url.clone(), urgent.to_owned(), r.by.clone(), v.ui.iso(r.made)]
        };
        let lines: Vec<_> = rows.iter().map(line).collect();
        return export(form, "webhooks", &["url", "urgent", "by", "made"], &lines);
    }
    let (here, may) = (v.state.way.hooks, may(&v));
    Ok(render::page(status, &HooksPage { ui: v.ui, list, rows, form, secret, here, may }))
}

fn allowed(v: &Visit) -> Result<(), Trouble> {
    if may(v) { Ok(()) } else { Err(Trouble::Stop(Refusal::new("R-13", "stop-no-power").into())) }
}

async fn add(visit: Visit, asked: Asked, fields: Fields) -> Result<Response, Trouble> {
    let v = visit.ours()?.at("admin");
    allowed(&v)?;
    if !v.state.way.hooks {
        return Err(Stop::NotFound.into());
    }
    let url = fields.text("url");
    if let Err(why) = Hooks::fits(&url) {
        let form = fields.wrong(Stop::field("url", why), &v.ui.r)?;
        return page(v, &asked, form, None, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let (store, me, now) = (v.state.app.store(), v.me(), v.now());
    let made = hook::make(store.db(), store.keyring(), (&url, fields.ticked("urgent")), me, now).await?;
    let Some(secret) = made else {
        let many = Why::of("invalid-webhooks-many").with("most", hook::MOST.to_string());
        let form = fields.wrong(Stop::field("url", many), &v.ui.r)?;
        return page(v, &asked, form, None, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    // What was made stands in another snapshot than the one this visit began with.
    let v = Visit { look: v.state.app.store().look().await?, ..v };
    let mut reply = page(v, &asked, Form::default(), Some(secret), StatusCode::OK).await?;
    reply.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(reply)
}

async fn end(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    let v = visit.ours()?;
    allowed(&v)?;
    let id = fields.text("id").parse().map_err(|_| Stop::NotFound)?;
    if !hook::end(v.state.app.store().db(), id).await? {
        return Err(Stop::NotFound.into());
    }
    Ok(Redirect::to("/admin/webhooks?done=webhook-ended").into_response())
}
