//! A problem document (RFC 9457) for each way of the error table; the cause of a fault stays in our log.

use axum::{
    Json,
    extract::{FromRequest, Request},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use plantgate_app::Stop;
use plantgate_domain::base::{Say, ZoneName};
use plantgate_wire::words::{Lang, Reader};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::door::{error::Trouble, names::Names};

/// An error as a document.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    body: Value,
}

impl Problem {
    /// No session, or one that ended.
    pub fn unauthenticated() -> Problem {
        Problem::new(StatusCode::UNAUTHORIZED, "sign-in", "Sign in first: POST /api/v1/sessions.", json!({}))
    }

    fn new(status: StatusCode, kind: &str, title: &str, more: Value) -> Problem {
        let mut body = json!({ "type": format!("urn:plantgate:problem:{kind}"), "title": title,
            "status": status.as_u16() });
        if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
            body.extend(more);
        }
        Problem { status, body }
    }
}

impl From<Stop> for Problem {
    fn from(stop: Stop) -> Problem {
        let status = Trouble::status(&stop);
        let of = |kind, title: &str, more| Problem::new(status, kind, title, more);
        match stop {
            Stop::Invalid(many) => {
                let errors: Vec<Value> = many
                    .iter()
                    .map(
                        |i| json!({ "file": i.place.file, "line": i.place.line, "field": i.place.field, "why": i.why }),
                    )
                    .collect();
                of("invalid", "The input cannot be used as it is. Nothing was saved.", json!({ "errors": errors }))
            }
            Stop::Refused(r) => of(
                "refused",
                "The rules do not allow this.",
                json!({ "detail": words(&r.say), "rule": r.rule, "say": r.say, "decision": r.decision }),
            ),
            Stop::Stale(s) => {
                let more = json!({ "on": s.on, "version": s.version });
                of("stale", "Somebody changed it meanwhile. Read it again, then decide.", more)
            }
            Stop::NotFound => of("not-found", "There is no such thing here.", json!({})),
            Stop::Busy => of("busy", "Too much is waiting. Nothing was saved; try again.", json!({})),
            Stop::OutcomeUnknown => {
                of("outcome-unknown", "It may have been saved. Ask again with the same request id.", json!({}))
            }
            Stop::Fault(reference) => {
                of("fault", "Something is broken on our side.", json!({ "reference": reference }))
            }
        }
    }
}

/// What the rule says, in English; `say` beside it carries the message and its facts for programs and other languages.
fn words(say: &Say) -> String {
    let reader = Reader { lang: Lang::En, zone: ZoneName::utc() };
    Names::default().say(&reader, say).to_string()
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
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
            Err(rejection) => Err(Stop::field("body", rejection.body_text()).into()),
        }
    }
}
