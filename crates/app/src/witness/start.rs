//! A session begins. What was seen is always recorded; whether a grant covers it is judged beside: a start that
//! the decision does not allow stands there as an unmatched connection, nobody's doing until somebody says so.

use plantgate_domain::{
    base::{AccountId, GrantId, InstanceId, Instant, Kind, PersonId, Role, SessionId, Why},
    event::{
        permit::{Decided, Moment},
        witness::{Seen, SessionEvent, SessionStarted},
    },
    expect::instance::Instance,
    permit::{
        decide::{Decision, decide},
        facts::Facts,
        grant::Grant,
    },
    qualify::person::{self, Person},
    witness::session::{Cover, Session},
};
use plantgate_store::{Desk, Stop, memory::Memory};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::checkout::propose_unchecked;
use crate::{
    act::Act,
    names,
    permit::{
        ask::{caller, ours},
        facts::facts,
    },
    power::{EnterSession, May, Place, Power},
};

/// Records that a session began.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartSession {
    pub instance: String,
    /// Unknown for a connection that was only detected.
    #[serde(default)]
    pub person: Option<String>,
    #[serde(default)]
    pub grant: Option<String>,
    #[serde(default)]
    pub account: Option<String>,
    #[serde(default)]
    pub role: Option<Role>,
    #[serde(default)]
    pub attendant: Option<String>,
    /// How we know of it: entered by hand. Nobody enters what a gateway saw.
    #[serde(default)]
    pub seen: Option<Seen>,
    /// When it began, if not now: a paper form or a log line. It then needs `confirmed_by`.
    #[serde(default)]
    pub started: Option<Instant>,
    /// The second person who vouches for what is entered afterwards.
    #[serde(default)]
    pub confirmed_by: Option<String>,
}

/// What was recorded.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Began {
    pub id: SessionId,
    pub reference: String,
    /// How it compares with the grant it claims.
    pub cover: String,
    /// The decision at the start, where a grant was claimed.
    pub decision: Option<Decided>,
}

/// Whether a grant lets work begin now: all checks, security and administration.
pub async fn may_start(
    memory: &mut impl Memory,
    grant: &Grant,
    credential: Option<Uuid>,
    now: plantgate_domain::base::Now,
) -> Result<(Decision, Facts), Stop> {
    judge(memory, grant, credential, Moment::Start, now).await
}

/// Whether running work may go on: security facts only.
pub async fn may_go_on(
    memory: &mut impl Memory,
    grant: &Grant,
    credential: Option<Uuid>,
    now: plantgate_domain::base::Now,
) -> Result<(Decision, Facts), Stop> {
    judge(memory, grant, credential, Moment::During, now).await
}

async fn judge(
    memory: &mut impl Memory,
    grant: &Grant,
    credential: Option<Uuid>,
    moment: Moment,
    now: plantgate_domain::base::Now,
) -> Result<(Decision, Facts), Stop> {
    let mut q = grant.question(moment, grant.window_at(now.0));
    q.credential = credential;
    let mut f = facts(memory, &q, now).await?;
    f.person.called_back = grant.facts.emergency.as_ref().is_some_and(|e| e.called_back);
    Ok((decide(&f, &q, now), f))
}

impl StartSession {
    async fn instance(&self, desk: &mut Desk) -> Result<Instance, Stop> {
        let id: InstanceId = names::resolve(desk, Kind::Instance, &self.instance, "instance").await?;
        desk.get(id).await
    }

    async fn grant(&self, desk: &mut Desk) -> Result<Option<Grant>, Stop> {
        let id: Option<GrantId> = names::resolve_maybe(desk, Kind::Grant, self.grant.as_deref(), "grant").await?;
        match id {
            Some(id) => desk.find(id).await,
            None => Ok(None),
        }
    }

