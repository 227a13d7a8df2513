//! What a form begins with: what the link said, or the facts of the object that is to be revised.

use plantgate_app::{Stop, read::Memory};
use plantgate_domain::{
    base::{Instant, Kind, Ref, Slot},
    expect::{instance::Instance, site::Site},
    review::history::{FieldChange, Shown, changes},
    witness::visit::Visit as Stay,
};
use serde_json::Value;

use super::{Deed, Field, Leads, Of};
use crate::{
    door::{listing::Asked, visit::Visit},
    view::Form,
};

/// The form as the link asks for it.
pub async fn begin(visit: &mut Visit, deed: &Deed, asked: &Asked) -> Result<Form, Stop> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    if let (Some(kind), Some(name)) = (deed.revises, asked.get("again")) {
        pairs = facts(visit, deed, kind, name).await?;
        if let Leads::Named(of, field) = deed.leads
            && of == kind
        {
            pairs.push((field.to_owned(), name.to_owned()));
        }
    }
    for field in deed.fields {
        if let Some(value) = asked.get(field.name) {
            pairs.push((field.name.to_owned(), value.to_owned()));
        }
    }
    Ok(Form::of(pairs))
}

/// The facts of an object as the fields of the form that revises it.
async fn facts(visit: &mut Visit, deed: &Deed, kind: Kind, name: &str) -> Result<Vec<(String, String)>, Stop> {
    let on = plantgate_app::names::find(&mut visit.look, kind, name).await?.ok_or(Stop::NotFound)?;
    if !visit.look.sees(visit.who.person.id, on).await? {
        return Err(Stop::NotFound);
    }
    let kept = visit.look.kept(on).await?.ok_or(Stop::NotFound)?;
    let body = kept.thing.to_body()?;
    let all = changes(None, body.get("facts"));
    let slots: Vec<Slot> = all.iter().filter_map(slot).collect();
    let opened = visit.look.open_slots(&slots).await?;
    let mut pairs = Vec::new();
    for change in all {
        let path = change.field.trim_start_matches('/').replace('/', ".");
        // `capabilities.mfa`, `clauses.0.text`: the field whose name this is, groups without their number.
        let plain: Vec<&str> = path.split('.').filter(|p| p.parse::<usize>().is_err()).collect();
        let Some(field) = within(deed.fields, &plain.join(".")) else { continue };
        match change.after {
            Some(Shown::Slot(slot)) => pairs.push((path, opened.get(&slot).cloned().unwrap_or_default())),
            Some(Shown::Value(value)) => fill(visit, field, &path, &value, &mut pairs).await?,
            None => {}
        }
    }
    Ok(pairs)
}

fn slot(change: &FieldChange) -> Option<Slot> {
    match change.after {
        Some(Shown::Slot(slot)) => Some(slot),
        Some(Shown::Value(_)) | None => None,
    }
}

/// The field of that name, also inside groups and windows.
fn within(fields: &'static [Field], name: &str) -> Option<&'static Field> {
    fields.iter().find_map(|f| match f.of {
        Of::Rows(inner) => within(inner, name.strip_prefix(f.name)?.strip_prefix('.')?),
        Of::Window => [".from", ".until"].iter().any(|end| name == format!("{}{end}", f.name)).then_some(f),
        _ => (f.name == name).then_some(f),
    })
}

/// One value as what a browser would have sent.
async fn fill(
    visit: &mut Visit,
    field: &Field,
    path: &str,
    value: &Value,
    pairs: &mut Vec<(String, String)>,
) -> Result<(), Stop> {
    let mut texts = Vec::new();
    let all = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    for one in all {
        texts.push(text(visit, field, one).await?);
    }
    match field.of {
        Of::Yes if value == &Value::Bool(true) => pairs.push((path.to_owned(), "yes".to_owned())),
        Of::Yes => {}
        Of::Lines => pairs.push((path.to_owned(), texts.join("\n"))),
        Of::Stated(..) if all.is_empty() => pairs.push((path.to_owned(), super::read::NONE.to_owned())),
        _ => pairs.extend(texts.into_iter().map(|text| (path.to_owned(), text))),
    }
    Ok(())
}

async fn text(visit: &mut Visit, field: &Field, value: &Value) -> Result<String, Stop> {
    let plain = match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    match field.of {
        Of::Pick(kind) | Of::Picks(kind) => match plain.parse() {
            Ok(id) => {
                let kept = visit.look.kept(Ref { kind, id }).await?;
                Ok(kept.and_then(|k| k.thing.card().reference).unwrap_or(plain))
            }
            Err(_) => Ok(plain),
        },
        Of::Moment | Of::Window => match plain.parse::<Instant>() {
            Ok(at) => Ok(visit.ui.input(at)),
            Err(_) => Ok(plain),
        },
        _ => Ok(plain),
    }
}

/// Times of a form are those of the site it is about; without one, of the reader's.
pub async fn zone(visit: &mut Visit, form: &Form) -> Result<(), Stop> {
    let me = visit.me();
    for (name, kind) in
        [("site", Kind::Site), ("instance", Kind::Instance), ("on.instance", Kind::Instance), ("visit", Kind::Visit)]
    {
        let value = form.value(name).to_owned();
        if value.is_empty() {
            continue;
        }
        let Some(on) = plantgate_app::names::find(&mut visit.look, kind, &value).await? else { continue };
        if !visit.look.sees(me, on).await? {
            continue;
        }
        let site: Site = match kind {
            Kind::Site => visit.look.get(on).await?,
            Kind::Visit => {
                let stay: Stay = visit.look.get(on).await?;
                visit.look.get(stay.facts.site).await?
            }
            _ => {
                let instance: Instance = visit.look.get(on).await?;
                visit.look.get(instance.facts.site).await?
            }
        };
        visit.zone_of(&site);
        return Ok(());
    }
    Ok(())
}
