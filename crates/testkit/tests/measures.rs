//! Measures that make up for a limit of a system (R-21, S5.8a-c; scenario 13): agreed by two, asked for step by step
//! before work begins, broken by what happened, agreed anew. Through pages and acts, on both engines.

use axum::http::StatusCode;
use plantgate_domain::{base::Kind, expect::instance::Instance, witness::session::Session};
use plantgate_store::{Stop, memory::Memory};
use plantgate_testkit::{
    demo::Demo,
    door::{Door, Reply},
    world::request,
};
use serde_json::{Value, json};

use super::{
    gateway::does,
    r#loop::{ASK, asks, graded_from_scratch as graded},
};

/// Why an act does not happen: the id of what is said, or the field and the id of what is wrong in it.
async fn no(demo: &Demo, who: &str, act: &str, body: Value) -> String {
    match demo.world.named(&demo.caller(who), act, body).await.unwrap_err() {
        Stop::Refused(no) => no.say.id.to_string(),
        Stop::Invalid(why) => format!("{} {}", why[0].place.field.clone().unwrap_or_default(), why[0].why.id),
        other => format!("{other:?}"),
    }
}

async fn system(demo: &Demo) -> Instance {
    let mut look = demo.world.app.store().look().await.unwrap();
    let on = look.named(Kind::Instance, "BMS-B61").await.unwrap().unwrap();
    look.get(on).await.unwrap()
}

async fn session(demo: &Demo, name: &str) -> Session {
    let mut look = demo.world.app.store().look().await.unwrap();
    let on = look.named(Kind::Session, name).await.unwrap().unwrap();
    look.get(on).await.unwrap()
}

pub fn measures() -> Value {
    json!({ "instance": "BMS-B61", "measures": ["permit-number", "account-check-out", "adjacent-log"],
        "sources": ["FW-C23"], "until": "2027-03-31", "proposed_by": "N-102",
        "reason": "The firmware knows one account." })
}

/// The firmware of the system knows one account.
pub async fn limited(demo: &Demo) {
    let able = json!({ "named_users": "no", "mfa": "yes", "logs": "yes", "recording": "yes", "file_control": "yes" });
    let body = json!({ "site": "BRU", "reference": "BMS-B61", "name": "Building management B61", "capabilities": able,
        "limitations": ["One account for everybody (firmware)."] });
    does(demo, "k.brandt", "register-instance", body).await;
}

async fn says(door: &Door, path: &str, wanted: &[&str]) -> Reply {
    let page = door.get(path).await;
    let words = page.words();
    for want in wanted {
        assert!(words.contains(want), "{path} does not say ‘{want}’ ({}): {words}", page.status);
    }
    page
}

/// What the check of measures said at a start, and whether the grant covers it.
fn at_start(began: &Value) -> (String, String) {
    let checks = began["done"]["decision"]["checks"].as_array().unwrap();
    let check = checks.iter().find(|c| c["key"] == "compensation-complete").unwrap();
    (check["say"]["id"].as_str().unwrap().to_owned(), began["done"]["cover"].as_str().unwrap().to_owned())
}

async fn begins(demo: &Demo, grant: &str) -> Value {
    let body = json!({ "instance": "BMS-B61", "person": demo.person("l.ortega").to_string(), "grant": grant });
    does(demo, "d.weber", "start-session", body).await
}

#[tokio::test]
async fn a_system_with_a_limit_is_worked_on_once_its_measures_are_in_force_and_their_steps_taken() {
    for demo in Demo::both().await {
        graded(&demo).await;
        limited(&demo).await;
        agreed(&demo).await;
        let grant = granted(&demo).await;
        stepped(&demo, &grant).await;
        unlogged(&demo, &grant).await;
        demo.world.close().await;
    }
}

