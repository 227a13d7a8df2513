//! Facts a tier rests on, stated by people: what they would do is shown before they are saved.

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Stop,
    expect::tier::{InstanceStated, StateTheTierFacts},
    names,
    permit::engaged::Engaged,
};
use plantgate_domain::{
    base::{Kind, Pattern, Why},
    event::expect::{Flag, Gxp, ScopeState},
    expect::{instance::Instance, site::Site},
};

use super::{engagement::read, engagement_parts as parts, outlook};
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        routes::Routes,
        visit::Visit,
    },
    page::engagement::{Stated, TierChange},
    render,
    view::Form,
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/engagements/{name}/tier", show).act("/engagements/{name}/tier", save)
}

/// The site the form names, where this engagement reaches.
async fn at(visit: &mut Visit, of: &Engaged, fields: &Fields) -> Result<Site, Trouble> {
    let found = names::find(&mut visit.look, Kind::Site, &fields.text("site")).await?.ok_or(Stop::NotFound)?;
    let site = of.places.iter().find(|p| p.site.id.0 == found.id).ok_or(Stop::NotFound)?;
    Ok(site.site.clone())
}

/// Instances of the scope at a site.
fn reached<'a>(of: &'a Engaged, site: &Site) -> Vec<&'a Instance> {
    let alive =
        |i: &&Instance| of.engagement.scope.iter().any(|s| s.item.instance == i.id && s.state != ScopeState::Ended);
    of.instances.iter().filter(|i| i.facts.site == site.id).filter(alive).collect()
}

async fn show(visit: Visit, Path(name): Path<String>, fields: Fields) -> Result<Response, Trouble> {
    let mut visit = visit.ours()?.at("providers");
    let of = read(&mut visit, &name).await?;
    let site = at(&mut visit, &of, &fields).await?;
    if !fields.ticked("preview") {
        let form = stands(&of, &site);
        let page = page(visit, &of, &site, form).await?;
        return Ok(render::page(StatusCode::OK, &page));
    }
    let would = match stated(&of, &site, &fields) {
        Ok(act) => visit.state.app.preview(visit.caller(), act).await,
        Err(stop) => Err(stop),
    };
    match would {
        Ok(would) => {
            let place = (of.engagement.id, site.id);
            let change = outlook::change(&mut visit, place, &would.effects, None).await?;
            let mut page = page(visit, &of, &site, fields.form()).await?;
            page.hidden = fields.0.iter().filter(|(n, _)| n != "request_id" && n != "preview").cloned().collect();
            page.change = Some(change);
            Ok(render::page(StatusCode::OK, &page))
        }
        Err(stop) => {
            let form = fields.wrong(stop, &visit.ui.r)?;
            wrong(visit, &of, &site, form).await
        }
    }
}

async fn save(visit: Visit, Path(name): Path<String>, fields: Fields) -> Result<Response, Trouble> {
    let mut visit = visit.ours()?.at("providers");
    let of = read(&mut visit, &name).await?;
    let site = at(&mut visit, &of, &fields).await?;
    let saved = match stated(&of, &site, &fields) {
        Ok(act) => visit.state.app.act(visit.caller(), fields.request()?, act).await,
        Err(stop) => Err(stop),
    };
    match saved {
        Ok(answer) => Ok(done(&format!("/engagements/{name}"), "facts-stated", answer.entry).into_response()),
        Err(stop) => {
            let form = fields.wrong(stop, &visit.ui.r)?;
            wrong(visit, &of, &site, form).await
        }
    }
}

async fn wrong(visit: Visit, of: &Engaged, site: &Site, form: Form) -> Result<Response, Trouble> {
    Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &page(visit, of, site, form).await?))
}

