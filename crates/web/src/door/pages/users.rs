//! People who sign in: who they are, their roles, their seat. Administrators give roles and approve nothing.

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use plantgate_app::{
    Act, Stop,
    power::could,
    qualify::{
        credential::EndSignIns,
        invite::{InvitePerson, RoleNamed},
        role::{GiveRole, TakeRole},
        seat::{ActivatePerson, ResumePerson, SuspendPersonNow},
    },
    reach,
    read::{Memory, Order, Query},
};
use plantgate_domain::{
    base::{Kind, PersonId, Refusal},
    event::qualify::{Employer, OwnerRole},
    expect::{provider::Provider, site::Site},
    qualify::person::{Person, Seat},
};

use super::{engagement_parts::item, keys, welcome};
use crate::{
    door::{
        deeds,
        error::Trouble,
        fields::{Fields, done},
        listing::{Asked, export, things},
        routes::Routes,
        visit::Visit,
    },
    page::admin::{Held, SessionRow, UserPage, UserRow, Users},
    render,
    view::{Choice, Form},
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new()
        .page("/admin", || async { Redirect::to("/admin/users") })
        .page("/admin/users", show)
        .act("/admin/users", invite)
        .page("/admin/users/{name}", one)
        .act("/admin/users/{name}/{act}", change)
}

fn mine(visit: Visit) -> Result<Visit, Trouble> {
    Ok(visit.ours()?.at("admin"))
}

async fn show(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    list(mine(visit)?, &asked, Form::default(), StatusCode::OK).await
}

async fn list(mut visit: Visit, asked: &Asked, form: Form, status: StatusCode) -> Result<Response, Trouble> {
    let mut q = Query::new(Kind::Person, visit.me(), visit.state.app.store().limits().page);
    asked.fill(&mut q, Order::Name)?;
    let all = visit.look.count(&q).await?;
    super::filters::place(&mut visit, asked, &mut q).await?;
    let page = visit.look.page(&q).await?;
    let mut rows = Vec::new();
    for one in things::<Person>(&page)? {
        rows.push(row_of(&mut visit, &one).await?);
    }
    if let Some(form) = asked.export() {
        let line = |r: &UserRow| {
            let roles: Vec<String> =
                r.roles.iter().map(|(role, site)| format!("{role} {site}").trim().to_owned()).collect();
            vec![
                r.name.clone(),
                r.login.clone(),
                r.provider.clone().unwrap_or_default(),
                roles.join("; "),
                r.state.to_owned(),
            ]
        };
        let lines: Vec<_> = rows.iter().map(line).collect();
        return export(form, "people", &["name", "login", "provider", "roles", "state"], &lines);
    }
    let list = asked.list(&q, &page, all);
    let may_manage = could(&visit.who.person, "manage-users", &[], &visit.look.rules());
    let page = Users {
        list,
        rows,
        form,
        may_manage,
        roles: OwnerRole::of_people().map(|r| r.as_str()).chain(["contact", "engineer"]).collect(),
        sites: sites(&mut visit).await?,
        providers: providers(&mut visit).await?,
        ui: visit.ui,
    };
    Ok(render::page(status, &page))
}

async fn row_of(visit: &mut Visit, p: &Person) -> Result<UserRow, Stop> {
    let mut roles: Vec<(&'static str, String)> = Vec::new();
    for r in &p.roles {
        let site = match r.site {
            Some(id) => item(visit, id.into()).await?.text,
            None => String::new(),
        };
        roles.push((r.role.as_str(), site));
    }
    roles.extend(p.facts.provider_roles.iter().map(|r| (r.as_str(), String::new())));
    let provider = match p.facts.employer {
        Employer::Provider(id) => Some(item(visit, id.into()).await?.text),
        Employer::Owner => None,
    };
    Ok(UserRow {
        href: format!("/admin/users/{}", p.facts.reference.clone().unwrap_or_else(|| p.id.to_string())),
        login: visit.look.open_private(&p.facts.handle).await?.unwrap_or_default(),
        name: item(visit, p.id.into()).await?.text,
        roles,
        provider,
        second_factor: !p.keys.is_empty(),
        state: seat(p.seat),
    })
}

const fn seat(seat: Seat) -> &'static str {
    match seat {
        Seat::Invited => "invited",
        Seat::Active => "active",
        Seat::Suspended => "suspended",
    }
}

