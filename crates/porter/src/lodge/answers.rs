//! What is asked, one by one. Who asks is known by then; that a session is theirs is looked up for each question that
//! names one, and another gateway's is not found.

use std::time::Duration;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{Method, Request, Response, StatusCode, body::Bytes, body::Incoming, header};
use plantgate_app::{
    Stop,
    witness::{gate::Held, vault::Vaulted},
};
use plantgate_domain::base::SessionId;
use plantgate_gateway::{
    authority::{Authority, Pass},
    remote::says::{
        self, Ask, Asks, BeganAlone, Begins, Begun, Closes, Copied, Copies, Ended, Ends, Entered, Enters, Hidden, Home,
        Knocked, Knocks, Passed, Planned, Proven, Proves, Pulse, RefusesUs, Running, Seal, ShowsOther, Stands, There,
        Told, Way, Who,
    },
    russh::keys::PublicKey,
};
use plantgate_wire::words::Lang;
use tokio::time::timeout;

use super::{Answer, Lodge, closing, ends, lends, no, status};

/// Who asks: a gateway by its certificate, and which process of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct By<'g> {
    pub gateway: &'g str,
    pub who: Who,
}

/// Answers a question.
trait Answers<A: Ask> {
    fn answers(&self, by: By<'_>, ask: A) -> impl Future<Output = Result<A::Answer, StatusCode>> + Send;
}

/// What a second machine under a name that is in use may not ask. It may tell of what it holds.
const ALONE: [&str; 6] = [Pulse::NAME, Knocks::NAME, Proves::NAME, Begins::NAME, Home::NAME, Copies::NAME];

/// Reads what is asked, within its bounds, and answers it.
pub async fn answer(lodge: &Lodge, gateway: &str, request: Request<Incoming>) -> Answer {
    let (head, body) = request.into_parts();
    let path = head.uri.path();
    let (bringing, name) = match head.method {
        Method::PUT => (says::part(path), None),
        Method::POST => (None, says::name(path)),
        _other => (None, None),
    };
    let who = head.headers.get(says::WHO).and_then(|who| says::who(who.to_str().ok()?));
    let Some(by) = who.map(|who| By { gateway, who }) else {
        let unknown = bringing.is_none() && name.is_none();
        return closing(if unknown { StatusCode::NOT_FOUND } else { StatusCode::BAD_REQUEST });
    };
    // Whatever it asks, it is there.
    let own = lodge.memory.is(gateway, by.who.instance);
    if let Some(bringing) = bringing {
        return ends::take(lodge, gateway, &bringing, body).await;
    }
    let Some(name) = name else { return closing(StatusCode::NOT_FOUND) };
    if !own && ALONE.contains(&name) {
        let instance = by.who.instance;
        tracing::error!(gateway, %instance, asked = name, "two machines ask under one name: the second one is refused");
        return closing(StatusCode::FORBIDDEN);
    }
    let work = Duration::from_secs(lodge.bounds.work);
    let body = match timeout(work, Limited::new(body, lodge.bounds.ask).collect()).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(e)) if e.is::<LengthLimitError>() => return closing(StatusCode::PAYLOAD_TOO_LARGE),
        Ok(Err(_)) | Err(_) => return closing(StatusCode::REQUEST_TIMEOUT),
    };
    match timeout(work, named(lodge, by, name, &body)).await {
        Ok(answer) => answer,
        Err(_late) => no(StatusCode::SERVICE_UNAVAILABLE),
    }
}

async fn named(lodge: &Lodge, by: By<'_>, name: &str, body: &[u8]) -> Answer {
    match name {
        Pulse::NAME => one::<Pulse>(lodge, by, body).await,
        Knocks::NAME => one::<Knocks>(lodge, by, body).await,
        Proves::NAME => one::<Proves>(lodge, by, body).await,
        Begins::NAME => one::<Begins>(lodge, by, body).await,
        Enters::NAME => one::<Enters>(lodge, by, body).await,
        RefusesUs::NAME => one::<RefusesUs>(lodge, by, body).await,
        Asks::NAME => one::<Asks>(lodge, by, body).await,
        Closes::NAME => one::<Closes>(lodge, by, body).await,
        ShowsOther::NAME => one::<ShowsOther>(lodge, by, body).await,
        Ends::NAME => one::<Ends>(lodge, by, body).await,
        Home::NAME => one::<Home>(lodge, by, body).await,
        Copies::NAME => one::<Copies>(lodge, by, body).await,
        BeganAlone::NAME => one::<BeganAlone>(lodge, by, body).await,
        _unknown => no(StatusCode::NOT_FOUND),
    }
}

