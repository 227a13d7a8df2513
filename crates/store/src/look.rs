//! One snapshot per page: everything a page or an answer shows was true at one size of the ledger, at one instant.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use plantgate_domain::{
    base::{
        Duty, EngagementId, Held, Hold, Instant, Kind, Now, PersonId, Private, Proof, Reason, Ref, SiteId, Slot, Text,
    },
    qualify::person::Person,
    rules::Rules,
    thing::AnyThing,
};
use uuid::Uuid;

use crate::{
    book,
    db::{Db, Tx},
    memory::{Kept, Memory},
    pace::{Doubt, Pace, Present},
    private,
    reading::Reading,
    recall::Recall,
    rows,
    stop::{Away, Stop},
    stored::{self, Due},
};

/// A read-only snapshot.
pub struct Look {
    tx: Tx,
    now: Now,
    doubt: Option<Doubt>,
    size: u64,
    rules: Arc<Rules>,
    reading: Reading,
    /// Somebody who reads with fewer roles than their rows say, and the parties they read as.
    narrowed: Option<(Person, Vec<Uuid>)>,
}

impl Look {
    pub(crate) async fn open(db: &Db, pace: &Pace, recall: Arc<Recall>, rows: i64) -> Result<Look, Stop> {
        let mut tx = db.snapshot().await?;
        let head = book::head(&mut tx).await?;
        // Rows of another shape mean something this binary may not read right: it answers nothing, decisions first.
        if head.generation > rows {
            return Err(Away::Newer.into());
        }
        let (mark, rules) = recall.catch_up(&mut tx, &head.edge).await?;
        let size = head.edge.size();
        let Present { now, doubt } = pace.present(&mut tx, head.last_at, size == 0).await?;
        let reading = Reading::new(recall, mark);
        Ok(Look { now: Now(now), doubt, size, tx, rules, reading, narrowed: None })
    }

    /// From here on this person reads with these roles, whatever their rows say: lists, counts and single objects.
    pub fn narrow(&mut self, person: Person) {
        let parties = rows::parties_of(&person);
        self.narrowed = Some((person, parties));
    }
    /// The parties a narrowed reader reads as; `None` for whoever reads as their rows say.
    pub(crate) fn parties_narrowed(&self, reader: PersonId) -> Option<&[Uuid]> {
        self.narrowed.as_ref().filter(|(person, _)| person.id == reader).map(|(_, parties)| parties.as_slice())
    }

