//! A problem document (RFC 9457) for each way of the error table; the cause of a fault stays in our log.

use axum::{
    Json,
    extract::{FromRequest, Request},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use plantgate_app::Stop;
use plantgate_domain::base::{Invalid, Why, ZoneName};
use plantgate_wire::words::{Lang, Reader};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::door::{error::Trouble, names::Names};

/// An error as a document.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    body: Value,
    /// What it tells, for the layer that knows the caller's language.
    of: Option<Stop>,
    /// Seconds to wait.
    after: Option<i64>,
}

/// Left in a response for the layer that speaks the caller's language.
#[derive(Clone, Debug)]
struct Said(Stop);

impl Problem {
    /// No session, or one that ended.
    pub fn unauthenticated() -> Problem {
        Problem::new(StatusCode::UNAUTHORIZED, "sign-in", "Sign in first: POST /api/v1/sessions.", json!({}))
    }

    /// A token that opens nothing: which of the reasons it is, is told to nobody.
    pub fn no_token() -> Problem {
        let title = "This token opens nothing: unknown, expired, taken back, or its holder may not come in now.";
        Problem::new(StatusCode::UNAUTHORIZED, "token", title, json!({}))
    }

    /// Too many tokens that were none. One that stands is never answered so.
    pub fn wait(secs: i64) -> Problem {
        let title = "Too many unknown tokens. Wait, or bring one that stands.";
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "wait", title, json!({ "seconds": secs }));
        Problem { after: Some(secs), ..problem }
    }

    fn new(status: StatusCode, kind: &str, title: &str, more: Value) -> Problem {
        let mut body = json!({ "type": format!("urn:plantgate:problem:{kind}"), "title": title,
            "status": status.as_u16() });
        if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
            body.extend(more);
        }
        Problem { status, body, of: None, after: None }
    }

    /// What programs read is the same in every language: type, title, rule, fields and the code of each error.
    fn in_words(stop: &Stop, lang: Lang) -> Problem {
        let status = Trouble::status(stop);
        let of = |kind, title: &str, more| Problem::new(status, kind, title, more);
        let reader = Reader { lang, zone: ZoneName::utc() };
        match stop {
            Stop::Invalid(many) => {
                let errors: Vec<Value> = many.iter().map(|i| error(&reader, i)).collect();
                of("invalid", "The input cannot be used as it is. Nothing was saved.", json!({ "errors": errors }))
            }
            Stop::Refused(r) => {
                let detail = Names::default().say(&reader, &r.say).to_string();
                let more = json!({ "detail": detail, "rule": r.rule, "say": r.say, "decision": r.decision });
                of("refused", "The rules do not allow this.", more)
            }
            Stop::Unsigned(wanted) => {
                let more = json!({ "code": "signature-wanted", "signs": plantgate_app::sign::told(wanted) });
                of("signature", "This is done only with a signature. Nothing was saved.", more)
            }
            Stop::Stale(s) => {
                let more = json!({ "on": s.on, "version": s.version });
                of("stale", "Somebody changed it meanwhile. Read it again, then decide.", more)
            }
            Stop::StepUp => {
                let how = "POST /api/v1/sessions/current/proof with a code of the second factor, then ask again.";
                let more = json!({ "code": "step-up", "detail": how });
                of("step-up", "The last proof of who you are is too old for this. Nothing was saved.", more)
            }
            Stop::NotFound => of("not-found", "There is no such thing here.", json!({})),
            Stop::Busy => of("busy", "Too much is waiting. Nothing was saved; try again.", json!({})),
            Stop::Away(away) => {
                let more = json!({ "code": away.id(), "detail": reader.t(away.id()).to_string() });
                of("away", "What Plantgate stands on does not work now. Nothing was saved; try again later.", more)
            }
            Stop::OutcomeUnknown => {
                of("outcome-unknown", "It may have been saved. Ask again with the same request id.", json!({}))
            }
            Stop::Fault(reference) => {
                of("fault", "Something is broken on our side.", json!({ "reference": reference }))
            }
        }
    }
}

/// One thing that is wrong: where, the code that never changes, the sentence in the caller's language.
fn error(reader: &Reader, i: &Invalid) -> Value {
    json!({ "file": i.place.file, "line": i.place.line, "field": i.place.field, "code": i.why.id,
        "why": reader.why(&i.why) })
}

impl From<Stop> for Problem {
    fn from(stop: Stop) -> Problem {
        Problem { of: Some(stop.clone()), ..Problem::in_words(&stop, Lang::En) }
    }
}

/// The layer that says a problem in the language the caller accepts; English when it names none of ours.
pub async fn spoken(request: Request, next: Next) -> Response {
    let accepts = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
    let lang = accepts.map(Lang::accept).unwrap_or_default();
    let response = next.run(request).await;
    match response.extensions().get::<Said>() {
        Some(Said(stop)) if lang != Lang::En => Problem::in_words(stop, lang).into_response(),
        _ => response,
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if let Some(stop) = self.of {
            response.extensions_mut().insert(Said(stop));
        }
        let busy = (self.status == StatusCode::SERVICE_UNAVAILABLE).then_some(2);
        if let Some(secs) = self.after.or(busy) {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(secs));
        }
        response
    }
}

/// A JSON body whose errors are problem documents too.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(Body(body)),
            Err(rejection) => {
                Err(Stop::field("body", Why::of("invalid-said").with("said", rejection.body_text())).into())
            }
        }
    }
}
