//! Emergencies while a gateway cannot ask its core: nothing was approved, a code of a sheet of its own
//! lets the one person in, attended, and the grant is opened afterwards, with a review to come.

use plantgate_domain::{
    base::{EngagementId, GrantId, Kind, PersonId, Role},
    event::witness::Ending,
    expect::{engagement::Engagement, instance::Instance},
    permit::{called::Called, grant::Grant},
    qualify::person::Person,
};
use plantgate_gateway::remote::{call::No, says::BeganAlone};
use plantgate_store::memory::Memory;
use plantgate_testkit::{demo::Demo, proxy::Mode, world::World};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    attends,
    cutoff::{Cut, named, passes, seal, sessions, telling, the_sheet, until},
    does,
};
use crate::messages::{about, told};

/// Issues a sheet for emergencies of the engagement that `BMS-B61` is in the scope of.
async fn sheet(demo: &Demo, roles: &[&str]) -> Uuid {
    let body = json!({ "site": "BRU", "gateway": "hall-3", "codes": 3, "days": 90, "engagement": "E-025",
        "roles": roles, "second": demo.person("d.weber").to_string(), "reason": "For when the line is dead." });
    does(demo, "m.okafor", "issue-codes", body).await["done"].as_str().unwrap().parse().unwrap()
}

fn code(demo: &Demo, sheet: Uuid, number: usize) -> String {
    demo.world.app.sheet_codes(sheet, 3).unwrap()[number - 1].to_string()
}

/// What somebody is told who names the system and does not come in.
async fn refused(cut: &Cut, who: &str, code: &str) -> String {
    let output = cut.gate.typing(who, "BMS-B61", "yes", code).runs(&["echo", "inside"]).await;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && output.stdout.is_empty(), "{said}");
    said
}

/// Puts a security hold on the person; what it is called.
async fn hold(demo: &Demo) -> String {
    hold_on(demo, json!({ "person": demo.person("l.ortega").to_string() })).await
}

async fn hold_on(demo: &Demo, on: Value) -> String {
    let body = json!({ "on": on, "effect": "no-new-access", "cause": "security" });
    does(demo, "m.okafor", "set-hold", body).await["done"]["reference"].as_str().unwrap().to_owned()
}

async fn grant(demo: &Demo, id: GrantId) -> Grant {
    demo.world.app.store().look().await.unwrap().get(id).await.unwrap()
}

/// Nobody knows who read the code out until somebody else than them enters it; whoever read it, issued the sheet or
/// agreed to it does not review.
async fn reads_and_reviews(demo: &Demo, session: &str, grant: &str) {
    let engine = demo.world.engine;
    let reads = |who: &str| json!({ "session": session, "person": demo.person(who).to_string() });
    let review = json!({ "grant": grant, "cause": "production", "finding": "Ventilation stood still." });
    let asked = async |who: &str| {
        let today = demo.sign_in(who).await.get("/today").await.body;
        today.contains(&format!("/register/session/{session}"))
    };
    let no = async |by: &str, act: &str, body: Value| {
        format!("{:?}", demo.world.named(&demo.caller(by), act, body).await.unwrap_err())
    };
    let page = async || demo.sign_in("m.okafor").await.get(&format!("/register/session/{session}")).await.words();
    let unread = page().await;
    assert!(unread.contains("Nobody has entered yet who read the code out"), "{engine}: {unread}");
    assert!(asked("d.weber").await, "{engine}: nobody is asked to enter it");
    for (by, reader, why) in
        [("d.weber", "d.weber", "refuse-read-out-own"), ("d.weber", "l.ortega", "refuse-read-out-theirs")]
    {
        let tried = no(by, "name-code-reader", reads(reader)).await;
        assert!(tried.contains(why), "{engine}: {by} {reader}: {tried}");
    }
    let tried = no("i.campos", "name-code-reader", reads("d.weber")).await;
    assert!(tried.contains("NotFound") || tried.contains("stop-no-power"), "{engine}: {tried}");
    let nobody = json!({ "session": session });
    let tried = no("d.weber", "name-code-reader", nobody).await;
    assert!(tried.contains("refuse-read-out-why"), "{engine}: {tried}");
    let tried = no("n.castellano", "review-emergency", review.clone()).await;
    assert!(tried.contains("refuse-emergency-review-unread"), "{engine}: {tried}");
    // it cannot be found out at first, and then it can
    let unknown = json!({ "session": session, "note": "The envelope is gone." });
    does(demo, "d.weber", "name-code-reader", unknown).await;
    assert!(page().await.contains("could not be found out"), "{engine}");
    does(demo, "m.okafor", "name-code-reader", reads("d.weber")).await;
    // who issued the sheet, agreed to it, read the code out or entered that does not review; nor does who is named put
    // somebody else in their place
    let tried = no("m.okafor", "review-emergency", review.clone()).await;
    assert!(tried.contains("refuse-emergency-review-own"), "{engine}: {tried}");
    let tried = no("d.weber", "name-code-reader", reads("m.okafor")).await;
    assert!(tried.contains("refuse-read-out-own"), "{engine}: {tried}");
    let read = page().await;
    assert!(read.contains("read out by Daniel Weber") && !read.contains("Nobody has entered"), "{engine}: {read}");
    assert!(!asked("d.weber").await, "{engine}: it was entered");
    does(demo, "n.castellano", "review-emergency", review).await;
}

