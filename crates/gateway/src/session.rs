//! A session from the decision to the end of its record. It is watched every second: what takes the permission away
//! lets nothing new begin within that second, and cuts nothing that runs. A cut is a person's act, or the agreed
//! end of work that can be cut.

use std::{
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use plantgate_domain::{
    event::witness::{Closing, Ending, PartKind},
    witness::gate::{Runs, Sight},
};
use plantgate_wire::words::Reader;
use russh::{Disconnect, server::Handle};
use serde_json::json;
use tokio::{
    net::TcpStream,
    sync::{OnceCell, OwnedSemaphorePermit, Semaphore, broadcast, oneshot, watch},
    time::Instant,
};

use crate::{
    authority::{Authority, Course, Plan, Report, Standing, Written},
    clock::{self, wall},
    files::Transfers,
    house::Gate,
    line::{self, Cutter},
    recording::{Head, Line, Recorder},
    sftp::Transfer,
    sight::Works,
    target::{self, NotReached, Tried, Way},
};

/// Seconds before the end of the window at which people in a terminal are told.
const WARNED: [i64; 3] = [600, 300, 60];
/// How long the end of a recording is waited for.
const WRITTEN: Duration = Duration::from_secs(20);

/// What the watch saw last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seen {
    pub alone: bool,
    pub course: Course,
    /// It is over: relays stop.
    pub over: bool,
}

/// Words for whoever is inside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    pub words: String,
    /// The last ones: they reach commands without a terminal, too, whose output they would disturb otherwise.
    pub last: bool,
}

/// A session.
pub struct Session<A: Authority> {
    pub gate: Arc<Gate<A>>,
    pub plan: Plan,
    pub reader: Reader,
    seen: watch::Sender<Seen>,
    said: broadcast::Sender<Said>,
    way: OnceCell<Way>,
    client: OnceLock<Handle>,
    /// Closes the client's line.
    cutter: Cutter,
    /// Closes the target's.
    target: Cutter,
    /// The log; gone when the session ends.
    log: Mutex<Option<Arc<Recorder>>>,
    parts: Mutex<Vec<oneshot::Receiver<Written>>>,
    places: Arc<Semaphore>,
    /// Channels of SFTP that run.
    pub files: Transfers,
    /// Everything else that runs.
    pub works: Works,
    terminals: AtomicUsize,
    /// Whether anything ran already: before that people wait for the attendant, later nothing new begins.
    started: AtomicBool,
    broken: AtomicBool,
    /// The target did not take what lies in the vault for it: it is asked no more in this session.
    refused: AtomicBool,
    left: watch::Sender<bool>,
}

impl<A: Authority> Sight for Session<A> {
    fn runs(&self) -> Vec<Runs> {
        let file = |t: Transfer| Runs::File { percent: t.percent(), path: t.path, bytes: t.bytes };
        self.works.all().into_iter().chain(self.transfers().into_iter().map(file)).collect()
    }
}

/// A try to come in at the target. A password that left counts as refused until the target takes it, also where whoever
/// came in went away meanwhile: the target counts it all the same.
struct Trying<'s, A: Authority> {
    session: &'s Session<A>,
    sent: AtomicBool,
    settled: bool,
}

impl<A: Authority> Drop for Trying<'_, A> {
    fn drop(&mut self) {
        let refused = !self.settled && self.sent.load(Ordering::Relaxed);
        if refused {
            self.session.was_refused();
        }
    }
}