async fn one<A: Ask>(lodge: &Lodge, by: By<'_>, body: &[u8]) -> Answer
where
    Lodge: Answers<A>,
{
    let Some(ask) = serde_json::from_slice::<A>(body).ok().filter(|ask| ask.fits(&lodge.bounds)) else {
        tracing::warn!(gateway = by.gateway, asked = A::NAME, "a question that is none");
        return no(StatusCode::BAD_REQUEST);
    };
    let answered = lodge.answers(by, ask).await;
    match answered.map(|answer| serde_json::to_vec(&answer)) {
        Ok(Ok(bytes)) => {
            let mut response = Response::new(Full::new(Bytes::from(bytes)));
            response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
            response
        }
        Ok(Err(_)) => no(StatusCode::INTERNAL_SERVER_ERROR),
        Err(status) => no(status),
    }
}

impl Lodge {
    /// A session of this gateway; another one's is not found.
    pub(super) async fn held(&self, gateway: &str, session: SessionId) -> Result<Held, StatusCode> {
        let held = self.app.gate_held(session, gateway).await.map_err(|stop| self.said(gateway, &stop))?;
        held.ok_or_else(|| {
            tracing::warn!(gateway, %session, "a gateway asked for a session that is not its own");
            StatusCode::NOT_FOUND
        })
    }

    pub(super) fn said(&self, gateway: &str, stop: &Stop) -> StatusCode {
        tracing::warn!(gateway, %stop, "a gateway could not be answered");
        status(stop)
    }

    async fn pass(&self, gateway: &str, ask: &Knocks) -> Result<Option<Pass>, StatusCode> {
        let knocked = self.app.gate_knock(&ask.grant, &ask.fingerprint).await;
        let knocked = knocked.map_err(|stop| self.said(gateway, &stop))?;
        let porter = self.porter(gateway, Lang::of(&ask.language).unwrap_or_default());
        Ok(knocked.map(|knocked| porter.pass(knocked, &ask.fingerprint, ask.from)))
    }
}

impl Answers<Pulse> for Lodge {
    async fn answers(&self, by: By<'_>, _ask: Pulse) -> Result<There, StatusCode> {
        // A core without its record decides nothing: it is as far away as one behind a cut line.
        self.app.store().look().await.map(|_| There {}).map_err(|stop| self.said(by.gateway, &stop))
    }
}

impl Answers<Knocks> for Lodge {
    async fn answers(&self, by: By<'_>, ask: Knocks) -> Result<Knocked, StatusCode> {
        let gateway = by.gateway;
        let pass = self.pass(gateway, &ask).await?;
        let passed = |p: Pass| Passed {
            person: p.person,
            grant: p.grant,
            language: p.reader.lang.tag().to_owned(),
            zone: p.reader.zone,
            notice: p.notice,
            days: p.days,
            unable: p.unable,
        };
        Ok(Knocked { pass: pass.map(passed) })
    }
}

impl Answers<Proves> for Lodge {
    async fn answers(&self, by: By<'_>, ask: Proves) -> Result<Proven, StatusCode> {
        let gateway = by.gateway;
        // The same question as at the door again: a code proves nothing of somebody whose key it is not.
        let Some(pass) = self.pass(gateway, &ask.knocks).await?.filter(|pass| pass.unable.is_none()) else {
            return Ok(Proven { proof: None });
        };
        let said = self.app.gate_code(pass.person, &ask.code, gateway).await;
        let right = said.map_err(|stop| self.said(gateway, &stop))?;
        Ok(Proven { proof: if right { self.memory.proven(gateway, pass) } else { None } })
    }
}

impl Answers<Begins> for Lodge {
    async fn answers(&self, by: By<'_>, ask: Begins) -> Result<Begun, StatusCode> {
        let gateway = by.gateway;
        let Some(pass) = self.memory.takes(gateway, ask.proof) else {
            tracing::warn!(gateway, "a session wants to begin without a code that was given there just now");
            return Ok(Begun { plan: None, reasons: Vec::new() });
        };
        match self.porter(gateway, pass.reader.lang).begin(&pass).await {
            Ok(plan) => {
                self.memory.hears(by, plan.session);
                tracing::info!(gateway, session = %plan.session, reference = plan.reference, "a session began");
                let planned = Planned {
                    session: plan.session,
                    reference: plan.reference,
                    host: plan.target.host,
                    port: plan.target.port,
                    login: plan.target.login,
                    host_key: plan.target.host_key,
                    name: plan.target.name,
                    attended: plan.attended,
                    hard: plan.hard,
                    files_in: plan.files.into,
                    files_out: plan.files.out,
                    forwards: plan.forwards,
                    seal: Seal(plan.key),
                };
                Ok(Begun { plan: Some(planned), reasons: Vec::new() })
            }
            Err(reasons) => Ok(Begun { plan: None, reasons }),
        }
    }
}

impl Answers<Enters> for Lodge {
    async fn answers(&self, by: By<'_>, ask: Enters) -> Result<Entered, StatusCode> {
        let gateway = by.gateway;
        let held = self.held(gateway, ask.session).await?;
        let Ok(key) = PublicKey::from_openssh(&ask.key) else { return Err(StatusCode::BAD_REQUEST) };
        let porter = self.porter(gateway, Lang::default());
        let standing = porter.standing(ask.session).await.ok_or(StatusCode::SERVICE_UNAVAILABLE)?;
        // What began by a code has its certificate since then: a gateway that asks for another is not ours any more.
        if held.ended || held.cut_off || !standing.may_begin() {
            tracing::warn!(gateway, session = %ask.session, ?standing, "no way in: nothing new begins there");
            return Ok(Entered { way: None, why: "nothing new begins in the session".to_owned() });
        }
        // System, login and session as the record has them: a gateway says none of them.
        let said = |stop| self.said(gateway, &stop);
        let way = match self.app.gate_vaulted(ask.session).await.map_err(said)? {
            None => {
                let login = self.app.gate_login(held.instance).await.map_err(said)?;
                let certificate = porter.certificate((&held.reference, ask.session), &login, &key, ask.source);
                certificate.and_then(|c| c.to_openssh().map_err(|e| e.to_string())).map(Way::Certificate)
            }
            Some(Vaulted::Key(seed)) => Ok(Way::Key(Seal(seed))),
            Some(Vaulted::Password(password)) => Ok(Way::Password(Hidden(password))),
            Some(Vaulted::Refused) => Ok(Way::Refused),
            Some(Vaulted::Since) => Ok(Way::Since),
        };
        tracing::info!(gateway, session = %ask.session, source = %ask.source, made = way.is_ok(), "a way in was asked");
        Ok(match way {
            Ok(way) => Entered { way: Some(way), why: String::new() },
            Err(why) => Entered { way: None, why },
        })
    }
}

impl Answers<RefusesUs> for Lodge {
    async fn answers(&self, by: By<'_>, ask: RefusesUs) -> Result<Told, StatusCode> {
        let gateway = by.gateway;
        let held = self.held(gateway, ask.session).await?;
        // What began by a code was given nothing of the vault.
        if held.cut_off {
            return Err(StatusCode::NOT_FOUND);
        }
        self.app.gate_refused(ask.session).await.map_err(|stop| self.said(gateway, &stop))?;
        tracing::warn!(gateway, session = %ask.session, "a system does not take what lies in the vault for it");
        Ok(Told { stands: true })
    }
}

impl Answers<Asks> for Lodge {
    async fn answers(&self, by: By<'_>, ask: Asks) -> Result<Stands, StatusCode> {
        let gateway = by.gateway;
        let held = self.held(gateway, ask.session).await?;
        // Another process that asks takes the session from nobody, and says nothing of what runs in it.
        let ours = !held.ended && self.memory.hears(by, ask.session);
        let runs = ask.runs.filter(|_| ours);
        if !ours && !held.ended {
            tracing::warn!(gateway, session = %ask.session, instance = %by.who.instance, "another process holds it");
        } else if let Some(sight) = self.sights.says(ask.session, runs) {
            self.app.let_see(ask.session, sight);
        }
        Ok(Stands { standing: self.porter(gateway, Lang::default()).standing(ask.session).await })
    }
}

impl Answers<Closes> for Lodge {
    async fn answers(&self, by: By<'_>, ask: Closes) -> Result<Told, StatusCode> {
        let gateway = by.gateway;
        self.held(gateway, ask.session).await?;
        self.app.gate_closing(ask.session, ask.cause).await.map_err(|stop| self.said(gateway, &stop))?;
        tracing::info!(gateway, session = %ask.session, cause = ask.cause.as_str(), "nothing new begins");
        Ok(Told { stands: true })
    }
}

impl Answers<ShowsOther> for Lodge {
    async fn answers(&self, by: By<'_>, ask: ShowsOther) -> Result<Told, StatusCode> {
        let gateway = by.gateway;
        self.held(gateway, ask.session).await?;
        let told = self.app.gate_other_key(ask.session, &ask.fingerprint).await;
        told.map_err(|stop| self.said(gateway, &stop))?;
        tracing::warn!(gateway, session = %ask.session, shown = ask.fingerprint, "a system shows another key");
        Ok(Told { stands: true })
    }
}

impl Answers<Ends> for Lodge {
    async fn answers(&self, by: By<'_>, ask: Ends) -> Result<Ended, StatusCode> {
        ends::ended(self, by, ask).await
    }
}

impl Answers<Copies> for Lodge {
    async fn answers(&self, by: By<'_>, ask: Copies) -> Result<Copied, StatusCode> {
        lends::lend(self, by, ask).await
    }
}

impl Answers<BeganAlone> for Lodge {
    async fn answers(&self, by: By<'_>, ask: BeganAlone) -> Result<Told, StatusCode> {
        lends::began(self, by, ask).await
    }
}

impl Answers<Home> for Lodge {
    async fn answers(&self, by: By<'_>, _ask: Home) -> Result<Running, StatusCode> {
        let gateway = by.gateway;
        let mut sessions = self.app.gate_running(gateway).await.map_err(|stop| self.said(gateway, &stop))?;
        sessions.retain(|session| !self.memory.elsewhere(by.who, *session));
        Ok(Running { sessions })
    }
}