#[tokio::test]
async fn nobody_approved_it_and_a_code_for_emergencies_lets_the_one_person_in_and_it_is_reviewed_afterwards() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let cut = Cut::from(&demo).await;
        cut.gate.key(&demo, "d.weber").await;
        let sheet = sheet(&demo, &["operate", "configure"]).await;
        cut.until_called(true).await;
        // whoever keeps the sheets sees who could be called
        let door = demo.sign_in("m.okafor").await;
        let page = door.get("/sites/BRU/codes").await.words();
        assert!(page.contains("Could be called now: BMS-B61: Lucía Ortega"), "{engine}: {page}");
        // while the core answers, the name of a system means nothing at the door
        let said = refused(&cut, "l.ortega", &code(&demo, sheet, 1)).await;
        assert!(!said.contains("no emergency"), "{engine}: {said}");
        cut.away().await;
        // when it is away, then neither a code of the app nor one for approved work opens it, and it is said what would
        for other in ["000000".to_owned(), cut.code(&demo, 1)] {
            let said = refused(&cut, "l.ortega", &other).await;
            assert!(said.contains("none of the sheet for emergencies") && said.contains("If this is no emergency"));
        }
        // nor does anybody who is not of that engagement find a door there, whatever key they have
        let said = refused(&cut, "d.weber", &code(&demo, sheet, 1)).await;
        assert!(!said.contains("no emergency") && !said.contains("No such file"), "{engine}: {said}");
        let mut running = cut.begins_as("BMS-B61", &code(&demo, sheet, 1)).await;
        assert!(refused(&cut, "l.ortega", &code(&demo, sheet, 1)).await.contains("used before"), "{engine}");
        assert_eq!(sessions(&demo).await, [], "{engine}: the record does not know it yet");
        // when the core is back, then the session is there with a grant of its own, opened by nobody who is known and
        // agreed by whoever agreed to the sheet
        passes(&demo, 300).await;
        cut.afar.line.set(Mode::Through);
        let session = until(&demo, "told", |_| true).await;
        assert_eq!(the_sheet(&demo, sheet).await.used, [(1, session.id)].into(), "{engine}");
        let opened = grant(&demo, session.facts.grant.unwrap()).await;
        let mark = opened.facts.emergency.clone().unwrap();
        let agreed: Vec<_> = opened.facts.approvals.iter().map(|yes| yes.person).collect();
        assert_eq!((mark.opened_by, agreed), (None, vec![demo.person("d.weber")]), "{engine}");
        assert_eq!(opened.facts.window.secs(), 7_200, "{engine}");
        assert_eq!(opened.facts.window.from, session.facts.started, "{engine}");
        assert_ne!(opened.facts.reference, cut.grant, "{engine}");
        // whoever reviews emergencies is told, and it stands among them
        told(&demo).await;
        assert_eq!(about(&demo, "m.okafor", "cut-off").await, 1, "{engine}");
        assert!(about(&demo, "n.castellano", "emergency").await >= 1, "{engine}");
        let reference = opened.facts.reference.clone();
        let door = demo.sign_in("m.okafor").await;
        let list = door.get("/access/emergencies").await.words();
        assert!(list.contains(&reference), "{engine}: {list}");
        let page = door.get(&format!("/access/grants/{reference}")).await;
        assert!(page.words().contains("opened by a code"), "{engine}: {}", page.words());
        reads_and_reviews(&demo, &session.facts.reference, &reference).await;
        // and it goes on, attended, as every other
        attends(&demo, &session.facts.reference).await;
        running.next().await;
        running.leaves().await;
        let ended = until(&demo, "ended", |s| s.ended.is_some()).await;
        assert_eq!((ended.id, ended.ended.unwrap().1, ended.parts.len()), (session.id, Ending::User, 2), "{engine}");
        assert_eq!(sessions(&demo).await.len(), 1, "{engine}");
        let log = cut.gate.target.log();
        assert!(log.contains("plantgate BMS-B61 cut off"), "{engine}: {log}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_hold_that_was_set_meanwhile_closes_it_and_cuts_nothing() {
    let demo = Demo::on(World::sqlite().await).await;
    let cut = Cut::from(&demo).await;
    let sheet = sheet(&demo, &["operate", "configure"]).await;
    cut.until_called(true).await;
    cut.away().await;
    let running = cut.begins_as("BMS-B61", &code(&demo, sheet, 2)).await;
    // given a security hold on the person, of which the gateway cannot know
    hold(&demo).await;
    cut.afar.line.set(Mode::Through);
    // then it is in the record with the no, what runs goes on, and nothing new begins
    let session = until(&demo, "closing", |s| s.closing.is_some()).await;
    let mark = grant(&demo, session.facts.grant.unwrap()).await.facts.emergency.unwrap();
    let no: Vec<&str> = mark.decision.checks.iter().filter(|c| c.key == "no-hold").map(|c| c.result.as_str()).collect();
    assert_eq!(no, ["not-passed"]);
    assert!(session.ended.is_none());
    running.leaves().await;
    until(&demo, "ended", |s| s.ended.is_some()).await;
    demo.world.close().await;
}

