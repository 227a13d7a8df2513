//! What a gateway does while it cannot ask: it serves approved grants of which it holds signed copies to whoever
//! holds the key and is read a code by somebody of ours beside them. Each code is good once, whatever happens to the
//! machine. What began is on the disk before anything is let through, and is told when the core is back; from then on
//! the core judges the session like every other.

use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions},
    io,
    net::IpAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use plantgate_domain::{
    base::{GrantId, SessionId},
    event::witness::Closing,
};
use plantgate_interchange::codes::{Code, Opens};
use plantgate_wire::words::{Lang, Reader};
use russh::keys::{Certificate, PrivateKey, PublicKey};
use tokio::time::Instant;
use uuid::Uuid;
use zeroize::Zeroizing;

pub use self::beginning::{Beginning, Not};
use super::{
    Proved,
    copies::{Copies, Lent, Signed},
    locked, made, proved,
    says::{BeganAlone, Source},
    spool::Spool,
    whole,
};
use crate::{
    authority::{Course, Factor, Knock, Pass, Plan, Rights, Standing, Target},
    clock, keys,
};

/// How far the machine's clock may be behind what it was seen at before, in seconds; further, and copies of an earlier
/// process are not served: somebody may have set it back.
const BEFORE: i64 = 300;
/// How long a name of a system is looked up.
const LOOKED_UP: Duration = Duration::from_secs(2);

/// Copies that are held, and since when.
struct Held {
    signed: Signed,
    copies: Arc<Copies>,
    /// When this process got them: time goes on from there, whoever sets the machine's clock.
    fetched: Option<Instant>,
}

/// What a code opened.
struct Opened {
    lent: Lent,
    number: u32,
    code: Code,
    way: Zeroizing<[u8; 32]>,
    check_in: u64,
}

/// Whether the core knows a session that began alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Known {
    NotYet,
    /// It judges it.
    Told,
    /// It does not take it, as one that was put back from an old backup: nothing new begins there.
    Refused,
}

/// A session that began alone and runs.
struct Running {
    known: Known,
    until: Instant,
    /// Until when the code stands for somebody who is beside them.
    beside: Instant,
    key: PrivateKey,
    certificate: Certificate,
}

/// All of it.
pub struct Alone {
    /// Whose signature is on copies; nothing: none is held, and what began before is told all the same.
    signs: Option<PublicKey>,
    file: PathBuf,
    used: PathBuf,
    /// The latest time that this machine's clock was seen at, and the file that keeps it.
    seen: (PathBuf, Mutex<i64>),
    /// Held by whoever writes copies or marks: one after another, so that neither undoes the other.
    writes: Mutex<()>,
    held: Mutex<Option<Held>>,
    /// From which address each host was gone to, as it was found last.
    ways: Mutex<HashMap<String, IpAddr>>,
    opened: Mutex<HashMap<Proved, Opened>>,
    running: Mutex<HashMap<SessionId, Running>>,
    pub begins: Spool<Beginning>,
}

impl Alone {
    /// Opens it in the gateway's folder, with what an earlier process left.
    pub fn open(folder: &Path, signs: Option<PublicKey>) -> io::Result<Alone> {
        let (used, file) = (folder.join("used"), folder.join("copies.json"));
        fs::create_dir_all(&used)?;
        let signed = signs.is_some().then(|| Signed::read(&file)).flatten();
        let held = signed.zip(signs.as_ref()).and_then(|(mut signed, key)| {
            let copies = Arc::new(signed.opened(key)?);
            marks(&used).for_each(|(sheet, number)| signed.spend(sheet, number));
            Some(Held { signed, copies, fetched: None })
        });
        if held.is_none() && signs.is_some() && file.exists() {
            tracing::error!(file = %file.display(), "copies of grants are not as the core signed them: none is served");
        }
        let seen = folder.join("clock");
        let latest = fs::read_to_string(&seen).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(i64::MIN);
        if held.as_ref().is_some_and(|held| clock::wall() < held.copies.made.max(latest).saturating_sub(BEFORE)) {
            tracing::error!(latest, "this machine's clock is behind what it was: no copies of grants are served by it");
        }
        let seen = (seen, Mutex::new(latest));
        let (ways, opened, running) = Default::default();
        let begins = Spool::open(folder.join("begins"))?;
        Ok(Alone {
            signs,
            file,
            used,
            seen,
            writes: Mutex::default(),
            held: Mutex::new(held),
            ways,
            opened,
            running,
            begins,
        })
    }

    /// Whether copies are asked for at all.
    pub fn serves(&self) -> bool {
        self.signs.is_some()
    }

    /// Notes the time, so that a clock that is set back by the next start is found out. It blocks.
    pub fn ticks(&self) -> io::Result<()> {
        let now = {
            let mut latest = locked(&self.seen.1);
            *latest = (*latest).max(clock::wall());
            *latest
        };
        whole::put(&self.seen.0, now.to_string().as_bytes())
    }

