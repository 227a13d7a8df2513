//! Signatures for people: with the name the signer had, the zone of the page and what became of what was signed. Pages,
//! papers and files take them from here, so that none shows a signature without all of it.

use plantgate_app::{
    Stop,
    sign::{Printed, printed},
};
use plantgate_domain::base::Ref;
use plantgate_wire::words::Reader;

use crate::{door::visit::Visit, page::sign::Signature};

/// The signatures under an object, oldest first.
pub async fn under(v: &mut Visit, on: Ref) -> Result<Vec<Signature>, Stop> {
    let all = printed(&mut v.look, on).await?;
    Ok(all.into_iter().map(|p| shown(&v.ui.r, p)).collect())
}

/// A signature in a reader's words.
pub fn shown(r: &Reader, p: Printed) -> Signature {
    let s = p.signed;
    let state = match (s.holds, s.stale) {
        (false, _) => "broken",
        (true, Some(_)) => "stale",
        (true, None) => "stands",
    };
    let roles: Vec<String> = s.roles.iter().map(|role| r.word("power", role).to_string()).collect();
    Signature {
        who: p.name.unwrap_or_else(|| r.t("person-erased").to_string()),
        roles: roles.join(", "),
        at: s.at,
        meaning: s.signature.meaning.as_str(),
        version: s.signature.version,
        digest: s.signature.digest,
        proof: proof(r, &s.signature.factors, s.signature.first),
        entry: s.entry,
        state,
        anew: s.stale.map(|(_, at)| at),
    }
}

/// With what it was proven; of a series, that it went on.
pub fn proof(r: &Reader, factors: &[plantgate_domain::base::Factor], first: bool) -> String {
    let mut parts: Vec<String> = factors.iter().map(|f| r.word("sign-factor", f.as_str()).to_string()).collect();
    if !first {
        parts.push(r.t("sign-series").to_string());
    }
    parts.join(", ")
}

/// A signature in one cell of a file.
pub fn cell(r: &Reader, s: &Signature) -> String {
    let state = r.word("sign-state", s.state);
    let meaning = r.word("sign-meaning", s.meaning);
    let at = r.instant(s.at);
    format!("{} ({}): {meaning}; {at}; {} {}; {state}; {}", s.who, s.roles, s.version, s.digest, s.proof)
}
