//! The scope of an engagement changed: one person proposes, another approves or ends. Tier and obligations are shown
//! before anything is saved; looking saves nothing.

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Act, Previewed, Stop,
    expect::scope::{ApproveTheScope, ConduitNamed, EndScope, ProposeScope, ScopeDone},
    names,
    permit::engaged::Engaged,
    read::Memory,
};
use plantgate_domain::{
    base::{Day, Kind, Role, Why},
    expect::{conduit::Conduit, instance::Instance, zone::Zone},
};

use super::{engagement::read, engagement_parts as parts, outlook};
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        routes::Routes,
        visit::Visit,
    },
    page::engagement::ScopeChange,
    render,
    view::{Choice, Form},
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .page("/engagements/{name}/scope", show)
        .act("/engagements/{name}/scope/propose", propose)
        .act("/engagements/{name}/scope/approve", approve)
        .act("/engagements/{name}/scope/end", end)
}

async fn show(visit: Visit, Path(name): Path<String>, fields: Fields) -> Result<Response, Trouble> {
    let mut visit = visit.ours()?.at("providers");
    let of = read(&mut visit, &name).await?;
    if let Some(instance) = fields.maybe("approve") {
        return named(visit, of, "approve", ApproveTheScope { engagement: name, instance }).await;
    }
    if let Some(instance) = fields.maybe("end") {
        return named(visit, of, "end", EndScope { engagement: name, instance }).await;
    }
    if fields.maybe("instance").is_none() {
        let page = page(visit, &of, "propose", Form::default()).await?;
        return Ok(render::page(StatusCode::OK, &page));
    }
    let would = match proposal(&name, &fields) {
        Ok(act) => visit.state.app.preview(visit.caller(), act).await,
        Err(stop) => Err(stop),
    };
    match would {
        Ok(would) => would_be(visit, of, "propose", &would, &fields).await,
        Err(stop) => {
            let form = fields.wrong(stop, &visit.ui.r)?;
            let page = page(visit, &of, "propose", form).await?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// An act that only names the instance, previewed.
async fn named<A: Act<Done = ScopeDone>>(
    visit: Visit,
    of: Engaged,
    deed: &'static str,
    act: A,
) -> Result<Response, Trouble> {
    let would = visit.state.app.preview(visit.caller(), act).await?;
    would_be(visit, of, deed, &would, &Fields::default()).await
}

/// The page with what the act would do.
async fn would_be(
    mut visit: Visit,
    of: Engaged,
    deed: &'static str,
    would: &Previewed<ScopeDone>,
    fields: &Fields,
) -> Result<Response, Trouble> {
    let instance: Instance = visit.look.get(would.done.instance).await?;
    let approving = (deed == "propose").then_some(instance.id);
    let place = (of.engagement.id, instance.facts.site);
    let change = outlook::change(&mut visit, place, &would.effects, approving).await?;
    let system = parts::item(&mut visit, instance.id.into()).await?;
    let mut page = page(visit, &of, deed, fields.form()).await?;
    page.hidden = match deed {
        "propose" => fields.0.iter().filter(|(n, v)| n != "request_id" && !v.is_empty()).cloned().collect(),
        _ => vec![("instance".to_owned(), instance.facts.reference)],
    };
    (page.change, page.system) = (Some(change), Some(system));
    Ok(render::page(StatusCode::OK, &page))
}

/// What the form proposes.
fn proposal(name: &str, fields: &Fields) -> Result<ProposeScope, Stop> {
    let role = |word: String| word.parse().map_err(|why: Why| Stop::field("roles", why));
    let roles: Vec<Role> = fields.all("roles").into_iter().map(role).collect::<Result<_, Stop>>()?;
    let conduit = |pair: String| match pair.split_once('|') {
        Some((a, b)) => Ok(ConduitNamed { a: a.to_owned(), b: b.to_owned() }),
        None => Err(Stop::field("conduits", Why::of("invalid-pair").with("given", pair))),
    };
    Ok(ProposeScope {
        engagement: name.to_owned(),
        instance: fields.text("instance"),
        roles,
        conduits: fields.all("conduits").into_iter().map(conduit).collect::<Result<_, Stop>>()?,
        from: day(fields, "from")?,
        until: day(fields, "until")?,
    })
}

fn day(fields: &Fields, name: &str) -> Result<Option<Day>, Stop> {
    fields.maybe(name).map(|_| fields.read(name)).transpose()
}

async fn propose(visit: Visit, Path(name): Path<String>, fields: Fields) -> Result<Response, Trouble> {
    let act = proposal(&name, &fields)?;
    does(visit, &name, &fields, ("propose", "scope-proposed"), act).await
}

async fn approve(visit: Visit, Path(name): Path<String>, fields: Fields) -> Result<Response, Trouble> {
    let act = ApproveTheScope { engagement: name.clone(), instance: fields.text("instance") };
    does(visit, &name, &fields, ("approve", "scope-approved"), act).await
}

async fn end(visit: Visit, Path(name): Path<String>, fields: Fields) -> Result<Response, Trouble> {
    let act = EndScope { engagement: name.clone(), instance: fields.text("instance") };
    does(visit, &name, &fields, ("end", "scope-ended"), act).await
}

async fn does<A: Act>(
    visit: Visit,
    name: &str,
    fields: &Fields,
    (deed, what): (&'static str, &str),
    act: A,
) -> Result<Response, Trouble> {
    let mut visit = visit.ours()?.at("providers");
    let of = read(&mut visit, name).await?;
    match visit.state.app.act(visit.caller(), fields.request()?, act).await {
        Ok(answer) => Ok(done(&format!("/engagements/{name}"), what, answer.entry).into_response()),
        Err(stop) => {
            let form = fields.wrong(stop, &visit.ui.r)?;
            let page = page(visit, &of, deed, form).await?;
            Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

async fn page(mut visit: Visit, of: &Engaged, deed: &'static str, form: Form) -> Result<ScopeChange, Trouble> {
    let conduits = if deed == "propose" { conduits(&mut visit, &form).await? } else { Vec::new() };
    Ok(ScopeChange {
        reference: of.engagement.facts.reference.clone(),
        name: of.engagement.facts.name.clone(),
        deed,
        system: None,
        form,
        roles: Role::ALL.iter().map(|r| r.as_str()).collect(),
        conduits,
        change: None,
        hidden: Vec::new(),
        ui: visit.ui,
    })
}

/// The conduits of the site the named instance stands at; before one is named, of the site of this visit.
async fn conduits(visit: &mut Visit, form: &Form) -> Result<Vec<Choice>, Stop> {
    let mut site = visit.site.as_ref().map(|s| s.id);
    if let Some(on) = names::find(&mut visit.look, Kind::Instance, form.value("instance")).await? {
        let instance: Instance = visit.look.get(on).await?;
        site = Some(instance.facts.site);
    }
    let Some(site) = site else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    for conduit in visit.look.of::<Conduit>("site", site).await? {
        let a: Zone = visit.look.get(conduit.facts.a).await?;
        let b: Zone = visit.look.get(conduit.facts.b).await?;
        let (a, b) = (a.facts.reference, b.facts.reference);
        out.push(Choice::new(format!("{a}|{b}"), format!("{a}–{b}")));
    }
    out.sort_by(|x, y| x.text.cmp(&y.text));
    Ok(out)
}
