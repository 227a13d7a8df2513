//! Visits and the logbook as people use them: at the gate with a phone, behind the shift, and by the provider whose
//! people came. Facts are never refused for what is missing; a device that nobody checked never passes in silence.

use axum::http::StatusCode;
use plantgate_app::Stop;
use plantgate_domain::{
    base::{Kind, SessionId, VisitId},
    witness::{session::Session, visit::Visit},
};
use plantgate_store::{audit, memory::Memory, verify};
use plantgate_testkit::{demo::Demo, door::Door, world::request};
use serde_json::{Value, json};

const LEAD: &str = "d.weber";
const ENGINEER: &str = "e.hartmann";

async fn does(demo: &Demo, who: &str, act: &str, body: Value) -> Value {
    let answer = demo.world.named(&demo.caller(who), act, body).await;
    answer.unwrap_or_else(|e| panic!("{} {act}: {e:?}", demo.world.engine))["done"].clone()
}

/// What an act is refused with: rule and words, or field and words.
async fn not(demo: &Demo, who: &str, act: &str, body: Value) -> (String, &'static str) {
    match demo.world.named(&demo.caller(who), act, body).await {
        Err(Stop::Refused(no)) => (no.rule.to_owned(), no.say.id),
        Err(Stop::Invalid(all)) => (all[0].place.field.clone().unwrap_or_default(), all[0].why.id),
        other => panic!("{} {act}: {other:?}", demo.world.engine),
    }
}

fn named(field: &str, id: &'static str) -> (String, &'static str) {
    (field.to_owned(), id)
}

/// Verdano's people at the gate: one known, one a name; a laptop that was checked, a stick that was not.
pub async fn verdano_comes(demo: &Demo) -> String {
    let comes = json!({ "site": "BRU", "provider": "P-09", "engagement": "E-025", "instances": ["BMS-B61"],
        "people": ["P09-02"], "visitors": ["Pat Fitter"], "attendant": "N-109", "deputy": "N-117",
        "purpose": "Trend of the ventilation", "arrived": true });
    let visit = does(demo, LEAD, "announce-visit", comes).await["reference"].as_str().unwrap().to_owned();
    let laptop = json!({ "visit": visit, "kind": "laptop", "label": "ThinkPad 9", "result": "clean" });
    does(demo, LEAD, "bring-device", laptop).await;
    does(demo, LEAD, "bring-device", json!({ "visit": visit, "kind": "media", "label": "Stick 4" })).await;
    let found = json!({ "visit": visit, "of": "found", "instance": "BMS-B61", "text": "Alarm 12 stands." });
    does(demo, LEAD, "note-state", found).await;
    let line = json!({ "instance": "BMS-B61", "way": "on-site-own-laptop", "work": "Trend read.", "person": "P09-02",
        "visit": visit });
    does(demo, LEAD, "log-session", line).await;
    visit
}

async fn visit(demo: &Demo, name: &str) -> Visit {
    let mut look = demo.world.app.store().look().await.unwrap();
    let on = look.named(Kind::Visit, name).await.unwrap().unwrap();
    look.get(VisitId(on.id)).await.unwrap()
}

async fn session(demo: &Demo, name: &str) -> Session {
    let mut look = demo.world.app.store().look().await.unwrap();
    let on = look.named(Kind::Session, name).await.unwrap().unwrap();
    look.get(SessionId(on.id)).await.unwrap()
}

