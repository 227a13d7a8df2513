//! `/api/v1/access/ssh`: what stock sshds and gateways that are not ours ask, with the token of a machine. Whether
//! somebody comes in now, which certificates are revoked, what was taken away; and for people the certificate itself.

use std::time::Duration;

use axum::{
    Json,
    extract::{Path, Query, State as With, rejection::QueryRejection},
    response::Response,
};
use plantgate_app::{
    Stop, names,
    read::{Look, Memory},
    witness::jump::{self, Asks, Ends, Passes},
};
use plantgate_domain::{
    base::{GrantId, Kind, Why},
    permit::grant::Grant,
};
use serde::Deserialize;

use super::problem::Problem;
use crate::door::{
    listing::file,
    session::{Asked, Inside, Program},
    state::State,
};

/// Seconds for which a question about what was taken away may wait.
const WAIT: u64 = 25;
/// How often it is looked again while it waits: another node may have written.
const TICK: Duration = Duration::from_secs(1);

/// `POST …/entries`: may this person, by this certificate, log in there now? Refused is 403 with the reason.
pub async fn entry(
    Asked { inside: Inside { who, mut look }, body: asks }: Asked<Asks>,
) -> Result<Json<Passes>, Problem> {
    let passed = jump::passes(&mut look, &who.person, &asks).await;
    if let Err(Stop::Refused(no)) = &passed {
        tracing::info!(grant = asks.grant, system = asks.system, reason = no.say.id, "refused at a sshd");
    }
    Ok(Json(passed?))
}

/// `GET …/krl`: the list of revoked certificates, as OpenSSH reads it.
pub async fn krl(With(state): With<State>, Program(Inside { who, mut look }): Program) -> Result<Response, Problem> {
    may_report(&look, &who.person)?;
    let list = state.app.ssh_revoked(&mut look, &who.person).await?.ok_or(Stop::NotFound)?;
    Ok(file("plantgate.krl", "application/octet-stream", list))
}

/// From where on, and how long the answer may wait for something to say.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub struct Since {
    /// Position of the record; without one the answer is the present one and nothing else.
    from: Option<u64>,
    /// The hash that came with it.
    leaf: Option<String>,
    /// Seconds, at most twenty-five.
    #[serde(default)]
    wait: u64,
}

/// `GET …/ends?from=N&leaf=H&wait=25`: what was taken away since.
pub async fn ends(
    With(state): With<State>,
    Program(mut inside): Program,
    asked: Result<Query<Since>, QueryRejection>,
) -> Result<Json<Ends>, Problem> {
    may_report(&inside.look, &inside.who.person)?;
    let Query(asked) =
        asked.map_err(|no| Stop::field("query", Why::of("invalid-said").with("said", no.body_text())))?;
    let Some(mut from) = asked.from else {
        return Ok(Json(jump::present(&mut inside.look).await?));
    };
    let mut leaf = asked.leaf;
    let mut grown = state.app.store().grown();
    let over = tokio::time::sleep(Duration::from_secs(asked.wait.min(WAIT)));
    tokio::pin!(over);
    loop {
        let Inside { who, mut look } = inside;
        let found = jump::ends(&mut look, &who.person, (from, leaf.as_deref())).await?;
        // A long way behind is gone through in steps; the caller keeps the last position, and asks again.
        let behind = found.next < look.size();
        drop(look);
        if !found.ends.is_empty() || behind {
            return Ok(Json(found));
        }
        (from, leaf) = (found.next, found.leaf.clone());
        tokio::select! {
            biased;
            () = &mut over => return Ok(Json(found)),
            _grown = grown.changed() => {}
            () = tokio::time::sleep(TICK) => {}
        }
        // Whoever lost their token meanwhile is told nothing more.
        inside = Program::by(&who.secret, &state).await?;
    }
}

/// `GET …/certificates/{grant}/{serial}`: a certificate of one's own, as OpenSSH reads it.
pub async fn certificate(
    With(state): With<State>,
    Program(Inside { who, mut look }): Program,
    Path((grant, serial)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let serial = serial.parse().map_err(|_| Stop::NotFound)?;
    let on = names::find(&mut look, Kind::Grant, &grant).await?.ok_or(Stop::NotFound)?;
    if !look.sees(who.person.id, on).await? || who.token.is_some() {
        return Err(Stop::NotFound.into());
    }
    let grant: Grant = look.get(GrantId(on.id)).await?;
    let line = state.app.ssh_certificate(&mut look, (who.person.id, &grant), serial).await?;
    Ok(certified(&grant, line.ok_or(Stop::NotFound)?))
}

/// A certificate as a file that `ssh` takes.
pub fn certified(grant: &Grant, line: String) -> Response {
    file(&format!("{}-cert.pub", grant.facts.reference), "text/plain; charset=utf-8", format!("{line}\n").into_bytes())
}

/// A stranger here learns nothing; our own people learn what they lack.
fn may_report(look: &Look, who: &plantgate_domain::qualify::person::Person) -> Result<(), Stop> {
    if who.provider().is_some() {
        return Err(Stop::NotFound);
    }
    match jump::reports_somewhere(look, who) {
        true => Ok(()),
        false => Err(plantgate_domain::base::Refusal::new("R-13", "stop-no-power").into()),
    }
}
