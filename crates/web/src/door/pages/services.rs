//! The accounts of machines: who answers for each, where it reports, and its tokens. Made and handed over by whoever
//! manages people; its tokens are also the affair of who answers for it.

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use plantgate_app::{
    Act, Stop,
    power::could,
    qualify::service::{HandOverService, MakeService},
    reach,
    read::{Memory, Order, Query},
};
use plantgate_domain::{
    base::{Kind, PersonId},
    expect::site::Site,
    qualify::{person::Person, token::answered_for},
};

use super::{
    engagement_parts::item,
    tokens::{anew, made, offer, rows, taken, unkept},
};
use crate::{
    door::{
        error::Trouble,
        fields::{Fields, done},
        listing::{Asked, export, things},
        routes::Routes,
        visit::Visit,
    },
    page::tokens::{Once, ServicePage, ServiceRow, Services},
    render,
    view::{Choice, Form},
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .page("/admin/services", show)
        .act("/admin/services", make)
        .page("/admin/services/{name}", one)
        .act("/admin/services/{name}/{act}", change)
}

const AT: &str = "/admin/services";

fn mine(visit: Visit) -> Result<Visit, Trouble> {
    Ok(visit.ours()?.at("admin"))
}

async fn row(v: &mut Visit, p: &Person) -> Result<Option<ServiceRow>, Stop> {
    let Some(service) = p.service else { return Ok(None) };
    let mut sites = Vec::new();
    for role in &p.roles {
        match role.site {
            Some(site) => sites.push(item(v, site.into()).await?.text),
            None => sites.clear(),
        }
    }
    let owner: Option<Person> = v.look.find(service.owner).await?;
    let now = v.now();
    Ok(Some(ServiceRow {
        at: format!("{AT}/{}", p.id),
        name: item(v, p.id.into()).await?.text,
        reference: p.facts.reference.clone().unwrap_or_default(),
        owner: item(v, service.owner.into()).await?,
        sites,
        state: p.word(now),
        alone: answered_for(owner.as_ref(), now).is_err(),
        open: p.tokens.iter().filter(|t| t.word(now) == "open").count(),
    }))
}

async fn show(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    list(mine(visit)?, &asked, Form::default(), StatusCode::OK).await
}

async fn list(mut v: Visit, asked: &Asked, form: Form, status: StatusCode) -> Result<Response, Trouble> {
    let mut q = Query::new(Kind::Person, v.me(), v.state.app.store().limits().page);
    q.line = Some(("service", "yes".to_owned()));
    let total = v.look.count(&q).await?;
    asked.fill(&mut q, Order::Name)?;
    let page = v.look.page(&q).await?;
    let mut all = Vec::new();
    for machine in things::<Person>(&page)? {
        all.extend(row(&mut v, &machine).await?);
    }
    let list = asked.list(&q, &page, total);
    if let Some(form) = asked.export() {
        let line = |r: &ServiceRow| {
            let open = r.open.to_string();
            let (sites, state) = (r.sites.join("; "), r.state.to_owned());
            vec![r.name.clone(), r.reference.clone(), r.owner.text.clone(), sites, state, open]
        };
        let lines: Vec<_> = all.iter().map(line).collect();
        return export(form, "services", &["name", "reference", "owner", "sites", "state", "open"], &lines);
    }
    let may = could(&v.who.person, "manage-users", &[], &v.look.rules());
    let owners = if may { owners(&mut v).await? } else { Vec::new() };
    let mut sites = vec![Choice::new("", v.ui.t("users-every-site").to_string())];
    for kept in v.look.every(Kind::Site).await? {
        let site = Site::try_from(kept.thing)?;
        sites.push(Choice::new(site.facts.reference, site.facts.name));
    }
    Ok(render::page(status, &Services { ui: v.ui, list, rows: all, may, owners, sites, form }))
}

