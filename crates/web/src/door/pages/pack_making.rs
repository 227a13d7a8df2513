//! One audit pack while it is made: where it is, how to stop it, how to go on with one that was interrupted, and its
//! file once it is there. Where the work is not this process's, what is noted beside the record tells of it
//! (`plantgate_app::review::ordered`).

use std::sync::Arc;

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use plantgate_app::{
    Stop,
    review::{
        ordered::{self, Stage, Standing},
        pack,
        packed::recorded,
    },
};
use plantgate_domain::base::Why;
use uuid::Uuid;

use crate::{
    door::{
        draw,
        error::Trouble,
        fields::done,
        listing::file,
        routes::Routes,
        visit::Visit,
        workshop::{End, Job, Step},
    },
    page::{
        packs::{Counting, Interrupted, PackMaking},
        trouble::Kind as Told,
    },
    render,
    view::Ui,
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .page("/packs/making/{id}", making)
        .act("/packs/making/{id}/resume", resume)
        .working_state("/packs/making/{id}/cancel", cancel)
        .page("/packs/making/{id}/file", take)
}

/// Waits a moment: a small pack is there at once, a large one gets a page.
pub(super) async fn soon(job: &Job) -> Result<Response, Stop> {
    job.soon().await;
    match job.end() {
        Some(End::Stopped(stop)) => Err(stop),
        Some(End::Made { entry, .. }) => Ok(done(&format!("/packs/{entry}"), "pack-made", entry).into_response()),
        Some(End::Cancelled | End::Elsewhere) | None => Ok(page_of(job.id)),
    }
}

/// Leads to the page of a pack that is being made.
fn page_of(request: Uuid) -> Response {
    Redirect::to(&format!("/packs/making/{request}")).into_response()
}

/// The step of a stage; what another release calls its steps counts as the first one.
pub(super) fn step(stage: &Stage) -> Step {
    Step::of(&stage.step).unwrap_or(Step::Taking)
}

/// What is counted in a step, in words and as a number; nothing where there is nothing to count.
pub(super) fn counting(ui: &Ui, stage: &Stage) -> Option<Counting> {
    let count = stage.count.filter(|c| c.total > 0)?;
    let words = ui.word("packs-counting", count.of.as_str());
    let words = words.n("done", count.done).n("total", count.total).to_string();
    Some(Counting { words, done: count.done, total: count.total })
}

fn request(id: &str) -> Result<Uuid, Stop> {
    id.parse().map_err(|_| Stop::NotFound)
}

async fn making(visit: Visit, Path(id): Path<String>) -> Result<Response, Trouble> {
    let mut v = visit.ours()?.at("packs");
    let (me, request) = (v.me(), request(&id)?);
    let job = v.state.workshop.find(me, request);
    let end = match &job {
        Some(job) => match job.end() {
            None => return Ok(running(v, request, &job.stage(), false)),
            Some(End::Made { entry, .. }) => {
                return Ok(done(&format!("/packs/{entry}"), "pack-made", entry).into_response());
            }
            Some(end) => Some(end),
        },
        None => None,
    };
    let order = ordered::standing(v.state.app.store(), &mut v.look, me, request).await?;
    let made = recorded(&mut v.look, me, request).await?.map(|packed| packed.entry);
    match (order, made, end) {
        (Some(order), _, _) if order.runs => Ok(running(v, request, &order.stage, true)),
        (Some(order), made, end) => Ok(interrupted(v, &order, made, end.as_ref())),
        // It was made at another node, where its file waits or waited.
        (None, Some(entry), _) => Ok(Redirect::to(&format!("/packs/{entry}")).into_response()),
        (None, None, Some(end @ (End::Cancelled | End::Stopped(_)))) => Ok(ended(v, request, &end)),
        (None, None, _) => Err(Stop::NotFound.into()),
    }
}

/// A page with its steps, and nothing else yet.
fn page(ui: Ui, request: Uuid, at: Option<Step>) -> PackMaking {
    let state = |step: Step| match at {
        Some(at) if step < at => "done",
        Some(at) if step == at => "now",
        _ => "open",
    };
    let steps = Step::ALL.into_iter().filter(|s| *s != Step::Ended).map(|s| (s.as_str(), state(s))).collect();
    PackMaking {
        ui,
        id: request.to_string(),
        steps,
        running: at.is_some(),
        elsewhere: false,
        count: None,
        stopped: None,
        cancelled: false,
        interrupted: None,
    }
}

