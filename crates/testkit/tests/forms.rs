//! Acts as forms in the browser's way: every form opens for whoever may, is looked at before it is sent, and what it
//! did stands in its register; lists are narrowed by their URL; an invited person begins by a link.

use axum::http::StatusCode;
use plantgate_app::{Stop, acts, sign_in::Enrolment};
use plantgate_domain::{base::Kind, qualify::person::Person};
use plantgate_store::memory::Memory;
use plantgate_testkit::demo::Demo;
use serde_json::json;

/// Forms that anybody of these people must be able to open.
const FORMS: &[(&str, &[&str])] = &[
    (
        "k.brandt",
        &[
            "register-site",
            "register-zone",
            "register-conduit",
            "register-system",
            "register-instance",
            "register-provider",
        ],
    ),
    ("r.adeyemi", &["record-agreement", "sign-agreement", "draft-engagement", "revise-engagement"]),
    (
        "m.okafor",
        &[
            "decide-qualification",
            "set-hold",
            "record-certificate",
            "verify-certificate",
            "notice-person",
            "withdraw-notice",
            "erase-person",
            "erase-text",
        ],
    ),
    ("anna.keller", &["start-session", "attend-session", "set-freeze", "attest-calendar"]),
];

/// Forms of the portal that an engineer fills in; telling who left is the contact's.
const PORTAL: &[&str] = &["mark-request-seen", "dispute-finding", "claim-action"];

