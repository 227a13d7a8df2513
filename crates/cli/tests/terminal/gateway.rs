//! The gateway in the real binary: `plantgate gateway` and the part `[gateway]` of a configuration, a stock client that
//! works through it, and what is left when the process is killed in the middle and started again.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use plantgate_domain::event::witness::Ending;
use plantgate_gateway::keys;
use plantgate_interchange::cast::{self, Most};
use plantgate_testkit::{
    demo::Demo,
    gate::{self, Gate},
    world::World,
};
use serde_json::{Value, json};

use crate::cosigners::NOW;

/// `serve`, killed with the test.
struct Serve(Child);

impl Drop for Serve {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _gone = self.0.wait();
    }
}

/// Starts it; all it said until it answers.
fn serve(data: &Path) -> (Serve, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plantgate"));
    command.arg("--data").arg(data).args(NOW).args(["serve", "--listen", "127.0.0.1:0"]);
    let mut child = Serve(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(child.0.stderr.take().unwrap()).lines();
    let mut said = String::new();
    let mut tells = |line: &String| {
        said.push_str(line);
        said.push('\n');
    };
    let serves = lines.by_ref().map_while(Result::ok).inspect(&mut tells).any(|line| line.contains("http://"));
    assert!(serves, "it ended: {said}");
    // What it says later must not stop it.
    std::thread::spawn(move || lines.for_each(drop));
    (child, said)
}

async fn act(demo: &Demo, name: &str, body: Value) -> Value {
    let done = demo.world.named(&demo.caller("d.weber"), name, body).await;
    assert!(done.is_ok(), "{name}: {done:?}");
    done.unwrap()
}

#[tokio::test]
async fn a_server_that_is_killed_in_the_middle_of_a_session_says_so_and_what_was_recorded_plays() {
    // given a plant with a grant, a key and a system, and the configuration of a gateway in its data
    let demo = Demo::on(World::sqlite().await).await;
    let mut gate = Gate::open(&demo).await;
    gate.kill();
    let data = demo.world.folder.clone();
    let port = gate::free_port().await;
    std::fs::write(data.join("plantgate.toml"), format!("[gateway]\nlisten = \"127.0.0.1:{port}\"\n")).unwrap();
    gate.at(&demo, port);
    let body = json!({ "engagement": "E-025", "person": demo.person("l.ortega").to_string(), "instance": "BMS-B61",
        "environment": "prod", "roles": ["configure"], "pattern": "gateway-attended", "minutes": 60,
        "called_back": true, "reason": "Ventilation stands still." });
    let grant = act(&demo, "open-emergency", body).await["done"]["reference"].as_str().unwrap().to_owned();
    // when its keys are asked for, then they are those of the record, also alone for a system's file
    let (host, authority) = plantgate_porter::keys(&demo.world.app).unwrap();
    let line = |key: &plantgate_gateway::russh::keys::PrivateKey| keys::line(key.public_key()).unwrap();
    let asked = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plantgate"));
        let out = command.arg("--data").arg(&data).args(words).output().unwrap();
        assert!(out.status.success(), "{out:?}");
        String::from_utf8(out.stdout).unwrap()
    };
    let both = asked(&["gateway"]);
    assert!(both.contains(&line(&host)) && both.contains(&line(&authority)), "{both}");
    assert_eq!(asked(&["gateway", "--authority"]).trim(), line(&authority));
    // when it serves, then it says where the gateway is and by which key
    let (mut server, told) = serve(&data);
    let (address, shown) = (format!("127.0.0.1:{port}"), keys::fingerprint(host.public_key()));
    assert!(told.contains(&address) && told.contains(&shown), "{told}");
    // and a stock client works through it, beside somebody of the site
    let client = gate.client(&demo, "l.ortega", &grant).await.with(&["-tt"]);
    let mut inside = client.begins(&["echo before the power went; sleep 600"]);
    let session = gate::until(&demo, "begun", |s| s.ended.is_none()).await;
    act(&demo, "attend-session", json!({ "session": session.facts.reference })).await;
    let mut screen = tokio::io::BufReader::new(inside.stdout.take().unwrap());
    let mut first = String::new();
    tokio::io::AsyncBufReadExt::read_line(&mut screen, &mut first).await.unwrap();
    assert!(first.contains("before the power went"), "{first}");
    tokio::time::sleep(Duration::from_millis(500)).await;
    // when the process is killed in the middle of it
    server.0.kill().unwrap();
    server.0.wait().unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(20), inside.wait()).await;
    assert!(!ended.expect("the line is gone with it").unwrap().success());
    assert!(gate::newest(&demo).await.unwrap().ended.is_none(), "nobody could say so yet");
    // and started again, then the session ended by loss, and all that was sealed is kept and plays
    let (_server, _) = serve(&data);
    let session = gate::until(&demo, "ended", |s| s.ended.is_some()).await;
    assert_eq!(session.ended.unwrap().1, Ending::Loss);
    let parts = gate::recorded(&demo, session.id).await;
    let terminal = parts.iter().find(|part| part.contains("\"version\":2"));
    let cast = cast::read(terminal.expect("a terminal").as_bytes(), &Most::STANDARD).unwrap();
    let screen = cast::play::at(&cast, u64::MAX, &|| true).screen.text();
    assert!(screen.contains("before the power went"), "{screen}");
    // and the next one comes in
    let again = gate.client(&demo, "l.ortega", &grant).await.begins(&["echo back"]);
    let next = gate::until(&demo, "another", |s| s.id != session.id).await;
    act(&demo, "attend-session", json!({ "session": next.facts.reference })).await;
    let output = tokio::time::timeout(Duration::from_secs(60), again.wait_with_output()).await.unwrap().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "back\n", "{output:?}");
    gate::quiet(&demo).await;
}
