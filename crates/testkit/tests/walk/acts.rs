//! Every act is done once by valid input, grows the ledger, and leaves rows that the fold makes too.

use std::collections::BTreeSet;

use plantgate_app::acts::{self, NAMES};
use plantgate_store::verify;
use plantgate_testkit::story::{Story, steps};

#[tokio::test]
async fn every_act_grows_the_ledger() {
    for mut story in Story::both().await {
        let mut done = BTreeSet::new();
        for step in steps() {
            // Whoever signs has set a password before: that is no entry of the act.
            if acts::signs(&step.act) {
                story.demo.world.pocket(story.person(&step.by).await).await;
            }
            let before = story.demo.size().await;
            let answer = story.does(&step).await;
            let engine = story.demo.world.engine;
            let answer = answer.unwrap_or_else(|e| panic!("{engine}: {} by {}: {e:?}", step.act, step.by));
            let grown = story.demo.size().await - before;
            assert!(grown > 0, "{engine}: {} wrote nothing", step.act);
            assert_eq!(answer["entries"], grown, "{engine}: {} counted wrongly", step.act);
            done.insert(step.act);
        }
        // A house is founded once, by the first line of the demo; a clock is confirmed only while it is in doubt, and
        // rules come as whole files, a session is closed and recorded at a gateway, and a certificate is taken under a
        // grant without attendance: those have tests of their own.
        let apart = ["found-organisation", "confirm-clock", "adopt-rules", "take-ssh-certificate"];
        let gated = [
            "confirm-safe-end",
            "cut-session",
            "view-recording",
            "keep-recording",
            "release-recording",
            "name-code-reader",
        ];
        let apart = apart.into_iter().chain(gated).collect::<Vec<_>>();
        let missing: Vec<_> = NAMES.iter().filter(|n| !apart.contains(n) && !done.contains(**n)).collect();
        assert!(missing.is_empty(), "no line of stories/every-act.jsonl does {missing:?}");
        let mut tx = story.demo.world.app.store().db().read().await.unwrap();
        assert_eq!(verify::verify(&mut tx, true).await.unwrap().damage, vec![], "{}", story.demo.world.engine);
        drop(tx);
        story.demo.world.close().await;
    }
}
