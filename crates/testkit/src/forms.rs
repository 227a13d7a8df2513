//! The forms of the pages, filled from the lines of the story: which path a form goes to, and what a person types.

use axum::http::StatusCode;
use serde_json::Value;

use crate::{
    door::{Door, Reply},
    story::Step,
    world::request,
};

/// A form on its way.
#[derive(Clone, Debug)]
pub struct Filled {
    /// Its route in the table.
    pub route: &'static str,
    /// What stands in the places of the route, in order.
    pub places: Vec<String>,
    pub fields: Vec<(String, String)>,
    /// Name and content of a file, for forms that carry one.
    pub file: Option<(&'static str, &'static str)>,
    /// Whether the line of the story is done by the form; else the form makes another one of the same kind.
    pub instead: bool,
}

/// What fields of a body are called on the page.
type Named = &'static [(&'static str, &'static str)];

const USERS: &str = "/admin/users/{name}/{act}";
const DEED: &str = "/do/{act}";
const VISITS: &str = "/visits/{name}/{act}";
const FINDINGS: &str = "/findings/{name}/{act}";

/// What the forms of erasing ask for.
const ERASED: Named = &[
    ("kind", "kind"),
    ("object", "object"),
    ("entry", "entry"),
    ("person", "person"),
    ("ground", "ground"),
    ("second", "second"),
];

/// Act, route, field of the body that names the object, fixed last place, fields.
const INSTEAD: &[(&str, &str, &str, &str, Named)] = &[
    ("undo-import", "/admin/imports/{name}/undo", "import", "", &[]),
    ("confirm-shift", "/access/grants/{name}/shift", "grant", "", &[("shift", "shift")]),
    ("revoke-grant", "/access/grants/{name}/revoke", "grant", "", &[("reason", "reason")]),
    ("disconnect", "/access/grants/{name}/disconnect", "grant", "", &[("reason", "reason")]),
    ("review-emergency", "/access/grants/{name}/review", "grant", "", &[("cause", "cause"), ("finding", "finding")]),
    ("withdraw-access", "/access/requests/{name}/withdraw", "request", "", &[]),
    ("deny-access", "/access/requests/{name}/deny", "request", "", &[("reason", "reason")]),
    ("approve-scope", "/engagements/{name}/scope/approve", "engagement", "", &[("instance", "instance")]),
    ("end-scope", "/engagements/{name}/scope/end", "engagement", "", &[("instance", "instance")]),
    ("attest", "/engagements/{name}/attest", "engagement", "", &[("kind", "kind"), ("document", "document")]),
    ("agree-method", "/engagements/{name}/method", "engagement", "", &[("patterns", "pattern")]),
    ("activate-engagement", "/engagements/{name}/activate", "engagement", "", &[("second", "second")]),
    ("keep-in-use", "/engagements/{name}/keep", "engagement", "", &[("until", "until")]),
    (
        "approve-mode",
        "/admin/modes",
        "",
        "",
        &[
            ("site", "site"),
            ("mode", "mode"),
            ("checks", "checks"),
            ("proposed_by", "proposed_by"),
            ("reason", "reason"),
        ],
    ),
    ("name-cosigners", "/admin/cosigners", "", "", &[("keys", "keys"), ("quorum", "quorum"), ("reason", "reason")]),
    (
        "say-of-account",
        "/accounts/{name}/say",
        "list",
        "",
        &[("account", "account"), ("says", "says"), ("reason", "reason")],
    ),
    ("end-sign-ins", USERS, "person", "sign-out", &[]),
    ("revoke-token", "/me/tokens/revoke", "", "", &[("person", "holder"), ("token", "token")]),
    (
        "make-service",
        "/admin/services",
        "",
        "",
        &[("reference", "reference"), ("name", "name"), ("owner", "owner"), ("site", "site")],
    ),
    ("hand-over-service", "/admin/services/{name}/{act}", "service", "hand-over", &[("owner", "owner")]),
    ("activate-person", USERS, "person", "activate", &[]),
    ("suspend-person", USERS, "person", "suspend", &[("reason", "reason")]),
    ("resume-person", USERS, "person", "resume", &[("reason", "reason")]),
    ("give-role", USERS, "person", "give", &[("role", "role"), ("site", "site")]),
    ("take-role", USERS, "person", "take", &[("role", "role"), ("site", "site")]),
    ("confirm-finding", FINDINGS, "finding", "confirm", &[("party", "party"), ("severity", "severity")]),
    ("dismiss-finding", FINDINGS, "finding", "dismiss", &[]),
    ("hold-joint-review", FINDINGS, "finding", "joint-review", &[("note", "reason")]),
    ("claim-action", DEED, "", "claim-action", &[("finding", "finding"), ("note", "note")]),
    ("erase-text", DEED, "", "erase-text", ERASED),
    ("erase-person", DEED, "", "erase-person", ERASED),
    ("plan-action", FINDINGS, "finding", "plan", &[("party", "party"), ("due", "due"), ("text", "reason")]),
    ("verify-action", FINDINGS, "finding", "verify", &[("note", "reason")]),
    ("close-finding", FINDINGS, "finding", "close", &[]),
    ("mark-request-seen", DEED, "", "mark-request-seen", &[("request", "request")]),
    ("dispute-finding", DEED, "", "dispute-finding", &[("finding", "finding"), ("note", "note")]),
    (
        "look-at-exceptions",
        "/review/trail/look",
        "",
        "",
        &[("until", "until"), ("kinds", "kinds"), ("list", "list"), ("note", "note")],
    ),
    (
        "conclude-trail-review",
        "/review/trail/conclude",
        "",
        "",
        &[("from", "from"), ("until", "until"), ("root", "root"), ("list", "list"), ("note", "note")],
    ),
    ("reopen-finding", FINDINGS, "finding", "reopen", &[]),
    ("record-arrival", VISITS, "visit", "arrive", &[]),
    ("attend-visit", VISITS, "visit", "check-in", &[]),
    ("record-leaving", VISITS, "visit", "leave", &[]),
    ("close-visit", VISITS, "visit", "close", &[("reason", "reason")]),
];

