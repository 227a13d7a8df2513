//! Systems that take no certificate, and systems with one account for everybody: what lies in the vault lets the
//! gateway in and is seen by nobody who comes in; a shared account is one person's at a time.

use std::path::Path;

use axum::http::StatusCode;
use plantgate_domain::{
    base::Kind,
    event::witness::Secret,
    expect::instance::Instance,
    witness::{account::Account, session::Session},
};
use plantgate_gateway::Bounds;
use plantgate_store::private;
use plantgate_testkit::{
    afar::Afar,
    demo::Demo,
    gate::{self, Gate, login},
    sshd::{Sshd, Takes},
    world::{World, request},
};
use serde_json::{Value, json};

use super::{
    attends, counting,
    cutoff::{named, passes},
    does, emergency,
};
use crate::{
    checkout::{account, no},
    r#loop::{ASK, asks, graded_from_scratch as graded},
    measures,
    messages::{about, told},
};

const PASSWORD: &str = "Sesam öffne  dich!";

async fn system(demo: &Demo) -> Instance {
    named(demo, Kind::Instance, "BMS-B61").await
}

/// Another system behind the same gate.
async fn behind(demo: &Demo, gate: &Gate, takes: Takes<'_>) -> Sshd {
    let folder = demo.world.folder.join(format!("system-{}", request().simple()));
    let sshd = Sshd::start(&folder, takes).await;
    gate.pin_at(demo, ("127.0.0.1", sshd.port), &sshd.host_key, "").await;
    sshd
}

/// Puts a password into the vault, by the form.
async fn put(demo: &Demo, password: &str) {
    let door = demo.sign_in("m.okafor").await;
    let id = request().to_string();
    let fields = [("request_id", id.as_str()), ("instance", "BMS-B61"), ("kind", "password"), ("password", password)];
    let sent = door.form("/do/put-login-secret", &fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.words());
    assert!(sent.location().starts_with("/systems/BMS-B61/vault"), "{}", sent.location());
}

/// Whether a file of the plant has these bytes; the folder of the system is the system's own.
fn holds(folder: &Path, bytes: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().flatten().any(|entry| {
        let path = entry.path();
        match entry.file_type().unwrap() {
            of if of.is_dir() => !entry.file_name().to_string_lossy().starts_with("system-") && holds(&path, bytes),
            of if of.is_file() => std::fs::read(&path).unwrap().windows(bytes.len()).any(|found| found == bytes),
            _ => false,
        }
    })
}

/// Runs something by a grant, with somebody beside them.
async fn runs(demo: &Demo, gate: &Gate, grant: &str) -> String {
    let client = gate.client(demo, "l.ortega", grant).await.begins(&["echo", "inside"]);
    let session = gate::until(demo, "begun", |s| s.ended.is_none()).await;
    attends(demo, &session.facts.reference).await;
    let output = client.wait_with_output().await.unwrap();
    gate::until(demo, "ended", |s| s.id == session.id && s.ended.is_some()).await;
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// How often the system was asked, and said no.
fn failed(sshd: &Sshd) -> usize {
    sshd.log().matches("Failed password").count()
}

#[tokio::test]
async fn a_password_of_the_vault_lets_the_gateway_in_and_nobody_sees_it() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let gate = Gate::open(&demo).await;
        let sshd = behind(&demo, &gate, Takes::Password(PASSWORD)).await;
        let grant = emergency(&demo, 60).await;
        // given a system that takes no certificate, then nobody comes in
        let said = runs(&demo, &gate, &grant).await;
        assert!(said.contains("does not let the gateway in") && !said.contains("inside"), "{engine}: {said}");
        put(&demo, PASSWORD).await;
        let said = runs(&demo, &gate, &grant).await;
        assert!(said.contains("inside"), "{engine}: {said}");
        assert!(sshd.log().contains("Accepted password") && failed(&sshd) == 0, "{engine}: {}", sshd.log());
        // it stands in no entry, on no page and in no answer of the API; nor does what it is sealed as say its length
        for path in ["/systems/BMS-B61", "/systems/BMS-B61/vault", "/history/instance/BMS-B61"] {
            let page = demo.sign_in("m.okafor").await.get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{engine}: {path}");
            assert!(!page.body.contains("Sesam"), "{engine}: {path}");
        }
        let mut tx = demo.world.app.store().db().read().await.unwrap();
        for entry in tx.all("select body from entry order by seq", &[]).await.unwrap() {
            let body = String::from_utf8_lossy(&entry.bytes(0).unwrap()).into_owned();
            assert!(!body.contains("Sesam"), "{engine}: {body}");
        }
        drop(tx);
        assert!(!holds(&demo.world.folder, b"Sesam"), "{engine}: it lies in a file as it was typed");
        shown(&demo).await;
        moved(&demo, &gate).await;
        demo.world.close().await;
    }
}

