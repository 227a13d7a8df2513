//! The pages inside an audit pack: a report to read on a screen and on paper, and a note how to check it. They stand
//! alone, for somebody who opens a folder on a machine without network, in the language they were asked for.

use askama::Template;
use plantgate_app::{
    Stop,
    review::pack::{Drawn, Told},
};
use plantgate_domain::base::{Actor, Instant, Signature, ZoneName};
use plantgate_print::{Fact, Moment, Paper, Part, Size};
use plantgate_wire::words::{Lang, Reader};

use crate::door::pages::signed::proof;

/// The report of a pack.
#[derive(Template)]
#[template(path = "page/pack.html")]
pub struct PackPage {
    pub r: Reader,
    pub lang: &'static str,
    pub lead: String,
    pub about: Vec<String>,
    pub head: String,
    pub key: String,
    /// The key as people compare it.
    pub fingerprint: String,
    pub software: String,
    pub counts: String,
    /// Who outside stands under the head, or that nobody does.
    pub witness: String,
    pub until: String,
    /// Whether every entry has a proof of its own.
    pub single: bool,
    pub rows: Vec<PackRow>,
}

/// An entry in the report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PackRow {
    pub entry: u64,
    /// Its index as text.
    pub shown: String,
    pub at: String,
    pub object: String,
    pub what: String,
    pub who: String,
    /// One line for each value, with what it is.
    pub disclosed: Vec<String>,
    pub file: String,
    pub proof: String,
}

/// What is made for people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Views {
    pub readme: String,
    pub report: String,
    pub print: Vec<u8>,
}

/// Entries on paper. A row costs a tenth of a megabyte while it is set, and nobody leafs through a thousand pages; the
/// page for the screen has all of them, and the paper says so.
pub const PRINTED: usize = 1_000;

/// Everything in a pack that is made for people. Setting the paper takes seconds: not for a thread that serves others.
pub fn views(drawn: &Drawn, lang: Lang) -> Result<Views, Stop> {
    let page = report(drawn, lang)?;
    let print = plantgate_print::print(&paper(&page)?).map_err(Stop::fault)?.bytes;
    Ok(Views { readme: readme(&page), report: page.render().map_err(Stop::fault)?, print })
}

/// What was asked for, as the reader says it: a kind and a reference, or everything of an engagement or at a site.
pub fn about(r: &Reader, all: &[String]) -> Vec<String> {
    let told = |one: &String| match one.split_once(' ') {
        Some((word, name)) if word.starts_with("everything-") => {
            r.word("pack", word).s("name", name.to_owned()).to_string()
        }
        Some((kind, name)) => format!("{} {name}", r.word("kind", kind)),
        None => one.clone(),
    };
    if all.is_empty() { vec![r.t("pack-everything").to_string()] } else { all.iter().map(told).collect() }
}

/// The report as a paper: it bears the time of the last entry, as the whole pack does.
fn paper(page: &PackPage) -> Result<Paper, Stop> {
    let t = |id: &'static str| page.r.t(id).to_string();
    let fact = |id, line: &str, code| Fact { name: t(id), lines: vec![line.to_owned()], code };
    let mut key = fact("pack-key", &page.key, true);
    key.lines.push(page.fingerprint.clone());
    let mut parts = vec![
        Part::Text(page.lead.clone()),
        Part::Facts(vec![
            fact("pack-asked", &page.about.join(", "), false),
            fact("pack-head", &page.head, false),
            fact("pack-until", &page.until, false),
            key,
        ]),
        Part::Text(t("pack-key-check")),
        Part::Text(format!("{}. {} {}", page.counts, t("pack-witness-none"), t("pack-maker"))),
        Part::Framed { title: t("pack-limits-title"), text: t("pack-limits") },
        Part::Heading(t("pack-verify-title")),
        Part::Text(t("pack-verify")),
        Part::Text(t("pack-frozen")),
        Part::Heading(t("pack-entries")),
    ];
    if page.rows.len() > PRINTED {
        let more = page.r.t("pack-printed").s("shown", PRINTED).s("all", page.rows.len());
        parts.push(Part::Text(more.to_string()));
    }
    let head = [("entry", 3), ("when", 6), ("object", 7), ("what", 7), ("who", 4), ("disclosed", 8)];
    let head = head.map(|(word, share)| (page.r.word("pack", word).to_string(), share)).to_vec();
    let row = |r: &PackRow| {
        let disclosed = r.disclosed.join("; ");
        [&r.shown, &r.at, &r.object, &r.what, &r.who, &disclosed].map(Clone::clone).to_vec()
    };
    parts.push(Part::Table { head, rows: page.rows.iter().take(PRINTED).map(row).collect() });
    Ok(Paper {
        lang: page.lang.to_owned(),
        title: t("pack-title"),
        maker: format!("Plantgate {}", page.software),
        ident: page.head.clone(),
        at: Moment::of(&page.until).ok_or_else(|| Stop::fault("a pack without a time"))?,
        foot: page.head.clone(),
        size: Size::AsLongAsNeeded { wide: true },
        parts,
    })
}

