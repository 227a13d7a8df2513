//! What a gateway asks and tells. It proves nothing to anybody: the key, the code, the grant and the moment decide
//! here, and what it tells are acts of which no other door knows the names.

use std::path::Path;

use plantgate_domain::{
    base::{Actor, GrantId, InstanceId, Instant, Kind, PersonId, Private, Refusal, Role, SessionId, Text, Why},
    event::{
        expect::Endpoint,
        qualify::KeyKind,
        witness::{
            Closing, Ending, OtherKeyShown, Part, Seen, SessionClosing, SessionEnded, SessionEvent, SessionNoticed,
            SessionRecorded, SessionStarted,
        },
    },
    expect::{instance::Instance, site::Site, vault::Goes},
    permit::{acts::No, grant::Grant},
    qualify::person::Person,
    witness::{
        gate::{Facts, Known, Standing, may_enter},
        session::{RUNNING, Session},
    },
};
use plantgate_store::{Desk, Stop, memory::Memory, ops::credential, writer::new_request};
use serde::{Deserialize, Serialize};
use tokio::io::AsyncRead;
use zeroize::Zeroizing;

use super::{
    checkout::{give_back, hand_to},
    start::{may_go_on, may_start},
};
use crate::{
    act::{Act, App, Caller},
    names,
    permit::hand::stop,
    power::{May, Place, TellSession},
    read::By,
    sign_in::recovery,
};

/// How somebody proves who they are at a gateway.
pub const AUTH: &str = "ssh-key+totp";
/// Version of the notice that people read before a session.
pub const NOTICE: u32 = 3;
/// Seconds for which an answer is good while nothing is written.
const AGAIN: i64 = 5;

/// Sessions that are brought home at one start; more than any gateway lets in at once.
const LEFT: u64 = 10_000;

/// The one person of a grant, who holds a key of theirs.
#[derive(Clone, PartialEq, Debug)]
pub struct Knocked {
    pub person: Person,
    pub grant: Grant,
    pub site: Site,
    /// When their time is over; of repeated shifts that of this one.
    pub until: Instant,
    /// Whether they have a second factor that a terminal can ask for.
    pub able: bool,
    /// Days for which what is recorded of them will be kept.
    pub days: u32,
}

/// A session that is in the record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Begun {
    pub session: SessionId,
    pub reference: String,
    /// What the target is called.
    pub name: String,
    pub endpoint: Endpoint,
    pub attended: bool,
    pub hard: bool,
    /// Files may come in, and may go out.
    pub files: (bool, bool),
    /// Ports to which tools may be led.
    pub forwards: Vec<u16>,
}

/// What was known of a session at a size of the record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asked {
    size: u64,
    at: Instant,
    known: Known,
    /// How it stands now.
    pub standing: Standing,
}

/// A session that a gateway let in, for that gateway.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
    pub reference: String,
    pub instance: InstanceId,
    pub ended: bool,
    /// It began by a code while the gateway was cut off.
    pub cut_off: bool,
    /// Files of its recording that the record names.
    pub blobs: Vec<String>,
}

/// Who comes in, and what they were told.
#[derive(Clone, PartialEq, Debug)]
pub struct Entering {
    pub person: PersonId,
    pub grant: GrantId,
    /// Fingerprint of the key.
    pub key: String,
    pub language: String,
    /// Days for which it will be kept, as they were told.
    pub days: u32,
    pub from: String,
    /// What the recording is sealed with.
    pub seal: Zeroizing<[u8; 32]>,
    /// Which gateway lets them in.
    pub gateway: String,
}

impl App {
    /// The person of a grant, if the key is theirs; anybody else is a stranger.
    pub async fn gate_knock(&self, grant: &str, fingerprint: &str) -> Result<Option<Knocked>, Stop> {
        let mut look = self.store().look().await?;
        let Some(on) = names::find(&mut look, Kind::Grant, grant).await? else { return Ok(None) };
        let grant: Grant = look.get(on).await?;
        let person: Person = look.get(grant.facts.person).await?;
        if !person.holds_ssh(fingerprint) || !person.seated(look.now().0) {
            return Ok(None);
        }
        let site: Site = look.get(grant.facts.site).await?;
        let days = site.days(&look.rules());
        let able = person.has_key(KeyKind::Password);
        let until = grant.window_at(look.now().0).until;
        Ok(Some(Knocked { person, grant, site, until, able, days }))
    }