/// A password is shown to one of ours who keeps it, with a reason, for some minutes; others are told, and it stands
/// there that they know it.
async fn shown(demo: &Demo) {
    let engine = demo.world.engine;
    let why = json!({ "instance": "BMS-B61", "reason": "The gateway is being replaced." });
    for who in ["l.ortega", "d.weber", "b.stahl", "anna.keller"] {
        let tried = no(demo, who, "show-login-secret", why.clone()).await;
        assert!(tried == "NotFound" || tried == "stop-no-power", "{engine} {who}: {tried}");
        let page = demo.sign_in(who).await.get("/systems/BMS-B61/vault").await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{engine} {who}");
    }
    does(demo, "m.okafor", "show-login-secret", why).await;
    let door = demo.sign_in("m.okafor").await;
    let page = door.get("/systems/BMS-B61/vault").await;
    assert!(page.body.contains(PASSWORD), "{engine}: {}", page.body);
    assert_eq!(page.headers["cache-control"], "no-store", "{engine}");
    assert!(page.words().contains("who was shown it"), "{engine}: {}", page.words());
    passes(demo, 301).await;
    let page = door.get("/systems/BMS-B61/vault").await;
    let words = page.words();
    assert!(!page.body.contains("Sesam") && words.contains("Okafor, who was shown it"), "{engine}: {words}");
    told(demo).await;
    assert_eq!(about(demo, "m.okafor", "login-secret-shown").await, 0, "{engine}: they know");
}

/// When the gateway is to go another way, then what lay in the vault is destroyed, and nothing of it is left.
async fn moved(demo: &Demo, gate: &Gate) {
    let engine = demo.world.engine;
    let slot = system(demo).await.vaulted.unwrap().seal.slot;
    gate.pin_at(demo, ("127.0.0.1", gate.target.port), &gate.target.host_key, "").await;
    assert_eq!(system(demo).await.vaulted, None, "{engine}");
    let mut look = demo.world.app.store().look().await.unwrap();
    let held = private::read(look.tx(), slot).await.unwrap();
    assert!(matches!(held, private::Held::Erased), "{engine}: it is there still");
    drop(look);
    let page = demo.sign_in("m.okafor").await.get("/systems/BMS-B61/vault").await;
    assert!(page.words().contains("Nothing lies in the vault"), "{engine}: {}", page.words());
}

#[tokio::test]
async fn what_a_system_does_not_take_is_tried_once_until_somebody_puts_another_one_there() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        graded(&demo).await;
        let grant = planned(&demo).await;
        let gate = Gate::open(&demo).await;
        let sshd = behind(&demo, &gate, Takes::Password(PASSWORD)).await;
        // one blank more is another password: nothing of it is trimmed
        put(&demo, &format!("{PASSWORD} ")).await;
        let said = String::from_utf8_lossy(&comes(&demo, &gate, &grant).await.stderr).into_owned();
        assert!(said.contains("does not take the login secret"), "{engine}: {said}");
        assert_eq!(failed(&sshd), 1, "{engine}: {}", sshd.log());
        until_refused(&demo).await;
        // when they come again, then nothing is sent, and they read why; whoever keeps it is told
        let said = String::from_utf8_lossy(&comes(&demo, &gate, &grant).await.stderr).into_owned();
        assert!(said.contains("it is not tried again"), "{engine}: {said}");
        assert_eq!(failed(&sshd), 1, "{engine}: it was tried again");
        told(&demo).await;
        assert_eq!(about(&demo, "m.okafor", "login-secret-refused").await, 1, "{engine}");
        let page = demo.sign_in("m.okafor").await.get("/systems/BMS-B61/vault").await.words();
        assert!(page.contains("The system does not take it"), "{engine}: {page}");
        // an emergency tries, ten minutes later, once in its session, however many channels are asked for
        passes(&demo, 601).await;
        let urgent = emergency(&demo, 60).await;
        let path = format!("ControlPath={}", demo.world.folder.join("mux").display());
        let client = gate.client(&demo, "l.ortega", &urgent).await.with(&["-N", "-M", "-o", &path]).begins(&[]);
        let session = gate::until(&demo, "begun", |s| s.ended.is_none()).await;
        attends(&demo, &session.facts.reference).await;
        for _ in 0..2 {
            let back = gate.typing("l.ortega", &urgent, "", "").with(&["-o", &path]).runs(&["true"]).await;
            assert!(!back.status.success(), "{engine}: {back:?}");
        }
        drop(client);
        assert_eq!(failed(&sshd), 2, "{engine}: {}", sshd.log());
        // when the right one is there, then they are let in
        put(&demo, PASSWORD).await;
        let back = comes(&demo, &gate, &grant).await;
        assert_eq!(String::from_utf8_lossy(&back.stdout), "inside\n", "{engine}: {back:?}");
        demo.world.close().await;
    }
}

