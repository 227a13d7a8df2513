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
    /// Which directory or gateway, where a site has several.
    pub source: Option<String>,
    /// Days since it was exported.
    pub age: i64,
    pub accounts: u64,
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
    /// Where this person may take one; the form is shown where there is such a site.
    pub sites: Vec<Choice>,
    pub kinds: Vec<&'static str>,
    /// Fields `site`, `kind`, `system`, `exported`, `file`.
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
    /// Word of `basis-…`: how the person was found.
    pub basis: Option<&'static str>,
    pub last: String,
    /// What was said of it, by whom it is read.
    pub said: Option<String>,
    pub task: Option<Item>,
    pub fresh: bool,
    /// Names it in an address.
    pub mark: String,
}

/// Who could come in by one list.
#[derive(Template)]
#[template(path = "page/account_list.html")]
pub struct WhoCouldPage {
    pub ui: Ui,
    pub reference: String,
    pub head: ListRow,
    /// So old that what it says of *now* is a guess: older than what makes an account dormant.
    pub aged: bool,
    pub list: List,
    pub rows: Vec<AccountRow>,
    /// Words of `comes-…` on this list that are a question until somebody looked.
    pub doubt: Vec<&'static str>,
    /// Who can help, by function.
    pub helps: String,
    /// Where an account is recorded at its host.
    pub record: Option<String>,
    pub gone: Vec<String>,
    pub gone_all: usize,
    /// A list was taken before this one.
    pub compared: bool,
    /// How many accounts were erased from it.
    pub erased: u64,
    pub fresh: usize,
    pub may: bool,
    /// The account that the form is about, filled in again when something is wrong with it.
    pub form: Form,
    /// An account was chosen.
    pub chosen: Option<String>,
}