    /// Whether a code of the app is theirs; its step is used up. Wrong ones wait in a basket of this gateway: whoever
    /// guesses there keeps nobody out elsewhere.
    pub async fn gate_code(&self, person: PersonId, code: &str, gateway: &str) -> Result<bool, Stop> {
        let store = self.store();
        let mut look = store.look().await?;
        let (found, now) = (credential::of(look.tx(), person.0).await?, store.wall(&look));
        let whose: Option<Person> = look.find(person).await?;
        drop(look);
        // A gateway never gets a recovery code.
        let (Some(whose), None) = (whose, recovery::read(code)) else { return Ok(false) };
        let basket = store.keyring().digest(basket(gateway, person).as_bytes())?;
        Ok(self.known_factor(found, &whose, code, &basket, now).await?.is_some())
    }

    /// Decides, and enters the session; what decided against it is in the refusal.
    pub async fn gate_begin(&self, e: &Entering) -> Result<Begun, Stop> {
        let seal = self.store().keyring().seal(&*e.seal)?;
        let act = OpenGated {
            person: e.person,
            grant: e.grant,
            key: e.key.clone(),
            language: e.language.clone(),
            days: e.days,
            from: e.from.clone(),
            seal,
            gateway: e.gateway.clone(),
        };
        Ok(self.act(&teller(), new_request()?, act).await?.done)
    }

    /// Whether a session may go on, as of now. What was known before is good while the record did not grow, for a few
    /// seconds: then only the clock can have changed it, and that is counted.
    pub async fn gate_standing(&self, session: SessionId, before: Option<Asked>) -> Result<Asked, Stop> {
        let mut look = self.store().look().await?;
        let (size, now) = (look.size(), look.now());
        let good = |a: &Asked| a.size == size && (0..AGAIN).contains(&now.0.secs_since(a.at));
        if let Some(before) = before.filter(good) {
            return Ok(Asked { standing: before.known.at(now.0), ..before });
        }
        let session: Session = look.get(session).await?;
        let grant: Grant = look.get(session.facts.grant.ok_or(Stop::NotFound)?).await?;
        let person: Person = look.get(grant.facts.person).await?;
        let decision = may_go_on(&mut look, &grant, None, now).await?.0;
        let (go_on, broken) = (decision.yes(), decision.measure_broken());
        let check_in = look.rules().access.check_in_minutes * 60;
        let known =
            Known::of(Facts { session: &session, grant: &grant, person: &person, go_on, broken, check_in }, now.0);
        Ok(Asked { size, at: now.0, known, standing: known.at(now.0) })
    }

    /// Nothing new begins in it any more.
    pub async fn gate_closing(&self, session: SessionId, cause: Closing) -> Result<(), Stop> {
        self.act(&teller(), new_request()?, CloseGated { session, cause }).await.map(|_| ())
    }

    /// The system of a session showed another key than the pinned one.
    pub async fn gate_other_key(&self, session: SessionId, fingerprint: &str) -> Result<(), Stop> {
        let act = TellOtherKey { session, fingerprint: fingerprint.to_owned() };
        self.act(&teller(), new_request()?, act).await.map(|_| ())
    }

    /// Takes a part of a recording of at most so many bytes in; the digest under which it lies, and its size.
    pub async fn gate_keep(&self, file: &Path, most: usize) -> Result<(String, u64), Stop> {
        let from = tokio::fs::File::open(file).await.map_err(Stop::fault)?;
        let stored = self.store().take_file(from, most, By::Gateway).await?;
        Ok((stored.sha256, stored.size))
    }

    /// The same of what comes over a line; nothing of it is believed before its digest was looked at.
    pub async fn gate_take(&self, from: impl AsyncRead + Unpin, most: usize) -> Result<(String, u64), Stop> {
        let stored = self.store().take_file(from, most, By::Gateway).await?;
        Ok((stored.sha256, stored.size))
    }

    /// It ended, so many seconds ago; told twice it stands once.
    pub async fn gate_ended(&self, session: SessionId, how: Ending, parts: Vec<Part>, ago: u64) -> Result<(), Stop> {
        self.act(&teller(), new_request()?, EndGated { session, how, parts, ago }).await.map(|_| ())
    }

    /// A session, for the gateway that let it in; another one learns nothing of it.
    pub async fn gate_held(&self, session: SessionId, gateway: &str) -> Result<Option<Held>, Stop> {
        let mut look = self.store().look().await?;
        let session: Option<Session> = look.find(session).await?;
        let ours = |s: &Session| s.noticed.as_ref().is_some_and(|n| n.gateway == gateway);
        Ok(session.filter(ours).map(|s| Held {
            reference: s.facts.reference,
            instance: s.facts.instance,
            ended: s.ended.is_some(),
            cut_off: s.cut_off.is_some(),
            blobs: s.parts.into_iter().map(|part| part.blob).collect(),
        }))
    }

