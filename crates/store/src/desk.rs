//! Where one act works inside the writer's turn. It reads rows through what this turn already changed, and writes
//! nothing: what it appends waits in memory, so an act that is refused or previewed leaves no trace by construction.

mod built;
mod signing;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use plantgate_domain::{
    base::{
        At, EngagementId, Held, Hold, Ids, Instant, Kind, Now, PersonId, Private, Proof, ProviderId, Reason, Ref,
        SiteId, Slot, Text,
    },
    event::Event,
    rules::Rules,
    thing::{AnyThing, Broken, Thing},
};
use uuid::Uuid;

pub use built::Built;
pub use signing::Under;

use self::signing::Signing;
use crate::{
    blobs::Blobs,
    book::{self, Cause, Written},
    db::Tx,
    keyring::Keyring,
    limits::Limits,
    memory::{Heap, Kept, Memory},
    ops::{credential::Gone, session, token},
    pace::Doubt,
    private::{self, Found, Sealed},
    reading::Reading,
    recall::Mark,
    signatures::Line,
    stop::{Stale, Stop},
    stored, trail,
};

/// What a batch of acts shares: the transaction and what the acts before this one changed.
pub struct Turn {
    pub tx: Tx,
    /// Changed by acts of this batch.
    pub changed: Heap,
    /// As it stood before the batch; `None` for what did not exist.
    pub before: BTreeMap<Ref, Option<Kept>>,
    /// Sealed by acts of this batch; the store does not have it yet.
    sealed: HashMap<Slot, String>,
    /// Entries of acts of this batch, by object: version and leaf hash.
    lines: HashMap<Ref, Vec<Line>>,
    reading: Reading,
    counters: BTreeMap<Kind, i64>,
    numbers: BTreeMap<Kind, Numbers>,
    rules: Arc<Rules>,
    limits: Limits,
    blobs: Blobs,
    keyring: Arc<Keyring>,
}

impl Turn {
    /// A turn over an open transaction.
    pub(crate) fn new(tx: Tx, rules: Arc<Rules>, reading: Reading, limits: Limits, of: (Blobs, Arc<Keyring>)) -> Turn {
        let (blobs, keyring) = of;
        Turn {
            tx,
            changed: Heap::default(),
            before: BTreeMap::new(),
            sealed: HashMap::new(),
            lines: HashMap::new(),
            reading,
            counters: BTreeMap::new(),
            numbers: BTreeMap::new(),
            rules,
            limits,
            blobs,
            keyring,
        }
    }

    /// The rules this turn works by.
    pub fn rules(&self) -> Arc<Rules> {
        self.rules.clone()
    }
    /// Notes the numbers an act of this turn gave out.
    pub fn count(&mut self, counters: &BTreeMap<Kind, i64>) {
        for (kind, last) in counters {
            let seen = self.counters.entry(*kind).or_insert(0);
            *seen = (*seen).max(*last);
        }
    }

    /// Keeps what an act of this turn sealed and wrote at hand for the acts behind it.
    pub(crate) fn keep_written(&mut self, sealed: &[Sealed], entries: &[Written]) {
        self.sealed.extend(sealed.iter().map(|s| (s.slot(), s.value().to_owned())));
        for e in entries {
            self.lines.entry(e.on).or_default().push((e.ver, e.leaf.0.to_vec()));
        }
    }

    /// The numbers of a kind before this turn, read once.
    async fn numbers(&mut self, kind: Kind) -> Result<&Numbers, Stop> {
        if !self.numbers.contains_key(&kind) {
            let last = stored::counter(&mut self.tx, kind).await?;
            let ahead: Vec<String> = (last + 1..=last + AHEAD).map(|n| numbered(kind, n)).collect();
            let taken = stored::taken(&mut self.tx, kind, &ahead).await?;
            self.numbers.insert(kind, Numbers { last, taken });
        }
        self.numbers.get(&kind).ok_or_else(|| Stop::fault("numbers that were just read are gone"))
    }