    /// Takes what the core says may be served; nothing any more where it says so. What cannot be written is served by
    /// this process alone, and what lay there before by none. It blocks.
    pub fn takes(&self, signed: Option<Signed>) -> io::Result<()> {
        let (Some(mut signed), Some(key)) = (signed, &self.signs) else { return self.forgets() };
        let Some(copies) = signed.opened(key).map(Arc::new) else {
            tracing::error!("what the core says may be served was signed by another key: it is not kept");
            return self.forgets();
        };
        let _one = locked(&self.writes);
        for (sheet, number) in marks(&self.used).collect::<Vec<_>>() {
            if signed.sheets.iter().any(|s| s.sheet == sheet) {
                signed.spend(sheet, number);
            } else {
                // The core speaks of that sheet no more.
                let _stays = fs::remove_file(self.mark(sheet, number));
            }
        }
        let written = signed.write(&self.file);
        // The core says what time it is: a clock that was ahead once counts no more.
        *locked(&self.seen.1) = copies.made;
        *locked(&self.held) = Some(Held { signed, copies, fetched: Some(clock::now()) });
        written.inspect_err(|_| {
            let _gone = fs::remove_file(&self.file);
        })
    }

    /// Nothing is served any more. It blocks where something was.
    pub fn forgets(&self) -> io::Result<()> {
        let _one = locked(&self.writes);
        *locked(&self.held) = None;
        match fs::remove_file(&self.file) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _gone => Ok(()),
        }
    }

    /// The core's time, and copies that are good by it.
    fn good(&self) -> Option<(Arc<Copies>, i64)> {
        let held = locked(&self.held);
        let Held { copies, fetched, .. } = held.as_ref()?;
        let since = fetched.map(|at| i64::try_from(at.elapsed().as_secs()).unwrap_or(i64::MAX));
        let now = since.map_or_else(clock::wall, |secs| copies.made.saturating_add(secs));
        let least = if since.is_some() { copies.made } else { copies.made.max(*locked(&self.seen.1)) };
        let good = least.saturating_sub(BEFORE) <= now && now < copies.until;
        good.then(|| (copies.clone(), now))
    }

    /// What whoever comes is told of what is served here; nothing where that is nothing.
    pub fn holds(&self) -> Option<&'static str> {
        let (copies, _) = self.good()?;
        Some(if copies.calls() { "gateway-far-emergencies" } else { "gateway-far-alone" })
    }

    /// From which address of this machine each system of the copies is gone to.
    pub async fn sources(&self) -> Vec<Source> {
        let Some((copies, _)) = self.good() else { return Vec::new() };
        let mut hosts: Vec<(&str, u16)> = copies.grants.iter().map(|l| (l.host.as_str(), l.port)).collect();
        hosts.sort_unstable();
        hosts.dedup_by_key(|(host, _)| *host);
        let mut sources = Vec::with_capacity(hosts.len());
        for (host, port) in hosts {
            let found = tokio::time::timeout(LOOKED_UP, toward(host, port)).await;
            let found = found.map_err(io::Error::other).flatten();
            let mut known = locked(&self.ways);
            match found {
                Ok(from) => drop(known.insert(host.to_owned(), from)),
                Err(said) => tracing::warn!(%said, host, "there is no way to a system for when the core is away"),
            }
            // A name that cannot be looked up just now takes no way away that was there.
            sources.extend(known.get(host).map(|from| Source { host: host.to_owned(), from: *from }));
        }
        sources
    }

    /// Whether every way that is held leads from where it would be gone from.
    pub fn is_whole(&self) -> bool {
        self.good().is_none_or(|(copies, _)| copies.grants.iter().all(Lent::leads))
    }

    /// The one person of a grant, by their key.
    pub fn knock(&self, knock: &Knock<'_>) -> Option<Pass> {
        let (copies, now) = self.good()?;
        let all = copies.of(knock.grant, knock.fingerprint);
        let lent = all.first()?;
        let reader = Reader { lang: Lang::of(&lent.language).unwrap_or_default(), zone: lent.zone.clone() };
        let (factor, begins) = match lent.emergency {
            None => (Factor::Sheet, "gateway-alone"),
            Some(_) => (Factor::Emergency, "gateway-alone-emergency"),
        };
        let notice = format!("{}\n\n{}", reader.t(begins), lent.notice);
        let unable = reader.clone();
        Some(Pass {
            person: lent.person,
            grant: lent.grant,
            fingerprint: knock.fingerprint.to_owned(),
            from: knock.from,
            reader,
            notice,
            days: lent.days,
            // Nobody reads out a code of which it is known that it opens nothing.
            unable: cannot(&all, now).map(|words| unable.t(words).to_string()),
            factor,
        })
    }

    /// Whether a code is one of the sheet for this grant, and was not used here. It is used up by that, whatever comes
    /// of it: one that was read out is known to somebody. It blocks.
    pub fn prove(&self, pass: &Pass, code: &str) -> bool {
        let Some(opened) = self.opens(pass, code) else { return false };
        if let Err(not) = self.spend(opened.lent.sheet, opened.number) {
            tracing::warn!(grant = opened.lent.reference, code = opened.number, ?not, "a code opens nothing");
            return false;
        }
        locked(&self.opened).insert(proved(pass), opened);
        true
    }

    fn opens(&self, pass: &Pass, code: &str) -> Option<Opened> {
        let (copies, _) = self.good()?;
        let code = Code::read(code)?;
        let held = locked(&self.held);
        let signed = &held.as_ref()?.signed;
        let named = copies.of(&pass.grant.0.to_string(), &pass.fingerprint).first()?.reference.clone();
        // One name may stand for several emergencies: the sheet of the code says which.
        copies.of(&named, &pass.fingerprint).into_iter().find_map(|lent| {
            let (number, way) = signed.opens(lent.sheet, &code)?;
            let lent = lent.clone();
            Some(Opened { number, code: code.clone(), way, check_in: copies.check_in, lent })
        })
    }

    /// Begins a session: what began lies on the disk. It blocks.
    pub fn begin(&self, pass: &Pass, session: SessionId, folder: &Path) -> Result<Plan, Not> {
        let opened = locked(&self.opened).remove(&proved(pass)).ok_or(Not::Used)?;
        let (_, now) = self.good().ok_or(Not::Window)?;
        let lent = &opened.lent;
        let left = lent.emergency.as_ref().map_or(lent.until.saturating_sub(now), |called| called.secs.into());
        let left = u64::try_from(left).unwrap_or_default();
        if !lent.opens(now) || left == 0 {
            return Err(Not::Window);
        }
        let certificate = lent.certificate.as_deref().and_then(|line| Certificate::from_openssh(line).ok());
        let (key, certificate) = (keys::of_seed(&opened.way), certificate.ok_or(Not::Way)?);
        let (key, seal) = (key.map_err(|_| Not::Way)?, secret().map_err(|_| Not::Disk)?);
        let since = clock::now();
        let (beside, until) = (since + Duration::from_secs(opened.check_in), since + Duration::from_secs(left));
        // Before it lies where it is told from: the core may know it the moment it does.
        locked(&self.running).insert(session, Running { known: Known::NotYet, until, beside, key, certificate });
        if let Err(said) = self.spool(pass, &opened, (session, &seal), since) {
            tracing::error!(%said, "a session that would begin could not be put on the disk");
            self.over(session);
            return Err(Not::Disk);
        }
        tracing::warn!(%session, grant = lent.reference, code = opened.number, "a session began by a code of a sheet");
        Ok(Plan {
            session,
            reference: lent.reference.clone(),
            target: Target {
                host: lent.host.clone(),
                port: lent.port,
                login: lent.login.clone(),
                host_key: lent.host_key.clone(),
                name: lent.name.clone(),
            },
            attended: true,
            hard: lent.hard,
            files: Rights { into: lent.files_in, out: lent.files_out },
            forwards: lent.forwards.clone(),
            folder: folder.to_owned(),
            key: seal,
        })
    }

    fn spool(
        &self,
        pass: &Pass,
        opened: &Opened,
        (session, seal): (SessionId, &Zeroizing<[u8; 32]>),
        since: Instant,
    ) -> io::Result<Beginning> {
        let (mut nonce, at, sheet) = ([0; 24], clock::wall(), opened.lent.sheet);
        getrandom::fill(&mut nonce).map_err(io::Error::other)?;
        let emergency = opened.lent.emergency.clone();
        // Each emergency has a grant of its own; what stands in the copies is only a name for it.
        let grant = if emergency.is_some() { GrantId(made()?) } else { pass.grant };
        let seal = opened.code.lock(sheet.as_u128(), Opens::Recording, nonce, seal);
        let seal = seal.ok_or_else(|| io::Error::other("it could not be locked"))?;
        self.begins.put(since, |sequence| Beginning {
            sequence,
            at,
            session,
            grant,
            fingerprint: pass.fingerprint.clone(),
            language: pass.reader.lang.tag().to_owned(),
            days: pass.days,
            from: pass.from,
            sheet,
            number: opened.number,
            seal,
            emergency: emergency.clone(),
        })
    }

    /// Where it is noted that a code was used.
    fn mark(&self, sheet: Uuid, number: u32) -> PathBuf {
        self.used.join(format!("{sheet}-{number}"))
    }

    /// Uses a code up: of two that come at once one does, and a machine that loses its power forgets it not. What it
    /// opened lies here no more.
    fn spend(&self, sheet: Uuid, number: u32) -> Result<(), Not> {
        let _one = locked(&self.writes);
        let made = OpenOptions::new().write(true).create_new(true).open(self.mark(sheet, number));
        match made.and_then(|file| file.sync_all()).and_then(|()| File::open(&self.used)?.sync_all()) {
            Ok(()) => {}
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => return Err(Not::Used),
            Err(said) => {
                tracing::error!(%said, "that a code was used could not be noted: nobody comes in by it");
                return Err(Not::Disk);
            }
        }
        // Whoever comes to the door waits for no disk: what is held is let go of before it is written.
        let left = locked(&self.held).as_mut().map(|held| {
            held.signed.spend(sheet, number);
            held.signed.clone()
        });
        if let Some(Err(said)) = left.map(|signed| signed.write(&self.file)) {
            tracing::warn!(%said, "what a used code opened lies on the disk still");
        }
        Ok(())
    }

    /// How a session stands of which the core does not know; nothing where it judges it itself.
    pub fn standing(&self, session: SessionId) -> Option<Standing> {
        let all = locked(&self.running);
        let running = all.get(&session)?;
        let course = match running.known {
            Known::NotYet => Course::Open,
            Known::Refused => Course::Closing(Closing::Core),
            Known::Told => return None,
        };
        let now = clock::now();
        let left = i64::try_from(running.until.saturating_duration_since(now).as_secs()).unwrap_or(i64::MAX);
        Some(Standing { left, alone: running.beside <= now, course })
    }

    /// With what the gateway goes on to the system of a session that began here.
    pub fn way(&self, session: SessionId) -> Option<(PrivateKey, Certificate)> {
        locked(&self.running).get(&session).map(|r| (r.key.clone(), r.certificate.clone()))
    }

    /// What is told of a beginning.
    pub fn telling(&self, one: &Beginning) -> BeganAlone {
        BeganAlone {
            session: one.session,
            grant: one.grant,
            fingerprint: one.fingerprint.clone(),
            language: one.language.clone(),
            days: one.days,
            from: one.from,
            sheet: one.sheet,
            number: one.number,
            seal: one.seal.clone(),
            sequence: one.sequence,
            recorded: one.at,
            ago_secs: self.begins.ago(one).as_secs(),
            emergency: one.emergency.clone(),
        }
    }

    /// The core knows a session: it judges it from now on.
    pub fn told(&self, one: &Beginning) -> io::Result<()> {
        self.begins.done(one)?;
        self.knows(one.session, Known::Told);
        Ok(())
    }

    /// The core does not take it: nobody could end it from there, so nothing new begins in it. What runs goes on.
    pub fn refused(&self, one: &Beginning) {
        self.knows(one.session, Known::Refused);
    }

    fn knows(&self, session: SessionId, known: Known) {
        locked(&self.running).get_mut(&session).into_iter().for_each(|running| running.known = known);
    }

    /// A session is over.
    pub fn over(&self, session: SessionId) {
        locked(&self.running).remove(&session);
    }
}

