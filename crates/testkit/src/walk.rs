//! Law 5, walked: every route of the table and every act, as nobody, as a stranger and as each role. What comes back is
//! a matrix; a test holds it against the laws and against `docs/who-may.md`, where people read it.

use std::fmt::Write as _;

use axum::http::Method;
use plantgate_domain::event::qualify::OwnerRole;
use plantgate_web::{
    assets::assets,
    door::{
        routes::{Route, RouteKind},
        table,
    },
};

use crate::{
    door::{Door, Reply},
    forms::filled,
    story::{Persona, Story, personas, steps},
    world::request,
};

/// A name in the form of one that nobody has.
pub const NOBODYS: &str = "0198c0de-0000-7000-8000-00000000dead";

/// One line of the matrix: answers in the order of `nobody` and then the personas.
#[derive(Clone, Debug)]
pub struct Line {
    pub what: String,
    pub kind: &'static str,
    pub answers: Vec<Reply>,
    /// What the stranger got for an object that nobody has, where the line is about an object.
    pub invented: Option<Reply>,
}

/// Everything walked.
#[derive(Debug, Default)]
pub struct Matrix {
    pub routes: Vec<Line>,
    pub acts: Vec<Line>,
}

/// Programs of the walk, behind all people: whose token they send, and whether it names every act that it may.
pub const PROGRAMS: &[(&str, bool)] =
    &[("W-machine-BRU", true), ("W-machine-LIN", true), ("W-ot-security-BRU", true), ("W-ot-security-BRU", false)];

struct Walk {
    story: Story,
    doors: Vec<Door>,
    stranger: usize,
}

/// Walks a story: acts line by line, pages where it has arrived.
pub async fn walk(story: Story) -> (Story, Matrix) {
    let people: Vec<Persona> = personas();
    let mut doors = vec![story.demo.world.nobody()];
    for p in &people {
        doors.push(story.door(&p.reference).await);
    }
    // Programs: a machine here and elsewhere, and one of OT security with all that a token may and with none of it.
    // Boxed: a test's thread has a small stack.
    Box::pin(story.machine("W-machine-BRU", "BRU")).await;
    Box::pin(story.machine("W-machine-LIN", "LIN")).await;
    for (reference, acts_too) in PROGRAMS {
        doors.push(Box::pin(story.program(reference, *acts_too)).await);
    }
    let mut walk = Walk { story, doors, stranger: 1 };
    let mut matrix = Matrix::default();
    let last = ["withdraw-qualification", "end-activation"];
    for step in steps() {
        walk.story.begins(&step);
        if last.contains(&step.act.as_str()) && matrix.routes.is_empty() {
            matrix.routes = walk.routes().await;
        }
        let body = walk.story.filled(&step.body).await;
        let path = format!("/api/v1/acts/{}?preview=true", step.act);
        let mut answers = Vec::new();
        for door in &walk.doors {
            answers.push(door.json(&path, &body).await);
        }
        matrix.acts.push(Line { what: step.act.clone(), kind: "act", answers, invented: None });
        walk.story.does(&step).await.unwrap_or_else(|e| panic!("{} by {}: {e:?}", step.act, step.by));
    }
    (walk.story, matrix)
}

/// Reads all pages as some people, for what that sets in motion; the rest is tried by nobody.
pub async fn pages(story: Story, people: &[Door]) -> Story {
    let doors = [story.demo.world.nobody()].into_iter().chain(people.iter().cloned()).collect();
    let walk = Walk { story, doors, stranger: 0 };
    walk.routes().await;
    walk.story
}

impl Walk {
    async fn routes(&self) -> Vec<Line> {
        let sha = self.uploaded().await;
        let mut lines = Vec::new();
        for route in table() {
            lines.push(self.route(&route, &sha).await);
        }
        lines
    }

    /// A file that waits to be imported, so that its preview is a page.
    async fn uploaded(&self) -> String {
        let admin = self.story.door("N-100").await;
        let file = ("more.csv", "reference,name,country\nP-80,Kallas,EE\n");
        let reply = admin.upload("/admin/import", &[("what", "providers")], file).await;
        let path = reply.location().split('?').next().unwrap_or_default();
        path.rsplit('/').next().unwrap_or_default().to_owned()
    }

