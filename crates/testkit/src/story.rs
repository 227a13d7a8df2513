//! Every act once, told as lines over the demo plant: what walks, schemas and generators of histories start from. A new
//! act without a line is named by a test.

use std::collections::BTreeMap;

use plantgate_app::{Caller, Stop, witness::bring::MayHave};
use plantgate_domain::{
    base::{Actor, Instant, Kind, PersonId, SessionId},
    event::qualify::OwnerRole,
    qualify::person::Person,
    witness::session::Session,
};
use plantgate_store::{db::V, memory::Memory, ops::upload::By};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{demo::Demo, door::Door, world::World};

const TEXT: &str = include_str!("../stories/every-act.jsonl");
/// A recording as another machine makes one.
pub const CAST: &str = "{\"version\":2,\"width\":80,\"height\":24}\n[1.5,\"o\",\"$ show version\"]\n";

/// One line: who did what, and when the clock moved before it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    #[serde(default)]
    pub at: Option<Instant>,
    /// Reference of a person, or `watchman`.
    pub by: String,
    pub act: String,
    pub body: Value,
    /// Keeps what was done under this name; a later body says `$name.field`.
    #[serde(default)]
    pub keep: Option<String>,
}

/// The lines, in order.
pub fn steps() -> Vec<Step> {
    let lines = TEXT.lines().filter(|l| !l.starts_with("//"));
    lines.map(|l| serde_json::from_str(l).unwrap_or_else(|e| panic!("{e}: {l}"))).collect()
}

/// The demo plant with the people the story needs, ready for its first line.
pub struct Story {
    pub demo: Demo,
    kept: BTreeMap<String, Value>,
}

/// Somebody at whom every act is tried: what they are, and the reference they have.
#[derive(Clone, Debug)]
pub struct Persona {
    pub what: String,
    pub reference: String,
}

/// Everybody a walk goes as, besides nobody: a stranger, the provider's own people, each of our roles at the site the
/// story is told at and at another one.
pub fn personas() -> Vec<Persona> {
    let one = |what: &str, reference: &str| Persona { what: what.to_owned(), reference: reference.to_owned() };
    let mut all = vec![one("stranger", "W-stranger"), one("contact", "M-2"), one("engineer", "M-1")];
    for role in OwnerRole::of_people() {
        all.push(one(&format!("{role} here"), &format!("W-{role}-BRU")));
        all.push(one(&format!("{role} elsewhere"), &format!("W-{role}-LIN")));
    }
    all
}

impl Story {
    /// Opens the story on one engine: P-77 with its people, and a person for each role.
    pub async fn on(world: World) -> Story {
        Story::of(Demo::on(world).await).await
    }

    /// The same in a demo that a test made.
    pub async fn of(demo: Demo) -> Story {
        let mut story = Story { demo, kept: BTreeMap::new() };
        let file: &[u8] = b"name,role\nA,b\n";
        let stored = story.demo.world.app.store().take_file(file, file.len(), By::House).await.unwrap();
        story.kept.insert("file".to_owned(), json!({ "sha256": stored.sha256, "bytes": stored.size }));
        let provider = json!({ "reference": "P-77", "name": "Mirror Works", "country": "DE" });
        story.admin("register-provider", provider).await;
        for (reference, provider, roles) in [
            ("M-1", "P-77", json!(["engineer"])),
            ("M-2", "P-77", json!(["contact"])),
            ("W-stranger", "P-04", json!(["engineer", "contact"])),
        ] {
            story
                .invite(json!({ "reference": reference, "handle": reference, "name": reference,
                "provider": provider, "provider_roles": roles }))
                .await;
        }
        let by = story.demo.caller("k.brandt");
        let wish = crate::tokens::wish("nightly", &["import-rows"], &[]);
        let made = Box::pin(story.demo.world.token(&by, wish)).await.unwrap();
        story.kept.insert("token".to_owned(), json!({ "token": made.done.token }));
        for role in OwnerRole::of_people() {
            for site in ["BRU", "LIN"] {
                let reference = format!("W-{role}-{site}");
                story
                    .invite(json!({ "reference": reference, "handle": reference, "name": reference,
                    "roles": [{ "role": role, "site": site }] }))
                    .await;
            }
        }
        story
    }

    /// One per engine.
    pub async fn both() -> Vec<Story> {
        let mut all = Vec::new();
        for world in World::both().await {
            all.push(Story::on(world).await);
        }
        all
    }

    async fn admin(&self, act: &str, body: Value) {
        self.demo.world.named(&self.demo.caller("k.brandt"), act, body).await.unwrap();
    }

    async fn invite(&self, body: Value) {
        let reference = body["reference"].clone();
        self.admin("invite-person", body).await;
        self.admin("activate-person", json!({ "person": reference })).await;
    }

    /// Who a line's `by` means.
    pub async fn caller(&self, by: &str) -> Caller {
        if by == "watchman" {
            return Caller { actor: Actor::Watchman, auth: None, stale: false };
        }
        Caller::person(self.person(by).await, "password+totp")
    }

