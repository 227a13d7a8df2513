//! The only write transaction in the house. Acts take turns; a turn may hold many acts and costs one flush. An act is
//! answered only after its commit is durable. A refused act, a preview and a broken act leave nothing behind.

use std::{
    collections::{HashMap, VecDeque},
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use futures_util::FutureExt;
use plantgate_domain::{
    base::{Actor, Arg, Instant, PersonId, Refusal, Say, Slot},
    rules::Rules,
};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot, watch};
use uuid::Uuid;

mod open;

pub use crate::receipt::{Receipt, receipt_of};
use crate::{
    blobs::Blobs,
    book::{self, Cause, End, Written},
    clock::{Clock, Wall},
    db::{Db, V},
    desk::{Desk, Left, Turn},
    keyring::Keyring,
    limits::Limits,
    look::Look,
    ops::{credential, credential::Gone, outbox, pack_order, pulse, token, upload},
    pace::{Doubt, Note, Pace, Present},
    private,
    reading::Reading,
    recall::Recall,
    receipt::receipts_of,
    stop::{Away, Stop},
    watermark::Watermark,
    witnesses,
};

/// Who asks, and under which request id.
#[derive(Clone, Debug)]
pub struct Ctx {
    pub actor: Actor,
    pub request: Uuid,
    /// How the person had proven who they are.
    pub auth: Option<String>,
}

/// A future an act runs as.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<Value, Stop>> + Send + 'a>>;
/// An act as the writer runs it; more than once if a neighbour in the batch broke the connection.
pub type Run = Box<dyn for<'a> Fn(&'a mut Desk) -> Running<'a> + Send + Sync>;

struct Job {
    ctx: Ctx,
    digest: Vec<u8>,
    preview: bool,
    /// Whether it may be recorded at reckoned time while the clock is doubted.
    in_doubt: bool,
    run: Run,
    answer: oneshot::Sender<Result<Receipt, Stop>>,
}

/// An open archive: database, blobs, keys, clock and the writer's queue. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    blobs: Blobs,
    keyring: Arc<Keyring>,
    clock: Clock,
    pace: Pace,
    limits: Limits,
    recall: Arc<Recall>,
    watermark: Watermark,
    queue: mpsc::Sender<Job>,
    size: watch::Sender<u64>,
}

impl Store {
    fn clone_weak(&self) -> std::sync::Weak<Inner> {
        Arc::downgrade(&self.inner)
    }
    /// The database, for working state and for tools.
    pub fn db(&self) -> &Db {
        &self.inner.db
    }
    /// Where evidence lies.
    pub fn blobs(&self) -> &Blobs {
        &self.inner.blobs
    }
    /// Keys.
    pub fn keyring(&self) -> &Keyring {
        &self.inner.keyring
    }
    /// The last head somebody outside vouched for, and whether this record still is the one.
    pub fn watermark(&self) -> &Watermark {
        &self.inner.watermark
    }
    /// The plant's clock.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }
    /// Bounds.
    pub fn limits(&self) -> &Limits {
        &self.inner.limits
    }
    /// The rules as this process last met them; a snapshot and a turn have those in force where they stand.
    pub fn rules(&self) -> Arc<Rules> {
        self.inner.recall.rules()
    }
    /// Told whenever the ledger grew here.
    pub fn grown(&self) -> watch::Receiver<u64> {
        self.inner.size.subscribe()
    }
    /// A snapshot for reading.
    pub async fn look(&self) -> Result<Look, Stop> {
        let look =
            Look::open(&self.inner.db, &self.inner.pace, self.inner.recall.clone(), self.inner.limits.rows).await?;
        let Some(note) = self.inner.pace.note(look.present()) else { return Ok(look) };
        // Nobody holds one connection while waiting for another.
        drop(look);
        match note {
            Note::Doubt(reckoned) => pulse::doubt(&self.inner.db, reckoned).await?,
            Note::Believe => pulse::believe(&self.inner.db).await?,
        }
        Look::open(&self.inner.db, &self.inner.pace, self.inner.recall.clone(), self.inner.limits.rows).await
    }
    /// The time of working state at a snapshot: sign-in sessions and codes. Where the clock is guarded it is the
    /// record's present: a clock that nobody believes ends no session, and one that was set back lets none go on.
    pub fn wall(&self, look: &Look) -> Wall {
        if self.inner.clock.guarded() { Wall(look.now().0.micros().div_euclid(1_000_000)) } else { Wall::now() }
    }
    /// Runs an act in its turn. `digest` is the keyed digest of what was asked: the same request id with another
    /// digest is refused, with the same one gets the same receipt.
    pub async fn act(&self, ctx: Ctx, digest: Vec<u8>, preview: bool, run: Run) -> Result<Receipt, Stop> {
        let (answer, answered) = oneshot::channel();
        let in_doubt = false;
        self.queued(Job { ctx, digest, preview, in_doubt, run, answer }, answered).await
    }
    /// The same for an act that is recorded even while the clock is doubted, at reckoned time: what protects people,
    /// what closes something, and the confirmation of the clock itself.
    pub async fn act_in_doubt(&self, ctx: Ctx, digest: Vec<u8>, preview: bool, run: Run) -> Result<Receipt, Stop> {
        let (answer, answered) = oneshot::channel();
        let in_doubt = true;
        self.queued(Job { ctx, digest, preview, in_doubt, run, answer }, answered).await
    }

