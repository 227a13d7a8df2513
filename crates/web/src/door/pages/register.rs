//! Registers: a list and a page for every kind of object that has no room of its own. What a row or a page says comes
//! from the object's card and body alone, so a new kind needs no code here.

use super::{access::grant_word, codes, engagement_parts::item, filters, history::opens, recording, signed, telling};
use crate::{
    door::{
        deeds,
        error::Trouble,
        listing::{Asked, export},
        routes::Routes,
        visit::Visit,
    },
    page::{
        history::Moved,
        register::{Near, Register, RegisterRow, ThingPage},
    },
    render,
    view::{Choice, Item, entry_of},
};
use axum::{extract::Path, http::StatusCode, response::Response};
use plantgate_app::{
    Stop,
    read::{Memory, Order, Query, Row},
    witness::bound,
};
use plantgate_domain::{
    base::{Kind, Ref, SiteId},
    event::{expect::ConduitState, permit::ChangeState},
    review::history::changes,
    thing::{AnyThing, Card, Label},
    witness::{account::Account, session::Session},
};

/// Kinds that have a register.
const KINDS: &[Kind] = &[
    Kind::Account,
    Kind::Agreement,
    Kind::Calendar,
    Kind::Certificate,
    Kind::Change,
    Kind::Conduit,
    Kind::Engagement,
    Kind::Hold,
    Kind::Obligation,
    Kind::Person,
    Kind::Qualification,
    Kind::Session,
    Kind::Site,
    Kind::System,
    Kind::Task,
    Kind::Zone,
];

/// Which objects stand near which: their kind and the role in which they point here.
const NEAR: &[(Kind, &[(Kind, &str)])] = &[
    (Kind::Account, &[(Kind::Session, "account"), (Kind::Finding, "case")]),
    (Kind::Agreement, &[(Kind::Engagement, "agreement"), (Kind::Obligation, "agreement")]),
    (Kind::Change, &[(Kind::AccessRequest, "change"), (Kind::Grant, "change")]),
    (
        Kind::Person,
        &[
            (Kind::Grant, "person"),
            (Kind::AccessRequest, "person"),
            (Kind::Session, "person"),
            (Kind::Visit, "person"),
            (Kind::Account, "out"),
        ],
    ),
    (Kind::Session, &[(Kind::Session, "corrects"), (Kind::Finding, "source")]),
    (Kind::Site, &[(Kind::Zone, "site"), (Kind::System, "site"), (Kind::Conduit, "site")]),
    (Kind::System, &[(Kind::Instance, "system")]),
    (Kind::Zone, &[(Kind::Instance, "zone"), (Kind::Conduit, "a"), (Kind::Conduit, "b")]),
];
/// Near objects that are shown.
const MOST: usize = 30;

/// Routes.
pub fn routes() -> Routes {
    Routes::new().page("/register/{kind}", list).page("/register/{kind}/{name}", show)
}

fn kind(word: &str) -> Result<Kind, Trouble> {
    let kind: Kind = word.parse().map_err(|_| Stop::NotFound)?;
    if KINDS.contains(&kind) { Ok(kind) } else { Err(Stop::NotFound.into()) }
}

async fn list(visit: Visit, Path(word): Path<String>, asked: Asked) -> Result<Response, Trouble> {
    let kind = kind(&word)?;
    let mut v = visit.ours()?.at(entry_of(kind.as_str()));
    let mut q = Query::new(kind, v.me(), v.state.app.store().limits().page);
    let all = v.look.count(&q).await?;
    asked.fill(&mut q, if kind == Kind::Person { Order::Name } else { Order::Reference })?;
    filters::place(&mut v, &asked, &mut q).await?;
    let (family, words) = states(kind);
    q.line = asked.get("state").filter(|_| lined(kind)).map(|word| ("state", word.to_owned()));
    q.state = asked.get("state").filter(|_| !lined(kind)).map(str::to_owned);
    let page = v.look.page(&q).await?;
    let rows = rows(&mut v, kind, &page.rows).await?;
    if let Some(form) = asked.export() {
        return export(form, kind.as_str(), HEAD, &rows.iter().map(cells).collect::<Vec<_>>());
    }
    let mut list = asked.list(&q, &page, all);
    if let Some(find) = &mut list.find {
        if !words.is_empty() {
            let any = Choice::new("", v.ui.t("register-any-state").to_string());
            let choices = words.iter().map(|w| Choice::new(*w, v.ui.word(family, w).to_string()));
            find.select("state", v.ui.t("col-state"), std::iter::once(any).chain(choices).collect());
        }
        find.select("site", v.ui.t("col-site"), filters::sites(&mut v).await?);
    }
    let begin = deeds::begin(&v, kind);
    let title = v.ui.word("room", kind.as_str()).to_string();
    let lead = v.ui.word("lead", kind.as_str()).to_string();
    let dated = page.rows.iter().any(|r| r.kept.thing.card().at.is_some());
    Ok(render::page(StatusCode::OK, &Register { title, lead, kind: kind.as_str(), list, rows, begin, dated, ui: v.ui }))
}

