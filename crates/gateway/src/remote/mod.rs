//! The authority of a gateway that stands alone near the systems: a core elsewhere, asked over mutual TLS. It closes
//! for new work when the core is away and harms none that runs: a question that is not answered is a *no*
//! to what wants to begin, and silence to what runs. What ended is told until the core has it.

mod alone;
mod bounds;
pub mod call;
pub mod copies;
mod home;
pub mod pem;
pub mod room;
pub mod says;
pub mod spool;
mod whole;

use std::{
    collections::HashMap,
    fs::File,
    net::IpAddr,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

pub use bounds::Bounds;
use plantgate_domain::{
    base::{GrantId, PersonId, SessionId},
    event::witness::Ending,
    witness::gate::Runs,
};
use plantgate_wire::words::{Lang, Reader};
use russh::keys::Certificate;
use tokio::{
    sync::{Notify, RwLock, oneshot},
    time::Instant,
};
use uuid::Uuid;

use self::{
    alone::Alone,
    call::{Core, Line, No},
    pem::Bad,
    room::Room,
    says::{
        Ask, Asks, Begins, Begun, Closes, Enters, Knocks, Passed, Planned, Proves, RefusesUs, ShowsOther, Way, Who,
    },
    spool::{Recorded, Spool, Waiting},
};
use crate::{
    authority::{Authority, Entry, Factor, Knock, Pass, Plan, Report, Rights, Sight, Standing, Target, Written},
    clock, keys,
};

/// A core elsewhere.
pub struct Remote {
    far: Arc<Far>,
    /// Tells what waits; ends with the gateway.
    teller: tokio::task::JoinHandle<()>,
}

/// What its calls and its teller share.
struct Far {
    line: Line,
    /// Where recordings grow.
    folder: PathBuf,
    lang: Lang,
    bounds: Bounds,
    spool: Spool<Waiting>,
    /// What is served while the core is away.
    alone: Alone,
    room: Arc<Room>,
    /// Codes that were right and let nobody in yet.
    proofs: Mutex<HashMap<Proved, Vec<Uuid>>>,
    /// Sessions of this process whose end does not wait in the spool yet, and whether somebody has them in hand.
    held: Mutex<HashMap<SessionId, bool>>,
    /// How to see into those that run.
    sights: Mutex<HashMap<SessionId, Weak<dyn Sight>>>,
    /// Held by each session that is just beginning, so that none of them is taken for one that nobody holds.
    begins: RwLock<()>,
    /// When the record's sessions are compared with ours next.
    home: Mutex<Instant>,
    wake: Notify,
    /// Whether the core was silent when it was asked last.
    silent: AtomicBool,
    /// Since when it has been; good while it is.
    since: Mutex<Instant>,
    /// One process at a time says which sessions of this folder run.
    _lock: File,
}

/// Who gave a right code, for what, from where.
type Proved = (PersonId, GrantId, String, IpAddr);

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Remote {
    /// Opens the folder where recordings grow, and begins to tell what an earlier process left. The core may be away.
    pub fn open(core: &Core, folder: &Path, lang: Lang, bounds: Bounds) -> Result<Remote, Bad> {
        let bad = |e: std::io::Error| Bad::of(folder, e);
        std::fs::create_dir_all(folder).map_err(bad)?;
        let lock = File::create(folder.join("lock")).map_err(bad)?;
        lock.try_lock().map_err(|e| Bad::of(folder, e))?;
        let who = Who { instance: instance(folder).map_err(bad)?, epoch: made().map_err(bad)? };
        let far = Arc::new(Far {
            line: Line::new(core, who, bounds)?,
            folder: folder.to_owned(),
            lang,
            bounds,
            spool: Spool::open(folder.join("ends")).map_err(bad)?,
            alone: Alone::open(folder, core.signs.clone()).map_err(bad)?,
            room: Arc::new(Room::in_folder(folder, (bounds.room, bounds.beside))),
            proofs: Mutex::default(),
            held: Mutex::default(),
            sights: Mutex::default(),
            begins: RwLock::default(),
            home: Mutex::new(clock::now()),
            wake: Notify::new(),
            silent: AtomicBool::new(false),
            since: Mutex::new(clock::now()),
            _lock: lock,
        });
        let teller = tokio::spawn(home::always(far.clone()));
        Ok(Remote { far, teller })
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        self.teller.abort();
    }
}

impl Far {
    /// Asks, and notes whether the core is there.
    async fn ask<A: Ask>(&self, ask: &A, secs: u64) -> Result<A::Answer, No> {
        let answer = self.line.ask(ask, secs).await;
        let silent = match &answer {
            Err(No::Away(said)) => Some(said.as_str()),
            // Whoever was taken off the list serves nothing alone either, from this moment on.
            Err(No::Barred) => {
                home::kept(self.alone.forgets());
                Some("it does not know this gateway")
            }
            Ok(_) | Err(No::NotOurs | No::Never | No::Disk(_) | No::Failed(_)) => None,
        };
        let before = self.silent.swap(silent.is_some(), Ordering::Relaxed);
        if !before {
            *locked(&self.since) = clock::now();
        }
        match silent {
            Some(said) if !before => tracing::warn!(said, "the core does not answer: nothing new begins"),
            None if before => tracing::info!("the core answers again"),
            _as_before => {}
        }
        answer
    }

    /// The same for what everybody knows how long it may take, where no answer is none.
    async fn asked<A: Ask>(&self, ask: &A) -> Option<A::Answer> {
        match self.ask(ask, self.bounds.call).await {
            Ok(answer) => Some(answer),
            Err(no) => {
                tracing::debug!(asked = A::NAME, ?no, "the core could not be asked");
                None
            }
        }
    }

    fn plan(&self, p: Planned) -> Plan {
        Plan {
            session: p.session,
            reference: p.reference,
            target: Target { host: p.host, port: p.port, login: p.login, host_key: p.host_key, name: p.name },
            attended: p.attended,
            hard: p.hard,
            files: Rights { into: p.files_in, out: p.files_out },
            forwards: p.forwards,
            folder: self.folder.clone(),
            key: p.seal.0,
        }
    }

    /// Begins a session. What cannot be known, because no answer came, is looked at soon: one that the record has and
    /// nobody holds is ended there.
    async fn begin(&self, proof: Uuid) -> Option<Begun> {
        let _begins = self.begins.read().await;
        let asked = Duration::from_secs(self.bounds.unclear);
        match self.ask(&Begins { proof }, self.bounds.call.saturating_mul(2)).await {
            Ok(begun) => {
                if let Some(plan) = &begun.plan {
                    locked(&self.held).insert(plan.session, false);
                }
                Some(begun)
            }
            Err(no) => {
                tracing::warn!(?no, "whether a session began is not known");
                let mut home = locked(&self.home);
                *home = (*home).min(clock::ahead(asked));
                None
            }
        }
    }

    /// Ends a session that began and that nobody took in hand: whoever came was gone by then.
    async fn orphaned(self: &Arc<Self>, session: SessionId) {
        tokio::time::sleep(Duration::from_secs(self.bounds.unclear)).await;
        if locked(&self.held).get(&session) == Some(&false) {
            self.waits(session, Ending::Loss, &[]).await;
        }
    }

    /// Puts an end on the disk, and lets it be told; whether it lies there.
    async fn waits(self: &Arc<Self>, session: SessionId, how: Ending, written: &[Written]) -> bool {
        locked(&self.held).insert(session, true);
        let name = |w: &Written| w.file.file_name().map(|name| name.to_string_lossy().into_owned());
        let recorded = |w: &Written| Recorded { file: name(w).unwrap_or_default(), part: w.part.clone() };
        let (at, since) = (clock::wall(), clock::now());
        let parts = written.iter().map(recorded).collect::<Vec<_>>();
        let mut given = false;
        loop {
            let (far, parts) = (self.clone(), parts.clone());
            let of = move |sequence| Waiting { sequence, session, how, at, parts };
            let put = tokio::task::spawn_blocking(move || far.spool.put(since, of)).await;
            match put.map_err(std::io::Error::other).flatten() {
                Ok(_waiting) => break,
                // As a disk that is full: what is kept for ends is theirs now, before somebody else has it.
                Err(said) => {
                    tracing::error!(%said, %session, "an end could not be put on the disk; it is tried again");
                    self.room.give();
                    if !std::mem::replace(&mut given, true) {
                        continue;
                    }
                }
            }
            tokio::time::sleep(Duration::from_secs(self.bounds.again)).await;
        }
        locked(&self.held).remove(&session);
        self.alone.over(session);
        self.wake.notify_one();
        true
    }

    /// What runs in a session, if all of it can be said: a question that is too long would not be answered.
    fn runs(&self, session: SessionId) -> Option<Vec<Runs>> {
        let sight = locked(&self.sights).get(&session).and_then(Weak::upgrade)?;
        let runs = sight.runs();
        let said = serde_json::to_vec(&runs).ok()?;
        (said.len() <= self.bounds.runs).then_some(runs)
    }

    fn away(&self, r: &Reader) -> String {
        r.t("gateway-far-away").to_string()
    }

    /// What serves while the core is away: only once it has been for a while, so that a line which flickers opens
    /// nothing.
    fn alone(&self) -> Option<&Alone> {
        let long = locked(&self.since).elapsed().as_secs() >= self.bounds.alone;
        (self.silent.load(Ordering::Relaxed) && long).then_some(&self.alone)
    }

    /// Begins by a code of a sheet. While the core answers none is good: the app is.
    async fn begin_alone(self: &Arc<Self>, pass: &Pass) -> Result<Plan, Vec<String>> {
        let no = |words: &'static str| vec![pass.reader.t(words).to_string()];
        if self.alone().is_none() {
            return Err(no("gateway-alone-back"));
        }
        let _begins = self.begins.read().await;
        let session = SessionId(made().map_err(|_| no("gateway-core-away"))?);
        locked(&self.held).insert(session, false);
        let (far, of) = (self.clone(), pass.clone());
        let begun = tokio::task::spawn_blocking(move || far.alone.begin(&of, session, &far.folder)).await;
        match begun {
            Ok(Ok(plan)) => {
                let far = self.clone();
                tokio::spawn(async move { far.orphaned(session).await });
                Ok(plan)
            }
            not => {
                locked(&self.held).remove(&session);
                Err(no(not.ok().and_then(Result::err).map_or("gateway-core-away", |not| not.words())))
            }
        }
    }

    /// Whether a code of a sheet is right; it is used up by that.
    async fn prove_alone(self: &Arc<Self>, pass: &Pass, code: &str) -> bool {
        let (far, of, code) = (self.clone(), pass.clone(), code.to_owned());
        tokio::task::spawn_blocking(move || far.alone.prove(&of, &code)).await.unwrap_or(false)
    }
}

/// What a folder of recordings is called, made where it has no name: whole on the disk, or not there.
fn instance(folder: &Path) -> std::io::Result<Uuid> {
    let file = folder.join("gateway");
    match std::fs::read_to_string(&file) {
        // Empty: a power loss of an earlier version left it so.
        Ok(text) if !text.trim().is_empty() => return text.trim().parse().map_err(std::io::Error::other),
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e),
        Ok(_) | Err(_) => {}
    }
    let name = made()?;
    whole::put(&file, name.to_string().as_bytes())?;
    Ok(name)
}

