//! Asking for access: a form with the checks as they stand, judged by the same function that will decide. A look at the
//! checks is never an entry; sending always is, also when rules refuse.

use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Stop,
    permit::ask,
    power::{self, Power},
};
use plantgate_domain::{
    base::{AccessRequestId, Kind},
    event::permit::{Decided, Verdict},
    expect::engagement::Engagement,
    permit::{
        access::{AccessRequest, RequestState},
        repeat,
    },
};

use super::{
    again,
    asked::{self, Asked, PURPOSES},
    shown,
};
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        visit::Visit,
    },
    page::access::{ChecksFragment, RequestForm},
    render,
    view::{Checks, Form, Item},
};
use plantgate_app::read::Memory;

/// What a URL has typed so far.
type Typed = Query<Vec<(String, String)>>;

/// `GET /access/new`: the form; with `repeat=AR-…` filled as that request was.
pub async fn show(v: Visit, Query(typed): Typed) -> Result<Response, Trouble> {
    let mut v = place(v);
    if !may_ask(&v) {
        return Err(Stop::NotFound.into());
    }
    let repeat = typed.iter().find(|(n, _)| n == "repeat").map(|(_, name)| name.clone());
    let typed = match repeat {
        Some(name) => {
            let id: AccessRequestId = v.seen(Kind::AccessRequest, &name).await?;
            let earlier: AccessRequest = v.look.get(id).await?;
            // Only one's own is repeated; a colleague's is read on its page (S5.1b).
            if !repeat::own(&earlier, v.me()) {
                return Err(Stop::NotFound.into());
            }
            again::typed(&mut v, &earlier).await?
        }
        None => typed,
    };
    let fresh = typed.is_empty();
    let asked = asked::read(&mut v, Fields(typed)).await?;
    let mut page = page(v, asked).await?;
    if fresh {
        page.form.errors.clear();
    }
    Ok(render::page(StatusCode::OK, &page))
}

/// `GET /access/new/checks`: the checks alone, for the script.
pub async fn checks(v: Visit, Query(typed): Typed) -> Result<Response, Trouble> {
    let mut v = place(v);
    if !may_ask(&v) {
        return Err(Stop::NotFound.into());
    }
    let asked = asked::read(&mut v, Fields(typed)).await?;
    let page = page(v, asked).await?;
    Ok(render::page(StatusCode::OK, &ChecksFragment { ui: page.ui, checks: page.checks }))
}

/// `POST /access/requests`: asks. The page of the request follows, whatever was decided.
pub async fn send(v: Visit, typed: Fields) -> Result<Response, Trouble> {
    let mut v = place(v);
    let request = typed.request()?;
    let asked = asked::read(&mut v, typed.clone()).await?;
    let Some(wish) = asked.wish.clone() else { return wrong(v, asked).await };
    match v.state.app.act(&v.who.caller, request, wish).await {
        Ok(answer) => {
            let what = match answer.done.state {
                RequestState::Refused => "access-refused",
                RequestState::Approved => "access-covered",
                _ => "access-requested",
            };
            let path = format!("/access/requests/{}", answer.done.reference);
            Ok(done(&path, what, answer.entry).into_response())
        }
        Err(stop) => {
            let form = translated(typed.wrong(stop, &v.ui.r)?);
            wrong(v, Asked { form, ..asked }).await
        }
    }
}

/// Names of the act's fields as the form calls them.
fn translated(mut form: Form) -> Form {
    let shifts = form.value("window") == "shifts";
    for e in &mut form.errors {
        e.field = match e.field.as_str() {
            "window" if shifts => "shifts_until",
            "instance" => "system",
            "roles" => "role",
            "ticket" | "change" => "reference",
            "reason" => "note",
            other => other,
        }
        .to_owned();
    }
    form
}