/// Waits until the record has it that the system did not take what lies in the vault.
async fn until_refused(demo: &Demo) {
    for _ in 0..200 {
        if system(demo).await.vaulted.unwrap().refused.is_some() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("nobody told that the system did not take it");
}

/// An approved grant without attendance, open now.
async fn planned(demo: &Demo) -> String {
    let (asked, _) = asks(&demo.sign_in("l.ortega").await, &ASK).await;
    measures::approved(demo, &asked).await
}

async fn comes(demo: &Demo, gate: &Gate, grant: &str) -> std::process::Output {
    gate.client(demo, "l.ortega", grant).await.runs(&["echo", "inside"]).await
}

#[tokio::test]
async fn systems_that_ask_for_an_answer_or_know_a_key_let_the_gateway_in_too() {
    // given a gateway that stands elsewhere, which asks the core for each of them
    let demo = Demo::on(World::sqlite().await).await;
    let afar = Afar::open(&demo, Bounds::standard()).await;
    let gate = Gate::open(&demo).await.asking(&demo, afar.remote("hall-3")).await;
    let grant = emergency(&demo, 60).await;
    let sshd = behind(&demo, &gate, Takes::Answer(PASSWORD)).await;
    put(&demo, PASSWORD).await;
    let said = runs(&demo, &gate, &grant).await;
    assert!(said.contains("inside"), "{said}");
    assert!(sshd.log().contains("Accepted keyboard-interactive"), "{}", sshd.log());
    // given a key that was made here, when its line is at the system, then it lets the gateway in
    drop(sshd);
    let sshd = behind(&demo, &gate, Takes::Key("")).await;
    assert_eq!(system(&demo).await.vaulted, None, "it listens at another port");
    let body = json!({ "instance": "BMS-B61", "kind": "key" });
    let made = does(&demo, "m.okafor", "put-login-secret", body.clone()).await;
    let line = made["done"]["public"].as_str().unwrap().to_owned();
    assert!(line.starts_with("ssh-ed25519 ") && line.ends_with(" plantgate BMS-B61"), "{line}");
    let page = demo.sign_in("m.okafor").await.get("/systems/BMS-B61/vault").await.words();
    assert!(page.contains(&line), "{page}");
    sshd.knows(&format!("restrict,pty {line}"));
    let said = runs(&demo, &gate, &grant).await;
    assert!(said.contains("inside") && sshd.log().contains("Accepted publickey"), "{said} {}", sshd.log());
    // what was put there while they were inside is not sent where their session leads
    let client = gate.client(&demo, "l.ortega", &grant).await.begins(&["echo", "inside"]);
    let session = gate::until(&demo, "begun", |s| s.ended.is_none()).await;
    does(&demo, "m.okafor", "put-login-secret", body.clone()).await;
    attends(&demo, &session.facts.reference).await;
    let back = client.wait_with_output().await.unwrap();
    let said = String::from_utf8_lossy(&back.stderr).into_owned();
    assert!(said.contains("was put there after you came in") && back.stdout.is_empty(), "{said}");
    gate::until(&demo, "ended", |s| s.id == session.id && s.ended.is_some()).await;
    assert_eq!(system(&demo).await.vaulted.unwrap().refused, None, "nobody asked the system");
    // another one that is made there is another one, and the system knows nothing of it yet
    let anew = does(&demo, "m.okafor", "put-login-secret", body).await;
    assert_ne!(anew["done"]["public"], made["done"]["public"]);
    let said = runs(&demo, &gate, &grant).await;
    assert!(said.contains("does not take the login secret"), "{said}");
    until_refused(&demo).await;
    let tried = no(&demo, "m.okafor", "show-login-secret", json!({ "instance": "BMS-B61", "reason": "See." })).await;
    assert_eq!(tried, "refuse-vault-key");
    demo.world.close().await;
}

/// The shared account of the system, which the gateway goes on as.
async fn shared(demo: &Demo, gate: &Gate) -> String {
    let found = json!({ "instance": "BMS-B61", "name": login(), "kind": "shared" });
    let name = does(demo, "m.okafor", "record-account", found).await["done"]["reference"].as_str().unwrap().to_owned();
    let other = json!({ "instance": "BMS-B61", "name": "panel", "kind": "shared" });
    let other = does(demo, "m.okafor", "record-account", other).await["done"]["reference"].clone();
    let pins = |account: &Value| {
        json!({ "instance": "BMS-B61", "host": "127.0.0.1", "port": gate.target.port, "login": login(),
            "host_key": gate.target.host_key, "shared_account": account })
    };
    let tried = no(demo, "m.okafor", "pin-endpoint", pins(&other)).await;
    assert!(tried.contains("invalid-endpoint-account-login"), "{tried}");
    does(demo, "m.okafor", "pin-endpoint", pins(&json!(name))).await;
    name
}

fn holder(a: &Account) -> Option<(String, bool)> {
    a.out().map(|out| (out.person.to_string(), out.gateway))
}

#[tokio::test]
async fn a_shared_account_is_handed_out_by_the_gateway_to_one_person_at_a_time() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        graded(&demo).await;
        measures::limited(&demo).await;
        does(&demo, "b.stahl", "agree-measures", measures::measures()).await;
        let grant = measures::granted(&demo).await;
        let gate = Gate::open(&demo).await;
        let name = shared(&demo, &gate).await;
        let step = json!({ "grant": grant, "measure": "permit-number", "number": "WP-2026-118" });
        does(&demo, "d.weber", "take-step", step).await;
        let page = demo.sign_in("d.weber").await.get(&format!("/access/grants/{grant}")).await.words();
        assert!(page.contains("the gateway hands it out when they come in"), "{engine}: {page}");
        // given one of ours who has it, then nobody else is let in with it, and reads why
        let ours = json!({ "account": name, "person": demo.person("anna.keller").to_string(),
            "until": "2026-11-16T14:00:00Z" });
        does(&demo, "d.weber", "check-out-account", ours).await;
        let back = comes(&demo, &gate, &grant).await;
        let said = String::from_utf8_lossy(&back.stderr).into_owned();
        assert!(said.contains("one person's at a time") && back.stdout.is_empty(), "{engine}: {said}");
        // an emergency waits for nobody; it takes nothing from anybody either
        let urgent = emergency(&demo, 60).await;
        let said = runs(&demo, &gate, &urgent).await;
        assert!(said.contains("inside"), "{engine}: {said}");
        let has = Some((demo.person("anna.keller").to_string(), false));
        assert_eq!(holder(&account(&demo, &name).await), has, "{engine}");
        does(&demo, "d.weber", "check-in-account", json!({ "account": name, "secret": "unchanged" })).await;
        // when it is back, then it is theirs with their session, without a step of anybody
        let client = gate.client(&demo, "l.ortega", &grant).await;
        let mut running = counting(&demo, client).await;
        let now = account(&demo, &name).await;
        assert_eq!(holder(&now), Some((demo.person("l.ortega").to_string(), true)), "{engine}");
        let session: Session = named(&demo, Kind::Session, &running.session).await;
        assert_eq!(session.facts.account, Some(now.id), "{engine}");
        assert!(now.held(session.facts.person, session.facts.started).is_some(), "{engine}: from its first moment");
        let taken = json!({ "account": name, "person": demo.person("anna.keller").to_string(),
            "until": "2026-11-16T14:00:00Z" });
        assert_eq!(no(&demo, "d.weber", "check-out-account", taken).await, "refuse-checkout-out", "{engine}");
        let says = json!({ "account": name, "secret": "changed" });
        assert_eq!(no(&demo, "d.weber", "check-in-account", says).await, "refuse-checkin-inside", "{engine}");
        let page = demo.sign_in("d.weber").await.get(&format!("/access/grants/{grant}")).await.words();
        assert!(page.contains("handed to one person : Lucía Ortega"), "{engine}: {page}");
        // and another session of theirs goes with it; it comes back with the last one
        let second = comes(&demo, &gate, &grant).await;
        assert_eq!(String::from_utf8_lossy(&second.stdout), "inside\n", "{engine}: {second:?}");
        assert!(account(&demo, &name).await.out().is_some(), "{engine}: the first one runs");
        running.next().await;
        running.leaves().await;
        gate::until(&demo, "all ended", |s| s.ended.is_some()).await;
        for _ in 0..200 {
            if account(&demo, &name).await.out().is_none() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let now = account(&demo, &name).await;
        assert_eq!(now.outs.last().unwrap().back.map(|(_, secret)| secret), Some(Secret::Unseen), "{engine}");
        demo.world.close().await;
    }
}