    /// The login name that is pinned for a system.
    pub async fn gate_login(&self, on: InstanceId) -> Result<String, Stop> {
        let instance: Instance = self.store().look().await?.get(on).await?;
        Ok(instance.endpoint.map(|e| e.login).unwrap_or_default())
    }

    /// Sessions that a gateway let in and that stand in the record as running: read when it begins, they are those of
    /// a process that is no more.
    pub async fn gate_running(&self, gateway: &str) -> Result<Vec<SessionId>, Stop> {
        let mut look = self.store().look().await?;
        let running = look.in_state(Kind::Session, RUNNING, LEFT).await?;
        look.ahead(&running).await?;
        let mut all = Vec::new();
        for on in running {
            let session: Session = look.get(on).await?;
            let ours = session.noticed.as_ref().is_some_and(|n| n.gateway == gateway);
            all.extend(ours.then_some(session.id));
        }
        Ok(all)
    }

    /// Whether a session that a gateway let in runs, as the record has it, and what its recording is sealed with: for
    /// what a process that was killed left behind.
    pub async fn gate_left(&self, session: SessionId) -> Result<Option<Zeroizing<[u8; 32]>>, Stop> {
        let mut look = self.store().look().await?;
        let session: Option<Session> = look.find(session).await?;
        let noticed = session.filter(|s| s.ended.is_none()).and_then(|s| s.noticed);
        let Some(noticed) = noticed else { return Ok(None) };
        let Some(sealed) = look.open_private(&noticed.seal).await? else { return Ok(None) };
        let key = self.store().keyring().unseal(&sealed)?;
        Ok(<[u8; 32]>::try_from(key.as_slice()).ok().map(Zeroizing::new))
    }
}

/// Where wrong codes of somebody at a gateway are counted; no name of a gateway has a space in it.
fn basket(gateway: &str, person: PersonId) -> String {
    format!("gateway {gateway} {person}")
}

pub(super) fn teller() -> Caller {
    Caller { actor: Actor::Gateway, auth: Some(AUTH.to_owned()), stale: false }
}

/// What is the same in every act about a session that is in: it is told, not asked, so the clock stops none of them.
macro_rules! of_the_gate {
    ($name:literal) => {
        const NAME: &'static str = $name;
        const IN_DOUBT: bool = true;
        type Power = TellSession;
        type Done = ();

        async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
            Ok(Place::site(desk.get::<Session>(self.session).await?.facts.site))
        }
    };
}

/// A session begins at a gateway. Its own person holds the key and gave the code; the rest is judged here, in the turn.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct OpenGated {
    person: PersonId,
    grant: GrantId,
    key: String,
    language: String,
    days: u32,
    from: String,
    seal: String,
    gateway: String,
}

impl Act for OpenGated {
    const NAME: &'static str = "open-gated-session";
    type Power = TellSession;
    type Done = Begun;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(desk.get::<Grant>(self.grant).await?.facts.site))
    }

    async fn run(self, _may: May<TellSession>, desk: &mut Desk) -> Result<Begun, Stop> {
        let grant: Grant = desk.get(self.grant).await?;
        let person: Person = desk.get(self.person).await?;
        if grant.facts.person != person.id || !person.holds_ssh(&self.key) || !person.seated(desk.now().0) {
            return Err(Stop::NotFound);
        }
        let inside: Vec<Session> = desk.of("grant", grant.id).await?;
        may_enter(&grant, &inside)?;
        let instance: Instance = desk.get(grant.facts.instance).await?;
        let Some(endpoint) = instance.endpoint.clone() else {
            return Err(Stop::field("instance", Why::of("invalid-endpoint-none")));
        };
        let (now, emergency) = (desk.now(), grant.facts.emergency.is_some());
        if !instance.vaulted.as_ref().is_none_or(|vaulted| vaulted.goes(None, emergency, now.0) == Goes::Yes) {
            return Err(Refusal::new("R-17", "refuse-go-refused").into());
        }
        let id = SessionId(desk.new_id());
        // Handing the account out is the step that some measures ask for; where the decision is no, nothing of it
        // stays.
        let account = hand_to(desk, &instance, &grant, (id, false)).await?;
        let (decision, f) = may_start(desk, &grant, None, now).await?;
        if !decision.yes() {
            return Err(stop(No::Decided(Box::new(decision)), &f));
        }
        let reference = desk.next_reference(Kind::Session).await?;
        let (account, since) = account.unzip();
        let begins = since.unwrap_or(now.0);
        let started = SessionStarted { account, ..started(&grant, instance.id, reference.clone(), begins) };
        desk.append(id, SessionEvent::Started(started)).await?;
        let (from, seal): (Private<Text>, _) = (desk.seal(&self.from)?, desk.seal(&self.seal)?);
        let (language, key, gateway) = (self.language, self.key, self.gateway);
        let noticed = SessionNoticed { notice: NOTICE, language, key, from, seal, gateway, days: Some(self.days) };
        desk.append(id, SessionEvent::Noticed(noticed)).await?;
        let f = &grant.facts;
        let (files, forwards) = ways(&f.roles, &endpoint);
        Ok(Begun {
            session: id,
            reference,
            name: instance.facts.reference,
            endpoint,
            attended: f.attended,
            hard: f.end_mode == plantgate_domain::base::EndMode::Hard,
            files,
            forwards,
        })
    }
}

