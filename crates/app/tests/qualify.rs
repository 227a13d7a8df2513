//! Qualification, certificates and the loop of evidence, done by acts on both engines.

use plantgate_app::qualify::{
    order::may_order,
    posture::posture,
    standing::{Standing, standing_of},
};
use plantgate_domain::{
    base::{Grade, Kind, Level, PersonId, ProviderId, Tier},
    event::expect::Known,
    expect::{engagement::Engagement, provider::Provider},
    qualify::{
        certificate::Certificate, item::Item, order::MayOrder, person::Person, qualification::Qualification,
        request::Request,
    },
};
use plantgate_store::{Stop, clock::Wall, memory::Memory, ops::upload::By, verify::Damage};
use plantgate_testkit::{plant::Plant, world::World};
use serde_json::{Value, json};

/// Verdano works since June: E-025 approved for BMS-B61.
async fn working(w: World) -> Plant {
    w.set("2026-06-01T08:00:00Z");
    let p = Plant::new(w).await;
    p.verdano().await;
    p.scoped().await;
    p
}

#[tokio::test]
async fn scenario_1_nothing_may_be_ordered_before_it_is_qualified() {
    for w in World::both().await {
        let p = Plant::new(w).await;
        p.verdano().await;
        // given a prospect whose proposed scope holds a safety system
        let scope = json!({ "engagement": "E-025", "instance": "SIS-B05", "roles": ["configure"] });
        p.ok("V-03", "propose-scope", scope).await;
        let (may, tier, open) = order(&p).await;
        assert_eq!((may, tier), (MayOrder::No, Some(Tier::T1)));
        assert_eq!(open, ["order-step-qualify"]);
        // OT security decides, to T2: not deep enough
        let decide = |depth: &str| {
            json!({ "provider": "P-09", "sites": ["BRU"], "depth": depth,
            "valid_until": "2027-08-31" })
        };
        p.ok("V-01", "decide-qualification", decide("T2")).await;
        assert_eq!(order(&p).await, (MayOrder::No, Some(Tier::T1), vec!["order-step-deepen"]));
        // to T1 with a condition, which supersedes the first
        let mut deep = decide("T1");
        deep["conditions"] = json!([{ "key": "as-built", "text": "As-built baseline.", "due": "2026-12-31" }]);
        let done = p.ok("V-01", "decide-qualification", deep).await;
        assert_eq!(done["superseded"].as_array().unwrap().len(), 1);
        assert_eq!(order(&p).await, (MayOrder::WithConditions, Some(Tier::T1), vec!["order-step-meet-condition"]));
        let q = done["reference"].clone();
        p.ok("V-01", "meet-condition", json!({ "qualification": q, "key": "as-built" })).await;
        assert_eq!(order(&p).await.0, MayOrder::Yes);
        p.w.close().await;
    }
}

#[tokio::test]
async fn a_qualification_is_signed_by_who_must() {
    let p = Plant::new(World::sqlite().await).await;
    p.verdano().await;
    let decide = |with: Value| {
        json!({ "provider": "P-09", "sites": ["BRU"], "depth": "T2",
        "valid_until": "2027-08-31", "signed_with": with })
    };
    // a system of which nobody knows how near it is to product
    p.admin("register-instance", json!({ "site": "BRU", "reference": "NEW-1", "name": "New" })).await;
    let scope = json!({ "engagement": "E-025", "instance": "NEW-1", "roles": ["view"] });
    p.ok("V-03", "propose-scope", scope).await;
    assert_eq!(p.stopped("V-01", "decide-qualification", decide(json!([]))).await, "stop-sign-qa");
    assert_eq!(p.stopped("V-05", "decide-qualification", decide(json!([]))).await, "stop-sign-ot-security");
    assert_eq!(p.stopped("V-03", "decide-qualification", decide(json!([]))).await, "stop-no-power");
    assert_eq!(p.stopped("V-01", "decide-qualification", decide(json!(["P-09-1"]))).await, "stop-signer-not-ours");
    let done = p.ok("V-01", "decide-qualification", decide(json!(["V-05"]))).await;
    // a lapse of the provider's doing
    let q = done["reference"].as_str().unwrap();
    let lapse = json!({ "qualification": q, "cause": "provider", "reason": "No answers since May." });
    p.ok("V-01", "explain-lapse", lapse).await;
    assert!(p.get::<Qualification>(q).await.lapse.is_some());
}

