//! Audit packs (S6.5b): a part of the record for somebody outside, as it stood at a signed head. What goes in is what
//! the person who makes it may see; private values only where they were asked for; and that it was made is an entry,
//! since from then on a copy is out of our hands.

use std::collections::{BTreeMap, BTreeSet};

use plantgate_domain::{
    base::{Actor, Instant, Kind, PersonId, Ref, Refusal, Signature, Slot, Why},
    event::expect::PackWish,
    qualify::person::{Person, Seat},
};
use plantgate_store::{
    Limits, Stop, Store, book,
    extract::{self, Draft, Tree},
    look::Look,
    memory::Memory,
    witnesses::{self, Witnessed},
};
use serde::{Deserialize, Serialize};

use super::{
    enclosed,
    progress::{Counted, Progress, Stretch},
};
use crate::{
    names,
    power::{MakePack, Power, could},
    sign,
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
    /// Its word, in the record and in forms.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Disclose::Nothing => "nothing",
            Disclose::Names => "names",
            Disclose::Everything => "everything",
        }
    }

    /// From its word.
    pub fn of(word: &str) -> Option<Disclose> {
        [Disclose::Nothing, Disclose::Names, Disclose::Everything].into_iter().find(|d| d.as_str() == word)
    }

    fn wants(&self, field: &str) -> bool {
        match self {
            // Keys and passwords that are sealed are of no use to a reader, and a pack outlives their destruction.
            _ if ["seal", "brought_seal"].contains(&field) => false,
            Disclose::Nothing => false,
            Disclose::Names => ["name", "file_name"].contains(&field),
            Disclose::Everything => true,
        }
    }
}

/// What to take.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    /// Everything that belongs to these providers, by reference.
    pub providers: Vec<String>,
    /// These objects, as kind and reference.
    pub objects: Vec<(Kind, String)>,
    /// Engagements with everything that points to them.
    pub engagements: Vec<String>,
    /// Everything of these sites.
    pub sites: Vec<String>,
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
    /// Which log, its key as text and its fingerprint: to be compared with what the organisation gives out elsewhere.
    pub log: (String, String, String),
    /// The newest head that somebody outside vouched for, which may be an older one than this pack's.
    pub witnessed: Option<Witnessed>,
    /// What was asked for and stays out.
    pub withheld: Withheld,
    wish: PackWish,
    tree: Tree,
    store: Store,
    called: BTreeMap<Ref, String>,
    /// Printed names of signers, by the entry that bears the signature; none where names stay in the house.
    signers: BTreeMap<u64, String>,
}