/// Why no code opens any of these, as far as that is known before one is read out.
fn cannot(all: &[&Lent], now: i64) -> Option<&'static str> {
    if !all.iter().any(|lent| lent.leads()) {
        return Some("gateway-alone-no-way");
    }
    let opens = |lent: &&Lent| lent.leads() && lent.opens(now);
    (!all.iter().any(opens)).then_some("gateway-alone-not-now")
}

/// From which address this machine goes there: nothing is sent.
async fn toward(host: &str, port: u16) -> io::Result<IpAddr> {
    let to = tokio::net::lookup_host((host, port)).await?.next().ok_or_else(|| io::Error::other("no address"))?;
    let any: IpAddr = if to.is_ipv4() { [0, 0, 0, 0].into() } else { [0_u16; 8].into() };
    let socket = tokio::net::UdpSocket::bind((any, 0)).await?;
    socket.connect(to).await?;
    socket.local_addr().map(|address| address.ip())
}

/// Codes that were used here.
fn marks(used: &Path) -> impl Iterator<Item = (Uuid, u32)> {
    let named = |file: fs::DirEntry| {
        let name = file.file_name();
        let (sheet, number) = name.to_str()?.rsplit_once('-')?;
        Some((sheet.parse().ok()?, number.parse().ok()?))
    };
    fs::read_dir(used).into_iter().flatten().flatten().filter_map(named)
}

fn secret() -> io::Result<Zeroizing<[u8; 32]>> {
    let mut secret = Zeroizing::new([0; 32]);
    getrandom::fill(secret.as_mut()).map_err(io::Error::other)?;
    Ok(secret)
}

mod beginning;
#[cfg(test)]
mod tests;