#[tokio::test]
async fn a25_the_loop_of_evidence() {
    for w in World::both().await {
        let p = working(w).await;
        // given the Q2 list, accepted in time
        p.w.set("2026-07-01T08:00:00Z");
        let q2 = p.ask("user-list", "2026-Q2").await;
        p.w.set("2026-07-01T12:00:00Z");
        let item = p.deliver(&q2).await;
        p.ok("V-01", "review-evidence", p.judged(&item, "user-list", "met", "adequate")).await;
        // when the Q3 list is asked for on 17 September, then everything that follows from silence is known
        p.w.set("2026-09-17T07:00:00Z");
        let q3 = p.ask("user-list", "2026-Q3").await;
        let request: Request = p.get(&q3).await;
        assert_eq!(request.due.to_string(), "2026-10-01");
        assert!(request.counts() && request.facts.earlier_accepted.is_some());
        assert_eq!(turns(&standing(&p).await), ["2026-10-01T22:00 watch", "2026-11-15T23:00 restricted"]);
        let before = standing(&p).await;
        assert_eq!((before.level, before.counted.len(), before.coming.len()), (Level::Good, 0, 1));
        // on the day of the demo
        p.w.set("2026-11-16T07:30:00Z");
        let now = standing(&p).await;
        assert_eq!((now.level, now.counted.len()), (Level::Restricted, 1));
        assert_eq!(now.since.unwrap().to_string(), "2026-11-15T23:00:00.000000Z");
        assert_eq!(now.counted[0].key, "evidence-expired");
        assert_eq!(now.counted[0].clause.as_ref().unwrap().1, "6.2");
        assert_eq!(order(&p).await.0, MayOrder::No);
        assert_eq!(cell(&p, "SP.09").await.2, Some(Grade::Expired));
        // the engineer opens and answers, it is graded: Good the same second
        p.ok("P-09-1", "mark-request-seen", json!({ "request": q3 })).await;
        let item = p.deliver(&q3).await;
        assert_eq!(standing(&p).await.level, Level::Restricted);
        p.w.set("2026-11-16T09:12:00Z");
        p.ok("V-01", "review-evidence", p.judged(&item, "user-list", "met", "adequate")).await;
        let after = standing(&p).await;
        assert_eq!((after.level, after.counted.len(), after.next), (Level::Good, 0, None));
        assert_eq!(after.since.unwrap().to_string()[..16], *"2026-11-16T09:12");
        assert_eq!(cell(&p, "SP.09").await.2, Some(Grade::Adequate));
        p.w.close().await;
    }
}

#[tokio::test]
async fn a_voluntary_request_never_counts() {
    let p = working(World::sqlite().await).await;
    let ask = |reason: Value| {
        json!({ "engagement": "E-025", "site": "BRU", "key": "restore-test",
        "period": "BMS-B61", "due": "2026-06-20", "reason": reason })
    };
    // beyond the set only with a reason the provider sees
    let mut without = ask(Value::Null);
    without.as_object_mut().unwrap().remove("reason");
    assert_eq!(p.stopped("V-01", "send-request", without).await, "reason");
    let sent = p.ok("V-01", "send-request", ask(json!("Storm season."))).await;
    assert_eq!(sent["counts"], false);
    p.w.set("2026-11-16T07:30:00Z");
    let s = standing(&p).await;
    assert_eq!((s.level, s.counted.len(), s.beside.len()), (Level::Good, 0, 1));
    // the tier's set is brought up to date around it
    p.ok("V-03", "revise-engagement", json!({ "engagement": "E-025", "name": "BMS care" })).await;
    assert_eq!(p.obligation("E-025", "restore-test").await.ended_at, None);
}

#[tokio::test]
async fn a_grade_is_never_above_the_facts() {
    let p = working(World::sqlite().await).await;
    let request = p.ask("user-list", "2026-Q2").await;
    let again = json!({ "obligation": p.obligation("E-025", "user-list").await.facts.reference, "period": "2026-Q2" });
    assert_eq!(p.stopped("V-01", "send-request", again).await, "period");
    let item = p.deliver(&request).await;
    let judge = |outcome: &str, grade: &str| p.judged(&item, "user-list", outcome, grade);
    let review = "review-evidence";
    assert_eq!(p.stopped("V-01", review, judge("met", "strong")).await, "review-grade-above-facts");
    assert_eq!(p.stopped("V-01", review, judge("not-met", "adequate")).await, "review-grade-above-facts");
    assert_eq!(
        p.stopped("V-01", review, json!({ "item": item, "grade": "weak" })).await,
        "review-judge-every-criterion"
    );
    assert_eq!(p.stopped("V-03", review, judge("met", "adequate")).await, "stop-no-power");
    let mut invented = judge("met", "strong");
    let person: Person = p.get("V-07").await;
    invented["judged"][0]["proof"] = json!({ "kind": "person", "id": person.id });
    assert_eq!(p.stopped("V-01", review, invented).await, "judged.proof");
    // returned: with a note, no grade, the due day stands
    assert_eq!(p.stopped("V-01", review, json!({ "item": item })).await, "note");
    p.ok("V-01", review, json!({ "item": item, "note": "Two names are missing." })).await;
    let r: Request = p.get(&request).await;
    assert!(r.returned_at.is_some() && r.grades.is_empty());
    // put away by two; judged no more
    let away = |second: &str| json!({ "item": item, "reason": "Somebody else's list.", "second": second });
    assert_eq!(p.stopped("V-01", "quarantine-item", away("V-01")).await, "stop-second-is-author");
    p.ok("V-01", "quarantine-item", away("V-02")).await;
    assert!(p.get::<Item>(&item).await.quarantined);
    assert_eq!(p.stopped("V-01", review, judge("met", "adequate")).await, "stop-item-quarantined");
}

