//! Undoing an import: for a day, and only while nothing was built on it. What it opened is withdrawn, entry by entry;
//! the record keeps all of it. Who undoes it needs the power at every site where it made something, as whoever made it
//! did. What stands in the way is told by name, as far as the person sees it.

use std::collections::BTreeSet;

use plantgate_domain::{
    base::{ImportId, Invalid, Kind, Ref, SiteId, Told, Why},
    event::{
        Event,
        expect::{
            AgreementEvent, EngagementEvent, ImportEvent, InstanceEvent, ProviderEvent, ScopeNamed, SheetUndone,
            SystemEvent, Withdrawn,
        },
        qualify::PersonEvent,
    },
    expect::import::Import,
    qualify::person::Person,
};
use plantgate_store::{Desk, Stop, book::Read, desk::Built, memory::Memory};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    power::{Import as ImportPower, May, Place},
};

/// Things in the way that are told by name; the rest is counted.
const TOLD: usize = 20;

/// Undoes an import of a sheet.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UndoImport {
    /// Reference such as `IMP-0001`.
    pub import: String,
}

/// What it came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct UndoDone {
    pub import: ImportId,
    pub withdrawn: u64,
}

impl Act for UndoImport {
    const NAME: &'static str = "undo-import";
    type Power = ImportPower;
    type Done = UndoDone;

    /// Sites of systems and of scope that it made; firms, people and contracts are at none.
    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        let id: ImportId = names::resolve(desk, Kind::Import, &self.import, "import").await?;
        let import: Import = desk.get(id).await?;
        let made = desk.made(import.facts.from, import.facts.entries).await?;
        let sites: BTreeSet<SiteId> = made.iter().filter_map(site).collect();
        Ok(Place::sites(sites.into_iter().collect()))
    }

    async fn run(self, _may: May<ImportPower>, desk: &mut Desk) -> Result<UndoDone, Stop> {
        let id: ImportId = names::resolve(desk, Kind::Import, &self.import, "import").await?;
        let import: Import = desk.get(id).await?;
        import.may_undo(desk.now().0)?;
        let made = desk.made(import.facts.from, import.facts.entries).await?;
        let built = desk.built_on(&made).await?;
        if !built.is_empty() {
            return Err(Stop::Invalid(in_the_way(desk, &built).await?));
        }
        let mut withdrawn = 0;
        // Backwards: what points to others goes before them.
        for entry in made.iter().rev() {
            if let Some(event) = closing(entry, id) {
                withdrawn += u64::from(entry.ver == 1);
                desk.append(entry.on, event).await?;
            }
        }
        desk.append(id, ImportEvent::Undone(SheetUndone { withdrawn })).await?;
        Ok(UndoDone { import: id, withdrawn })
    }
}

/// Where an entry of an import made something.
fn site(entry: &Read) -> Option<SiteId> {
    if let Event::Instance(InstanceEvent::Registered(facts)) = &entry.event {
        return Some(facts.site);
    }
    if let Event::System(SystemEvent::Registered(facts)) = &entry.event {
        return Some(facts.site);
    }
    if let Event::Engagement(EngagementEvent::ScopeProposed(item)) = &entry.event {
        return Some(item.site);
    }
    None
}

/// What closes what an entry opened; `None` where closing another entry of the same object does.
fn closing(entry: &Read, import: ImportId) -> Option<Event> {
    let gone = Withdrawn { import };
    if let Event::Provider(ProviderEvent::AliasGiven(alias)) = &entry.event {
        return Some(ProviderEvent::AliasTaken(alias.clone()).into());
    }
    if let Event::Engagement(EngagementEvent::ScopeProposed(item)) = &entry.event {
        // The proposal alone, which no tier rests on: what was approved for the same system stands.
        return Some(EngagementEvent::ScopeWithdrawn(ScopeNamed { instance: item.instance }).into());
    }
    if entry.ver > 1 {
        return None;
    }
    match &entry.event {
        Event::Agreement(_) => Some(AgreementEvent::Withdrawn(gone).into()),
        Event::Engagement(_) => Some(EngagementEvent::Withdrawn(gone).into()),
        Event::Instance(_) => Some(InstanceEvent::Withdrawn(gone).into()),
        Event::Person(_) => Some(PersonEvent::Withdrawn(gone).into()),
        Event::Provider(_) => Some(ProviderEvent::Withdrawn(gone).into()),
        Event::System(_) => Some(SystemEvent::Withdrawn(gone).into()),
        // An import opens nothing else.
        Event::AccessRequest(_)
        | Event::Account(_)
        | Event::AccountList(_)
        | Event::Activation(_)
        | Event::Calendar(_)
        | Event::Catalogue(_)
        | Event::Certificate(_)
        | Event::Change(_)
        | Event::Conduit(_)
        | Event::Finding(_)
        | Event::Grant(_)
        | Event::Hold(_)
        | Event::Import(_)
        | Event::Item(_)
        | Event::Obligation(_)
        | Event::Organisation(_)
        | Event::Qualification(_)
        | Event::Request(_)
        | Event::Rulebook(_)
        | Event::Session(_)
        | Event::Site(_)
        | Event::Task(_)
        | Event::Visit(_)
        | Event::Zone(_) => None,
    }
}

async fn in_the_way(desk: &mut Desk, built: &BTreeSet<Built>) -> Result<Vec<Invalid>, Stop> {
    let actor = desk.cause().actor;
    let reader = super::reader(desk, actor).await?;
    let (mut all, mut unseen) = (Vec::new(), 0_usize);
    for b in built.iter().take(TOLD) {
        if is_hidden(desk, reader.as_ref(), b).await? {
            unseen += 1;
            continue;
        }
        let on = called(desk, b.on).await?;
        let kind = Told::word("kind", b.on.kind);
        let why = if b.on == b.by {
            Why::of("invalid-undo-changed").with("kind", kind).with("name", on)
        } else {
            let (bykind, by) = (Told::word("kind", b.by.kind), called(desk, b.by).await?);
            Why::of("invalid-undo-built").with("kind", kind).with("name", on).with("bykind", bykind).with("by", by)
        };
        all.push(Invalid::field("import", why));
    }
    if unseen > 0 {
        all.push(Invalid::field("import", Why::of("invalid-undo-unseen").with("count", unseen)));
    }
    if let Some(more) = built.len().checked_sub(TOLD).filter(|n| *n > 0) {
        all.push(Invalid::field("import", Why::of("invalid-undo-more").with("count", more)));
    }
    Ok(all)
}

async fn is_hidden(desk: &mut Desk, reader: Option<&Person>, b: &Built) -> Result<bool, Stop> {
    let Some(reader) = reader else { return Ok(false) };
    Ok(names::hidden_from(desk, reader.clone(), b.on).await? || names::hidden_from(desk, reader.clone(), b.by).await?)
}

/// What people call an object: its reference, else its name.
async fn called(desk: &mut Desk, on: Ref) -> Result<String, Stop> {
    let Some(kept) = desk.kept(on).await? else { return Ok(String::new()) };
    let card = kept.thing.card();
    Ok(match (card.reference, card.label) {
        (Some(reference), _) => reference,
        (None, plantgate_domain::thing::Label::Clear(name)) => name,
        (None, plantgate_domain::thing::Label::Private(name)) => desk.open_private(&name).await?.unwrap_or_default(),
        (None, plantgate_domain::thing::Label::None) => on.id.to_string(),
    })
}