    /// The head this turn and the process's memory agreed on.
    pub(crate) fn mark(&self) -> Option<Mark> {
        self.reading.mark()
    }
}

/// Numbers of a kind as the rows have them.
#[derive(Debug)]
struct Numbers {
    /// The last one given out.
    last: i64,
    /// References right behind it that somebody chose.
    taken: HashSet<String>,
}

/// Numbers a turn looks ahead at once, so that not every act asks for its own.
const AHEAD: i64 = 64;

fn numbered(kind: Kind, number: i64) -> String {
    format!("{}-{number:04}", kind.prefix())
}

/// What an act leaves behind when it succeeds.
#[derive(Debug, Default)]
pub struct Left {
    pub changed: Heap,
    pub before: BTreeMap<Ref, Option<Kept>>,
    pub counters: BTreeMap<Kind, i64>,
    pub entries: Vec<Written>,
    pub sealed: Vec<Sealed>,
    /// Slots whose values are destroyed with this act.
    pub erased: Vec<Slot>,
    /// People of whose credentials, sign-in name and sessions something goes with this act.
    pub forgotten: Vec<(PersonId, Gone)>,
    /// Tokens whose secrets open from this act on.
    pub tokens: Vec<token::Kept>,
    /// Files that nobody names any more from this act on.
    pub unnamed: Vec<String>,
}

/// One act's place of work.
pub struct Desk {
    turn: Turn,
    left: Left,
    cause: Cause,
    now: Instant,
    doubt: Option<Doubt>,
    next_at: Instant,
    next_seq: u64,
    ids: Minter,
    signing: Signing,
}

impl Desk {
    pub(crate) fn open(turn: Turn, cause: Cause, present: (Instant, Option<Doubt>), next_seq: u64) -> Desk {
        let (now, doubt) = present;
        let (left, ids, signing) = (Left::default(), Minter { now, n: 0 }, Signing::default());
        Desk { turn, left, cause, now, doubt, next_at: now, next_seq, ids, signing }
    }
    /// Takes the desk apart: the turn goes on, what was left is kept or dropped by the writer.
    pub(crate) fn close(self) -> (Turn, Left) {
        (self.turn, self.left)
    }

    /// The present of this act.
    pub fn now(&self) -> Now {
        Now(self.now)
    }
    /// What the machine's clock shows, when nobody believes it; then the present is reckoned.
    pub fn doubt(&self) -> Option<Doubt> {
        self.doubt
    }
    /// Where evidence lies.
    pub fn blobs(&self) -> &Blobs {
        &self.turn.blobs
    }
    /// Keys, for an act that holds what this house itself sealed.
    pub fn keyring(&self) -> &Keyring {
        &self.turn.keyring
    }
    /// Bytes of an upload that a provider may name as its evidence; `None` when it may not.
    pub async fn uploaded(&mut self, sha256: &str, provider: ProviderId) -> Result<Option<u64>, Stop> {
        crate::ops::upload::uploaded(&mut self.turn.tx, sha256, provider).await
    }
    /// Bytes of a record of a session that somebody brought and that waits for its entry; `None` when it is not there.
    pub async fn brought(&mut self, sha256: &str, by: PersonId) -> Result<Option<u64>, Stop> {
        crate::ops::upload::brought(&mut self.turn.tx, sha256, by).await
    }
    /// Bounds.
    pub fn limits(&self) -> &Limits {
        &self.turn.limits
    }
    /// Who acts.
    pub fn cause(&self) -> &Cause {
        &self.cause
    }
    /// Notes the roles the power check found, for the entries.
    pub fn note_roles(&mut self, roles: Vec<String>) {
        self.cause.roles = roles;
    }
    /// New ids.
    pub fn ids(&mut self) -> &mut impl Ids {
        &mut self.ids
    }
    /// A new id.
    pub fn new_id(&mut self) -> Uuid {
        self.ids.next()
    }
    /// Size of the ledger as this act sees it.
    pub fn size(&self) -> u64 {
        self.next_seq
    }

