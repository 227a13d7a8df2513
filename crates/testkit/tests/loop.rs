//! Story A-25 through pages alone: forms, no script, on both engines. Restricted with its reason, asked unattended and
//! not granted, the list sent in the portal and judged, Good the same second, asked again, approved by somebody else,
//! open, and over by the clock.

use axum::http::{Method, StatusCode};
use plantgate_domain::{base::Kind, qualify::request::Request};
use plantgate_store::memory::Memory;
use plantgate_testkit::{
    demo::Demo,
    door::{Door, Reply},
};

pub const ASK: [(&str, &str); 9] = [
    ("engagement", "E-025"),
    ("system", "BMS-B61"),
    ("purpose", "maintain"),
    ("role", "configure"),
    ("pattern", "gateway-unattended"),
    ("window", "fixed"),
    ("from", "16.11. 14:00"),
    ("until", "16.11. 16:00"),
    ("reference", "MOC-2026-0713"),
];

/// The page says all of this.
fn says(page: &Reply, wanted: &[&str]) {
    let words = page.words();
    for want in wanted {
        assert!(words.contains(want), "the page does not say ‘{want}’ ({}):\n{words}", page.status);
    }
}

/// Follows a form to the page it leads to.
async fn follow(door: &Door, reply: &Reply) -> Reply {
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.words());
    let page = door.get(reply.location()).await;
    assert_eq!(page.status, StatusCode::OK, "{}: {}", reply.location(), page.words());
    page
}

pub async fn asks(door: &Door, fields: &[(&str, &str)]) -> (String, Reply) {
    let form = door.get("/access/new").await;
    let id = form.hidden("request_id");
    let mut all = vec![("request_id", id.as_str())];
    all.extend_from_slice(fields);
    let sent = door.form("/access/requests", &all).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.words());
    let path = sent.location().split('?').next().unwrap().to_owned();
    (path.rsplit('/').next().unwrap().to_owned(), follow(door, &sent).await)
}