async fn wrong(v: Visit, asked: Asked) -> Result<Response, Trouble> {
    let page = page(v, asked).await?;
    Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// The rail entry of the reader's side.
pub fn place(v: Visit) -> Visit {
    let at = if v.provider().is_some() { "my-access" } else { "access" };
    v.at(at)
}

/// Whether this person asks at all: an engineer of either side.
pub fn may_ask(v: &Visit) -> bool {
    let rules = v.look.rules();
    let person = &v.who.person;
    let mut sites = person.roles.iter().filter_map(|r| r.site).chain(v.site.as_ref().map(|s| s.id));
    sites.any(|site| power::could(person, power::RequestAccess::KEY, &[site], &rules))
}

async fn page(mut v: Visit, mut asked: Asked) -> Result<RequestForm, Trouble> {
    let decided = live(&mut v, &asked).await?;
    let checks = match &decided {
        Some(decided) => {
            let beforehand = covered(&mut v, &asked, decided).await?;
            Checks { beforehand, ..shown::checks(&mut v, decided).await? }
        }
        None => Checks { verdict: None, checks: Vec::new(), beforehand: None },
    };
    let (mut repeats, mut offers) = (None, Vec::new());
    match asked.repeats.take() {
        Some(earlier) => repeats = Some(repeated(&mut v, &mut asked, &earlier, decided).await?),
        None => offers = again::offers(&mut v).await?,
    }
    Ok(RequestForm {
        ui: v.ui,
        form: asked.form,
        engagements: asked.engagements,
        people: asked.people,
        systems: asked.systems,
        purposes: PURPOSES.iter().map(|p| p.as_str()).collect(),
        roles: asked.roles,
        patterns: asked.patterns,
        attendants: asked.attendants,
        understood: asked.understood,
        offers,
        repeats,
        lost: asked.lost.0,
        checks,
    })
}

/// The request it repeats, and in words whatever is not as it was.
async fn repeated(
    v: &mut Visit,
    asked: &mut Asked,
    earlier: &AccessRequest,
    decided: Option<Decided>,
) -> Result<Item, Stop> {
    if let Some(mut decided) = decided {
        // What it refers to is one of the fields to fill; it did not fall while nobody filled it.
        let unsaid = asked.form.value("reference").is_empty();
        decided.checks.retain(|c| c.key != "reference" || !unsaid);
        asked.lost.judged(v, earlier, &decided).await?;
    }
    shown::item(v, earlier.id).await
}

/// By whose yes beforehand nobody would be asked, if so.
async fn covered(v: &mut Visit, asked: &Asked, decided: &Decided) -> Result<Option<String>, Stop> {
    let Some(wish) = asked.wish.as_ref().filter(|_| decided.verdict == Verdict::Granted) else { return Ok(None) };
    let (me, now) = (v.who.person.clone(), v.look.now());
    let Some(by) = ask::covered_by(&mut v.look, wish, &me, now).await? else { return Ok(None) };
    let mut who = Vec::with_capacity(by.given.approvals.len());
    for yes in &by.given.approvals {
        who.push(shown::called(v, yes.person).await?);
    }
    let engagement: Engagement = v.look.get(by.engagement).await?;
    let text = v.ui.t("verdict-beforehand").s("who", who.join(", ")).n("number", by.given.work.number);
    let text = text.s("engagement", &engagement.facts.reference).s("until", v.ui.day(by.given.work.until));
    Ok(Some(text.to_string()))
}

/// What would be decided now; `None` when too little is said.
async fn live(v: &mut Visit, asked: &Asked) -> Result<Option<Decided>, Trouble> {
    let Some(wish) = &asked.wish else { return Ok(None) };
    let (me, now) = (v.me(), v.look.now());
    match ask::decide(&mut v.look, wish, me, now).await {
        Ok((decision, facts)) => Ok(Some(decision.freeze(&facts))),
        Err(Stop::Invalid(_)) => Ok(None),
        // A system that was in scope and is not this person's to know any more.
        Err(Stop::NotFound) if asked.repeats.is_some() => Ok(None),
        Err(stop) => Err(stop.into()),
    }
}

/// A path names a request this person may see.
pub async fn request(v: &mut Visit, Path(name): Path<String>) -> Result<AccessRequest, Trouble> {
    let id: AccessRequestId = v.seen(Kind::AccessRequest, &name).await?;
    Ok(v.look.get(id).await?)
}
