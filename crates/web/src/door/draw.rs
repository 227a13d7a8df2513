//! The layer that draws the page of a trouble. Handlers only say what went wrong; here it meets reader and words, and
//! the cause never leaves the house.

use axum::{
    extract::{Request, State as With},
    middleware::Next,
    response::{IntoResponse, Response},
};
use plantgate_app::Stop;
use plantgate_domain::base::Instant;
use plantgate_wire::words::{Reader, Rich};

use super::{
    error::{Drawn, Trouble},
    meanwhile::Away,
    names::Names,
    state::State,
    visit::Guest,
};
use crate::{
    page::trouble::{Kind, Trouble as Page},
    render,
    view::Item,
};

/// Draws what handlers left in the response.
pub async fn troubles(With(state): With<State>, request: Request, next: Next) -> Response {
    let (headers, path) = (request.headers().clone(), request.uri().path().to_owned());
    let response = next.run(request).await;
    let Some(Drawn(stop)) = response.extensions().get::<Drawn>().cloned() else { return response };
    let mut guest = match (Guest::of(&state, &headers, &path).await, &stop) {
        (Ok(guest), _) => guest,
        (Err(_), Stop::Away(away)) => return Away::answer(away.id(), &headers),
        // While a newer release makes its rows nobody begins to read: in words, not as an empty page.
        (Err(_), Stop::Busy) => return Away::busy(&headers),
        (Err(_), _) => return response,
    };
    // Whether a page exists is told to nobody who is not signed in; the frame is the same for everybody.
    guest.ui.path = "/".to_owned();
    let go = Item::link(guest.ui.t("trouble-home").to_string(), "/");
    let kind = kind(&stop, &guest.ui.r);
    render::page(Trouble::status(&stop), &Page { ui: guest.ui, kind, go }).into_response()
}

/// A row of the error table as the page shows it.
pub fn kind(stop: &Stop, reader: &Reader) -> Kind {
    match stop {
        Stop::Invalid(many) => {
            let first = many.first();
            let place = first.map(|i| place(&i.place)).unwrap_or_default();
            Kind::Invalid { place, why: first.map(|i| reader.why(&i.why)).unwrap_or_default() }
        }
        Stop::Refused(r) => Kind::Refused { rule: r.rule.to_owned(), why: why(reader, &r.say) },
        Stop::Unsigned(_) => Kind::Refused { rule: "R-38".to_owned(), why: reader.t("sign-wanted").into() },
        Stop::Stale(s) => Kind::Stale { by: String::new(), at: s.at.unwrap_or(Instant::MIN), diff: Vec::new() },
        Stop::StepUp => Kind::StepUp,
        Stop::NotFound => Kind::NotFound,
        Stop::Busy => Kind::Busy { retry_secs: 2 },
        Stop::Away(away) => Kind::Away { why: reader.t(away.id()).to_string() },
        Stop::OutcomeUnknown => Kind::OutcomeUnknown { request: String::new() },
        Stop::Fault(reference) => Kind::Fault { reference: reference.clone() },
    }
}

fn why(reader: &Reader, say: &plantgate_domain::base::Say) -> Rich {
    Names::default().say(reader, say)
}

fn place(p: &plantgate_domain::base::Place) -> String {
    let line = p.line.map(|n| n.to_string());
    let parts = [p.file.clone(), p.sheet.clone(), line, p.field.clone()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
