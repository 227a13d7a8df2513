//! How objects are called for this reader, and where they open. A name the reader may not see is a kind and nothing
//! more, whether the object exists or not.

use std::collections::BTreeMap;

use plantgate_app::{
    Stop,
    read::{Look, Memory},
};
use plantgate_domain::{
    base::{Arg, Kind, PersonId, Ref, Say},
    event::permit::{Given, Said},
    thing::Label,
};
use plantgate_wire::words::{Named, Reader, Rich};

/// Names found on this visit.
#[derive(Clone, Debug, Default)]
pub struct Names {
    known: BTreeMap<Ref, Named>,
    /// A provider's reader: most pages are ours, and a link that leads nowhere is no link.
    stranger: bool,
}

/// The page of a kind of object.
pub fn page(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::AccessRequest => "/access/requests",
        Kind::Engagement => "/engagements",
        Kind::Finding => "/findings",
        Kind::Grant => "/access/grants",
        Kind::Import => "/admin/imports",
        Kind::Instance => "/systems",
        Kind::Item => "/evidence/items",
        Kind::Provider => "/providers",
        Kind::Request => "/evidence/requests",
        Kind::Account => "/register/account",
        Kind::AccountList => "/accounts",
        Kind::Agreement => "/register/agreement",
        Kind::Calendar => "/register/calendar",
        Kind::Certificate => "/register/certificate",
        Kind::Change => "/register/change",
        Kind::Conduit => "/register/conduit",
        Kind::Hold => "/register/hold",
        Kind::Obligation => "/register/obligation",
        Kind::Person => "/register/person",
        Kind::Qualification => "/register/qualification",
        Kind::Session => "/register/session",
        Kind::Site => "/register/site",
        Kind::System => "/register/system",
        Kind::Task => "/register/task",
        Kind::Visit => "/visits",
        Kind::Zone => "/register/zone",
        Kind::Activation | Kind::Catalogue | Kind::Organisation | Kind::Rulebook => return None,
    })
}

impl Names {
    /// For a reader of a provider.
    pub fn for_stranger() -> Names {
        Names { stranger: true, ..Names::default() }
    }
    fn linked(&self, on: Ref, named: Named) -> Named {
        let theirs = matches!(on.kind, Kind::AccessRequest | Kind::Grant);
        Named { href: named.href.filter(|_| theirs || !self.stranger), ..named }
    }
    /// Looks an object up; later [`Names::of`] knows it.
    pub async fn learn(&mut self, look: &mut Look, reader: PersonId, on: Ref) -> Result<Named, Stop> {
        if let Some(known) = self.known.get(&on) {
            return Ok(known.clone());
        }
        let named = if look.sees(reader, on).await? { seen(look, on).await? } else { hidden(on) };
        let named = self.linked(on, named);
        self.known.insert(on, named.clone());
        Ok(named)
    }
    /// Looks many objects up in a few steps.
    pub async fn learn_all(&mut self, look: &mut Look, reader: PersonId, on: &[Ref]) -> Result<(), Stop> {
        let mut new: Vec<Ref> = on.iter().filter(|r| !self.known.contains_key(r)).copied().collect();
        new.sort_unstable();
        new.dedup();
        let seen_ones = look.sees_which(reader, &new).await?;
        look.ahead(&seen_ones.iter().copied().collect::<Vec<_>>()).await?;
        let mut slots = Vec::new();
        for on in &seen_ones {
            if let Some(Label::Private(p)) = look.kept(*on).await?.map(|k| k.thing.card().label) {
                slots.push(p.slot);
            }
        }
        let opened = look.open_slots(&slots).await?;
        for on in new {
            let kept = if seen_ones.contains(&on) { look.kept(on).await? } else { None };
            let named = kept.map_or_else(
                || hidden(on),
                |k| {
                    let card = k.thing.card();
                    let label = match &card.label {
                        Label::None => None,
                        Label::Clear(name) => Some(name.clone()),
                        Label::Private(p) => Some(opened.get(&p.slot).cloned().unwrap_or_else(|| "erased".to_owned())),
                    };
                    called(on, card.reference, label)
                },
            );
            let named = self.linked(on, named);
            self.known.insert(on, named);
        }
        Ok(())
    }
    /// Looks up every object that messages speak of.
    pub async fn learn_says(&mut self, look: &mut Look, reader: PersonId, says: &[Say]) -> Result<(), Stop> {
        for arg in says.iter().flat_map(|s| s.args.iter().flatten()).map(|(_, arg)| arg) {
            if let Arg::Ref(on) = arg {
                self.learn(look, reader, *on).await?;
            }
        }
        Ok(())
    }
    /// Calls an object by its reference for a reader who works on it, without a page of its own.
    pub fn call(&mut self, on: impl Into<Ref>, text: &str) {
        self.known.entry(on.into()).or_insert_with(|| Named { text: text.to_owned(), href: None });
    }
    /// A name looked up before.
    pub fn of(&self, on: Ref) -> Named {
        self.known.get(&on).cloned().unwrap_or_else(|| hidden(on))
    }
    /// A message in the reader's words.
    pub fn say(&self, reader: &Reader, say: &Say) -> Rich {
        reader.say(say, &|on| self.of(on))
    }
    /// A kept message in the reader's words: facts of then, words of today.
    pub async fn said(&mut self, look: &mut Look, me: PersonId, reader: &Reader, said: &Said) -> Result<Rich, Stop> {
        for named in &said.args {
            if let Given::Ref(on) = &named.arg {
                self.learn(look, me, *on).await?;
            }
        }
        Ok(reader.said(said, &|on| self.of(on)))
    }
}

fn hidden(on: Ref) -> Named {
    Named { text: on.kind.as_str().to_owned(), href: None }
}

async fn seen(look: &mut Look, on: Ref) -> Result<Named, Stop> {
    let Some(kept) = look.kept(on).await? else { return Ok(hidden(on)) };
    let card = kept.thing.card();
    let label = match &card.label {
        Label::None => None,
        Label::Clear(name) => Some(name.clone()),
        Label::Private(p) => Some(look.open_private(p).await?.unwrap_or_else(|| "erased".to_owned())),
    };
    Ok(called(on, card.reference, label))
}

/// People and firms are called by name, papers and systems by reference.
fn called(on: Ref, reference: Option<String>, label: Option<String>) -> Named {
    let by_name = matches!(on.kind, Kind::Person | Kind::Provider | Kind::Site | Kind::Organisation);
    let text = match (reference.clone(), label) {
        (Some(reference), None) => reference,
        (Some(reference), Some(_)) if !by_name => reference,
        (_, Some(name)) => name,
        (None, None) => on.kind.as_str().to_owned(),
    };
    let name = reference.unwrap_or_else(|| on.id.to_string());
    Named { text, href: page(on.kind).map(|p| format!("{p}/{name}")) }
}
