//! The mirror world: whatever a provider's person can ask, in every order, filter and form, the answer is the same to
//! the byte whether another provider lives at the same systems or not.

use std::collections::BTreeSet;

use plantgate_app::acts::NAMES;
use plantgate_domain::base::Kind;
use plantgate_testkit::{
    door::Door,
    forms::filled,
    story::{Step, Story, steps},
};
use plantgate_web::door::{
    routes::{Route, RouteKind},
    table,
};
use serde_json::{Value, json};

/// Facts of our own that every provider at the site is told: they may change what one reads, whoever else is there.
const OURS: &[&str] = &[
    "approve-mode",
    "attest-calendar",
    "set-freeze",
    "lift-freeze",
    "state-tier-facts",
    "agree-measures",
    "break-measure",
];

/// When both sides are asked: later than everything the story does.
const ASKED: &str = "2026-11-16T09:30:00Z";

/// What Verdano has of every kind, made before anybody looks.
async fn verdanos(story: &Story) -> Vec<(&'static str, String)> {
    let act = async |by: &str, act: &str, body: Value| {
        let caller = story.caller(by).await;
        let answer = story.demo.world.named(&caller, act, body).await;
        answer.unwrap_or_else(|e| panic!("{act}: {e:?}"))["done"].clone()
    };
    let text = |done: &Value, field: &str| done[field].as_str().unwrap().to_owned();
    let window = json!({ "from": "2026-11-16T13:00:00Z", "until": "2026-11-16T15:00:00Z" });
    let wish = json!({ "engagement": "E-025", "instance": "BMS-B61", "environment": "prod", "roles": ["configure"],
        "purpose": "maintain", "pattern": "gateway-unattended", "change": "CHG-0431",
        "window": { "is": "fixed", "window": window } });
    let asked = act("P09-02", "request-access", wish).await;
    let emergency = json!({ "engagement": "E-025", "person": "P09-02", "instance": "BMS-B61", "environment": "prod",
        "roles": ["configure"], "pattern": "gateway-attended", "attendant": "N-109", "minutes": 120,
        "called_back": true, "reason": "No air." });
    let opened = act("N-109", "open-emergency", emergency).await;
    let start = json!({ "instance": "BMS-B61", "person": "P09-02", "grant": text(&opened, "grant"),
        "role": "configure", "attendant": "N-109" });
    let began = act("N-109", "start-session", start).await;
    let finding = json!({ "kind": "general", "reference": "F-0900", "engagement": "E-025", "severity": "low",
        "text": "A word is missing.", "shared": true });
    act("N-102", "propose-finding", finding).await;
    let confirm = json!({ "finding": "F-0900", "party": "provider", "severity": "low" });
    act("N-111", "confirm-finding", confirm).await;
    let comes = json!({ "site": "BRU", "provider": "P-09", "engagement": "E-025", "instances": ["BMS-B61"],
        "people": ["P09-02"], "visitors": ["Pat Fitter"], "attendant": "N-109", "arrived": true });
    let visit = text(&act("N-109", "announce-visit", comes).await, "reference");
    let laptop = json!({ "visit": visit, "kind": "laptop", "label": "ThinkPad 9", "result": "clean" });
    act("N-109", "bring-device", laptop).await;
    let line = json!({ "instance": "BMS-B61", "way": "on-site", "work": "Trend read.", "person": "P09-02",
        "visit": visit });
    act("N-109", "log-session", line).await;
    vec![
        ("/visits/", visit.clone()),
        ("/our-visits/", visit),
        ("/providers/", "P-09".to_owned()),
        ("/engagements/", "E-025".to_owned()),
        ("/evidence/requests/", "REQ-0577".to_owned()),
        ("/owe/", "REQ-0577".to_owned()),
        ("/evidence/items/", "EV-0498".to_owned()),
        ("/access/requests/", text(&asked, "reference")),
        ("/access/grants/", text(&opened, "reference")),
        ("/access/sessions/", text(&began, "reference")),
        ("/findings/", "F-0900".to_owned()),
        ("/our-findings/", "F-0900".to_owned()),
        ("/admin/users/", "P09-01".to_owned()),
    ]
}

