//! The logbook of sessions, per site and per provider, newest first: what happened and when it was written down are two
//! columns, what a source recorded and what a person told are two words.

mod new;

use axum::{http::StatusCode, response::Response};
use plantgate_app::{
    Stop,
    power::{self, Power},
    read::{Memory, Order, Query},
};
use plantgate_domain::{
    base::{Kind, PersonId, Ref, SessionId, Slot},
    event::witness::Seen,
    expect::{instance::Instance, provider::Provider, site::Site},
    witness::{session::Session, visit::is_late},
};

use super::{access::shown, filters, visits};
use crate::{
    door::{
        error::Trouble,
        listing::{Asked, Export, export, things},
        routes::Routes,
        visit::Visit,
    },
    page::logbook::{Line, Logbook},
    render,
    view::{Choice, Item},
};

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/logbook", list).page("/logbook/new", new::form).act("/logbook", new::write)
}

/// States of a line, as stored.
const STATES: &[&str] = &["running", "ended", "corrected"];
/// Providers that the filter offers.
const MOST: usize = 500;

async fn list(visit: Visit, asked: Asked) -> Result<Response, Trouble> {
    let mut v = visit.ours()?.at("access");
    let mut q = Query::new(Kind::Session, v.me(), v.state.app.store().limits().page);
    let all = v.look.count(&Query::new(Kind::Session, v.me(), 1)).await?;
    asked.fill(&mut q, Order::Newest)?;
    filters::place(&mut v, &asked, &mut q).await?;
    let mut states = Vec::new();
    for word in STATES {
        let one = Query { state: Some((*word).to_owned()), after: None, ..q.clone() };
        let count = v.look.count(&one).await?;
        states.push(asked.chip("state", Some(word), v.ui.word("sessionstate", word), count));
    }
    q.state = asked.get("state").map(str::to_owned);
    let page = v.look.page(&q).await?;
    let rows = lines(&mut v, &things::<Session>(&page)?).await?;
    if let Some(form) = asked.export() {
        return exported(form, &rows);
    }
    let mut list = asked.list(&q, &page, all);
    list.chips = vec![states];
    if let Some(find) = &mut list.find {
        find.select("site", v.ui.t("col-site"), filters::sites(&mut v).await?);
        find.select("provider", v.ui.t("col-provider"), providers(&mut v).await?);
    }
    let may = visits::may(&v);
    Ok(render::page(StatusCode::OK, &Logbook { list, rows, may, theirs: false, ui: v.ui }))
}

async fn providers(v: &mut Visit) -> Result<Vec<Choice>, Stop> {
    let mut all = vec![Choice::new("", v.ui.t("logbook-any-provider").to_string())];
    for p in things::<Provider>(&v.look.page(&Query::new(Kind::Provider, v.me(), MOST)).await?)? {
        all.push(Choice::new(p.facts.reference, p.facts.name));
    }
    Ok(all)
}

/// The rows as a file: when it happened and when it was recorded, as instants.
pub fn exported(form: Export, rows: &[Line]) -> Result<Response, Trouble> {
    let name = |of: &Option<Item>| of.as_ref().map(|i| i.text.clone()).unwrap_or_default();
    let cells = |r: &Line| {
        vec![
            r.item.text.clone(),
            r.from.to_string(),
            r.until.map(|t| t.to_string()).unwrap_or_default(),
            r.zone.as_str().to_owned(),
            r.system.text.clone(),
            r.person.clone(),
            name(&r.provider),
            r.way.unwrap_or_default().to_owned(),
            r.attendant.clone(),
            r.work.clone(),
            r.source.to_owned(),
            r.by.clone(),
            r.second.to_owned(),
            r.recorded.to_string(),
            if r.late { "yes" } else { "" }.to_owned(),
            r.state.to_owned(),
            name(&r.corrected_by),
            name(&r.corrects),
        ]
    };
    let head = [
        "session",
        "from",
        "until",
        "zone",
        "system",
        "person",
        "provider",
        "way",
        "attendant",
        "work",
        "source",
        "by",
        "second",
        "recorded",
        "late",
        "state",
        "corrected_by",
        "corrects",
    ];
    export(form, "logbook", &head, &rows.iter().map(cells).collect::<Vec<_>>())
}

