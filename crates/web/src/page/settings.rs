//! What a person sets for themselves: language, colours, room, a second zone, and whether single keys act.

use askama::Template;

use crate::view::{Choice, Form, Ui};

/// *Display and keys*.
#[derive(Template)]
#[template(path = "page/settings.html")]
pub struct Settings {
    pub ui: Ui,
    /// Zones of the sites where the reader works, to choose from; any other can be typed.
    pub zones: Vec<Choice>,
    pub form: Form,
}
