//! What a form offers for a field: objects the reader may see, words of a closed list. Few objects are a list to choose
//! from, many are a field that helps while one types.

use plantgate_app::{
    Stop,
    read::{Memory, Order, Query},
};
use plantgate_domain::{
    base::{CalendarId, Kind, Ref, SiteId},
    expect::site::{Sheet, Site},
    permit::calendar::Calendar,
    thing::Label,
};

use super::{Deed, Field, List, Of, pages, read};
use crate::{
    door::{fields::Fields, visit::Visit},
    page::deed::{Part, Shape},
    view::{Choice, Form},
};

/// Objects in a list to choose from; more are typed.
const FEW: usize = 60;
/// Boxes to tick; more are typed.
const BOXES: usize = 24;
/// Objects that help while one types.
const HELP: usize = 300;

/// The parts of a form, in order.
pub async fn parts(visit: &mut Visit, deed: &Deed, form: &Form) -> Result<Vec<Part>, Stop> {
    let mut parts = Vec::new();
    let chosen = deed.fields.iter().any(|f| f.name.starts_with("on.") && !form.value(f.name).is_empty());
    for field in deed.asks(visit.provider().is_some()) {
        // One of several kinds of object: the one that was come from, or any of them.
        if chosen && field.name.starts_with("on.") && form.value(field.name).is_empty() {
            continue;
        }
        match field.of {
            Of::Rows(inner) => rows(visit, field.name, inner, form, &mut parts).await?,
            _ => parts.push(part(visit, field, field.name.to_owned(), form).await?),
        }
    }
    Ok(parts)
}

async fn rows(
    visit: &mut Visit,
    name: &str,
    inner: &'static [Field],
    form: &Form,
    parts: &mut Vec<Part>,
) -> Result<(), Stop> {
    let filled = read::count(&Fields(form.pairs().to_vec()), name);
    for n in 0..filled.max(1) + 1 {
        parts.push(Part::Open {
            legend: visit.ui.t("deed-row").s("what", label(visit, name)).n("n", n + 1).to_string(),
        });
        for field in inner {
            parts.push(part(visit, field, format!("{name}.{n}.{}", field.name), form).await?);
        }
        parts.push(Part::Close);
    }
    Ok(())
}

fn label(visit: &Visit, name: &str) -> String {
    visit.ui.t(&pages::label(name)).to_string()
}

async fn part(visit: &mut Visit, field: &Field, name: String, form: &Form) -> Result<Part, Stop> {
    let hint = pages::hint(visit, field);
    let shape = shape(visit, field, &name, form).await?;
    // One that was chosen on the way here is not left empty again.
    let must = field.must || (field.name.starts_with("on.") && !form.value(field.name).is_empty());
    Ok(Part::Field { label: label(visit, field.name), name, hint, must, shape })
}

async fn shape(visit: &mut Visit, field: &Field, name: &str, form: &Form) -> Result<Shape, Stop> {
    Ok(match field.of {
        Of::Line => Shape::Line { kind: "text", help: Vec::new() },
        Of::Moment => Shape::Line { kind: "text", help: Vec::new() },
        Of::Number => Shape::Line { kind: "number", help: Vec::new() },
        Of::Secret => Shape::Line { kind: "password", help: Vec::new() },
        Of::Day => Shape::Line { kind: "date", help: Vec::new() },
        Of::Text | Of::Lines | Of::Rows(_) => Shape::Text,
        Of::Window => Shape::Window { from: format!("{name}.from"), until: format!("{name}.until") },
        Of::Yes => Shape::Yes,
        Of::Known => Shape::One(words(visit, "known", || vec!["unknown", "yes", "no"])),
        Of::One(family, list) => {
            let first = if field.must { "deed-choose" } else { "deed-unsaid" };
            let blank = Choice::new("", visit.ui.t(first).to_string());
            Shape::One(std::iter::once(blank).chain(words(visit, family, list)).collect())
        }
        Of::Many(family, list) => Shape::Many(words(visit, family, list)),
        Of::Stated(family, list) => {
            let none = Choice::new(read::NONE, visit.ui.t("deed-none-of-these").to_string());
            Shape::Many(words(visit, family, list).into_iter().chain([none]).collect())
        }
        Of::Pick(kind) => {
            let (all, whole) = objects(visit, kind).await?;
            if whole && all.len() <= FEW {
                Shape::One(blank(visit, field, all))
            } else {
                Shape::Line { kind: "text", help: all }
            }
        }
        Of::Picks(kind) => {
            let (all, whole) = objects(visit, kind).await?;
            if whole && all.len() <= BOXES { Shape::Many(all) } else { Shape::Text }
        }
        Of::Freeze => Shape::One(freezes(visit, form).await?),
        Of::Sheet => Shape::One(sheets(visit, form).await?),
    })
}