/// Names of the mirror's objects: before they exist, and after, they are the same to a stranger.
const MIRRORS: &[(&str, &str, &str)] = &[
    ("/providers/", "provider", "P-77"),
    ("/engagements/", "engagement", "E-077"),
    ("/evidence/requests/", "request", "REQ-7701"),
    ("/owe/", "request", "REQ-7701"),
    ("/evidence/items/", "item", "EV-7702"),
    ("/access/requests/", "access-request", "AR-7703"),
    ("/findings/", "finding", "F-7701"),
    ("/our-findings/", "finding", "F-7701"),
    ("/admin/users/", "person", "M-1"),
    ("/visits/", "visit", "VIS-0002"),
    ("/our-visits/", "visit", "VIS-0002"),
    ("/history/", "change", "CHG-0777"),
    ("/history/", "qualification", "Q-0077"),
    ("/history/", "agreement", "MSA-0077"),
    ("/history/", "certificate", "CRT-0077"),
];

/// Orders, filters and forms a list may be asked for; a page that is no list ignores them.
const VIEWS: &[&str] = &[
    "",
    "?sort=name",
    "?sort=newest",
    "?as=csv",
    "?as=json",
    "?site=BRU",
    "?provider=P-77",
    "?q=Mirror",
    "?q=E-077",
    "?engagement=E-077&system=BMS-B61",
    "?done=invited&entry=3",
];

