//! *Find*: what a text may mean, among what the reader may see.

use askama::Template;

use crate::view::{Item, Ui};

/// Something that is called so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hit {
    /// Word of `kind-…`.
    pub kind: &'static str,
    pub item: Item,
    pub name: String,
}

/// What was found.
#[derive(Template)]
#[template(path = "page/find.html")]
pub struct Find {
    pub ui: Ui,
    pub q: String,
    pub hits: Vec<Hit>,
    /// There are more than these.
    pub more: bool,
}
