//! What a person is told right after they signed in: wrong tries before, recovery codes that were used. It travels for
//! a minute in a sealed cookie, so that nobody makes it up with a link.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use plantgate_app::{
    Stop,
    sign_in::{Begun, SignedOn},
};
use plantgate_wire::words::Reader;
use serde::{Deserialize, Serialize};

use super::{state::State, visit::cookie};
use crate::view::Receipt;

/// The cookie, and how long it is kept.
const TOLD: &str = "plantgate-told";
const SECS: i64 = 60;

/// What it carries. The first field's name keeps it apart from everything else this house seals.
#[derive(Serialize, Deserialize)]
struct Told {
    wrong_tries: i64,
    used_since: u64,
    /// Number of the recovery code that was used just now, and how many are left.
    recovery: Option<(u32, usize)>,
    /// Roles that groups gave and took just now.
    #[serde(default)]
    by_groups: (usize, usize),
}

/// Puts a cookie into an answer.
pub fn set(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// The end of a cookie that only travels as this server is reached.
pub const fn secure(state: &State) -> &'static str {
    if state.https { "; Secure" } else { "" }
}

/// Gives the answer to a sign-in what the next pages tell, where there is something to tell.
pub fn tell(state: &State, response: &mut Response, begun: &Begun) -> Result<(), Stop> {
    if begun.failed == 0 && begun.used_since == 0 && begun.recovery.is_none() {
        return Ok(());
    }
    let recovery = begun.recovery.map(|used| (used.code, used.left));
    let told = Told { wrong_tries: begun.failed, used_since: begun.used_since, recovery, by_groups: (0, 0) };
    put(state, response, &told)
}

/// The same for somebody who signed on by an identity provider.
pub fn tell_signed_on(state: &State, response: &mut Response, on: &SignedOn) -> Result<(), Stop> {
    let by_groups = (on.given, on.taken);
    if on.failed == 0 && on.used_since == 0 && by_groups == (0, 0) {
        return Ok(());
    }
    put(state, response, &Told { wrong_tries: on.failed, used_since: on.used_since, recovery: None, by_groups })
}

fn put(state: &State, response: &mut Response, told: &Told) -> Result<(), Stop> {
    let sealed = state.app.store().keyring().seal(&serde_json::to_vec(told).map_err(Stop::fault)?)?;
    set(response, &format!("{TOLD}={sealed}; Path=/; HttpOnly; SameSite=Lax; Max-Age={SECS}{}", secure(state)));
    Ok(())
}

/// What a page tells of it.
pub fn receipt(reader: &Reader, headers: &HeaderMap, state: &State) -> Option<Receipt> {
    let opened = state.app.store().keyring().unseal_brought(cookie(headers, TOLD)?)?;
    let told: Told = serde_json::from_slice(&opened).ok()?;
    let mut said = Vec::new();
    if let Some((code, left)) = told.recovery {
        said.push(reader.t("recovery-used-now").n("code", code).n("left", left).to_string());
    }
    if told.used_since > 0 {
        said.push(reader.t("recovery-used-since").n("count", told.used_since).to_string());
    }
    if told.wrong_tries > 0 {
        said.push(reader.t("signin-failed-before").n("count", told.wrong_tries).to_string());
    }
    let (given, taken) = told.by_groups;
    if (given, taken) != (0, 0) {
        said.push(reader.t("sign-on-groups").n("given", given).n("taken", taken).to_string());
    }
    (!said.is_empty()).then(|| Receipt { text: said.join(" "), entry: None, href: None })
}