/// Given a limit and no measures, when access is asked for, then it is refused with the way to measures; two people
/// agree on them, and nobody else does.
async fn agreed(demo: &Demo) {
    let engine = demo.world.engine;
    let ortega = demo.sign_in("l.ortega").await;
    let (_, refused) = asks(&ortega, &ASK).await;
    let words = refused.words();
    assert!(words.contains("The system has a limitation and no complete set of measures."), "{engine}: {words}");
    assert!(words.contains("Agree on measures and put all of them in force."), "{engine}: {words}");
    // whoever may not
    for who in ["l.ortega", "i.campos", "j.lindqvist"] {
        let tried = no(demo, who, "agree-measures", measures()).await;
        assert!(tried == "NotFound" || tried == "stop-no-power", "{engine} {who}: {tried}");
    }
    for who in ["m.okafor", "anna.keller", "d.weber", "k.brandt"] {
        assert_eq!(no(demo, who, "agree-measures", measures()).await, "stop-no-power", "{engine} {who}");
    }
    // one person is not two, and whoever proposes must be of OT security
    let with = |key: &str, value: Value| {
        let mut body = measures();
        body[key] = value;
        body
    };
    let tried = |body| no(demo, "b.stahl", "agree-measures", body);
    assert_eq!(tried(with("proposed_by", json!("N-108"))).await, "stop-second-is-author", "{engine}");
    assert_eq!(tried(with("proposed_by", json!("N-101"))).await, "stop-second-has-no-power", "{engine}");
    assert_eq!(tried(with("sources", json!([]))).await, "sources invalid-measures-sources", "{engine}");
    assert_eq!(tried(with("sources", json!(["our <b>wall</b>"]))).await, "sources invalid-measures-source");
    assert_eq!(tried(with("until", json!("2026-11-15"))).await, "until invalid-measures-past", "{engine}");
    assert_eq!(tried(with("hours_from", json!("25:00"))).await, "hours_from invalid-no-clock", "{engine}");
    assert!(system(demo).await.compensation.is_none(), "{engine}: nothing is half-saved");
    // by the form, whose error stands at its field and whose words stay
    let stahl = demo.sign_in("b.stahl").await;
    let id = request().to_string();
    let mut fields = vec![
        ("request_id", id.as_str()),
        ("instance", "BMS-B61"),
        ("measures", "permit-number"),
        ("measures", "account-check-out"),
        ("measures", "adjacent-log"),
        ("sources", ""),
        ("until", "2027-03-31"),
        ("proposed_by", "N-102"),
        ("reason", "The firmware knows one account."),
    ];
    let sent = stahl.form("/do/agree-measures", &fields).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", sent.words());
    assert!(sent.words().contains("name both or none"), "{engine}: {}", sent.words());
    fields[5] = ("sources", "FW-C23");
    let sent = stahl.form("/do/agree-measures", &fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{engine}: {}", sent.words());
    let wanted = [
        "Made up for until Wed 31 Mar 2027: A work permit, The shared account handed to one person, A log beside the \
         system, logs of FW-C23",
        "Agreed by Bernd Stahl on Mon 16 Nov",
        "The firmware knows one account.",
    ];
    says(&stahl, "/systems/BMS-B61", &wanted).await;
}

/// Given the measures, when it is asked for again, then it is granted; the time has come.
pub async fn granted(demo: &Demo) -> String {
    let (asked, page) = asks(&demo.sign_in("l.ortega").await, &ASK).await;
    assert!(page.words().contains("All agreed measures are in force."), "{}", page.words());
    approved(demo, &asked).await
}

/// A request is approved, and the time has come.
pub async fn approved(demo: &Demo, asked: &str) -> String {
    let done = does(demo, "anna.keller", "approve-access", json!({ "request": asked })).await;
    assert_eq!(done["done"]["state"], "approved", "{done}");
    let mut look = demo.world.app.store().look().await.unwrap();
    let id = done["done"]["grant"].as_str().unwrap().parse().unwrap();
    let grant: plantgate_domain::permit::grant::Grant = look.get(plantgate_domain::base::GrantId(id)).await.unwrap();
    demo.world.set("2026-11-16T13:05:00Z");
    grant.facts.reference
}

/// Takes the steps of the measures: a permit is read, and the shared account is handed out.
pub async fn steps_taken(demo: &Demo, grant: &str) {
    let step = json!({ "grant": grant, "measure": "permit-number", "number": "WP-2026-118" });
    does(demo, "d.weber", "take-step", step).await;
    let found = json!({ "instance": "BMS-B61", "name": "service", "kind": "shared" });
    let account = does(demo, "m.okafor", "record-account", found).await["done"]["reference"].clone();
    let out = json!({ "account": account, "person": demo.person("l.ortega").to_string(), "grant": grant,
        "until": "2026-11-16T15:00:00Z" });
    does(demo, "d.weber", "check-out-account", out).await;
}

/// Given a permit and an account in the set, when the number is empty or the account was not handed out, then no
/// session begins under the grant.
async fn stepped(demo: &Demo, grant: &str) {
    let engine = demo.world.engine;
    let open = ("check-compensation-step".to_owned(), "unmatched".to_owned());
    assert_eq!(at_start(&begins(demo, grant).await), open, "{engine}");
    let step = |number: &str| json!({ "grant": grant, "measure": "permit-number", "number": number });
    for who in ["l.ortega", "i.campos"] {
        let tried = no(demo, who, "take-step", step("WP-7")).await;
        assert!(tried == "NotFound" || tried == "stop-no-power", "{engine} {who}: {tried}");
    }
    assert_eq!(no(demo, "m.okafor", "take-step", step("WP-7")).await, "stop-no-power", "{engine}");
    assert!(no(demo, "d.weber", "take-step", step(" ")).await.starts_with("number "), "{engine}");
    let other = json!({ "grant": grant, "measure": "two-persons" });
    assert_eq!(no(demo, "d.weber", "take-step", other).await, "refuse-step-not-asked", "{engine}");
    let weber = demo.sign_in("d.weber").await;
    let path = format!("/access/grants/{grant}");
    says(&weber, &path, &["Before work begins", "A work permit : open", "handed to one person : open"]).await;
    does(demo, "d.weber", "take-step", step("WP-2026-118")).await;
    says(&weber, &path, &["A work permit : Daniel Weber", "WP-2026-118", "handed to one person : open"]).await;
    assert_eq!(at_start(&begins(demo, grant).await), open, "{engine}: the account is not theirs yet");
    // handing the account out is the step, and its return takes it away
    let found = json!({ "instance": "BMS-B61", "name": "service", "kind": "shared" });
    let account = does(demo, "m.okafor", "record-account", found).await["done"]["reference"].clone();
    let out = json!({ "account": account, "person": demo.person("l.ortega").to_string(), "grant": grant,
        "until": "2026-11-16T15:00:00Z" });
    does(demo, "d.weber", "check-out-account", out.clone()).await;
    let force = ("check-compensation-in-force".to_owned(), "covered".to_owned());
    let first = begins(demo, grant).await;
    assert_eq!(at_start(&first), force, "{engine}");
    let name = first["done"]["reference"].as_str().unwrap();
    does(demo, "d.weber", "end-session", json!({ "session": name, "how": "user" })).await;
    does(demo, "d.weber", "check-in-account", json!({ "account": account, "secret": "changed" })).await;
    assert_eq!(at_start(&begins(demo, grant).await), open, "{engine}: it came back");
    does(demo, "d.weber", "check-out-account", out).await;
}

/// Given a log beside the system, when it has nothing of a session, then the measure is broken, the session says so,
/// and nobody begins until measures are agreed anew (S5.8c).
async fn unlogged(demo: &Demo, grant: &str) {
    let engine = demo.world.engine;
    let began = begins(demo, grant).await;
    let name = began["done"]["reference"].as_str().unwrap().to_owned();
    let noted = |source: &str, lines: u64| json!({ "session": name, "source": source, "lines": lines });
    let tried = |who, body| no(demo, who, "note-adjacent-log", body);
    assert_eq!(tried("d.weber", noted("FW-C23", 3)).await, "refuse-adjacent-running", "{engine}");
    does(demo, "d.weber", "end-session", json!({ "session": name, "how": "user" })).await;
    assert_eq!(tried("d.weber", noted("FW-C24", 3)).await, "refuse-adjacent-source", "{engine}");
    assert_eq!(tried("l.ortega", noted("FW-C23", 3)).await, "NotFound", "{engine}");
    does(demo, "d.weber", "note-adjacent-log", noted("FW-C23", 41)).await;
    assert!(!session(demo, &name).await.missed() && system(demo).await.compensation.unwrap().broken.is_none());
    does(demo, "d.weber", "note-adjacent-log", noted("FW-C23", 0)).await;
    assert!(session(demo, &name).await.missed(), "{engine}");
    let whole = json!({ "session": name, "complete": true });
    assert_eq!(no(demo, "anna.keller", "review-session", whole).await, "refuse-review-adjacent", "{engine}");
    let broken = ("check-compensation-broken".to_owned(), "unmatched".to_owned());
    assert_eq!(at_start(&begins(demo, grant).await), broken, "{engine}");
    let keller = demo.sign_in("anna.keller").await;
    let unlogged = format!("The log beside the system has nothing of {name}");
    says(&keller, "/systems/BMS-B61", &["Not in force since", "A log beside the system", &unlogged]).await;
    // that there was nothing stays, whatever somebody says later
    does(demo, "d.weber", "note-adjacent-log", noted("FW-C23", 9)).await;
    assert!(session(demo, &name).await.missed(), "{engine}");
    // broken once; agreed anew by two, the permit is read anew, and the account is handed out still
    let again = json!({ "instance": "BMS-B61", "measure": "permit-number", "reason": "No permits this week." });
    assert_eq!(no(demo, "d.weber", "break-measure", again.clone()).await, "refuse-measures-broken", "{engine}");
    demo.world.set("2026-11-16T13:10:00Z");
    does(demo, "b.stahl", "agree-measures", measures()).await;
    assert_eq!(at_start(&begins(demo, grant).await).0, "check-compensation-step", "{engine}");
    let step = json!({ "grant": grant, "measure": "permit-number", "number": "WP-2026-118" });
    does(demo, "d.weber", "take-step", step).await;
    assert_eq!(at_start(&begins(demo, grant).await).1, "covered", "{engine}");
    // a session of before the set breaks nothing of it
    does(demo, "d.weber", "note-adjacent-log", noted("FW-C23", 0)).await;
    assert!(system(demo).await.compensation.unwrap().broken.is_none(), "{engine}");
    // whoever runs the area says that one is not in force, alone
    assert_eq!(no(demo, "l.ortega", "break-measure", again.clone()).await, "NotFound", "{engine}");
    does(demo, "d.weber", "break-measure", again).await;
    assert_eq!(at_start(&begins(demo, grant).await), broken, "{engine}");
    says(&keller, "/systems/BMS-B61", &["A work permit", "No permits this week."]).await;
}