#[tokio::test]
async fn strangers_find_nothing() {
    let p = working(World::sqlite().await).await;
    p.admin("register-provider", json!({ "reference": "P-04", "name": "Brightmere", "country": "GB" })).await;
    p.invite(json!({ "reference": "P-04-1", "handle": "t.reyes", "name": "T. Reyes", "provider": "P-04",
        "provider_roles": ["engineer", "contact"] }))
        .await;
    let request = p.ask("user-list", "2026-Q2").await;
    let deliver = |request: &str| {
        json!({ "request": request, "file_name": "x", "media": "text/csv",
        "sha256": "0a".repeat(32), "bytes": 1 })
    };
    // a real name and an invented one are told apart by nobody outside
    for name in [request.as_str(), "REQ-9999", "11111111-1111-7111-8111-111111111111"] {
        assert_eq!(p.stopped("P-04-1", "deliver-evidence", deliver(name)).await, "not found");
        assert_eq!(p.stopped("P-04-1", "mark-request-seen", json!({ "request": name })).await, "not found");
    }
    for name in ["P-09-1", "V-01", "nobody"] {
        let leaves = json!({ "person": name, "kind": "leaver", "effective_at": "2026-06-01T08:00:00Z" });
        assert_eq!(p.stopped("P-04-1", "notice-person", leaves).await, "not found");
    }
    // a duty of ours does not exist for the provider
    let ours = p.ask("spot-check", "2026").await;
    assert_eq!(p.stopped("P-09-2", "deliver-evidence", deliver(&ours)).await, "not found");
    assert_eq!(p.stopped("P-09-2", "deliver-evidence", deliver("REQ-9999")).await, "not found");
}

#[tokio::test]
async fn evidence_is_here_before_an_entry_names_it_and_verify_hashes_it_again() {
    for w in World::both().await {
        let p = working(w).await;
        let request = p.ask("user-list", "2026-Q2").await;
        let blobs = p.w.app.store().blobs().clone();
        let body = |sha256: &str, bytes: u64| {
            let file = ("a.csv", "text/csv");
            json!({ "request": request, "file_name": file.0, "media": file.1, "sha256": sha256, "bytes": bytes })
        };
        // given nothing uploaded, and then a file of another length than is said
        assert_eq!(p.stopped("P-09-2", "deliver-evidence", body(&"0a".repeat(32), 1)).await, "sha256");
        let file = p.w.app.store().take_file("one;two\n".as_bytes(), 100, By::House).await.expect("stored");
        assert_eq!(p.stopped("P-09-2", "deliver-evidence", body(&file.sha256, 7)).await, "bytes");
        p.ok("P-09-2", "deliver-evidence", body(&file.sha256, 8)).await;
        let audit = async || {
            let mut damage = Vec::new();
            let mut tx = p.w.app.store().db().read().await.expect("a snapshot");
            let count = plantgate_store::audit::evidence(&mut tx, &blobs, &mut damage).await.expect("an audit");
            assert_eq!(count, 1, "{}", p.w.engine);
            damage
        };
        assert_eq!(audit().await, []);
        // when it is changed on disk, and when it is gone, then it is named with the entry that named it
        let place = p.w.folder.join("blobs").join(&file.sha256[..2]).join(&file.sha256);
        std::fs::write(&place, "one;six\n").expect("written");
        let gone = async |missing| {
            let found = audit().await;
            assert!(
                matches!(&found[..], [Damage::Blob { sha256, missing: m, .. }]
                if *sha256 == file.sha256 && *m == missing),
                "{found:?}"
            );
        };
        gone(false).await;
        std::fs::remove_file(&place).expect("removed");
        gone(true).await;
        p.w.close().await;
    }
}

