//! How a page request can fail. One layer draws the page (it knows reader and words); handlers only return this.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use plantgate_app::Stop;

/// Why there is no page.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// Nobody is signed in.
    SignIn,
    /// One of the error table.
    Stop(Stop),
}

impl Trouble {
    /// The status of the error table (architecture §8): decided once, for pages and API.
    pub fn status(stop: &Stop) -> StatusCode {
        match stop {
            Stop::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Stop::Refused(_) | Stop::Unsigned(_) | Stop::StepUp => StatusCode::FORBIDDEN,
            Stop::Stale(_) => StatusCode::CONFLICT,
            Stop::NotFound => StatusCode::NOT_FOUND,
            Stop::Busy | Stop::Away(_) | Stop::OutcomeUnknown => StatusCode::SERVICE_UNAVAILABLE,
            Stop::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        match self {
            Trouble::SignIn => (StatusCode::SEE_OTHER, [(header::LOCATION, "/sign-in")]).into_response(),
            Trouble::Stop(stop) => {
                let mut response = Trouble::status(&stop).into_response();
                response.extensions_mut().insert(Drawn(stop));
                response
            }
        }
    }
}

/// Left in a response for the layer that draws the page.
#[derive(Clone, Debug)]
pub struct Drawn(pub Stop);

impl From<plantgate_domain::thing::Broken> for Trouble {
    fn from(broken: plantgate_domain::thing::Broken) -> Trouble {
        Trouble::Stop(broken.into())
    }
}
