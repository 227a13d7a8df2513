//! Functional areas and requirements by their titles: our own words, from the edition this binary carries.

use std::sync::LazyLock;

use plantgate_domain::expect::catalogue::{BUILTIN, Catalogue};

use crate::view::Ui;

static EDITION: LazyLock<Option<Catalogue>> = LazyLock::new(|| Catalogue::parse(BUILTIN).ok());

/// `SP.01` to `SP.12` with their titles in the reader's language.
pub fn areas(ui: &Ui) -> Vec<(String, String)> {
    let title = |n: u8| ui.word("area", format!("sp-{n:02}")).to_string();
    (1..=12).map(|n| (format!("SP.{n:02}"), title(n))).collect()
}

/// The title of a requirement; empty when the edition does not know it.
pub fn requirement(id: &str) -> String {
    let known = EDITION.as_ref().and_then(|c| c.requirement(id));
    known.map(|r| r.title.clone()).unwrap_or_default()
}