    async fn queued(&self, job: Job, answered: oneshot::Receiver<Result<Receipt, Stop>>) -> Result<Receipt, Stop> {
        match self.inner.queue.try_send(job) {
            Ok(()) => answered.await.unwrap_or(Err(Stop::OutcomeUnknown)),
            Err(_) => Err(Stop::Busy),
        }
    }
    /// Notes that the clock is believed, for the next process (`crate::pace`).
    pub async fn pulse(&self) -> Result<(), Stop> {
        self.look().await?;
        match self.inner.pace.believed() {
            Some(at) => pulse::note(&self.inner.db, at).await,
            None => Ok(()),
        }
    }

    /// Signs the head if it moved. Never while this record is not the one somebody outside vouched for: that would be
    /// a second history under one name.
    pub async fn checkpoint(&self) -> Result<Option<u64>, Stop> {
        let mut tx = self.inner.db.write().await?;
        book::end(&mut tx).await?;
        if self.inner.watermark.stands(&mut tx, &self.inner.keyring).await?.is_some() {
            return Ok(None);
        }
        let key = witnesses::policy(&mut tx, &self.inner.keyring).await?.key(&self.inner.keyring)?;
        let signed = book::checkpoint(&mut tx, &key, self.inner.clock.now()).await?;
        tx.commit().await?;
        Ok(signed)
    }
}

async fn turns(store: std::sync::Weak<Inner>, mut jobs: mpsc::Receiver<Job>) {
    let mut waiting = VecDeque::new();
    loop {
        if waiting.is_empty() {
            match jobs.recv().await {
                Some(job) => waiting.push_back(job),
                None => return,
            }
        }
        let Some(inner) = store.upgrade() else { return };
        while waiting.len() < inner.limits.batch {
            match jobs.try_recv() {
                Ok(job) => waiting.push_back(job),
                Err(_) => break,
            }
        }
        waiting = turn(&inner, waiting).await;
    }
}

/// One batch. Returns the jobs that must run again because a neighbour broke the connection.
async fn turn(inner: &Inner, jobs: VecDeque<Job>) -> VecDeque<Job> {
    let opened = async {
        let mut tx = inner.db.write().await?;
        let end = inner.db.in_time(inner.limits.answer_secs, book::end(&mut tx)).await?;
        let (mark, rules) = inner.recall.catch_up(&mut tx, &end.edge).await?;
        let asked: Vec<Uuid> = jobs.iter().map(|job| job.ctx.request).collect();
        let before = receipts_of(&mut tx, &asked).await?;
        let of = (inner.blobs.clone(), inner.keyring.clone());
        let turn = Turn::new(tx, rules, Reading::new(inner.recall.clone(), mark), inner.limits, of);
        let (entries, sealed, erased) = (Vec::new(), Vec::new(), Vec::new());
        let (forgotten, tokens, unnamed, done) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Ok::<_, Stop>(Batch { inner, turn, end, before, entries, sealed, erased, forgotten, tokens, unnamed, done })
    };
    let mut batch = match opened.await {
        Ok(batch) if batch.end.generation > inner.limits.rows => {
            tracing::error!("a newer release of Plantgate took this database over; this node writes no more");
            for job in jobs {
                let _ = job.answer.send(Err(Away::Newer.into()));
            }
            return VecDeque::new();
        }
        Ok(batch) => batch,
        Err(stop) => {
            tracing::error!(%stop, "a turn could not begin");
            // Nothing was asked yet: whatever it was, asking again may help.
            let stop = if stop.is_passing() { stop } else { Stop::Busy };
            for job in jobs {
                let _ = job.answer.send(Err(stop.clone()));
            }
            return VecDeque::new();
        }
    };
    let mut jobs = jobs;
    // Whoever acts behind new rules acts by them: in the next turn.
    while let Some(job) = jobs.pop_front_if(|_| !batch.adopts()) {
        match batch.run(job).await {
            Ok(next) => batch = next,
            Err(mut again) => {
                again.append(&mut jobs);
                return again;
            }
        }
    }
    batch.finish().await;
    jobs
}

