//! Where audit packs are made: work of seconds, done beside the requests so that a page can say what it is at and stop
//! it. A job is this process's; that somebody works at it, where it is and what was ordered is noted beside the record
//! for other nodes and for later (`plantgate_app::review::ordered`, which says why an order that was interrupted waits
//! for its person). When the process goes, a pack that is recorded can be made again from its entry, one that is not
//! was never handed out, and its order can be taken up.

use std::{
    future::Future,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use plantgate_app::{
    App, Caller, Stop,
    review::{
        ordered::{self, Held, Order, Stage},
        pack::{self, Made},
        packed::{RecordPack, same},
        progress::{Count, Progress},
    },
};
use plantgate_domain::base::PersonId;
use plantgate_wire::words::Lang;
use tokio::{
    runtime::Handle,
    sync::{oneshot, watch},
    task::{JoinHandle, spawn_blocking},
};
use uuid::Uuid;

/// Packs made at the same time; each may hold its files twice while it is sealed.
const AT_ONCE: usize = 2;
/// Packs a process remembers, those it is at included.
const KEPT: usize = 16;
/// A page waits so long for a small one; what takes longer gets a page that says what it is at.
const SHORT: Duration = Duration::from_secs(2);
/// Between two looks whether where it is has to be noted; noting costs a small transaction.
const TOLD: Duration = Duration::from_secs(1);
/// Looks after which it is noted although nothing moved, because a lease runs on: a third of it.
const RENEWED: u32 = 5;

/// Where the work is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Step {
    Taking,
    Setting,
    Sealing,
    Recording,
    Ended,
}

impl Step {
    /// In order, the last one last.
    pub const ALL: [Step; 5] = [Step::Taking, Step::Setting, Step::Sealing, Step::Recording, Step::Ended];

    /// Its word in the catalogue.
    pub const fn as_str(self) -> &'static str {
        match self {
            Step::Taking => "taking",
            Step::Setting => "setting",
            Step::Sealing => "sealing",
            Step::Recording => "recording",
            Step::Ended => "ended",
        }
    }

    /// From its word.
    pub fn of(word: &str) -> Option<Step> {
        Step::ALL.into_iter().find(|s| s.as_str() == word)
    }
}

/// How it ended.
#[derive(Clone, Debug)]
pub enum End {
    Made {
        entry: u64,
        made: Made,
    },
    /// Somebody stopped it: nothing is recorded and nothing left the house.
    Cancelled,
    /// Another node works at this very order.
    Elsewhere,
    Stopped(Stop),
}

impl End {
    /// Whether the same form, sent again, begins it anew: what stopped it passes by itself (a disk that was full), or
    /// whoever worked at it elsewhere may be gone.
    fn passes(&self) -> bool {
        match self {
            End::Stopped(stop) => stop.is_passing(),
            End::Elsewhere => true,
            End::Made { .. } | End::Cancelled => false,
        }
    }
}

/// A pack that can be taken away once.
struct File {
    bytes: Vec<u8>,
    /// Slots of the values it discloses: once one is erased, it does not leave any more.
    slots: Vec<String>,
}

/// One pack being made.
pub struct Job {
    pub id: Uuid,
    owner: PersonId,
    cancelled: AtomicBool,
    step: watch::Sender<Step>,
    /// What is counted in this step.
    count: Mutex<Option<Count>>,
    end: Mutex<Option<End>>,
    file: Mutex<Option<File>>,
}

impl Progress for Job {
    fn reached(&self, count: Count) {
        *held(&self.count) = Some(count);
    }
}

