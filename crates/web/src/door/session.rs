//! Who asks: the session cookie of a browser or the bearer token of a program, asked of the archive at every request.
//! Nothing is cached, so a suspension works on the next request.

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::{HeaderMap, header, request::Parts},
};
use plantgate_app::{Caller, Stop};
use plantgate_domain::{base::ProviderId, qualify::person::Person};

use super::{error::Trouble, state::State};

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

impl FromRequestParts<State> for SignedIn {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Trouble> {
        let Some(secret) = secret(&parts.headers, state.cookie()) else { return Err(Trouble::SignIn) };
        match state.app.caller(&secret).await {
            Ok(Some((caller, person))) => Ok(SignedIn { caller, person, secret }),
            Ok(None) => Err(Trouble::SignIn),
            Err(stop) => Err(Trouble::Stop(stop)),
        }
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
    type Rejection = super::api::Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Self::Rejection> {
        match <SignedIn as FromRequestParts<State>>::from_request_parts(parts, state).await {
            Ok(signed_in) => Ok(Token(signed_in)),
            Err(Trouble::SignIn) => Err(super::api::Problem::unauthenticated()),
            Err(Trouble::Stop(stop)) => Err(stop.into()),
        }
    }
}

impl From<Stop> for Trouble {
    fn from(stop: Stop) -> Trouble {
        Trouble::Stop(stop)
    }
}