impl<A: Authority> Session<A> {
    /// Makes the log ready before anything is let through, and begins to watch.
    pub async fn begin(
        gate: Arc<Gate<A>>,
        plan: Plan,
        reader: Reader,
        cutter: Cutter,
    ) -> Result<Arc<Session<A>>, String> {
        let head = Head { kind: PartKind::Log, columns: 0, rows: 0, began: wall(), terminal: String::new() };
        let file = plan.folder.join(format!("{}-0.rec", plan.session.0));
        let l = gate.limits;
        let id = plan.session;
        let (log, written) = match Recorder::open(file, &plan.key, head, &l).await {
            Ok(opened) => opened,
            Err(e) => {
                tracing::error!(session = %id, said = %e, "a recording could not be begun");
                gate.authority.report(id, Report::Ended(Ending::Loss, Vec::new())).await;
                return Err(reader.t("gateway-not-recorded").to_string());
            }
        };
        let places = Arc::new(Semaphore::new(l.channels));
        let (seen, _) = watch::channel(Seen { alone: plan.attended, course: Course::Open, over: false });
        let session = Arc::new(Session {
            gate,
            plan,
            reader,
            seen,
            said: broadcast::channel(8).0,
            way: OnceCell::new(),
            client: OnceLock::new(),
            cutter,
            target: Cutter::new(),
            log: Mutex::new(Some(Arc::new(log))),
            parts: Mutex::new(vec![written]),
            places,
            files: Transfers::default(),
            works: Works::default(),
            terminals: AtomicUsize::new(0),
            started: AtomicBool::new(false),
            broken: AtomicBool::new(false),
            refused: AtomicBool::new(false),
            left: watch::channel(false).0,
        });
        session.log(json!({ "what": "begun" })).await;
        let sight: Arc<dyn Sight> = session.clone();
        session.gate.authority.holds(id, Arc::downgrade(&sight));
        tokio::spawn(watched(session.clone()));
        Ok(session)
    }

    /// Whether a new channel may begin now, asked of the core at this moment; its place while it lasts.
    pub async fn place(&self) -> Option<OwnedSemaphorePermit> {
        let waits = !self.started.load(Ordering::Relaxed);
        let may = self.may_begin(waits).await;
        may.then(|| self.places.clone().try_acquire_owned().ok()).flatten()
    }

    /// The same for what cannot wait for an attendant: they must be there.
    pub async fn place_now(&self) -> Option<OwnedSemaphorePermit> {
        let may = self.may_begin(false).await;
        may.then(|| self.places.clone().try_acquire_owned().ok()).flatten()
    }

    /// Files that are on their way now, for whoever must know what a cut would break.
    pub fn transfers(&self) -> Vec<Transfer> {
        self.files.all()
    }

    /// A connection to the target that ends when the session is cut.
    pub fn line(&self, stream: TcpStream) -> line::Line {
        self.target.line(stream)
    }

    /// Whether something may begin at this very moment; `alone` where somebody may still wait for an attendant.
    pub async fn may_begin(&self, alone: bool) -> bool {
        let Some(standing) = self.gate.authority.standing(self.plan.session).await else { return false };
        let seen = *self.seen.borrow();
        let open = if alone { standing.open() } else { standing.may_begin() };
        open && seen.course == Course::Open && !seen.over && !self.broken.load(Ordering::Relaxed)
    }

    /// The client, for whoever ends it.
    pub fn connected(&self, handle: Handle) {
        let _known = self.client.set(handle);
    }

    pub fn seen(&self) -> watch::Receiver<Seen> {
        self.seen.subscribe()
    }

    pub fn hears(&self) -> broadcast::Receiver<Said> {
        self.said.subscribe()
    }

    pub fn started(&self) {
        self.started.store(true, Ordering::Relaxed);
    }

    /// The way to the target, the same for all channels.
    pub async fn way(&self) -> Result<&Way, NotReached> {
        let authority = &*self.gate.authority;
        let reach = async || {
            if self.refused.load(Ordering::Relaxed) {
                return Err(NotReached::Refused(Tried::Before));
            }
            let mut trying = Trying { session: self, sent: AtomicBool::new(false), settled: false };
            let way = target::reach(authority, &self.plan, &self.gate.limits, &self.target, &trying.sent).await;
            trying.settled = true;
            if matches!(way, Err(NotReached::Refused(Tried::Now))) {
                self.was_refused();
            }
            way
        };
        self.way.get_or_try_init(reach).await
    }

    /// The target did not take what lies in the vault for it: it is asked no more in this session; the core is told.
    fn was_refused(&self) {
        self.refused.store(true, Ordering::Relaxed);
        self.tell(Report::Refused);
    }

    /// Opens the record of a terminal; `None`: it cannot be recorded, so it does not begin.
    pub async fn terminal(&self, columns: u32, rows: u32, name: String) -> Option<Recorder> {
        let l = self.gate.limits;
        let number = self.terminals.fetch_add(1, Ordering::Relaxed) + 1;
        if number > l.terminals {
            return None;
        }
        let file = self.plan.folder.join(format!("{}-{number}.rec", self.plan.session.0));
        let head = Head { kind: PartKind::Terminal, columns, rows, began: wall(), terminal: name };
        let (recorder, written) = Recorder::open(file, &self.plan.key, head, &l).await.ok()?;
        self.parts.lock().ok()?.push(written);
        Some(recorder)
    }

