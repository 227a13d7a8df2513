//! What could not be delivered: the reason in words, what caused it, and the act that tries it once more. Addresses and
//! names stand in no row; who somebody is is looked up by the rights of who reads.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use plantgate_app::{
    Stop,
    messages::{Job, What, outbox},
    power::could,
    read::Memory,
};
use plantgate_domain::base::{Ref, Refusal};

use crate::{
    door::{
        error::Trouble,
        fields::Fields,
        listing::{Asked, export},
        routes::Routes,
        visit::Visit,
    },
    page::messages::{DeadRow, Deliveries},
    render,
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/admin/deliveries", show).working_state("/admin/deliveries/again", again)
}

/// Dead rows that one list holds; they are gone after a month.
const MOST: u64 = 10_000;

fn may(v: &Visit) -> bool {
    could(&v.who.person, "manage-users", &[], &v.look.rules())
}

async fn show(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    let mut v = visit.ours()?.at("admin");
    let jobs = outbox::dead(v.look.tx(), MOST).await?;
    let total = jobs.len();
    let (list, jobs) = asked.cut(jobs, v.state.app.store().limits().page, total, |j| j.id.to_string());
    let rows = rows(&mut v, &jobs).await?;
    if let Some(form) = asked.export() {
        let line = |r: &DeadRow| {
            let times = [r.made, r.dead].map(|at| v.ui.iso(at));
            let text = [r.lane.clone(), r.title.clone(), r.person.clone(), r.said.clone(), r.tries.to_string()];
            text.into_iter().chain(times).collect()
        };
        let lines: Vec<_> = rows.iter().map(line).collect();
        return export(form, "deliveries", &["lane", "message", "to", "why", "tries", "made", "dead"], &lines);
    }
    let (waiting, oldest) = outbox::waiting(v.look.tx()).await?;
    let mail = if v.state.way.mail { "deliveries-server" } else { "messages-no-server" };
    let (may, mail) = (may(&v), v.ui.t(mail).to_string());
    Ok(render::page(StatusCode::OK, &Deliveries { ui: v.ui, list, rows, waiting, oldest, mail, may }))
}

async fn rows(v: &mut Visit, jobs: &[Job]) -> Result<Vec<DeadRow>, Stop> {
    let me = v.me();
    let about: Vec<Ref> = jobs.iter().flat_map(|j| j.person.map(Ref::from).into_iter().chain([j.on])).collect();
    v.names.learn_all(&mut v.look, me, &about).await?;
    let row = |j: &Job| {
        let about = v.names.of(j.on).text;
        let title = match What::of(&j.what) {
            Some(_) => v.ui.word("message", &j.what).s("what", about).to_string(),
            None => v.ui.word("lane", &j.lane).to_string(),
        };
        DeadRow {
            id: j.id.to_string(),
            lane: j.lane.clone(),
            title,
            person: j.person.map_or_else(|| v.ui.t("deliveries-nobody").to_string(), |p| v.names.of(p.into()).text),
            said: v.ui.t(j.said.as_deref().unwrap_or("outbox-fault")).to_string(),
            tries: j.tries,
            made: j.made,
            dead: j.dead.unwrap_or(j.due),
            entry: j.request.and(u64::try_from(j.mark).ok()),
        }
    };
    Ok(jobs.iter().map(row).collect())
}

async fn again(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    let v = visit.ours()?;
    if !may(&v) {
        return Err(Trouble::Stop(Refusal::new("R-13", "stop-no-power").into()));
    }
    let id = fields.text("id").parse().map_err(|_| Stop::NotFound)?;
    if !outbox::again(v.state.app.store().db(), id, v.now()).await? {
        return Err(Stop::NotFound.into());
    }
    Ok(Redirect::to("/admin/deliveries?done=delivery-again").into_response())
}
