//! Where audit packs are made: work of seconds, done beside the requests so that a page can say what it is at and stop
//! it. Working state of this process: when it goes, a pack that is recorded can be made again, and one that is not was
//! never handed out.

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
        pack::{self, Made, Wish},
        packed::{RecordPack, same},
    },
};
use plantgate_domain::base::PersonId;
use plantgate_wire::words::Lang;
use tokio::{runtime::Handle, sync::watch, task::spawn_blocking};
use uuid::Uuid;

/// Packs made at the same time; each may hold its files twice while it is sealed.
const AT_ONCE: usize = 2;
/// Packs a process remembers, those it is at included.
const KEPT: usize = 16;
/// A page waits so long for a small one; what takes longer gets a page that says what it is at.
const SHORT: Duration = Duration::from_secs(2);

/// What a pack is made of and for.
#[derive(Clone, Debug)]
pub struct Order {
    /// The request id of the form: a form sent twice is one pack.
    pub request: Uuid,
    pub wish: Wish,
    pub lang: Lang,
    pub reason: String,
    /// The recorded digest, when one is made again.
    pub again: Option<String>,
}

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
    Stopped(Stop),
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
    end: Mutex<Option<End>>,
    file: Mutex<Option<File>>,
}

impl Job {
    /// Where it is.
    pub fn step(&self) -> Step {
        *self.step.borrow()
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
        // Before there is a job: the same form, sent again with a new proof, must not find one that was refused.
        caller.fresh()?;
        let mut jobs = held(&self.0);
        if let Some(at) = jobs.iter().position(|j| j.id == order.request && j.owner == owner) {
            // What stopped it passes by itself (a disk that was full): the same form, sent again, begins it anew.
            let passed = |job: &Arc<Job>| matches!(job.end(), Some(End::Stopped(stop)) if stop.is_passing());
            match jobs.get(at) {
                Some(job) if !passed(job) => return Ok(job.clone()),
                _ => drop(jobs.remove(at)),
            }
        }
        if jobs.iter().filter(|j| j.step() != Step::Ended).count() >= AT_ONCE {
            return Err(Stop::Busy);
        }
        let job = Arc::new(Job {
            id: order.request,
            owner,
            cancelled: AtomicBool::new(false),
            step: watch::Sender::new(Step::Taking),
            end: Mutex::default(),
            file: Mutex::default(),
        });
        // One file waits for each person: whoever makes another one has the first or does not want it.
        for old in jobs.iter().filter(|j| j.owner == owner) {
            drop(old.take());
        }
        while jobs.len() >= KEPT {
            let Some(oldest) = jobs.iter().position(|j| j.step() == Step::Ended) else { break };
            jobs.remove(oldest);
        }
        jobs.push(job.clone());
        let (work, app, caller) = (job.clone(), app.clone(), caller.clone());
        let handle = Handle::current();
        spawn_blocking(move || {
            let end = handle.block_on(made(&app, &caller, order, &work));
            *held(&work.end) = Some(end.unwrap_or_else(End::Stopped));
            work.step.send_replace(Step::Ended);
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

async fn made(app: &App, caller: &Caller, order: Order, job: &Job) -> Result<End, Stop> {
    let drawn = pack::draw(app.store(), job.owner, &order.wish, order.lang.tag()).await?;
    let Some(()) = job.go_on(Step::Setting) else { return Ok(End::Cancelled) };
    let views = crate::pack::views(&drawn, order.lang)?;
    let slots = drawn.draft.private.iter().map(|d| d.slot.clone()).collect();
    let Some(()) = job.go_on(Step::Sealing) else { return Ok(End::Cancelled) };
    let sealed = drawn.seal(views.readme, views.report, views.print)?;
    if let Some(recorded) = &order.again {
        same(&sealed.made, recorded)?;
    }
    let Some(()) = job.go_on(Step::Recording) else { return Ok(End::Cancelled) };
    let record = RecordPack { made: sealed.made, reason: order.reason };
    let answer = boxed(app.act(caller, order.request, record)).await?;
    *held(&job.file) = Some(File { bytes: sealed.bytes, slots });
    Ok(End::Made { entry: answer.entry, made: answer.done })
}

/// A future on the heap: those of acts are large.
fn boxed<'f, T>(f: impl Future<Output = T> + Send + 'f) -> std::pin::Pin<Box<dyn Future<Output = T> + Send + 'f>> {
    Box::pin(f)
}
