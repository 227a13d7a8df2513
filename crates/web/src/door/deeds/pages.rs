//! One page for every act that is a form: fill in, look what it would do, do it. Nothing is saved by looking.

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{Effect, Stop, acts};
use plantgate_domain::{
    base::{Kind, Refusal},
    review::history::changes,
};
use plantgate_wire::words::Words;
use serde_json::Value;

use super::{By, Deed, Field, Leads, Of, choices, fill, find, offer, read::Reading};
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        listing::{Asked, encoded},
        pages::{codes, recording, sign, telling, vault},
        routes::Routes,
        visit::Visit,
    },
    page::deed::{Affected, DeedPage},
    render,
    view::Form,
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/do/{act}", show).act("/do/{act}", act).question("/do/{act}/preview", preview)
}

/// Message of a field's label: its own name, without what leads to it.
pub fn label(name: &str) -> String {
    let last = name.rsplit('.').find(|p| p.parse::<usize>().is_err()).unwrap_or(name);
    format!("fld-{}", last.replace('_', "-"))
}

/// What a field means or how it is filled in, where its label does not say it all.
pub fn hint(visit: &Visit, field: &Field) -> String {
    let id = label(field.name).replacen("fld-", "hint-", 1);
    let said = Words::find(visit.ui.r.lang, &id, &Default::default()).is_some();
    let own = if said { visit.ui.t(&id).to_string() } else { String::new() };
    let form = match field.of {
        Of::Moment | Of::Window => visit.ui.t("deed-time").s("zone", visit.ui.zone_now()).to_string(),
        Of::Lines => visit.ui.t("deed-lines").to_string(),
        _ => String::new(),
    };
    [own, form].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join("; ")
}

/// The act's form for a visit that may do it.
fn open(visit: Visit, act: &str) -> Result<(Visit, &'static Deed), Trouble> {
    let deed = find(act).ok_or(Stop::NotFound)?;
    let theirs = visit.provider().is_some();
    if !offer::for_side(&visit, deed) {
        return Err(Stop::NotFound.into());
    }
    if offer::may(&visit, deed, &[]) {
        return Ok((visit.at(if theirs { portal(deed) } else { deed.nav }), deed));
    }
    // A provider's person learns nothing of what others do, not even that it can be done.
    if theirs || deed.by == By::Theirs {
        return Err(Stop::NotFound.into());
    }
    Err(Trouble::Stop(Refusal::new("R-13", "stop-no-power").into()))
}

/// Where the form stands in the portal.
const fn portal(deed: &Deed) -> &'static str {
    match deed.on {
        Some((Kind::Finding, _)) => "our-findings",
        Some((Kind::Person, _)) => "our-people",
        _ => "owe",
    }
}

async fn show(visit: Visit, Path(act): Path<String>, asked: Asked) -> Result<Response, Trouble> {
    let (mut visit, deed) = open(visit, &act)?;
    let form = fill::begin(&mut visit, deed, &asked).await?;
    let page = page(visit, deed, form, None).await?;
    Ok(render::page(StatusCode::OK, &page))
}

/// Where one came from: the object it is done to, or the list of its kind.
fn back(visit: &Visit, deed: &Deed, form: &Form) -> String {
    let named = deed.on.map(|(kind, field)| (kind, form.value(field))).filter(|(_, name)| !name.is_empty());
    match (named, deed.leads) {
        (Some((_, name)), Leads::Sheets(_)) => codes::address(name),
        (None, Leads::Vault(_)) => offer::list_of(Kind::Instance),
        (Some((kind, name)), _) => offer::opens_for(visit, kind, name),
        (None, Leads::Told(kind, name)) => told(form.value(kind), form.value(name)),
        (None, Leads::Recording(..)) => offer::list_of(Kind::Session),
        (None, Leads::Sheets(_)) => offer::list_of(Kind::Site),
        (None, Leads::Made(kind) | Leads::Named(kind, _)) if visit.provider().is_none() => offer::list_of(kind),
        (None, Leads::Made(kind) | Leads::Named(kind, _)) => offer::opens_for(visit, kind, ""),
    }
}

/// The history of an object of which the form says kind and name.
fn told(kind: &str, name: &str) -> String {
    if kind.is_empty() || name.is_empty() {
        return "/find".to_owned();
    }
    format!("/history/{}/{}", encoded(kind), encoded(name))
}

async fn page(
    mut visit: Visit,
    deed: &'static Deed,
    form: Form,
    looked: Option<(Vec<Affected>, Vec<String>)>,
) -> Result<DeedPage, Trouble> {
    fill::zone(&mut visit, &form).await?;
    let parts = choices::parts(&mut visit, deed, &form).await?;
    let (affected, notes) = looked.map_or_else(Default::default, |(all, notes)| (Some(all), notes));
    Ok(DeedPage {
        act: deed.act,
        title: visit.ui.word("deed", deed.act).to_string(),
        means: visit.ui.word("means", deed.act).to_string(),
        back: back(&visit, deed, &form),
        parts,
        affected,
        notes,
        // What is typed and never shown again would have to be typed twice, and what is made is made anew each time.
        previews: !deed.fields.iter().any(|field| matches!(field.of, Of::Secret)),
        form,
        ui: visit.ui,
    })
}