#[tokio::test]
async fn a_device_nobody_checked_never_passes_and_the_page_says_why() {
    for demo in Demo::both().await {
        let name = verdano_comes(&demo).await;
        let on = |device: &str| json!({ "visit": name, "device": device, "instance": "BMS-B61" });
        let connect = |device: &str, reason: Option<&str>| {
            let mut body = on(device);
            body["reason"] = json!(reason);
            body
        };
        // given a stick that nobody checked, then it is refused, with a reason or without
        for reason in [None, Some("In a hurry.")] {
            let no = not(&demo, LEAD, "connect-device", connect("2", reason)).await;
            assert_eq!(no, named("R-02", "refuse-device-unchecked"), "{}", demo.world.engine);
        }
        let door = demo.sign_in(LEAD).await;
        let page = door.get(&format!("/visits/{name}")).await.words();
        assert!(page.contains("Must not be connected: nobody has checked it."), "{page}");
        // when somebody says why it is not checked, then another reason lets it on, and the record shows both
        let unchecked = json!({ "visit": name, "device": "2", "result": "not-checked" });
        assert_eq!(not(&demo, LEAD, "check-device", unchecked.clone()).await, named("reason", "invalid-device-reason"));
        let mut why = unchecked;
        why["reason"] = json!("The scanner is broken.");
        does(&demo, LEAD, "check-device", why).await;
        let no = not(&demo, LEAD, "connect-device", connect("2", None)).await;
        assert_eq!(no, named("R-02", "refuse-device-not-checked"));
        does(&demo, LEAD, "connect-device", connect("2", Some("The line stands."))).await;
        let page = door.get(&format!("/visits/{name}")).await.words();
        for words in ["The scanner is broken.", "The line stands.", "not checked, with a reason"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        // when the check refuses it, then no reason helps; and a clean one needs none
        let refused = json!({ "visit": name, "device": "2", "result": "refused", "reason": "A worm.",
            "checked_by": "N-117" });
        does(&demo, LEAD, "check-device", refused).await;
        let no = not(&demo, LEAD, "connect-device", connect("2", Some("All the same."))).await;
        assert_eq!(no, named("R-02", "refuse-device-refused"));
        does(&demo, LEAD, "connect-device", connect("1", None)).await;
        let no = not(&demo, LEAD, "connect-device", connect("3", None)).await;
        assert_eq!(no, named("device", "invalid-device-unknown"));
        let devices = visit(&demo, &name).await.devices;
        assert_eq!((devices[0].connected.len(), devices[1].connected.len(), devices[1].checks.len()), (1, 1, 2));
        demo.world.close().await;
    }
}

#[tokio::test]
async fn who_comes_is_of_that_firm_or_a_name_and_systems_are_in_scope() {
    for demo in Demo::both().await {
        let base = json!({ "site": "BRU", "provider": "P-09", "engagement": "E-025", "instances": ["BMS-B61"] });
        let with = |field: &str, value: Value| {
            let mut body = base.clone();
            body[field] = value;
            body
        };
        let wrong = [
            ("people", json!(["N-109"]), "people", "invalid-visit-person"),
            ("people", json!(["P04-01"]), "people", "invalid-visit-person"),
            ("instances", json!(["PLC-B16"]), "instances", "invalid-visit-scope"),
            ("engagement", json!("E-006"), "engagement", "invalid-visit-engagement"),
            ("visitors", json!([" "]), "visitors", "invalid-empty"),
            (
                "planned",
                json!({ "from": "2026-11-17T08:00:00Z", "until": "2026-11-17T07:00:00Z" }),
                "planned",
                "invalid-window-order",
            ),
        ];
        for (field, value, place, id) in wrong {
            assert_eq!(not(&demo, LEAD, "announce-visit", with(field, value)).await, named(place, id));
        }
        let mut same = with("attendant", json!("N-109"));
        same["deputy"] = json!("N-109");
        assert_eq!(not(&demo, LEAD, "announce-visit", same).await, named("R-20", "refuse-visit-deputy"));
        let made = does(&demo, LEAD, "announce-visit", with("people", json!(["P09-02"]))).await;
        let name = made["reference"].as_str().unwrap();
        let more =
            |person: Option<&str>, called: Option<&str>| json!({ "visit": name, "person": person, "name": called });
        let twice = not(&demo, LEAD, "name-visitor", more(Some("P09-02"), None)).await;
        assert_eq!(twice, named("person", "invalid-visit-twice"));
        assert_eq!(not(&demo, LEAD, "name-visitor", more(None, None)).await, named("person", "invalid-visit-who"));
        does(&demo, LEAD, "name-visitor", more(None, Some("Kim Helper"))).await;
        // a system more is in scope too, and named once
        let systems = |name: &str, of: &str| json!({ "visit": name, "instances": [of] });
        let no = not(&demo, LEAD, "name-visit-systems", systems(name, "PLC-B16")).await;
        assert_eq!(no, named("instances", "invalid-visit-scope"));
        let no = not(&demo, LEAD, "name-visit-systems", systems(name, "BMS-B61")).await;
        assert_eq!(no, named("instances", "invalid-visit-system-none"));
        let walked = does(&demo, LEAD, "announce-visit", json!({ "site": "BRU", "provider": "P-09" })).await;
        let walked = walked["reference"].as_str().unwrap();
        does(&demo, LEAD, "name-visit-systems", systems(walked, "PLC-B16")).await;
        assert_eq!(visit(&demo, walked).await.facts.instances.len(), 1, "{}", demo.world.engine);
        // somebody without the function, and a provider's own people, write nothing
        let no = demo.world.named(&demo.caller("k.brandt"), "attend-visit", json!({ "visit": name })).await;
        assert!(matches!(no, Err(Stop::Refused(_))), "{no:?}");
        let no = demo.world.named(&demo.caller("l.ortega"), "attend-visit", json!({ "visit": name })).await;
        assert!(matches!(no, Err(Stop::NotFound)), "{no:?}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_missed_check_in_calls_the_deputy_then_the_shift_lead_and_leaving_is_never_held_up() {
    for demo in Demo::both().await {
        // given a visit that nobody stands beside after its first quarter of an hour
        let name = verdano_comes(&demo).await;
        let (lead, engineer) = (demo.sign_in(LEAD).await, demo.sign_in(ENGINEER).await);
        let called = async |door: &Door| door.get("/today").await.body.contains(&name);
        assert!(!called(&engineer).await && !called(&lead).await, "{}", demo.world.engine);
        let wait = async |minutes: i64| {
            let now = demo.world.app.store().look().await.unwrap().now().0;
            demo.world.clock.set(now.plus_secs(minutes * 60));
        };
        wait(15).await;
        assert!(called(&engineer).await && !called(&lead).await, "{}", demo.world.engine);
        let list = engineer.get("/visits?attendance=deputy").await;
        assert!(list.body.contains(&name) && list.words().contains("the deputy is called"), "{}", list.words());
        wait(15).await;
        assert!(!called(&engineer).await && called(&lead).await, "{}", demo.world.engine);
        // when somebody checks in, then nobody is called
        does(&demo, ENGINEER, "attend-visit", json!({ "visit": name })).await;
        assert!(!called(&lead).await && !engineer.get("/visits?attendance=deputy").await.body.contains(&name));
        // they leave whatever is missing; the record is closed only with a word about it
        let close = json!({ "visit": name });
        assert_eq!(not(&demo, LEAD, "close-visit", close.clone()).await, named("R-20", "refuse-visit-still-here"));
        does(&demo, LEAD, "record-leaving", json!({ "visit": name })).await;
        assert_eq!(not(&demo, LEAD, "attend-visit", close.clone()).await, named("R-20", "refuse-visit-not-here"));
        let id = request().to_string();
        let asked = lead.form(&format!("/visits/{name}/close"), &[("request_id", &id)]).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        let words = asked.words();
        assert!(words.contains("the check of a device") && words.contains("how a system was left"), "{words}");
        let done = does(&demo, LEAD, "close-visit", json!({ "visit": name, "reason": "They had to go." })).await;
        let what: Vec<&str> = done["missing"].as_array().unwrap().iter().map(|m| m["what"].as_str().unwrap()).collect();
        assert_eq!(what, ["check", "left"]);
        let late = json!({ "visit": name, "of": "left", "instance": "BMS-B61", "text": "As before." });
        assert_eq!(not(&demo, LEAD, "note-state", late).await, named("R-20", "refuse-visit-closed"));
        assert!(lead.get(&format!("/visits/{name}")).await.words().contains("They had to go."));
        demo.world.close().await;
    }
}

#[tokio::test]
async fn at_the_gate_a_visit_is_four_touches_and_times_are_the_sites() {
    for demo in Demo::both().await {
        let lead = demo.sign_in(LEAD).await;
        // given the page at the gate: the firm is one touch, its people and systems are boxes, now is chosen
        let page = lead.get("/visits/new").await;
        assert!(page.body.contains("/visits/new?provider=P-09"), "{}", page.words());
        let page = lead.get("/visits/new?provider=P-09").await;
        let person = page.body.split("name=\"people\"").nth(1).unwrap();
        let person = person.split("value=\"").nth(1).unwrap().split('"').next().unwrap();
        assert!(page.body.contains("value=\"now\" checked") && page.body.contains("value=\"BMS-B61\""));
        let me = demo.person(LEAD).to_string();
        let id = request().to_string();
        let fields = [
            ("request_id", id.as_str()),
            ("provider", "P-09"),
            ("people", person),
            ("instances", "BMS-B61"),
            ("attendant", &me),
            ("when", "now"),
            ("visitors", "Pat Fitter\nKim Helper"),
        ];
        let made = lead.form("/visits", &fields).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.words());
        let name = made.location().split(['/', '?']).nth(2).unwrap().to_owned();
        let page = lead.get(&format!("/visits/{name}")).await.words();
        for words in ["on site", "I am beside them", "Pat Fitter", "Kim Helper", "not known here", "CET"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        // a time that is none, and an expected visit without one, come back with what is wrong
        let id = request().to_string();
        let planned = [("request_id", id.as_str()), ("provider", "P-09"), ("when", "planned"), ("from", "later")];
        let wrong = lead.form("/visits", &planned).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("value=\"later\""), "what was typed is gone");
        // an arrival entered behind its time is marked, and a corrected one stays beside the new one
        let at = "2026-11-16T06:00:00Z";
        does(&demo, LEAD, "record-arrival", json!({ "visit": name, "at": at })).await;
        let page = lead.get(&format!("/visits/{name}")).await;
        assert!(page.words().contains("07:00 CET (entered late"), "{}", page.words());
        assert!(page.words().contains("corrected since"), "{}", page.words());
        // in German too
        let german = demo.sign_in(LEAD).await.in_language("de");
        let page = german.get(&format!("/visits/{name}")).await.words();
        for words in ["vor Ort", "Ich bin bei ihnen", "spät eingetragen"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_photo_of_a_system_is_kept_whole_and_only_ours_take_it_back() {
    for demo in Demo::both().await {
        let name = verdano_comes(&demo).await;
        let lead = demo.sign_in(LEAD).await;
        let id = request().to_string();
        let fields = [("request_id", id.as_str()), ("instance", "BMS-B61"), ("of", "left"), ("text", "All quiet.")];
        let path = format!("/visits/{name}/state");
        let reply = lead.upload(&path, &fields, ("panel.jpg", "bytes of a photo")).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.words());
        let page = lead.get(&format!("/visits/{name}")).await;
        let href = page.body.split(&format!("/visits/{name}/files/")).nth(1).unwrap().split('"').next().unwrap();
        let file = format!("/visits/{name}/files/{href}");
        assert_eq!(lead.get(&file).await.body, "bytes of a photo", "{}", demo.world.engine);
        // the file is named by the record: no sweep takes it, and its bytes are checked
        let store = demo.world.app.store();
        store.sweep_uploads(plantgate_store::clock::Wall(i64::MAX / 2)).await.unwrap();
        assert_eq!(lead.get(&file).await.status, StatusCode::OK);
        let mut tx = store.db().read().await.unwrap();
        let mut damage = Vec::new();
        audit::evidence(&mut tx, store.blobs(), &mut damage).await.unwrap();
        assert!(damage.is_empty());
        std::fs::remove_file(demo.world.folder.join("blobs").join(&href[..2]).join(href)).unwrap();
        audit::evidence(&mut tx, store.blobs(), &mut damage).await.unwrap();
        assert!(damage.iter().any(|d| matches!(d, audit::Damage::Blob { sha256, .. } if sha256 == href)));
        // nobody else gets it: not the provider, not an auditor of nothing, not who is signed out
        let theirs = demo.sign_in("l.ortega").await;
        assert_eq!(theirs.get(&file).await.status, StatusCode::NOT_FOUND);
        let shown = theirs.get(&format!("/our-visits/{name}")).await;
        assert!(shown.words().contains("All quiet.") && !shown.body.contains("/files/"), "{}", shown.words());
        // a text that is missing comes back, and a system that is none of the visit's is told
        let id = request().to_string();
        let none = lead.upload(&path, &[("request_id", &id), ("instance", "BMS-B61"), ("of", "left")], ("", "")).await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
        let other = json!({ "visit": name, "of": "left", "instance": "PLC-B16", "text": "x" });
        assert_eq!(not(&demo, LEAD, "note-state", other).await, named("instance", "invalid-visit-other-system"));
        drop(tx);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_line_of_the_logbook_is_three_touches_and_never_looks_recorded() {
    for demo in Demo::both().await {
        let name = verdano_comes(&demo).await;
        let lead = demo.sign_in(LEAD).await;
        // given who is here now: one touch fills in person, system, way and visit
        let page = lead.get("/logbook/new").await.body;
        let quick = page.split("<ul class=\"bigs\">").nth(1).unwrap().split("href=\"").nth(1).unwrap();
        let quick = quick.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&");
        let form = lead.get(&quick).await;
        let chosen = |field: &str| {
            let select = form.body.split(&format!("name=\"{field}\"")).nth(1).unwrap();
            let before = select.split(" selected").next().unwrap();
            before.rsplit("value=\"").next().unwrap().trim_end_matches('"').to_owned()
        };
        let id = request().to_string();
        let (person, system, way) = (chosen("person"), chosen("instance"), chosen("way"));
        assert_eq!((system.as_str(), way.as_str()), ("BMS-B61", "on-site-own-laptop"), "{}", form.words());
        let fields = [
            ("request_id", id.as_str()),
            ("person", &person),
            ("instance", &system),
            ("way", &way),
            ("visit", &name),
            ("work", "Filter reset."),
        ];
        let done = lead.form("/logbook", &fields).await;
        assert!(done.location().starts_with("/logbook?done=session-logged"), "{}", done.words());
        let list = lead.get("/logbook").await.words();
        for words in ["Filter reset.", "told by a person", "no second person has looked yet", "on site, own laptop"] {
            assert!(list.contains(words), "{words}: {list}");
        }
        // what is missing is said at once, with what was typed
        let id = request().to_string();
        let empty = lead.form("/logbook", &[("request_id", &id), ("work", "Something.")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            empty.body.contains("#f-instance") && empty.body.contains("#f-way") && empty.body.contains("Something.")
        );
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_late_line_is_marked_a_correction_keeps_the_old_one_and_neither_proves_anything() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let line = json!({ "instance": "BMS-B61", "way": "on-site", "work": "Trend read.", "person": "P09-02",
            "from": "2026-11-16T05:00:00Z", "until": "2026-11-16T05:40:00Z", "attendant": "N-109" });
        let first = does(&demo, LEAD, "log-session", line.clone()).await;
        let old = first["reference"].as_str().unwrap().to_owned();
        let lead = demo.sign_in(LEAD).await;
        let list = lead.get("/logbook").await.words();
        // happened at six, site time, and written down later: two columns, and the mark
        assert!(list.contains("06:00 CET") && list.contains("entered late"), "{engine}: {list}");
        // when somebody corrects it, then the old line stays, crossed by the new one, with the reason in its history
        let with = |field: &str, value: Value| {
            let mut body = line.clone();
            body["corrects"] = json!(old);
            body["reason"] = json!("It was the panel.");
            body[field] = value;
            body
        };
        let silent = not(&demo, ENGINEER, "log-session", with("reason", json!(null))).await;
        assert_eq!(silent, named("reason", "invalid-empty"));
        let second = does(&demo, ENGINEER, "log-session", with("work", json!("Panel read."))).await;
        let new = second["reference"].as_str().unwrap().to_owned();
        let list = lead.get("/logbook").await.words();
        for words in ["Trend read.", "Panel read.", &format!("corrected by {new}"), &format!("stands for {old}")] {
            assert!(list.contains(words), "{engine} {words}: {list}");
        }
        let history = lead.get(&format!("/history/session/{old}")).await.words();
        assert!(history.contains("It was the panel."), "{history}");
        let again = not(&demo, LEAD, "log-session", with("work", json!("Once more."))).await;
        assert_eq!(again, named("R-49", "refuse-session-corrected"));
        let end = json!({ "session": old, "how": "user" });
        assert_eq!(not(&demo, LEAD, "end-session", end).await, named("R-49", "refuse-session-corrected"));
        let seen =
            demo.world.named(&demo.caller(LEAD), "start-session", json!({ "instance": "BMS-B61" })).await.unwrap();
        let source = with("corrects", seen["done"]["reference"].clone());
        assert_eq!(not(&demo, LEAD, "log-session", source).await, named("R-49", "refuse-session-not-told"));
        // a second person looks: it is said, and it still proves nothing
        let own = not(&demo, ENGINEER, "review-session", json!({ "session": new, "complete": true })).await;
        assert_eq!(own, named("session", "invalid-session-own"));
        does(&demo, LEAD, "review-session", json!({ "session": new, "complete": true })).await;
        assert!(lead.get("/logbook").await.words().contains("a second person agrees"));
        let rules = demo.world.app.store().rules();
        for name in [&old, &new] {
            let emits = plantgate_domain::thing::Thing::emits(&session(&demo, name).await, &rules);
            assert!(emits.proofs.is_empty(), "{engine} {name}");
        }
        // filters stand in the address, and files have what the page has
        assert!(!lead.get("/logbook?state=corrected").await.words().contains("Panel read."));
        assert!(
            lead.get("/logbook?provider=P-04").await.words().contains("Nothing matches")
                || !lead.get("/logbook?provider=P-04").await.words().contains("Panel read.")
        );
        let csv = lead.get("/logbook?as=csv&provider=P-09").await.body;
        assert!(csv.contains("told") && csv.contains("2026-11-16T05:00:00.000000Z") && csv.contains(&old), "{csv}");
        let mut tx = demo.world.app.store().db().read().await.unwrap();
        assert_eq!(verify::verify(&mut tx, true).await.unwrap().damage, vec![], "{engine}");
        drop(tx);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_its_field() {
    for demo in Demo::both().await {
        let line = json!({ "instance": "BMS-B61", "way": "on-site", "work": "Trend read.", "person": "P09-02" });
        let wrong = [
            ("from", json!("2027-01-01T00:00:00Z"), "from", "invalid-logbook-future"),
            ("until", json!("2027-01-01T00:00:00Z"), "until", "invalid-logbook-future"),
            ("until", json!("2026-11-15T00:00:00Z"), "until", "invalid-window-order"),
            ("way", json!("none"), "way", "invalid-logbook-way"),
            ("person", json!("N-109"), "person", "invalid-logbook-ours"),
            ("person", json!(null), "person", "invalid-logbook-nobody"),
            ("provider", json!("P-04"), "provider", "invalid-logbook-two"),
            ("work", json!(" "), "work", "invalid-empty"),
        ];
        for (field, value, place, id) in wrong {
            let mut body = line.clone();
            body[field] = value;
            assert_eq!(not(&demo, LEAD, "log-session", body).await, named(place, id), "{field}");
        }
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_provider_reads_what_was_written_of_its_people_and_nobody_elses() {
    for demo in Demo::both().await {
        let name = verdano_comes(&demo).await;
        let (own, other) = (demo.sign_in("l.ortega").await, demo.sign_in("t.reyes").await);
        let page = own.get(&format!("/our-visits/{name}")).await.words();
        for words in ["ThinkPad 9", "Must not be connected", "Alarm 12 stands.", "Daniel Weber"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        // it reads: nothing to press, and no page of ours
        let body = own.get(&format!("/our-visits/{name}")).await.body;
        assert!(!body.contains("/do/") && !body.contains("action=\"/visits"));
        let logbook = own.get("/our-logbook").await.words();
        assert!(logbook.contains("Trend read.") && logbook.contains("BMS-B61"), "{logbook}");
        for path in ["/visits", "/logbook", "/logbook/new", "/visits/new", &format!("/visits/{name}")] {
            assert_eq!(own.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        // another provider learns nothing, not even that it exists
        let none = other.get("/our-visits/VIS-9999").await;
        let theirs = other.get(&format!("/our-visits/{name}")).await;
        assert_eq!((theirs.status, theirs.still()), (none.status, none.still()));
        assert!(!other.get("/our-visits").await.body.contains(&name));
        assert!(!other.get("/our-logbook").await.words().contains("Trend read."));
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_visitors_name_is_erased_and_the_page_says_so() {
    for demo in Demo::both().await {
        let name = verdano_comes(&demo).await;
        let mut tx = demo.world.app.store().db().read().await.unwrap();
        let sql = "select seq from entry where kind = 'visit' order by seq";
        let seqs: Vec<u64> = tx.all(sql, &[]).await.unwrap().iter().map(|r| r.size(0).unwrap()).collect();
        drop(tx);
        let door = demo.sign_in(LEAD).await;
        assert!(door.get(&format!("/visits/{name}")).await.words().contains("Pat Fitter"));
        for entry in seqs {
            let body = json!({ "kind": "visit", "object": name, "entry": entry, "ground": "request",
                "second": "N-102" });
            // Entries without a text are refused; all others lose theirs.
            let _ = demo.world.named(&demo.caller("k.brandt"), "erase-text", body).await;
        }
        let page = door.get(&format!("/visits/{name}")).await.words();
        for gone in ["Pat Fitter", "ThinkPad 9", "Alarm 12 stands.", "Trend of the ventilation"] {
            assert!(!page.contains(gone), "{} {gone}: {page}", demo.world.engine);
        }
        assert!(page.contains("erased"), "{page}");
        demo.world.close().await;
    }
}
