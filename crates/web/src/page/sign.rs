//! *Signature*: the page that asks for one, and a signature as every other page, paper and file shows it. Name, time
//! with its zone and meaning stand together in one part, so that no form leaves one of them out.

use askama::Template;
use plantgate_domain::base::Instant;

use super::history::Moved;
use crate::view::{Form, Item, Ui};

/// A signature, printed.
#[derive(Clone, PartialEq, Debug)]
pub struct Signature {
    /// The name the signer had when they signed.
    pub who: String,
    /// In which functions, in words.
    pub roles: String,
    pub at: Instant,
    /// Word of `sign-meaning-…` and `sign-means-…`.
    pub meaning: &'static str,
    pub version: u64,
    pub digest: String,
    /// With what it was proven, in words.
    pub proof: String,
    pub entry: u64,
    /// Message of `sign-state-…`: stands, stale, broken.
    pub state: &'static str,
    /// When what was signed was written anew.
    pub anew: Option<Instant>,
}

/// The page that asks for a signature.
#[derive(Template)]
#[template(path = "page/sign.html")]
pub struct SignPage {
    pub ui: Ui,
    pub act: String,
    /// Who signs, by name, and in which functions.
    pub who: String,
    pub roles: String,
    pub meaning: &'static str,
    /// The object that is signed; none where the act makes it.
    pub on: Option<Item>,
    pub kind: &'static str,
    pub version: u64,
    pub digest: String,
    /// What stands in the version that is signed, and what was typed before this page.
    pub content: Vec<Moved>,
    pub typed: Vec<(String, String)>,
    /// The body of the act, carried on.
    pub body: String,
    /// The request id the form before had: sent twice it is one act.
    pub request: String,
    /// Whether they have a password whose words can be typed.
    pub password: bool,
    /// Whether they have that or a passkey; who comes by an identity provider alone has nothing to sign with.
    pub able: bool,
    /// Whether one component is enough.
    pub goes_on: bool,
    /// What a passkey is asked for; `None` for whoever has none here.
    pub passkey_for: Option<String>,
    pub back: String,
    pub form: Form,
}
