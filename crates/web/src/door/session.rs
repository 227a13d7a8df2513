//! Who asks: a browser by its session cookie on pages, a program by `Authorization: Bearer` on the API, and neither the
//! other way. Both are asked of the archive at every request; nothing is remembered, so that a suspension and a
//! revocation work on the next one.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, OptionalFromRequestParts, Request},
    http::{HeaderMap, header, request::Parts},
};
use plantgate_app::{
    Caller, Stop, bearer as program,
    read::Look,
    sign_in::{Came, Entered, is_token},
};
use plantgate_domain::{
    base::{ProviderId, Why},
    qualify::{person::Person, token::Token as ByToken},
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
    /// The token a program came by; `None` for a session.
    pub token: Option<ByToken>,
}

impl SignedIn {
    /// The provider the person works for; `None` for our own people.
    pub fn provider(&self) -> Option<ProviderId> {
        self.person.provider()
    }
}

/// The secret of a program's request, if it carries one.
fn bearer(headers: &HeaderMap) -> Option<String> {
    let given = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok())?;
    given.strip_prefix("Bearer ").map(|secret| secret.trim().to_owned())
}

/// The session secret of a browser's request, if it carries one.
pub fn secret(headers: &HeaderMap, cookie: &str) -> Option<String> {
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

impl Inside {
    fn of(entered: Entered, secret: String) -> Inside {
        let Entered { look, caller, person, token } = entered;
        Inside { who: SignedIn { caller, person, secret, token }, look }
    }
}

impl FromRequestParts<State> for Inside {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Trouble> {
        let Some(secret) = secret(&parts.headers, state.cookie()) else { return Err(Trouble::SignIn) };
        match state.app.enter(&secret).await {
            Ok(Some(entered)) => Ok(Inside::of(entered, secret)),
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

/// A caller of the API, by a token or a session, with the snapshot that says so: what is read is read from it, as
/// narrow as the token is. Its refusals are documents.
pub struct Program(pub Inside);

impl Program {
    async fn of(headers: &HeaderMap, state: &State) -> Result<Inside, Problem> {
        let Some(secret) = bearer(headers) else { return Err(Problem::unauthenticated()) };
        Program::by(&secret, state).await
    }

    /// Whoever brings this secret, as things stand now: asked again by what waited.
    pub async fn by(secret: &str, state: &State) -> Result<Inside, Problem> {
        if !is_token(secret) {
            let entered = state.app.enter(secret).await?.ok_or_else(Problem::unauthenticated)?;
            return Ok(Inside::of(entered, secret.to_owned()));
        }
        match state.app.enter_by_token(secret).await? {
            Came::In(entered) => Ok(Inside::of(*entered, secret.to_owned())),
            Came::Nobody => Err(Problem::no_token()),
            Came::Wait(secs) => Err(Problem::wait(secs)),
        }
    }
}

impl FromRequestParts<State> for Program {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
        Program::of(&parts.headers, state).await.map(Program)
    }
}

/// The same without a snapshot, for what writes.
#[derive(Clone, Debug)]
pub struct Token(pub SignedIn);

impl Token {
    /// Whether whoever came by a token may do one of these acts by it: for doors that prepare an act.
    pub fn may_one_of(&self, acts: &[&str]) -> Result<(), Stop> {
        let Some(token) = &self.0.token else { return Ok(()) };
        let mut tried = acts.iter().map(|act| token.allows(act));
        match tried.find(Result::is_ok) {
            Some(_) => Ok(()),
            None => acts.first().map_or(Ok(()), |act| Ok(token.allows(act)?)),
        }
    }
}

impl FromRequestParts<State> for Token {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
        Program::of(&parts.headers, state).await.map(|inside| Token(inside.who))
    }
}

/// Somebody who signed in by the API; a token is no session, and nobody signs it out or proves it anew.
#[derive(Clone, Debug)]
pub struct Sitting(pub SignedIn);

impl FromRequestParts<State> for Sitting {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
        let Inside { who, .. } = Program::of(&parts.headers, state).await?;
        if who.token.is_some() { Err(program::never().into()) } else { Ok(Sitting(who)) }
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
        let (parts, body) = request.into_parts();
        // The body is here before the snapshot is opened: nobody who sends slowly keeps one open. It is read into
        // meaning after the caller is known: nobody learns from its errors.
        let sent = Bytes::from_request(Request::from_parts(parts.clone(), body), state).await;
        let inside = Program::of(&parts.headers, state).await?;
        let sent = sent.map_err(|rejection| {
            Problem::from(Stop::field("body", Why::of("invalid-said").with("said", rejection.body_text())))
        })?;
        let Body(body) = Body::from_request(Request::from_parts(parts, sent.into()), state).await?;
        Ok(Asked { inside, body })
    }
}

impl From<Stop> for Trouble {
    fn from(stop: Stop) -> Trouble {
        Trouble::Stop(stop)
    }
}