struct Done {
    job: Job,
    receipt: Receipt,
}

struct Batch<'i> {
    inner: &'i Inner,
    turn: Turn,
    end: End,
    /// Receipts of requests that were answered before this turn.
    before: HashMap<Uuid, (Vec<u8>, Receipt)>,
    entries: Vec<Written>,
    sealed: Vec<private::Sealed>,
    erased: Vec<Slot>,
    forgotten: Vec<(PersonId, Gone)>,
    tokens: Vec<token::Kept>,
    unnamed: Vec<String>,
    done: Vec<Done>,
}

impl<'i> Batch<'i> {
    /// Whether an act of this turn adopted rules.
    fn adopts(&self) -> bool {
        crate::verify::rules_changed(&self.turn).is_some()
    }

    /// The present, one microsecond behind the last entry at least, so that no two entries share an instant.
    async fn now(&mut self, in_doubt: bool) -> Result<Present, Stop> {
        let last = self.entries.last().map_or(self.end.last_at, |e| e.at);
        let empty = self.end.edge.size() == 0;
        let mut present = self.inner.pace.present(&mut self.turn.tx, last, empty).await?;
        if let Some(doubt) = present.doubt.filter(|_| !in_doubt) {
            return Err(doubted(doubt, present.now));
        }
        present.now = present.now.max(Instant::from_micros(last.micros().saturating_add(1)));
        Ok(present)
    }

