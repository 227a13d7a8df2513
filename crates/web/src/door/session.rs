//! Who asks: the session cookie of a browser or the bearer token of a program, asked of the archive at every request.
//! No session is remembered, so a suspension works on the next request.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, OptionalFromRequestParts, Request},
    http::{HeaderMap, header, request::Parts},
};
use plantgate_app::{Caller, Stop, read::Look};
use plantgate_domain::{
    base::{ProviderId, Why},
    qualify::person::Person,
};
use serde::de::DeserializeOwned;

use super::{
    api::{Body, Problem},
    error::Trouble,
    state::State,
};

/// Somebody who signed in and has a seat now.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub caller: Caller,
    pub person: Person,
    /// The secret, for signing out.
    pub secret: String,
}

impl SignedIn {
    /// The provider the person works for; `None` for our own people.
    pub fn provider(&self) -> Option<ProviderId> {
        self.person.provider()
    }
}

/// The session secret of a request, if it carries one.
pub fn secret(headers: &HeaderMap, cookie: &str) -> Option<String> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    if let Some(token) = bearer.and_then(|v| v.strip_prefix("Bearer ")) {
        return Some(token.trim().to_owned());
    }
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    let mut pairs = cookies.flat_map(|v| v.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == cookie).map(|(_, value)| value.to_owned())
}

/// A `Set-Cookie` value that carries or removes the session.
pub fn cookie(state: &State, secret: Option<&str>) -> String {
    let secure = if state.https { "; Secure" } else { "" };
    let (value, age) = secret.map_or(("", "; Max-Age=0"), |s| (s, ""));
    format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}", state.cookie())
}

/// Somebody who signed in, with the snapshot that says so: for doors that answer out of one snapshot.
pub struct Inside {
    pub who: SignedIn,
    pub look: Look,
}

impl FromRequestParts<State> for Inside {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Trouble> {
        let Some(secret) = secret(&parts.headers, state.cookie()) else { return Err(Trouble::SignIn) };
        match state.app.enter(&secret).await {
            Ok(Some(in_)) => {
                Ok(Inside { who: SignedIn { caller: in_.caller, person: in_.person, secret }, look: in_.look })
            }
            Ok(None) => Err(Trouble::SignIn),
            Err(stop) => Err(Trouble::Stop(stop)),
        }
    }
}

impl FromRequestParts<State> for SignedIn {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Trouble> {
        Ok(<Inside as FromRequestParts<State>>::from_request_parts(parts, state).await?.who)
    }
}

impl OptionalFromRequestParts<State> for SignedIn {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Option<Self>, Trouble> {
        match <SignedIn as FromRequestParts<State>>::from_request_parts(parts, state).await {
            Ok(signed_in) => Ok(Some(signed_in)),
            Err(Trouble::SignIn) => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }
}

/// A caller of the API; the same, told apart because its refusals are documents.
#[derive(Clone, Debug)]
pub struct Token(pub SignedIn);

impl FromRequestParts<State> for Token {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
        let who = <SignedIn as FromRequestParts<State>>::from_request_parts(parts, state).await;
        Ok(Token(who.map_err(problem)?))
    }
}

/// A question of a caller of the API, with the snapshot it is answered from.
pub struct Asked<T> {
    pub inside: Inside,
    pub body: T,
}

impl<T: DeserializeOwned> FromRequest<State> for Asked<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &State) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        // The body is here before the snapshot is opened: nobody who sends slowly keeps one open. It is read into
        // meaning after the caller is known: nobody learns from its errors.
        let sent = Bytes::from_request(Request::from_parts(parts.clone(), body), state).await;
        let inside = <Inside as FromRequestParts<State>>::from_request_parts(&mut parts, state).await;
        let inside = inside.map_err(problem)?;
        let sent = sent.map_err(|rejection| {
            Problem::from(Stop::field("body", Why::of("invalid-said").with("said", rejection.body_text())))
        })?;
        let Body(body) = Body::from_request(Request::from_parts(parts, sent.into()), state).await?;
        Ok(Asked { inside, body })
    }
}

fn problem(trouble: Trouble) -> Problem {
    match trouble {
        Trouble::SignIn => Problem::unauthenticated(),
        Trouble::Stop(stop) => stop.into(),
    }
}

impl From<Stop> for Trouble {
    fn from(stop: Stop) -> Trouble {
        Trouble::Stop(stop)
    }
}
