//! The porter: what the gateway asks, answered by the house it stands in. A crate of its own, because the gateway knows
//! no office and the office no SSH; tests open the same gate as the command line.

mod left;
pub mod lodge;
mod people;
mod words;

use std::{
    collections::HashMap,
    net::IpAddr,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, Weak},
    time::Duration,
};

use plantgate_app::{
    App, Stop,
    witness::{
        gate::{self, Asked, Entering, Knocked},
        vault::Vaulted,
    },
};
use plantgate_domain::{
    base::SessionId,
    event::witness::{Ending, Part},
};
use plantgate_gateway::{
    Authority, Limits,
    authority::{Entry, Factor, Knock, Pass, Plan, Report, Rights, Sight, Standing, Target, Written},
    keys,
    russh::keys::{Certificate, PrivateKey, PublicKey},
};
use plantgate_wire::words::{Lang, Reader};
use zeroize::Zeroizing;

pub use people::{People, sign};
pub use words::Called;

/// How long it is waited before something is told again.
const AGAIN: Duration = Duration::from_secs(2);
/// How far clocks of targets may be behind ours, in seconds.
const SKEW: u64 = 60;

/// The house itself as the gateway's authority.
pub struct Porter {
    app: App,
    folder: PathBuf,
    authority: PrivateKey,
    lang: Lang,
    limits: Limits,
    /// What was known last of each session that runs.
    known: Mutex<HashMap<SessionId, Asked>>,
    /// What this gateway calls itself in the record: a name in its folder, so that two end no sessions of each other.
    name: String,
}

/// The keys of the gateway: its own, and the one that signs its certificates.
pub fn keys(app: &App) -> Result<(PrivateKey, PrivateKey), Stop> {
    let seeds = app.store().keyring().gateway()?;
    let key = |seed| keys::of_seed(seed).map_err(Stop::fault);
    Ok((key(&seeds.host)?, key(&seeds.authority)?))
}

impl Porter {
    /// Opens the folder where recordings grow, and brings home what a process that was killed left there.
    pub async fn open(app: App, folder: &Path, lang: Lang, limits: Limits) -> Result<Porter, Stop> {
        let said = |e: std::io::Error| Stop::fault(format!("{}: {e}", folder.display()));
        tokio::fs::create_dir_all(folder).await.map_err(said)?;
        let (_, authority) = keys(&app)?;
        let name = named(folder).map_err(said)?;
        let known = Mutex::default();
        let porter = Porter { app, folder: folder.to_owned(), authority, lang, limits, known, name };
        left::bring_home(&porter).await?;
        // The office shows what grows here, too.
        porter.app.let_grow_in(folder);
        Ok(porter)
    }

    /// The porter for a gateway that stands elsewhere, under the name by which it is listed.
    fn afar(app: App, authority: PrivateKey, name: &str, lang: Lang, limits: Limits) -> Porter {
        Porter { app, folder: PathBuf::new(), authority, lang, limits, known: Mutex::default(), name: name.to_owned() }
    }

    fn pass(&self, knocked: Knocked, fingerprint: &str, from: IpAddr) -> Pass {
        let reader = Reader { lang: self.lang, zone: knocked.site.facts.zone };
        let (f, until) = (&knocked.grant.facts, reader.until(knocked.until));
        let notice =
            reader.t("gateway-notice").s("grant", &f.reference).s("until", until).n("days", knocked.days).to_string();
        let unable = (!knocked.able).then(|| reader.t("gateway-no-code").to_string());
        let (person, grant, days, fingerprint) =
            (knocked.person.id, knocked.grant.id, knocked.days, fingerprint.to_owned());
        Pass { person, grant, fingerprint, from, reader, notice, days, unable, factor: Factor::App }
    }

    /// A certificate for a session, as the record has it.
    fn certificate(
        &self,
        (reference, session): (&str, SessionId),
        login: &str,
        key: &PublicKey,
        source: IpAddr,
    ) -> Result<Certificate, String> {
        let now = u64::try_from(plantgate_app::wall_now()).unwrap_or_default();
        let says = keys::Says {
            id: format!("plantgate {reference}"),
            principal: login,
            from: now.saturating_sub(SKEW),
            until: now.saturating_add(self.limits.certificate),
            source,
            serial: u64::try_from(session.0.as_u128() >> 64).unwrap_or_default(),
            terminal: true,
            command: None,
        };
        keys::certify(&self.authority, key, &says)
    }

    /// A session is over: what was known of it is asked no more.
    fn forget(&self, session: SessionId) {
        self.known().map(|mut known| known.remove(&session));
    }

    fn known(&self) -> Option<MutexGuard<'_, HashMap<SessionId, Asked>>> {
        self.known.lock().ok()
    }

    /// Moves what was recorded where evidence lies.
    async fn kept(&self, written: &[Written]) -> Result<Vec<Part>, Stop> {
        let most = usize::try_from(self.limits.part).unwrap_or(usize::MAX);
        let mut parts = Vec::with_capacity(written.len());
        for w in written {
            let (blob, sealed) = match self.app.gate_keep(&w.file, most).await {
                Ok(kept) => kept,
                // What can never be kept must not keep the end of the session out of the record: it stays in the
                // folder, and the part says that it is nowhere else.
                Err(Stop::Invalid(why)) => {
                    tracing::error!(file = %w.file.display(), ?why, "a part of a recording cannot be kept");
                    (String::new(), 0)
                }
                Err(stop) => return Err(stop),
            };
            parts.push(Part { blob, sealed, ..w.part.clone() });
        }
        Ok(parts)
    }

    async fn ended(&self, session: SessionId, how: Ending, written: &[Written]) -> Result<(), Stop> {
        self.forget(session);
        let parts = self.kept(written).await?;
        let stays: Vec<bool> = parts.iter().map(|part| part.blob.is_empty()).collect();
        self.app.gate_ended(session, how, parts, 0).await?;
        // In the record and in its place: the copy beside it is one too many.
        for (w, _) in written.iter().zip(stays).filter(|(_, stays)| !stays) {
            if let Err(e) = tokio::fs::remove_file(&w.file).await {
                tracing::warn!(file = %w.file.display(), said = %e, "a recording that is kept lies here, too");
            }
        }
        Ok(())
    }
}

