//! Loads the demo plant: moves the plant's clock and does, in order of time, what people did: imports and acts through
//! the public doors. Nothing derived is written: standings, tiers and grades come from the rules.

mod dates;

use std::collections::BTreeMap;

use plantgate_domain::base::{Actor, Instant, Invalid, Kind, PersonId, Place, Why};
use plantgate_store::{Clock, Limits, Stop, memory::Memory, ops::upload::By};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    act::{App, Caller},
    acts,
    import::{self, ImportKind},
};

/// The instant the stories are told at: a Monday morning at Brunnfeld.
pub const D0: &str = "2026-11-16T07:30:00Z";

/// A file of the demo by name.
pub type File = (&'static str, &'static [u8]);

macro_rules! files {
    ($($name:literal),+ $(,)?) => { &[$(($name, include_bytes!(concat!("../../../demo/", $name)))),+] };
}

/// The files of size S, and last of all what happened.
pub const FILES: &[File] = files![
    "sites.csv",
    "zones.csv",
    "conduits.csv",
    "systems.csv",
    "providers.csv",
    "staff.csv",
    "provider-people.csv",
    "agreements.csv",
    "engagements.csv",
    "scope.csv",
    "evidence.jsonl",
    "stories.jsonl",
];
const STORIES: &str = "stories.jsonl";
const EVIDENCE: &str = "evidence.jsonl";

/// Somebody to sign in as.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DemoPerson {
    pub id: PersonId,
    pub reference: String,
    pub handle: String,
    pub name: String,
    /// Provider's reference; `None` for our own people.
    pub provider: Option<String>,
    /// Roles as the file has them.
    pub roles: String,
}

/// Everybody there is, in the order of the files.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct DemoPeople(pub Vec<DemoPerson>);

impl DemoPeople {
    /// The person who signs in so.
    pub fn find(&self, handle: &str) -> Option<&DemoPerson> {
        self.0.iter().find(|p| p.handle == handle)
    }
}

/// One line of what happened.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    at: Instant,
    /// Reference of the person who did it; `genesis` for the first.
    by: String,
    #[serde(default)]
    act: Option<String>,
    #[serde(default)]
    body: Value,
    /// Kind of an import; then `file` names it.
    #[serde(default)]
    import: Option<ImportKind>,
    #[serde(default)]
    file: Option<String>,
    /// A piece of evidence that the body delivers.
    #[serde(default)]
    evidence: Option<String>,
    /// Keeps the answer under this name; a later body says `$name.field`.
    #[serde(default)]
    keep: Option<String>,
    /// For readers.
    #[serde(default, rename = "note")]
    _note: Option<String>,
}

/// A file that a provider delivers.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Piece {
    name: String,
    media: String,
    text: String,
}

/// Loads the demo into an empty plant and leaves the clock at `d0`. The same files again do nothing new.
pub async fn load(app: &App, clock: &Clock, d0: Instant, files: &[File]) -> Result<DemoPeople, Stop> {
    let mut loader = Loader { app, d0, files, kept: BTreeMap::new(), people: BTreeMap::new() };
    let text = loader.text(STORIES)?;
    let mut last = Instant::MIN;
    for (number, line) in (1_u64..).zip(text.lines()) {
        if line.trim().is_empty() || line.starts_with("//") {
            continue;
        }
        let bad = |why: Why| wrong(number, why);
        let told: Line =
            serde_json::from_str(line).map_err(|e| bad(Why::of("invalid-story-json").with("said", e.to_string())))?;
        if told.at < last {
            return Err(bad(Why::of("invalid-story-earlier")));
        }
        last = told.at;
        clock.set(told.at);
        let what = told.act.clone().or_else(|| told.file.clone()).unwrap_or_default();
        loader.happens(told, line).await.map_err(|stop| explained(number, &what, stop))?;
    }
    clock.set(d0.max(last));
    loader.everybody().await
}

struct Loader<'a> {
    app: &'a App,
    d0: Instant,
    files: &'a [File],
    kept: BTreeMap<String, Value>,
    people: BTreeMap<String, PersonId>,
}

