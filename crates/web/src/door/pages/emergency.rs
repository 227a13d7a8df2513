//! Emergency access: one confirm, one named person, somebody of ours beside them, two hours at most. What rules
//! still stand in the way is said on the same page.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use plantgate_app::{
    Stop,
    permit::emergency::OpenEmergency,
    power::{self, Power},
    read::{Memory, Order, Query},
};
use plantgate_domain::{
    base::{Environment, Kind, Pattern, Refusal},
    expect::{engagement::Engagement, instance::Instance},
    qualify::person::{Person, Seat},
};

use super::access::{attendants, shown};
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        routes::Routes,
        visit::Visit,
    },
    page::now::Emergency,
    render,
    view::{Choice, Form},
};

/// Most that a select offers.
const MOST: usize = 500;

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .page("/emergency", || async { Redirect::to("/access/emergency") })
        .page("/access/emergency", show)
        .act("/access/emergency", open)
}

async fn show(v: Visit) -> Result<Response, Trouble> {
    let v = may(v)?;
    let form = Form::of([("minutes", "30")]);
    drawn(v, form, StatusCode::OK).await
}

async fn open(v: Visit, typed: Fields) -> Result<Response, Trouble> {
    let mut v = may(v)?;
    let Some(act) = act(&mut v, &typed).await? else {
        let form = typed.form().wrong("person", v.ui.t("emergency-none").to_string());
        return drawn(v, form, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    match v.state.app.act(&v.who.caller, typed.request()?, act).await {
        Ok(answer) => {
            let path = format!("/access/grants/{}", answer.done.reference);
            Ok(done(&path, "emergency-opened", answer.entry).into_response())
        }
        Err(Stop::Refused(no)) => {
            // What stands in the way is said beside the person; nothing was opened.
            let why = shown::said(&mut v, &no.say.into()).await?;
            let form = typed.form().wrong("person", format!("{why} ({})", no.rule));
            drawn(v, form, StatusCode::FORBIDDEN).await
        }
        Err(stop) => {
            let form = typed.wrong(stop, &v.ui.r)?;
            drawn(v, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// Only for people who may open one at this site.
fn may(v: Visit) -> Result<Visit, Trouble> {
    let v = v.ours()?.at("now");
    let site = v.site.as_ref().map(|s| s.id).ok_or(Stop::NotFound)?;
    if power::could(&v.who.person, power::OpenEmergency::KEY, &[site], &v.look.rules()) {
        return Ok(v);
    }
    Err(Stop::from(Refusal::new("R-13", "stop-no-power")).into())
}

/// The act, from the engagement under which the person's provider works on the system.
async fn act(v: &mut Visit, typed: &Fields) -> Result<Option<OpenEmergency>, Stop> {
    let person = plantgate_app::names::find(&mut v.look, Kind::Person, &typed.text("person")).await?;
    let system = plantgate_app::names::find(&mut v.look, Kind::Instance, &typed.text("system")).await?;
    let (Some(person), Some(system)) = (person, system) else { return Ok(None) };
    let (person, on): (Person, Instance) = (v.look.get(person).await?, v.look.get(system).await?);
    let Some(provider) = person.provider() else { return Ok(None) };
    let all: Vec<Engagement> = v.look.of("provider", provider).await?;
    let found = all.iter().find_map(|e| e.approved().find(|s| s.instance == on.id).map(|s| (e, s)));
    let Some((e, scope)) = found else { return Ok(None) };
    let agreed = e.facts.patterns.clone().unwrap_or_default();
    let remote = agreed.is_empty() || agreed.iter().any(|p| !p.on_site() && *p != Pattern::None);
    let roles = power::functions(&v.who.person, power::OpenEmergency::KEY, &[on.facts.site], &v.look.rules());
    Ok(Some(OpenEmergency {
        engagement: e.id.to_string(),
        person: person.id.to_string(),
        instance: on.id.to_string(),
        environment: on.facts.environment.unwrap_or(Environment::Prod),
        roles: scope.roles.clone(),
        pattern: if remote { Pattern::GatewayAttended } else { Pattern::OnSite },
        attendant: typed.maybe("attendant"),
        minutes: typed.text("minutes").parse().unwrap_or(30),
        called_back: typed.ticked("called-back"),
        role: if roles.len() > 1 { roles.first().copied() } else { None },
        reason: None,
    }))
}

async fn drawn(mut v: Visit, form: Form, status: StatusCode) -> Result<Response, Trouble> {
    let (systems, people, beside) = choices(&mut v).await?;
    let consequences = ["emergency-means-once", "emergency-means-rules", "emergency-means-review"];
    let consequences = consequences.iter().map(|id| v.ui.t(id).into()).collect();
    let page = Emergency { form, systems, people, attendants: beside, consequences, ui: v.ui };
    Ok(render::page(status, &page))
}

/// Systems at this site that anybody works on, and the people who work on them.
async fn choices(v: &mut Visit) -> Result<(Vec<Choice>, Vec<Choice>, Vec<Choice>), Stop> {
    let (me, site) = (v.me(), v.site.as_ref().map(|s| s.id));
    let q = Query { order: Order::Reference, site: site.map(|s| s.0), ..Query::new(Kind::Engagement, me, MOST) };
    let (mut systems, mut people, mut beside) = (Vec::new(), Vec::new(), Vec::new());
    for row in v.look.page(&q).await?.rows {
        let e = Engagement::try_from(row.kept.thing)?;
        for scope in e.approved().filter(|s| Some(s.site) == site) {
            let on: Instance = v.look.get(scope.instance).await?;
            if beside.is_empty() {
                beside = attendants(v, &on).await?;
            }
            let text = format!("{} {}", on.facts.reference, on.facts.name);
            systems.push(Choice::new(on.facts.reference, text));
        }
        let provider = shown::item(v, e.facts.provider).await?.text;
        let q = Query { provider: Some(e.facts.provider.0), ..Query::new(Kind::Person, me, MOST) };
        for row in v.look.page(&q).await?.rows {
            let person = Person::try_from(row.kept.thing)?;
            if person.seat == Seat::Active {
                let name = shown::called(v, person.id).await?;
                people.push(Choice::new(person.id.to_string(), format!("{name}, {provider}")));
            }
        }
    }
    systems.sort_by(|a, b| a.value.cmp(&b.value));
    systems.dedup();
    people.sort_by(|a, b| a.text.cmp(&b.text));
    people.dedup();
    Ok((systems, people, beside))
}