impl Authority for Porter {
    async fn knock(&self, knock: Knock<'_>) -> Option<Pass> {
        match self.app.gate_knock(knock.grant, knock.fingerprint).await {
            Ok(knocked) => knocked.map(|k| self.pass(k, knock.fingerprint, knock.from)),
            Err(stop) => {
                tracing::warn!(%stop, "the gateway could not ask whose key it is");
                None
            }
        }
    }

    async fn prove(&self, pass: &Pass, code: &str) -> bool {
        self.app.gate_code(pass.person, code, &self.name).await.unwrap_or_else(|stop| {
            tracing::warn!(%stop, "a code could not be checked");
            false
        })
    }

    async fn begin(&self, pass: &Pass) -> Result<Plan, Vec<String>> {
        let mut seal = Zeroizing::new([0; 32]);
        getrandom::fill(seal.as_mut()).map_err(|e| vec![e.to_string()])?;
        let entering = Entering {
            person: pass.person,
            grant: pass.grant,
            key: pass.fingerprint.clone(),
            language: pass.reader.lang.tag().to_owned(),
            days: pass.days,
            from: pass.from.to_string(),
            seal: seal.clone(),
            gateway: self.name.clone(),
        };
        let begun = match self.app.gate_begin(&entering).await {
            Ok(begun) => begun,
            Err(stop) => return Err(words::reasons(&self.app, &pass.reader, &stop).await),
        };
        let gate::Begun { session, reference, name, endpoint: e, attended, hard, files, forwards } = begun;
        let files = Rights { into: files.0, out: files.1 };
        let target = Target { host: e.host, port: e.port, login: e.login, host_key: e.host_key, name };
        let folder = self.folder.clone();
        Ok(Plan { session, reference, target, attended, hard, files, forwards, folder, key: seal })
    }

    async fn entry(&self, plan: &Plan, source: IpAddr) -> Result<Entry, String> {
        match self.app.gate_vaulted(plan.session).await.map_err(|stop| stop.to_string())? {
            None => {
                let key = keys::fresh()?;
                let (session, login) = ((plan.reference.as_str(), plan.session), &plan.target.login);
                let certificate = self.certificate(session, login, key.public_key(), source)?;
                Ok(Entry::Certificate(Box::new((key, certificate))))
            }
            Some(Vaulted::Key(seed)) => keys::of_seed(&seed).map(|key| Entry::Key(Box::new(key))),
            Some(Vaulted::Password(password)) => Ok(Entry::Password(password)),
            Some(Vaulted::Refused) => Ok(Entry::Refused),
            Some(Vaulted::Since) => Ok(Entry::Since),
        }
    }

    async fn standing(&self, session: SessionId) -> Option<Standing> {
        let before = self.known().and_then(|known| known.get(&session).copied());
        let asked = self.app.gate_standing(session, before);
        match tokio::time::timeout(Duration::from_secs(self.limits.lease), asked).await {
            Ok(Ok(now)) => {
                self.known().map(|mut known| known.insert(session, now));
                Some(now.standing)
            }
            Ok(Err(stop)) => {
                tracing::warn!(%stop, %session, "whether a session may go on could not be asked");
                None
            }
            Err(_late) => None,
        }
    }

    fn holds(&self, session: SessionId, sight: Weak<dyn Sight>) {
        self.app.let_see(session, sight);
    }

    async fn report(&self, session: SessionId, report: Report) -> bool {
        // What was seen is told until it stands: a record that is away for a while loses nothing.
        loop {
            let told = match &report {
                Report::Closing(cause) => self.app.gate_closing(session, *cause).await,
                Report::OtherKey(shown) => self.app.gate_other_key(session, shown).await,
                Report::Refused => self.app.gate_refused(session).await,
                Report::Ended(how, written) => self.ended(session, *how, written).await,
            };
            match (told, &report) {
                (Ok(()), _) => return true,
                // The watch comes back each second; it closes by itself, whatever is recorded.
                (Err(stop), Report::Closing(_)) => {
                    tracing::warn!(%stop, %session, "that a session closes could not be told");
                    return false;
                }
                // Whoever tries again meets the same key, and it is told again.
                (Err(stop), Report::OtherKey(_)) => {
                    tracing::error!(%stop, %session, "that a system shows another key could not be told");
                    return false;
                }
                (Err(Stop::NotFound), Report::Refused) => return false,
                (Err(stop), Report::Refused) => {
                    tracing::error!(%stop, %session, "that a system takes no login secret could not be told");
                    tokio::time::sleep(AGAIN).await;
                }
                (Err(stop), Report::Ended(..)) => {
                    tracing::error!(%stop, %session, "the end of a session could not be told; it is told again");
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
    }
}

/// The name of a gateway, made where there is none.
fn named(folder: &Path) -> std::io::Result<String> {
    let file = folder.join("gateway");
    if let Ok(name) = std::fs::read_to_string(&file) {
        return Ok(name.trim().to_owned());
    }
    let mut name = [0_u8; 8];
    getrandom::fill(&mut name).map_err(std::io::Error::other)?;
    let name: String = name.iter().map(|b| format!("{b:02x}")).collect();
    std::fs::write(&file, &name)?;
    Ok(name)
}
