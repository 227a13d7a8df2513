//! S1, S2, S3 and S7: what a signature in the record says, that it can be moved to nothing else, that it stays its
//! signer's, and that nobody changes it unnoticed.

use plantgate_app::{review::trail::open, sign::printed};
use plantgate_domain::{
    base::{Kind, SignMeaning},
    permit::access::AccessRequest,
};
use plantgate_store::{
    book,
    db::V,
    memory::Memory,
    signatures::{self, Line},
    verify::{entry_bytes, verify},
};
use plantgate_testkit::world::at;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    super::ground::{Ground, ground},
    draft, id, revise, signatures as of, wanted,
};

/// A range of which quality and OT security have looked at everything, and what concludes it.
pub async fn reviewed(g: &Ground) -> Value {
    let shown = open(&mut g.w.app.store().look().await.unwrap()).await.unwrap();
    let kinds = plantgate_domain::event::expect::TrailKind::ALL;
    let looked = json!({ "until": shown.until, "list": shown.list, "kinds": kinds, "note": "Seen." });
    // each looks at some: at what the other did, or at what is left
    let one = json!({ "until": shown.until, "entries": [shown.all[0].entry()], "note": "Seen." });
    g.ok(&g.okafor, "look-at-exceptions", one).await;
    g.ok(&g.lindqvist, "look-at-exceptions", looked).await;
    json!({ "from": shown.from, "until": shown.until, "root": shown.root, "list": shown.list, "note": "Explained." })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[tokio::test]
async fn a_signature_says_who_when_and_what_it_means_and_under_which_version() {
    for g in ground().await {
        let body = draft(&g, "MSA-1").await;
        let answer = g.ok(&g.adeyemi, "sign-agreement", body).await;
        let signed = of(&g, Kind::Agreement, "MSA-1").await;
        let [signed] = signed.as_slice() else { panic!("{signed:?}") };
        // who, when, meaning, function at that time
        assert_eq!((signed.entry, signed.by), (answer["entry"].as_u64().unwrap(), g.adeyemi.actor));
        assert_eq!(signed.at, at(answer["at"].as_str().unwrap()));
        assert_eq!((signed.signature.meaning, signed.signature.version), (SignMeaning::Agreement, 1));
        assert_eq!(signed.roles, ["procurement"]);
        // the digest is what anybody makes of the entries before it
        let mut look = g.w.app.store().look().await.unwrap();
        let on = look.named(Kind::Agreement, "MSA-1").await.unwrap().unwrap();
        let entries = look.entries(on).await.unwrap();
        let text = format!("1 {}\n", entries[0].1);
        assert_eq!(signed.signature.digest, hex(&Sha256::digest(text)), "{}", g.w.engine);
        assert!(signed.holds && signed.stale.is_none());
        // no name stands in the entry, and the name that is printed is the one the signer had
        let bytes = entry_bytes(look.tx(), signed.entry).await.unwrap().unwrap();
        let said = String::from_utf8(bytes).unwrap();
        assert!(!said.contains("adeyemi") && said.contains("\"signed\":{\"digest\""), "{said}");
        drop(look);
        let renamed = json!({ "reference": "adeyemi", "handle": "adeyemi", "name": "R. Adeyemi-Stone" });
        g.ok(&g.admin, "invite-person", renamed).await;
        let shown = printed(&mut g.w.app.store().look().await.unwrap(), on).await.unwrap();
        assert_eq!(shown[0].name.as_deref(), Some("adeyemi"), "{}", g.w.engine);
        g.close().await;
    }
}

#[tokio::test]
async fn a_signature_is_under_its_own_entry_and_no_other() {
    for g in ground().await {
        for reference in ["MSA-1", "MSA-2"] {
            let body = draft(&g, reference).await;
            g.ok(&g.adeyemi, "sign-agreement", body).await;
        }
        let (one, two) =
            (of(&g, Kind::Agreement, "MSA-1").await.remove(0), of(&g, Kind::Agreement, "MSA-2").await.remove(0));
        assert_ne!(one.signature.digest, two.signature.digest);
        // given somebody cuts the signature out of one entry and puts it into the other
        let mut look = g.w.app.store().look().await.unwrap();
        let on = look.named(Kind::Agreement, "MSA-2").await.unwrap().unwrap();
        let mut entries = look.entries(on).await.unwrap();
        assert!(signatures::of(&entries).iter().all(|s| s.holds));
        let bytes = entry_bytes(look.tx(), two.entry).await.unwrap().unwrap();
        let mut moved: Value = serde_json::from_slice(&bytes).unwrap();
        let cut = entry_bytes(look.tx(), one.entry).await.unwrap().unwrap();
        moved["by"]["signed"] = serde_json::from_slice::<Value>(&cut).unwrap()["by"]["signed"].clone();
        entries[1].0 = book::read(two.entry, moved.to_string().as_bytes()).unwrap();
        // then it is under nothing there
        assert!(signatures::of(&entries).iter().all(|s| !s.holds), "{}", g.w.engine);
        // nor does it survive a change of what was signed before it
        let mut entries = look.entries(on).await.unwrap();
        entries[0].1 = "0".repeat(64);
        assert!(signatures::of(&entries).iter().all(|s| !s.holds));
        drop(look);
        g.close().await;
    }
}

#[tokio::test]
async fn a_signature_goes_stale_when_the_words_change_and_a_new_one_stands_beside_it() {
    for g in ground().await {
        let body = draft(&g, "MSA-1").await;
        g.ok(&g.adeyemi, "sign-agreement", body.clone()).await;
        revise(&g, "MSA-1", "Something else.").await;
        let signed = of(&g, Kind::Agreement, "MSA-1").await;
        assert!(signed[0].holds && signed[0].stale.is_some(), "{}: {signed:?}", g.w.engine);
        g.ok(&g.adeyemi, "sign-agreement", body).await;
        let signed = of(&g, Kind::Agreement, "MSA-1").await;
        let stale: Vec<bool> = signed.iter().map(|s| s.stale.is_some()).collect();
        let versions: Vec<u64> = signed.iter().map(|s| s.signature.version).collect();
        assert_eq!((stale, versions), (vec![true, false], vec![1, 3]), "{}", g.w.engine);
        g.close().await;
    }
}

#[tokio::test]
async fn a_signature_stays_its_signers_whoever_gets_the_name() {
    for g in ground().await {
        let body = draft(&g, "MSA-1").await;
        g.ok(&g.adeyemi, "sign-agreement", body).await;
        // somebody new is invited under the same name: an id is never given out twice
        let new = json!({ "reference": "N-900", "handle": "adeyemi.two", "name": "adeyemi",
            "roles": [{ "role": "procurement" }] });
        let twin = g.ok(&g.admin, "invite-person", new).await;
        let signed = of(&g, Kind::Agreement, "MSA-1").await.remove(0);
        assert_eq!(signed.by.person(), Some(id(&g.adeyemi)));
        assert_ne!(twin["done"]["id"], json!(id(&g.adeyemi)));
        // who was invited and let in by nobody yet signs nothing: the organisation says first who they are
        let twin = super::super::ground::who(&twin);
        let second = draft(&g, "MSA-2").await;
        assert_eq!(super::why(&g.no(&twin, "sign-agreement", second).await), "stop-no-seat", "{}", g.w.engine);
        g.close().await;
    }
}

#[tokio::test]
async fn a_signature_that_was_changed_by_hand_is_found() {
    for g in ground().await {
        let body = draft(&g, "MSA-1").await;
        g.ok(&g.adeyemi, "sign-agreement", body).await;
        let entry = of(&g, Kind::Agreement, "MSA-1").await.remove(0).entry;
        let store = g.w.app.store();
        let mut tx = store.db().write().await.unwrap();
        let bytes = entry_bytes(&mut tx, entry).await.unwrap().unwrap();
        let said = String::from_utf8(bytes).unwrap().replace("\"meaning\":\"agreement\"", "\"meaning\":\"review\"");
        let values = [V::size(entry), V::Bytes(said.into_bytes())];
        tx.run("update entry set body = $2 where seq = $1", &values).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = store.db().read().await.unwrap();
        let found = verify(&mut tx, false).await.unwrap();
        assert!(!found.damage.is_empty(), "{}: nobody noticed", g.w.engine);
        drop(tx);
        g.w.close().await;
    }
}

/// On a qualified system each yes is signed, with the meaning of the function it was given in; elsewhere none is.
#[tokio::test]
async fn approvals_are_signed_where_a_system_is_qualified() {
    for g in ground().await {
        g.graded().await;
        let plain = g.ok(&g.ortega, "request-access", g.ask()).await;
        let yes = json!({ "request": Ground::reference(&plain) });
        plantgate_app::acts::act(&g.w.app, &g.keller, plantgate_testkit::world::request(), "approve-access", yes)
            .await
            .unwrap();
        // given quality says that the system is validated
        let body = json!({ "site": "BRU", "zone": "BZ7", "reference": "BMS-B61", "name": "BMS-B61", "kind": "building",
            "environment": "prod", "validated": "validated" });
        g.ok(&g.admin, "register-instance", body).await;
        let asked = g.ok(&g.ortega, "request-access", g.ask()).await;
        let name = Ground::reference(&asked);
        let yes = json!({ "request": name });
        assert_eq!(wanted(&g, &g.keller, "approve-access", &yes).await.meaning, SignMeaning::Approval);
        assert_eq!(wanted(&g, &g.okafor, "approve-access", &yes).await.meaning, SignMeaning::CoApproval);
        assert_eq!(wanted(&g, &g.lindqvist, "approve-access", &yes).await.meaning, SignMeaning::QualityRelease);
        let mut state = Value::Null;
        for by in [&g.keller, &g.okafor, &g.lindqvist] {
            state = g.ok(by, "approve-access", yes.clone()).await["done"]["state"].clone();
        }
        assert_eq!(state, "approved", "{}", g.w.engine);
        let signed = of(&g, Kind::AccessRequest, &name).await;
        let request: AccessRequest = {
            let mut look = g.w.app.store().look().await.unwrap();
            let on = look.named(Kind::AccessRequest, &name).await.unwrap().unwrap();
            look.get(on).await.unwrap()
        };
        let people: Vec<_> = request.approvals.iter().map(|yes| yes.person).collect();
        assert_eq!(signed.iter().filter_map(|s| s.by.person()).collect::<Vec<_>>(), people);
        assert!(signed.iter().all(|s| s.holds && s.stale.is_none()), "{signed:?}");
        g.close().await;
    }
}

/// A review signs its range; the version of the house it stands in is another matter.
#[tokio::test]
async fn the_conclusion_of_a_review_is_signed_under_its_range() {
    for g in ground().await {
        let body = reviewed(&g).await;
        g.ok(&g.lindqvist, "conclude-trail-review", body.clone()).await;
        let mut look = g.w.app.store().look().await.unwrap();
        let house = look.organisation().await.unwrap().unwrap();
        let signed = look.signatures(house.id.into()).await.unwrap().pop().unwrap();
        let text = |field: &str| body[field].as_str().unwrap().to_owned();
        let range = format!("{} {}\n{}\n{}\n", body["from"], body["until"], text("root"), text("list"));
        assert_eq!(signed.signature.digest, hex(&Sha256::digest(range)), "{}", g.w.engine);
        assert_eq!((signed.signature.meaning, signed.holds), (SignMeaning::Review, true));
        drop(look);
        g.close().await;
    }
}

#[test]
fn a_digest_knows_the_order_of_what_it_is_of() {
    let line = |ver: u64, byte: u8| -> Line { (ver, vec![byte; 32]) };
    let whole = signatures::digest(&[line(1, 1), line(2, 2)]);
    assert_ne!(whole, signatures::digest(&[line(1, 2), line(2, 1)]));
    assert_ne!(whole, signatures::digest(&[line(1, 1)]));
}
