//! A gateway that stands alone, in the real binary: a core with the part `[gateways]`, `plantgate gateway --alone`
//! beside it, a stock client, and what becomes of an end when first the core and then the gateway is killed.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use plantgate_domain::{event::witness::Ending, witness::session::Session};
use plantgate_gateway::russh::keys::ssh_key::LineEnding;
use plantgate_store::{db::V, memory::Memory};
use plantgate_testkit::{
    afar,
    demo::Demo,
    gate::{self, Gate},
    world::World,
};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::cosigners::NOW;

/// A process, killed with the test, and what it said.
struct Runs {
    child: Child,
    log: PathBuf,
}

impl Drop for Runs {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Runs {
    /// Starts it and waits until it says this.
    async fn until(words: &[&str], log: PathBuf, ready: &str) -> Runs {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plantgate"));
        command.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(&log).unwrap());
        let runs = Runs { child: command.spawn().unwrap(), log };
        runs.says(ready).await;
        runs
    }
    async fn says(&self, words: &str) {
        let mut left = 1_200;
        while left > 0 && !self.said().contains(words) {
            tokio::time::sleep(Duration::from_millis(50)).await;
            left -= 1;
        }
        assert!(left > 0, "never {words}: {}", self.said());
    }
    fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }
    fn kill(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

async fn act(demo: &Demo, name: &str, body: Value) -> Value {
    let done = demo.world.named(&demo.caller("d.weber"), name, body).await;
    assert!(done.is_ok(), "{name}: {done:?}");
    done.unwrap()
}

/// Where everything of it is.
struct Place {
    data: PathBuf,
    /// The file of the gateway.
    file: PathBuf,
    recordings: PathBuf,
}

impl Place {
    async fn serve(&self) -> Runs {
        let words =
            [&["--data", self.data.to_str().unwrap()], &NOW[..], &["serve", "--listen", "127.0.0.1:0"]].concat();
        Runs::until(&words, self.data.join("serve.log"), "http://").await
    }
    async fn gateway(&self) -> Runs {
        // A data directory that is none: the gateway knows no data of the plant.
        let words = ["--data", "/nowhere", "gateway", "--alone", self.file.to_str().unwrap()];
        Runs::until(&words, self.data.join("gateway.log"), "The gateway listens").await
    }
    /// Ends that wait.
    fn waiting(&self) -> usize {
        files(&self.recordings.join("ends"), "json")
    }
    fn recordings(&self) -> usize {
        files(&self.recordings, "rec")
    }
}

/// How many files there are of a kind.
fn files(folder: &Path, kind: &str) -> usize {
    let files = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path());
    files.filter(|file| file.extension().is_some_and(|e| e == kind)).count()
}

async fn placed(demo: &Demo, gate: &mut Gate) -> Place {
    let (data, keys) = (demo.world.folder.clone(), afar::certified(demo));
    let (lodge, port) = (gate::free_port().await, gate::free_port().await);
    let at = |name: &str| keys.join(name).display().to_string();
    let gateways = format!(
        "[gateways]\nlisten = \"127.0.0.1:{lodge}\"\nca_file = \"{}\"\ncertificate_file = \"{}\"\n\
         key_file = \"{}\"\nlist_file = \"{}\"\n",
        at("ours.crt"),
        at("core.crt"),
        at("core.key"),
        at("list")
    );
    std::fs::write(data.join("plantgate.toml"), gateways).unwrap();
    // The key by which the clients of this test know the gate already.
    let (host, _) = plantgate_porter::keys(&demo.world.app).unwrap();
    private(&keys.join("host"), &host.to_openssh(LineEnding::LF).unwrap());
    let recordings = keys.join("recordings");
    let alone = format!(
        "core = \"https://localhost:{lodge}\"\nca_file = \"{}\"\ncertificate_file = \"{}\"\nkey_file = \"{}\"\n\
         host_key_file = \"{}\"\nfolder = \"{}\"\nlisten = \"127.0.0.1:{port}\"\n",
        at("ours.crt"),
        at("hall-3.crt"),
        at("hall-3.key"),
        at("host"),
        recordings.display()
    );
    let file = keys.join("gateway.toml");
    std::fs::write(&file, alone).unwrap();
    gate.at(demo, port);
    Place { data, file, recordings }
}

