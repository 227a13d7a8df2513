//! A form as it came: pairs in order. What was typed stays on the page when something is wrong with it.

use axum::{
    extract::{Form as AxumForm, FromRequest, Request},
    http::StatusCode,
};
use plantgate_app::Stop;
use plantgate_domain::base::Why;
use plantgate_wire::words::Reader;
use serde_json::Value;
use uuid::Uuid;

use super::{error::Trouble, listing::encoded};
use crate::view::Form;

/// The pairs of a form.
#[derive(Clone, Debug, Default)]
pub struct Fields(pub Vec<(String, String)>);

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Trouble;

    async fn from_request(request: Request, state: &S) -> Result<Self, Trouble> {
        match AxumForm::<Vec<(String, String)>>::from_request(request, state).await {
            // Browsers end the lines of a text with two characters; a text in the record has one.
            Ok(AxumForm(pairs)) => Ok(Fields(pairs.into_iter().map(|(n, v)| (n, v.replace("\r\n", "\n"))).collect())),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(Fields::too_large().into()),
            Err(_) => Err(Stop::field("form", Why::of("invalid-form-unread")).into()),
        }
    }
}

impl Fields {
    /// What is said of a form that is too large.
    pub fn too_large() -> Stop {
        Stop::field("form", Why::of("invalid-form-large"))
    }
    /// As a browser sends it.
    pub fn encoded(&self) -> String {
        let pairs: Vec<String> = self.0.iter().map(|(n, v)| format!("{}={}", encoded(n), encoded(v))).collect();
        pairs.join("&")
    }
    /// A field, trimmed; empty when it is not there.
    pub fn text(&self, name: &str) -> String {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v.trim().to_owned()).unwrap_or_default()
    }
    /// A field that may be empty.
    pub fn maybe(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|v| !v.is_empty())
    }
    /// A field as it was typed, which may be empty: in a password every blank counts.
    pub fn untrimmed(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).filter(|v| !v.is_empty())
    }
    /// All values of a field: boxes that are ticked.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.clone()).collect()
    }
    /// Whether a box is ticked.
    pub fn ticked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }
    /// A closed word or number, with words when it is none.
    pub fn read<T: std::str::FromStr<Err = Why>>(&self, name: &str) -> Result<T, Stop> {
        self.text(name).parse().map_err(|why: Why| Stop::field(name, why))
    }
    /// The request id that the page gave its form; a form sent twice is one act.
    pub fn request(&self) -> Result<Uuid, Stop> {
        let id = self.text("request_id");
        id.parse().map_err(|_| Stop::field("request_id", Why::of("invalid-form-request")))
    }
    /// The version the reader saw, so that nobody overwrites what they did not see.
    pub fn version(&self) -> Option<u64> {
        self.text("version").parse().ok()
    }
    /// What was typed, for the page that shows it again; passwords do not come back.
    pub fn form(&self) -> Form {
        let secret = |name: &str| ["password", "code", "passkey"].contains(&name);
        Form::of(self.0.iter().filter(|(n, _)| !secret(n)).cloned())
    }
    /// What was typed with what is wrong in the reader's words, when it is the input; any other trouble is a page of
    /// its own.
    pub fn wrong(&self, stop: Stop, reader: &Reader) -> Result<Form, Trouble> {
        match stop {
            Stop::Invalid(many) => Ok(many.into_iter().fold(self.form(), |form, i| {
                let field = i.place.field.unwrap_or_else(|| "form".to_owned());
                form.wrong(field, reader.why(&i.why))
            })),
            other => Err(other.into()),
        }
    }
    /// As a JSON object, for acts that are read by name; repeated fields become lists.
    pub fn json(&self) -> Value {
        let mut map = serde_json::Map::new();
        for (name, value) in &self.0 {
            map.insert(name.clone(), Value::String(value.clone()));
        }
        Value::Object(map)
    }
}

/// Where an act led, with what it did said on top of the page.
pub fn done(path: &str, what: &str, entry: u64) -> axum::response::Redirect {
    let joined = if path.contains('?') { '&' } else { '?' };
    axum::response::Redirect::to(&format!("{path}{joined}done={what}&entry={entry}"))
}