/// Our own people who could answer for a machine.
async fn owners(v: &mut Visit) -> Result<Vec<Choice>, Stop> {
    let mut q = Query::new(Kind::Person, v.me(), 500);
    (q.order, q.state) = (Order::Name, Some("active".to_owned()));
    let now = v.now();
    let mut all = Vec::new();
    for kept in v.look.page(&q).await?.rows {
        let person = Person::try_from(kept.kept.thing)?;
        if person.provider().is_none() && person.service.is_none() && person.seated(now) {
            all.push(Choice::new(person.id.to_string(), item(v, person.id.into()).await?.text));
        }
    }
    Ok(all)
}

async fn make(visit: Visit, fields: Fields) -> Result<Response, Trouble> {
    let v = mine(visit)?;
    let act = MakeService {
        reference: fields.maybe("reference"),
        name: fields.text("name"),
        owner: fields.text("owner"),
        site: fields.maybe("site"),
    };
    match v.state.app.act(v.caller(), fields.request()?, act).await {
        Ok(answer) => Ok(done(&format!("{AT}/{}", answer.done.id), "service-made", answer.entry).into_response()),
        Err(stop) => {
            let form = fields.wrong(stop, &v.ui.r)?;
            list(v, &Asked::at(AT), form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn one(visit: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    Ok(render::page(StatusCode::OK, &service(mine(visit)?, &name, Form::default(), None).await?))
}

async fn service(mut v: Visit, name: &str, form: Form, once: Option<Once>) -> Result<ServicePage, Trouble> {
    let id: PersonId = v.seen(Kind::Person, name).await?;
    let p: Person = v.look.get(id).await?;
    let row = row(&mut v, &p).await?.ok_or(Stop::NotFound)?;
    let sites = reach::of_person(&mut v.look, &p).await?;
    let may = could(&v.who.person, "manage-users", &sites, &v.look.rules());
    let keeps = may || p.service.is_some_and(|s| s.owner == v.me());
    let tokens = if keeps { rows(&mut v, &p).await? } else { Vec::new() };
    let offer = offer(&mut v, &p).await?;
    let owners = if may { owners(&mut v).await? } else { Vec::new() };
    Ok(ServicePage { ui: v.ui, row, rows: tokens, once, keeps, may, offer, owners, form })
}

async fn change(visit: Visit, Path((name, act)): Path<(String, String)>, fields: Fields) -> Result<Response, Trouble> {
    let mut v = mine(visit)?;
    let id: PersonId = v.seen(Kind::Person, &name).await?;
    match act.as_str() {
        "hand-over" => {
            let act = HandOverService { service: id.to_string(), owner: fields.text("owner") };
            finish(v, &name, &fields, "service-handed-over", act).await
        }
        "revoke" => match taken(&fields) {
            Ok(act) => finish(v, &name, &fields, "token-revoked", act).await,
            Err(stop) => wrong(v, &name, &fields, stop).await,
        },
        "token" => match made(&v, &fields, Some(id.to_string())).await {
            Ok(once) => {
                let page = service(anew(v).await?, &name, Form::default(), Some(once)).await?;
                Ok(unkept(render::page(StatusCode::OK, &page)))
            }
            Err(stop) => wrong(v, &name, &fields, stop).await,
        },
        _ => Err(Stop::NotFound.into()),
    }
}

async fn finish<A: Act>(v: Visit, name: &str, fields: &Fields, what: &str, act: A) -> Result<Response, Trouble> {
    match v.state.app.act(v.caller(), fields.request()?, act).await {
        Ok(answer) => Ok(done(&format!("{AT}/{name}"), what, answer.entry).into_response()),
        Err(stop) => wrong(v, name, fields, stop).await,
    }
}

async fn wrong(v: Visit, name: &str, fields: &Fields, stop: Stop) -> Result<Response, Trouble> {
    let form = fields.wrong(stop, &v.ui.r)?;
    Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &service(v, name, form, None).await?))
}
