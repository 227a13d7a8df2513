//! *Who could come in now*: lists of accounts, and every account of one held against the people known.

use askama::Template;
use plantgate_domain::base::{Day, Instant};

use crate::view::{Choice, Form, Item, List, Ui};

/// One list.
#[derive(Clone, PartialEq, Debug)]
pub struct ListRow {
    pub item: Item,
    pub site: String,
    /// Word of `listkind-…`.
    pub kind: &'static str,
    pub system: Option<Item>,
    pub taken: Day,
    pub recorded: Instant,
}

/// All lists, and the form for one more.
#[derive(Template)]
#[template(path = "page/accounts.html")]
pub struct AccountLists {
    pub ui: Ui,
    pub list: List,
    pub rows: Vec<ListRow>,
    pub may: bool,
    pub sites: Vec<Choice>,
    pub kinds: Vec<&'static str>,
    /// Fields `site`, `kind`, `system`, `taken`, `file`.
    pub form: Form,
}

/// One account.
#[derive(Clone, PartialEq, Debug)]
pub struct AccountRow {
    pub account: String,
    pub name: Option<String>,
    /// Word of `comes-…`.
    pub comes: &'static str,
    pub why: String,
    pub next: String,
    pub person: Option<Item>,
    pub last: String,
    /// What was said of it, by whom it is read.
    pub said: Option<String>,
    pub task: Option<Item>,
    pub fresh: bool,
    /// Its name as a link holds it.
    pub href: String,
}

/// Who could come in by one list.
#[derive(Template)]
#[template(path = "page/account_list.html")]
pub struct WhoCouldPage {
    pub ui: Ui,
    pub reference: String,
    pub head: ListRow,
    pub list: List,
    pub rows: Vec<AccountRow>,
    pub gone: Vec<String>,
    pub gone_all: usize,
    /// A list was taken before this one.
    pub compared: bool,
    pub fresh: usize,
    pub may: bool,
    /// The account that the form is about, filled in again when something is wrong with it.
    pub form: Form,
    /// An account was chosen.
    pub chosen: Option<String>,
}
