//! Single sign-on by OpenID Connect: which identity providers the configuration names, what is asked of them, and what
//! of their answers is believed. Here is the protocol; whose account an answer opens is asked in the office
//! (`plantgate_app::sign_in::sign_on`).

mod call;
mod ceremony;
mod target;
mod verify;

use std::{sync::Mutex, time::Duration};

use openidconnect::{ClientId, IssuerUrl, RedirectUrl, url::Url};
use plantgate_app::{
    Stop,
    sign_in::{Mapped, Side},
};
use plantgate_domain::{base::Why, qualify::groups::may_follow};
use tokio::sync::Semaphore;

pub use openidconnect::ClientSecret;

pub use ceremony::{Ceremony, LASTS, Purpose};
pub use verify::{Answer, NotVerified};

use call::Line;
use target::{Target, is_near};
use verify::Known;

/// A group of the identity provider and the role it asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// As it stands in the claim.
    pub name: String,
    pub role: Mapped,
}

/// One identity provider as the configuration names it.
#[derive(Clone, Debug)]
pub struct Setting {
    /// In addresses and in entries; small letters, digits and hyphens.
    pub id: String,
    /// As people know it.
    pub name: String,
    pub side: Side,
    pub issuer: String,
    pub client_id: String,
    pub secret: ClientSecret,
    /// Beside `openid`.
    pub scopes: Vec<String>,
    /// A certificate authority of the plant's own, as PEM; then no other is believed.
    pub authority: Option<Vec<u8>>,
    /// The claim of the ID token that holds the groups, or a JSON pointer into it.
    pub groups_claim: String,
    pub groups: Vec<Group>,
    /// Classes of authentication of which one is demanded; none: whatever the provider does.
    pub acr: Vec<String>,
    /// Seconds by which its clock and ours may differ.
    pub skew: i64,
    /// For one answer of it, whole.
    pub patience: Duration,
    /// Bytes of one answer of it.
    pub most: usize,
}

impl Setting {
    /// Usual bounds: seconds of skew, of patience, and bytes; and the most that may be set.
    pub const SKEW: i64 = 60;
    /// A token that is believed for longer than this behind its end is no short-lived token any more.
    pub const MOST_SKEW: i64 = 300;
    pub const PATIENCE: u64 = 10;
    pub const MOST_PATIENCE: u64 = 60;
    pub const BYTES: usize = 256 * 1_024;
    pub const MOST_BYTES: usize = 4 * 1_024 * 1_024;

    fn wrong(&self, field: &str) -> Stop {
        let why = Why::of("invalid-sign-on-setting").with("field", field.to_owned());
        Stop::field(format!("identity_provider.{}.{field}", self.id), why)
    }

    /// What cannot work, or would not be safe, is refused at the start and by its name.
    fn checked(&self) -> Result<(), Stop> {
        let word = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if self.id.is_empty() || self.id.len() > 40 || !word(&self.id) {
            return Err(self.wrong("id"));
        }
        if self.name.trim().is_empty() || self.name.chars().count() > 60 {
            return Err(self.wrong("name"));
        }
        let issuer = Url::parse(&self.issuer).map_err(|_| self.wrong("issuer"))?;
        let bare = issuer.query().is_none() && issuer.fragment().is_none() && issuer.username().is_empty();
        if !(bare && is_safe(&issuer)) {
            return Err(self.wrong("issuer"));
        }
        if self.client_id.trim().is_empty() {
            return Err(self.wrong("client_id"));
        }
        if self.secret.secret().trim().is_empty() {
            return Err(self.wrong("secret_file"));
        }
        if !(0..=Setting::MOST_SKEW).contains(&self.skew) {
            return Err(self.wrong("skew_secs"));
        }
        if self.patience.is_zero() || self.patience > Duration::from_secs(Setting::MOST_PATIENCE) {
            return Err(self.wrong("answer_secs"));
        }
        if !(1_024..=Setting::MOST_BYTES).contains(&self.most) {
            return Err(self.wrong("answer_bytes"));
        }
        // Groups give roles of ours, which a provider's people never have.
        let ours = self.side == Side::Owner || self.groups.is_empty();
        if !ours || !self.groups.iter().all(|g| may_follow(g.role.role) && !g.name.is_empty()) {
            return Err(self.wrong("group"));
        }
        Ok(())
    }
}

/// Whether nobody between us and there reads along: TLS, or this machine itself.
fn is_safe(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.host().is_some(),
        "http" => is_near(url),
        _ => false,
    }
}