    /// When it began, and who vouches for it if that was before now.
    async fn when(&self, desk: &mut Desk, me: &Person) -> Result<(Instant, Option<PersonId>), Stop> {
        // What a machine saw comes from the machine; what a person says is entered by hand, whatever it rests on.
        if self.seen.is_some_and(|seen| seen != Seen::HandEntered) {
            return Err(Stop::field("seen", Why::of("invalid-seen-by-hand")));
        }
        let now = desk.now();
        let started = self.started.unwrap_or(now.0);
        if started > now.0 {
            return Err(Stop::field("started", Why::of("invalid-seen-future")));
        }
        let second = match &self.confirmed_by {
            Some(name) => {
                let second = ours(desk, me, name, "confirmed_by", now).await?;
                let site = self.instance(desk).await?.facts.site;
                person::second(me.id, &second, EnterSession::KEY, &[site], now, &desk.rules())?;
                Some(second.id)
            }
            None => None,
        };
        if started < now.0 && second.is_none() {
            return Err(Stop::field("confirmed_by", Why::of("invalid-second-missing")));
        }
        Ok((started, second))
    }

    async fn facts(&self, desk: &mut Desk, grant: Option<&Grant>) -> Result<SessionStarted, Stop> {
        let me = caller(desk).await?;
        let now = desk.now();
        let instance = self.instance(desk).await?;
        let (started, confirmed_by) = self.when(desk, &me).await?;
        let named: Option<PersonId> =
            names::resolve_maybe(desk, Kind::Person, self.person.as_deref(), "person").await?;
        let person = named.or(grant.map(|g| g.facts.person));
        let provider = match person {
            Some(id) => desk.get::<Person>(id).await?.provider(),
            None => None,
        };
        let attendant = match &self.attendant {
            Some(name) => Some(ours(desk, &me, name, "attendant", now).await?.id),
            None => grant.and_then(|g| g.attendant),
        };
        let account: Option<AccountId> =
            names::resolve_maybe(desk, Kind::Account, self.account.as_deref(), "account").await?;
        Ok(SessionStarted {
            reference: String::new(),
            person,
            instance: instance.id,
            site: instance.facts.site,
            provider,
            engagement: grant.map(|g| g.facts.engagement),
            grant: grant.map(|g| g.id),
            account,
            role: self.role,
            attendant,
            seen: Seen::HandEntered,
            confirmed_by,
            started,
        })
    }
}

impl Act for StartSession {
    const NAME: &'static str = "start-session";
    type Power = EnterSession;
    type Done = Began;

    async fn place(&self, desk: &mut Desk) -> Result<Place, Stop> {
        Ok(Place::site(self.instance(desk).await?.facts.site))
    }

    async fn run(self, _may: May<EnterSession>, desk: &mut Desk) -> Result<Began, Stop> {
        let grant = self.grant(desk).await?;
        let mut started = self.facts(desk, grant.as_ref()).await?;
        let now = desk.now();
        let decision = match grant.as_ref().filter(|_| started.started == now.0) {
            Some(grant) => Some(may_start(desk, grant, None, now).await?),
            None => None,
        };
        let allowed = decision.as_ref().is_none_or(|(d, _)| d.yes());
        // A grant that did not let it begin is no cover; the session then claims nothing.
        let cover = if allowed { preview(&started, grant.as_ref()) } else { Cover::Unmatched };
        if cover == Cover::Unmatched {
            (started.grant, started.engagement) = (None, None);
        }
        started.reference = desk.next_reference(Kind::Session).await?;
        let (id, reference) = (SessionId(desk.new_id()), started.reference.clone());
        desk.append(id, SessionEvent::Started(started.clone())).await?;
        propose_unchecked(desk, &started, id).await?;
        let decision = decision.map(|(d, f)| d.freeze(&f));
        Ok(Began { id, reference, cover: cover.as_str().to_owned(), decision })
    }
}

/// How a session that begins so would compare with the grant.
fn preview(facts: &SessionStarted, grant: Option<&Grant>) -> Cover {
    Session::begun(facts.clone()).covered_by(grant)
}
