//! *Admin*: people who sign in, imports that show their effects before they happen, how strictly each rule is applied.

use askama::Template;
use plantgate_domain::base::Instant;
use plantgate_wire::words::Rich;

use crate::view::{Choice, Form, Item, List, Ui};

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
    /// The page of the machine whose account this is; `None` for a natural person.
    pub machine: Option<String>,
    pub keys: Vec<KeyRow>,
    /// Where they are signed in; `None` for whoever may not know.
    pub sessions: Option<Vec<SessionRow>>,
    pub link: Option<String>,
    pub roles: Vec<Choice>,
    pub sites: Vec<Choice>,
    /// Fields `role`, `site`; `reason`; `public`.
    pub form: Form,
}

/// Something a person signs in with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyRow {
    /// Word of `keykind-…`.
    pub kind: &'static str,
    pub fingerprint: String,
    /// Whose account it is, of single sign-on.
    pub of: String,
    /// Whether the fingerprint says something to people: a password's does not.
    pub shown: bool,
    /// What there is to know of a passkey.
    pub passkey: Option<PasskeyRow>,
}

/// A passkey, as its owner named it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PasskeyRow {
    pub name: String,
    pub made: Instant,
    pub used: Option<Instant>,
    /// When its counter last did not go on.
    pub doubted: Option<Instant>,
}

/// Where somebody is signed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionRow {
    pub name: String,
    /// Words of `browser-…` and `os-…`.
    pub browser: &'static str,
    pub system: &'static str,
    pub began: Instant,
    pub used: Instant,
    /// The one that reads this page.
    pub this: bool,
}

/// Recovery codes that were made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RecoveryLeft {
    pub left: usize,
    pub made: u32,
    pub at: Instant,
}

/// Where the forms of a person's keys go: adding, and taking away.
pub fn keys_at(reference: &str) -> (String, String) {
    let at = format!("/admin/users/{reference}");
    (format!("{at}/add-key"), format!("{at}/remove-key"))
}

/// Where the forms of a person's sessions go: one with its name, all without.
pub fn sessions_at(reference: &str) -> String {
    format!("/admin/users/{reference}/sign-out")
}

/// One's own sign-in.
#[derive(Template)]
#[template(path = "page/me.html")]
pub struct Me {
    pub ui: Ui,
    pub keys: Vec<KeyRow>,
    /// This one and the others, and when one ends by itself: seconds unused, and seconds in all.
    pub sessions: Vec<SessionRow>,
    pub ends: (i64, i64),
    /// Whether the reader manages people, and so is told why something is not offered.
    pub manages: bool,
    /// Whether there is a password that recovery codes can stand beside.
    pub password: bool,
    pub recovery: Option<RecoveryLeft>,
    /// Words of `power-…`.
    pub roles: Vec<&'static str>,
    /// Identity providers of which they may bind an account to themselves.
    pub bindable: Vec<Choice>,
    /// Whether they are here by an account elsewhere alone, and so add nothing that signs.
    pub elsewhere: bool,
    /// Fields `public`; `name`, `passkey`; `provider`.
    pub form: Form,
}

/// The clock, believed or not.
#[derive(Template)]
#[template(path = "page/clock.html")]
pub struct ClockPage {
    pub ui: Ui,
    /// What the machine shows while nobody believes it.
    pub shown: Option<Instant>,
    /// Who named which time and waits for a second person.
    pub named: Option<(String, Instant)>,
    pub may: bool,
    /// The roles that may, in words.
    pub who: String,
    /// Fields `instant`, `reason`.
    pub form: Form,
}

/// Who outside vouches for the record, and up to where.
#[derive(Template)]
#[template(path = "page/cosigners.html")]
pub struct CosignersPage {
    pub ui: Ui,
    /// Size of the newest head we signed.
    pub signed: u64,
    pub witnessed: Option<WitnessedHead>,
    pub quorum: u64,
    pub rows: Vec<CosignerRow>,
    /// Our own key as text, and its fingerprint.
    pub log: String,
    pub print: String,
    pub may: bool,
    /// The roles that may, in words.
    pub who: String,
    /// Fields `keys`, `quorum`, `reason`.
    pub form: Form,
}

/// The newest head that enough vouched for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WitnessedHead {
    pub size: u64,
    pub names: String,
    pub at: Instant,
}

/// A cosigner.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CosignerRow {
    pub name: String,
    /// The last size it vouched for; 0 for none.
    pub size: u64,
    pub print: String,
}

/// The rules as files.
#[derive(Template)]
#[template(path = "page/rules.html")]
pub struct RulesPage {
    pub ui: Ui,
    /// Name and version.
    pub files: Vec<(String, u32)>,
    pub since: Instant,
    /// Who proposed and who adopted them; nobody the first ones.
    pub by: Option<(String, String)>,
    pub may: bool,
    pub proposers: Vec<Choice>,
    /// Fields `files`, `proposed_by`, `reason`.
    pub form: Form,
}

/// Something that reads differently by other rules.
#[derive(Clone, PartialEq, Debug)]
pub struct MoveRow {
    pub on: Item,
    pub site: String,
    pub what: String,
    pub before: String,
    pub after: String,
}

/// What changed rules would move, before they are adopted.
#[derive(Template)]
#[template(path = "page/rules_look.html")]
pub struct RulesLook {
    pub ui: Ui,
    pub version: u32,
    pub moved: usize,
    pub rows: Vec<MoveRow>,
    /// The files that were looked at: name and text; the form carries them.
    pub files: Vec<(String, String)>,
    pub proposed_by: String,
    pub reason: String,
}

/// Hours an invitation is good for.
pub const LINK_HOURS: i64 = 72;

/// Upload of a file to import.
#[derive(Template)]
#[template(path = "page/import.html")]
pub struct ImportUpload {
    pub ui: Ui,
    /// Fields `what`, `site`, `system`, `zone`, `country`, `file`.
    pub form: Form,
    pub whats: Vec<&'static str>,
    /// For what was seen somewhere; the first means none.
    pub sites: Vec<Choice>,
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
    /// Digest of the effects shown: others are not applied.
    pub seen: String,
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
    /// Counted on the way.
    pub counted: Vec<String>,
    /// What it lists that is no row, and how many there are in all.
    pub listed: Vec<String>,
    pub listed_all: usize,
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
    /// Requests it would have refused in 30 days.
    pub would: u64,
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
    /// Requests decided at the site in 30 days.
    pub of: u64,
    pub may_approve: bool,
    /// Who of OT security could have proposed it.
    pub proposers: Vec<Choice>,
    pub sites: Vec<Choice>,
    /// Fields `checks`, `mode`, `from_day`, `proposed_by`, `reason`.
    pub form: Form,
}

impl ImportPreview {
    /// The rest of a link that reads the file the same way.
    pub fn query(&self) -> String {
        let pairs = self.hidden.iter().map(|(n, v)| format!("{n}={}", crate::door::listing::encoded(v)));
        pairs.collect::<Vec<_>>().join("&")
    }
}