#[tokio::test]
async fn a_digest_is_no_key_a_provider_fills_no_disk_and_what_nobody_names_goes() {
    for w in World::both().await {
        let p = working(w).await;
        let request = p.ask("user-list", "2026-Q2").await;
        let store = p.w.app.store();
        p.admin("register-provider", json!({ "reference": "P-04", "name": "Brightmere", "country": "GB" })).await;
        let provider = async |reference: &str| {
            let mut look = store.look().await.expect("a look");
            ProviderId(look.named(Kind::Provider, reference).await.expect("rows").expect("a provider").id)
        };
        let (verdano, other) = (By::Provider(provider("P-09").await), By::Provider(provider("P-04").await));
        let body = |sha256: &str| {
            let file = json!({ "request": request, "file_name": "a.csv", "media": "text/csv" });
            [("sha256", json!(sha256)), ("bytes", json!(8))].into_iter().fold(file, |mut file, (name, value)| {
                file[name] = value;
                file
            })
        };
        let mut look = store.look().await.expect("a look");
        let somebody = PersonId(look.named(Kind::Person, "V-01").await.expect("rows").expect("a person").id);
        drop(look);
        // a file of another provider and a file of an import are as if they were not here
        let theirs = store.take_file("one;two\n".as_bytes(), 100, other).await.expect("stored");
        assert_eq!(p.stopped("P-09-2", "deliver-evidence", body(&theirs.sha256)).await, "sha256");
        store.take_file("one;two\n".as_bytes(), 100, By::Import(somebody)).await.expect("stored");
        assert_eq!(p.stopped("P-09-2", "deliver-evidence", body(&theirs.sha256)).await, "sha256");
        // its own copy of the same bytes is its own
        store.take_file("one;two\n".as_bytes(), 100, verdano).await.expect("stored");
        p.ok("P-09-2", "deliver-evidence", body(&theirs.sha256)).await;
        // a file of an import is read by who brought it, and is gone after a day; evidence is nobody's import
        let passing = store.take_file("names\n".as_bytes(), 100, By::Import(somebody)).await.expect("stored");
        assert_eq!(store.import_file(&passing.sha256, somebody).await.expect("mine"), b"names\n");
        assert!(matches!(store.import_file(&passing.sha256, PersonId(uuid::Uuid::max())).await, Err(Stop::NotFound)));
        let own = store.take_file("evidence\n".as_bytes(), 100, verdano).await.expect("stored");
        assert!(matches!(store.import_file(&own.sha256, somebody).await, Err(Stop::NotFound)));
        assert_eq!(store.sweep_uploads(Wall(Wall::now().0 + 80_000)).await.expect("swept"), 0);
        assert_eq!(store.sweep_uploads(Wall(Wall::now().0 + 90_000)).await.expect("swept"), 1, "only the names");
        assert_eq!(store.blobs().size(&passing.sha256).await.expect("asked"), None);
        // what no entry names goes after a week, what one names stays, whoever else had it
        let unnamed = store.take_file("three\n".as_bytes(), 100, verdano).await.expect("stored");
        assert_eq!(store.sweep_uploads(Wall(Wall::now().0 + 6 * 86_400)).await.expect("swept"), 0);
        assert_eq!(store.sweep_uploads(Wall(Wall::now().0 + 8 * 86_400)).await.expect("swept"), 2);
        assert_eq!(store.blobs().size(&unnamed.sha256).await.expect("asked"), None);
        assert_eq!(store.blobs().size(&theirs.sha256).await.expect("asked"), Some(8));
        // and nobody fills the disk of all: two MiB a day in tests
        let much = vec![7; 1_024 * 1_024];
        for n in 0..2_u8 {
            let file = [much.as_slice(), &[n]].concat();
            store.take_file(file.as_slice(), 2_000_000, verdano).await.expect("stored");
        }
        let full = store.take_file("more".as_bytes(), 100, verdano).await;
        assert!(
            matches!(full, Err(Stop::Invalid(why)) if why[0].why.id == "invalid-upload-day-full"),
            "{}",
            p.w.engine
        );
        store.take_file("more".as_bytes(), 100, other).await.expect("the others are not held up");
        p.w.close().await;
    }
}

