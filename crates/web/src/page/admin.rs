//! *Admin*: people who sign in, imports that show their effects before they happen, how strictly each rule is applied.

use askama::Template;
use plantgate_domain::base::{Day, Instant};
use plantgate_wire::words::Rich;

use crate::view::{Choice, Form, List, Ui};

/// Somebody who can sign in.
#[derive(Clone, PartialEq, Debug)]
pub struct UserRow {
    pub login: String,
    pub name: String,
    /// Words of `power-…`, with their sites.
    pub roles: Vec<(&'static str, String)>,
    pub provider: Option<String>,
    pub second_factor: bool,
    pub seen: Option<Instant>,
    pub active: bool,
}

/// Users.
#[derive(Template)]
#[template(path = "page/users.html")]
pub struct Users {
    pub ui: Ui,
    pub list: List,
    pub rows: Vec<UserRow>,
    /// Fields `name`, `login`, `role`, `site`, `provider` of the form for a new one.
    pub form: Form,
    pub roles: Vec<&'static str>,
    pub sites: Vec<Choice>,
    pub providers: Vec<Choice>,
}

/// Upload of a file to import.
#[derive(Template)]
#[template(path = "page/import.html")]
pub struct ImportUpload {
    pub ui: Ui,
    /// Fields `what`, `zone`, `file`.
    pub form: Form,
    pub whats: Vec<&'static str>,
    /// Earlier imports: reference, what, when, result in words.
    pub earlier: Vec<(String, &'static str, Instant, String)>,
}

/// What a row of the file would do.
#[derive(Clone, PartialEq, Debug)]
pub struct Effect {
    /// Line in the file, from 1.
    pub line: u64,
    /// Word of `effect-…`: new, changed, unchanged, rejected.
    pub effect: &'static str,
    pub object: String,
    /// Fields that change: name, before, after.
    pub moved: Vec<(String, String, String)>,
    /// Why it is rejected, or what stays unknown.
    pub reason: String,
}

/// Effects of an import before it happens.
#[derive(Template)]
#[template(path = "page/import_preview.html")]
pub struct ImportPreview {
    pub ui: Ui,
    pub reference: String,
    pub file: String,
    /// How it was read: encoding, separator, rows.
    pub read_as: String,
    /// new, changed, unchanged, rejected.
    pub counts: (u32, u32, u32, u32),
    pub list: List,
    pub rows: Vec<Effect>,
    /// What else follows, for instance tiers that become provisional.
    pub consequences: Vec<Rich>,
    /// Counted and not imported, with why.
    pub left_out: Vec<String>,
}

/// A rule's enforcement at a site.
#[derive(Clone, PartialEq, Debug)]
pub struct ModeRow {
    pub rule: String,
    pub site: String,
    /// Word of `mode-…`.
    pub mode: &'static str,
    pub since: Day,
    /// Would have refused n of m last month.
    pub would: (u32, u32),
    /// The floor is always enforced.
    pub floor: bool,
    /// A change waits for the site manager.
    pub proposed: Option<&'static str>,
}

/// Enforcement modes.
#[derive(Template)]
#[template(path = "page/modes.html")]
pub struct Modes {
    pub ui: Ui,
    pub version: u32,
    pub rows: Vec<ModeRow>,
    pub may_propose: bool,
    /// Fields `rule`, `site`, `mode`, `reason`.
    pub form: Form,
    pub rules: Vec<Choice>,
    pub sites: Vec<Choice>,
}