async fn sites(visit: &mut Visit) -> Result<Vec<Choice>, Stop> {
    let mut all = vec![Choice::new("", visit.ui.t("users-every-site").to_string())];
    for kept in visit.look.every(Kind::Site).await? {
        let site = Site::try_from(kept.thing)?;
        all.push(Choice::new(site.facts.reference, site.facts.name));
    }
    Ok(all)
}

async fn providers(visit: &mut Visit) -> Result<Vec<Choice>, Stop> {
    let mut all = vec![Choice::new("", "–")];
    for row in visit.look.page(&Query::new(Kind::Provider, visit.me(), 500)).await?.rows {
        let p = Provider::try_from(row.kept.thing)?;
        all.push(Choice::new(p.facts.reference.clone(), format!("{} {}", p.facts.reference, p.facts.name)));
    }
    Ok(all)
}

async fn invite(visit: Visit, asked: Asked, fields: Fields) -> Result<Response, Trouble> {
    let visit = mine(visit)?;
    let provider = fields.maybe("provider");
    let (mut roles, mut provider_roles) = (Vec::new(), Vec::new());
    let mut wrong = None;
    for word in fields.all("role") {
        match (word.parse(), word.parse()) {
            (Ok(role), _) => roles.push(RoleNamed { role, site: fields.maybe("site") }),
            (_, Ok(role)) => provider_roles.push(role),
            (Err(why), Err(_)) => wrong = Some(Stop::field("role", why)),
        }
    }
    let (handle, name) = (fields.text("login"), fields.text("name"));
    let act = InvitePerson { reference: None, handle, name, provider, roles, provider_roles, key_person: false };
    let done_ = match wrong {
        Some(stop) => Err(stop),
        None => visit.state.app.act(visit.caller(), fields.request()?, act).await,
    };
    match done_ {
        Ok(answer) => {
            let path = format!("/admin/users/{}", answer.done.id);
            Ok(done(&path, "invited", answer.entry).into_response())
        }
        Err(stop) => {
            let mut form = fields.wrong(stop, &visit.ui.r)?;
            form.errors.iter_mut().for_each(|e| {
                e.field = match e.field.as_str() {
                    "handle" => "login".to_owned(),
                    "roles" | "provider_roles" => "role".to_owned(),
                    other => other.to_owned(),
                }
            });
            list(visit, &asked, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn one(visit: Visit, Path(name): Path<String>) -> Result<Response, Trouble> {
    let page = user(mine(visit)?, &name, Form::default()).await?;
    Ok(render::page(StatusCode::OK, &page))
}

/// The roles of one of ours, each with its site.
async fn held(visit: &mut Visit, p: &Person) -> Result<Vec<Held>, Stop> {
    let mut held = Vec::new();
    for r in &p.roles {
        let site = match r.site {
            Some(site) => Some(visit.look.get::<Site>(site).await?),
            None => None,
        };
        held.push(Held {
            role: r.role.as_str(),
            site: site.as_ref().map(|s| s.facts.name.clone()).unwrap_or_default(),
            reference: site.map(|s| s.facts.reference).unwrap_or_default(),
        });
    }
    Ok(held)
}

async fn user(mut visit: Visit, name: &str, form: Form) -> Result<UserPage, Trouble> {
    let id: PersonId = visit.seen(Kind::Person, name).await?;
    let p: Person = visit.look.get(id).await?;
    let row = row_of(&mut visit, &p).await?;
    let held = held(&mut visit, &p).await?;
    let rules = visit.look.rules();
    let sites_of: Vec<_> = p.roles.iter().filter_map(|r| r.site).collect();
    visit.ui.acts = deeds::offered(&visit, Kind::Person, name, &sites_of);
    let ours = p.provider().is_none();
    let other = p.id != visit.me();
    let signs_in = other && p.service.is_none();
    let keys = keys::rows(&mut visit, &p).await?;
    let sessions = if signs_in { theirs(&mut visit, &p).await? } else { None };
    Ok(UserPage {
        reference: name.to_owned(),
        may_manage: could(&visit.who.person, "manage-users", &[], &rules),
        may_give: ours && other,
        may_suspend: other && could(&visit.who.person, "suspend-person", &[], &rules),
        waits: p.service.is_none() && welcome::waits(&p),
        link: None,
        machine: p.service.map(|_| format!("/admin/services/{}", p.id)),
        keys,
        sessions,
        row,
        held,
        roles: roles_for(&visit, &p),
        sites: sites(&mut visit).await?,
        form,
        ui: visit.ui,
    })
}

/// The roles that can be given: a machine has its own, people have all the others.
fn roles_for(visit: &Visit, p: &Person) -> Vec<Choice> {
    let choice = |r: OwnerRole| Choice::new(r.as_str(), visit.ui.word("power", r.as_str()).to_string());
    match p.service {
        Some(_) => vec![choice(OwnerRole::ServiceIdentity)],
        None => OwnerRole::of_people().map(choice).collect(),
    }
}

/// Where a person is signed in, for who manages people wherever that person could work.
async fn theirs(visit: &mut Visit, p: &Person) -> Result<Option<Vec<SessionRow>>, Stop> {
    let sites = reach::of_person(&mut visit.look, p).await?;
    if !could(&visit.who.person, "manage-users", &sites, &visit.look.rules()) {
        return Ok(None);
    }
    keys::sessions(visit, p.id).await.map(Some)
}

async fn change(visit: Visit, Path((name, act)): Path<(String, String)>, fields: Fields) -> Result<Response, Trouble> {
    let visit = mine(visit)?;
    let (person, site) = (name.clone(), fields.maybe("site"));
    match act.as_str() {
        "give" => {
            let give = GiveRole { person, role: fields.read("role")?, site };
            finish(visit, &name, &fields, "role-given", give).await
        }
        "take" => {
            let take = TakeRole { person, role: fields.read("role")?, site };
            finish(visit, &name, &fields, "role-taken", take).await
        }
        "activate" => finish(visit, &name, &fields, "person-activated", ActivatePerson { person }).await,
        "suspend" => {
            let suspend = SuspendPersonNow { person, reason: fields.text("reason") };
            finish(visit, &name, &fields, "person-suspended", suspend).await
        }
        "resume" => {
            let resume = ResumePerson { person, reason: fields.text("reason") };
            finish(visit, &name, &fields, "person-resumed", resume).await
        }
        "add-key" => match keys::added(&name, &fields) {
            Ok(add) => finish(visit, &name, &fields, "key-added", add).await,
            Err(stop) => wrong(visit, &name, &fields, stop).await,
        },
        "remove-key" => {
            let remove = keys::taken(&name, &fields);
            finish(visit, &name, &fields, "key-removed", remove).await
        }
        "sign-out" => {
            let end = EndSignIns { person, session: fields.maybe("session") };
            finish(visit, &name, &fields, "sessions-over", end).await
        }
        "link" => invitation(visit, &name).await,
        _ => Err(Stop::NotFound.into()),
    }
}

/// A new link for a first password, shown this once; the earlier ones stay good until it is set.
async fn invitation(visit: Visit, name: &str) -> Result<Response, Trouble> {
    let (state, mut visit) = (visit.state.clone(), visit);
    let id: PersonId = visit.seen(Kind::Person, name).await?;
    visit.caller().fresh()?;
    // Whoever has the link could come in as them: it takes the power wherever they could work.
    let person: Person = visit.look.get(id).await?;
    let sites = reach::of_person(&mut visit.look, &person).await?;
    if !could(&visit.who.person, "manage-users", &sites, &visit.look.rules()) {
        return Err(Trouble::Stop(Refusal::new("R-13", "stop-no-power").into()));
    }
    let link = if welcome::waits(&person) { Some(welcome::link(&state, &mut visit.look, id).await?) } else { None };
    let mut page = user(visit, name, Form::default()).await?;
    page.link = link;
    Ok(render::page(StatusCode::OK, &page))
}

async fn finish<A: Act>(visit: Visit, name: &str, fields: &Fields, what: &str, act: A) -> Result<Response, Trouble> {
    match visit.state.app.act(visit.caller(), fields.request()?, act).await {
        Ok(answer) => Ok(done(&format!("/admin/users/{name}"), what, answer.entry).into_response()),
        Err(stop) => wrong(visit, name, fields, stop).await,
    }
}

async fn wrong(visit: Visit, name: &str, fields: &Fields, stop: Stop) -> Result<Response, Trouble> {
    let mut form = fields.wrong(stop, &visit.ui.r)?;
    form.forget("public");
    Ok(render::page(StatusCode::UNPROCESSABLE_ENTITY, &user(visit, name, form).await?))
}