#[tokio::test]
async fn nothing_is_lent_for_whom_one_confirm_would_not_do() {
    let demo = Demo::on(World::sqlite().await).await;
    let cut = Cut::from(&demo).await;
    let sheet = sheet(&demo, &["operate", "configure"]).await;
    cut.until_called(true).await;
    // when somebody is held, then they are called no more, and what was approved for them is lent neither
    let held = hold(&demo).await;
    cut.until_called(false).await;
    does(&demo, "m.okafor", "lift-hold", json!({ "hold": held, "reason": "It was a mistake." })).await;
    cut.until_called(true).await;
    // nor where the firm is held: whoever confirms at the core reads that, and nobody does here
    let held = hold_on(&demo, json!({ "provider": "P-09" })).await;
    cut.until_called(false).await;
    does(&demo, "m.okafor", "lift-hold", json!({ "hold": held, "reason": "It was a mistake." })).await;
    cut.until_called(true).await;
    // nor on a system that takes no certificate: what lies in the vault leaves only once the system showed its key
    does(&demo, "m.okafor", "put-login-secret", json!({ "instance": "BMS-B61", "kind": "key" })).await;
    cut.until_called(false).await;
    does(&demo, "m.okafor", "remove-login-secret", json!({ "instance": "BMS-B61" })).await;
    cut.until_called(true).await;
    // when the sheet is withdrawn, then nobody is
    let body = json!({ "site": "BRU", "sheet": sheet.to_string(), "reason": "The envelope was open." });
    does(&demo, "m.okafor", "withdraw-codes", body).await;
    cut.until_called(false).await;
    demo.world.close().await;
}