fn blank(visit: &Visit, field: &Field, all: Vec<Choice>) -> Vec<Choice> {
    let first = if field.must { "deed-choose" } else { "deed-unsaid" };
    std::iter::once(Choice::new("", visit.ui.t(first).to_string())).chain(all).collect()
}

fn words(visit: &Visit, family: &str, list: List) -> Vec<Choice> {
    list().into_iter().map(|word| Choice::new(word, visit.ui.word(family, word).to_string())).collect()
}

/// Objects of a kind the reader may see, by name, and whether these are all.
async fn objects(visit: &mut Visit, kind: Kind) -> Result<(Vec<Choice>, bool), Stop> {
    let order = if kind == Kind::Person { Order::Name } else { Order::Reference };
    let q = Query { order, ..Query::new(kind, visit.me(), HELP) };
    let page = visit.look.page(&q).await?;
    let slots: Vec<_> = page.rows.iter().filter_map(|r| slot(&r.kept.thing.card().label)).collect();
    let opened = visit.look.open_slots(&slots).await?;
    let conduits: Vec<Ref> = page.rows.iter().map(|r| r.on).collect();
    let me = visit.me();
    visit.names.learn_all(&mut visit.look, me, &conduits).await?;
    let choice = |r: &plantgate_app::read::Row| {
        let card = r.kept.thing.card();
        let value = card.reference.clone().unwrap_or_else(|| r.on.id.to_string());
        let name = match &card.label {
            Label::Clear(name) => name.clone(),
            Label::Private(p) => opened.get(&p.slot).cloned().unwrap_or_default(),
            Label::None => String::new(),
        };
        let text = match (kind, card.reference) {
            (Kind::Person, _) | (_, None) => visit.names.of(r.on).text,
            (_, Some(reference)) => format!("{reference} {name}").trim().to_owned(),
        };
        Choice::new(value, text)
    };
    Ok((page.rows.iter().map(choice).collect(), page.next.is_none()))
}

fn slot(label: &Label) -> Option<plantgate_domain::base::Slot> {
    match label {
        Label::Private(p) => Some(p.slot),
        Label::Clear(_) | Label::None => None,
    }
}

/// The freezes of the site that the form names.
async fn freezes(visit: &mut Visit, form: &Form) -> Result<Vec<Choice>, Stop> {
    let site = plantgate_app::names::find(&mut visit.look, Kind::Site, form.value("site")).await?;
    let Some(site) = site.map(|on| SiteId(on.id)) else { return Ok(Vec::new()) };
    let calendar: Option<Calendar> = visit.look.find(CalendarId(site.0)).await?;
    let all = calendar.map(|c| c.freezes).unwrap_or_default();
    Ok(all.iter().map(|f| Choice::new(f.freeze.to_string(), visit.ui.window(f.window))).collect())
}

/// The sheets of codes that are good at the site that the form names, as far as the reader may see it.
async fn sheets(visit: &mut Visit, form: &Form) -> Result<Vec<Choice>, Stop> {
    let Some(on) = plantgate_app::names::find(&mut visit.look, Kind::Site, form.value("site")).await? else {
        return Ok(Vec::new());
    };
    if !visit.look.sees(visit.me(), on).await? {
        return Ok(Vec::new());
    }
    let (site, now): (Site, _) = (visit.look.get(on).await?, visit.now());
    let said = |s: &Sheet| {
        let text = visit.ui.t("codes-sheet-of").s("gateway", &s.gateway).s("at", visit.ui.moment(s.issued));
        Choice::new(s.id.to_string(), text.to_string())
    };
    Ok(site.sheets.iter().filter(|s| s.good(now)).map(said).collect())
}