    /// A line of the log, with the time.
    pub async fn log(&self, mut what: serde_json::Value) {
        if let Some(object) = what.as_object_mut() {
            object.insert("at".to_owned(), json!(wall()));
        }
        let log = self.log.lock().ok().and_then(|log| log.clone());
        if let Some(log) = log {
            log.take(Line::Logged(what)).await;
            if log.failed() {
                self.broken();
            }
        }
    }

    /// Tells the core beside the work.
    pub fn tell(&self, report: Report) {
        let (gate, session) = (self.gate.clone(), self.plan.session);
        tokio::spawn(async move { gate.authority.report(session, report).await });
    }

    /// Something could not be recorded: nothing new begins, and what runs goes to its safe end.
    pub fn broken(&self) {
        self.broken.store(true, Ordering::Relaxed);
    }

    /// Whether that is so.
    pub fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }

    /// The client is gone.
    pub fn leave(&self) {
        self.left.send_replace(true);
    }

    /// Channels that run.
    fn running(&self) -> usize {
        self.gate.limits.channels.saturating_sub(self.places.available_permits())
    }

    fn say(&self, words: String, last: bool) {
        let _nobody = self.said.send(Said { words, last });
    }

    /// Ends it for whoever relays and for the client, each with the reason. Who takes it is waited for, but not long: a
    /// person's act waits for no peer.
    async fn cut(&self, words: &str) {
        let until = clock::ahead(Duration::from_secs(self.gate.limits.parting));
        self.say(words.to_owned(), true);
        self.seen.send_modify(|seen| seen.over = true);
        let parted = async {
            self.all_parted().await;
            if let Some(client) = self.client.get() {
                let _gone = client.disconnect(Disconnect::ByApplication, words.to_owned(), String::new()).await;
                let mut left = self.left.subscribe();
                let _left = left.wait_for(|gone| *gone).await;
            }
        };
        let _deaf = tokio::time::timeout_at(until, parted).await;
        self.cutter.cut();
        self.target.cut();
    }

    /// Waits until nothing is relayed any more.
    async fn all_parted(&self) {
        let all = u32::try_from(self.gate.limits.channels).unwrap_or(u32::MAX);
        let _closed = self.places.acquire_many(all).await;
    }

    /// What was recorded, once everybody who recorded is done.
    async fn written(&self, how: Ending) -> Vec<Written> {
        self.seen.send_modify(|seen| seen.over = true);
        // What ran says in the log what it came to, before the log ends.
        let parting = Duration::from_secs(self.gate.limits.parting);
        for _ in 0..2 {
            if tokio::time::timeout(parting, self.all_parted()).await.is_ok() {
                break;
            }
            // A target that does not answer keeps nobody's record open.
            self.target.cut();
        }
        self.target.cut();
        self.log(json!({ "what": "ended", "how": how.as_str() })).await;
        drop(self.log.lock().ok().and_then(|mut log| log.take()));
        let parts = self.parts.lock().map(|mut parts| std::mem::take(&mut *parts)).unwrap_or_default();
        let mut all = Vec::with_capacity(parts.len());
        let until = clock::ahead(WRITTEN);
        for part in parts {
            match tokio::time::timeout_at(until, part).await {
                Ok(Ok(written)) => all.push(written),
                Ok(Err(_)) | Err(_) => tracing::error!(session = %self.plan.session, "a recording did not end"),
            }
        }
        all
    }
}

/// What the watch knows.
struct Watch {
    asked: Instant,
    left: i64,
    alone: bool,
    course: Course,
    /// Causes that people inside were told of, and those that stand in the record.
    told: Vec<Closing>,
    stand: Vec<Closing>,
    warned: usize,
}

