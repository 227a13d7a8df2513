//! Tokens of programs, and the accounts of machines that hold them.

use askama::Template;
use plantgate_domain::base::Instant;

use crate::view::{Choice, Form, Item, List, Ui};

/// A token.
#[derive(Clone, PartialEq, Debug)]
pub struct TokenRow {
    pub id: String,
    /// Reference or id of its holder, as the form that takes it back names them.
    pub holder: String,
    /// Its holder, where the list is of several.
    pub of: Option<Item>,
    pub name: String,
    /// Acts by name; none: it reads.
    pub acts: Vec<String>,
    /// None: wherever its holder may.
    pub sites: Vec<String>,
    pub made: Instant,
    pub by: String,
    pub until: Instant,
    pub used: Option<Instant>,
    /// Word of `token-…`: open, expired, revoked, lost.
    pub word: &'static str,
}

impl TokenRow {
    /// Whether there is still something to take back.
    pub fn ends(&self) -> bool {
        ["open", "lost"].contains(&self.word)
    }
}

/// A secret that was just made, or that it was shown before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Once {
    Secret(String),
    Shown,
}

/// What the form of a new token offers.
#[derive(Clone, PartialEq, Debug)]
pub struct Offer {
    /// Acts its holder could do by a token.
    pub acts: Vec<&'static str>,
    /// Sites where its holder has a role; none for a provider's people.
    pub sites: Vec<Choice>,
    /// The longest it may live, in days.
    pub most: i64,
}

/// One's own tokens.
#[derive(Template)]
#[template(path = "page/tokens.html")]
pub struct Tokens {
    pub ui: Ui,
    pub rows: Vec<TokenRow>,
    pub once: Option<Once>,
    pub offer: Offer,
    /// Fields `name`, `acts`, `sites`, `days`; `token`.
    pub form: Form,
}

/// All tokens that somebody who manages people looks after.
#[derive(Template)]
#[template(path = "page/all_tokens.html")]
pub struct AllTokens {
    pub ui: Ui,
    pub list: List,
    pub rows: Vec<TokenRow>,
    /// What is wrong with the one that was to be taken back.
    pub form: Form,
}

/// The account of a machine in the list.
#[derive(Clone, PartialEq, Debug)]
pub struct ServiceRow {
    pub at: String,
    pub name: String,
    pub reference: String,
    pub owner: Item,
    /// Empty: at every site.
    pub sites: Vec<String>,
    /// Word of `person-…`.
    pub state: &'static str,
    /// Whether whoever answers for it has no seat, so that it stands still.
    pub alone: bool,
    pub open: usize,
}

impl ServiceRow {
    /// Where a form of its page goes.
    pub fn act(&self, act: &str) -> String {
        format!("{}/{act}", self.at)
    }
    fn id(&self) -> &str {
        self.at.rsplit('/').next().unwrap_or_default()
    }
    /// Where its roles are given and taken, and where it is suspended.
    pub fn user(&self) -> String {
        format!("/admin/users/{}", self.id())
    }
    /// What happened to it.
    pub fn history(&self) -> String {
        format!("/history/person/{}", self.id())
    }
}

/// The accounts of machines.
#[derive(Template)]
#[template(path = "page/services.html")]
pub struct Services {
    pub ui: Ui,
    pub list: List,
    pub rows: Vec<ServiceRow>,
    pub may: bool,
    pub owners: Vec<Choice>,
    pub sites: Vec<Choice>,
    /// Fields `name`, `reference`, `owner`, `site`.
    pub form: Form,
}

/// One machine's account: who answers for it, and its tokens.
#[derive(Template)]
#[template(path = "page/service.html")]
pub struct ServicePage {
    pub ui: Ui,
    pub row: ServiceRow,
    pub rows: Vec<TokenRow>,
    pub once: Option<Once>,
    /// Whether this reader makes and takes back its tokens.
    pub keeps: bool,
    /// Whether this reader hands it over.
    pub may: bool,
    pub offer: Offer,
    pub owners: Vec<Choice>,
    /// Fields `owner`; `name`, `acts`, `sites`, `days`; `token`.
    pub form: Form,
}
