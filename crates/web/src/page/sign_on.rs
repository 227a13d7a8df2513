//! Single sign-on as pages show it: which identity providers can be used here, and what came of one.

use askama::Template;

use crate::view::Ui;

/// An identity provider that somebody may use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offer {
    /// As people know it.
    pub name: String,
    /// Where it begins.
    pub href: String,
    /// It did not answer a moment ago.
    pub away: bool,
}

/// What came of one that began on another page.
#[derive(Template)]
#[template(path = "page/sign_on_said.html")]
pub struct SignOnSaid {
    pub ui: Ui,
    /// Ids of the heading and of the way on.
    pub title: &'static str,
    pub text: String,
    pub go: &'static str,
    pub href: String,
}