async fn watched<A: Authority>(session: Arc<Session<A>>) {
    let mut left = session.left.subscribe();
    let mut tick = tokio::time::interval(Duration::from_secs(session.gate.limits.watch));
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut watch = Watch {
        asked: clock::now(),
        left: i64::MAX,
        alone: session.plan.attended,
        course: Course::Open,
        told: Vec::new(),
        stand: Vec::new(),
        warned: 0,
    };
    let wait = Duration::from_secs(session.gate.limits.parting);
    let how = loop {
        tokio::select! {
            _ = tick.tick() => {}
            _ = left.wait_for(|gone| *gone) => {
                // Whoever closes what they opened goes; a line that breaks leaves it open.
                break if session.running() == 0 { Ending::User } else { Ending::Loss };
            }
        }
        // A core that hangs is one that does not answer: what is counted here goes on.
        let asked = tokio::time::timeout(wait, session.gate.authority.standing(session.plan.session)).await;
        watch.learn(asked.ok().flatten(), &session);
        if let Some(how) = watch.act(&session).await {
            break how;
        }
    };
    let written = session.written(how).await;
    session.gate.authority.report(session.plan.session, Report::Ended(how, written)).await;
}

impl Watch {
    /// Takes what the core says. Where it says nothing, time goes on here, and after the lease nothing new begins.
    fn learn<A: Authority>(&mut self, standing: Option<Standing>, session: &Session<A>) {
        match standing {
            Some(Standing { left, alone, course }) => {
                (self.asked, self.left, self.alone, self.course) = (clock::now(), left, alone, course);
            }
            None if self.asked.elapsed().as_secs() >= session.gate.limits.lease => {
                self.course = Course::Closing(Closing::Core);
            }
            None => {}
        }
        let passed = i64::try_from(self.asked.elapsed().as_secs()).unwrap_or(i64::MAX);
        if matches!(self.course, Course::Open | Course::Closing(Closing::Core)) {
            if self.left.saturating_sub(passed) <= 0 {
                self.course = Course::Closing(Closing::Window);
            } else if self.course == Course::Open && session.broken.load(Ordering::Relaxed) {
                self.course = Course::Closing(Closing::Recorder);
            }
        }
        let (alone, course) = (self.alone, self.course);
        session.seen.send_if_modified(|seen| {
            let changed = (seen.alone, seen.course) != (alone, course);
            (seen.alone, seen.course) = (alone, course);
            changed
        });
    }

    /// Says and does what follows; how it ended, where it did.
    async fn act<A: Authority>(&mut self, session: &Session<A>) -> Option<Ending> {
        let r = &session.reader;
        match self.course {
            Course::Open => {
                // Open again, as after a hold: what closes it next is said and told anew.
                self.told.clear();
                self.stand.clear();
                self.warn(session);
            }
            Course::Cut => {
                session.cut(&r.t("gateway-cut").to_string()).await;
                return Some(Ending::Disconnect);
            }
            Course::Safe => {
                session.cut(&r.t("gateway-safe").to_string()).await;
                return Some(Ending::SafeEnd);
            }
            Course::Closing(cause) => {
                if !self.told.contains(&cause) {
                    self.told.push(cause);
                    session.say(r.word("gateway-closing", cause.as_str()).to_string(), false);
                    let running: Vec<_> = session.transfers().iter().map(Transfer::said).collect();
                    session.log(json!({ "what": "closing", "cause": cause.as_str(), "transfers": running })).await;
                }
                self.tell(session, cause).await;
                if session.plan.hard && cause.may_cut() {
                    session.cut(&r.word("gateway-closed", cause.as_str()).to_string()).await;
                    return Some(if cause == Closing::Window { Ending::Window } else { Ending::Disconnect });
                }
            }
        }
        None
    }

    /// Tells the core, each second until it stands there; without it the area could not say that the end is safe.
    async fn tell<A: Authority>(&mut self, session: &Session<A>, cause: Closing) {
        if self.stand.contains(&cause) {
            return;
        }
        let told = session.gate.authority.report(session.plan.session, Report::Closing(cause));
        let within = Duration::from_secs(session.gate.limits.parting);
        if matches!(tokio::time::timeout(within, told).await, Ok(true)) {
            self.stand.push(cause);
        }
    }

    fn warn<A: Authority>(&mut self, session: &Session<A>) {
        let passed = i64::try_from(self.asked.elapsed().as_secs()).unwrap_or(i64::MAX);
        let left = self.left.saturating_sub(passed);
        let due = WARNED.iter().filter(|at| left <= **at).count();
        if due > self.warned {
            let minutes = left.saturating_add(59).div_euclid(60);
            session.say(session.reader.t("gateway-soon").n("minutes", minutes).to_string(), false);
        }
        // More time makes the same warnings due again.
        self.warned = due;
    }
}
