//! The way in: password, then code; and the first hour of an installation.

use askama::Template;

use super::sign_on::Offer;
use crate::view::{Form, Qr, Ui};

/// An account of the demo, shown only while demo data is loaded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DemoAccount {
    pub login: String,
    pub name: String,
    /// What the person does, in words.
    pub role: String,
    pub password: String,
    /// The code that is right now, so that nobody needs a second device to look around.
    pub code: String,
}

/// Password step.
#[derive(Template)]
#[template(path = "page/sign_in.html")]
pub struct SignIn {
    pub ui: Ui,
    /// Fields `login`, `password`, `next`.
    pub form: Form,
    /// Empty unless demo data is loaded.
    pub demo: Vec<DemoAccount>,
    /// Identity providers that can be used here.
    pub sign_on: Vec<Offer>,
}

/// Code step.
#[derive(Template)]
#[template(path = "page/sign_in_code.html")]
pub struct SignInCode {
    pub ui: Ui,
    /// Fields `code`, `next`, `by`.
    pub form: Form,
    /// Whether a code from paper is asked for.
    pub recovery: bool,
    pub name: String,
    pub demo: Vec<DemoAccount>,
}

/// One's own password, changed.
#[derive(Template)]
#[template(path = "page/new_password.html")]
pub struct NewPassword {
    pub ui: Ui,
    pub form: Form,
}

/// Recovery codes, this once.
#[derive(Template)]
#[template(path = "page/recovery_codes.html")]
pub struct RecoveryCodes {
    pub ui: Ui,
    pub codes: Vec<String>,
    /// Where to go on.
    pub next: &'static str,
}

/// The second factor once more, in the middle of a form that goes on with it.
#[derive(Template)]
#[template(path = "page/prove.html")]
pub struct ProveAgain {
    pub ui: Ui,
    /// Field `prove_code`.
    pub form: Form,
    /// Where the form goes, and what it holds.
    pub to: String,
    pub hidden: Vec<(String, String)>,
    /// How old a proof may be, in seconds.
    pub within: i64,
    /// Whether there is a password whose code can be given.
    pub password: bool,
    /// Identity providers that can be asked instead.
    pub sign_on: Vec<Offer>,
}

/// Organisation, first site, first person.
#[derive(Template)]
#[template(path = "page/first_run.html")]
pub struct FirstRun {
    pub ui: Ui,
    /// Fields `organisation`, `site`, `zone`, `name`, `login`, `password`, `code`.
    pub form: Form,
    /// Zone names offered.
    pub zones: Vec<String>,
    /// The new secret, in groups of four.
    pub secret: String,
    /// `otpauth://…`, for an app on this device.
    pub otpauth: String,
    /// The same for a camera.
    pub qr: Option<Qr>,
}

/// Where an invited person sets their own password and second factor.
#[derive(Template)]
#[template(path = "page/welcome.html")]
pub struct Welcome {
    pub ui: Ui,
    pub name: String,
    pub login: String,
    /// Fields `password`, `code`.
    pub form: Form,
    pub secret: String,
    pub otpauth: String,
    pub qr: Option<Qr>,
    /// Identity providers that can be used here.
    pub sign_on: Vec<Offer>,
    /// Where the first passkey goes: below the link that invites.
    pub passkey_at: String,
}