async fn upload(door: &Door, path: &str, file: &str) -> Reply {
    let id = door.get(path).await.hidden("request_id");
    let field = |name: &str, value: &str| {
        format!("--line\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = field("request_id", &id)
        + "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"users.csv\"\r\n\
           Content-Type: text/csv\r\n\r\n"
        + file
        + "\r\n"
        + &field("from", "2026-07-01")
        + &field("until", "2026-09-30")
        + "--line--\r\n";
    door.send(Method::POST, path, Some("multipart/form-data; boundary=line"), body.into_bytes()).await
}

#[tokio::test]
async fn the_loop_through_pages() {
    for demo in Demo::both().await {
        the_loop(&demo).await;
        demo.world.close().await;
    }
}

async fn the_loop(demo: &Demo) {
    let (ortega, campos) = (demo.sign_in("l.ortega").await, demo.sign_in("i.campos").await);
    let (okafor, keller) = (demo.sign_in("m.okafor").await, demo.sign_in("anna.keller").await);

    // the checks before sending: all of them, passed ones too, and no entry
    let size = demo.world.app.store().look().await.unwrap().size();
    let query = ASK.map(|(n, v)| format!("{n}={}", v.replace(' ', "+"))).join("&");
    let preview = ortega.get(&format!("/access/new?{query}")).await;
    says(&preview, &["Understood: Mon 16 Nov 2026 14:00–16:00 CET (UTC+1), 2 h", "BMS-B61"]);
    assert_eq!(preview.body.matches("data-check=\"").count(), 21, "{}", preview.words());
    let fragment = ortega.get(&format!("/access/new/checks?{query}")).await;
    assert_eq!(fragment.body.matches("data-check=\"").count(), 21);
    assert_eq!(demo.world.app.store().look().await.unwrap().size(), size);

    // not granted; the page offers the same attended, with everything typed, and the cause
    let (first, page) = asks(&ortega, &ASK).await;
    says(
        &page,
        &[
            "is refused for now",
            "What stands in the way",
            "Ask with an attendant",
            "User list",
            "R-24",
            "BMS-B61 is in scope",
        ],
    );
    assert!(page.body.contains("href=\"/owe/REQ-0577/upload\""), "{}", page.body);
    says(&ortega.get("/my-access").await, &[&first, "Refused"]);
    says(&campos.get("/owe").await, &["Restricted", "46 days late", "User list"]);

    // the contact sends the list
    let form = campos.get("/owe/REQ-0577/upload").await;
    says(&form, &["When it is accepted:", "Good the same second"]);
    let sent = upload(&campos, "/owe/REQ-0577/upload", "account,person\nlortega,L. Ortega\n").await;
    says(&follow(&campos, &sent).await, &["Sent. It waits for review", "sent Mon 16 Nov 2026"]);

    // a reviewer grades it; the standing is Good the same second
    graded(demo).await;
    let owe = campos.get("/owe").await;
    says(&owe, &["Good", "1 item accepted"]);
    assert!(!owe.words().contains("Restricted"), "{}", owe.words());

    // asked again with one form of the first page
    let again = ortega.get(&format!("/access/new?repeat={first}")).await;
    says(&again, &["Would go to people for approval"]);
    let (second, page) = asks(&ortega, &[&ASK[..], &[("repeats", first.as_str())]].concat()).await;
    says(&page, &["waits for approval", "Who must say yes"]);
    decided(demo, &ortega, &okafor, &keller, &second).await;
}

/// The reviewer's part is another page's story; here it is the act.
pub async fn graded(demo: &Demo) {
    let caller = demo.caller("m.okafor");
    let mut look = demo.world.app.store().look().await.unwrap();
    let on = look.named(Kind::Request, "REQ-0577").await.unwrap().unwrap();
    let request: Request = look.get(on).await.unwrap();
    drop(look);
    let item = request.items.last().unwrap().0;
    let rules = demo.world.app.store().rules();
    let criteria = &rules.tiers.row("user-list").unwrap().criteria;
    let judged: Vec<_> = criteria.iter().map(|c| serde_json::json!({ "criterion": c.key, "outcome": "met" })).collect();
    let body = serde_json::json!({ "item": item.to_string(), "judged": judged, "grade": "adequate" });
    demo.world.named(&caller, "review-evidence", body).await.unwrap();
}

async fn decided(demo: &Demo, ortega: &Door, okafor: &Door, keller: &Door, name: &str) {
    let path = format!("/access/requests/{name}");
    // a provider's person has no such page; it does not exist
    assert_eq!(ortega.get(&format!("{path}/approve")).await.status, StatusCode::NOT_FOUND);
    let list = keller.get("/access?state=awaiting-approval").await;
    says(&list, &[name, "Waiting for approval"]);
    let consequences = keller.get(&format!("{path}/approve")).await;
    says(&consequences, &["If you approve:", "Mon 16 Nov 2026 14:00–16:00 CET (UTC+1)", "It ends by itself"]);
    let id = consequences.hidden("request_id");
    let yes = keller.form(&format!("{path}/approve"), &[("request_id", &id)]).await;
    let page = follow(keller, &yes).await;
    says(&page, &["Approved. The grant is there", "is granted"]);
    let grant = page.body.split("/access/grants/").nth(1).unwrap().split('"').next().unwrap().to_owned();

    let grant_path = format!("/access/grants/{grant}");
    says(&ortega.get(&grant_path).await, &["Scheduled", "starts in 5 h "]);
    demo.world.set("2026-11-16T13:10:00Z");
    says(&ortega.get(&grant_path).await, &["Open", "1 h 50 min left"]);
    says(&ortega.get("/my-access").await, &["BMS-B61", "1 h 50 min"]);
    says(&okafor.get(&grant_path).await, &["Revoke", "Nobody is connected under it"]);
    demo.world.set("2026-11-16T15:00:00Z");
    says(&ortega.get(&grant_path).await, &["Ended", "over"]);
    says(&okafor.get("/access/grants?state=expired").await, &[&grant]);
    let file = okafor.get("/access?as=csv").await;
    assert!(file.body.contains(name), "{}", file.body);
}

#[tokio::test]
async fn who_asked_cannot_approve() {
    let demo = Demo::on(plantgate_testkit::world::World::sqlite().await).await;
    graded_from_scratch(&demo).await;
    let keller = demo.sign_in("anna.keller").await;
    let ortega = demo.person("l.ortega").to_string();
    let (name, page) = asks(&keller, &[&ASK[..], &[("person", ortega.as_str())]].concat()).await;
    says(&page, &["waits for approval"]);
    let approve = format!("/access/requests/{name}/approve");
    let form = keller.get(&approve).await;
    says(&form, &["You may not:", "R-13", "Nothing: this yes would not be taken."]);
    let id = form.hidden("request_id");
    let no = keller.form(&approve, &[("request_id", &id)]).await;
    assert_eq!(no.status, StatusCode::FORBIDDEN);
    says(&no, &["You may not:", "R-13"]);
    demo.world.close().await;
}

pub async fn graded_from_scratch(demo: &Demo) {
    let campos = demo.sign_in("i.campos").await;
    let sent = upload(&campos, "/owe/REQ-0577/upload", "account,person\n").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.words());
    graded(demo).await;
}

#[tokio::test]
async fn an_emergency_by_one_confirm_and_its_end() {
    let demo = Demo::on(plantgate_testkit::world::World::sqlite().await).await;
    let weber = demo.sign_in("d.weber").await;
    says(
        &weber.get("/now").await,
        &["Now at Brunnfeld", "Nothing can be known", "Only typed-in sessions and those of the gateway are shown"],
    );
    let ortega = demo.person("l.ortega").to_string();
    let form = weber.get("/access/emergency").await;
    says(&form, &["BMS-B61", "Lucía Ortega", "Emergency access", "A late review is ours alone"]);
    let id = form.hidden("request_id");
    let fields = [("request_id", id.as_str()), ("person", &ortega), ("system", "BMS-B61"), ("minutes", "30")];
    let page = follow(&weber, &weber.form("/access/emergency", &fields).await).await;
    says(&page, &["Emergency access is open", "30 min left", "emergency, no request"]);
    let grant = page.body.split("action=\"/access/grants/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let body = serde_json::json!({ "instance": "BMS-B61", "person": ortega, "grant": grant });
    let began = demo.world.named(&demo.caller("d.weber"), "start-session", body).await.unwrap();
    let session = began["done"]["reference"].as_str().unwrap().to_owned();
    says(&weber.get("/now").await, &[&session, "Lucía Ortega", "emergency", "typed in"]);
    let path = format!("/access/sessions/{session}/end");
    let id = weber.get(&path).await.hidden("request_id");
    let how = [("scope", "session"), ("mode", "safe-end"), ("reason", "work is done")];
    let end = [&how[..], &[("request_id", id.as_str()), ("shown", session.as_str())]].concat();
    says(&follow(&weber, &weber.form(&path, &end).await).await, &["Ended."]);
    says(&weber.get(&format!("/access/grants/{grant}")).await, &["Revoked", "over"]);
    demo.world.close().await;
}
