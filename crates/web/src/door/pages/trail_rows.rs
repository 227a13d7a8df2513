//! Exceptions as rows, for the review that waits and for one that was signed: who did what, who looked and what they
//! wrote. Only for whoever may review, and for auditors: the record is one for every site.

use std::collections::{BTreeMap, BTreeSet};

use plantgate_app::{
    Stop,
    power::{Power, ReviewAuditTrail, roles},
    read::{Memory, Read},
    review::{
        history::changed,
        trail::{Done, Exception, Looked, Range, could},
    },
};
use plantgate_domain::{
    base::{Actor, Ref, Refusal, auth},
    event::expect::TrailKind,
    review::trail::independent,
};

use super::{
    engagement_parts::item,
    telling::{self, in_a_cell},
};
use crate::{
    door::visit::Visit,
    page::{
        packs::Makers,
        trail::{ExceptionRow, KindRow, Seen},
    },
};

/// Columns of an exported list.
pub const HEAD: [&str; 17] = [
    "entry",
    "at",
    "kind",
    "what",
    "why",
    "changes",
    "who",
    "auth",
    "on",
    "leaf",
    "looked_by",
    "looked_auth",
    "looked_at",
    "note",
    "finding",
    "until",
    "list",
];
/// Fields of a change that a row of a page has room for.
const FIELDS: usize = 8;

/// A row of an exported list. Each names the list it belongs to: whoever looked at the whole of it says so by that.
pub fn cells(r: &ExceptionRow, range: &Range) -> Vec<String> {
    let mut cells = vec![r.entry.to_string(), r.at.to_string(), r.kind.to_owned(), r.what.clone(), r.why.clone()];
    cells.extend([in_a_cell(&r.moved), r.who.clone(), r.auth.clone(), r.on.text.clone(), r.leaf.clone()]);
    cells.extend(match &r.looked {
        Some(seen) => {
            let finding = seen.finding.as_ref().map_or_else(String::new, |f| f.text.clone());
            [seen.who.clone(), seen.auth.clone(), seen.at.to_string(), seen.note.clone(), finding]
        }
        None => [const { String::new() }; 5],
    });
    cells.extend([range.until.to_string(), range.list.clone()]);
    cells
}

/// How somebody had proven who they are, in words; what no release has a word for stays.
pub fn auth_words(v: &Visit, said: Option<&str>) -> String {
    match said {
        None => String::new(),
        Some(auth::SIGNED_IN) => v.ui.t("auth-signed-in").to_string(),
        Some(auth::PASSKEY) => v.ui.t("auth-passkey").to_string(),
        Some(auth::COMMAND_LINE) => v.ui.t("auth-command-line").to_string(),
        Some(auth::SILENCE) => v.ui.t("auth-silence").to_string(),
        Some(auth::INVITATION) => v.ui.t("auth-invitation").to_string(),
        Some(auth::MAILED_LINK) => v.ui.t("auth-mailed-link").to_string(),
        Some(other) => match (auth::token(said), auth::sign_on(said)) {
            (Some(token), _) => v.ui.t("auth-token").s("token", token.to_string()).to_string(),
            (None, Some(how)) => v.ui.t("auth-sign-on").s("how", how).to_string(),
            (None, None) => other.to_owned(),
        },
    }
}

/// Whether this reader may review; who may not sees who can.
pub async fn makers(v: &mut Visit) -> Result<Makers, Stop> {
    if could(&mut v.look, &v.who.person).await? {
        return Ok(Makers { may: true, ..Makers::default() });
    }
    let words = roles(ReviewAuditTrail::KEY, &v.look.rules());
    let words: Vec<String> = words.iter().map(|r| v.ui.word("power", *r).to_string()).collect();
    let mut people = Vec::new();
    for person in plantgate_app::review::trail::reviewers(&mut v.look).await? {
        people.push(item(v, person.id.into()).await?.text);
    }
    Ok(Makers { may: false, roles: words.join(", "), people })
}

/// A file of exceptions is for whoever reads them: an empty one would say that there are none.
pub fn allowed(reads: bool) -> Result<(), Stop> {
    if reads { Ok(()) } else { Err(Refusal::new("R-13", "stop-no-power").into()) }
}

