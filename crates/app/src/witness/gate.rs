//! What a gateway asks and tells. It proves nothing to anybody: the key, the code, the grant and the moment decide
//! here, and what it tells are acts of which no other door knows the names.

use std::path::Path;

use plantgate_domain::{
    base::{
        Actor, GrantId, InstanceId, Instant, Kind, Pattern, PersonId, Private, Refusal, Role, SessionId, Text, Why,
    },
    event::{
        expect::Endpoint,
        qualify::KeyKind,
        witness::{
            Closing, Ending, Part, Seen, SessionClosing, SessionEnded, SessionEvent, SessionNoticed, SessionRecorded,
            SessionStarted,
        },
    },
    expect::{instance::Instance, site::Site},
    permit::{acts::No, grant::Grant},
    qualify::person::Person,
    witness::session::Session,
};
use plantgate_store::{Desk, Stop, memory::Memory, ops::credential, writer::new_request};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::start::{may_go_on, may_start};
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
pub const NOTICE: u32 = 2;
/// Seconds for which an answer is good while nothing is written.
const AGAIN: i64 = 5;
/// Connections of one grant at once: a person works with a few, and a program that opens more has gone wrong.
const AT_ONCE: usize = 8;
/// Most bytes of one part of a recording.
const PART: usize = 1 << 30;

/// The one person of a grant, who holds a key of theirs.
#[derive(Clone, PartialEq, Debug)]
pub struct Knocked {
    pub person: Person,
    pub grant: Grant,
    pub site: Site,
    /// Whether they have a second factor that a terminal can ask for.
    pub able: bool,
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

/// How a session stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stands {
    /// Seconds that are left of the window.
    pub left: i64,
    /// Somebody of ours must be beside them, and nobody has been for as long as a check-in is good.
    pub alone: bool,
    pub course: Course,
}

/// What was known of a session at a size of the record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Known {
    size: u64,
    asked: Instant,
    now: Instant,
    until: Instant,
    /// From when on nobody is beside them; nothing where nobody must be.
    alone_from: Option<Instant>,
    course: Course,
}

impl Known {
    /// How it stands at the instant it was asked for.
    pub fn stands(&self) -> Stands {
        let left = self.until.micros().saturating_sub(self.now.micros()).div_euclid(1_000_000);
        let over = self.course == Course::Open && left <= 0;
        let course = if over { Course::Closing(Closing::Window) } else { self.course };
        Stands { left, alone: self.alone_from.is_some_and(|from| from <= self.now), course }
    }
}

/// How it goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Course {
    Open,
    Closing(Closing),
    Safe,
    Cut,
}