/// What the form states; what stands already is not stated again.
fn stated(of: &Engaged, site: &Site, fields: &Fields) -> Result<StateTheTierFacts, Stop> {
    let pattern = |word: String| word.parse().map_err(|why: Why| Stop::field("patterns", why));
    let patterns: Vec<Pattern> = fields.all("patterns").into_iter().map(pattern).collect::<Result<_, Stop>>()?;
    let stands = of.engagement.facts.patterns.as_deref();
    let same = stands.is_some_and(|s| s.len() == patterns.len() && patterns.iter().all(|p| s.contains(p)));
    let mut instances = Vec::new();
    for i in reached(of, site) {
        let flags = flags(fields, &format!("flags-{}", i.facts.reference))?;
        let same = match (&flags, &i.facts.flags) {
            (Some(new), Some(old)) => new.len() == old.len() && new.iter().all(|f| old.contains(f)),
            (new, _) => new.is_none(),
        };
        let name = format!("gxp-{}", i.facts.reference);
        let gxp: Option<Gxp> = fields.maybe(&name).map(|_| fields.read(&name)).transpose()?;
        let (flags, gxp) = (flags.filter(|_| !same), gxp.filter(|g| Some(*g) != i.facts.gxp));
        if flags.is_some() || gxp.is_some() {
            instances.push(InstanceStated { instance: i.facts.reference.clone(), flags, gxp });
        }
    }
    Ok(StateTheTierFacts {
        engagement: of.engagement.facts.reference.clone(),
        site: site.facts.reference.clone(),
        patterns: Some(patterns).filter(|p| !p.is_empty() && !same),
        instances,
    })
}

/// Flags of a system; `none` says that none apply, nothing says nothing.
fn flags(fields: &Fields, name: &str) -> Result<Option<Vec<Flag>>, Stop> {
    let words = fields.all(name);
    let none = words.iter().any(|w| w == "none");
    match words.len() {
        0 => Ok(None),
        1 if none => Ok(Some(Vec::new())),
        _ if none => Err(Stop::field(name, Why::of("invalid-none-and-more"))),
        _ => {
            let flag = |word: String| word.parse::<Flag>().map_err(|why| Stop::field(name, why));
            words.into_iter().map(flag).collect::<Result<_, Stop>>().map(Some)
        }
    }
}

/// The form as the facts stand.
fn stands(of: &Engaged, site: &Site) -> Form {
    let known = of.engagement.facts.patterns.iter().flatten();
    let mut pairs: Vec<(String, String)> = known.map(|p| ("patterns".to_owned(), p.to_string())).collect();
    for i in reached(of, site) {
        let name = format!("flags-{}", i.facts.reference);
        match &i.facts.flags {
            Some(none) if none.is_empty() => pairs.push((name, "none".to_owned())),
            flags => pairs.extend(flags.iter().flatten().map(|f| (name.clone(), f.to_string()))),
        }
        pairs.extend(i.facts.gxp.map(|g| (format!("gxp-{}", i.facts.reference), g.to_string())));
    }
    Form::of(pairs)
}

async fn page(mut visit: Visit, of: &Engaged, site: &Site, form: Form) -> Result<TierChange, Trouble> {
    let mut systems = Vec::new();
    for i in reached(of, site) {
        let system = parts::item(&mut visit, i.id.into()).await?;
        let field = |fact: &str| format!("{fact}-{}", i.facts.reference);
        systems.push(Stated { system, name: i.facts.name.clone(), flags: field("flags"), gxp: field("gxp") });
    }
    Ok(TierChange {
        reference: of.engagement.facts.reference.clone(),
        name: of.engagement.facts.name.clone(),
        site: site.facts.name.clone(),
        site_reference: site.facts.reference.clone(),
        form,
        patterns: Pattern::ALL.iter().map(|p| p.as_str()).collect(),
        flags: Flag::ALL.iter().map(|f| f.as_str()).chain(["none"]).collect(),
        gxps: Gxp::ALL.iter().map(|g| g.as_str()).collect(),
        systems,
        change: None,
        hidden: Vec::new(),
        ui: visit.ui,
    })
}
