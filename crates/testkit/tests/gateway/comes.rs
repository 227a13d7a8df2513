//! Who comes in, what they may open, and what stands in the record of it.

use std::time::Duration;

use plantgate_domain::event::witness::{Ending, Seen};
use plantgate_store::Stop;
use plantgate_testkit::{
    demo::Demo,
    gate::{self, Gate, code},
};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use super::{attends, does, emergency};

fn words(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn a_stock_client_works_on_the_granted_system_and_leaves_a_record() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let gate = Gate::open(&demo).await;
        let grant = emergency(&demo, 60).await;
        // given a client that waits, because somebody of ours must be beside its person
        let client = gate.client(&demo, "l.ortega", &grant).await;
        let waiting = client.begins(&["echo inside; echo Öfen >&2; exit 7"]);
        let session = gate::until(&demo, "begun", |s| s.ended.is_none()).await;
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        assert!(!gate.target.log().contains("Accepted"), "{engine}: nobody goes on before they are attended");
        // when somebody is, then it goes on by itself, with output, error and exit status of the target
        attends(&demo, &session.facts.reference).await;
        let output = waiting.wait_with_output().await.unwrap();
        assert_eq!(output.status.code(), Some(7), "{engine}: {}", words(&output));
        assert_eq!(String::from_utf8_lossy(&output.stdout), "inside\n");
        let said = words(&output);
        let (held, error) = ("Somebody of the site must be beside you", "Öfen");
        assert!(said.contains(held) && said.contains(error), "{said}");
        assert!(said.contains("recorded and kept") && said.contains(&grant), "the notice comes first: {said}");
        // and the record has the person, the key, the notice, how it ended, and the log of what ran
        let session = gate::until(&demo, "ended", |s| s.ended.is_some()).await;
        assert_eq!(session.ended.unwrap().1, Ending::User, "{engine}");
        assert_eq!(session.facts.seen, Seen::Gateway);
        assert_eq!(session.facts.person, Some(demo.person("l.ortega")));
        assert_eq!(session.noticed.as_ref().unwrap().language, "en");
        let parts = gate::recorded(&demo, session.id).await;
        assert_eq!(parts.len(), 1, "{parts:?}");
        let log = &parts[0];
        assert!(log.contains("echo inside") && log.contains("\"status\":7") && log.contains("inside\\n"), "{log}");
        assert!(log.contains("\"what\":\"ended\""), "{log}");
        // the target's own log names session and certificate
        let log = gate.target.log();
        assert!(log.contains(&format!("plantgate {}", session.facts.reference)), "{log}");
        // nothing of the recording is left beside the store
        let here = std::fs::read_dir(demo.world.folder.join("recordings")).unwrap();
        let left = here.filter(|f| f.as_ref().unwrap().path().extension().is_some_and(|e| e == "rec")).count();
        assert_eq!(left, 0, "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_terminal_is_recorded_as_it_was_shown_and_what_was_typed_without_echo_is_not() {
    let demo = Demo::on(plantgate_testkit::world::World::sqlite().await).await;
    let gate = Gate::open(&demo).await;
    let grant = emergency(&demo, 60).await;
    let client = gate.client(&demo, "l.ortega", &grant).await.with(&["-tt"]);
    let asks = "stty -echo; echo ready; read secret; stty echo; echo $((40+2)) Öfen";
    let mut inside = client.begins(&[asks]);
    let session = gate::until(&demo, "begun", |s| s.ended.is_none()).await;
    attends(&demo, &session.facts.reference).await;
    let mut into = inside.stdin.take().unwrap();
    let mut lines = BufReader::new(inside.stdout.take().unwrap()).lines();
    while !lines.next_line().await.unwrap().unwrap().contains("ready") {}
    into.write_all(b"nobody-sees-this\n").await.unwrap();
    while !lines.next_line().await.unwrap().unwrap().contains("42 Öfen") {}
    assert!(inside.wait().await.unwrap().success());
    let session = gate::until(&demo, "ended", |s| s.ended.is_some()).await;
    let parts = gate::recorded(&demo, session.id).await;
    assert_eq!(parts.len(), 2, "{parts:?}");
    let cast = parts.iter().find(|p| p.contains("\"version\":2")).unwrap();
    assert!(cast.contains("42 Öfen"), "{cast}");
    assert!(!parts.iter().any(|p| p.contains("nobody-sees-this")), "{parts:?}");
    demo.world.close().await;
}

#[tokio::test]
async fn a_stranger_learns_nothing_and_whoever_proved_who_they_are_learns_why() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let gate = Gate::open(&demo).await;
        let grant = emergency(&demo, 60).await;
        let size = demo.size().await;
        // a key nobody registered, somebody else's key, and a grant that does not exist: the same answer
        gate.key(&demo, "i.campos").await;
        let own = demo.size().await - size;
        let code = code(&demo, demo.person("l.ortega")).await;
        let size = demo.size().await;
        assert_eq!(own, 1);
        let mut said = Vec::new();
        for (who, name) in [("i.campos", grant.as_str()), ("l.ortega", "GRA-9999"), ("l.ortega", "root")] {
            let output = gate.typing(who, name, "yes", &code).runs(&["true"]).await;
            assert_eq!(output.status.code(), Some(255));
            said.push(words(&output).replace(name, "NAME"));
        }
        assert!(said.iter().all(|s| s == &said[0] && s.contains("Permission denied")), "{engine}: {said:#?}");
        // a wrong code, and a notice that nobody read
        for (read, typed) in [("yes", "000000"), ("no", code.as_str())] {
            let output = gate.typing("l.ortega", &grant, read, typed).runs(&["true"]).await;
            assert_eq!(output.status.code(), Some(255));
            assert!(words(&output).contains("The code was not right or was used before"), "{}", words(&output));
        }
        assert_eq!(demo.size().await, size, "{engine}: none of that is a session");
        // when the person is suspended for a moment, the same key is a stranger's
        does(
            &demo,
            "m.okafor",
            "suspend-person",
            json!({ "person": demo.person("l.ortega").to_string(),
            "reason": "for the test" }),
        )
        .await;
        let output = gate.typing("l.ortega", &grant, "yes", &code).runs(&["true"]).await;
        assert_eq!(words(&output).replace(&grant, "NAME"), said[0], "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_grant_that_is_over_is_said_with_its_reason_before_any_channel() {
    let demo = Demo::on(plantgate_testkit::world::World::sqlite().await).await;
    let gate = Gate::open(&demo).await;
    let grant = emergency(&demo, 30).await;
    demo.world.set("2026-11-16T08:30:00Z");
    let output = gate.client(&demo, "l.ortega", &grant).await.runs(&["true"]).await;
    let said = words(&output);
    assert_eq!(output.status.code(), Some(255));
    assert!(said.contains("Not now, and this is why"), "{said}");
    assert!(gate::newest(&demo).await.is_none());
    demo.world.close().await;
}

#[tokio::test]
async fn a_key_that_is_taken_away_opens_nothing_more_and_a_ninth_connection_is_refused() {
    let demo = Demo::on(plantgate_testkit::world::World::sqlite().await).await;
    let gate = Gate::open(&demo).await;
    let grant = emergency(&demo, 60).await;
    // given eight connections of one grant
    let mut open = Vec::new();
    for n in 1..=8 {
        open.push(gate.client(&demo, "l.ortega", &grant).await.begins(&["sleep 60"]));
        gate::until(&demo, "begun", |s| s.facts.reference.ends_with(&format!("{n:04}"))).await;
    }
    let ninth = gate.client(&demo, "l.ortega", &grant).await.runs(&["true"]).await;
    assert!(words(&ninth).contains("Eight connections of this grant are open"), "{}", words(&ninth));
    // when the key goes, then what is held asks for an end, and nobody comes by it
    let key = gate::newest(&demo).await.unwrap().noticed.unwrap().key;
    let gone = json!({ "person": demo.person("l.ortega").to_string(), "fingerprint": key });
    does(&demo, "k.brandt", "remove-credential", gone).await;
    let closing = gate::until(&demo, "closing", |s| s.closing.is_some()).await;
    assert_eq!(closing.closing.unwrap().cause, plantgate_domain::event::witness::Closing::Hold);
    let stranger = gate.client(&demo, "l.ortega", &grant).await.runs(&["true"]).await;
    assert!(words(&stranger).contains("Permission denied"), "{}", words(&stranger));
    for mut client in open {
        client.kill().await.unwrap();
    }
    demo.world.close().await;
}

#[tokio::test]
async fn only_shell_and_commands_are_opened() {
    let demo = Demo::on(plantgate_testkit::world::World::sqlite().await).await;
    let gate = Gate::open(&demo).await;
    let grant = emergency(&demo, 60).await;
    // a forward to anywhere, one back to us, SFTP, a copy: each is refused and the session goes on
    let forward = format!("127.0.0.1:0:127.0.0.1:{}", gate.target.port);
    let client = gate.client(&demo, "l.ortega", &grant).await.with(&["-o", "ExitOnForwardFailure=yes", "-R", &forward]);
    let refused = client.runs(&["true"]).await;
    assert_eq!(refused.status.code(), Some(255));
    assert!(words(&refused).contains("remote port forwarding failed"), "{}", words(&refused));
    for (option, command) in [(Some("-s"), "sftp"), (None, "scp -t /tmp"), (Some("-T"), "")] {
        let client = gate.client(&demo, "l.ortega", &grant).await;
        let client = if let Some(option) = option { client.with(&[option]) } else { client };
        let command: Vec<&str> = Some(command).filter(|c| !c.is_empty()).into_iter().collect();
        let refused = client.runs(&command).await;
        assert_eq!(refused.status.code(), Some(255), "{command:?}");
        assert!(words(&refused).contains("failed"), "{command:?}: {}", words(&refused));
    }
    let client = gate.client(&demo, "l.ortega", &grant).await;
    let port = gate.target.port.to_string();
    let refused = client.with(&["-W", &format!("127.0.0.1:{port}")]).runs(&[]).await;
    assert!(words(&refused).contains("administratively prohibited"), "{}", words(&refused));
    // and what comes with a shell is not passed on
    gate::quiet(&demo).await;
    let client = gate.client(&demo, "l.ortega", &grant).await.with(&["-A", "-o", "SetEnv=SECRET=1"]);
    let waiting = client.begins(&["echo [$SSH_AUTH_SOCK$SECRET]"]);
    let session = gate::until(&demo, "begun", |s| s.ended.is_none()).await;
    attends(&demo, &session.facts.reference).await;
    let output = waiting.wait_with_output().await.unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "[]\n", "{}", words(&output));
    demo.world.close().await;
}

