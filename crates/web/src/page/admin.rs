//! *Admin*: people who sign in, imports that show their effects before they happen, how strictly each rule is applied.

use askama::Template;
use plantgate_domain::base::Instant;
use plantgate_wire::words::Rich;

use crate::view::{Choice, Form, List, Ui};

/// Somebody who can sign in.
#[derive(Clone, PartialEq, Debug)]
pub struct UserRow {
    pub href: String,
    pub login: String,
    pub name: String,
    /// Words of `power-…`, with their sites.
    pub roles: Vec<(&'static str, String)>,
    pub provider: Option<String>,
    pub second_factor: bool,
    /// Word of `person-…`: invited, active, suspended.
    pub state: &'static str,
}

/// Users.
#[derive(Template)]
#[template(path = "page/users.html")]
pub struct Users {
    pub ui: Ui,
    pub list: List,
    pub rows: Vec<UserRow>,
    pub may_manage: bool,
    /// Fields `name`, `login`, `role`, `site`, `provider` of the form for a new one.
    pub form: Form,
    pub roles: Vec<&'static str>,
    pub sites: Vec<Choice>,
    pub providers: Vec<Choice>,
}

/// A role somebody has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
    pub role: &'static str,
    /// Empty: at every site.
    pub site: String,
    pub reference: String,
}

/// One person as an administrator sees them.
#[derive(Template)]
#[template(path = "page/user.html")]
pub struct UserPage {
    pub ui: Ui,
    pub reference: String,
    pub row: UserRow,
    pub held: Vec<Held>,
    pub may_manage: bool,
    /// Roles of ours can be given to this person.
    pub may_give: bool,
    pub may_suspend: bool,
    /// Whether they still wait for their first password, and the link that was just made for it.
    pub waits: bool,
    pub link: Option<String>,
    pub roles: Vec<Choice>,
    pub sites: Vec<Choice>,
    /// Fields `role`, `site`; `reason`.
    pub form: Form,
}

/// Hours an invitation is good for.
pub const LINK_HOURS: i64 = 72;

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
    /// What says how the file is read; forms and links carry it.
    pub hidden: Vec<(String, String)>,
}

/// A check's enforcement at a site.
#[derive(Clone, PartialEq, Debug)]
pub struct ModeRow {
    /// Key of the check, `check-…`.
    pub key: String,
    pub rule: String,
    /// Word of `mode-…`.
    pub mode: &'static str,
    /// `None`: nobody set it, the rules' default holds.
    pub since: Option<Instant>,
    /// How often it would have refused in 30 days.
    pub would: i64,
    /// The floor is always enforced.
    pub floor: bool,
    /// What was approved for later.
    pub coming: Option<(&'static str, Instant)>,
}

/// Enforcement modes of a site.
#[derive(Template)]
#[template(path = "page/modes.html")]
pub struct Modes {
    pub ui: Ui,
    pub version: u32,
    pub site: String,
    pub site_name: String,
    pub rows: Vec<ModeRow>,
    pub may_approve: bool,
    /// Who of OT security could have proposed it.
    pub proposers: Vec<Choice>,
    pub sites: Vec<Choice>,
    /// Fields `checks`, `mode`, `proposed_by`.
    pub form: Form,
}

impl ImportPreview {
    /// The rest of a link that reads the file the same way.
    pub fn query(&self) -> String {
        let pairs = self.hidden.iter().map(|(n, v)| format!("{n}={}", crate::door::listing::encoded(v)));
        pairs.collect::<Vec<_>>().join("&")
    }
}