    /// An object that must be at the version its reader saw.
    pub async fn seen<T>(&mut self, on: impl Into<Ref>, version: Option<u64>) -> Result<T, Stop>
    where
        T: Thing + TryFrom<AnyThing, Error = Broken>,
    {
        let on = on.into();
        let kept = self.kept(on).await?.ok_or(Stop::NotFound)?;
        if version.is_some_and(|v| v != kept.version) {
            return Err(Stop::Stale(Box::new(Stale { on, by: None, at: None, version: kept.version })));
        }
        Ok(T::try_from(kept.thing)?)
    }

    /// Appends one event to one object: folds it at once, stores it with the turn.
    pub async fn append(&mut self, on: impl Into<Ref>, event: impl Into<Event>) -> Result<(), Stop> {
        let (on, event) = (on.into(), event.into());
        let before = self.kept(on).await?;
        if let std::collections::btree_map::Entry::Vacant(e) = self.left.before.entry(on) {
            e.insert(before.clone());
        }
        let version = before.as_ref().map_or(1, |k| k.version + 1);
        let at = At { at: self.next_at, by: self.cause.actor, seq: self.next_seq };
        let thing = AnyThing::fold(before.map(|k| k.thing), on.id, &event, at)?;
        let signature = self.signature(&event)?;
        self.left.entries.push(book::write(&self.cause, (on, version), at.at, &event, signature.as_ref())?);
        let rules = self.rules();
        self.left.changed.put(on, Kept { thing, version }, &rules);
        // One entry, one instant: an audit trail that gives many acts the same time proves no order.
        self.next_at = Instant::from_micros(self.next_at.micros().saturating_add(1));
        self.next_seq += 1;
        Ok(())
    }

    /// Seals a personal value or human text.
    pub fn seal(&mut self, value: &str) -> Result<Private<Text>, Stop> {
        let slot = self.ids.next();
        let (private, sealed) = private::seal(slot, value)?;
        self.left.sealed.push(sealed);
        Ok(private)
    }

    /// Destroys private values when this act is kept; the caller appends the event that says so.
    pub fn erase(&mut self, slots: &[Slot]) {
        self.left.erased.extend_from_slice(slots);
    }
    /// Removes what a person signed in with, or sessions of theirs, when this act is kept.
    pub fn forget(&mut self, person: PersonId, gone: Gone) {
        self.left.forgotten.push((person, gone));
    }
    /// Lets the sweep remove files that an object names no longer, where no other one does; the caller appends the
    /// event that says so.
    pub fn unname(&mut self, sha256: impl Iterator<Item = String>) {
        self.left.unnamed.extend(sha256);
    }
    /// Lets the secret of a token open when this act is kept; the caller appends the event that says so.
    pub fn keep_token(&mut self, kept: token::Kept) {
        self.left.tokens.push(kept);
    }
    /// Whether a person has a sign-in session of that name.
    pub async fn signed_in(&mut self, person: PersonId, name: &str) -> Result<bool, Stop> {
        Ok(session::find(&mut self.turn.tx, person.0, name).await?.is_some())
    }
    /// Every private value that the entries of an object ever held, oldest first, with the entry it stands in.
    pub async fn slots_of(&mut self, on: Ref) -> Result<Vec<Found>, Stop> {
        private::of(&mut self.turn.tx, on).await
    }
    /// Whether a slot still holds its value.
    pub async fn holds(&mut self, slot: Slot) -> Result<bool, Stop> {
        Ok(matches!(private::read(&mut self.turn.tx, slot).await?, private::Held::Value(_)))
    }

    /// Entries stored before this turn.
    pub async fn stored_size(&mut self) -> Result<u64, Stop> {
        trail::size(&mut self.turn.tx).await
    }
    /// A range of stored entries with those that may be exceptions; what this turn appends is not among them.
    pub async fn range(&mut self, from: u64, until: u64) -> Result<trail::Range, Stop> {
        trail::range(&mut self.turn.tx, from, until).await
    }