#[tokio::test]
async fn a_system_that_shows_another_key_gets_nothing() {
    let demo = Demo::on(plantgate_testkit::world::World::sqlite().await).await;
    let gate = Gate::open(&demo).await;
    let grant = emergency(&demo, 60).await;
    // given another key than the one that is pinned
    let other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJCBw6y4rZopqyPEgTV/HUt7FtoSEIY5b1l98L2fHNYa";
    gate.pin(&demo, other).await;
    let waiting = gate.client(&demo, "l.ortega", &grant).await.begins(&["true"]);
    let session = gate::until(&demo, "begun", |s| s.ended.is_none()).await;
    attends(&demo, &session.facts.reference).await;
    let output = waiting.wait_with_output().await.unwrap();
    assert!(words(&output).contains("shows another key than the one that was pinned"), "{}", words(&output));
    let log = gate.target.log();
    assert!(!log.contains("Accepted") && !log.contains("Postponed") && !log.contains("CA ED25519"), "{log}");
    demo.world.close().await;
}

#[tokio::test]
async fn one_key_is_one_person_and_a_host_key_is_read_before_it_is_pinned() {
    for demo in Demo::both().await {
        let gate = Gate::open(&demo).await;
        let mut look = demo.world.app.store().look().await.unwrap();
        use plantgate_store::memory::Memory;
        let ortega: plantgate_domain::qualify::person::Person = look.get(demo.person("l.ortega")).await.unwrap();
        drop(look);
        let key = ortega.keys.iter().find(|k| k.kind.as_str() == "ssh").unwrap();
        let body = json!({ "person": demo.person("i.campos").to_string(), "kind": "ssh",
            "fingerprint": key.fingerprint, "public": key.public });
        let taken = demo.world.named(&demo.caller("i.campos"), "set-credential", body).await;
        assert!(
            matches!(&taken, Err(Stop::Invalid(why)) if why[0].place.field.as_deref() == Some("public")),
            "{taken:?}"
        );
        let whole = json!({ "instance": "BMS-B61", "host": "10.0.0.1", "login": "service",
            "host_key": gate.target.host_key });
        let wrong = [
            ("host", json!("-oProxyCommand=x")),
            ("host", json!("a b")),
            ("port", json!(70_000)),
            ("port", json!(0)),
            ("login", json!("root;id")),
            ("login", json!("")),
            ("host_key", json!("-----BEGIN OPENSSH PRIVATE KEY-----")),
            ("host_key", json!("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ")),
            ("host_key", json!("hello")),
        ];
        for (field, value) in wrong {
            let mut body = whole.clone();
            body[field] = value;
            let no = demo.world.named(&demo.caller("m.okafor"), "pin-endpoint", body.clone()).await;
            let named = matches!(&no, Err(Stop::Invalid(why)) if why[0].place.field.as_deref() == Some(field));
            assert!(named, "{body}: {no:?}");
        }
        // what is pinned stands on the page of the system, with the fingerprint that ssh-keyscan's key has
        let page = demo.sign_in("m.okafor").await.get("/systems/BMS-B61").await.words();
        let line = plantgate_gateway::russh::keys::PublicKey::from_openssh(&gate.target.host_key).unwrap();
        let fingerprint = plantgate_gateway::keys::fingerprint(&line);
        assert!(page.contains(&fingerprint) && page.contains(&format!("127.0.0.1:{}", gate.target.port)), "{page}");
        // nobody but OT security pins, and nobody of a provider learns that there is something to pin
        for handle in ["anna.keller", "l.ortega", "k.brandt"] {
            let no = demo.world.named(&demo.caller(handle), "pin-endpoint", whole.clone()).await;
            assert!(matches!(no, Err(Stop::Refused(_) | Stop::NotFound)), "{handle}: {no:?}");
        }
        demo.world.close().await;
    }
}
