//! `/api/v1/scim/v2`: a directory tells of our own people by SCIM 2.0 (RFC 7643, RFC 7644), with the token of a machine
//! that may do the act `keep-person` and nothing else. Joiners come without role and without a way in; leavers lose
//! theirs at the next request. Groups are not taken: what somebody may is given by people, in the record.

mod filter;
mod said;
mod user;

use axum::{
    extract::{Path, Query, State as With, rejection::QueryRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{delete, patch, put},
};
use plantgate_app::{
    Stop, acts, new_request,
    read::{Cursor, Look, Memory, Order, Query as Ask},
};
use plantgate_domain::{
    base::{Instant, Kind, PersonId},
    event::qualify::Employer,
    qualify::{directory::ours, person::Person},
};
use serde::Deserialize;
use serde_json::{Value, json};

use self::{
    filter::Filter,
    said::{Taken, Wrong, answer},
    user::User,
};
use crate::door::{
    routes::{RouteKind, Routes},
    session::{Inside, Program, SignedIn},
    state::State,
};

/// Most people in one answer (RFC 7644 §3.4.2.4: a server may give fewer than were asked for).
const PAGE: usize = 200;

/// Routes under `/api/v1/scim/v2`.
pub fn routes() -> Routes {
    Routes::new()
        .page("/scim/v2/ServiceProviderConfig", said::config)
        .page("/scim/v2/ResourceTypes", said::types)
        .page("/scim/v2/Schemas", said::schemas)
        .page("/scim/v2/Users", list)
        .act("/scim/v2/Users", add)
        .page("/scim/v2/Users/{id}", show)
        .route(RouteKind::Act, "PUT", "/scim/v2/Users/{id}", put(replace))
        .route(RouteKind::Act, "PATCH", "/scim/v2/Users/{id}", patch(change))
        .route(RouteKind::Act, "DELETE", "/scim/v2/Users/{id}", delete(leave))
}

/// What a list asks.
#[derive(Deserialize, Default)]
pub struct Asked {
    filter: Option<String>,
    #[serde(rename = "startIndex")]
    start: Option<i64>,
    count: Option<i64>,
}

/// A person of ours with what a directory knows of them.
struct Known {
    person: Person,
    handle: String,
}

/// `GET /Users`
async fn list(Program(mut inside): Program, asked: Result<Query<Asked>, QueryRejection>) -> Result<Response, Wrong> {
    let Query(asked) = asked.map_err(|e| Wrong::invalid("invalidValue", e.body_text()))?;
    let filter = asked.filter.as_deref().map(Filter::read).transpose()?;
    let now = directory(&inside.who, &inside.look)?;
    let mut found = Vec::new();
    for known in all(&mut inside.look, inside.who.person.id, now).await? {
        if filter.as_ref().is_none_or(|f| f.holds(&known.person, &known.handle, now)) {
            found.push(known);
        }
    }
    // RFC 7644 §3.4.2.4: the first is number 1, and less than that is 1; a negative count is none.
    let start = usize::try_from(asked.start.unwrap_or(1).max(1)).unwrap_or(1);
    let count = asked.count.map_or(PAGE, |n| usize::try_from(n.max(0)).unwrap_or(0).min(PAGE));
    let total = found.len();
    let mut shown = Vec::new();
    for known in found.into_iter().skip(start - 1).take(count) {
        shown.push(user::told(&mut inside.look, &known.person, known.handle).await?);
    }
    Ok(answer(StatusCode::OK, &said::page(total, start, &shown)))
}

/// `GET /Users/{id}`
async fn show(Program(mut inside): Program, Path(id): Path<String>) -> Result<Response, Wrong> {
    let now = directory(&inside.who, &inside.look)?;
    let person = named(&mut inside, &id, now).await?;
    Ok(answer(StatusCode::OK, &of(&mut inside.look, &person).await?))
}

/// `POST /Users`
async fn add(With(state): With<State>, Program(inside): Program, Taken(body): Taken) -> Result<Response, Wrong> {
    let user = User::read(&body)?;
    let Inside { who, mut look } = inside;
    let now = directory(&who, &look)?;
    let handle =
        user.handle.clone().ok_or_else(|| Wrong::invalid("invalidValue", "userName is missing.".to_owned()))?;
    for known in all(&mut look, who.person.id, now).await? {
        if known.handle.eq_ignore_ascii_case(&handle) {
            return Err(Wrong::taken(&format!("{handle} is {} here.", known.person.id)));
        }
    }
    drop(look);
    done(&state, &who, StatusCode::CREATED, user.act(None)?).await
}

/// `PUT /Users/{id}`: what is absent stays, since nothing here may be emptied (RFC 7644 §3.5.1 lets a server keep it).
async fn replace(
    With(state): With<State>,
    Program(inside): Program,
    Path(id): Path<String>,
    Taken(body): Taken,
) -> Result<Response, Wrong> {
    let user = User::read(&body)?;
    changes(&state, inside, &id, user).await
}

/// `PATCH /Users/{id}`
async fn change(
    With(state): With<State>,
    Program(inside): Program,
    Path(id): Path<String>,
    Taken(body): Taken,
) -> Result<Response, Wrong> {
    let user = User::patched(&body)?;
    changes(&state, inside, &id, user).await
}

async fn changes(state: &State, mut inside: Inside, id: &str, user: User) -> Result<Response, Wrong> {
    let now = directory(&inside.who, &inside.look)?;
    let person = named(&mut inside, id, now).await?;
    if user.active == Some(true) && !user::active(&person, now) {
        return Err(Wrong::back());
    }
    let Inside { who, look } = inside;
    drop(look);
    done(state, &who, StatusCode::OK, user.act(Some(person.id))?).await
}

/// `DELETE /Users/{id}`: somebody left. Nothing is deleted; from now on there is nobody of that id here.
async fn leave(
    With(state): With<State>,
    Program(mut inside): Program,
    Path(id): Path<String>,
) -> Result<Response, Wrong> {
    let now = directory(&inside.who, &inside.look)?;
    let person = named(&mut inside, &id, now).await?;
    let Inside { who, look } = inside;
    drop(look);
    let body = json!({ "person": person.id, "leaves_at": now });
    acts::act(&state.app, &who.caller, new_request()?, ACT, body).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The act behind every change.
const ACT: &str = "keep-person";

/// Does it and answers with the person as they are then.
async fn done(state: &State, who: &SignedIn, status: StatusCode, body: Value) -> Result<Response, Wrong> {
    let done = acts::act(&state.app, &who.caller, new_request()?, ACT, body).await?;
    let id = done.pointer("/done/id").and_then(Value::as_str).and_then(|id| id.parse().ok());
    let id: PersonId = id.ok_or_else(|| Stop::fault("an act on a person names nobody"))?;
    let mut look = state.app.store().look().await?;
    let person: Person = look.get(id).await?;
    let told = of(&mut look, &person).await?;
    let mut answer = answer(status, &told);
    if status == StatusCode::CREATED
        && let Ok(place) = format!("/api/v1/scim/v2/Users/{id}").parse()
    {
        answer.headers_mut().insert(axum::http::header::LOCATION, place);
    }
    Ok(answer)
}

async fn of(look: &mut Look, person: &Person) -> Result<Value, Stop> {
    let handle = look.open_private(&person.facts.handle).await?.unwrap_or_default();
    user::told(look, person, handle).await
}

/// Our own programs only: a provider's people are told of by notices.
fn directory(who: &SignedIn, look: &Look) -> Result<Instant, Stop> {
    match who.person.facts.employer {
        Employer::Owner => Ok(look.now().0),
        Employer::Provider(_) => Err(Stop::NotFound),
    }
}

/// Somebody who did not leave; whoever left is nobody here.
async fn named(inside: &mut Inside, id: &str, now: Instant) -> Result<Person, Stop> {
    let id: PersonId = id.parse().map_err(|_| Stop::NotFound)?;
    if !inside.look.sees(inside.who.person.id, id.into()).await? {
        return Err(Stop::NotFound);
    }
    let person: Person = inside.look.find(id).await?.ok_or(Stop::NotFound)?;
    if ours(&person) && here(&person, now) { Ok(person) } else { Err(Stop::NotFound) }
}

fn here(person: &Person, now: Instant) -> bool {
    person.leaves_at().is_none_or(|at| now < at)
}

/// Everybody of ours whom the caller sees and who did not leave, by their ids: an order that no change of a name moves.
async fn all(look: &mut Look, reader: PersonId, now: Instant) -> Result<Vec<Known>, Stop> {
    let mut q = Ask::new(Kind::Person, reader, PAGE * 4);
    q.order = Order::Newest;
    let mut found = Vec::new();
    loop {
        let page = look.page(&q).await?;
        for row in page.rows {
            let person = Person::try_from(row.kept.thing).map_err(Stop::from)?;
            if ours(&person) && here(&person, now) {
                let handle = look.open_private(&person.facts.handle).await?.unwrap_or_default();
                found.push(Known { person, handle });
            }
        }
        match page.next {
            Some(next) => q.after = Cursor::from_text(&next),
            None => break,
        }
    }
    found.sort_unstable_by_key(|k| k.person.id);
    Ok(found)
}
