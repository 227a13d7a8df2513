//! What every handler may use.

use std::sync::Arc;

use plantgate_app::{App, sign_in::passkey::Site};

use super::{live::Live, workshop::Workshop};
use crate::{post::Way, sign_on::SignOn};

/// An account that the demo shows on its sign-in page; real data never has any.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DemoAccount {
    pub handle: String,
    pub password: String,
    /// Setup key of the second factor; the page shows the code of the moment.
    pub seed: String,
    /// What this person is, in a message id of the catalogue.
    pub role: String,
}

/// The office, and how this server is reached.
#[derive(Clone)]
pub struct State {
    pub app: App,
    /// Browsers reach us through HTTPS.
    pub https: bool,
    /// Where passkeys are good; `None`: they are not offered.
    pub passkeys: Option<Site>,
    /// Only on demo data.
    pub demo: Arc<Vec<DemoAccount>>,
    /// Packs that are being made.
    pub workshop: Workshop,
    /// Boards that are looked at.
    pub live: Live,
    /// How messages reach people beside their page.
    pub way: Way,
    /// Identity providers that may say who somebody is.
    pub sign_on: Arc<SignOn>,
}

impl State {
    /// Name of the session cookie: `__Host-` needs HTTPS, and a plain loopback server has none.
    pub fn cookie(&self) -> &'static str {
        if self.https { "__Host-plantgate" } else { "plantgate" }
    }
}
