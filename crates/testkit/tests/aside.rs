//! Evidence that two people put aside, because it holds what nobody here may read, is shown to nobody any more and
//! leaves in no pack.

use plantgate_app::{
    read::Memory,
    review::pack::{self, Wish},
};
use plantgate_domain::{base::Kind, qualify::item::Item};
use plantgate_testkit::demo::Demo;
use serde_json::json;

async fn leaving(demo: &Demo) -> (usize, u64) {
    let wish = Wish { providers: vec!["P-09".to_owned()], evidence: true, ..Wish::default() };
    let drawn = pack::draw(demo.world.app.store(), demo.person("m.okafor"), &wish, "en").await.unwrap();
    (drawn.draft.blobs.len(), drawn.withheld.evidence)
}

#[tokio::test]
async fn what_two_people_put_aside_is_read_by_nobody_and_leaves_in_no_pack() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let door = demo.sign_in("m.okafor").await;
        let page = "/evidence/items/EV-0411/review";
        let (files, withheld) = leaving(&demo).await;
        let before = door.get(page).await;
        assert!(before.body.contains("/evidence/items/EV-0411/file"), "{engine}: {}", before.words());
        assert_eq!(door.get("/evidence/items/EV-0411/file").await.status.as_u16(), 200);
        // when it is put aside
        let aside = json!({ "item": "EV-0411", "reason": "Passwords of another firm.", "second": "N-111" });
        demo.world.named(&demo.caller("m.okafor"), "quarantine-item", aside).await.unwrap();
        let mut look = demo.world.app.store().look().await.unwrap();
        let id = look.named(Kind::Item, "EV-0411").await.unwrap().unwrap();
        let item: Item = look.get(plantgate_domain::base::ItemId(id.id)).await.unwrap();
        drop(look);
        // then its page says so and shows nothing of it, not even a way to the file
        let after = door.get(page).await;
        assert!(after.body.contains("This piece of evidence was put aside"), "{engine}: {}", after.words());
        let bytes = demo.world.app.store().blobs().read(&item.facts.sha256).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let cell = text.split(['\n', ';', ',']).map(str::trim).find(|c| c.len() > 8).unwrap_or_default().to_owned();
        assert!(cell.len() > 8 && before.body.contains(&cell), "{engine}: the page showed none of {text}");
        assert!(!after.body.contains(&cell), "{engine}: {cell}");
        assert!(!after.body.contains("/evidence/items/EV-0411/file"), "{engine}");
        assert_eq!(door.get("/evidence/items/EV-0411/file").await.status.as_u16(), 404);
        // and one file less leaves, which is counted and not passed over
        assert_eq!(leaving(&demo).await, (files - 1, withheld + 1), "{engine}");
        demo.world.close().await;
    }
}