    /// The next short reference of a kind, such as `AR-1188`; never given out twice.
    pub async fn next_reference(&mut self, kind: Kind) -> Result<String, Stop> {
        let last = self.turn.numbers(kind).await?.last;
        let seen = [self.left.counters.get(&kind), self.turn.counters.get(&kind)];
        let mut next = seen.into_iter().flatten().copied().max().unwrap_or(0).max(last) + 1;
        // A name somebody chose may stand in the way; numbers go on behind it.
        while self.taken(kind, next).await? {
            next += 1;
        }
        self.left.counters.insert(kind, next);
        Ok(numbered(kind, next))
    }

    /// Whether a number is somebody's name for an object already.
    async fn taken(&mut self, kind: Kind, number: i64) -> Result<bool, Stop> {
        let reference = numbered(kind, number);
        let changed = [&self.left.changed, &self.turn.changed];
        if changed.into_iter().any(|heap| heap.named(kind, &reference).is_some()) {
            return Ok(true);
        }
        let numbers = self.turn.numbers(kind).await?;
        if number <= numbers.last + AHEAD {
            return Ok(numbers.taken.contains(&reference));
        }
        Ok(self.named(kind, &reference).await?.is_some())
    }

    /// Reads a private value; `None` when it was erased.
    pub async fn open_private(&mut self, of: &Private<Text>) -> Result<Option<String>, Stop> {
        if let Some(value) = self.just_sealed(of.slot) {
            return Ok(Some(value));
        }
        match private::read(&mut self.turn.tx, of.slot).await? {
            private::Held::Value(v) => Ok(Some(v)),
            private::Held::Erased | private::Held::Missing => Ok(None),
        }
    }

    /// Many private values in one step; what was erased is not among them.
    pub async fn open_slots(&mut self, slots: &[Slot]) -> Result<HashMap<Slot, String>, Stop> {
        let mut found = private::read_many(&mut self.turn.tx, slots).await?;
        found.extend(slots.iter().filter_map(|slot| self.just_sealed(*slot).map(|value| (*slot, value))));
        Ok(found)
    }

    fn just_sealed(&self, slot: Slot) -> Option<String> {
        if let Some(value) = self.turn.sealed.get(&slot) {
            return Some(value.clone());
        }
        self.left.sealed.iter().find(|s| s.slot() == slot).map(|s| s.value().to_owned())
    }

    /// How many entries this act has made so far.
    pub fn entries(&self) -> usize {
        self.left.entries.len()
    }

    /// What this act would change, for previews: each object before and after.
    pub fn changes(&self) -> Vec<(Ref, Option<AnyThing>, AnyThing)> {
        let changed = self.left.changed.iter();
        changed
            .map(|(on, k)| {
                let before = self.left.before.get(on).cloned().flatten().map(|k| k.thing);
                (*on, before, k.thing.clone())
            })
            .collect()
    }

    fn here(&self, on: Ref) -> Option<&Kept> {
        self.left.changed.get(on).or_else(|| self.turn.changed.get(on))
    }

    /// Rows plus what was changed in memory: changed sources answer for themselves.
    fn merge<T>(&self, rows: Vec<(Ref, T)>, from: impl Fn(&Heap) -> Vec<(Ref, Vec<T>)>) -> Vec<T> {
        let mut by: BTreeMap<Ref, Vec<T>> = BTreeMap::new();
        for (on, one) in rows.into_iter().filter(|(on, _)| self.here(*on).is_none()) {
            by.entry(on).or_default().push(one);
        }
        for (on, many) in from(&self.turn.changed).into_iter().filter(|(on, _)| self.left.changed.get(*on).is_none()) {
            by.insert(on, many);
        }
        by.extend(from(&self.left.changed));
        by.into_values().flatten().collect()
    }
}