/// Lines of sessions; names and texts are looked up together.
pub async fn lines(v: &mut Visit, all: &[Session]) -> Result<Vec<Line>, Stop> {
    let mut named: Vec<Ref> = Vec::new();
    let mut slots: Vec<Slot> = Vec::new();
    for s in all {
        named.extend([Ref::from(s.id), s.facts.instance.into()]);
        named.extend(s.facts.provider.map(Ref::from));
        named.extend(s.corrected_by.map(Ref::from));
        if let Some(told) = &s.told {
            named.extend(told.corrects.map(Ref::from));
            slots.push(told.work.slot);
        }
    }
    // Before the others are looked up: a name that is known stays.
    if v.ui.portal() {
        for s in all {
            let on: Instance = v.look.get(s.facts.instance).await?;
            shown::on_it(v, &on);
        }
    }
    let me = v.me();
    v.names.learn_all(&mut v.look, me, &named).await?;
    let texts = v.look.open_slots(&slots).await?;
    let mut lines = Vec::with_capacity(all.len());
    for s in all {
        let erased = || v.ui.t("history-erased").to_string();
        let work = s.told.as_ref().map(|t| texts.get(&t.work.slot).cloned().unwrap_or_else(erased));
        lines.push(line(v, s, work.unwrap_or_default()).await?);
    }
    Ok(lines)
}

async fn line(v: &mut Visit, s: &Session, work: String) -> Result<Line, Stop> {
    let site: Site = v.look.get(s.facts.site).await?;
    let told = s.told.as_ref();
    let here = power::could(&v.who.person, power::EnterSession::KEY, &[site.id], &v.look.rules());
    let provider = match s.facts.provider {
        Some(id) => Some(shown::item(v, id).await?),
        None => None,
    };
    Ok(Line {
        item: named(v, s.id).await?,
        system: shown::item(v, s.facts.instance).await?,
        person: called(v, s.facts.person).await?,
        provider,
        from: s.facts.started,
        until: s.ended.map(|(at, _)| at),
        recorded: s.recorded,
        late: is_late(s.facts.started, s.recorded) && s.facts.seen == Seen::HandEntered,
        way: told.map(|t| t.way.as_str()),
        attendant: called(v, s.facts.attendant).await?,
        work,
        source: if s.facts.seen == Seen::HandEntered { "told" } else { s.facts.seen.as_str() },
        by: called(v, s.entered_by).await?,
        second: second(s),
        state: s.word(),
        corrected_by: other(v, s.corrected_by).await?,
        corrects: other(v, told.and_then(|t| t.corrects)).await?,
        may_correct: here && v.provider().is_none() && told.is_some() && s.corrected_by.is_none(),
        zone: site.facts.zone,
    })
}

/// What a second person said of a line that somebody told.
fn second(s: &Session) -> &'static str {
    match (s.facts.seen, s.complete, s.facts.confirmed_by) {
        (Seen::HandEntered, Some(true), _) | (Seen::HandEntered, None, Some(_)) => "agrees",
        (Seen::HandEntered, Some(false), _) => "differs",
        (Seen::HandEntered, None, None) => "nobody",
        (Seen::Gateway | Seen::Imported | Seen::Detected, _, _) => "none",
    }
}

async fn called(v: &mut Visit, id: Option<PersonId>) -> Result<String, Stop> {
    match id {
        Some(id) => shown::called(v, id).await,
        None => Ok(String::new()),
    }
}

async fn named(v: &mut Visit, id: SessionId) -> Result<Item, Stop> {
    let item = super::engagement_parts::item(v, id.into()).await?;
    Ok(if v.ui.portal() { Item::name(item.text) } else { item })
}

async fn other(v: &mut Visit, id: Option<SessionId>) -> Result<Option<Item>, Stop> {
    match id {
        Some(id) => named(v, id).await.map(Some),
        None => Ok(None),
    }
}