#[tokio::test]
async fn a_late_notice_counts_where_the_person_could_reach() {
    let p = working(World::sqlite().await).await;
    p.w.set("2026-10-31T10:00:00Z");
    let leaver = json!({ "person": "P-09-1", "kind": "leaver", "effective_at": "2026-10-22T10:00:00Z" });
    assert_eq!(p.stopped("P-09-1", "notice-person", leaver.clone()).await, "stop-no-power");
    p.ok("P-09-2", "notice-person", leaver.clone()).await;
    let size = p.size().await;
    p.ok("P-09-2", "notice-person", leaver.clone()).await;
    assert_eq!(p.size().await, size);
    assert_eq!(p.stopped("P-09-1", "mark-request-seen", json!({ "request": "x" })).await, "not found");
    let s = standing(&p).await;
    assert_eq!((s.level, s.counted[0].key.as_str()), (Level::Watch, "personnel-notice-late"));
    // the provider cannot say it told us earlier
    let mut earlier = leaver;
    earlier["notified_at"] = json!("2026-10-22T10:00:00Z");
    earlier["effective_at"] = json!("2026-10-23T10:00:00Z");
    assert_eq!(p.stopped("P-09-2", "notice-person", earlier).await, "notified_at");
    p.ok("V-01", "clear-notice", json!({ "person": "P-09-1", "engagement": "E-025", "site": "BRU" })).await;
    assert_eq!(standing(&p).await.level, Level::Good);
}

#[tokio::test]
async fn scenario_5_a_certificate_that_does_not_fit_changes_no_grade() {
    for w in World::both().await {
        let p = working(w).await;
        let before = cell(&p, "SP.07").await;
        assert_eq!(before.1, Some(Grade::Unknown));
        let record = |countries: Value, services: Value| {
            json!({ "reference": "CRT-0004", "provider": "P-09",
            "scheme": "iec-62443-2-4", "issuer": "Norvale Cert", "entity": "Verdano Building Systems",
            "services": services, "countries": countries, "edition": "IEC 62443-2-4:2023",
            "requirements": ["SP.07.01 BR", "SP.07.04 RE(1)", "SP.07.02 BR", "SP.07.03 BR"],
            "from": "2025-01-01", "valid_until": "2027-12-31", "scope_text": "Integration, EMEA." })
        };
        let verify = json!({ "certificate": "CRT-0004", "confirmed": "yes", "how": "Asked the issuer." });
        // given integration only, in other countries
        p.ok("V-03", "record-certificate", record(json!(["FR"]), json!(["integration"]))).await;
        p.ok("V-03", "verify-certificate", verify.clone()).await;
        assert_eq!(cell(&p, "SP.07").await, before, "{}", p.w.engine);
        let again = p.ok("V-03", "record-certificate", record(json!(["FR"]), json!(["integration"]))).await;
        assert_eq!(again["outcome"], "unchanged");
        assert_eq!(p.get::<Certificate>("CRT-0004").await.verified, Known::Yes);
        // where everything fits it supports *says*, once the issuer confirmed these words; *does* it never touches
        let fits = record(json!(["DE"]), json!(["maintenance", "remote-support"]));
        p.ok("V-03", "record-certificate", fits).await;
        assert_eq!(cell(&p, "SP.07").await, before);
        p.ok("V-03", "verify-certificate", verify).await;
        let after = cell(&p, "SP.07").await;
        assert_eq!((after.1, after.2), (Some(Grade::Adequate), before.2));
        p.w.close().await;
    }
}

async fn standing(p: &Plant) -> Standing {
    let e: Engagement = p.get("E-025").await;
    let mut look = p.look().await;
    let now = look.now();
    standing_of(&mut look, e.id, e.tiers[0].site, now).await.expect("a standing")
}

fn turns(s: &Standing) -> Vec<String> {
    s.line.spans().iter().skip(1).map(|span| format!("{} {}", &span.from.to_string()[..16], span.is)).collect()
}

async fn verdano(p: &Plant) -> ProviderId {
    p.get::<Provider>("P-09").await.id
}

async fn order(p: &Plant) -> (MayOrder, Option<Tier>, Vec<&'static str>) {
    let id = verdano(p).await;
    let mut look = p.look().await;
    let now = look.now();
    let asked = may_order(&mut look, id, now).await.expect("an answer");
    (asked.answer.may, asked.tier, asked.answer.open.iter().map(|s| s.key).collect())
}

/// Lowest grade of an area, lowest *says*, lowest *does*.
async fn cell(p: &Plant, area: &str) -> (Option<Grade>, Option<Grade>, Option<Grade>) {
    let id = verdano(p).await;
    let mut look = p.look().await;
    let now = look.now();
    let cells = posture(&mut look, Some(id), now).await.expect("a posture");
    let cell = &cells[&(id, area.to_owned())];
    (cell.lowest, cell.says, cell.does)
}