/// The body of the act, read in the zone of the site it is about.
async fn body(visit: &mut Visit, deed: &Deed, fields: &Fields) -> Result<Value, Stop> {
    fill::zone(visit, &fields.form()).await?;
    let theirs = visit.provider().is_some();
    let reading = Reading { fields, zone: &visit.ui.r.zone, now: visit.look.now().0, theirs };
    reading.body(deed)
}

async fn act(visit: Visit, Path(act): Path<String>, fields: Fields) -> Result<Response, Trouble> {
    let (mut visit, deed) = open(visit, &act)?;
    let body = match body(&mut visit, deed, &fields).await {
        Ok(body) => body,
        Err(stop) => return again(visit, deed, &fields, stop).await,
    };
    let request = fields.request()?;
    match acts::act(&visit.state.app, visit.caller(), request, deed.act, body.clone()).await {
        Ok(answer) => {
            let entry = answer.get("entry").and_then(Value::as_u64).unwrap_or_default();
            let path = led(&visit, deed, |name| fields.text(name), &answer);
            Ok(done(&path, "recorded", entry).into_response())
        }
        Err(Stop::Unsigned(wanted)) => sign::ask(visit, &wanted, &body, &request.to_string(), Form::default()).await,
        Err(stop) => again(visit, deed, &fields, stop).await,
    }
}

/// The form once more, with what is wrong beside its fields.
async fn again(visit: Visit, deed: &'static Deed, fields: &Fields, stop: Stop) -> Result<Response, Trouble> {
    let mut form = fields.wrong(stop, &visit.ui.r)?;
    let known = |name: &str| deed.fields.iter().any(|f| name == f.name || name.starts_with(&format!("{}.", f.name)));
    for error in form.errors.iter_mut().filter(|e| !known(&e.field)) {
        error.field = "form".to_owned();
    }
    let page = page(visit, deed, form, None).await?;
    Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// Where the act led; what its fields hold is told by whoever read them.
pub fn led(visit: &Visit, deed: &Deed, text: impl Fn(&str) -> String, answer: &Value) -> String {
    match deed.leads {
        Leads::Named(kind, field) => offer::opens_for(visit, kind, &text(field)),
        Leads::Told(kind, name) => told(&text(kind), &text(name)),
        Leads::Recording(session, part) => recording::address(&text(session), text(part).parse().ok()),
        Leads::Sheets(site) => codes::address(&text(site)),
        Leads::Vault(instance) => vault::address(&text(instance)),
        Leads::Made(kind) => {
            let done = answer.get("done");
            let name = |key: &str| done.and_then(|d| d.get(key)).and_then(Value::as_str).map(str::to_owned);
            name("reference")
                .filter(|r| !r.is_empty())
                .or(name("id"))
                .map_or_else(|| offer::list_of(kind), |name| offer::opens_for(visit, kind, &encoded(&name)))
        }
    }
}

async fn preview(visit: Visit, Path(act): Path<String>, fields: Fields) -> Result<Response, Trouble> {
    let (mut visit, deed) = open(visit, &act)?;
    let answer = match body(&mut visit, deed, &fields).await {
        Ok(body) => acts::preview(&visit.state.app, visit.caller(), deed.act, body).await,
        Err(stop) => Err(stop),
    };
    match answer {
        Ok(answer) => {
            let effects = answer.get("effects").cloned().unwrap_or_default();
            let effects: Vec<Effect> = serde_json::from_value(effects).map_err(Stop::fault)?;
            let affected = affected(&mut visit, effects).await?;
            let notes = notes(&visit, answer.get("done").unwrap_or(&Value::Null));
            let page = page(visit, deed, fields.form(), Some((affected, notes))).await?;
            Ok(render::page(StatusCode::OK, &page))
        }
        Err(stop) => again(visit, deed, &fields, stop).await,
    }
}

/// What an erasure would destroy and what it has to keep; of other acts their effects say all.
fn notes(visit: &Visit, done: &Value) -> Vec<String> {
    let (Some(values), Some(kept)) = (done.get("values").and_then(Value::as_u64), done.get("kept")) else {
        return Vec::new();
    };
    let kept: Vec<&str> = kept.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let stays = if kept.contains(&"name") { "erase-name-stays" } else { "erase-record-stays" };
    let gone = visit.ui.t("erase-values").n("count", usize::try_from(values).unwrap_or(usize::MAX)).to_string();
    vec![gone, visit.ui.t(stays).to_string()]
}

/// What the act would change, object by object, in the words of a history.
async fn affected(visit: &mut Visit, effects: Vec<Effect>) -> Result<Vec<Affected>, Stop> {
    let mut out = Vec::new();
    for effect in effects {
        let before = Some(&effect.before).filter(|b| !b.is_null());
        let all = changes(before, Some(&effect.after));
        let moved = telling::tell(visit, effect.on.kind, all).await?;
        let kind = visit.ui.word("kind", effect.on.kind.as_str());
        let reference = effect.reference.unwrap_or_default();
        out.push(Affected { title: format!("{kind} {reference}").trim().to_owned(), born: before.is_none(), moved });
    }
    Ok(out)
}
