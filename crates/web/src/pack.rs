//! The pages inside an audit pack: a report to read and a note how to check it. They stand alone, for somebody who
//! opens a folder on a machine without network, in the language they were asked for.

use askama::Template;
use plantgate_app::{
    Stop,
    review::pack::{Drawn, Told},
};
use plantgate_domain::base::{Actor, ZoneName};
use plantgate_wire::words::{Lang, Reader};

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
}

/// Everything in a pack that is made for people.
pub fn views(drawn: &Drawn, lang: Lang) -> Result<Views, Stop> {
    let page = report(drawn, lang)?;
    Ok(Views { readme: readme(&page), report: page.render().map_err(Stop::fault)? })
}

fn report(drawn: &Drawn, lang: Lang) -> Result<PackPage, Stop> {
    let r = Reader { lang, zone: ZoneName::utc() };
    let story = drawn.story()?;
    let (size, root) = drawn.head();
    let (origin, key) = drawn.log.clone();
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
        about: draft.about.clone(),
        head: r.t("pack-head-text").s("origin", origin).s("size", size).s("root", root).to_string(),
        key,
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
        Actor::Watchman => r.t("actor-watchman").to_string(),
    };
    PackRow {
        entry: told.entry,
        at: told.at.to_string(),
        object: format!("{} {}", r.word("kind", told.kind.as_str()), told.object),
        what: r.word("event", &event).to_string(),
        who,
        disclosed: told
            .disclosed
            .iter()
            .map(|(field, value)| format!("{}: {value}", r.word("fld", &field.replace('_', "-"))))
            .collect(),
        file: format!("entries/{:012}.json", told.entry),
        proof: format!("proofs/{:012}.tlog-proof", told.entry),
    }
}

fn readme(page: &PackPage) -> String {
    let t = |id: &'static str| page.r.t(id).to_string();
    let parts = [
        t("pack-title"),
        page.lead.clone(),
        format!("{}: {}", t("pack-head"), page.head),
        format!("{}: {}\n{}", t("pack-key"), page.key, t("pack-key-check")),
        page.witness.clone(),
        format!("{}\n{}", t("pack-limits-title"), t("pack-limits")),
        format!("{}\n{}", t("pack-verify-title"), t("pack-verify")),
        t("pack-frozen"),
    ];
    parts.join("\n\n") + "\n"
}
