//! What is asked, one by one. Who asks is known by then; that a session is theirs is looked up for each question that
//! names one, and another gateway's is not found.

use std::time::Duration;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{Method, Request, Response, StatusCode, body::Bytes, body::Incoming, header};
use plantgate_app::{Stop, witness::gate::Held};
use plantgate_domain::{base::SessionId, witness::gate::Course};
use plantgate_gateway::{
    authority::{Authority, Pass},
    remote::says::{
        self, Ask, Asks, Begins, Begun, Certified, Certifies, Closes, Ended, Ends, Home, Knocked, Knocks, Passed,
        Planned, Proven, Proves, Pulse, Running, Seal, ShowsOther, Stands, There, Told,
    },
    russh::keys::PublicKey,
};
use plantgate_wire::words::Lang;
use tokio::time::timeout;
use uuid::Uuid;

use super::{Answer, Lodge, closing, ends, no, status};

/// Answers a question.
trait Answers<A: Ask> {
    fn answers(&self, gateway: &str, ask: A) -> impl Future<Output = Result<A::Answer, StatusCode>> + Send;
}

/// Reads what is asked, within its bounds, and answers it.
pub async fn answer(lodge: &Lodge, gateway: &str, request: Request<Incoming>) -> Answer {
    let (head, body) = request.into_parts();
    let path = head.uri.path();
    if let (true, Some(bringing)) = (head.method == Method::PUT, says::part(path)) {
        return ends::take(lodge, gateway, &bringing, body).await;
    }
    let Some(name) = says::name(path).filter(|_| head.method == Method::POST) else {
        return closing(StatusCode::NOT_FOUND);
    };
    let work = Duration::from_secs(lodge.bounds.work);
    let body = match timeout(work, Limited::new(body, lodge.bounds.ask).collect()).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(e)) if e.is::<LengthLimitError>() => return closing(StatusCode::PAYLOAD_TOO_LARGE),
        Ok(Err(_)) | Err(_) => return closing(StatusCode::REQUEST_TIMEOUT),
    };
    match timeout(work, named(lodge, gateway, name, &body)).await {
        Ok(answer) => answer,
        Err(_late) => no(StatusCode::SERVICE_UNAVAILABLE),
    }
}

async fn named(lodge: &Lodge, gateway: &str, name: &str, body: &[u8]) -> Answer {
    match name {
        Pulse::NAME => one::<Pulse>(lodge, gateway, body).await,
        Knocks::NAME => one::<Knocks>(lodge, gateway, body).await,
        Proves::NAME => one::<Proves>(lodge, gateway, body).await,
        Begins::NAME => one::<Begins>(lodge, gateway, body).await,
        Certifies::NAME => one::<Certifies>(lodge, gateway, body).await,
        Asks::NAME => one::<Asks>(lodge, gateway, body).await,
        Closes::NAME => one::<Closes>(lodge, gateway, body).await,
        ShowsOther::NAME => one::<ShowsOther>(lodge, gateway, body).await,
        Ends::NAME => one::<Ends>(lodge, gateway, body).await,
        Home::NAME => one::<Home>(lodge, gateway, body).await,
        _unknown => no(StatusCode::NOT_FOUND),
    }
}

async fn one<A: Ask>(lodge: &Lodge, gateway: &str, body: &[u8]) -> Answer
where
    Lodge: Answers<A>,
{
    let Some(ask) = serde_json::from_slice::<A>(body).ok().filter(|ask| ask.fits(&lodge.bounds)) else {
        tracing::warn!(gateway, asked = A::NAME, "a question that is none");
        return no(StatusCode::BAD_REQUEST);
    };
    let answered = lodge.answers(gateway, ask).await;
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

    /// Refuses a second machine under one name.
    fn one(&self, gateway: &str, instance: Uuid) -> Result<(), StatusCode> {
        if self.memory.is(gateway, instance) {
            return Ok(());
        }
        tracing::error!(gateway, %instance, "two machines ask under one name: the second one is refused");
        Err(StatusCode::FORBIDDEN)
    }

    async fn pass(&self, gateway: &str, ask: &Knocks) -> Result<Option<Pass>, StatusCode> {
        let knocked = self.app.gate_knock(&ask.grant, &ask.fingerprint).await;
        let knocked = knocked.map_err(|stop| self.said(gateway, &stop))?;
        let porter = self.porter(gateway, Lang::of(&ask.language).unwrap_or_default());
        Ok(knocked.map(|knocked| porter.pass(knocked, &ask.fingerprint, ask.from)))
    }
}