/// The form of a line, its body already filled.
pub fn of(step: &Step, body: &Value) -> Option<Filled> {
    let line = INSTEAD.iter().find(|(act, ..)| *act == step.act);
    if let Some((_, route, named, last, fields)) = line {
        let places = [body[*named].as_str(), Some(*last)].into_iter().flatten().filter(|p| !p.is_empty());
        let places = places.map(str::to_owned).collect();
        let fields = fields.iter().flat_map(|(from, to)| pairs(&body[*from], to)).collect();
        return Some(Filled { route, places, fields, file: None, instead: true });
    }
    special(step, body)
}

fn pairs(value: &Value, to: &str) -> Vec<(String, String)> {
    match value {
        Value::String(text) => vec![(to.to_owned(), text.clone())],
        Value::Number(number) => vec![(to.to_owned(), number.to_string())],
        Value::Array(all) => all.iter().flat_map(|v| pairs(v, to)).collect(),
        _ => Vec::new(),
    }
}

type Pair<'a> = (&'a str, &'a str);

fn form(route: &'static str, places: &[String], fields: &[Pair<'_>], instead: bool) -> Option<Filled> {
    let fields = fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    Some(Filled { route, places: places.to_vec(), fields, file: None, instead })
}

/// Forms on the page of an object whose fields are not simply those of the act.
fn special(step: &Step, body: &Value) -> Option<Filled> {
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    match step.act.as_str() {
        "name-attendant" if body["grant"].is_string() => {
            form("/access/grants/{name}/attendant", &[text("grant")], &[("attendant", &text("attendant"))], true)
        }
        "extend-grant" => {
            form("/access/grants/{name}/extend", &[text("grant")], &[("until", "2026-11-16 12:00")], true)
        }
        "approve-access" => form("/access/requests/{name}/approve", &[text("request")], &[], true),
        "propose-scope" if body["conduits"].is_array() => {
            let fields = [
                ("instance", &*text("instance")),
                ("roles", "view"),
                ("roles", "configure"),
                ("conduits", "BZ5|BZ4"),
                ("conduits", "BZ4|BZ7"),
            ];
            form("/engagements/{name}/scope/propose", &[text("engagement")], &fields, true)
        }
        "state-tier-facts" => {
            let fields = [
                ("site", "BRU"),
                ("patterns", "gateway-unattended"),
                ("flags-BMS-B61", "high-availability"),
                ("gxp-BMS-B61", "none"),
            ];
            form("/engagements/{name}/tier", &[text("engagement")], &fields, false)
        }
        "answer-tier-questions" => {
            let fields = [
                ("site", "BRU"),
                ("access", "yes"),
                ("change", "yes"),
                ("safety", "no"),
                ("product", "none"),
                ("network", "no"),
            ];
            form("/engagements/{name}/questions", &[text("engagement")], &fields, true)
        }
        "review-evidence" => {
            let judged = body["judged"].as_array()?.iter();
            let met =
                judged.map(|j| (format!("met-{}", j["criterion"].as_str().unwrap_or_default()), "met".to_owned()));
            let mut filled = form("/evidence/items/{name}/review", &[text("item")], &[("grade", "adequate")], true)?;
            filled.fields.extend(met);
            Some(filled)
        }
        "deliver-evidence" | "note-state" | "bring-recording" => with_file(step, body),
        // The page of a session under a grant takes the grant too; the story still needs it.
        "end-session" if body["how"] == "safe-end" => {
            let shown = text("session");
            let fields = [("reason", "Time is up."), ("scope", "session"), ("mode", "soft"), ("shown", &*shown)];
            form("/access/sessions/{name}/end", &[text("session")], &fields, true)
        }
        _ => making(step, body),
    }
}