impl Memory for Desk {
    fn rules(&self) -> Arc<Rules> {
        self.turn.rules.clone()
    }
    fn size(&self) -> u64 {
        self.next_seq
    }
    async fn ahead(&mut self, on: &[Ref]) -> Result<(), Stop> {
        let want: Vec<Ref> = on.iter().filter(|r| self.here(**r).is_none()).copied().collect();
        self.turn.reading.ahead(&mut self.turn.tx, &want).await
    }
    async fn kept(&mut self, on: Ref) -> Result<Option<Kept>, Stop> {
        match self.here(on) {
            Some(kept) => Ok(Some(kept.clone())),
            None => Ok(self.turn.reading.kept(&mut self.turn.tx, on).await?.as_deref().cloned()),
        }
    }
    async fn pointing(&mut self, kind: Kind, rel: &'static str, to: Ref) -> Result<Vec<Kept>, Stop> {
        let rows = self.turn.reading.pointing(&mut self.turn.tx, kind, rel, to).await?;
        Ok(self.merge(things(&rows), |h| h.pointing(kind, rel, to).into_iter().map(|(r, k)| (r, vec![k])).collect()))
    }
    async fn around(&mut self, kinds: &[Kind], rel: &'static str, to: Ref) -> Result<Vec<Kept>, Stop> {
        let rows = self.turn.reading.around(&mut self.turn.tx, kinds, rel, to).await?;
        Ok(self.merge(things(&rows), |h| h.around(kinds, rel, to).into_iter().map(|(r, k)| (r, vec![k])).collect()))
    }
    async fn named(&mut self, kind: Kind, reference: &str) -> Result<Option<Ref>, Stop> {
        for heap in [&self.left.changed, &self.turn.changed] {
            if let Some(on) = heap.named(kind, reference) {
                return Ok(Some(on));
            }
        }
        let stored = self.turn.reading.named(&mut self.turn.tx, kind, reference).await?;
        Ok(stored.filter(|on| self.here(*on).is_none()))
    }
    async fn every(&mut self, kind: Kind) -> Result<Vec<Kept>, Stop> {
        let rows = self.turn.reading.every(&mut self.turn.tx, kind).await?;
        Ok(self.merge(things(&rows), |h| h.every(kind).into_iter().map(|(r, k)| (r, vec![k])).collect()))
    }
    async fn reasons(&mut self, at: (EngagementId, SiteId)) -> Result<Vec<Reason>, Stop> {
        let rows = self.turn.reading.reasons(&mut self.turn.tx, at).await?;
        Ok(self.merge(rows.to_vec(), |h| h.reasons(at)))
    }
    async fn holds(&mut self, on: &[Held]) -> Result<Vec<Hold>, Stop> {
        let ids: Vec<Uuid> = on.iter().map(|h| crate::rows::held_id(*h)).collect();
        let rows = self.turn.reading.holds(&mut self.turn.tx, on).await?;
        Ok(self.merge(rows, |h| h.holds(&ids)))
    }
    async fn proofs(&mut self, of: EngagementId) -> Result<Vec<Proof>, Stop> {
        let rows = self.turn.reading.proofs(&mut self.turn.tx, of).await?;
        Ok(self.merge(rows.to_vec(), |h| h.proofs(of)))
    }
}

fn things(found: &[(Ref, Arc<Kept>)]) -> Vec<(Ref, Kept)> {
    found.iter().map(|(on, kept)| (*on, Kept::clone(kept))).collect()
}

/// UUID version 7: the plant's time in front, randomness behind, so that ids sort by age.
#[derive(Debug)]
struct Minter {
    now: Instant,
    n: u16,
}

impl Ids for Minter {
    fn next(&mut self) -> Uuid {
        let mut bytes = [0_u8; 16];
        // Randomness can only fail on a machine that is not up yet; the counter still keeps ids of one act apart.
        if getrandom::fill(&mut bytes).is_err() {
            bytes = self.now.micros().rotate_left(17).to_be_bytes().repeat(2).try_into().unwrap_or(bytes);
        }
        let ms = u64::try_from(self.now.micros().div_euclid(1_000)).unwrap_or(0);
        let random = u128::from_be_bytes(bytes) & ((1 << 62) - 1);
        let value = (u128::from(ms) << 80) | (0x7 << 76) | (u128::from(self.n & 0x0fff) << 64) | (0b10 << 62) | random;
        self.n = self.n.wrapping_add(1);
        Uuid::from_u128(value)
    }
}
