//! The line on which a board that is looked at hears that something changed: server-sent events. It says nothing that
//! the page does not say, only a mark of it; who may not see the page hears nothing, and who may no longer hears its
//! end.

use std::{convert::Infallible, time::Duration};

use axum::{
    Extension,
    body::Body,
    extract::{Query, State as Here},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use plantgate_app::{Stop, read::Look, witness::board::board};
use plantgate_domain::base::{PersonId, SiteId};

use tokio::sync::{Semaphore, watch};

use super::now::Asked;
use crate::door::{
    error::Trouble,
    live::{Closing, Line},
    state::State,
    visit::Visit,
};

/// How often the record is asked whether it grew.
const EVERY: Duration = Duration::from_secs(2);
/// After so many of those something is said in any case: the clock alone changes what a board shows, and a reader must
/// know that the line still stands. The script of the page takes a line for dead after several of these.
const BEAT: u32 = 5;
/// Boards that are read for lines at once, of all lines together: others wait, and say less often that they changed.
static READS: Semaphore = Semaphore::const_new(2);
/// Asked to come again when there are too many lines.
const AGAIN: HeaderValue = HeaderValue::from_static("60");

/// A line that goes on.
struct Watch {
    state: State,
    secret: String,
    site: SiteId,
    stretch: (i64, i64),
    closing: Option<Closing>,
    _line: Line,
    /// What was said last.
    mark: String,
    /// Size of the record, as this process knows it: asked before the database is.
    grown: watch::Receiver<u64>,
    beats: u32,
    first: bool,
    over: bool,
}

/// `GET /now/events`
pub async fn events(
    v: Visit,
    Here(state): Here<State>,
    Query(asked): Query<Asked>,
    closing: Option<Extension<Closing>>,
) -> Result<Response, Trouble> {
    let v = v.ours()?;
    let Some(site) = v.site.as_ref().map(|s| s.id) else { return Err(Stop::NotFound.into()) };
    let Some(line) = state.live.open(v.me()) else {
        return Ok((StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, AGAIN)]).into_response());
    };
    let watch = Watch {
        secret: v.who.secret.clone(),
        site,
        stretch: asked.stretch(),
        closing: closing.map(|Extension(closing)| closing),
        _line: line,
        mark: String::new(),
        grown: state.app.store().grown(),
        beats: 0,
        first: true,
        over: false,
        state,
    };
    // The snapshot of this request is let go before the line begins: nobody keeps one open for hours.
    drop(v);
    let said = stream::unfold(watch, |mut watch| async move {
        let said = watch.next().await?;
        Some((Ok::<_, Infallible>(said), watch))
    });
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    Ok(([kind], Body::from_stream(said)).into_response())
}

impl Watch {
    /// The next thing to say, as it goes over the line.
    async fn next(&mut self) -> Option<String> {
        if self.over {
            return None;
        }
        loop {
            if !std::mem::take(&mut self.first) && !self.rests().await {
                return None;
            }
            self.beats += 1;
            match self.look().await {
                Ok(Some(said)) => return Some(said),
                Ok(None) => {}
                // Who signed out, was suspended or lost the role is told once that this is the end.
                Err(Stop::NotFound) => {
                    self.over = true;
                    return Some("event: over\ndata:\n\n".to_owned());
                }
                // Away or busy: nothing is said, and the page shows how old it is.
                Err(stop) => tracing::debug!(%stop, "a board could not be read"),
            }
        }
    }

    /// Waits for the next look; whether the server goes on. Where nobody says when it ends, one answer is all there is:
    /// a line that nothing ends would keep whoever waits for it.
    async fn rests(&mut self) -> bool {
        let Some(Closing(closing)) = &mut self.closing else { return false };
        tokio::select! {
            () = tokio::time::sleep(EVERY) => true,
            _ = closing.changed() => false,
        }
    }

    /// What is to be said now, if anything. The sign-in and the role are asked each time that the board is read.
    async fn look(&mut self) -> Result<Option<String>, Stop> {
        let beat = self.beats >= BEAT || self.mark.is_empty();
        if !beat && !self.grown.has_changed().unwrap_or(true) {
            return Ok(None);
        }
        // Whoever watches never makes a gateway wait that asks whether a session may go on.
        let _turn = READS.acquire().await.map_err(Stop::fault)?;
        self.grown.mark_unchanged();
        let entered = self.state.app.still_in(&self.secret).await?.ok_or(Stop::NotFound)?;
        let (mut look, person) = (entered.look, entered.person);
        if !person.roles.iter().any(|role| role.site.is_none_or(|site| site == self.site)) {
            return Err(Stop::NotFound);
        }
        let mark = self.read(&mut look, person.id).await?;
        if !beat && mark == self.mark {
            return Ok(None);
        }
        (self.mark, self.beats) = (mark, 0);
        Ok(Some(format!("event: board\ndata: {}\n\n", self.mark)))
    }

    async fn read(&self, look: &mut Look, person: PersonId) -> Result<String, Stop> {
        let now = look.now().0;
        Ok(board(&self.state.app, look, person, self.site, self.stretch).await?.mark(now))
    }
}
