//! Single sign-on against a real OpenID provider (`oidc-provider`, which `cargo xtask test` starts on loopback): its
//! pages, its codes, its keys and its clock. Each test has an issuer of its own there, so that none turns another's.

mod answers;
mod bound;
mod forged;
mod groups;
mod own;
mod pages;

use std::{sync::Arc, time::Duration};

use axum::http::StatusCode;
use plantgate_app::{
    Caller,
    sign_in::{Mapped, Side, Vouched},
};
use plantgate_store::{clock::Wall, db::Db, ops::sign_on};
use plantgate_testkit::{
    demo::Demo,
    door::{Door, Reply},
    left_out::left_out,
    world::request,
};
use plantgate_web::sign_on::{ClientSecret, Group, Setting, SignOn};
use reqwest::{
    Client, Response, Url,
    header::{CONTENT_TYPE, LOCATION},
    redirect::Policy,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// The variable `cargo xtask test` sets: `127.0.0.1:port`.
const VARIABLE: &str = "TEST_OIDC";
/// What the provider has of us; a space and an apostrophe go through two encodings.
const SECRET: &str = "a secret of the test's own, in two halves";
const FORM: &str = "application/x-www-form-urlencoded";
/// Where the plant is, as its configuration says.
const ORIGIN: &str = "http://127.0.0.1";

/// An issuer of its own at the provider.
pub struct Issuer {
    base: String,
    pub id: String,
}

/// A browser at the provider's pages.
pub struct Browser {
    client: Client,
}

impl Issuer {
    /// A new one; `None` when the run has no provider, and then it is said.
    pub async fn new() -> Option<Issuer> {
        #[expect(clippy::disallowed_methods, reason = "tests are configured by the test command, not by cli::config")]
        let Ok(address) = std::env::var(VARIABLE) else {
            left_out("single sign-on: TEST_OIDC is not set; `cargo xtask test` starts an OpenID provider");
            return None;
        };
        plantgate_app::choose_tls();
        let issuer = Issuer { base: format!("http://{address}"), id: format!("i{}", request().simple()) };
        issuer.control(json!({ "back": issuer.back() })).await;
        Some(issuer)
    }
    fn back(&self) -> String {
        format!("{ORIGIN}/sign-in/with/{}/back", self.id)
    }
    /// As its tokens name it.
    pub fn issuer(&self) -> String {
        format!("{}/i/{}", self.base, self.id)
    }
    /// Turns it: groups, clock, keys, whether it answers at all.
    pub async fn control(&self, what: Value) {
        let url = format!("{}/control/{}", self.base, self.id);
        let reply = Client::new().post(url).json(&what).send().await.unwrap();
        assert!(reply.status().is_success(), "{}", reply.text().await.unwrap());
    }
    /// The usual setting for it.
    pub fn setting(&self, side: Side) -> Setting {
        Setting {
            id: self.id.clone(),
            name: "Plant directory".to_owned(),
            side,
            issuer: self.issuer(),
            client_id: "plantgate".to_owned(),
            secret: ClientSecret::new(SECRET.to_owned()),
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
    /// What it would say of a subject, for binding one without its pages.
    pub fn says(&self, side: Side, subject: &str) -> Vouched {
        Vouched {
            provider: self.id.clone(),
            side,
            issuer: self.issuer(),
            subject: subject.to_owned(),
            acr: None,
            amr: Vec::new(),
            auth_time: None,
            follows: true,
            roles: None,
        }
    }
    /// The way to it on our pages.
    pub fn way(&self) -> String {
        format!("/sign-in/with/{}", self.id)
    }
}

/// A group that asks for a role.
pub fn group(name: &str, role: plantgate_domain::event::qualify::OwnerRole, site: Option<&str>) -> Group {
    Group { name: name.to_owned(), role: Mapped { role, site: site.map(ToOwned::to_owned) } }
}

/// The plant with these identity providers.
pub fn trusts(demo: &mut Demo, settings: Vec<Setting>) {
    demo.world.sign_on = Arc::new(SignOn::new(settings, ORIGIN).unwrap_or_else(|stop| panic!("{stop}")));
}

/// Binds a subject to a person of the demo, as they could by their link.
pub async fn binds(demo: &Demo, handle: &str, said: &Vouched) {
    let id = demo.person(handle);
    demo.world.app.bind_sign_on(&Caller::person(id, "test"), said).await.unwrap();
}

impl Browser {
    pub fn new() -> Browser {
        plantgate_app::choose_tls();
        Browser { client: Client::builder().redirect(Policy::none()).cookie_store(true).build().unwrap() }
    }

    /// Goes where our page sent it, says who it is on the provider's page, and comes back: the path with its answer,
    /// and whether somebody had to say who they are.
    pub async fn goes(&self, to: &str, fields: &[(&str, &str)]) -> (String, bool) {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut url = Url::parse(to).unwrap_or_else(|e| panic!("{e}: {to}"));
        let (mut reply, mut asked) = (self.client.get(url.clone()).send().await.unwrap(), false);
        for _ in 0..12 {
            if let Some(next) = led(&url, &reply) {
                if let Some(path) = next.as_str().strip_prefix(ORIGIN).filter(|path| path.starts_with('/')) {
                    return (path.to_owned(), asked);
                }
                url = next;
                reply = self.client.get(url.clone()).send().await.unwrap();
                continue;
            }
            let (status, page) = (reply.status(), reply.text().await.unwrap());
            assert!(page.contains("name=\"sub\""), "{url} {status}: {page}");
            asked = true;
            reply = self.client.post(url.clone()).header(CONTENT_TYPE, FORM).body(body.clone()).send().await.unwrap();
        }
        panic!("the provider leads in circles: {url}");
    }
}

fn led(from: &Url, reply: &Response) -> Option<Url> {
    let to = reply.headers().get(LOCATION)?.to_str().ok()?;
    Some(from.join(to).unwrap_or_else(|e| panic!("{e}: {to}")))
}

/// Begins on our page; the browser that did, and where it is sent.
pub async fn begins(door: &Door, way: &str) -> (Door, String) {
    let sent = door.get(way).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{way}: {}", sent.words());
    let secure = sent.headers.get_all("set-cookie").iter().any(|c| c.to_str().unwrap().contains("HttpOnly"));
    assert!(secure && sent.location().contains("code_challenge_method=S256"), "{}", sent.location());
    (door.clone().keeping(&sent), sent.location().to_owned())
}

/// Signs on as a subject from start to end; our answer, and the browser that has it.
pub async fn signs_on(demo: &Demo, issuer: &Issuer, subject: &str) -> (Reply, Door) {
    let (door, to) = begins(&demo.world.nobody(), &issuer.way()).await;
    let (path, _) = Browser::new().goes(&to, &[("sub", subject)]).await;
    let reply = door.get(&path).await;
    let inside = demo.world.nobody().keeping(&reply);
    (reply, inside)
}

/// The session that an answer began, as a browser sends it.
pub fn session(reply: &Reply) -> String {
    let cookies = reply.cookies();
    cookies.split("; ").find(|c| c.starts_with("plantgate=")).unwrap_or_else(|| panic!("{cookies}")).to_owned()
}

/// Whether an answer let somebody in.
pub fn is_in(reply: &Reply) -> bool {
    let session = reply.cookies().split("; ").any(|c| c.starts_with("plantgate=") && c.len() > "plantgate=".len());
    assert_eq!(session, reply.location() == "/", "{} {}", reply.location(), reply.words());
    session
}

/// That nobody was let in, with these words on the page.
pub fn is_out(reply: &Reply, words: &str) {
    assert!(!is_in(reply) && reply.words().contains(words), "{} {}", reply.status, reply.words());
}

/// Every statement about accounts elsewhere, for the test that counts them: bound, found, bound anew in place of a row
/// that nobody knows, told, held, dropped, forgotten.
pub async fn statements(db: &Db, person: Uuid, now: Wall) {
    let (digest, new) = (b"subject", sign_on::New { digest: b"subject", person, issuer: "issuer" });
    let bound = sign_on::bind(db, new, None).await.unwrap().unwrap();
    assert_eq!(sign_on::of(&mut db.read().await.unwrap(), digest).await.unwrap(), Some(bound.clone()));
    let again = sign_on::bind(db, new, Some(&bound)).await.unwrap().unwrap();
    assert_ne!(again.salt, bound.salt);
    sign_on::told(db, digest, now).await.unwrap();
    assert_eq!(sign_on::last_told(&mut db.read().await.unwrap()).await.unwrap(), [(person, now.0)].into());
    let mut tx = db.write().await.unwrap();
    assert!(sign_on::hold(&mut tx, digest, person).await.unwrap());
    assert!(!sign_on::hold(&mut tx, b"another", person).await.unwrap());
    tx.commit().await.unwrap();
    sign_on::drop_row(db, digest, &bound).await.unwrap();
    assert_eq!(sign_on::of(&mut db.read().await.unwrap(), digest).await.unwrap(), Some(again.clone()));
    sign_on::drop_row(db, digest, &again).await.unwrap();
    sign_on::bind(db, new, None).await.unwrap();
    let mut tx = db.write().await.unwrap();
    sign_on::forget(&mut tx, person, "issuer").await.unwrap();
    assert_eq!(sign_on::of(&mut tx, digest).await.unwrap(), None);
    tx.commit().await.unwrap();
    for first in [true, false] {
        assert_eq!(sign_on::use_up(db, b"state", now.0 + 600, now).await.unwrap(), first);
    }
}
