//! Whom a gateway calls: those who must be beside somebody, those who can end a session, those who pin keys. Nobody of
//! a provider is called to what is the site's to do.

use plantgate_gateway::Limits;
use plantgate_testkit::{
    demo::Demo,
    gate::{self, Gate},
    world::World,
};

use super::{attends, counting, emergency};
use crate::messages::{about, told};

#[tokio::test]
async fn who_waits_is_told_to_who_can_be_beside_them_until_somebody_is() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let gate = Gate::open(&demo).await;
        let grant = emergency(&demo, 60).await;
        told(&demo).await;
        let waiting = gate.client(&demo, "l.ortega", &grant).await.begins(&["true"]);
        let session = gate::until(&demo, "begun", |s| s.ended.is_none()).await;
        // when one waits, then the shift lead is told, and neither the person inside nor quality
        told(&demo).await;
        for (who, count) in [("d.weber", 1), ("l.ortega", 0), ("i.campos", 0), ("j.lindqvist", 0)] {
            assert_eq!(about(&demo, who, "session-waits").await, count, "{engine}: {who}");
        }
        let page = demo.sign_in("d.weber").await.get("/messages").await.words();
        let words = format!("Session {} waits until somebody of the site is beside it", session.facts.reference);
        assert!(page.contains(&words), "{page}");
        attends(&demo, &session.facts.reference).await;
        assert!(waiting.wait_with_output().await.unwrap().status.success());
        gate::quiet(&demo).await;
        // and one that was attended before anybody was told is told to nobody
        let next = gate.client(&demo, "l.ortega", &grant).await.begins(&["true"]);
        let other = gate::until(&demo, "another", |s| s.id != session.id).await;
        attends(&demo, &other.facts.reference).await;
        assert!(next.wait_with_output().await.unwrap().status.success());
        told(&demo).await;
        assert_eq!(about(&demo, "d.weber", "session-waits").await, 1, "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_key_that_is_another_is_told_to_who_pins_keys_once_a_session() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let gate = Gate::open(&demo).await;
        let grant = emergency(&demo, 60).await;
        // given another key than the one that is pinned
        let other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJCBw6y4rZopqyPEgTV/HUt7FtoSEIY5b1l98L2fHNYa";
        gate.pin(&demo, other).await;
        let path = format!("ControlPath={}", demo.world.folder.join("mux").display());
        let client = gate.client(&demo, "l.ortega", &grant).await.with(&["-M", "-N", "-o", &path]);
        let mut master = client.begins(&[]);
        let session = gate::until(&demo, "begun", |s| s.ended.is_none()).await;
        attends(&demo, &session.facts.reference).await;
        // when somebody tries twice to go there
        for _ in 0..2 {
            let tried = gate.typing("l.ortega", &grant, "", "").with(&["-o", &path]).runs(&["true"]).await;
            let said = String::from_utf8_lossy(&tried.stderr).into_owned();
            assert!(said.contains("shows another key than the one that was pinned"), "{engine}: {said}");
        }
        // then the session says which key it was, and OT security is told once
        let session = gate::until(&demo, "told", |s| s.other_key.is_some()).await;
        let shown = plantgate_gateway::russh::keys::PublicKey::from_openssh(&gate.target.host_key).unwrap();
        assert_eq!(session.other_key.unwrap().fingerprint, plantgate_gateway::keys::fingerprint(&shown), "{engine}");
        told(&demo).await;
        for (who, count) in [("m.okafor", 1), ("d.weber", 0), ("l.ortega", 0)] {
            assert_eq!(about(&demo, who, "other-key").await, count, "{engine}: {who}");
        }
        let page = demo.sign_in("m.okafor").await.get(&format!("/history/session/{}", session.facts.reference)).await;
        assert!(page.words().contains("The system showed another host key"), "{}", page.words());
        master.kill().await.unwrap();
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_record_that_is_full_calls_who_can_end_the_session() {
    let demo = Demo::on(World::sqlite().await).await;
    let gate = Gate::within(&demo, Limits { part: 2_000, ..Limits::standard() }).await;
    let grant = emergency(&demo, 60).await;
    let client = gate.client(&demo, "l.ortega", &grant).await.with(&["-tt"]);
    let running = counting(&demo, client).await;
    gate::until(&demo, "closing", |s| s.closing.is_some()).await;
    told(&demo).await;
    for (who, count) in [("d.weber", 1), ("l.ortega", 0), ("i.campos", 0)] {
        assert_eq!(about(&demo, who, "safe-end-wanted").await, count, "{who}");
    }
    running.leaves().await;
    demo.world.close().await;
}
