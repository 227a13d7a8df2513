//! Sheets of codes for when a gateway is cut off: those of a site, and the codes of one on their way to paper.

use askama::Template;
use plantgate_domain::base::Instant;

use crate::view::{Item, Ui};

/// A sheet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SheetRow {
    pub gateway: String,
    /// Of a sheet for emergencies: whose people, and what they may do with whom it was agreed.
    pub called: Option<(String, String)>,
    /// Who could be called by it now, in lines.
    pub calls: Vec<String>,
    pub issued: Instant,
    /// Who issued it.
    pub by: String,
    pub until: Instant,
    /// How many codes it has.
    pub codes: u32,
    /// Which of them opened which session.
    pub used: Vec<(u32, Item)>,
    /// In words: good, over or withdrawn.
    pub state: String,
    /// Where its codes are shown to this reader, and where it is withdrawn.
    pub print: Option<String>,
    pub withdraw: Option<String>,
}

/// The sheets of a site.
#[derive(Template)]
#[template(path = "page/codes.html")]
pub struct Codes {
    pub ui: Ui,
    /// Reference and name of the site.
    pub reference: String,
    pub name: String,
    /// Newest first.
    pub rows: Vec<SheetRow>,
    /// Older ones, which the history of the site has.
    pub more: usize,
    /// The form that issues one.
    pub issue: Option<String>,
}

/// A code of a sheet, as it is printed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeLine {
    pub number: u32,
    pub code: String,
}

/// What a sheet for emergencies says of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Called {
    /// Whose people, and what they may do with whom it was agreed.
    pub of: String,
    pub may: String,
    /// Who could be called now: what they log in as, the systems that a gateway leads to, with how many people.
    pub systems: Vec<(String, String)>,
    /// Why there is none.
    pub nobody: String,
}

/// What goes into the envelope.
#[derive(Template)]
#[template(path = "page/codes_sheet.html")]
pub struct CodesSheet {
    pub ui: Ui,
    pub reference: String,
    pub name: String,
    pub gateway: String,
    pub called: Option<Called>,
    pub until: Instant,
    pub codes: Vec<CodeLine>,
}

/// The same for everybody whom the codes are not shown to.
#[derive(Template)]
#[template(path = "page/codes_shut.html")]
pub struct CodesShut {
    pub ui: Ui,
    pub reference: String,
    pub name: String,
    /// Minutes for which they are shown.
    pub minutes: i64,
}
