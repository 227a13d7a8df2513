//! Audit packs (S6.5b): a part of the record for somebody outside, as it stood at a signed head. What goes in is what
//! the person who makes it may see; private values only where they were asked for; and that it was made is an entry,
//! since from then on a copy is out of our hands.

use std::collections::{BTreeMap, BTreeSet};

use plantgate_domain::{
    base::{Actor, Instant, Kind, PersonId, Ref, Why},
    event::{
        Event,
        expect::{OrganisationEvent, PackMade},
        qualify::ItemEvent,
    },
};
use plantgate_store::{
    Desk, Stop, Store, book,
    extract::{self, Draft, Tree},
    look::Look,
    memory::Memory,
    witnesses::{self, Witnessed},
};
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    names,
    power::{MakePack, May, Place},
};

/// Which private values go along.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Disclose {
    /// None: commitments only.
    #[default]
    Nothing,
    /// Names of people and objects, not what people wrote.
    Names,
    /// Names and texts.
    Everything,
}

impl Disclose {
    fn wants(&self, field: &str) -> bool {
        match self {
            Disclose::Nothing => false,
            Disclose::Names => ["name", "file_name"].contains(&field),
            Disclose::Everything => true,
        }
    }
}

/// What to take.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wish {
    /// Everything that belongs to these providers, by reference.
    pub providers: Vec<String>,
    /// These objects, as kind and reference.
    pub objects: Vec<(Kind, String)>,
    /// All entries from an index to before another: nothing between them is missing.
    pub range: Option<(u64, u64)>,
    /// The signed head to take it at; the newest when none is named.
    pub size: Option<u64>,
    pub disclose: Disclose,
    /// Whether evidence files go along.
    pub evidence: bool,
}

/// A pack before it is sealed: what people's pages are made from, and what proves it.
pub struct Drawn {
    pub draft: Draft,
    /// Which log, and its key as text: to be compared with what the organisation gives out elsewhere.
    pub log: (String, String),
    /// The newest head that somebody outside vouched for, which may be an older one than this pack's.
    pub witnessed: Option<Witnessed>,
    tree: Tree,
    store: Store,
    called: BTreeMap<Ref, String>,
}

/// An entry of a pack as a page tells it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    pub entry: u64,
    pub at: Instant,
    pub kind: Kind,
    /// What the object is called: its reference, or its id where it has none.
    pub object: String,
    pub version: u64,
    /// Name of the event with its version.
    pub event: String,
    pub by: Actor,
    /// Reference of the person who did it.
    pub person: Option<String>,
    /// Private values that were disclosed, each with the field it stands in.
    pub disclosed: Vec<(String, String)>,
}

impl Drawn {
    /// Size and root of the head everything is proven against.
    pub fn head(&self) -> (u64, String) {
        (self.tree.size(), self.tree.root().to_string())
    }

    /// Names of those cosigners that stand under its head.
    pub fn cosigned_by(&self) -> Result<Vec<String>, Stop> {
        witnesses::under(&self.draft.checkpoint, &self.draft.cosigners)
    }

    /// Its entries in order.
    pub fn story(&self) -> Result<Vec<Told>, Stop> {
        let mut disclosed: BTreeMap<u64, Vec<(String, String)>> = BTreeMap::new();
        let fields = self.draft.entries.iter().flat_map(|(index, bytes)| extract::fields(*index, bytes));
        let fields: BTreeMap<String, String> = fields.collect();
        for d in &self.draft.private {
            let field = fields.get(&d.slot).cloned().unwrap_or_default();
            disclosed.entry(d.entry).or_default().push((field, d.value.clone()));
        }
        let tell = |(index, bytes): (&u64, &Vec<u8>)| {
            let read = book::read(*index, bytes)?;
            let called = |on: Ref| self.called.get(&on).cloned();
            Ok(Told {
                entry: *index,
                at: read.at.at,
                kind: read.on.kind,
                object: called(read.on).unwrap_or_else(|| read.on.id.to_string()),
                version: read.ver,
                event: read.event.to_wire()?.0,
                by: read.at.by,
                person: read.at.by.person().and_then(|p| called(p.into())),
                disclosed: disclosed.remove(index).unwrap_or_default(),
            })
        };
        self.draft.entries.iter().map(tell).collect()
    }