#[tokio::test]
async fn a_gateway_tells_of_no_emergency_that_its_sheet_is_not_for() {
    let demo = Demo::on(World::sqlite().await).await;
    let cut = Cut::from(&demo).await;
    let sheet = sheet(&demo, &["configure"]).await;
    let known: Grant = named(&demo, Kind::Grant, &cut.grant).await;
    let f = &known.facts;
    let engagements: Vec<Engagement> = demo.world.every().await;
    let other = engagements.iter().find(|e| e.id != f.engagement).unwrap();
    let people: Vec<Person> = demo.world.every().await;
    let stranger = people.iter().find(|p| p.provider().is_some_and(|of| of != f.provider)).unwrap();
    let called = |engagement: EngagementId, person: PersonId| Called {
        engagement,
        instance: f.instance,
        person,
        roles: vec![Role::Configure, Role::Administer],
        secs: u32::MAX,
    };
    let ours = cut.afar.asks("hall-3");
    let tells = async |n: u128, sheet: Uuid, grant: GrantId, emergency: Option<Called>| {
        let seal = seal(sheet, &code(&demo, sheet, 1));
        let one = BeganAlone { emergency, ..telling((n, grant), (sheet, 1), seal) };
        ours.ask(&one, 10).await.map(|told| told.stands)
    };
    let fresh = GrantId(Uuid::from_u128(700));
    let right = || Some(called(f.engagement, f.person));
    // what was approved by a code of this sheet, an emergency by one for what was approved, and of another engagement
    assert_eq!(tells(1, sheet, known.id, None).await, Err(No::NotOurs));
    assert_eq!(tells(1, cut.sheet, fresh, right()).await, Err(No::NotOurs));
    assert_eq!(tells(1, sheet, fresh, Some(called(other.id, f.person))).await, Err(No::NotOurs));
    // somebody of another provider, and a grant that is there already
    assert_eq!(tells(1, sheet, fresh, Some(called(f.engagement, stranger.id))).await, Err(No::NotOurs));
    assert_eq!(tells(1, sheet, known.id, right()).await, Err(No::NotOurs));
    assert_eq!(sessions(&demo).await, []);
    // when it is right, then it has the rights that the sheet names, no longer than an emergency lasts, and once
    for _ in 0..2 {
        assert_eq!(tells(1, sheet, fresh, right()).await, Ok(true));
    }
    let opened = grant(&demo, fresh).await;
    assert_eq!((opened.facts.roles.as_slice(), opened.facts.window.secs()), ([Role::Configure].as_slice(), 7_200));
    // and the same code with another emergency is recorded, in doubt, so that nothing new begins in it
    assert_eq!(tells(2, sheet, GrantId(Uuid::from_u128(701)), right()).await, Ok(true));
    assert_eq!(grant(&demo, GrantId(Uuid::from_u128(701))).await.facts.approvals, [], "nothing begins under it");
    assert_eq!(opened.facts.approvals.len(), 0, "a right that the sheet has not was told");
    let doubt: Vec<bool> = sessions(&demo).await.iter().map(|s| s.cut_off.as_ref().unwrap().doubt).collect();
    assert_eq!(doubt, [true, true]);
    // nor does a system that is none of the scope's have anybody's yes
    let of = engagements.iter().find(|e| e.id == f.engagement).unwrap();
    let inside = |i: &Instance| of.approved().any(|item| item.instance == i.id);
    let all = demo.world.every::<Instance>().await;
    let elsewhere = all.iter().find(|i| i.facts.site == f.site && !inside(i)).unwrap().id;
    let outside = Called { instance: elsewhere, roles: vec![Role::Configure], ..right().unwrap() };
    let seal = seal(sheet, &code(&demo, sheet, 2));
    let other = GrantId(Uuid::from_u128(702));
    let one = BeganAlone { emergency: Some(outside), ..telling((3, other), (sheet, 2), seal) };
    assert!(ours.ask(&one, 10).await.unwrap().stands);
    assert_eq!(grant(&demo, other).await.facts.approvals, []);
    demo.world.close().await;
}