    /// Runs one job. `Err` gives back every job of the batch that has to run again.
    async fn run(mut self, job: Job) -> Result<Batch<'i>, VecDeque<Job>> {
        if let Some(old) = self.answered(&job) {
            let _ = job.answer.send(old);
            return Ok(self);
        }
        if !job.in_doubt
            && let Err(stop) = self.inner.watermark.allows(&mut self.turn.tx, &self.inner.keyring).await
        {
            let _ = job.answer.send(Err(stop));
            return Ok(self);
        }
        let Present { now, doubt } = match self.now(job.in_doubt).await {
            Ok(present) => present,
            Err(stop) => {
                let _ = job.answer.send(Err(stop));
                return Ok(self);
            }
        };
        let cause = Cause {
            actor: job.ctx.actor,
            roles: Vec::new(),
            auth: job.ctx.auth.clone(),
            request: job.ctx.request,
            rules: self.turn.rules().version,
        };
        let next = self.end.edge.size() + self.entries.len() as u64;
        let Batch { inner, turn, end, before, entries, sealed, erased, forgotten, tokens, unnamed, done } = self;
        let mut desk = Desk::open(turn, cause, (now, doubt), next);
        let limit = Duration::from_millis(inner.limits.turn_ms);
        let ran = tokio::time::timeout(limit, AssertUnwindSafe((job.run)(&mut desk)).catch_unwind()).await;
        let (turn, left) = desk.close();
        let mut batch = Batch { inner, turn, end, before, entries, sealed, erased, forgotten, tokens, unnamed, done };
        match ran {
            Ok(Ok(Ok(reply))) if job.preview => {
                let receipt = batch.receipt(&job, reply, next, &left, now);
                let _ = job.answer.send(Ok(receipt));
            }
            Ok(Ok(Ok(reply))) => {
                let receipt = batch.receipt(&job, reply, next, &left, now);
                batch.keep(left);
                batch.done.push(Done { job, receipt });
            }
            Ok(Ok(Err(stop @ (Stop::Fault(_) | Stop::Busy | Stop::Away(_))))) => return Err(batch.broken(job, stop)),
            Ok(Ok(Err(stop))) => {
                let _ = job.answer.send(Err(stop));
            }
            Ok(Err(_panic)) => return Err(batch.broken(job, Stop::fault("an act panicked"))),
            Err(_late) => return Err(batch.broken(job, Stop::fault("an act took longer than a turn may"))),
        }
        Ok(batch)
    }

    fn receipt(&self, job: &Job, reply: Value, first: u64, left: &Left, at: Instant) -> Receipt {
        let count = left.entries.len() as u64;
        Receipt { request: job.ctx.request, reply, first, count, at, repeated: false }
    }

    fn keep(&mut self, left: Left) {
        for (on, kept) in left.before {
            self.turn.before.entry(on).or_insert(kept);
        }
        let rules = self.turn.rules();
        self.turn.changed.take(left.changed, &rules);
        self.turn.count(&left.counters);
        self.turn.keep_written(&left.sealed, &left.entries);
        self.entries.extend(left.entries);
        self.sealed.extend(left.sealed);
        self.erased.extend(left.erased);
        self.forgotten.extend(left.forgotten);
        self.unnamed.extend(left.unnamed);
        self.tokens.extend(left.tokens);
    }

    /// The answer given before, from this batch or from the receipts.
    fn answered(&self, job: &Job) -> Option<Result<Receipt, Stop>> {
        let mine = self.done.iter().find(|d| d.job.ctx.request == job.ctx.request);
        if let Some(done) = mine {
            let same = done.job.digest == job.digest;
            let receipt = Receipt { repeated: true, ..done.receipt.clone() };
            return Some(if same { Ok(receipt) } else { Err(other_digest()) });
        }
        let (digest, receipt) = self.before.get(&job.ctx.request)?;
        Some(if *digest == job.digest { Ok(receipt.clone()) } else { Err(other_digest()) })
    }

    /// The connection is suspect: this job is answered with the fault, all others of the batch run again.
    fn broken(self, job: Job, stop: Stop) -> VecDeque<Job> {
        let _ = job.answer.send(Err(stop));
        self.done.into_iter().map(|d| d.job).collect()
    }

    async fn finish(mut self) {
        if self.done.is_empty() {
            let _ = self.turn.tx.undo().await;
            return;
        }
        let secs = self.inner.limits.answer_secs;
        let db = self.inner.db.clone();
        let written = db.in_time(secs, self.write()).await;
        let (mark, changed) = (self.turn.mark(), std::mem::take(&mut self.turn.changed));
        let edge = self.end.edge;
        let committed = match written {
            Ok(()) => db.in_time(secs, self.turn.tx.commit()).await.map_err(|stop| db.unsaid(stop)),
            Err(stop) => Err(stop),
        };
        match committed {
            Ok(()) => {
                self.inner.recall.committed(mark, &edge, &changed);
                self.inner.size.send_replace(edge.size());
                if !self.erased.is_empty() {
                    self.inner.db.shred().await;
                }
                for d in self.done {
                    let _ = d.job.answer.send(Ok(d.receipt));
                }
            }
            Err(Stop::OutcomeUnknown) => look_up(&db, self.done).await,
            Err(stop) => {
                for d in self.done {
                    let _ = d.job.answer.send(Err(stop.clone()));
                }
            }
        }
    }

    async fn write(&mut self) -> Result<(), Stop> {
        private::store(&mut self.turn.tx, &self.sealed).await?;
        if let Some(last) = self.entries.last() {
            private::erase(&mut self.turn.tx, &self.erased, last.at).await?;
        }
        if !self.erased.is_empty() {
            pack_order::forget_recorded(&mut self.turn.tx).await?;
        }
        for (person, gone) in &self.forgotten {
            credential::forget(&mut self.turn.tx, person.0, gone).await?;
        }
        for sha256 in &self.unnamed {
            upload::unname(&mut self.turn.tx, sha256).await?;
        }
        for kept in &self.tokens {
            token::keep(&mut self.turn.tx, kept).await?;
        }
        if !self.entries.is_empty() {
            outbox::note(&mut self.turn.tx, self.end.edge.size(), &self.entries).await?;
            book::append(&mut self.turn.tx, &mut self.end, &self.entries).await?;
        }
        crate::verify::write_rows(&mut self.turn).await?;
        for some in crate::rows::steps(&self.done) {
            let mut values = Vec::with_capacity(some.len() * 6);
            for d in some {
                let r = &d.receipt;
                values.extend([V::Id(r.request), V::Bytes(d.job.digest.clone()), V::text(r.reply.to_string())]);
                values.extend([V::size(r.first), V::size(r.count), V::at(r.at)]);
            }
            let rows = crate::rows::placeholders(some.len(), 6);
            let sql = format!("insert into receipt (request, digest, reply, first, count, at) values {rows}");
            self.turn.tx.run_built(sql, &values).await?;
        }
        Ok(())
    }
}

fn doubted(doubt: Doubt, now: Instant) -> Stop {
    let say = Say::plain("stop-clock-doubted").with("shown", Arg::Instant(doubt.shown));
    Refusal { rule: "R-39", say: say.with("reckoned", Arg::Instant(now)) }.into()
}

fn other_digest() -> Stop {
    Refusal::new("R-38", "stop-request-reused").into()
}

/// After a commit whose outcome nobody told us: what the database says now is the answer.
async fn look_up(db: &Db, done: Vec<Done>) {
    for d in done {
        let found = async {
            let mut tx = db.read().await?;
            receipt_of(&mut tx, d.job.ctx.request).await
        };
        let answer = match found.await {
            Ok(Some((_, receipt))) => Ok(receipt),
            Ok(None) | Err(_) => Err(Stop::OutcomeUnknown),
        };
        let _ = d.job.answer.send(answer);
    }
}

/// A request id for callers that bring none: random, so that nobody can guess another's.
pub fn new_request() -> Result<Uuid, Stop> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(Stop::fault)?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}