fn report(drawn: &Drawn, lang: Lang) -> Result<PackPage, Stop> {
    let r = Reader { lang, zone: ZoneName::utc() };
    let story = drawn.story()?;
    let (size, root) = drawn.head();
    let (origin, key, fingerprint) = drawn.log.clone();
    let (draft, entries) = (&drawn.draft, story.len() as u64);
    let lead = match draft.range {
        None => r.t("pack-lead-selection").to_string(),
        Some((from, until)) => {
            let bare = until - from - entries;
            r.t("pack-lead-range").s("from", from).s("last", until - 1).s("bare", bare).to_string()
        }
    };
    let counts = r.t("pack-counts").s("entries", entries).s("private", draft.private.len());
    Ok(PackPage {
        lang: lang.tag(),
        lead,
        about: about(&r, &draft.about),
        head: r.t("pack-head-text").s("origin", origin).s("size", size).s("root", root).to_string(),
        key,
        fingerprint,
        software: draft.software.clone(),
        counts: counts.s("evidence", draft.blobs.len()).to_string(),
        witness: match drawn.cosigned_by()?.as_slice() {
            [] => r.t("pack-witness-none").to_string(),
            names => r.t("pack-witness").s("names", names.join(", ")).to_string(),
        },
        until: draft.at.clone(),
        single: draft.range.is_none(),
        rows: story.into_iter().map(|told| row(&r, told)).collect(),
        r,
    })
}

fn row(r: &Reader, told: Told) -> PackRow {
    let event = told.event.split('@').next().unwrap_or_default().replace(['.', '_'], "-");
    let who = match told.by {
        Actor::Person(id) => told.person.unwrap_or_else(|| id.0.to_string()),
        Actor::Genesis => r.t("actor-genesis").to_string(),
        Actor::Host => r.t("actor-host").to_string(),
        Actor::Watchman => r.t("actor-watchman").to_string(),
        Actor::IdentityProvider => r.t("actor-identity-provider").to_string(),
        Actor::Gateway => r.t("actor-gateway").to_string(),
        Actor::Retention => r.t("actor-retention").to_string(),
    };
    let disclosed = told.disclosed.iter();
    let mut lines: Vec<String> =
        disclosed.map(|(field, value)| format!("{}: {value}", r.word("fld", &field.replace('_', "-")))).collect();
    // A signature stands before everything else that is said of the entry, on the page and on paper.
    if let Some(s) = &told.signature {
        let name = match &told.signer {
            Some(name) => format!("{name}, {who}"),
            None => r.t("sign-name-withheld").s("who", &who).to_string(),
        };
        lines.insert(0, signature(r, s, &name, &told.roles, told.at));
    }
    PackRow {
        entry: told.entry,
        shown: told.entry.to_string(),
        at: told.at.to_string(),
        object: format!("{} {}", r.word("kind", told.kind.as_str()), told.object),
        what: r.word("event", &event).to_string(),
        who,
        disclosed: lines,
        file: format!("entries/{:012}.json", told.entry),
        proof: format!("proofs/{:012}.tlog-proof", told.entry),
    }
}

/// A signature in a line: who, meaning, time with its zone, version. The signer is called as the pack calls people.
fn signature(r: &Reader, s: &Signature, who: &str, roles: &[String], at: Instant) -> String {
    let roles: Vec<String> = roles.iter().map(|role| r.word("power", role).to_string()).collect();
    let meaning = r.word("sign-meaning", s.meaning.as_str());
    let version = r.t("sign-version-text").s("version", s.version);
    let proof = proof(r, &s.factors, s.first);
    let signed = r.t("sign-signed");
    let (at, roles) = (r.instant(at), roles.join(", "));
    format!("{signed} {who} ({roles}): {meaning}. {at}. {version} {}. {proof}.", s.digest)
}

fn readme(page: &PackPage) -> String {
    let t = |id: &'static str| page.r.t(id).to_string();
    let parts = [
        t("pack-title"),
        page.lead.clone(),
        format!("{}: {}", t("pack-head"), page.head),
        format!("{}: {}\n{}\n{}", t("pack-key"), page.key, page.fingerprint, t("pack-key-check")),
        page.witness.clone(),
        t("pack-maker"),
        format!("{}\n{}", t("pack-limits-title"), t("pack-limits")),
        format!("{}\n{}", t("pack-verify-title"), t("pack-verify")),
        t("pack-frozen"),
    ];
    parts.join("\n\n") + "\n"
}