    /// The entry of a pack that somebody made. Large ones take longer than an answer waits: the same form, sent again,
    /// finds what it began and waits again.
    async fn packed(&self) -> String {
        let manager = self.story.door("N-110").await;
        let id = request().to_string();
        let wish = [("request_id", id.as_str()), ("provider", "P-77"), ("reason", "for the walk")];
        for _ in 0..60 {
            let reply = manager.form("/packs", &wish).await;
            let path = reply.location().split('?').next().unwrap_or_default();
            let last = path.rsplit('/').next().unwrap_or_default();
            if !path.starts_with("/packs/making/") {
                assert!(last.parse::<u64>().is_ok(), "no pack was made: {} {}", reply.status, reply.words());
                return last.to_owned();
            }
        }
        panic!("the pack was not made in two minutes");
    }

    async fn route(&self, route: &Route, sha: &str) -> Line {
        let path = route.path();
        let places = self.places(&path, sha).await;
        let at = filled(&path, &places) + query(&path);
        let what = format!("{} {path}", route.method);
        let kind = route.kind.as_str();
        if route.method != "GET" {
            // What forms and acts come to for everybody is walked act by act; here nobody tries the door.
            let answers = vec![self.empty(route.method, &at, &self.doors[0]).await];
            return Line { what, kind, answers, invented: None };
        }
        let mut answers = Vec::new();
        for door in &self.doors {
            answers.push(door.get(&at).await);
        }
        let listed = path.contains("{rule}") || path.ends_with("{kind}");
        let about = !places.is_empty() && route.kind == RouteKind::Page && !listed;
        let invented = match about {
            true => {
                let mut none = places.clone();
                NOBODYS.clone_into(none.last_mut().unwrap());
                Some(self.doors[self.stranger].get(&(filled(&path, &none) + query(&path))).await)
            }
            false => None,
        };
        Line { what, kind, answers, invented }
    }

    async fn empty(&self, method: &str, path: &str, door: &Door) -> Reply {
        let json = path.starts_with("/api/");
        let kind = if json { "application/json" } else { "application/x-www-form-urlencoded" };
        let body = if json { b"{}".to_vec() } else { Vec::new() };
        door.send(Method::from_bytes(method.as_bytes()).unwrap(), path, Some(kind), body).await
    }

    /// Objects of P-77 that fill the places of a route.
    async fn places(&self, path: &str, sha: &str) -> Vec<String> {
        let text = |all: &[&str]| all.iter().map(|s| (*s).to_owned()).collect();
        let kept = async |name: &str| vec![self.story.newest(name).await.unwrap()];
        match path.split('{').next().unwrap_or_default() {
            "/providers/" => text(&["P-77", NOBODYS]),
            "/engagements/" => text(&["E-077"]),
            "/packs/making/" => text(&[NOBODYS]),
            "/packs/" => vec![self.packed().await],
            "/review/trail/" => vec![self.story.demo.reviewed().await.to_string()],
            // Nobody of the walk has issued a sheet of codes within minutes.
            "/sites/" => text(&["BRU", NOBODYS]),
            "/systems/" => text(&["BMS-B61"]),
            // No identity provider is configured here.
            "/sign-in/with/" | "/sign-in/prove/" => text(&[NOBODYS]),
            "/evidence/requests/" | "/owe/" => text(&["REQ-7701"]),
            "/evidence/items/" => text(&["EV-7702"]),
            // Nobody took a certificate of it.
            "/access/grants/" | "/api/v1/access/ssh/certificates/" => {
                vec![self.story.newest("grant").await.unwrap(), "0".to_owned()]
            }
            "/access/requests/" => text(&["AR-7703"]),
            "/access/sessions/" => kept("session").await,
            "/visits/" if path.contains("sha256") => {
                let sha = self.story.filled(&"$file.sha256".into()).await;
                text(&["VIS-0001", sha.as_str().unwrap()])
            }
            "/visits/" => text(&["VIS-0001", "close"]),
            "/our-visits/" => text(&["VIS-0001"]),
            "/our-findings/" => text(&["F-7701"]),
            "/admin/rules/" => text(&["standing.toml"]),
            "/findings/" => text(&["F-7701", "close"]),
            "/accounts/" => text(&["AL-0001"]),
            "/admin/users/" => text(&["M-1", "suspend"]),
            "/admin/services/" => text(&["W-gate", "hand-over"]),
            "/api/v1/scim/v2/Users/" => vec![self.story.person("N-102").await.0.to_string()],
            "/admin/import/" | "/admin/sheets/" => text(&[sha]),
            "/admin/imports/" => text(&["IMP-0001"]),
            "/rules/" | "/r/" => text(&["R-15"]),
            "/history/" | "/api/v1/objects/" => text(&["engagement", "E-077"]),
            "/register/" => text(&["agreement", "MSA-0077"]),
            "/do/" => text(&["register-site"]),
            "/sign/" => text(&["sign-agreement"]),
            "/welcome/" | "/attest/" | "/feeds/" => text(&["00ff", NOBODYS]),
            "/assets/" => text(&[&assets().style.name]),
            "/api/v1/acts/" => text(&["register-provider"]),
            _ if path.contains('{') => panic!("the walk knows no object for {path}"),
            _ => Vec::new(),
        }
        .into_iter()
        .take(path.matches('{').count())
        .collect()
    }
}