/// What was asked for and does not go along.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Withheld {
    /// Objects that the maker may not see; how many is not theirs to know either.
    pub unseen: bool,
    /// Private values that stay closed: the pack holds their commitments.
    pub private: u64,
    /// Evidence files that entries name and that stay here, or are here no more.
    pub evidence: u64,
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
    /// The signature under it.
    pub signature: Option<Signature>,
    /// Roles of the person then, as words.
    pub roles: Vec<String>,
    /// Name the signer had then, where the pack discloses names.
    pub signer: Option<String>,
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
                signature: read.signature,
                roles: read.roles,
                signer: self.signers.get(index).cloned(),
            })
        };
        self.draft.entries.iter().map(tell).collect()
    }

    /// Puts the pages in and seals it.
    pub fn seal(mut self, readme: String, report: String, print: Vec<u8>) -> Result<Sealed, Stop> {
        self.draft.views = extract::views(readme, report, print);
        let made = Made {
            sha256: String::new(),
            size: self.tree.size(),
            range: self.draft.range,
            entries: self.draft.entries.len() as u64,
            disclosed: self.draft.private.len() as u64,
            evidence: self.draft.blobs.len() as u64,
            about: self.draft.about.clone(),
            wish: self.wish,
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
    pub wish: PackWish,
}

/// Whether somebody may make packs at all. Asked before anything is taken out of the record, and once more by the act
/// that records it.
pub async fn may(look: &mut Look, me: PersonId) -> Result<(), Stop> {
    let person: Person = look.get(me).await?;
    if person.provider().is_some() {
        return Err(Stop::NotFound);
    }
    let left = person.leaves_at().is_some_and(|at| at <= look.now().0);
    if person.seat != Seat::Active || left {
        return Err(Refusal::new("R-27", "stop-no-seat").into());
    }
    if could(&person, MakePack::KEY, &[], &look.rules()) {
        Ok(())
    } else {
        Err(Refusal::new("R-13", "stop-no-power").into())
    }
}

/// Takes out of the record what was wished, as far as `me` may see it.
pub async fn draw(store: &Store, me: PersonId, wish: &Wish, language: &str) -> Result<Drawn, Stop> {
    draw_telling(store, me, wish, language, &()).await
}

/// The same, and tells how far it is.
pub async fn draw_telling(
    store: &Store,
    me: PersonId,
    wish: &Wish,
    language: &str,
    progress: &dyn Progress,
) -> Result<Drawn, Stop> {
    store.checkpoint().await?;
    let mut look = store.look().await?;
    may(&mut look, me).await?;
    let head = extract::head(look.tx(), wish.size).await?;
    let (size, checkpoint) = head.ok_or_else(|| Stop::field("size", Why::of("invalid-pack-head")))?;
    let policy = witnesses::policy(look.tx(), store.keyring()).await?;
    let key = policy.key_at(store.keyring(), size)?;
    let checkpoint = witnesses::with_lines(look.tx(), &policy, size, checkpoint).await?;
    let witnessed = witnesses::newest(look.tx(), &policy).await?;
    let asked = objects(&mut look, me, wish).await?;
    let entries = entries((&mut look, store.limits()), me, (wish, size), &asked, progress).await?;
    let mut opened = extract::disclosed(look.tx(), &entries, |_| true).await?;
    let open = opened.len();
    let fields: BTreeMap<String, String> = entries.iter().flat_map(|(n, bytes)| extract::fields(*n, bytes)).collect();
    opened.retain(|d| fields.get(&d.slot).is_some_and(|field| wish.disclose.wants(field)));
    let mut withheld = Withheld { unseen: asked.unseen, ..Withheld::default() };
    withheld.private = (open - opened.len()) as u64;
    let mut draft = Draft {
        range: wish.range,
        private: opened,
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
    let named = enclosed::named(&entries)?;
    let aside = if wish.evidence { enclosed::aside(&mut look, &entries).await? } else { BTreeSet::new() };
    let called = called(&mut look, &entries).await?;
    let signers = match wish.disclose.wants("name") {
        true => sign::signers(&mut look, &entries).await?,
        false => BTreeMap::new(),
    };
    let tree = extract::tree(look.tx(), size).await?;
    // Files may come from far: a database ends what idles in a snapshot, and others wait for its place.
    drop(look);
    if wish.evidence {
        let leave = named.iter().filter(|(sha256, _)| !aside.contains(*sha256));
        let leave = leave.map(|(sha256, bytes)| (sha256.clone(), *bytes)).collect();
        draft.blobs = enclosed::files(store, &leave, progress).await?;
    }
    withheld.evidence = (named.len() - draft.blobs.len()) as u64;
    draft.entries = entries;
    let fingerprint = witnesses::fingerprint(key.verifier());
    let log = (key.verifier().name().to_owned(), key.verifier().to_string(), fingerprint);
    let (disclose, evidence) = (wish.disclose.as_str().to_owned(), wish.evidence);
    let wish = PackWish { disclose, evidence, language: language.to_owned() };
    Ok(Drawn { draft, log, witnessed, withheld, wish, tree, store: store.clone(), called, signers })
}

/// The entries that go along in full, at most as many as a pack holds.
async fn entries(
    (look, limits): (&mut Look, &Limits),
    me: PersonId,
    (wish, size): (&Wish, u64),
    asked: &Asked,
    progress: &dyn Progress,
) -> Result<BTreeMap<u64, Vec<u8>>, Stop> {
    let entries = match wish.range {
        None => selected(look, size, asked, progress).await?,
        Some((from, until)) if from < until && until <= size && until - from <= limits.pack_leaves => {
            ranged(look, me, (from, until), asked, progress).await?
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
    Ok(entries)
}

/// Whether all these private values are still there: what was erased after a pack was made must not leave with it.
pub async fn open(look: &mut Look, slots: &[String]) -> Result<bool, Stop> {
    let slots: Option<Vec<Slot>> = slots.iter().map(|s| s.parse().ok().map(Slot)).collect();
    let slots = slots.ok_or_else(|| Stop::fault("a slot that is none"))?;
    Ok(look.open_slots(&slots).await?.len() == slots.len())
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
pub(super) fn count(n: impl TryInto<i64>) -> i64 {
    n.try_into().unwrap_or(i64::MAX)
}

/// How a pack says that it took everything of an engagement, and of a site.
pub(super) const OF_ENGAGEMENT: &str = "everything-of-engagement";
pub(super) const AT_SITE: &str = "everything-at-site";

/// What was asked for, in words of the record.
struct Asked {
    on: Vec<Ref>,
    about: Vec<String>,
    /// Whether some of it is not the maker's to see.
    unseen: bool,
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
    for name in &wish.engagements {
        let engagement = found(look, me, Kind::Engagement, name).await?;
        on.insert(engagement);
        on.extend(extract::pointing(look.tx(), engagement.id).await?);
        about.push(format!("{OF_ENGAGEMENT} {name}"));
    }
    for name in &wish.sites {
        let site = found(look, me, Kind::Site, name).await?;
        on.insert(site);
        on.extend(extract::at_site(look.tx(), site.id).await?);
        about.push(format!("{AT_SITE} {name}"));
    }
    let on: Vec<Ref> = on.into_iter().collect();
    let seen = look.sees_which(me, &on).await?;
    let unseen = on.iter().any(|r| !seen.contains(r));
    Ok(Asked { on: on.into_iter().filter(|r| seen.contains(r)).collect(), about, unseen })
}

async fn found(look: &mut Look, me: PersonId, kind: Kind, name: &str) -> Result<Ref, Stop> {
    let on = names::find(look, kind, name).await?.ok_or(Stop::NotFound)?;
    if look.sees(me, on).await? { Ok(on) } else { Err(Stop::NotFound) }
}

/// All entries of what was asked for, below the head.
async fn selected(
    look: &mut Look,
    size: u64,
    asked: &Asked,
    progress: &dyn Progress,
) -> Result<BTreeMap<u64, Vec<u8>>, Stop> {
    let mut entries = BTreeMap::new();
    let mut stretch = Stretch::of(Counted::Objects, asked.on.len() as u64, progress);
    for some in asked.on.chunks(extract::SOME) {
        entries.extend(extract::of(look.tx(), some, size).await?);
        stretch.done(some.len() as u64);
    }
    Ok(entries)
}

/// Entries of a range: those asked for (all, when nothing was named) that `me` sees; the others stay bare leaves.
async fn ranged(
    look: &mut Look,
    me: PersonId,
    (from, until): (u64, u64),
    asked: &Asked,
    progress: &dyn Progress,
) -> Result<BTreeMap<u64, Vec<u8>>, Stop> {
    let mut all = BTreeMap::new();
    let mut stretch = Stretch::of(Counted::Entries, until - from, progress);
    let mut next = from;
    while next < until {
        let end = until.min(next + extract::STEP);
        all.extend(extract::between(look.tx(), next, end).await?);
        stretch.done(end - next);
        next = end;
    }
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

/// An instant of a day's beginning or end as an index of the record.
pub async fn index_at(look: &mut Look, at: Instant) -> Result<u64, Stop> {
    let size = look.size();
    extract::index_at(look.tx(), at, size).await
}