fn made() -> std::io::Result<Uuid> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(Uuid::from_bytes(bytes))
}

fn passed(p: Passed, knock: &Knock<'_>) -> Pass {
    let reader = Reader { lang: Lang::of(&p.language).unwrap_or_default(), zone: p.zone };
    let (fingerprint, from) = (knock.fingerprint.to_owned(), knock.from);
    let Passed { person, grant, notice, days, unable, .. } = p;
    Pass { person, grant, fingerprint, from, reader, notice, days, unable, factor: Factor::App }
}

fn proved(pass: &Pass) -> Proved {
    (pass.person, pass.grant, pass.fingerprint.clone(), pass.from)
}

/// Seconds between two tries to tell that a system does not take a login secret, and how many there are.
const REFUSED: (u64, u32) = (2, 300);

impl Remote {
    /// Tells that a system does not take what lies in the vault, until it stands: the next session would try it again.
    async fn refuses(&self, session: SessionId) -> bool {
        let (secs, tries) = REFUSED;
        for _ in 0..tries {
            if self.far.asked(&RefusesUs { session }).await.is_some_and(|told| told.stands) {
                return true;
            }
            tokio::time::sleep(Duration::from_secs(secs)).await;
        }
        tracing::error!(%session, "that a system takes no login secret could not be told");
        false
    }
}