/// What a page needs to be asked besides its path.
fn query(path: &str) -> &'static str {
    match path {
        "/engagements/{name}/tier" => "?site=BRU",
        "/find" => "?q=BMS-B61",
        "/admin/import/{sha}" | "/admin/import/{sha}/rejected.csv" => "?name=more.csv&what=providers",
        "/admin/sheets/{sha}" | "/admin/sheets/{sha}/rejected" => "?name=more.csv&map=1&c1=provider&c2=country",
        _ => "",
    }
}

/// The word of an answer in the matrix.
pub fn word(reply: &Reply) -> String {
    match reply.status.as_u16() {
        200 => "yes".to_owned(),
        303 if reply.location().starts_with("/sign-in") => "sign in".to_owned(),
        303 => "→".to_owned(),
        other => other.to_string(),
    }
}

impl Matrix {
    /// As people read it.
    pub fn text(&self) -> String {
        let mut out = String::from(HEAD);
        let roles = OwnerRole::of_people().map(|r| r.as_str());
        let names = ["nobody", "stranger", "contact", "engineer"];
        let programs = ["machine", "ot-security by token"];
        let columns: Vec<&str> = names.into_iter().chain(roles).chain(programs).collect();
        let (head, bar) = (columns.join(" | "), "---|".repeat(columns.len()));
        let mut seen: Vec<&str> = Vec::new();
        let _ = writeln!(out, "\n## Acts\n\n| act | {head} |\n|---|{bar}");
        for line in &self.acts {
            if !seen.contains(&line.what.as_str()) {
                seen.push(&line.what);
                let _ = writeln!(out, "| {} | {} |", line.what, cells(&line.answers));
            }
        }
        let _ = writeln!(out, "\n## Routes\n\n| route | kind | {head} |\n|---|---|{bar}");
        for line in &self.routes {
            let _ = writeln!(out, "| `{}` | {} | {} |", line.what, line.kind, cells(&line.answers));
        }
        out
    }
}

fn cells(answers: &[Reply]) -> String {
    let words: Vec<String> = answers.iter().map(word).collect();
    let (alone, roles) = words.split_at(words.len().min(4));
    let pairs = roles.chunks(2).map(|pair| match pair {
        [here, there] if here != there => format!("{here} / {there}"),
        [one, ..] => one.clone(),
        [] => String::new(),
    });
    alone.iter().cloned().chain(pairs).collect::<Vec<_>>().join(" | ")
}

const HEAD: &str = "\
# Who may

Written by `cargo xtask generate`; a test walks every route and every act on both engines and holds them against this
page. The first three people work for providers: the stranger for another one, contact and engineer for the one the
object belongs to. Each role of ours is tried at the site the object belongs to and, behind the stroke, at another one.
The last two columns are programs, which bring a token and come in at the API alone: a machine here and elsewhere, and a
token of OT security here that names every act it may and, behind the stroke, one that only reads.

`yes` 200 · `sign in` and 401 nobody is signed in · 403 the rules say no, in words · 404 no such thing, or not yours ·
422 the input lacks something for this person · `→` another page. Acts are tried by their preview, in the order of
`crates/testkit/stories/every-act.jsonl`; routes that write are tried here by nobody only, and by who may in
`crates/testkit/tests/walk/forms.rs`.
";
