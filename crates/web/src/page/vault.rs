//! What lies in the vault for a system.

use askama::Template;

use crate::view::{Item, Ui};

/// What is known of it, in words; never the secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InVault {
    /// A key, and no password.
    pub key: bool,
    /// The line of a key for the system's own list.
    pub public: Option<String>,
    /// When it was put there, and by whom.
    pub put: String,
    /// Who was shown it last.
    pub shown: Option<String>,
    /// When the system did not take it, and for which session.
    pub refused: Option<(String, Item)>,
}

/// The page.
#[derive(Template)]
#[template(path = "page/vault.html")]
pub struct VaultPage {
    pub ui: Ui,
    /// Reference and name of the system.
    pub reference: String,
    pub name: String,
    /// Where the gateway goes with it; nothing where nothing is pinned.
    pub leads: Option<String>,
    pub vaulted: Option<InVault>,
    /// The password, for whoever had it shown a moment ago.
    pub password: Option<String>,
    /// Minutes for which it is shown.
    pub minutes: i64,
    pub acts: Vec<Item>,
}
