//! *People*, *Engagements*, *Access* and *History* of a provider.

use std::collections::BTreeMap;

use axum::{extract::Path, http::StatusCode, response::Response};
use plantgate_app::{
    Stop,
    read::{Order, Query, Row},
};
use plantgate_domain::{
    base::{Instant, Kind, PersonId, Ref},
    event::{expect::Known, qualify::ProviderRole},
    permit::{access::AccessRequest, grant::Grant},
    qualify::person::Person,
    thing::AnyThing,
};

use super::{Open, engagement_rows, head, open};
use crate::{
    door::{
        error::Trouble,
        listing::{Asked, export},
        pages::{history::changes, people_ask},
        visit::Visit,
    },
    page::provider::{Access, Engagements, EntryRow, History, People, PersonRow},
    render,
    view::Item,
};

/// Rows of a page.
const PAGE: usize = 50;
/// Newest grants that say when somebody was last inside.
const USED: usize = 500;
/// The training that says somebody may be on a site.
const SITE_RULES: &str = "site-rules";

/// When each person of the provider last had an open door: the start of the last session we know of.
pub(super) async fn last_used(v: &mut Visit, o: &Open) -> Result<BTreeMap<PersonId, Instant>, Stop> {
    let me = v.me();
    let q = Query { order: Order::Newest, provider: Some(o.file.provider.id.0), ..Query::new(Kind::Session, me, USED) };
    let mut used = BTreeMap::new();
    for row in v.look.page(&q).await?.rows {
        if let AnyThing::Session(s) = row.kept.thing
            && let Some(person) = s.facts.person
        {
            used.entry(person).and_modify(|at: &mut Instant| *at = s.facts.started.max(*at)).or_insert(s.facts.started);
        }
    }
    Ok(used)
}

pub(super) async fn people(visit: Visit, Path(name): Path<String>, asked: Asked) -> Result<Response, Trouble> {
    let (mut v, o) = open(visit, &name, &asked).await?;
    let head = head(&mut v, &o).await?;
    let me = v.me();
    let all = Query { provider: Some(o.file.provider.id.0), ..Query::new(Kind::Person, me, PAGE) };
    let mut q = Query { state: asked.get("state").map(str::to_owned), ..all.clone() };
    asked.fill(&mut q, Order::Name)?;
    let found = v.look.page(&q).await?;
    let unfiltered = v.look.count(&all).await?;
    let used = last_used(&mut v, &o).await?;
    let refs: Vec<Ref> = found.rows.iter().map(|r| r.on).collect();
    v.names.learn_all(&mut v.look, me, &refs).await?;
    let mut list = asked.list(&q, &found, unfiltered);
    let mut chips = vec![asked.chip("state", None, v.ui.t("providers-all"), unfiltered)];
    for state in ["invited", "active", "suspended"] {
        let count = v.look.count(&Query { state: Some(state.to_owned()), ..all.clone() }).await?;
        chips.extend((count > 0).then(|| asked.chip("state", Some(state), v.ui.word("person", state), count)));
    }
    list.chips = vec![chips];
    let rows = found.rows.into_iter().map(|r| person(&v, &o, r, &used)).collect::<Result<_, Stop>>()?;
    let may_ask = people_ask::may_ask(&mut v, o.file.provider.id).await?;
    let mut asks = Vec::new();
    for ask in o.file.provider.asks.iter().rev() {
        asks.push(people_ask::row(&mut v, &o.file.provider, ask).await?);
    }
    Ok(render::page(StatusCode::OK, &People { ui: v.ui, head, list, rows, asks, may_ask }))
}

fn person(v: &Visit, o: &Open, row: Row, used: &BTreeMap<PersonId, Instant>) -> Result<PersonRow, Stop> {
    let p = Person::try_from(row.kept.thing)?;
    let work = p.facts.provider_roles.iter().map(|r| v.ui.word("power", r.as_str()).to_string());
    Ok(PersonRow {
        name: v.names.of(row.on).text,
        work: work.collect::<Vec<_>>().join(", "),
        state: p.word(v.now()),
        identity: p.identity_until,
        mfa: p.mfa.on_person == Known::Yes,
        training: o.site.and_then(|s| p.trained_until(SITE_RULES, s)),
        last_used: used.get(&p.id).map(|at| v.ui.r.zone.day_of(*at)),
        contact: p.facts.provider_roles.contains(&ProviderRole::Contact),
    })
}