#[tokio::test]
async fn every_form_opens_for_whoever_may_and_for_nobody_else() {
    for demo in Demo::both().await {
        for (who, forms) in FORMS {
            let door = demo.sign_in(who).await;
            for act in *forms {
                let reply = door.get(&format!("/do/{act}")).await;
                assert_eq!(reply.status, StatusCode::OK, "{who} {act}");
                assert!(!reply.body.contains('⟦'), "{act} lacks a message");
            }
        }
        // a provider's engineer finds those of the portal and none of the others, an auditor may open none of them
        let (stranger, auditor) = (demo.sign_in("l.ortega").await, demo.sign_in("i.haddad").await);
        for act in acts::NAMES {
            let status = stranger.get(&format!("/do/{act}")).await.status;
            let theirs = if PORTAL.contains(act) { StatusCode::OK } else { StatusCode::NOT_FOUND };
            assert_eq!(status, theirs, "{act}");
            assert_ne!(auditor.get(&format!("/do/{act}")).await.status, StatusCode::OK, "{act}");
        }
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_freeze_is_looked_at_first_then_set_then_in_its_register() {
    for demo in Demo::both().await {
        let door = demo.sign_in("anna.keller").await;
        let request = plantgate_testkit::world::request().to_string();
        let form = [
            ("request_id", request.as_str()),
            ("site", "BRU"),
            ("window.from", "24.12. 18:00"),
            ("window.until", "02.01.2027 06:00"),
            ("reason", "Turnaround"),
        ];
        // when it is only looked at, then nothing is saved
        let seen = door.form("/do/set-freeze/preview", &form).await;
        assert_eq!(seen.status, StatusCode::OK, "{}", seen.body);
        assert!(seen.body.contains("Nothing is saved yet"), "{}", seen.body);
        assert!(!door.get("/register/calendar").await.body.contains("24 Dec"));
        // when it is sent, then its page shows the freeze in the time of the site
        let done = door.form("/do/set-freeze", &form).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let page = door.get("/do/lift-freeze?site=BRU").await;
        assert!(page.body.contains("24 Dec 2026 18:00"), "{}", page.body);
        // and what is missing is said beside its field, with what was typed kept
        let wrong = door.form("/do/set-freeze", &[("request_id", &request), ("site", "BRU")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("This field is empty"), "{}", wrong.body);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn revising_an_agreement_keeps_every_clause_as_it_stands() {
    for demo in Demo::both().await {
        let door = demo.sign_in("r.adeyemi").await;
        // given the form that the facts of an agreement fill
        let page = door.get("/do/record-agreement?again=MSA-0071").await;
        let mut fields = filled(&page.body);
        fields.retain(|(name, _)| name != "request_id");
        fields.push(("request_id".to_owned(), plantgate_testkit::world::request().to_string()));
        // when it is looked at as it came
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let seen = door.form("/do/record-agreement/preview", &pairs).await;
        // then it would change nothing: no clause, no mark of a clause was lost on the way
        assert!(seen.body.contains("Nothing changes: it stands so already"), "{}", seen.body);
        demo.world.close().await;
    }
}

/// What a browser would send of the main form of a page, untouched.
fn filled(html: &str) -> Vec<(String, String)> {
    let form = html.split("id=\"f-form\"").nth(1).unwrap().split("</form>").next().unwrap();
    let plain =
        |text: &str| text.replace("&#38;", "&").replace("&#39;", "'").replace("&#34;", "\"").replace("&#60;", "<");
    let attribute = |tag: &str, name: &str| {
        let value = tag.split(&format!("{name}=\"")).nth(1)?.split('"').next()?;
        Some(plain(value))
    };
    let mut fields = Vec::new();
    for piece in form.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        let name = attribute(tag, " name").or_else(|| attribute(tag, "\nname"));
        match tag.split_whitespace().next().unwrap_or_default() {
            "input" if tag.contains("checkbox") && !tag.contains(" checked") => {}
            "input" => fields.extend(name.map(|n| (n, attribute(tag, "value").unwrap_or_default()))),
            "textarea" => fields.extend(name.map(|n| (n, plain(text)))),
            "select" => fields.extend(name.map(|n| (n, String::new()))),
            "option" if tag.contains(" selected") => {
                if let Some(last) = fields.last_mut() {
                    last.1 = attribute(tag, "value").unwrap_or_default();
                }
            }
            _ => {}
        }
    }
    fields
}

#[tokio::test]
async fn systems_are_narrowed_by_what_they_are_and_can() {
    for demo in Demo::both().await {
        let door = demo.sign_in("m.okafor").await;
        let rows = async |query: &str| {
            let file = door.get(&format!("/systems?{query}&as=csv")).await.body;
            file.lines().skip(1).map(|l| l.split(',').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
        };
        let all = rows("sort=reference").await.len();
        let (test, zone) = (rows("env=test").await, rows("zone=BZ2").await);
        assert!(!test.is_empty() && test.len() < all && test.iter().all(|r| r.ends_with("-T")), "{test:?}");
        assert!(!zone.is_empty() && zone.len() < all, "{zone:?}");
        assert_eq!(rows("q=bms-b").await, ["BMS-B61"]);
        assert!(rows("zone=XX9").await.is_empty() && rows("q=%25").await.is_empty());
        let both = rows("zone=BZ2&env=test").await;
        assert!(both.iter().all(|r| zone.contains(r) && test.contains(r)) && both.len() < zone.len(), "{both:?}");
        let sure = ["yes", "no", "unknown"].map(|word| format!("can=mfa.{word}"));
        let mut sum = 0;
        for query in &sure {
            sum += rows(query).await.len();
        }
        assert_eq!(sum, all, "{}", demo.world.engine);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn an_invited_person_begins_by_a_link_that_works_once() {
    for demo in Demo::both().await {
        // given an invitation by an administrator
        let admin = demo.caller("k.brandt");
        let body =
            json!({ "reference": "N-900", "handle": "v.new", "name": "V. New", "roles": [{ "role": "auditor" }] });
        demo.world.named(&admin, "invite-person", body).await.unwrap();
        let door = demo.sign_in("k.brandt").await;
        let made = door.form("/admin/users/N-900/link", &[("request_id", "x")]).await;
        let token = made.body.split("href=\"/welcome/").nth(1).expect(&made.body).split('"').next().unwrap();
        let path = format!("/welcome/{token}");
        // when the person opens it, then the page draws a second factor and names nobody else
        let nobody = demo.world.nobody();
        let page = nobody.get(&path).await;
        assert!(page.body.contains("V. New") && page.body.contains("class=\"qr\""), "{}", page.body);
        // when they set a password with a wrong code, then nothing is set; with the right one the link is used up
        let seed = Enrolment::new().unwrap();
        let text = seed.text();
        let fill = |code: &str| {
            [("request_id", "x"), ("seed", text.as_str()), ("password", "a password only for tests"), ("code", code)]
                .map(|(n, v)| (n.to_owned(), v.to_owned()))
        };
        for (code, status) in
            [("12", StatusCode::UNPROCESSABLE_ENTITY), (seed.code_now().unwrap().as_str(), StatusCode::SEE_OTHER)]
        {
            let fields = fill(code);
            let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            assert_eq!(nobody.form(&path, &pairs).await.status, status, "{code}");
        }
        assert_eq!(nobody.get(&path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(nobody.get("/welcome/00ff").await.status, StatusCode::NOT_FOUND);
        // and it does not come back to life when the password is taken away: the mailbox may be somebody else's by now
        let mut look = demo.world.app.store().look().await.unwrap();
        let on = look.named(Kind::Person, "N-900").await.unwrap().unwrap();
        let person: Person = look.get(on).await.unwrap();
        drop(look);
        let taken = json!({ "person": "N-900", "fingerprint": person.keys[0].fingerprint });
        demo.world.named(&admin, "remove-credential", taken).await.unwrap();
        assert_eq!(nobody.get(&path).await.status, StatusCode::NOT_FOUND);
        // and nobody takes a sign-in name that leads to somebody
        let twin =
            json!({ "reference": "N-901", "handle": "v.new", "name": "Another", "roles": [{ "role": "auditor" }] });
        let twin = demo.world.named(&admin, "invite-person", twin).await.unwrap();
        let twin = twin["done"]["id"].as_str().unwrap().parse().unwrap();
        let seed = Enrolment::new().unwrap();
        let set = demo.world.app.set_credential(&admin, twin, "v.new", "a password only for tests", &seed).await;
        assert!(matches!(&set, Err(Stop::Invalid(why)) if why[0].place.field.as_deref() == Some("handle")), "{set:?}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_contact_tells_who_leaves_and_reads_it_among_its_people() {
    for demo in Demo::both().await {
        let door = demo.sign_in("i.campos").await;
        let page = door.get("/our-people").await;
        assert!(page.body.contains("/do/notice-person?person=P09-02") && !page.body.contains("Byrne"), "{}", page.body);
        // the form asks a provider for no second person and for no time of a letter
        let form = door.get("/do/notice-person?person=P09-02").await;
        assert!(!form.body.contains("name=\"notified_at\"") && !form.body.contains("name=\"second\""), "{}", form.body);
        let request = plantgate_testkit::world::request().to_string();
        let fields = [
            ("request_id", request.as_str()),
            ("person", "P09-02"),
            ("kind", "leaver"),
            ("effective_at", "2026-11-20 17:00"),
        ];
        let seen = door.form("/do/notice-person/preview", &fields).await;
        assert_eq!(seen.status, StatusCode::OK, "{}", seen.words());
        let done = door.form("/do/notice-person", &fields).await;
        assert!(done.location().starts_with("/our-people?done="), "{} {}", demo.world.engine, done.words());
        let page = door.get("/our-people").await.words();
        assert!(page.contains("20 Nov 17:00"), "{page}");
        // what another contact's people are, nobody learns
        let other = door.form("/do/notice-person", &[("request_id", &request), ("person", "N-101")]).await;
        assert_ne!(other.status, StatusCode::SEE_OTHER);
        demo.world.close().await;
    }
}

#[tokio::test]
async fn erasing_is_looked_at_first_and_a_provider_reads_its_finding() {
    for demo in Demo::both().await {
        let (admin, owner) = (demo.caller("k.brandt"), demo.sign_in("m.okafor").await);
        // given somebody invited by mistake
        let body =
            json!({ "reference": "N-900", "handle": "v.new", "name": "V. New", "roles": [{ "role": "auditor" }] });
        demo.world.named(&admin, "invite-person", body).await.unwrap();
        let request = plantgate_testkit::world::request().to_string();
        let fields =
            [("request_id", request.as_str()), ("person", "N-900"), ("ground", "mistake"), ("second", "N-100")];
        let size = demo.size().await;
        let seen = owner.form("/do/erase-person/preview", &fields).await.words();
        assert!(seen.contains("values are destroyed") && seen.contains("What stays: every entry"), "{seen}");
        assert_eq!(demo.size().await, size, "looking erased something");
        let done = owner.form("/do/erase-person", &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.words());
        assert!(!owner.get("/register/person").await.body.contains("V. New"), "{}", demo.world.engine);
        // and what the plant shows a provider stands in its portal, with what it can say to it
        let theirs = demo.sign_in("c.hale").await;
        let list = theirs.get("/our-findings").await;
        assert!(list.body.contains("/our-findings/F-0231"), "{}", list.body);
        let page = theirs.get("/our-findings/F-0231").await;
        assert!(page.body.contains("/do/dispute-finding?finding=F-0231"), "{}", page.body);
        assert_eq!(theirs.get("/do/dispute-finding?finding=F-0231").await.status, StatusCode::OK);
        assert_eq!(demo.sign_in("i.campos").await.get("/our-findings/F-0231").await.status, StatusCode::NOT_FOUND);
        demo.world.close().await;
    }
}