/// One identity provider, ready to be asked.
pub struct Provider {
    pub setting: Setting,
    issuer: IssuerUrl,
    client: ClientId,
    back: RedirectUrl,
    line: Line,
    /// Whether roles follow its groups.
    follows: bool,
    /// Questions to it at the same time: whoever makes up answers keeps no more lines busy than this.
    lines: Semaphore,
    /// What it said of itself last, and how it was to reach.
    known: tokio::sync::Mutex<Known>,
    /// When it last did not answer, wall seconds; read while a page is drawn, so behind a lock of its own.
    away: Mutex<Option<i64>>,
}

/// Answers of one provider that are verified at the same time.
const AT_ONCE: usize = 8;

/// Seconds for which a provider that did not answer is told to be away, and is not asked again for a sign-in page.
pub const AWAY_SECS: i64 = 30;

impl Provider {
    fn new(setting: Setting, origin: &Url, follows: bool) -> Result<Provider, Stop> {
        setting.checked()?;
        let back = origin.join(&format!("/sign-in/with/{}/back", setting.id)).map_err(Stop::fault)?;
        let at = Url::parse(&setting.issuer).map_err(|_| setting.wrong("issuer"))?;
        let line = Line::new(&setting, Target::of(&at, setting.side != Side::Owner))?;
        Ok(Provider {
            issuer: IssuerUrl::new(setting.issuer.clone()).map_err(|_| setting.wrong("issuer"))?,
            client: ClientId::new(setting.client_id.clone()),
            back: RedirectUrl::from_url(back),
            line,
            follows,
            lines: Semaphore::new(AT_ONCE),
            known: tokio::sync::Mutex::default(),
            away: Mutex::default(),
            setting,
        })
    }

    /// Whether it did not answer a moment ago.
    pub fn is_away(&self, now: i64) -> bool {
        // It is noted by when the answer was due at the latest, so a little ahead; a clock that went back is no reason.
        const MOST: i64 = Setting::MOST_PATIENCE.cast_signed();
        self.away.lock().is_ok_and(|away| away.is_some_and(|at| (-MOST..AWAY_SECS).contains(&(now - at))))
    }

    fn note_away(&self, at: Option<i64>) {
        if let Ok(mut away) = self.away.lock() {
            *away = at;
        }
    }
}

/// All identity providers of the configuration.
#[derive(Default)]
pub struct SignOn {
    providers: Vec<Provider>,
}

impl SignOn {
    /// Ready to ask. Where people reach us is named in the configuration: what a browser says of it would let anybody
    /// lead answers elsewhere.
    pub fn new(settings: Vec<Setting>, origin: &str) -> Result<SignOn, Stop> {
        let wrong = || Stop::field("origin", Why::of("invalid-sign-on-origin"));
        let origin = Url::parse(origin).map_err(|_| wrong())?;
        let bare = origin.path() == "/" && origin.query().is_none() && origin.username().is_empty();
        if !(bare && is_safe(&origin)) {
            return Err(wrong());
        }
        let ours = |s: &&Setting| s.side == Side::Owner && !s.groups.is_empty();
        let with_groups: Vec<String> = settings.iter().filter(ours).map(|s| s.id.clone()).collect();
        let mut providers: Vec<Provider> = Vec::new();
        for setting in settings {
            if providers.iter().any(|p| p.setting.id == setting.id) {
                return Err(setting.wrong("id"));
            }
            // Two settings with one issuer could let the one speak for the other's people.
            if providers.iter().any(|p| p.setting.issuer == setting.issuer) {
                return Err(setting.wrong("issuer"));
            }
            // Of two that roles follow, each would take what the other gave.
            if with_groups.first().is_some_and(|first| *first != setting.id && with_groups.contains(&setting.id)) {
                return Err(setting.wrong("group"));
            }
            let follows = setting.side == Side::Owner && with_groups.iter().all(|id| *id == setting.id);
            providers.push(Provider::new(setting, &origin, follows)?);
        }
        Ok(SignOn { providers })
    }

    /// All of them, in the order of the configuration.
    pub fn all(&self) -> &[Provider] {
        &self.providers
    }
    /// The one of that name.
    pub fn find(&self, id: &str) -> Option<&Provider> {
        self.providers.iter().find(|p| p.setting.id == id)
    }
}

#[cfg(test)]
mod tests {
    use plantgate_domain::event::qualify::OwnerRole;

    use super::*;