/// The exceptions of a range as rows, for whoever reads them.
pub async fn rows(v: &mut Visit, range: &Range, reads: bool, done: &Done) -> Result<Vec<ExceptionRow>, Stop> {
    if !reads {
        return Ok(Vec::new());
    }
    let seen: BTreeMap<u64, &Looked> = done.looked.range(range.from..range.until).map(|(n, s)| (*n, s)).collect();
    let mut refs: Vec<Ref> = range.all.iter().map(|x| x.what.read.on).collect();
    refs.extend(range.all.iter().filter_map(|x| x.what.read.at.by.person()).map(Ref::from));
    refs.extend(seen.values().filter_map(|s| s.by).map(Ref::from));
    refs.extend(seen.values().filter_map(|s| s.finding).map(Ref::from));
    let me = v.me();
    v.names.learn_all(&mut v.look, me, &refs).await?;
    let mut rows = Vec::with_capacity(range.all.len());
    for one in &range.all {
        let looked = match seen.get(&one.entry()) {
            Some(seen) => Some(by(v, seen).await?),
            None => None,
        };
        rows.push(row(v, one, looked));
    }
    Ok(rows)
}

/// Why each was done and what it changed, for the rows that are shown; a file has every field.
pub async fn tell(v: &mut Visit, range: &Range, rows: &mut [ExceptionRow], whole: bool) -> Result<(), Stop> {
    let shown: BTreeSet<u64> = rows.iter().map(|r| r.entry).collect();
    let entries: BTreeMap<u64, &Read> =
        range.all.iter().filter(|x| shown.contains(&x.entry())).map(|x| (x.entry(), &x.what.read)).collect();
    let mut changes = changed(&mut v.look, entries.values().copied()).await?;
    let opened = telling::learn(v, changes.values().flatten()).await?;
    for row in rows {
        if let (Some(read), Some(changes)) = (entries.get(&row.entry), changes.remove(&row.entry)) {
            let most = if whole { usize::MAX } else { FIELDS };
            (row.why, row.moved) = telling::says(v, &opened, read.on.kind, changes, most);
        }
    }
    Ok(())
}

async fn by(v: &mut Visit, seen: &Looked) -> Result<Seen, Stop> {
    let who = seen.by.map_or_else(String::new, |id| v.names.of(id.into()).text);
    let finding = seen.finding.map(|id| v.names.of(id.into()));
    let note = v.look.open_private(&seen.note).await?;
    let note = note.unwrap_or_else(|| v.ui.t("text-erased").to_string());
    Ok(Seen { who, auth: auth_words(v, seen.auth.as_deref()), at: seen.at, note, finding })
}

fn row(v: &Visit, x: &Exception, looked: Option<Seen>) -> ExceptionRow {
    let read = &x.what.read;
    let event = x.what.name.split('@').next().unwrap_or_default().replace(['.', '_'], "-");
    let who = match read.at.by {
        Actor::Person(id) => v.names.of(id.into()).text,
        Actor::Genesis => v.ui.t("actor-genesis").to_string(),
        Actor::Host => v.ui.t("actor-host").to_string(),
        Actor::Watchman => v.ui.t("actor-watchman").to_string(),
        Actor::IdentityProvider => v.ui.t("actor-identity-provider").to_string(),
        Actor::Gateway => v.ui.t("actor-gateway").to_string(),
        Actor::Retention => v.ui.t("actor-retention").to_string(),
    };
    ExceptionRow {
        entry: x.entry(),
        at: read.at.at,
        kind: x.kind.as_str(),
        what: v.ui.word("event", &event).to_string(),
        why: String::new(),
        moved: Vec::new(),
        who,
        auth: auth_words(v, read.auth.as_deref()),
        on: v.names.of(read.on),
        history: format!("/history/{}/{}", read.on.kind, read.on.id),
        leaf: x.what.leaf.clone(),
        looked,
        own: independent(v.me(), &x.involved()).is_err(),
    }
}

/// How many exceptions of each kind there are.
pub fn kinds(rows: &[ExceptionRow]) -> Vec<KindRow> {
    let count = |kind: &TrailKind| {
        let of: Vec<&ExceptionRow> = rows.iter().filter(|r| r.kind == kind.as_str()).collect();
        let open = of.iter().filter(|r| r.looked.is_none());
        KindRow {
            kind: kind.as_str(),
            count: of.len() as u64,
            open: open.clone().count() as u64,
            mine: open.filter(|r| !r.own).count() as u64,
        }
    };
    TrailKind::ALL.iter().map(count).collect()
}