impl Answers<Pulse> for Lodge {
    async fn answers(&self, gateway: &str, ask: Pulse) -> Result<There, StatusCode> {
        self.one(gateway, ask.instance).map(|()| There {})
    }
}

impl Answers<Knocks> for Lodge {
    async fn answers(&self, gateway: &str, ask: Knocks) -> Result<Knocked, StatusCode> {
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
    async fn answers(&self, gateway: &str, ask: Proves) -> Result<Proven, StatusCode> {
        // The same question as at the door again: a code proves nothing of somebody whose key it is not.
        let Some(pass) = self.pass(gateway, &ask.knocks).await?.filter(|pass| pass.unable.is_none()) else {
            return Ok(Proven { proof: None });
        };
        let right = self.app.gate_code(pass.person, &ask.code).await.map_err(|stop| self.said(gateway, &stop))?;
        Ok(Proven { proof: if right { self.memory.proven(gateway, pass) } else { None } })
    }
}

impl Answers<Begins> for Lodge {
    async fn answers(&self, gateway: &str, ask: Begins) -> Result<Begun, StatusCode> {
        let Some(pass) = self.memory.takes(gateway, ask.proof) else {
            tracing::warn!(gateway, "a session wants to begin without a code that was given there just now");
            return Ok(Begun { plan: None, reasons: Vec::new() });
        };
        match self.porter(gateway, pass.reader.lang).begin(&pass).await {
            Ok(plan) => {
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

impl Answers<Certifies> for Lodge {
    async fn answers(&self, gateway: &str, ask: Certifies) -> Result<Certified, StatusCode> {
        let held = self.held(gateway, ask.session).await?;
        let porter = self.porter(gateway, Lang::default());
        let standing = porter.standing(ask.session).await.ok_or(StatusCode::SERVICE_UNAVAILABLE)?;
        let no = |why: String| Ok(Certified { certificate: None, why });
        if held.ended || matches!(standing.course, Course::Cut | Course::Safe) {
            return no("the session is over".to_owned());
        }
        let Ok(key) = PublicKey::from_openssh(&ask.key) else { return Err(StatusCode::BAD_REQUEST) };
        // Login and session as the record has them: a gateway says neither.
        let certificate = porter.certificate((&held.reference, ask.session), &held.login, &key, ask.source);
        match certificate.and_then(|c| c.to_openssh().map_err(|e| e.to_string())) {
            Ok(certificate) => {
                tracing::info!(gateway, session = %ask.session, source = %ask.source, "a certificate was made");
                Ok(Certified { certificate: Some(certificate), why: String::new() })
            }
            Err(why) => no(why),
        }
    }
}

impl Answers<Asks> for Lodge {
    async fn answers(&self, gateway: &str, ask: Asks) -> Result<Stands, StatusCode> {
        let held = self.held(gateway, ask.session).await?;
        let runs = ask.runs.filter(|_| !held.ended);
        if let Some(sight) = self.sights.says(ask.session, runs) {
            self.app.let_see(ask.session, sight);
        }
        Ok(Stands { standing: self.porter(gateway, Lang::default()).standing(ask.session).await })
    }
}

impl Answers<Closes> for Lodge {
    async fn answers(&self, gateway: &str, ask: Closes) -> Result<Told, StatusCode> {
        self.held(gateway, ask.session).await?;
        self.app.gate_closing(ask.session, ask.cause).await.map_err(|stop| self.said(gateway, &stop))?;
        tracing::info!(gateway, session = %ask.session, cause = ask.cause.as_str(), "nothing new begins");
        Ok(Told { stands: true })
    }
}

impl Answers<ShowsOther> for Lodge {
    async fn answers(&self, gateway: &str, ask: ShowsOther) -> Result<Told, StatusCode> {
        self.held(gateway, ask.session).await?;
        let told = self.app.gate_other_key(ask.session, &ask.fingerprint).await;
        told.map_err(|stop| self.said(gateway, &stop))?;
        tracing::warn!(gateway, session = %ask.session, shown = ask.fingerprint, "a system shows another key");
        Ok(Told { stands: true })
    }
}

impl Answers<Ends> for Lodge {
    async fn answers(&self, gateway: &str, ask: Ends) -> Result<Ended, StatusCode> {
        ends::ended(self, gateway, ask).await
    }
}

impl Answers<Home> for Lodge {
    async fn answers(&self, gateway: &str, ask: Home) -> Result<Running, StatusCode> {
        self.one(gateway, ask.instance)?;
        let sessions = self.app.gate_running(gateway).await.map_err(|stop| self.said(gateway, &stop))?;
        Ok(Running { sessions })
    }
}