impl Job {
    fn of(id: Uuid, owner: PersonId) -> Job {
        Job {
            id,
            owner,
            cancelled: AtomicBool::new(false),
            step: watch::Sender::new(Step::Taking),
            count: Mutex::default(),
            end: Mutex::default(),
            file: Mutex::default(),
        }
    }
    /// Where it is.
    pub fn step(&self) -> Step {
        *self.step.borrow()
    }
    /// The same with what is counted, as others are told it.
    pub fn stage(&self) -> Stage {
        Stage { step: self.step().as_str().to_owned(), count: *held(&self.count) }
    }
    /// How it ended, once it did.
    pub fn end(&self) -> Option<End> {
        held(&self.end).clone()
    }
    /// Asks it to stop before the next step. What is recorded stays recorded.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
    /// Waits a moment for a small one.
    pub async fn soon(&self) {
        let mut steps = self.step.subscribe();
        let _late = tokio::time::timeout(SHORT, steps.wait_for(|s| *s == Step::Ended)).await;
    }
    /// Waits until it ended.
    pub async fn ended(&self) {
        let _gone = self.step.subscribe().wait_for(|s| *s == Step::Ended).await.is_err();
    }
    /// Whether its file waits to be taken away.
    pub fn waits(&self) -> bool {
        held(&self.file).is_some()
    }
    /// The file, once; with the slots that must still be open.
    pub fn take(&self) -> Option<(Vec<u8>, Vec<String>)> {
        held(&self.file).take().map(|f| (f.bytes, f.slots))
    }

    fn go_on(&self, step: Step) -> Option<()> {
        *held(&self.count) = None;
        self.step.send_replace(step);
        (!self.cancelled.load(Ordering::Relaxed)).then_some(())
    }
}

fn held<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The packs of this process.
#[derive(Clone, Default)]
pub struct Workshop(Arc<Mutex<Vec<Arc<Job>>>>);

impl Workshop {
    /// Begins a pack, or finds the one this form began.
    pub fn begin(&self, app: &App, caller: &Caller, owner: PersonId, order: Order) -> Result<Arc<Job>, Stop> {
        self.start((app, caller), owner, order, End::passes)
    }

    /// Begins an order again that was interrupted, whatever ended it here, unless it was made after all.
    pub fn resume(&self, app: &App, caller: &Caller, owner: PersonId, order: Order) -> Result<Arc<Job>, Stop> {
        self.start((app, caller), owner, order, |end| !matches!(end, End::Made { .. }))
    }

    fn start(
        &self,
        (app, caller): (&App, &Caller),
        owner: PersonId,
        order: Order,
        anew: impl Fn(&End) -> bool,
    ) -> Result<Arc<Job>, Stop> {
        // Before there is a job: the same form, sent again with a new proof, must not find one that was refused.
        caller.fresh()?;
        let mut jobs = held(&self.0);
        if let Some(at) = jobs.iter().position(|j| j.id == order.request && j.owner == owner) {
            match jobs.get(at) {
                Some(job) if !job.end().is_some_and(|end| anew(&end)) => return Ok(job.clone()),
                _ => drop(jobs.remove(at)),
            }
        }
        if jobs.iter().filter(|j| j.step() != Step::Ended).count() >= AT_ONCE {
            return Err(Stop::Busy);
        }
        // One file waits for each person: whoever makes another one has the first or does not want it.
        for old in jobs.iter().filter(|j| j.owner == owner) {
            drop(old.take());
        }
        while jobs.len() >= KEPT {
            let Some(oldest) = jobs.iter().position(|j| j.step() == Step::Ended) else { break };
            jobs.remove(oldest);
        }
        let job = Arc::new(Job::of(order.request, owner));
        jobs.push(job.clone());
        let (work, app, caller) = (job.clone(), app.clone(), caller.clone());
        let handle = Handle::current();
        spawn_blocking(move || {
            let ending = Ending(work.clone());
            let end = handle.block_on(worked(&app, &caller, order, &work));
            *held(&work.end) = Some(end);
            drop(ending);
        });
        Ok(job)
    }

    /// A pack that somebody began here.
    pub fn find(&self, owner: PersonId, id: Uuid) -> Option<Arc<Job>> {
        held(&self.0).iter().find(|j| j.id == id && j.owner == owner).cloned()
    }

    /// The pack of an entry whose file still waits for the one who made it.
    pub fn waiting(&self, owner: PersonId, of: u64) -> Option<Arc<Job>> {
        let is = |j: &&Arc<Job>| {
            j.owner == owner && j.waits() && matches!(j.end(), Some(End::Made { entry, .. }) if entry == of)
        };
        held(&self.0).iter().find(is).cloned()
    }
}

