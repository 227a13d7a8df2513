//! Ending access: how wide, exactly what ends by it, what runs there, and what cannot be ended from here.

use askama::Template;
use plantgate_domain::base::Environment;
use plantgate_wire::words::Rich;

use crate::view::{Form, Item, Ui};

/// How wide an end reaches, as a link that shows what it would end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Width {
    /// Word of the family `end-scope`.
    pub scope: &'static str,
    pub href: String,
    pub chosen: bool,
}

/// A session that ends.
#[derive(Clone, PartialEq, Debug)]
pub struct Ended {
    pub item: Item,
    pub person: String,
    pub provider: Item,
    pub system: Item,
    pub env: Environment,
    /// Its site, where the end reaches several.
    pub site: Option<String>,
    /// Since when, in the time of its site.
    pub since: String,
    /// The grant it runs under, if any.
    pub grant: Option<Item>,
    /// What is particular about its end.
    pub notes: Vec<String>,
    /// What runs in it now; a cut breaks that.
    pub runs: Vec<String>,
}

/// A grant without a session that goes too, or that is over while certificates of it may still hold somebody inside.
#[derive(Clone, PartialEq, Debug)]
pub struct Goes {
    pub item: Item,
    pub person: String,
    pub system: Item,
    pub site: Option<String>,
    /// Its word and window.
    pub state: String,
    pub window: String,
    /// Who may be inside under it, and what the end does to it.
    pub note: String,
}

/// Ends access: one session, or everything of a person or provider.
#[derive(Template, Clone)]
#[template(path = "page/end_session.html")]
pub struct EndAccess {
    pub ui: Ui,
    /// Reference of the session it was asked from.
    pub reference: String,
    /// Whose access.
    pub who: String,
    pub widths: Vec<Width>,
    pub scope: &'static str,
    pub sessions: Vec<Ended>,
    pub grants: Vec<Goes>,
    /// What a safe end and a cut mean.
    pub consequences: Vec<Rich>,
    /// What is not ended from here, and who can.
    pub beyond: Vec<Rich>,
    /// Whether a gateway holds one of them, so that a cut is something else than a safe end.
    pub cuts: bool,
    /// Whether a disconnect does anything that a safe end does not: something runs or may begin under a grant.
    pub hurry: bool,
    /// Whether nobody here can tell what runs in one of them, or by certificates under one of the grants.
    pub blind: bool,
    /// Whether a safe end does anything: what is over already is left to a disconnect.
    pub safe: bool,
    /// The next word of the area for the one session is that its end is safe.
    pub confirms: bool,
    /// Fields `reason`, `blindly`.
    pub form: Form,
}
