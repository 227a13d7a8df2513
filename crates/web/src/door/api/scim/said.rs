//! What is said to a directory: the media type, errors (RFC 7644 §3.12), lists, and what this door can do (§4).

use axum::{
    Json,
    extract::{FromRequest, Request},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use plantgate_app::Stop;
use plantgate_domain::base::ZoneName;
use plantgate_wire::words::{Lang, Reader};
use serde_json::{Value, json};

use super::user::{PERSON, USER};
use crate::door::{error::Trouble, names::Names, session::Program};

/// RFC 7644 §8.1.
const MEDIA: &str = "application/scim+json";

/// An answer of that media type.
pub fn answer(status: StatusCode, body: &Value) -> Response {
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA));
    response
}

/// A part of a list.
pub fn page(total: usize, start: usize, shown: &[Value]) -> Value {
    json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": total,
        "startIndex": start, "itemsPerPage": shown.len(), "Resources": shown })
}

/// An error as a directory reads it.
#[derive(Debug)]
pub struct Wrong {
    status: StatusCode,
    kind: Option<&'static str>,
    detail: String,
}

impl Wrong {
    /// Something that cannot be read, by a word of RFC 7644, table 9.
    pub fn invalid(kind: &'static str, detail: String) -> Wrong {
        Wrong { status: StatusCode::BAD_REQUEST, kind: Some(kind), detail }
    }
    /// Somebody has that name already.
    pub fn taken(detail: &str) -> Wrong {
        Wrong { status: StatusCode::CONFLICT, kind: Some("uniqueness"), detail: detail.to_owned() }
    }
    /// A directory opens nobody's way back.
    pub fn back() -> Wrong {
        let detail = "This person is suspended. A directory takes the way in and does not give it back: \
            an administrator lets them work again under Admin, People.";
        Wrong { status: StatusCode::FORBIDDEN, kind: None, detail: detail.to_owned() }
    }
    /// What is told.
    #[cfg(test)]
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl From<Stop> for Wrong {
    fn from(stop: Stop) -> Wrong {
        let reader = Reader { lang: Lang::En, zone: ZoneName::utc() };
        let status = Trouble::status(&stop);
        match &stop {
            Stop::Invalid(all) if all.iter().any(|i| i.why.id == "invalid-reference-taken") => {
                Wrong::taken(&all.iter().map(|i| reader.why(&i.why)).collect::<Vec<_>>().join(" "))
            }
            Stop::Invalid(all) => {
                let said = all.iter().map(|i| match &i.place.field {
                    Some(field) => format!("{field}: {}", reader.why(&i.why)),
                    None => reader.why(&i.why).to_string(),
                });
                Wrong::invalid("invalidValue", said.collect::<Vec<_>>().join(" "))
            }
            Stop::Refused(refused) => {
                Wrong { status, kind: None, detail: Names::default().say(&reader, &refused.say).to_string() }
            }
            Stop::NotFound => Wrong { status, kind: None, detail: "There is nobody of that id here.".to_owned() },
            other => Wrong { status, kind: None, detail: other.to_string() },
        }
    }
}

impl IntoResponse for Wrong {
    fn into_response(self) -> Response {
        let mut body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": self.status.as_str(), "detail": self.detail });
        if let (Some(kind), Some(body)) = (self.kind, body.as_object_mut()) {
            body.insert("scimType".to_owned(), json!(kind));
        }
        answer(self.status, &body)
    }
}

/// A body of JSON.
pub struct Taken(pub Value);

impl<S: Send + Sync> FromRequest<S> for Taken {
    type Rejection = Wrong;

    async fn from_request(request: Request, state: &S) -> Result<Self, Wrong> {
        match Json::<Value>::from_request(request, state).await {
            Ok(Json(body)) => Ok(Taken(body)),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Wrong { status: rejection.status(), kind: None, detail: rejection.body_text() })
            }
            Err(rejection) => Err(Wrong::invalid("invalidSyntax", rejection.body_text())),
        }
    }
}

/// `GET /ServiceProviderConfig`
pub async fn config(_: Program) -> Response {
    let not = json!({ "supported": false });
    let token = json!({ "type": "oauthbearertoken", "name": "Token of a machine", "primary": true,
        "description": "Made for a machine, for the act keep-person, under Admin, Machines." });
    let body = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": { "supported": true }, "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
        "filter": { "supported": true, "maxResults": super::PAGE }, "changePassword": not, "sort": not, "etag": not,
        "authenticationSchemes": [token] });
    answer(StatusCode::OK, &body)
}

/// `GET /ResourceTypes`
pub async fn types(_: Program) -> Response {
    let user = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"], "id": "User",
        "name": "User", "endpoint": "/Users", "schema": USER,
        "schemaExtensions": [{ "schema": PERSON, "required": false }] });
    answer(StatusCode::OK, &page(1, 1, &[user]))
}

/// `GET /Schemas`
pub async fn schemas(_: Program) -> Response {
    let of = |name: &str, kind: &str, must: bool, changes: &str, unique: &str| {
        json!({ "name": name, "type": kind, "multiValued": false, "required": must, "caseExact": false,
            "mutability": changes, "returned": "default", "uniqueness": unique })
    };
    let name = json!({ "name": "name", "type": "complex", "multiValued": false, "required": false,
        "mutability": "readWrite", "returned": "default", "uniqueness": "none",
        "subAttributes": [of("formatted", "string", false, "readWrite", "none"),
            of("givenName", "string", false, "writeOnly", "none"),
            of("familyName", "string", false, "writeOnly", "none")] });
    let user = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"], "id": USER, "name": "User",
        "description": "One of the asset owner's own people", "attributes": [
            of("userName", "string", true, "readWrite", "server"),
            of("displayName", "string", false, "readWrite", "none"), name,
            of("active", "boolean", false, "readWrite", "none") ] });
    let person = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"], "id": PERSON, "name": "Person",
        "description": "When somebody leaves or moves", "attributes": [
            of("leavesAt", "dateTime", false, "readWrite", "none"),
            of("movesAt", "dateTime", false, "writeOnly", "none"),
            of("invited", "boolean", false, "readOnly", "none") ] });
    answer(StatusCode::OK, &page(2, 1, &[user, person]))
}
