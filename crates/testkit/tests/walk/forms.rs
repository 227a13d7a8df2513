//! Every form of a page is sent as people send it: nobody and a stranger move nothing, who may makes the ledger grow.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use plantgate_testkit::{
    door::{Door, Reply},
    forms::{self, Filled},
    story::{Story, steps},
};
use plantgate_web::door::{routes::RouteKind, table};

/// Whoever is not let in is told nothing: the answer for an object of another is the answer for no object.
async fn kept_out(story: &Story, form: &Filled, nobody: &Door, stranger: &Door) {
    let size = story.demo.size().await;
    let out: Reply = form.send(nobody).await;
    assert_eq!((out.status, out.location()), (StatusCode::SEE_OTHER, "/sign-in"), "nobody: {}", form.path());
    let theirs = form.send(stranger).await;
    // A stranger may ask for access and deliver, on what is theirs; never on this.
    assert_eq!(theirs.status, StatusCode::NOT_FOUND, "stranger: {} {}", form.path(), theirs.words());
    let none = form.invented().send(stranger).await;
    assert_eq!((theirs.status, theirs.body), (none.status, none.body), "stranger: {}", form.path());
    assert_eq!(story.demo.size().await, size, "refusals wrote something: {}", form.path());
}

/// Forms that need something before they can be sent: an empty house, an upload, a link, one's own key, a clock that
/// jumped, rules as a file, the site of a pack. Each is walked by itself in `house.rs`; a welcome in `tests/forms.rs`,
/// a pack that was interrupted in `tests/packs.rs`, recovery codes in `tests/recovery.rs`, passkeys in
/// `tests/passkeys.rs` and `tests/welcome.rs`, an account elsewhere in `tests/oidc`, tokens in `tests/tokens.rs`, a
/// contact's link in `tests/people.rs`.
const APART: &[&str] = &[
    "/first-run",
    // Only under a grant without attendance: the terminal's tests come in by one.
    "/access/grants/{name}/certificate",
    "/admin/import/{sha}/apply",
    "/admin/sheets/{sha}/apply",
    "/welcome/{token}",
    "/welcome/{token}/passkey",
    "/attest/{token}",
    "/providers/{name}/ask-people",
    "/providers/{name}/people-asks/{ask}/close",
    "/me/keys",
    "/me/keys/remove",
    "/me/password",
    "/me/passkeys",
    "/me/sign-on",
    "/me/recovery",
    "/me/tokens",
    "/admin/tokens/revoke",
    "/clock",
    "/admin/rules",
    "/packs",
    "/packs/{entry}/again",
    "/packs/making/{id}/resume",
];

#[tokio::test]
async fn every_form_grows_the_ledger_and_refusals_write_nothing() {
    for mut story in Story::both().await {
        let mut doors: BTreeMap<String, Door> = BTreeMap::new();
        let (nobody, stranger) = (story.demo.world.nobody(), story.door("W-stranger").await);
        let mut sent = BTreeSet::new();
        for step in steps() {
            story.begins(&step);
            let body = story.filled(&step.body).await;
            let form = forms::of(&step, &body).filter(|f| f.instead || !sent.contains(f.route));
            let mut done = false;
            if let Some(form) = form {
                if !doors.contains_key(&step.by) {
                    doors.insert(step.by.clone(), story.door(&step.by).await);
                }
                kept_out(&story, &form, &nobody, &stranger).await;
                let size = story.demo.size().await;
                let reply = form.send(&doors[&step.by]).await;
                let at = format!("{}: {} by {}", story.demo.world.engine, form.path(), step.by);
                assert_eq!(reply.status, StatusCode::SEE_OTHER, "{at}: {}", reply.words());
                assert!(story.demo.size().await > size, "{at} wrote nothing");
                sent.insert(form.route);
                // A review is always signed: it came to a redirect by the page of the second step.
                if step.act == "conclude-trail-review" {
                    sent.insert("/sign/{act}");
                }
                done = form.instead;
            }
            if done {
                story.keeps(&step).await;
            } else {
                story.does(&step).await.unwrap_or_else(|e| panic!("{} by {}: {e:?}", step.act, step.by));
            }
        }
        let acts = table().into_iter().filter(|r| r.kind == RouteKind::Act && r.under.is_empty()).map(|r| r.path());
        let missing: Vec<String> =
            acts.filter(|p| !sent.contains(p.as_str()) && !APART.contains(&p.as_str())).collect();
        assert!(missing.is_empty(), "no form was sent to {missing:?}");
        story.demo.world.close().await;
    }
}