    fn setting() -> Setting {
        Setting {
            id: "plant".to_owned(),
            name: "Plant directory".to_owned(),
            side: Side::Owner,
            issuer: "https://id.plant.example/realms/plant".to_owned(),
            client_id: "plantgate".to_owned(),
            secret: ClientSecret::new("a-secret-that-nobody-may-read".to_owned()),
            scopes: Vec::new(),
            authority: None,
            groups_claim: "groups".to_owned(),
            groups: Vec::new(),
            acr: Vec::new(),
            skew: Setting::SKEW,
            patience: Duration::from_secs(Setting::PATIENCE),
            most: Setting::BYTES,
        }
    }

    fn field(settings: Vec<Setting>, origin: &str) -> String {
        match SignOn::new(settings, origin) {
            Ok(_) => "fine".to_owned(),
            Err(Stop::Invalid(all)) => all[0].place.field.clone().unwrap_or_default(),
            Err(stop) => panic!("{stop}"),
        }
    }

    #[test]
    fn what_would_not_be_safe_is_refused_by_its_name() {
        let origin = "https://plantgate.plant.example";
        assert_eq!(field(vec![setting()], origin), "fine");
        let group = |role| Group { name: "g".to_owned(), role: Mapped { role, site: None } };
        let s = setting;
        let bad = [
            ("id", Setting { id: "Plant/..".to_owned(), ..s() }),
            ("name", Setting { name: " ".to_owned(), ..s() }),
            ("issuer", Setting { issuer: "http://id.plant.example".to_owned(), ..s() }),
            ("issuer", Setting { issuer: "https://id.plant.example/?x".to_owned(), ..s() }),
            ("issuer", Setting { issuer: "id.plant.example".to_owned(), ..s() }),
            ("client_id", Setting { client_id: String::new(), ..s() }),
            ("secret_file", Setting { secret: ClientSecret::new("\n".to_owned()), ..s() }),
            ("skew_secs", Setting { skew: 301, ..s() }),
            ("skew_secs", Setting { skew: -1, ..s() }),
            ("answer_secs", Setting { patience: Duration::ZERO, ..s() }),
            ("answer_bytes", Setting { most: 1, ..s() }),
            ("group", Setting { groups: vec![group(OwnerRole::Administrator)], ..s() }),
            ("group", Setting { side: Side::Provider("P-77".to_owned()), groups: vec![group(OwnerRole::Qa)], ..s() }),
            ("ca_file", Setting { authority: Some(b"no certificate".to_vec()), ..s() }),
        ];
        for (name, bad) in bad {
            let said = field(vec![bad], origin);
            assert!(said.starts_with("identity_provider.") && said.ends_with(&format!(".{name}")), "{name}: {said}");
        }
        // one issuer speaks for one side, and addresses are of one provider each
        assert_eq!(field(vec![s(), s()], origin), "identity_provider.plant.id");
        let other = Setting { id: "other".to_owned(), ..s() };
        assert_eq!(field(vec![s(), other], origin), "identity_provider.other.issuer");
        // roles follow the groups of one of ours, and of that one only
        let asks = |id: &str| Setting {
            id: id.to_owned(),
            issuer: format!("https://{id}.example"),
            groups: vec![group(OwnerRole::Qa)],
            ..s()
        };
        assert_eq!(field(vec![asks("one"), s(), asks("two")], origin), "identity_provider.two.group");
        let both = SignOn::new(vec![asks("one"), s()], origin).unwrap_or_else(|stop| panic!("{stop}"));
        assert_eq!(both.all().iter().map(|p| p.follows).collect::<Vec<_>>(), [true, false]);
        let theirs = Setting { side: Side::Provider("P-09".to_owned()), ..asks("firm") };
        let none = vec![s(), Setting { groups: Vec::new(), ..theirs }];
        let none = SignOn::new(none, origin).unwrap_or_else(|stop| panic!("{stop}"));
        assert_eq!(none.all().iter().map(|p| p.follows).collect::<Vec<_>>(), [true, false], "what one gave once goes");
        for odd in ["plantgate.plant.example", "http://plantgate.plant.example", "https://x.example/sub", ""] {
            assert_eq!(field(vec![s()], odd), "origin", "{odd}");
        }
        assert_eq!(field(vec![s()], "http://127.0.0.1:8080"), "fine");
    }

    #[test]
    fn the_secret_is_never_said() {
        assert!(!format!("{:?}", setting()).contains("nobody-may-read"));
    }
}