/// Whether the state of a kind is a line, because time changes it.
const fn lined(kind: Kind) -> bool {
    matches!(kind, Kind::Hold | Kind::Person | Kind::Task)
}

/// The states a kind can be in, with the family of their words.
fn states(kind: Kind) -> (&'static str, Vec<&'static str>) {
    match kind {
        Kind::Account => ("accountstate", {
            let bound = ["bound", "on-for-work", "off-until-work"];
            let all = ["active", "checked-out"].into_iter().chain(bound);
            all.chain(["removed", "neutralised", "resurrected"]).collect()
        }),
        Kind::Agreement => ("agreementstate", vec!["draft", "signed", "ended"]),
        Kind::Certificate => ("certificatestate", vec!["verified", "denied", "not-verified"]),
        Kind::Change => ("changestate", ChangeState::ALL.iter().map(|s| s.as_str()).collect()),
        Kind::Conduit => ("conduitstate", ConduitState::ALL.iter().map(|s| s.as_str()).collect()),
        Kind::AccessRequest => ("request", Vec::new()),
        Kind::Finding => ("finding", Vec::new()),
        Kind::Grant => ("grant", Vec::new()),
        Kind::Instance => ("validated", Vec::new()),
        Kind::Hold => ("holdstate", vec!["announced", "holding", "ended", "lifted"]),
        Kind::Obligation => ("obligationstate", vec!["in-force", "ended"]),
        Kind::Person => ("person", vec!["invited", "active", "suspended", "left"]),
        Kind::Qualification => ("qualificationstate", vec!["decided", "superseded", "withdrawn"]),
        Kind::Session => ("sessionstate", vec!["running", "ended", "corrected"]),
        Kind::System => ("kind", Vec::new()),
        Kind::Visit => ("visit", Vec::new()),
        Kind::Task => ("taskstate", vec!["due", "overdue", "done", "dismissed"]),
        _ => ("", Vec::new()),
    }
}

/// The state of an object, in words.
fn state(v: &Visit, thing: &AnyThing, card: &Card) -> String {
    let now = v.now();
    let word = match thing {
        AnyThing::Hold(hold) => Some(hold.word(now)),
        AnyThing::Person(person) => Some(person.word(now)),
        AnyThing::Grant(grant) => Some(grant_word(grant, now)),
        AnyThing::AccessRequest(request) => Some(request.word(now)),
        AnyThing::Task(task) => {
            let overdue = card.state == Some("proposed") && task.facts.due <= now;
            if overdue { Some("overdue") } else { card.state.map(|s| if s == "proposed" { "due" } else { s }) }
        }
        _ => card.state,
    };
    let (family, _) = states(thing.kind());
    word.filter(|_| !family.is_empty()).map(|word| v.ui.word(family, word).to_string()).unwrap_or_default()
}

async fn rows(v: &mut Visit, kind: Kind, page: &[Row]) -> Result<Vec<RegisterRow>, Stop> {
    let cards: Vec<Card> = page.iter().map(|r| r.kept.thing.card()).collect();
    let mut named: Vec<Ref> = page.iter().map(|r| r.on).collect();
    named.extend(cards.iter().flat_map(|c| c.sites.iter().map(|s| Ref::from(*s))));
    named.extend(cards.iter().filter_map(|c| c.provider).map(Ref::from));
    named.extend(cards.iter().flat_map(|c| c.links.iter().map(|(_, on)| *on)));
    let me = v.me();
    v.names.learn_all(&mut v.look, me, &named).await?;
    let mut rows = Vec::with_capacity(page.len());
    for (row, card) in page.iter().zip(cards) {
        rows.push(row_of(v, kind, row, &card).await?);
    }
    Ok(rows)
}

async fn row_of(v: &mut Visit, kind: Kind, row: &Row, card: &Card) -> Result<RegisterRow, Stop> {
    let me = item(v, row.on).await?;
    let text = card.reference.clone().unwrap_or_else(|| called(v, kind, card, &me));
    let sites: Vec<String> = card.sites.iter().map(|s| v.names.of((*s).into()).text).collect();
    let named = |on: &Ref| v.names.of(*on).text;
    // What a row is about, when it has no name of its own: the objects it points to.
    let about: Vec<String> = card
        .links
        .iter()
        .filter(|(rel, _)| !["site", "provider", "employer"].contains(rel))
        .map(|(_, on)| named(on))
        .collect();
    let name = name(v, card).await?;
    // Some kinds are called by what they join: that is said once.
    let about = if card.reference.is_none() && kind != Kind::Person { Vec::new() } else { about };
    let (name, more) = if name.is_empty() { (about.join(", "), String::new()) } else { (name, about.join(", ")) };
    let provider = card.provider.map(|p| v.names.of(p.into()));
    Ok(RegisterRow {
        item: Item { text, href: me.href.or_else(|| Some(opens(kind, &row.on.id.to_string()))) },
        name,
        state: state(v, &row.kept.thing, card),
        provider: provider.filter(|_| kind != Kind::Provider).map(|p| Item { text: p.text, href: p.href }),
        site: sites.join(", "),
        more,
        at: card.at.map(|at| v.ui.moment(at)).unwrap_or_default(),
    })
}