    /// Puts the pages in and seals it.
    pub fn seal(mut self, readme: String, report: String) -> Result<Sealed, Stop> {
        self.draft.views = extract::views(readme, report);
        let made = Made {
            sha256: String::new(),
            size: self.tree.size(),
            range: self.draft.range,
            entries: self.draft.entries.len() as u64,
            disclosed: self.draft.private.len() as u64,
            evidence: self.draft.blobs.len() as u64,
            about: self.draft.about.clone(),
        };
        let (bytes, sha256) = extract::seal(self.draft, &self.tree, (&self.log.0, &self.log.1), self.store.keyring())?;
        Ok(Sealed { made: Made { sha256, ..made }, witnessed: self.witnessed, bytes })
    }
}

/// A pack that can leave.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sealed {
    pub made: Made,
    /// The newest head that somebody outside vouched for.
    pub witnessed: Option<Witnessed>,
    pub bytes: Vec<u8>,
}

/// What is in a pack, as its entry will say it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Made {
    pub sha256: String,
    pub size: u64,
    pub range: Option<(u64, u64)>,
    pub entries: u64,
    pub disclosed: u64,
    pub evidence: u64,
    pub about: Vec<String>,
}

/// Takes out of the record what was wished, as far as `me` may see it.
pub async fn draw(store: &Store, me: PersonId, wish: &Wish, language: &str) -> Result<Drawn, Stop> {
    store.checkpoint().await?;
    let mut look = store.look().await?;
    let head = extract::head(look.tx(), wish.size).await?;
    let (size, checkpoint) = head.ok_or_else(|| Stop::field("size", Why::of("invalid-pack-head")))?;
    let policy = witnesses::policy(look.tx(), store.keyring()).await?;
    let key = policy.key_at(store.keyring(), size)?;
    let checkpoint = witnesses::with_lines(look.tx(), &policy, size, checkpoint).await?;
    let witnessed = witnesses::newest(look.tx(), &policy).await?;
    let asked = objects(&mut look, me, wish).await?;
    let limits = store.limits();
    let entries = match wish.range {
        None => extract::of(look.tx(), &asked.on, size).await?,
        Some((from, until)) if from < until && until <= size && until - from <= limits.pack_leaves => {
            ranged(&mut look, me, (from, until), &asked).await?
        }
        Some(_) => return Err(Stop::field("until", Why::of("invalid-pack-range").with("size", count(size)))),
    };
    if entries.is_empty() || entries.len() > limits.pack_entries {
        let most = limits.pack_entries;
        return Err(Stop::field(
            "objects",
            Why::of("invalid-pack-entries").with("most", count(most)).with("many", count(entries.len())),
        ));
    }
    let mut draft = Draft {
        range: wish.range,
        private: extract::disclosed(look.tx(), &entries, |field| wish.disclose.wants(field)).await?,
        state: [("thing".to_owned(), extract::claimed(look.tx(), &entries).await?)].into(),
        checkpoint,
        rotations: policy.handovers(size),
        quorum: policy.quorum,
        cosigners: policy.keys,
        about: asked.about,
        language: language.to_owned(),
        software: env!("CARGO_PKG_VERSION").to_owned(),
        ..Draft::default()
    };
    if let Some((last, bytes)) = entries.last_key_value() {
        let read = book::read(*last, bytes)?;
        (draft.at, draft.rules) = (read.at.at.to_string(), read.rules);
    }
    if wish.evidence {
        draft.blobs = evidence(store, &entries, limits.pack_bytes).await?;
    }
    draft.entries = entries;
    let called = called(&mut look, &draft.entries).await?;
    let tree = extract::tree(look.tx(), size).await?;
    let log = (key.verifier().name().to_owned(), key.verifier().to_string());
    Ok(Drawn { draft, log, witnessed, tree, store: store.clone(), called })
}

/// What objects and people of these entries are called: short references, never names.
async fn called(look: &mut Look, entries: &BTreeMap<u64, Vec<u8>>) -> Result<BTreeMap<Ref, String>, Stop> {
    let mut on = BTreeSet::new();
    for (index, bytes) in entries {
        let read = book::read(*index, bytes)?;
        on.insert(read.on);
        on.extend(read.at.by.person().map(Ref::from));
    }
    let on: Vec<Ref> = on.into_iter().collect();
    look.ahead(&on).await?;
    let mut called = BTreeMap::new();
    for on in on {
        let reference = look.kept(on).await?.and_then(|k| k.thing.card().reference);
        called.extend(reference.map(|name| (on, name)));
    }
    Ok(called)
}

/// A number for a sentence.
fn count(n: impl TryInto<i64>) -> i64 {
    n.try_into().unwrap_or(i64::MAX)
}

