//! *Today*: the first page of our own people. What is late, what only this person can do, what a colleague could too.

use axum::{http::StatusCode, response::Response};
use plantgate_app::today::{Deed, Todo, today};
use plantgate_domain::{
    base::{Kind, Ref},
    thing::AnyThing,
};
use plantgate_wire::words::Rich;

use super::{history::opens, why::called};
use crate::{
    door::{error::Trouble, names::Names, routes::Routes, visit::Visit},
    page::today::Today,
    render,
    view::{Task, TaskState, Ui},
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/today", show)
}

async fn show(visit: Visit) -> Result<Response, Trouble> {
    let mut v = visit.ours()?.at("today");
    let me = v.who.person.clone();
    let todo = today(&mut v.look, &me).await?;
    let refs: Vec<Ref> = todo.iter().flat_map(|t| concerned(&t.thing)).collect();
    v.names.learn_all(&mut v.look, me.id, &refs).await?;
    let (mut late, mut mine, mut shared) = (Vec::new(), Vec::new(), Vec::new());
    for one in &todo {
        let task = task(&v.ui, &v.names, one);
        match (task.late > 0, one.alone) {
            (true, _) => late.push(task),
            (false, true) => mine.push(task),
            (false, false) => shared.push(task),
        }
    }
    let next = v.ui.t("today-empty-text").to_string();
    Ok(render::page(StatusCode::OK, &Today { ui: v.ui, late, mine, shared, news: Vec::new(), next }))
}

/// What a line speaks of.
pub fn concerned(thing: &AnyThing) -> Vec<Ref> {
    match thing {
        AnyThing::AccessRequest(r) => vec![r.asked.person.into(), r.asked.instance.into(), r.asked.provider.into()],
        AnyThing::Item(i) => vec![i.facts.provider.into()],
        AnyThing::Request(r) => vec![r.facts.provider.into()],
        AnyThing::Task(t) => vec![t.facts.subject],
        AnyThing::Qualification(q) => vec![q.facts.provider.into()],
        AnyThing::Engagement(e) => vec![e.facts.provider.into()],
        AnyThing::Visit(v) => vec![v.facts.provider.into()],
        AnyThing::Session(s) => s.facts.person.map(Ref::from).into_iter().chain([s.facts.instance.into()]).collect(),
        AnyThing::Finding(f) => f.facts.provider.into_iter().map(Ref::from).collect(),
        _ => Vec::new(),
    }
}

/// One thing to do as a line.
pub fn task(ui: &Ui, names: &Names, todo: &Todo) -> Task {
    let named: Vec<String> = concerned(&todo.thing).into_iter().map(|on| names.of(on).text).collect();
    let item = called(ui, &todo.thing);
    let (id, what) = match todo.deed {
        Deed::Decide => ("today-decide", named.join(", ")),
        Deed::Judge => ("today-judge", named.join(", ")),
        Deed::Confirm => ("today-confirm", named.join(", ")),
        Deed::Task => ("today-task", named.join(", ")),
        Deed::Duty if todo.on.kind == Kind::Engagement => ("today-questions", named.join(", ")),
        Deed::Duty if todo.on.kind == Kind::Provider => ("today-people-ask", named.join(", ")),
        Deed::Duty if todo.on.kind == Kind::Session => ("today-code-reader", named.join(", ")),
        Deed::Duty => ("today-duty", named.join(", ")),
        Deed::Trail => ("today-trail", ui.t("today-trail-text").to_string()),
        Deed::Attend => ("today-attend", named.join(", ")),
    };
    let href = match &todo.thing {
        AnyThing::AccessRequest(r) => format!("/access/requests/{}/decide", r.asked.reference),
        AnyThing::Item(i) => format!("/evidence/items/{}", i.facts.reference),
        AnyThing::Task(t) => subject(names, t.facts.subject),
        AnyThing::Organisation(_) => "/review/trail".to_owned(),
        AnyThing::Provider(p) if todo.deed == Deed::Duty => format!("/providers/{}/people", p.facts.reference),
        AnyThing::Engagement(e) if todo.deed == Deed::Duty => {
            format!("/engagements/{}/questions", e.facts.reference)
        }
        other => {
            let name = other.card().reference.unwrap_or_else(|| todo.on.id.to_string());
            opens(todo.on.kind, &name)
        }
    };
    let zone = &ui.r.zone;
    let due = todo.due.map(|at| zone.day_of(at.plus_secs(-1)));
    let days = due.map_or(0, |day| day.days_since(zone.day_of(ui.now)));
    let over = todo.due.is_some_and(|at| at <= ui.now);
    Task {
        title: ui.t(id).s("what", item.text).to_string(),
        href,
        text: Rich::from(what),
        state: if todo.deed == Deed::Judge { TaskState::InReview } else { TaskState::NotStarted },
        note: String::new(),
        due,
        late: if over { (-days).max(1) } else { 0 },
        left: days.max(0),
        act: act(todo.deed),
    }
}

fn act(deed: Deed) -> &'static str {
    match deed {
        Deed::Decide => "decide",
        Deed::Judge => "judge",
        Deed::Confirm => "confirm",
        Deed::Task | Deed::Duty | Deed::Trail => "open",
        Deed::Attend => "attend",
    }
}

fn subject(names: &Names, on: Ref) -> String {
    names.of(on).href.unwrap_or_else(|| format!("/history/{}/{}", on.kind, on.id))
}