/// Ends a job whatever becomes of its work: one that broke off would run for ever, and hold a place.
struct Ending(Arc<Job>);

impl Drop for Ending {
    fn drop(&mut self) {
        held(&self.0.end).get_or_insert_with(|| End::Stopped(Stop::fault("the work at a pack broke off")));
        self.0.step.send_replace(Step::Ended);
    }
}

/// Makes it, with its order noted while it is worked at.
async fn worked(app: &App, caller: &Caller, order: Order, job: &Arc<Job>) -> End {
    let noted = match ordered::begin(app.store(), job.owner, &order, &job.stage()).await {
        Ok(Some(noted)) => noted,
        Ok(None) => return End::Elsewhere,
        Err(stop) => return End::Stopped(stop),
    };
    let telling = Telling::begin(noted.clone(), job.clone());
    let end = made(app, caller, order, (job, &noted)).await.unwrap_or_else(End::Stopped);
    telling.end().await;
    let closed = if end.passes() { noted.let_go().await } else { noted.end().await };
    if let Err(stop) = closed {
        tracing::warn!(%stop, order = %job.id, "how far a pack is could not be noted; its lease runs out");
    }
    end
}

/// Notes where a job is until it is told to end, or dropped.
struct Telling {
    until: oneshot::Sender<()>,
    work: JoinHandle<()>,
}

impl Telling {
    fn begin(noted: Held, job: Arc<Job>) -> Telling {
        let (until, ended) = oneshot::channel();
        Telling { until, work: tokio::spawn(tell(noted, job, ended)) }
    }
    async fn end(self) {
        drop(self.until);
        let _ended = self.work.await;
    }
}

async fn tell(noted: Held, job: Arc<Job>, mut ended: oneshot::Receiver<()>) {
    let (mut told, mut looks) = (job.stage(), 0);
    while tokio::time::timeout(TOLD, &mut ended).await.is_err() {
        looks += 1;
        let now = job.stage();
        if now == told && looks < RENEWED {
            continue;
        }
        match noted.goes_on(&now).await {
            Ok(true) => (told, looks) = (now, 0),
            // Somebody threw it away, or took it up because we were silent for too long.
            Ok(false) => return job.cancel(),
            Err(stop) => tracing::warn!(%stop, order = %job.id, "how far a pack is could not be noted"),
        }
    }
}

async fn made(app: &App, caller: &Caller, order: Order, (job, noted): (&Job, &Held)) -> Result<End, Stop> {
    let order = ordered::as_recorded(app.store(), job.owner, order).await?;
    let lang = Lang::of(&order.language).unwrap_or_default();
    let drawn = pack::draw_telling(app.store(), job.owner, &order.wish, lang.tag(), job).await?;
    let Some(()) = job.go_on(Step::Setting) else { return Ok(End::Cancelled) };
    let views = crate::pack::views(&drawn, lang)?;
    let slots = drawn.draft.private.iter().map(|d| d.slot.clone()).collect();
    let Some(()) = job.go_on(Step::Sealing) else { return Ok(End::Cancelled) };
    let sealed = drawn.seal(views.readme, views.report, views.print)?;
    if let Some(recorded) = &order.again {
        same(&sealed.made, recorded)?;
    }
    let Some(()) = job.go_on(Step::Recording) else { return Ok(End::Cancelled) };
    // The one step that stays: whoever threw the order away elsewhere, or took it up, is asked right before it.
    if !noted.goes_on(&job.stage()).await? {
        return Ok(End::Cancelled);
    }
    let record = RecordPack { made: sealed.made, reason: order.reason };
    let answer = boxed(app.act(caller, order.request, record)).await?;
    *held(&job.file) = Some(File { bytes: sealed.bytes, slots });
    Ok(End::Made { entry: answer.entry, made: answer.done })
}

/// A future on the heap: those of acts are large.
fn boxed<'f, T>(f: impl Future<Output = T> + Send + 'f) -> std::pin::Pin<Box<dyn Future<Output = T> + Send + 'f>> {
    Box::pin(f)
}