/// Who comes in, and what they were told.
#[derive(Clone, PartialEq, Debug)]
pub struct Entering {
    pub person: PersonId,
    pub grant: GrantId,
    /// Fingerprint of the key.
    pub key: String,
    pub language: String,
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
        let theirs = person.keys.iter().any(|k| k.kind == KeyKind::Ssh && k.fingerprint == fingerprint);
        if !theirs || !person.seated(look.now().0) {
            return Ok(None);
        }
        let site = look.get(grant.facts.site).await?;
        let able = person.has_key(KeyKind::Password);
        Ok(Some(Knocked { person, grant, site, able }))
    }

    /// Whether a code of the app is theirs; its step is used up. Wrong ones wait in a basket of the gateway: whoever
    /// guesses there keeps nobody out elsewhere.
    pub async fn gate_code(&self, person: PersonId, code: &str) -> Result<bool, Stop> {
        let store = self.store();
        let mut look = store.look().await?;
        let (found, now) = (credential::of(look.tx(), person.0).await?, store.wall(&look));
        let whose: Option<Person> = look.find(person).await?;
        drop(look);
        let (Some(c), Some(whose), None) = (found, whose, recovery::read(code)) else { return Ok(false) };
        let basket = store.keyring().digest(format!("gateway {person}").as_bytes())?;
        self.gate_factor(&c, &whose, code, &basket, now).await
    }

    /// Decides, and enters the session; what decided against it is in the refusal.
    pub async fn gate_begin(&self, e: &Entering) -> Result<Begun, Stop> {
        let seal = self.store().keyring().seal(&*e.seal)?;
        let act = OpenGated {
            person: e.person,
            grant: e.grant,
            key: e.key.clone(),
            language: e.language.clone(),
            from: e.from.clone(),
            seal,
            gateway: e.gateway.clone(),
        };
        Ok(self.act(&teller(), new_request()?, act).await?.done)
    }

    /// Whether a session may go on, as of now. What was known before is good while the record did not grow, for a few
    /// seconds: then only the clock can have changed it, and that is counted.
    pub async fn gate_standing(&self, session: SessionId, before: Option<Known>) -> Result<Known, Stop> {
        let mut look = self.store().look().await?;
        let (size, now) = (look.size(), look.now());
        let good = |k: &Known| k.size == size && (0..AGAIN).contains(&now.0.secs_since(k.asked));
        if let Some(before) = before.filter(good) {
            return Ok(Known { now: now.0, ..before });
        }
        let session: Session = look.get(session).await?;
        let id = session.facts.grant.ok_or(Stop::NotFound)?;
        let grant: Grant = look.get(id).await?;
        let person: Person = look.get(grant.facts.person).await?;
        let key = session.noticed.as_ref().map(|n| n.key.as_str()).unwrap_or_default();
        let holds = person.keys.iter().any(|k| k.kind == KeyKind::Ssh && k.fingerprint == key);
        let within = look.rules().access.check_in_minutes * 60;
        let since = session.attended.map_or(session.facts.started, |at| at.plus_secs(within));
        let course = match () {
            () if session.ended.is_some() || session.cut.is_some() || grant.revoked.is_some() && grant.disconnected => {
                Course::Cut
            }
            () if session.safe.is_some() => Course::Safe,
            () if grant.revoked.is_some() => Course::Closing(Closing::Revoked),
            // A key that was taken away may be in other hands.
            () if grant.word(now.0) == "suspended" || !holds => Course::Closing(Closing::Hold),
            () if grant.until <= now.0 => Course::Closing(Closing::Window),
            () if may_go_on(&mut look, &grant, None, now).await?.0.yes() => Course::Open,
            () => Course::Closing(Closing::Hold),
        };
        let alone_from = grant.facts.attended.then_some(since);
        Ok(Known { size, asked: now.0, now: now.0, until: grant.until, alone_from, course })
    }

    /// Nothing new begins in it any more.
    pub async fn gate_closing(&self, session: SessionId, cause: Closing) -> Result<(), Stop> {
        self.act(&teller(), new_request()?, CloseGated { session, cause }).await.map(|_| ())
    }

    /// Takes a part of a recording in; the digest under which it lies, and its size.
    pub async fn gate_keep(&self, file: &Path) -> Result<(String, u64), Stop> {
        let from = tokio::fs::File::open(file).await.map_err(Stop::fault)?;
        let stored = self.store().take_file(from, PART, By::Gateway).await?;
        Ok((stored.sha256, stored.size))
    }

    /// It ended; told twice it stands once.
    pub async fn gate_ended(&self, session: SessionId, how: Ending, parts: Vec<Part>) -> Result<(), Stop> {
        self.act(&teller(), new_request()?, EndGated { session, how, parts }).await.map(|_| ())
    }

    /// Sessions that a gateway let in and that stand in the record as running: read when it begins, they are those of
    /// a process that is no more.
    pub async fn gate_running(&self, gateway: &str) -> Result<Vec<SessionId>, Stop> {
        let mut look = self.store().look().await?;
        let mut all = Vec::new();
        for kept in look.every(Kind::Session).await? {
            let session = Session::try_from(kept.thing)?;
            let ours = session.noticed.as_ref().is_some_and(|n| n.gateway == gateway);
            all.extend((ours && session.ended.is_none()).then_some(session.id));
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

fn teller() -> Caller {
    Caller { actor: Actor::Gateway, auth: Some(AUTH.to_owned()), stale: false }
}

async fn site_of(desk: &mut Desk, session: SessionId) -> Result<Place, Stop> {
    Ok(Place::site(desk.get::<Session>(session).await?.facts.site))
}

/// A session begins at a gateway. Its own person holds the key and gave the code; the rest is judged here, in the turn.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct OpenGated {
    person: PersonId,
    grant: GrantId,
    key: String,
    language: String,
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
        let holds = person.keys.iter().any(|k| k.kind == KeyKind::Ssh && k.fingerprint == self.key);
        if grant.facts.person != person.id || !holds || !person.seated(desk.now().0) {
            return Err(Stop::NotFound);
        }
        // Who was let in at the panel was not let in from afar: those grants pass checks that these must not.
        if !matches!(grant.facts.pattern, Pattern::GatewayAttended | Pattern::GatewayUnattended) {
            return Err(Refusal::new("R-15", "refuse-gateway-pattern").into());
        }
        let inside: Vec<Session> = desk.of("grant", grant.id).await?;
        if inside.iter().filter(|s| s.gated() && s.ended.is_none()).count() >= AT_ONCE {
            return Err(Refusal::new("R-17", "refuse-gateway-many").into());
        }
        let instance: Instance = desk.get(grant.facts.instance).await?;
        let Some(endpoint) = instance.endpoint.clone() else {
            return Err(Stop::field("instance", Why::of("invalid-endpoint-none")));
        };
        let now = desk.now();
        let (decision, f) = may_start(desk, &grant, None, now).await?;
        if !decision.yes() {
            return Err(stop(No::Decided(Box::new(decision)), &f));
        }
        let reference = desk.next_reference(Kind::Session).await?;
        let id = SessionId(desk.new_id());
        let started = started(&grant, instance.id, reference.clone(), now.0);
        desk.append(id, SessionEvent::Started(started)).await?;
        let (from, seal): (Private<Text>, _) = (desk.seal(&self.from)?, desk.seal(&self.seal)?);
        let (language, key, gateway) = (self.language, self.key, self.gateway);
        let noticed = SessionNoticed { notice: NOTICE, language, key, from, seal, gateway };
        desk.append(id, SessionEvent::Noticed(noticed)).await?;
        let f = &grant.facts;
        let has = |role| f.roles.contains(&role);
        // No role is for forwards alone: the pinned ports are, together with a role for work on the system.
        let forwards = if f.roles.iter().any(|r| r.works()) { endpoint.forwards.clone() } else { Vec::new() };
        Ok(Begun {
            session: id,
            reference,
            name: instance.facts.reference,
            endpoint,
            attended: f.attended,
            hard: f.end_mode == plantgate_domain::base::EndMode::Hard,
            files: (has(Role::TransferIn), has(Role::Collect)),
            forwards,
        })
    }
}

