//! `/api/v1/access/accounts`: what a machine that turns accounts of a VPN or a directory on and off has to do now, with
//! its token. It waits until there is something, does it, and says so by the act `confirm-account`.

use std::time::Duration;

use axum::{
    Json,
    extract::{Query, State as With, rejection::QueryRejection},
};
use plantgate_app::{
    Stop,
    witness::bound::{self, Turns},
};
use plantgate_domain::base::{Refusal, Why};
use serde::Deserialize;

use super::problem::Problem;
use crate::door::{
    session::{Inside, Program, SignedIn},
    state::State,
};

/// Seconds for which the question may wait.
const WAIT: u64 = 25;
/// How often it is looked again while it waits: windows open and end by the clock alone, another node may have written,
/// and a busy hour of entries is no reason to look a hundred times.
const TICK: Duration = Duration::from_secs(2);

/// How long the answer may wait for something to do.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub struct Asks {
    /// Seconds, at most twenty-five.
    #[serde(default)]
    wait: u64,
}

/// `GET …?wait=25`: what this machine has to turn.
pub async fn turns(
    With(state): With<State>,
    Program(mut inside): Program,
    asked: Result<Query<Asks>, QueryRejection>,
) -> Result<Json<Turns>, Problem> {
    a_machine(&inside.who)?;
    let Query(asked) =
        asked.map_err(|no| Stop::field("query", Why::of("invalid-said").with("said", no.body_text())))?;
    let over = tokio::time::sleep(Duration::from_secs(asked.wait.min(WAIT)));
    tokio::pin!(over);
    loop {
        let Inside { who, mut look } = inside;
        let found = bound::turns(&mut look, &who.person).await?;
        drop(look);
        if !found.turns.is_empty() {
            return Ok(Json(found));
        }
        tokio::select! {
            biased;
            () = &mut over => return Ok(Json(found)),
            () = tokio::time::sleep(TICK) => {}
        }
        // Whoever lost their token meanwhile is told nothing more.
        inside = Program::by(&who.secret, &state).await?;
    }
}

/// Accounts are bound to machines of ours alone; a provider's people do not learn that there are any.
fn a_machine(who: &SignedIn) -> Result<(), Stop> {
    // A token that may not say what was done has nothing to do here.
    if let Some(token) = &who.token {
        token.allows("confirm-account")?;
    }
    match (who.provider(), who.person.service) {
        (Some(_), _) => Err(Stop::NotFound),
        (None, None) => Err(Refusal::new("R-17", "stop-accounts-machine").into()),
        (None, Some(_)) => Ok(()),
    }
}