impl Loader<'_> {
    /// A file with its dates told.
    fn text(&self, name: &str) -> Result<String, Stop> {
        let bytes = self.bytes(name)?;
        String::from_utf8(bytes).map_err(|_| Stop::field(name, Why::of("invalid-not-utf8")))
    }
    fn bytes(&self, name: &str) -> Result<Vec<u8>, Stop> {
        let file = self.files.iter().find(|(n, _)| *n == name);
        let (_, bytes) = file.ok_or_else(|| Stop::field(name, Why::of("invalid-story-no-file")))?;
        dates::told(bytes, self.d0).map_err(|why| Stop::field(name, why))
    }

    async fn happens(&mut self, told: Line, line: &str) -> Result<(), Stop> {
        let caller = self.caller(&told.by).await?;
        // The same line is the same request: loading again after a broken start repeats nothing.
        let request = Uuid::new_v5(&Uuid::NAMESPACE_OID, line.as_bytes());
        match (told.act, told.import, told.file) {
            (Some(act), None, None) => {
                let mut body = self.filled(told.body)?;
                if let Some(name) = &told.evidence {
                    self.stored(name, &mut body).await?;
                }
                let answer = acts::told(self.app, &caller, request, &act, body).await?;
                if let Some(name) = told.keep {
                    self.kept.insert(name, answer);
                }
                Ok(())
            }
            (None, Some(kind), Some(file)) => {
                let upload = import::read(kind, &file, &self.bytes(&file)?, &Limits::standard())?;
                import::run(self.app, &caller, request, upload.import, false).await.map(|_| ())
            }
            _ => Err(Stop::field("act", Why::of("invalid-story-line"))),
        }
    }

    async fn caller(&mut self, reference: &str) -> Result<Caller, Stop> {
        if reference == "genesis" {
            return Ok(Caller { actor: Actor::Genesis, auth: None, stale: false });
        }
        Ok(Caller::person(self.person(reference).await?, "demo"))
    }

    async fn person(&mut self, reference: &str) -> Result<PersonId, Stop> {
        if let Some(id) = self.people.get(reference) {
            return Ok(*id);
        }
        let found = self.app.store().look().await?.named(Kind::Person, reference).await?;
        let on =
            found.ok_or_else(|| Stop::field("by", Why::of("invalid-story-person").with("reference", reference)))?;
        self.people.insert(reference.to_owned(), PersonId(on.id));
        Ok(PersonId(on.id))
    }

    /// Stores a piece of evidence as a door does, and names it in the body.
    async fn stored(&self, name: &str, body: &mut Value) -> Result<(), Stop> {
        let pieces = self.text(EVIDENCE)?;
        let mut pieces = pieces.lines().map(serde_json::from_str::<Piece>);
        let piece = pieces.find(|p| p.as_ref().map_or(true, |p| p.name == name));
        let piece = piece.ok_or_else(|| Stop::field(EVIDENCE, Why::of("invalid-story-piece").with("name", name)))?;
        let piece =
            piece.map_err(|e| Stop::field(EVIDENCE, Why::of("invalid-story-json").with("said", e.to_string())))?;
        let blob = self.app.store().take_file(piece.text.as_bytes(), piece.text.len(), By::House).await?;
        let told = [
            ("file_name", Value::from(piece.name)),
            ("media", Value::from(piece.media)),
            ("sha256", Value::from(blob.sha256)),
            ("bytes", Value::from(blob.size)),
        ];
        if let Value::Object(body) = body {
            body.extend(told.map(|(field, value)| (field.to_owned(), value)));
        }
        Ok(())
    }

    /// A body with `$name.field` replaced by what an earlier answer said.
    fn filled(&self, body: Value) -> Result<Value, Stop> {
        match body {
            Value::String(text) => match text.strip_prefix('$') {
                Some(path) => self.answer(path),
                None => Ok(Value::String(text)),
            },
            Value::Array(all) => all.into_iter().map(|v| self.filled(v)).collect::<Result<_, _>>().map(Value::Array),
            Value::Object(all) => {
                all.into_iter().map(|(k, v)| Ok((k, self.filled(v)?))).collect::<Result<_, Stop>>().map(Value::Object)
            }
            plain @ (Value::Null | Value::Bool(_) | Value::Number(_)) => Ok(plain),
        }
    }

    fn answer(&self, path: &str) -> Result<Value, Stop> {
        let (name, field) = path.split_once('.').unwrap_or((path, "reference"));
        let done = self.kept.get(name).and_then(|a| a.get("done"));
        let value = done.and_then(|d| d.get(field)).cloned();
        value.ok_or_else(|| Stop::field("body", Why::of("invalid-story-kept").with("path", path)))
    }

    async fn everybody(&mut self) -> Result<DemoPeople, Stop> {
        let mut people = Vec::new();
        for file in ["staff.csv", "provider-people.csv"] {
            let upload = import::read(ImportKind::People, file, &self.bytes(file)?, &Limits::standard())?;
            for row in upload.import.parts.into_iter().flat_map(|p| p.rows) {
                let cell = |column: &str| row.cells.get(column).cloned();
                let reference = cell("reference").unwrap_or_default();
                people.push(DemoPerson {
                    id: self.person(&reference).await?,
                    reference,
                    handle: cell("handle").unwrap_or_default(),
                    name: cell("name").unwrap_or_default(),
                    provider: cell("provider"),
                    roles: cell("roles").or_else(|| cell("provider roles")).unwrap_or_default(),
                });
            }
        }
        Ok(DemoPeople(people))
    }
}

fn wrong(line: u64, why: Why) -> Stop {
    Stop::Invalid(vec![at(line, None, why)])
}

fn at(line: u64, field: Option<String>, why: Why) -> Invalid {
    Invalid { place: Place { file: Some(STORIES.to_owned()), sheet: None, line: Some(line), field }, why }
}

/// Whoever writes stories learns which line the rules did not take, and why.
fn explained(line: u64, what: &str, stop: Stop) -> Stop {
    match stop {
        Stop::Invalid(all) => {
            let all = all.into_iter().map(|i| {
                let of = [Some(what.to_owned()), i.place.line.map(|l| l.to_string()), i.place.field];
                at(line, Some(of.into_iter().flatten().collect::<Vec<_>>().join(" ")), i.why)
            });
            Stop::Invalid(all.collect())
        }
        Stop::Refused(no) => {
            let checks = no.decision.map(|d| d.to_string()).unwrap_or_default();
            let why = Why::of("invalid-story-refused")
                .with("act", what)
                .with("rule", no.rule)
                .with("say", no.say.id)
                .with("checks", checks);
            wrong(line, why)
        }
        Stop::NotFound => wrong(line, Why::of("invalid-story-nothing").with("act", what)),
        other @ (Stop::Unsigned(_)
        | Stop::Stale(_)
        | Stop::StepUp
        | Stop::Busy
        | Stop::Away(_)
        | Stop::OutcomeUnknown
        | Stop::Fault(_)) => other,
    }
}