    /// Whether a line's `by` means somebody here.
    pub async fn knows(&self, by: &str) -> bool {
        let mut look = self.demo.world.app.store().look().await.unwrap();
        by == "watchman" || look.named(Kind::Person, by).await.unwrap().is_some()
    }

    /// A person by reference.
    pub async fn person(&self, reference: &str) -> PersonId {
        let mut look = self.demo.world.app.store().look().await.unwrap();
        let on = look.named(Kind::Person, reference).await.unwrap();
        PersonId(on.unwrap_or_else(|| panic!("{reference} is nobody")).id)
    }

    /// A line's body with what earlier lines kept.
    pub async fn filled(&self, body: &Value) -> Value {
        match body {
            Value::String(text) => match text.strip_prefix('$') {
                Some(path) => self.kept(path).await,
                None => body.clone(),
            },
            Value::Array(all) => {
                let mut filled = Vec::new();
                for value in all {
                    filled.push(Box::pin(self.filled(value)).await);
                }
                Value::Array(filled)
            }
            Value::Object(all) => {
                let mut filled = serde_json::Map::new();
                for (name, value) in all {
                    filled.insert(name.clone(), Box::pin(self.filled(value)).await);
                }
                Value::Object(filled)
            }
            plain => plain.clone(),
        }
    }

    /// The id of the object of a kind that was born last, by the record: ids do not sort by age when they are names
    /// (tasks), or were minted in one millisecond.
    pub async fn newest(&self, kind: &str) -> Option<String> {
        let mut tx = self.demo.world.app.store().db().read().await.unwrap();
        let sql = "select id from entry where kind = $1 and ver = 1 order by seq desc limit 1";
        let born = tx.one(sql, &[V::text(kind)]).await.unwrap();
        born.map(|rec| rec.id(0).unwrap().to_string())
    }

    /// What a page of the audit-trail review would sign now.
    async fn trail(&self) -> Value {
        let mut look = self.demo.world.app.store().look().await.unwrap();
        let range = plantgate_app::review::trail::open(&mut look).await.unwrap();
        json!({ "from": range.from, "until": range.until, "root": range.root, "list": range.list })
    }

    /// What the upload of a recording to a session answers; nothing where none can be brought there.
    async fn recording(&self, session: &str) -> Value {
        let (app, by) = (&self.demo.world.app, self.person("N-109").await);
        let mut look = app.store().look().await.unwrap();
        let on = look.named(Kind::Session, session).await.unwrap().unwrap();
        let session: Session = look.get(SessionId(on.id)).await.unwrap();
        let Ok(coming) = app.recording_comes(&mut look, &session, by).await else { return Value::Null };
        drop(look);
        let came = app.recording_streams(coming, CAST.as_bytes()).await.unwrap();
        app.recording_came(came, "story.cast", MayHave::default()).await.unwrap().recording.into()
    }

    /// `name.field` of an earlier answer, `newest.kind`, `trail.field` of what waits for review, or `recording.name`,
    /// brought to the session of an earlier line; nothing when there is none.
    async fn kept(&self, path: &str) -> Value {
        let (name, field) = path.split_once('.').unwrap_or((path, ""));
        if name == "newest" {
            return self.newest(field).await.into();
        }
        if name == "trail" {
            return self.trail().await[field].clone();
        }
        if name == "recording" {
            let session = self.kept.get(field).and_then(|done| done["reference"].as_str());
            return match session {
                Some(session) => self.recording(session).await,
                None => Value::Null,
            };
        }
        let Some(done) = self.kept.get(name) else { return Value::Null };
        if field.is_empty() { done.clone() } else { done[field].clone() }
    }

    /// Signs a person in, by reference.
    pub async fn door(&self, reference: &str) -> Door {
        let id = self.person(reference).await;
        let handle = {
            let mut look = self.demo.world.app.store().look().await.unwrap();
            let person: Person = look.get(id).await.unwrap();
            look.open_private(&person.facts.handle).await.unwrap().unwrap()
        };
        self.demo.world.sign_in(id, &handle).await
    }

    /// Moves the clock to where a line begins.
    pub fn begins(&self, step: &Step) {
        if let Some(at) = step.at {
            self.demo.world.clock.set(at);
        }
    }

    /// Keeps what a line that was done by a form would have kept: the newest object of its kind.
    pub async fn keeps(&mut self, step: &Step) {
        let Some(name) = &step.keep else { return };
        assert_eq!(step.act, "approve-access", "only a grant is kept of what a form did");
        let grant = self.newest("grant").await;
        self.kept.insert(name.clone(), json!({ "grant": grant }));
    }

    /// Does a line; what was done.
    pub async fn does(&mut self, step: &Step) -> Result<Value, Stop> {
        self.begins(step);
        let body = self.filled(&step.body).await;
        let caller = self.caller(&step.by).await;
        let answer = self.demo.world.named(&caller, &step.act, body).await?;
        if let Some(name) = &step.keep {
            let mut done = answer["done"].clone();
            if let Some(done) = done.as_object_mut() {
                done.insert("entry".to_owned(), answer["entry"].clone());
            }
            self.kept.insert(name.clone(), done);
        }
        Ok(answer)
    }
}