pub(super) async fn engagements(visit: Visit, Path(name): Path<String>, asked: Asked) -> Result<Response, Trouble> {
    let (mut v, o) = open(visit, &name, &asked).await?;
    let head = head(&mut v, &o).await?;
    let rows = engagement_rows(&v, &o);
    Ok(render::page(StatusCode::OK, &Engagements { ui: v.ui, head, rows }))
}

pub(super) async fn access(visit: Visit, Path(name): Path<String>, asked: Asked) -> Result<Response, Trouble> {
    let (mut v, o) = open(visit, &name, &asked).await?;
    let head = head(&mut v, &o).await?;
    let me = v.me();
    let of = |kind| Query { order: Order::Newest, provider: Some(o.file.provider.id.0), ..Query::new(kind, me, PAGE) };
    let kind = if asked.is("kind", "grants") { Kind::Grant } else { Kind::AccessRequest };
    let mut q = of(kind);
    asked.fill(&mut q, Order::Newest)?;
    let found = v.look.page(&q).await?;
    let (requests, grants) = (v.look.count(&of(Kind::AccessRequest)).await?, v.look.count(&of(Kind::Grant)).await?);
    let mut list = asked.list(&q, &found, found.total);
    list.chips = vec![vec![
        asked.chip("kind", None, v.ui.t("access-requests"), requests),
        asked.chip("kind", Some("grants"), v.ui.t("access-grants"), grants),
    ]];
    let entries = found.rows.into_iter().map(|r| Entry::of(r.kept.thing)).collect::<Result<Vec<_>, Stop>>()?;
    let refs: Vec<Ref> = entries.iter().flat_map(|e| [e.on, e.person, e.system]).collect();
    v.names.learn_all(&mut v.look, me, &refs).await?;
    let rows: Vec<EntryRow> = entries.iter().map(|e| e.row(&v)).collect();
    if let Some(form) = asked.export() {
        let cells = rows.iter().map(|r| {
            let (at, state) = (r.at.to_string(), r.state.to_owned());
            vec![r.item.text.clone(), state, r.person.clone(), r.system.clone(), r.role.to_owned(), at]
        });
        let head = ["reference", "state", "person", "system", "role", "at"];
        return export(form, "access", &head, &cells.collect::<Vec<_>>());
    }
    Ok(render::page(StatusCode::OK, &Access { ui: v.ui, head, list, rows }))
}

/// A request or a grant, as far as the list shows it.
struct Entry {
    on: Ref,
    person: Ref,
    system: Ref,
    role: &'static str,
    at: Instant,
    is: AnyThing,
}

impl Entry {
    fn of(thing: AnyThing) -> Result<Entry, Stop> {
        let strongest = |roles: &[plantgate_domain::base::Role]| roles.iter().max().map_or("view", |r| r.as_str());
        match &thing {
            AnyThing::AccessRequest(AccessRequest { id, asked, at, .. }) => Ok(Entry {
                on: (*id).into(),
                person: asked.person.into(),
                system: asked.instance.into(),
                role: strongest(&asked.roles),
                at: *at,
                is: thing.clone(),
            }),
            AnyThing::Grant(Grant { id, facts, at, .. }) => Ok(Entry {
                on: (*id).into(),
                person: facts.person.into(),
                system: facts.instance.into(),
                role: strongest(&facts.roles),
                at: *at,
                is: thing.clone(),
            }),
            other => Err(Stop::fault(format!("{} stands among entries", other.kind()))),
        }
    }
    fn row(&self, v: &Visit) -> EntryRow {
        let named = v.names.of(self.on);
        let (family, state) = match &self.is {
            AnyThing::Grant(g) => ("grant", grant_word(g.word(v.now()))),
            AnyThing::AccessRequest(r) => ("request", r.word(v.now())),
            _ => ("request", "requested"),
        };
        EntryRow {
            item: Item { text: named.text, href: named.href },
            person: v.names.of(self.person).text,
            system: v.names.of(self.system).text,
            role: self.role,
            at: self.at,
            family,
            state,
        }
    }
}

/// A state of the fold as the catalogue calls it.
fn grant_word(word: &str) -> &'static str {
    match word {
        "scheduled" => "scheduled",
        "active" => "open",
        "suspended" => "ending",
        "revoked" => "revoked",
        _ => "ended",
    }
}

pub(super) async fn history(visit: Visit, Path(name): Path<String>, asked: Asked) -> Result<Response, Trouble> {
    let (mut v, o) = open(visit, &name, &asked).await?;
    let head = head(&mut v, &o).await?;
    let (list, rows) = changes(&mut v, o.file.provider.id.into(), &asked).await?;
    Ok(render::page(StatusCode::OK, &History { ui: v.ui, head, list, rows }))
}