impl Authority for Remote {
    async fn away(&self) -> Option<String> {
        let reader = Reader { lang: self.far.lang, zone: plantgate_domain::base::ZoneName::utc() };
        let by_code = self.far.alone().and_then(Alone::holds);
        let words = || by_code.map_or_else(|| self.far.away(&reader), |words| reader.t(words).to_string());
        self.far.silent.load(Ordering::Relaxed).then(words)
    }

    async fn knock(&self, knock: Knock<'_>) -> Option<Pass> {
        let knocks = Knocks {
            fingerprint: knock.fingerprint.to_owned(),
            grant: knock.grant.to_owned(),
            from: knock.from,
            language: self.far.lang.tag().to_owned(),
        };
        match self.far.asked(&knocks).await {
            Some(known) => known.pass.map(|pass| passed(pass, &knock)),
            None => self.far.alone()?.knock(&knock),
        }
    }

    async fn prove(&self, pass: &Pass, code: &str) -> bool {
        if pass.factor != Factor::App {
            return self.far.prove_alone(pass, code).await;
        }
        let knocks = Knocks {
            fingerprint: pass.fingerprint.clone(),
            grant: pass.grant.0.to_string(),
            from: pass.from,
            language: pass.reader.lang.tag().to_owned(),
        };
        let proof = self.far.asked(&Proves { knocks, code: code.to_owned() }).await.and_then(|said| said.proof);
        if let Some(proof) = proof {
            locked(&self.far.proofs).entry(proved(pass)).or_default().push(proof);
        }
        proof.is_some()
    }