    /// The present of this snapshot: expired stays expired when the clock is set back.
    pub fn now(&self) -> Now {
        self.now
    }
    /// What the machine's clock shows, when nobody believes it.
    pub fn doubt(&self) -> Option<Doubt> {
        self.doubt
    }
    pub(crate) fn present(&self) -> Present {
        Present { now: self.now.0, doubt: self.doubt }
    }
    /// Size of the ledger it shows.
    pub fn size(&self) -> u64 {
        self.size
    }
    pub(crate) fn reading(&self) -> &Reading {
        &self.reading
    }
    /// The transaction, for lists.
    pub fn tx(&mut self) -> &mut Tx {
        &mut self.tx
    }
    /// Shows the snapshot at another instant: what stands recorded now, evaluated then.
    pub fn at(&mut self, t: Instant) {
        self.now = Now(t);
    }
    /// Reads a private value; `None` when it was erased.
    pub async fn open_private(&mut self, of: &Private<Text>) -> Result<Option<String>, Stop> {
        self.open_slot(of.slot).await
    }
    /// Reads a slot; `None` when it was erased.
    pub async fn open_slot(&mut self, slot: Slot) -> Result<Option<String>, Stop> {
        match private::read(&mut self.tx, slot).await? {
            private::Held::Value(v) => Ok(Some(v)),
            private::Held::Erased | private::Held::Missing => Ok(None),
        }
    }
    /// Duties that are due and not done, oldest first, at most `limit`; and where the next ones begin.
    pub async fn overdue(&mut self, after: Option<Due>, limit: u64) -> Result<(Vec<Duty>, Option<Due>), Stop> {
        let now = self.now.0;
        stored::overdue(&mut self.tx, now, after, limit).await
    }
    /// Engagements and sites whose standing is not good at this instant.
    pub async fn not_good(&mut self) -> Result<Vec<(EngagementId, SiteId)>, Stop> {
        let now = self.now.0;
        stored::not_good(&mut self.tx, now).await
    }
    /// Reads many slots in one step; those that were erased are not among the answers.
    pub async fn open_slots(&mut self, slots: &[Slot]) -> Result<HashMap<Slot, String>, Stop> {
        private::read_many(&mut self.tx, slots).await
    }
    /// Whether a reader may see an object at all: what the rows of both say, worked out from the objects themselves.
    pub async fn sees(&mut self, reader: PersonId, on: Ref) -> Result<bool, Stop> {
        self.reading.ahead(&mut self.tx, &[reader.into(), on]).await?;
        if let Some((person, _)) = self.narrowed.as_ref().filter(|(person, _)| person.id == reader) {
            let kept = self.reading.kept(&mut self.tx, on).await?;
            return Ok(kept.is_some_and(|on| rows::sees(&AnyThing::Person(person.clone()), &on.thing)));
        }
        let (reader, on) =
            (self.reading.kept(&mut self.tx, reader.into()).await?, self.reading.kept(&mut self.tx, on).await?);
        Ok(reader.zip(on).is_some_and(|(reader, on)| rows::sees(&reader.thing, &on.thing)))
    }
    /// Which of these objects a reader may see, in one step.
    pub async fn sees_which(&mut self, reader: PersonId, on: &[Ref]) -> Result<HashSet<Ref>, Stop> {
        if self.parties_narrowed(reader).is_none() {
            return stored::sees_which(&mut self.tx, reader, on).await;
        }
        let mut seen = HashSet::with_capacity(on.len());
        for one in on {
            if self.sees(reader, *one).await? {
                seen.insert(*one);
            }
        }
        Ok(seen)
    }
    /// All objects of a kind with what they are; only for kinds that are few.
    pub async fn every_with_id(&mut self, kind: Kind) -> Result<Vec<(Ref, Kept)>, Stop> {
        let found = self.reading.every(&mut self.tx, kind).await?;
        Ok(found.iter().map(|(on, k)| (*on, Kept::clone(k))).collect())
    }
    /// Entries of that name within a range of numbers, oldest first, at most `limit`. It reads the whole range: whoever
    /// asks bounds it.
    pub async fn entries_named(
        &mut self,
        name: &str,
        range: std::ops::Range<u64>,
        limit: u64,
    ) -> Result<Vec<book::Read>, Stop> {
        use crate::db::V;
        let sql = "select seq, body from entry where seq >= $1 and seq < $2 and name = $3 order by seq limit $4";
        let values = [V::size(range.start), V::size(range.end), V::text(name), V::size(limit)];
        let recs = self.tx.all(sql, &values).await?;
        recs.iter().map(|r| book::read(r.size(0)?, &r.bytes(1)?)).collect()
    }
    /// Leaf hash of the entry of that number, as hexadecimal digits.
    pub async fn leaf(&mut self, seq: u64) -> Result<Option<String>, Stop> {
        let recs = self.tx.all("select leaf from entry where seq = $1", &[crate::db::V::size(seq)]).await?;
        let first = recs.first().map(|r| r.bytes(0)).transpose()?;
        Ok(first.map(|leaf| leaf.iter().map(|b| format!("{b:02x}")).collect()))
    }
    /// The entries of one object, oldest first, with their leaf hashes.
    pub async fn entries(&mut self, on: Ref) -> Result<Vec<(book::Read, String)>, Stop> {
        let sql = "select seq, body, leaf from entry where kind = $1 and id = $2 order by ver";
        let values = [crate::db::V::text(on.kind.as_str()), crate::db::V::Id(on.id)];
        let recs = self.tx.all(sql, &values).await?;
        recs.iter()
            .map(|r| {
                let read = book::read(r.size(0)?, &r.bytes(1)?)?;
                Ok((read, r.bytes(2)?.iter().map(|b| format!("{b:02x}")).collect()))
            })
            .collect()
    }
}

impl Memory for Look {
    fn rules(&self) -> Arc<Rules> {
        self.rules.clone()
    }
    fn size(&self) -> u64 {
        self.size
    }
    async fn ahead(&mut self, on: &[Ref]) -> Result<(), Stop> {
        self.reading.ahead(&mut self.tx, on).await
    }
    async fn kept(&mut self, on: Ref) -> Result<Option<Kept>, Stop> {
        Ok(self.reading.kept(&mut self.tx, on).await?.as_deref().cloned())
    }
    async fn pointing(&mut self, kind: Kind, rel: &'static str, to: Ref) -> Result<Vec<Kept>, Stop> {
        let found = self.reading.pointing(&mut self.tx, kind, rel, to).await?;
        Ok(found.iter().map(|(_, k)| Kept::clone(k)).collect())
    }
    async fn around(&mut self, kinds: &[Kind], rel: &'static str, to: Ref) -> Result<Vec<Kept>, Stop> {
        let found = self.reading.around(&mut self.tx, kinds, rel, to).await?;
        Ok(found.iter().map(|(_, k)| Kept::clone(k)).collect())
    }
    async fn named(&mut self, kind: Kind, reference: &str) -> Result<Option<Ref>, Stop> {
        self.reading.named(&mut self.tx, kind, reference).await
    }
    async fn every(&mut self, kind: Kind) -> Result<Vec<Kept>, Stop> {
        let found = self.reading.every(&mut self.tx, kind).await?;
        Ok(found.iter().map(|(_, k)| Kept::clone(k)).collect())
    }
    async fn reasons(&mut self, at: (EngagementId, SiteId)) -> Result<Vec<Reason>, Stop> {
        Ok(self.reading.reasons(&mut self.tx, at).await?.iter().map(|(_, r)| r.clone()).collect())
    }
    async fn holds(&mut self, on: &[Held]) -> Result<Vec<Hold>, Stop> {
        Ok(self.reading.holds(&mut self.tx, on).await?.into_iter().map(|(_, h)| h).collect())
    }
    async fn proofs(&mut self, of: EngagementId) -> Result<Vec<Proof>, Stop> {
        Ok(self.reading.proofs(&mut self.tx, of).await?.iter().map(|(_, p)| p.clone()).collect())
    }
}