fn running(v: Visit, request: Uuid, stage: &Stage, elsewhere: bool) -> Response {
    let count = counting(&v.ui, stage);
    let page = PackMaking { elsewhere, count, ..page(v.ui, request, Some(step(stage))) };
    render::page(StatusCode::OK, &page)
}

fn interrupted(v: Visit, order: &Standing, recorded: Option<u64>, end: Option<&End>) -> Response {
    let stopped = end.and_then(|end| stopped(&v, end));
    let interrupted = Some(Interrupted { begun: order.begun, step: step(&order.stage).as_str(), recorded });
    render::page(StatusCode::OK, &PackMaking { stopped, interrupted, ..page(v.ui, order.request, None) })
}

fn ended(v: Visit, request: Uuid, end: &End) -> Response {
    let (stopped, cancelled) = (stopped(&v, end), matches!(end, End::Cancelled));
    render::page(StatusCode::OK, &PackMaking { stopped, cancelled, ..page(v.ui, request, None) })
}

/// What stopped it, in a sentence.
fn stopped(v: &Visit, end: &End) -> Option<String> {
    let End::Stopped(stop) = end else { return None };
    Some(match draw::kind(stop, &v.ui.r) {
        Told::Invalid { why, .. } => why,
        Told::Refused { why, .. } => why.to_string(),
        Told::Away { why } => why,
        _ => v.ui.t("packs-broke").s("what", stop.to_string()).to_string(),
    })
}

/// Makes a pack whose making was interrupted, for the person who ordered it: whether they still may is asked now, and
/// for a proof that is not old. Sent twice, it leads to the same pack.
async fn resume(visit: Visit, Path(id): Path<String>) -> Result<Response, Trouble> {
    let mut v = visit.ours()?.at("packs");
    let (me, request) = (v.me(), request(&id)?);
    let app = v.state.app.clone();
    let Some(order) = ordered::standing(app.store(), &mut v.look, me, request).await? else {
        let here = v.state.workshop.find(me, request).is_some();
        let known = here || recorded(&mut v.look, me, request).await?.is_some();
        return if known { Ok(page_of(request)) } else { Err(Stop::NotFound.into()) };
    };
    pack::may(&mut v.look, me).await?;
    if order.runs {
        return Ok(page_of(request));
    }
    let order = order.order(app.store(), me)?;
    let job = v.state.workshop.resume(&app, v.caller(), me, order)?;
    Ok(soon(&job).await?)
}

/// Stops a pack before its next step, wherever it is made; throws away an order that was interrupted.
async fn cancel(visit: Visit, Path(id): Path<String>) -> Result<Response, Trouble> {
    let v = visit.ours()?;
    let (me, request) = (v.me(), request(&id)?);
    let job = v.state.workshop.find(me, request);
    if let Some(job) = job.as_ref().filter(|job| job.end().is_none()) {
        job.cancel();
        return Ok(page_of(request));
    }
    if ordered::discard(v.state.app.store(), me, request).await? {
        return Ok(Redirect::to("/packs").into_response());
    }
    if job.is_some() { Ok(page_of(request)) } else { Err(Stop::NotFound.into()) }
}

/// The file, once. A value that was erased meanwhile does not leave the house any more.
async fn take(visit: Visit, Path(id): Path<String>) -> Result<Response, Trouble> {
    let mut v = visit.ours()?;
    let (me, request) = (v.me(), request(&id)?);
    let job: Arc<Job> = v.state.workshop.find(me, request).ok_or(Stop::NotFound)?;
    pack::may(&mut v.look, me).await?;
    let Some(End::Made { entry, .. }) = job.end() else { return Err(Stop::NotFound.into()) };
    let (bytes, slots) = job.take().ok_or(Stop::NotFound)?;
    if !pack::open(&mut v.look, &slots).await? {
        return Err(Stop::field("pack", Why::of("invalid-pack-erased")).into());
    }
    Ok(file(&format!("plantgate-pack-{entry}.zip"), "application/zip", bytes))
}