fn private(file: &Path, text: &str) {
    std::fs::write(file, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}

/// A terminal in which something was shown, beside somebody of the site.
async fn inside(demo: &Demo, gate: &Gate, grant: &str, words: &str) -> (tokio::process::Child, Session) {
    let before = gate::newest(demo).await.map(|s| s.id);
    let client = gate.client(demo, "l.ortega", grant).await.with(&["-tt"]);
    let mut inside = client.begins(&[&format!("echo {words}; read wait")]);
    let session = gate::until(demo, "begun", |s| s.ended.is_none() && Some(s.id) != before).await;
    act(demo, "attend-session", json!({ "session": session.facts.reference })).await;
    let mut lines = BufReader::new(inside.stdout.take().unwrap()).lines();
    while !lines.next_line().await.unwrap().unwrap().contains(words) {}
    tokio::time::sleep(Duration::from_millis(500)).await;
    (inside, session)
}

/// How often an end of a session stands in the record.
async fn ends(demo: &Demo, session: &Session) -> usize {
    let mut tx = demo.world.app.store().db().read().await.unwrap();
    let sql = "select body from entry where kind = $1 and id = $2 order by seq";
    let all = tx.all(sql, &[V::text("session"), V::Id(session.id.0)]).await.unwrap();
    all.iter().filter(|rec| String::from_utf8_lossy(&rec.bytes(0).unwrap()).contains("witness.session.ended@1")).count()
}

async fn stands(demo: &Demo, session: &Session) -> Session {
    demo.world.app.store().look().await.unwrap().get(session.id).await.unwrap()
}

async fn ended(demo: &Demo, session: &Session) -> Session {
    let mut now = stands(demo, session).await;
    // What a killed process held is not taken for lost before nobody asked about it for a minute.
    for _ in 0..2_400 {
        if now.ended.is_some() {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        now = stands(demo, session).await;
    }
    assert!(now.ended.is_some(), "it never ended: {now:#?}");
    now
}

#[tokio::test]
async fn an_end_survives_the_core_and_the_gateway_and_what_a_killed_gateway_left_plays() {
    let demo = Demo::on(World::sqlite().await).await;
    let mut gate = Gate::open(&demo).await;
    gate.kill();
    let place = placed(&demo, &mut gate).await;
    let body = json!({ "engagement": "E-025", "person": demo.person("l.ortega").to_string(), "instance": "BMS-B61",
        "environment": "prod", "roles": ["configure"], "pattern": "gateway-attended", "minutes": 60,
        "called_back": true, "reason": "Ventilation stands still." });
    let grant = act(&demo, "open-emergency", body).await["done"]["reference"].as_str().unwrap().to_owned();
    let (mut core, mut gateway) = (place.serve().await, place.gateway().await);
    // given somebody inside, and a core that is killed
    let (mut client, first) = inside(&demo, &gate, &grant, "first").await;
    core.says("a session began").await;
    assert!(core.said().contains("hall-3"), "{}", core.said());
    core.kill();
    gateway.says("the core does not answer").await;
    // when they leave, and the gateway is killed, too, then the end lies on its disk
    drop(client.stdin.take());
    client.kill().await.unwrap();
    for _ in 0..400 {
        if place.waiting() == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    gateway.kill();
    assert_eq!((place.waiting(), place.recordings()), (1, 2), "{}", gateway.said());
    // and when both are there again it is told: once, with what was recorded, and nothing is left at the gateway
    let core = place.serve().await;
    let mut gateway = place.gateway().await;
    let now = ended(&demo, &first).await;
    assert!(matches!(now.ended.unwrap().1, Ending::User | Ending::Loss), "{now:?}");
    assert!(gate::recorded(&demo, first.id).await.iter().any(|part| part.contains("first")));
    gateway.says("the end of a session is in the record").await;
    assert_eq!((place.waiting(), place.recordings(), ends(&demo, &first).await), (0, 0, 1));
    // given somebody inside when the gateway is killed, then the record has them until it is there again
    let (mut client, second) = inside(&demo, &gate, &grant, "second").await;
    gateway.kill();
    client.wait().await.unwrap();
    assert_eq!((place.waiting(), place.recordings()), (0, 2));
    assert!(stands(&demo, &second).await.ended.is_none());
    let gateway = place.gateway().await;
    // and then all that was sealed is kept, with a gap at its end, though the gateway has no key to it any more
    let now = ended(&demo, &second).await;
    assert_eq!((now.ended.unwrap().1, now.parts.len()), (Ending::Loss, 2));
    assert!(now.parts.iter().all(|part| part.gaps == 1), "{:?}", now.parts);
    assert!(gate::recorded(&demo, second.id).await.iter().any(|part| part.contains("second")));
    assert_eq!(ends(&demo, &second).await, 1);
    // and the next one comes in
    let (mut client, third) = inside(&demo, &gate, &grant, "third").await;
    client.kill().await.unwrap();
    ended(&demo, &third).await;
    assert!(core.said().contains("a session ended"), "{}", core.said());
    drop(gateway);
}

#[tokio::test]
async fn a_gateway_that_cannot_begin_says_which_file_is_wrong() {
    let demo = Demo::on(World::sqlite().await).await;
    let mut gate = Gate::open(&demo).await;
    gate.kill();
    let place = placed(&demo, &mut gate).await;
    let whole = std::fs::read_to_string(&place.file).unwrap();
    let said = |text: &str| {
        std::fs::write(&place.file, text).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_plantgate"));
        let out = command.args(["gateway", "--alone"]).arg(&place.file).output().unwrap();
        assert!(!out.status.success(), "{out:?}");
        String::from_utf8_lossy(&out.stderr).into_owned()
    };
    for (from, to, names) in [
        ("hall-3.crt", "missing.crt", "missing.crt"),
        ("hall-3.key", "hall-4.key", "hall-3.crt"),
        ("ours.crt", "list", "list"),
        ("https://", "http://", "http://localhost"),
    ] {
        let said = said(&whole.replacen(from, to, 1));
        assert!(said.contains(names) && said.contains("cannot be used"), "{from}: {said}");
    }
    assert!(said(&format!("{whole}more = 1\n")).contains("gateway.toml"));
}