/// What an object without a reference is called in its list.
fn called(v: &Visit, kind: Kind, card: &Card, me: &Item) -> String {
    let of = |rels: &[&str]| -> Vec<String> {
        card.links.iter().filter(|(rel, _)| rels.contains(rel)).map(|(_, on)| v.names.of(*on).text).collect()
    };
    match kind {
        Kind::Conduit => of(&["a", "b"]).join(" – "),
        Kind::Calendar => of(&["site"]).join(", "),
        Kind::Task => of(&["subject"]).join(", "),
        _ => me.text.clone(),
    }
}

async fn name(v: &mut Visit, card: &Card) -> Result<String, Stop> {
    Ok(match &card.label {
        Label::Clear(name) => name.clone(),
        Label::Private(p) => v.look.open_private(p).await?.unwrap_or_else(|| v.ui.t("history-erased").to_string()),
        Label::None => String::new(),
    })
}

const HEAD: &[&str] = &["reference", "name", "about", "state", "site", "provider", "at"];

fn cells(r: &RegisterRow) -> Vec<String> {
    let provider = r.provider.as_ref().map(|p| p.text.clone()).unwrap_or_default();
    vec![r.item.text.clone(), r.name.clone(), r.more.clone(), r.state.clone(), r.site.clone(), provider, r.at.clone()]
}

async fn show(visit: Visit, Path((word, name)): Path<(String, String)>) -> Result<Response, Trouble> {
    let kind = kind(&word)?;
    let mut v = visit.ours()?.at(entry_of(kind.as_str()));
    let id: uuid::Uuid = v.seen(kind, &name).await?;
    let page = page(v, Ref { kind, id }).await?;
    Ok(render::page(StatusCode::OK, &page))
}

async fn page(mut v: Visit, on: Ref) -> Result<ThingPage, Trouble> {
    let kept = v.look.kept(on).await?.ok_or(Stop::NotFound)?;
    let card = kept.thing.card();
    if let [site] = card.sites.as_slice() {
        let site = v.look.get(*site).await?;
        v.zone_of(&site);
    }
    let facts = telling::tell(&mut v, on.kind, changes(None, Some(&kept.thing.to_body()?))).await?;
    let near = near(&mut v, on).await?;
    let links: Vec<Ref> = card.links.iter().map(|(_, on)| *on).collect();
    let me = v.me();
    v.names.learn_all(&mut v.look, me, &links).await?;
    let own = item(&mut v, on).await?;
    let known = card.reference.clone().unwrap_or_else(|| on.id.to_string());
    let name = name(&mut v, &card).await?;
    let name = if name.is_empty() && card.reference.is_none() { called(&v, on.kind, &card, &own) } else { name };
    let room = v.ui.word("room", on.kind.as_str()).to_string();
    Ok(ThingPage {
        kind: v.ui.word("kind", on.kind.as_str()).to_string(),
        reference: card.reference.clone().unwrap_or_default(),
        name,
        state: state(&v, &kept.thing, &card),
        list: Item::link(room, format!("/register/{}", on.kind)),
        history: format!("/history/{}/{known}", on.kind),
        codes: (on.kind == Kind::Site && codes::offered(&v, SiteId(on.id))).then(|| codes::address(&known)),
        report: (on.kind == Kind::Site).then(|| format!("/sites/{known}/report")),
        notes: notes(&mut v, &kept.thing).await?,
        groups: grouped(facts),
        signatures: signed::under(&mut v, on).await?,
        near,
        recordings: recording::listed(&mut v, &kept.thing).await?,
        acts: deeds::offered_for(&v, &kept.thing, &known, &card.sites),
        ui: v.ui,
    })
}

/// What else is to be said of it now: of an account that is on for work only, how it should be and whether that was
/// done; of a session that began while its gateway was cut off, by which code and when that was heard of here.
async fn notes(v: &mut Visit, thing: &AnyThing) -> Result<Vec<String>, Stop> {
    match thing {
        AnyThing::Account(account) => turned(v, account).await,
        AnyThing::Session(session) => cut_off(v, session).await,
        _ => Ok(Vec::new()),
    }
}