/// What was asked for, in words of the record.
struct Asked {
    on: Vec<Ref>,
    about: Vec<String>,
}

/// The objects that were named and all that belongs to the providers that were named, as far as `me` sees them.
async fn objects(look: &mut Look, me: PersonId, wish: &Wish) -> Result<Asked, Stop> {
    let (mut on, mut about) = (BTreeSet::new(), Vec::new());
    for name in &wish.providers {
        let provider = found(look, me, Kind::Provider, name).await?;
        on.extend(extract::belonging(look.tx(), provider.id).await?);
        about.push(format!("provider {name}"));
    }
    for (kind, name) in &wish.objects {
        on.insert(found(look, me, *kind, name).await?);
        about.push(format!("{kind} {name}"));
    }
    let on: Vec<Ref> = on.into_iter().collect();
    let seen = look.sees_which(me, &on).await?;
    Ok(Asked { on: on.into_iter().filter(|r| seen.contains(r)).collect(), about })
}

async fn found(look: &mut Look, me: PersonId, kind: Kind, name: &str) -> Result<Ref, Stop> {
    let on = names::find(look, kind, name).await?.ok_or(Stop::NotFound)?;
    if look.sees(me, on).await? { Ok(on) } else { Err(Stop::NotFound) }
}

/// Entries of a range: those asked for (all, when nothing was named) that `me` sees; the others stay bare leaves.
async fn ranged(
    look: &mut Look,
    me: PersonId,
    (from, until): (u64, u64),
    asked: &Asked,
) -> Result<BTreeMap<u64, Vec<u8>>, Stop> {
    let all = extract::between(look.tx(), from, until).await?;
    let named: BTreeSet<Ref> = asked.on.iter().copied().collect();
    let mut on: Vec<Ref> =
        all.values().map(|(on, _)| *on).filter(|r| asked.about.is_empty() || named.contains(r)).collect();
    on.sort_unstable();
    on.dedup();
    let seen = look.sees_which(me, &on).await?;
    let kept =
        all.into_iter().filter(|(_, (on, _))| seen.contains(on) && (asked.about.is_empty() || named.contains(on)));
    Ok(kept.map(|(index, (_, bytes))| (index, bytes)).collect())
}

/// The evidence files that these entries named and that still lie in the store.
async fn evidence(
    store: &Store,
    entries: &BTreeMap<u64, Vec<u8>>,
    most: u64,
) -> Result<BTreeMap<String, Vec<u8>>, Stop> {
    let (mut found, mut bytes) = (BTreeMap::new(), 0);
    for (index, body) in entries {
        let Event::Item(ItemEvent::Delivered(item)) = book::read(*index, body)?.event else { continue };
        if found.contains_key(&item.sha256) || store.blobs().size(&item.sha256).await?.is_none() {
            continue;
        }
        bytes += item.bytes;
        if bytes > most {
            return Err(Stop::field("evidence", Why::of("invalid-pack-evidence").with("most", count(most))));
        }
        found.insert(item.sha256.clone(), store.blobs().read(&item.sha256).await?);
    }
    Ok(found)
}

/// An instant of a day's beginning or end as an index of the record.
pub async fn index_at(look: &mut Look, at: Instant) -> Result<u64, Stop> {
    let size = look.size();
    extract::index_at(look.tx(), at, size).await
}

/// Records that a pack was made; whoever made it hands it out only after this stands. Not an act by name: no door
/// takes it from outside, or packs could be recorded that nobody made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordPack {
    pub made: Made,
    /// For whom and what for.
    pub reason: String,
}

impl Act for RecordPack {
    const NAME: &'static str = "record-pack";
    type Power = MakePack;
    type Done = Made;

    async fn place(&self, _desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::anywhere())
    }

    async fn run(self, _may: May<MakePack>, desk: &mut Desk) -> Result<Made, Stop> {
        let reason = desk.seal(&names::text(4_000, "reason", &self.reason)?)?;
        let m = self.made.clone();
        let event = PackMade {
            sha256: m.sha256,
            size: m.size,
            range: m.range,
            entries: m.entries,
            disclosed: m.disclosed,
            evidence: m.evidence,
            about: m.about,
            reason,
        };
        let organisation = desk.organisation().await?.ok_or(Stop::NotFound)?;
        desk.append(organisation.id, OrganisationEvent::PackMade(event)).await?;
        Ok(self.made)
    }
}