/// What goes by a gateway under a grant beside a terminal: files in, files out, and ports of the system. No role is for
/// forwards alone: the pinned ports are, together with a role for work on the system.
pub(super) fn ways(roles: &[Role], endpoint: &Endpoint) -> ((bool, bool), Vec<u16>) {
    let has = |role| roles.contains(&role);
    let forwards = if roles.iter().any(|r| r.works()) { endpoint.forwards.clone() } else { Vec::new() };
    ((has(Role::TransferIn), has(Role::Collect)), forwards)
}

pub(super) fn started(grant: &Grant, instance: InstanceId, reference: String, now: Instant) -> SessionStarted {
    let f = &grant.facts;
    SessionStarted {
        reference,
        person: Some(f.person),
        instance,
        site: f.site,
        provider: Some(f.provider),
        engagement: Some(f.engagement),
        grant: Some(grant.id),
        account: None,
        role: None,
        attendant: grant.attendant,
        seen: Seen::Gateway,
        confirmed_by: None,
        started: now,
    }
}

/// Nothing new begins in a session.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct CloseGated {
    session: SessionId,
    cause: Closing,
}

impl Act for CloseGated {
    of_the_gate!("close-gated-session");

    async fn run(self, _may: May<TellSession>, desk: &mut Desk) -> Result<(), Stop> {
        let session: Session = desk.get(self.session).await?;
        if session.ended.is_none() && session.closing.as_ref().is_none_or(|c| c.cause != self.cause) {
            let closing = SessionClosing { at: desk.now().0, cause: self.cause };
            desk.append(session.id, SessionEvent::Closing(closing)).await?;
        }
        Ok(())
    }
}

/// The system showed another key than the pinned one. Told once a session: what it shows next is no news.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct TellOtherKey {
    session: SessionId,
    fingerprint: String,
}

impl Act for TellOtherKey {
    of_the_gate!("tell-other-key");

    async fn run(self, _may: May<TellSession>, desk: &mut Desk) -> Result<(), Stop> {
        let session: Session = desk.get(self.session).await?;
        if session.ended.is_none() && session.other_key.is_none() {
            let shown = OtherKeyShown { at: desk.now().0, fingerprint: self.fingerprint };
            desk.append(session.id, SessionEvent::OtherKeyShown(shown)).await?;
        }
        Ok(())
    }
}

/// A session ended, with what was recorded of it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct EndGated {
    session: SessionId,
    how: Ending,
    parts: Vec<Part>,
    /// Seconds since it occurred: a gateway that was cut off tells it later, and the entry says when it was recorded.
    #[serde(default)]
    ago: u64,
}

impl Act for EndGated {
    of_the_gate!("end-gated-session");

    async fn run(self, _may: May<TellSession>, desk: &mut Desk) -> Result<(), Stop> {
        let session: Session = desk.get(self.session).await?;
        if session.ended.is_some() {
            return Ok(());
        }
        if !self.parts.is_empty() {
            desk.append(session.id, SessionEvent::Recorded(SessionRecorded { parts: self.parts })).await?;
        }
        let ago = i64::try_from(self.ago).unwrap_or(i64::MAX);
        let at = session.could_end(desk.now().0, ago);
        let ended = SessionEnded { at, how: self.how };
        desk.append(session.id, SessionEvent::Ended(ended)).await?;
        give_back(desk, &session).await
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn who_guesses_at_one_gateway_makes_nobody_wait_at_another() {
        let of = |n| PersonId(Uuid::from_u128(n));
        assert_eq!(basket("hall-3", of(1)), basket("hall-3", of(1)));
        assert_ne!(basket("hall-3", of(1)), basket("hall-4", of(1)));
        assert_ne!(basket("hall-3", of(1)), basket("hall-3", of(2)));
    }
}