async fn cut_off(v: &mut Visit, session: &Session) -> Result<Vec<String>, Stop> {
    let Some(by) = &session.cut_off else { return Ok(Vec::new()) };
    let reader = match by.read_out.last().map(|last| last.person) {
        Some(Some(person)) => {
            let me = v.me();
            v.names.learn_all(&mut v.look, me, &[person.into()]).await?;
            v.ui.t("codes-session-read").s("person", v.names.of(person.into()).text).to_string()
        }
        Some(None) => v.ui.t("codes-session-nobody").to_string(),
        None => v.ui.t("codes-session-unread").s("due", v.ui.full(by.due())).to_string(),
    };
    let said = v.ui.t("codes-session").s("number", by.number).s("sheet", by.sheet);
    let said = said.s("recorded", v.ui.full(by.recorded)).s("received", v.ui.full(by.received)).to_string();
    let doubt = by.doubt.then(|| v.ui.t("codes-session-doubt").to_string());
    Ok([said, reader].into_iter().chain(doubt).collect())
}

async fn turned(v: &mut Visit, account: &Account) -> Result<Vec<String>, Stop> {
    if !account.is_turned() {
        return Ok(Vec::new());
    }
    let now = v.look.now();
    let wants = bound::wanted(&mut v.look, account, now).await?;
    let should = match wants.grant {
        Some(grant) => {
            let me = v.me();
            v.names.learn_all(&mut v.look, me, &[grant.into()]).await?;
            v.ui.t("bound-wants-on").s("grant", v.names.of(grant.into()).text).to_string()
        }
        None => v.ui.t("bound-wants-off").to_string(),
    };
    let done = if account.to_turn(wants) { "bound-not-done" } else { "bound-done" };
    Ok(vec![should, v.ui.t(done).to_string()])
}

/// Facts by what they belong to: its own first, then each clause, condition or notice by itself.
fn grouped(facts: Vec<Moved>) -> Vec<(String, Vec<Moved>)> {
    let mut groups: Vec<(String, Vec<Moved>)> = vec![(String::new(), Vec::new())];
    for fact in facts.into_iter().filter(|f| f.after.as_deref().is_some_and(|a| !a.is_empty())) {
        let parts: Vec<&str> = fact.field.split(" › ").collect();
        let (title, field) = match parts.as_slice() {
            [list, n, rest @ ..] if n.parse::<usize>().is_ok() => (format!("{list} {n}"), rest.join(", ")),
            _ => (String::new(), fact.field.clone()),
        };
        let fact = Moved { field, ..fact };
        match groups.iter_mut().find(|(of, _)| *of == title) {
            Some((_, all)) => all.push(fact),
            None => groups.push((title, vec![fact])),
        }
    }
    groups
}

/// Objects that point here, kind by kind.
async fn near(v: &mut Visit, on: Ref) -> Result<Vec<Near>, Stop> {
    let all = NEAR.iter().find(|(kind, _)| *kind == on.kind).map_or(&[] as &[_], |(_, all)| all);
    let mut groups = Vec::new();
    for (kind, rel) in all {
        let q = Query { pointing: Some((rel, on)), order: Order::Reference, ..Query::new(*kind, v.me(), MOST) };
        let page = v.look.page(&q).await?;
        let rows = rows(v, *kind, &page.rows).await?;
        if rows.is_empty() {
            continue;
        }
        let items = rows.into_iter().map(|r| (r.item, format!("{} {}", r.name, r.state).trim().to_owned())).collect();
        let title = v.ui.word("room", kind.as_str()).to_string();
        groups.push(Near { title, items, more: page.next.is_some() });
    }
    Ok(groups)
}

#[cfg(test)]
mod tests {
    use plantgate_wire::words::{Lang, Words};

    use super::*;

    fn knows(lang: Lang, id: &str) -> bool {
        Words::find(lang, id, &Default::default()).is_some()
    }

    #[test]
    fn what_a_list_holds_stands_by_itself() {
        let fact = |field: &str| Moved { field: field.into(), before: None, after: Some("x".into()) };
        let groups = grouped(vec![fact("Clause › 2 › Text"), fact("Name"), fact("Clause › 2 › Number")]);
        let titles: Vec<_> = groups.iter().map(|(title, all)| (title.as_str(), all.len())).collect();
        assert_eq!(titles, [("", 1), ("Clause 2", 2)]);
        assert_eq!(groups[1].1[0].field, "Text");
    }

    #[test]
    fn every_register_has_its_words() {
        for kind in KINDS {
            let (family, words) = states(*kind);
            let states = words.into_iter().map(|word| format!("{family}-{word}"));
            for id in ["room", "lead", "kind"].map(|f| format!("{f}-{kind}")).into_iter().chain(states) {
                assert!(knows(Lang::En, &id) && knows(Lang::De, &id), "{id}");
            }
        }
    }
}