/// Forms that bring a file.
fn with_file(step: &Step, body: &Value) -> Option<Filled> {
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let (filled, file) = match step.act.as_str() {
        "note-state" => {
            let fields = [("of", "found"), ("instance", &*text("instance")), ("text", &*text("text"))];
            let filled = form("/visits/{name}/state", &[text("visit")], &fields, true);
            (filled, ("panel.jpg", "no picture, but bytes"))
        }
        "bring-recording" => {
            let fields = [("source", &*text("source"))];
            let filled = form("/access/sessions/{name}/bring", &[text("session")], &fields, true);
            (filled, ("story.cast", crate::story::CAST))
        }
        _ => (form("/owe/{name}/upload", &[text("request")], &[], false), ("list.csv", "name,role\nA,b\n")),
    };
    Some(Filled { file: Some(file), ..filled? })
}

/// Forms that make something new.
fn making(step: &Step, body: &Value) -> Option<Filled> {
    let e = body["engagement"].as_str().unwrap_or_default();
    match step.act.as_str() {
        "send-request" => {
            let fields = [("engagement", e), ("site", "BRU"), ("key", "user-list"), ("period", "2026-Q2")];
            form("/evidence/requests", &[], &fields, false)
        }
        "request-access" => {
            let fields = [
                ("engagement", e),
                ("system", "BMS-B61"),
                ("role", "configure"),
                ("purpose", "maintain"),
                ("pattern", "gateway-unattended"),
                ("window", "fixed"),
                ("from", "2026-11-16 09:00"),
                ("until", "2026-11-16 10:00"),
                ("reference", "CHG-0777"),
            ];
            form("/access/requests", &[], &fields, false)
        }
        "take-account-list" => {
            let mut filled = form("/accounts", &[], &[("site", "BRU"), ("kind", "directory")], true)?;
            filled.file = Some(("ad.csv", "login;last sign-in\nm.one;2026-11-01\nnobody;never\n"));
            Some(filled)
        }
        "open-emergency" => {
            let fields = [("person", "M-1"), ("system", "BMS-B61"), ("attendant", "N-109"), ("reason", "No air.")];
            form("/access/emergency", &[], &fields, false)
        }
        "propose-finding" => {
            let fields = [("kind", "general"), ("severity", "low"), ("text", "A word."), ("engagement", e)];
            form("/findings", &[], &fields, false)
        }
        "announce-visit" => {
            let fields = [("provider", "P-77"), ("people", "M-1"), ("instances", "BMS-B61"), ("when", "now")];
            form("/visits", &[], &fields, false)
        }
        "log-session" => {
            let fields =
                [("person", "M-1"), ("instance", "BMS-B61"), ("way", "on-site"), ("work", "Trend read."), ("from", "")];
            form("/logbook", &[], &fields, false)
        }
        "invite-person" => {
            let fields = [("login", "new.one"), ("name", "New One"), ("role", "qa"), ("site", "BRU")];
            form("/admin/users", &[], &fields, false)
        }
        _ => None,
    }
}

impl Filled {
    /// The path with its places filled.
    pub fn path(&self) -> String {
        filled(self.route, &self.places)
    }
    /// The same form for an object that nobody has.
    pub fn invented(&self) -> Filled {
        let mut places = self.places.clone();
        if let Some(first) = places.first_mut() {
            "0198c0de-0000-7000-8000-00000000dead".clone_into(first);
        }
        Filled { places, ..self.clone() }
    }
    /// Sends it.
    pub async fn send(&self, door: &Door) -> Reply {
        let id = request().to_string();
        let mut fields: Vec<(&str, &str)> = vec![("request_id", &id)];
        fields.extend(self.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())));
        let reply = match self.file {
            Some(file) => door.upload(&self.path(), &fields, file).await,
            None => door.form(&self.path(), &fields).await,
        };
        // Where the form leads to the second step, the person takes it.
        if reply.status == StatusCode::OK { door.signs(reply).await } else { reply }
    }
}

/// A route with its places filled, in order.
pub fn filled(route: &str, places: &[String]) -> String {
    let mut places = places.iter();
    let parts = route.split('/').map(|part| match part.starts_with('{') {
        true => places.next().map_or(part, String::as_str),
        false => part,
    });
    parts.collect::<Vec<_>>().join("/")
}