/// Every path to ask: each route with what Verdano has, with what the mirror has, and each list in every view.
fn paths(mine: &[(&'static str, String)]) -> Vec<String> {
    let mut all = Vec::new();
    let pages = table().into_iter().filter(|r| r.method == "GET" && r.kind == RouteKind::Page);
    for route in pages {
        let path = route.path();
        let (begins, places) = (path.split('{').next().unwrap_or_default().to_owned(), path.matches('{').count());
        match (places, begins.as_str()) {
            (0, _) => all.extend(VIEWS.iter().map(|v| format!("{path}{v}"))),
            (_, "/rules/" | "/r/") => all.push(filled(&path, &["R-15".to_owned()])),
            (_, "/admin/rules/") => all.push(filled(&path, &["standing.toml".to_owned()])),
            // No identity provider is configured: what is asked for makes no difference.
            (_, "/sign-in/prove/") => all.push(filled(&path, &["nobody".to_owned()])),
            (_, "/sites/") => all.push(filled(&path, &["BRU".to_owned()])),
            // Lists of accounts are ours alone, as packs are; what is asked for makes no difference.
            (_, "/accounts/") => all.push(filled(&path, &["AL-0001".to_owned()])),
            (_, "/packs/" | "/packs/making/" | "/review/trail/") => all.push(filled(&path, &["0".to_owned()])),
            (_, "/systems/") => all.push("/systems/BMS-B61".to_owned()),
            (_, "/admin/import/" | "/admin/sheets/") => all.push(filled(&path, &["0".repeat(64)])),
            (_, "/admin/imports/") => all.push(filled(&path, &["IMP-0001".to_owned()])),
            (_, "/admin/services/") => all.push(filled(&path, &["W-gate".to_owned()])),
            // The door for directories tells of the owner's people, to the owner's programs alone.
            (_, "/api/v1/scim/v2/Users/") => all.push(filled(&path, &[uuid::Uuid::nil().to_string()])),
            // Nobody took a certificate of it.
            (2, "/access/grants/" | "/api/v1/access/ssh/certificates/") => {
                let grants = mine.iter().find(|(b, _)| *b == "/access/grants/").map(|(_, own)| own.clone());
                all.extend(grants.map(|own| filled(&path, &[own, "0".to_owned()])));
            }
            (_, "/do/") => all.extend(NAMES.iter().map(|act| filled(&path, &[(*act).to_owned()]))),
            (1, "/register/") => {
                let kinds = Kind::ALL.iter().map(|k| filled(&path, &[k.as_str().to_owned()]));
                all.extend(kinds.flat_map(|at| VIEWS.iter().map(move |v| format!("{at}{v}"))));
            }
            (_, "/history/" | "/register/" | "/api/v1/objects/") => all.extend(objects(&route, mine)),
            _ => {
                let own = mine.iter().find(|(b, _)| *b == begins);
                let (_, own) = own.unwrap_or_else(|| panic!("the mirror knows no object of Verdano for {path}"));
                let other = MIRRORS.iter().find(|(b, ..)| *b == begins).map(|(.., name)| (*name).to_owned());
                all.extend([Some(own.clone()), other].into_iter().flatten().map(|name| filled(&path, &[name])));
            }
        }
    }
    all
}

fn objects(route: &Route, mine: &[(&'static str, String)]) -> Vec<String> {
    let path = route.path();
    if path.ends_with("{kind}") {
        let views = ["", "?sort=newest", "?limit=1", "?provider=P-77", "?provider=P-99", "?site=BRU", "?state=active"];
        let ours = ["?is=standing:restricted", "?is=due:overdue", "?is=grade:missing", "?is=grant:active"];
        let views = views.into_iter().chain(ours);
        return Kind::ALL.iter().flat_map(|k| views.clone().map(move |v| format!("/api/v1/objects/{k}{v}"))).collect();
    }
    let own = MIRRORS.iter().filter_map(|(begins, kind, _)| {
        let (_, name) = mine.iter().find(|(b, _)| b == begins)?;
        Some(((*kind).to_owned(), name.clone()))
    });
    let others = MIRRORS.iter().map(|(_, kind, name)| ((*kind).to_owned(), (*name).to_owned()));
    own.chain(others).map(|(kind, name)| filled(&path, &[kind, name])).collect()
}

/// Everything two people of Verdano read.
async fn read(story: &Story, doors: &[Door], paths: &[String]) -> Vec<(String, String)> {
    story.demo.world.set(ASKED);
    let mut seen = Vec::new();
    for (n, door) in doors.iter().enumerate() {
        for path in paths {
            seen.push((format!("{n} {path}"), door.get(path).await.still()));
        }
        for engagement in ["E-025", "E-077"] {
            let window = json!({ "from": "2026-11-16T13:00:00Z", "until": "2026-11-16T15:00:00Z" });
            let wish = json!({ "engagement": engagement, "instance": "BMS-B61", "environment": "prod",
                "roles": ["configure"], "purpose": "maintain", "pattern": "gateway-unattended",
                "window": { "is": "fixed", "window": window } });
            let reply = door.json("/api/v1/access/decisions", &wish).await;
            seen.push((format!("{n} decision {engagement}"), reply.still()));
        }
    }
    seen
}

#[tokio::test]
async fn a_providers_answers_are_the_same_whether_another_lives_there_or_not() {
    for mut story in Story::both().await {
        let mine = verdanos(&story).await;
        // A set of measures for the system is ours, and others take its steps: it stands on both sides.
        for step in steps().iter().filter(|step| step.act == "agree-measures") {
            let answer = story.does(step).await;
            answer.unwrap_or_else(|e| panic!("{} by {}: {e:?}", step.act, step.by));
        }
        let doors = [story.door("P09-02").await, story.door("P09-01").await];
        let paths = paths(&mine);
        let before = read(&story, &doors, &paths).await;
        // when another provider is engaged, delivers, is found at fault, is granted access, at the same system
        story.demo.world.set("2026-11-16T07:30:00Z");
        let told = |step: &Step| !OURS.contains(&step.act.as_str());
        for step in steps().into_iter().filter(told) {
            let answer = story.does(&step).await;
            answer.unwrap_or_else(|e| panic!("{} by {}: {e:?}", step.act, step.by));
        }
        // then nothing that Verdano's people read has changed by a byte
        let after = read(&story, &doors, &paths).await;
        let own = before.iter().filter(|(_, answer)| answer.starts_with("200")).count();
        assert!(own > 60, "Verdano reads too little to prove anything: {own} of {}", before.len());
        let differ: Vec<_> = before.iter().zip(&after).filter(|(b, a)| b != a).map(|(b, a)| told_apart(b, a)).collect();
        assert!(differ.is_empty(), "{}: {}", story.demo.world.engine, differ.join("\n"));
        story.demo.world.close().await;
    }
}

/// Where two answers part: the last line that only one of them has, since a page begins with the drawings of the signs
/// it uses.
fn told_apart(before: &(String, String), after: &(String, String)) -> String {
    let only = |a: &str, b: &str| {
        let there: BTreeSet<&str> = b.lines().collect();
        let line = a.lines().rfind(|line| !there.contains(line)).unwrap_or("nothing of its own");
        line.chars().take(1_500).collect::<String>()
    };
    let (without, with) = (only(&before.1, &after.1), only(&after.1, &before.1));
    format!("{}\n  without: {without}\n  with:    {with}", before.0)
}