fn started(grant: &Grant, instance: InstanceId, reference: String, now: Instant) -> SessionStarted {
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
    const NAME: &'static str = "close-gated-session";
    const IN_DOUBT: bool = true;
    type Power = TellSession;
    type Done = ();

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        site_of(desk, self.session).await
    }

    async fn run(self, _may: May<TellSession>, desk: &mut Desk) -> Result<(), Stop> {
        let session: Session = desk.get(self.session).await?;
        if session.ended.is_none() && session.closing.as_ref().is_none_or(|c| c.cause != self.cause) {
            let closing = SessionClosing { at: desk.now().0, cause: self.cause };
            desk.append(session.id, SessionEvent::Closing(closing)).await?;
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
}

impl Act for EndGated {
    const NAME: &'static str = "end-gated-session";
    const IN_DOUBT: bool = true;
    type Power = TellSession;
    type Done = ();

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        site_of(desk, self.session).await
    }

    async fn run(self, _may: May<TellSession>, desk: &mut Desk) -> Result<(), Stop> {
        let session: Session = desk.get(self.session).await?;
        if session.ended.is_some() {
            return Ok(());
        }
        if !self.parts.is_empty() {
            desk.append(session.id, SessionEvent::Recorded(SessionRecorded { parts: self.parts })).await?;
        }
        let ended = SessionEnded { at: desk.now().0, how: self.how };
        desk.append(session.id, SessionEvent::Ended(ended)).await
    }
}