    async fn begin(&self, pass: &Pass) -> Result<Plan, Vec<String>> {
        let room = self.far.room.clone();
        let there = tokio::task::spawn_blocking(move || room.is_there()).await.map_err(std::io::Error::other).flatten();
        if let Err(said) = there {
            tracing::error!(%said, "nothing new begins: there is no room on the disk of this gateway");
            return Err(vec![pass.reader.t("gateway-no-room").to_string()]);
        }
        if pass.factor != Factor::App {
            return self.far.begin_alone(pass).await;
        }
        let away = || vec![self.far.away(&pass.reader)];
        let proof = {
            let mut proofs = locked(&self.far.proofs);
            let proof = proofs.get_mut(&proved(pass)).and_then(Vec::pop);
            proofs.retain(|_, all| !all.is_empty());
            proof.ok_or_else(away)?
        };
        // In a task of its own: somebody who goes while it begins leaves a session that has an end.
        let (to, begun) = oneshot::channel();
        let far = self.far.clone();
        tokio::spawn(async move {
            let begun = far.begin(proof).await;
            let session = begun.as_ref().and_then(|b| b.plan.as_ref()).map(|p| p.session);
            let _gone = to.send(begun);
            if let Some(session) = session {
                far.orphaned(session).await;
            }
        });
        match begun.await.ok().flatten() {
            Some(Begun { plan: Some(plan), .. }) => Ok(self.far.plan(plan)),
            Some(Begun { reasons, .. }) if !reasons.is_empty() => Err(reasons),
            Some(_) => Err(vec![pass.reader.t("gateway-core-away").to_string()]),
            None => Err(away()),
        }
    }

    async fn entry(&self, plan: &Plan, source: IpAddr) -> Result<Entry, String> {
        // What began while the core could not be asked has its way since then.
        if let Some(both) = self.far.alone.way(plan.session) {
            return Ok(Entry::Certificate(Box::new(both)));
        }
        let away = || "the core does not answer".to_owned();
        let fresh = keys::fresh()?;
        let enters = Enters { session: plan.session, key: keys::line(fresh.public_key())?, source };
        let said = self.far.asked(&enters).await.ok_or_else(away)?;
        Ok(match said.way.ok_or(said.why)? {
            Way::Certificate(line) => {
                let certificate = Certificate::from_openssh(&line).map_err(|e| e.to_string())?;
                Entry::Certificate(Box::new((fresh, certificate)))
            }
            Way::Key(seed) => Entry::Key(Box::new(keys::of_seed(&seed.0)?)),
            Way::Password(password) => Entry::Password(password.0),
            Way::Refused => Entry::Refused,
            Way::Since => Entry::Since,
        })
    }

    async fn standing(&self, session: SessionId) -> Option<Standing> {
        if let Some(alone) = self.far.alone.standing(session) {
            return Some(alone);
        }
        let asks = Asks { session, runs: self.far.runs(session) };
        self.far.ask(&asks, self.far.bounds.standing).await.ok().and_then(|said| said.standing)
    }

    fn holds(&self, session: SessionId, sight: Weak<dyn Sight>) {
        if let Some(in_hand) = locked(&self.far.held).get_mut(&session) {
            *in_hand = true;
        }
        let mut all = locked(&self.far.sights);
        all.retain(|_, sight| sight.strong_count() > 0);
        all.insert(session, sight);
    }

    async fn report(&self, session: SessionId, report: Report) -> bool {
        let told = match report {
            Report::Closing(cause) => self.far.asked(&Closes { session, cause }).await,
            Report::OtherKey(fingerprint) => self.far.asked(&ShowsOther { session, fingerprint }).await,
            Report::Refused => return self.refuses(session).await,
            Report::Ended(how, written) => return self.far.waits(session, how, &written).await,
        };
        told.is_some_and(|told| told.stands)
    }
}
