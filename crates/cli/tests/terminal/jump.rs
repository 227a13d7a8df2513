//! A stock sshd that asks the core: the real binary as its command, a real certificate, a real client. Who comes in,
//! who does not and why, what a list of revoked certificates does, and how what a person ended ends there.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use plantgate_app::Stop;
use plantgate_store::ops::upload::By;
use plantgate_testkit::{
    browser,
    demo::Demo,
    gate::{free_port, login},
    samples::user_list_met,
    tokens::wish,
    world::{World, request},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    process::{Child, Command},
};

/// A plant with a grant of 13:00 to 15:00 for Lucía Ortega, her key, and the account of a machine that reports.
struct Plant {
    demo: Demo,
    folder: PathBuf,
    base: String,
    grant: String,
}

/// A sshd with what it was started with.
struct Sshd {
    port: u16,
    folder: PathBuf,
    _child: Child,
}

async fn keygen(file: &Path) -> String {
    let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f"]).arg(file).status();
    assert!(made.await.unwrap().success());
    std::fs::read_to_string(file.with_extension("pub")).unwrap().trim().to_owned()
}

fn mode(file: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
}

impl Plant {
    async fn new() -> Plant {
        let demo = Demo::on(World::sqlite().await).await;
        plantgate_porter::sign(&demo.world.app).unwrap();
        let folder = demo.world.folder.join("jump");
        std::fs::create_dir_all(folder.join("sessions")).unwrap();
        mode(&folder.join("sessions"), 0o755);
        let base = browser::serve(&demo.world).await;
        let mut plant = Plant { demo, folder, base, grant: String::new() };
        plant.grant = plant.granted().await;
        plant.keys().await;
        plant.demo.world.set("2026-11-16T13:05:00Z");
        plant
    }

    async fn does(&self, handle: &str, act: &str, body: Value) -> Value {
        let done = self.demo.world.named(&self.demo.caller(handle), act, body).await;
        done.map_err(|stop| format!("{act}: {stop:?}")).unwrap()
    }

    /// Story A-25: the list that was late is graded, and unattended work is granted.
    async fn granted(&self) -> String {
        let app = &self.demo.world.app;
        let stored = app.store().take_file("account;person\n".as_bytes(), 1_024, By::House).await.unwrap();
        let file = json!({ "request": "REQ-0577", "file_name": "users.csv", "media": "text/csv",
            "sha256": stored.sha256, "bytes": stored.size });
        let item = self.does("i.campos", "deliver-evidence", file).await;
        let review = json!({ "item": item["done"]["reference"], "judged": user_list_met(), "grade": "adequate" });
        self.does("m.okafor", "review-evidence", review).await;
        let window = json!({ "from": "2026-11-16T13:00:00Z", "until": "2026-11-16T15:00:00Z" });
        let wish = json!({ "engagement": "E-025", "instance": "BMS-B61", "environment": "prod",
            "roles": ["configure"], "purpose": "maintain", "pattern": "gateway-unattended", "change": "CHG-0431",
            "window": { "is": "fixed", "window": window } });
        let asked = self.does("l.ortega", "request-access", wish).await;
        let yes = self.does("anna.keller", "approve-access", json!({ "request": asked["done"]["reference"] })).await;
        let id = yes["done"]["grant"].as_str().unwrap();
        let door = self.demo.sign_in("m.okafor").await;
        let grant = door.get(&format!("/api/v1/objects/grant/{id}")).await.json();
        grant["reference"].as_str().unwrap().to_owned()
    }

    async fn keys(&self) {
        let public = keygen(&self.folder.join("theirs")).await;
        let listed = Command::new("ssh-keygen").arg("-lf").arg(self.folder.join("theirs.pub")).output().await.unwrap();
        let listed = String::from_utf8(listed.stdout).unwrap();
        let body = json!({ "person": self.demo.person("l.ortega").to_string(), "kind": "ssh",
            "fingerprint": listed.split(' ').nth(1).unwrap(), "public": public });
        self.does("l.ortega", "set-credential", body).await;
        let host = keygen(&self.folder.join("host")).await;
        let pin = json!({ "instance": "BMS-B61", "host": "127.0.0.1", "login": login(), "host_key": host });
        self.does("m.okafor", "pin-endpoint", pin).await;
        let owner = self.demo.person("m.okafor").to_string();
        let machine = json!({ "reference": "SVC-BMS", "name": "sshd of BMS", "owner": owner, "site": "BRU" });
        self.does("k.brandt", "make-service", machine).await;
        let wish =
            plantgate_app::qualify::token::TokenWish { service: Some("SVC-BMS".to_owned()), ..wish("sshd", &[], &[]) };
        let made = self.demo.world.token(&self.demo.caller("k.brandt"), wish).await.unwrap();
        std::fs::write(self.folder.join("token"), format!("{}\n", made.secret)).unwrap();
        mode(&self.folder.join("token"), 0o600);
    }

    /// How every command reaches the core.
    fn core(&self) -> Vec<String> {
        let token = self.folder.join("token").display().to_string();
        ["--core", &self.base, "--token-file", &token].map(str::to_owned).to_vec()
    }

    /// The binary with these words.
    async fn runs(&self, words: &[&str], more: &[String]) -> (Option<i32>, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plantgate"));
        command.args(words).args(more).stdin(Stdio::null());
        let out = command.output().await.unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (out.status.code(), text(out.stdout), text(out.stderr))
    }

    /// What sshd's command answers for a certificate.
    async fn asks(&self, core: Vec<String>, system: &str, told: [&str; 4]) -> (Option<i32>, String, String) {
        let mut words = core;
        words.extend(["--system", system, "--timeout", "20", "--"].map(str::to_owned));
        words.extend(told.map(str::to_owned));
        self.runs(&["ssh-principals"], &words).await
    }

    async fn take(&self, handle: &str, source: &str) -> Result<Value, Stop> {
        let body = json!({ "grant": self.grant, "source": source });
        self.demo.world.named(&self.demo.caller(handle), "take-ssh-certificate", body).await
    }

    /// Takes a certificate and loads it from the page of the grant; its number and the fingerprint of its key.
    async fn certificate(&self, source: &str) -> (u64, String) {
        let taken = self.take("l.ortega", source).await.unwrap();
        let serial = taken["done"]["serial"].as_u64().unwrap();
        let door = self.demo.sign_in("l.ortega").await;
        let page = format!("/access/grants/{}", self.grant);
        let at = format!("{page}/certificates/{serial}");
        assert!(door.get(&page).await.body.contains(&at), "the page leads to it");
        let loaded = door.get(&at).await;
        assert!(loaded.status.is_success(), "{}", loaded.body);
        std::fs::write(self.folder.join("theirs-cert.pub"), &loaded.body).unwrap();
        (serial, taken["done"]["fingerprint"].as_str().unwrap().to_owned())
    }

    /// A sshd that trusts certificates of people; `more` says what it makes of their names.
    async fn sshd(&self, more: &str) -> Sshd {
        let folder = self.folder.join(format!("sshd-{}", request().simple()));
        std::fs::create_dir_all(&folder).unwrap();
        let people = plantgate_porter::People::open(&self.demo.world.app).unwrap();
        let trusted = folder.join("people.pub");
        let line = plantgate_app::witness::jump::Signs::public(&people).to_owned();
        std::fs::write(&trusted, format!("{line}\n")).unwrap();
        let _not_ours = std::fs::create_dir_all("/run/sshd");
        let port = free_port().await;
        let text = format!(
            "ListenAddress 127.0.0.1\nPort {port}\nHostKey {}\nTrustedUserCAKeys {}\nAuthorizedKeysFile none\n\
             PasswordAuthentication no\nKbdInteractiveAuthentication no\nUsePAM no\nPidFile none\nStrictModes no\n\
             PermitRootLogin prohibit-password\nLogLevel VERBOSE\nSubsystem sftp internal-sftp\n{more}\n",
            self.folder.join("host").display(),
            trusted.display(),
        );
        std::fs::write(folder.join("sshd_config"), text).unwrap();
        let mut command = Command::new("/usr/sbin/sshd");
        command.args(["-D", "-E"]).arg(folder.join("log")).arg("-f").arg(folder.join("sshd_config"));
        let child = command.stdin(Stdio::null()).kill_on_drop(true).spawn().unwrap();
        let listens = async || TcpStream::connect(("127.0.0.1", port)).await.is_ok();
        for _ in 0..200 {
            if listens().await {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        assert!(listens().await, "sshd did not begin: {log}");
        Sshd { port, folder, _child: child }
    }

    /// What sshd is told to ask.
    fn asking(&self) -> String {
        let sessions = self.folder.join("sessions");
        // By `env`, because sshd wants the file of its command to be of root and nobody else's to change.
        format!(
            "AuthorizedPrincipalsCommand /usr/bin/env {} ssh-principals {} --system BMS-B61 --timeout 20 --sessions {} \
             -- %u %f %i %s\nAuthorizedPrincipalsCommandUser {}",
            env!("CARGO_BIN_EXE_plantgate"),
            self.core().join(" "),
            sessions.display(),
            login(),
        )
    }

    fn client(&self, sshd: &Sshd, command: &str) -> Command {
        let mut ssh = Command::new("ssh");
        ssh.args(["-F", "none", "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no", "-o", "BatchMode=yes"]);
        ssh.args(["-o", "UserKnownHostsFile=/dev/null", "-o", "IdentityAgent=none", "-i"]);
        ssh.arg(self.folder.join("theirs")).arg("-p").arg(sshd.port.to_string());
        ssh.arg("-o").arg(format!("CertificateFile={}", self.folder.join("theirs-cert.pub").display()));
        ssh.arg(format!("{}@127.0.0.1", login())).arg(command).kill_on_drop(true);
        ssh.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        ssh
    }

    /// Whether the person comes in there now.
    async fn comes(&self, sshd: &Sshd) -> bool {
        let out = self.client(sshd, "echo inside").output().await.unwrap();
        String::from_utf8_lossy(&out.stdout).trim() == "inside"
    }
}

impl Sshd {
    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap()
    }
}

/// A core that gives one answer, once; where it is.
async fn answers(body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _asked = stream.read(&mut [0; 4_096]).await.unwrap();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    });
    base
}

/// Why an act was refused, by the id of its message.
fn why(stop: &Stop) -> String {
    match stop {
        Stop::Refused(refused) => refused.say.id.to_owned(),
        Stop::Invalid(many) => many.iter().map(|i| i.why.id.to_string()).collect(),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn a_stock_sshd_lets_in_by_a_certificate_only_while_the_core_says_yes() {
    let plant = Plant::new().await;
    let sshd = plant.sshd(&plant.asking()).await;
    // given nobody else than the grant's own person, who names one address
    assert_eq!(why(&plant.take("anna.keller", "127.0.0.1").await.unwrap_err()), "refuse-certificate-person");
    assert_eq!(why(&plant.take("i.campos", "127.0.0.1").await.unwrap_err()), "stop-no-power");
    for wrong in ["0.0.0.0", "10.0.0.0/8", "255.255.255.255", "ff02::1", "here", ""] {
        assert_eq!(why(&plant.take("l.ortega", wrong).await.unwrap_err()), "invalid-certificate-source", "{wrong}");
    }
    // when she has a certificate, it says what it is for and no more, and she comes in
    let (serial, fingerprint) = plant.certificate("127.0.0.1").await;
    let cert = plant.folder.join("theirs-cert.pub");
    let shown = Command::new("ssh-keygen").arg("-Lf").arg(&cert).output().await.unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    for has in [&format!("\"{}\"", plant.grant), &serial.to_string(), "source-address 127.0.0.1", "permit-pty"] {
        assert!(shown.contains(has), "{has}: {shown}");
    }
    for never in ["permit-port-forwarding", "permit-agent-forwarding", "permit-X11-forwarding", "permit-user-rc"] {
        assert!(!shown.contains(never), "{never}: {shown}");
    }
    assert!(plant.comes(&sshd).await, "{}", sshd.log());
    assert!(sshd.log().contains(&format!("ID {} (serial {serial})", plant.grant)), "{}", sshd.log());
    // and a sshd that does not ask knows no login of the name in it
    let deaf = plant.sshd("").await;
    assert!(!plant.comes(&deaf).await);
    // then not while the grant rests, and again when it goes on
    plant.does("m.okafor", "suspend-grant", json!({ "grant": plant.grant, "cause": "incident" })).await;
    assert!(!plant.comes(&sshd).await);
    plant.does("m.okafor", "resume-grant", json!({ "grant": plant.grant })).await;
    assert!(plant.comes(&sshd).await, "{}", sshd.log());
    // and the command says why not, and prints nothing then
    let serial = serial.to_string();
    let user = login();
    let told = [user.as_str(), fingerprint.as_str(), plant.grant.as_str(), serial.as_str()];
    let (code, out, said) = plant.asks(plant.core(), "BMS-B61", told).await;
    assert!(code == Some(0) && out.trim().ends_with(&format!("/{user}")), "{code:?} {out} {said}");
    let wrong: [(&str, [&str; 4], &str); 5] = [
        ("BMS-B61", ["nobody", &fingerprint, &plant.grant, &serial], "another login name"),
        ("BMS-B61", [&user, "SHA256:other", &plant.grant, &serial], "No certificate of that number"),
        ("BMS-B61", [&user, &fingerprint, &plant.grant, "7"], "No certificate of that number"),
        ("BMS-B61", [&user, &fingerprint, "GRA-0000", &serial], "No certificate of that number"),
        ("NO-SUCH", told, "no such thing"),
    ];
    for (system, told, words) in wrong {
        let (code, out, said) = plant.asks(plant.core(), system, told).await;
        assert!(code == Some(2) && out.is_empty() && said.contains(words), "{words}: {code:?} {out} {said}");
    }
    // and neither behind its ten minutes, from another address, nor with the grant taken back
    plant.demo.world.set("2026-11-16T13:15:01Z");
    let (code, out, said) = plant.asks(plant.core(), "BMS-B61", told).await;
    assert!(code == Some(2) && out.is_empty() && said.contains("time of this certificate"), "{code:?} {out} {said}");
    plant.certificate("203.0.113.7").await;
    assert!(!plant.comes(&sshd).await);
    plant.certificate("127.0.0.1").await;
    assert!(plant.comes(&sshd).await, "{}", sshd.log());
    plant.does("d.weber", "revoke-grant", json!({ "grant": plant.grant, "reason": "Over." })).await;
    assert!(!plant.comes(&sshd).await);
    assert!(matches!(plant.take("l.ortega", "127.0.0.1").await, Err(Stop::Refused(_))));
    plant.demo.world.close().await;
}

#[tokio::test]
async fn a_core_that_is_away_or_does_not_know_the_machine_lets_nobody_in() {
    let plant = Plant::new().await;
    let (serial, fingerprint) = plant.certificate("127.0.0.1").await;
    let (serial, user) = (serial.to_string(), login());
    let told = [user.as_str(), fingerprint.as_str(), plant.grant.as_str(), serial.as_str()];
    let core = |url: &str, token: &Path| {
        ["--core", url, "--token-file", &token.display().to_string()].map(str::to_owned).to_vec()
    };
    let (token, nothing) = (plant.folder.join("token"), format!("http://127.0.0.1:{}", free_port().await));
    let (other, open) = (plant.folder.join("other"), plant.folder.join("open"));
    std::fs::write(&other, "pgt_nothing\n").unwrap();
    std::fs::copy(&token, &open).unwrap();
    mode(&other, 0o600);
    mode(&open, 0o644);
    for (words, url, token) in [
        ("does not answer", nothing.as_str(), &token),
        ("opens nothing", plant.base.as_str(), &other),
        ("Everybody on this machine can read", plant.base.as_str(), &open),
        ("https://", "http://203.0.113.7:8080", &token),
    ] {
        let (code, out, said) = plant.asks(core(url, token), "BMS-B61", told).await;
        assert!(code == Some(2) && out.is_empty() && said.contains(words), "{words}: {code:?} {out} {said}");
        let secret = std::fs::read_to_string(token).unwrap();
        assert!(!said.contains(secret.trim()), "no secret is said");
    }
    // and nothing where sshd did not start it itself, because then nobody could be found again to be ended
    let mut asking = plant.core();
    let sessions = plant.folder.join("sessions");
    asking.extend(["--sessions".to_owned(), sessions.display().to_string()]);
    let (code, out, said) = plant.asks(asking, "BMS-B61", told).await;
    assert!(code == Some(2) && out.is_empty() && said.contains("not by sshd itself"), "{code:?} {out} {said}");
    assert_eq!(std::fs::read_dir(&sessions).unwrap().count(), 0);
    // and whoever is no machine of this site gets the answer of a stranger
    let theirs = plant.demo.world.token(&plant.demo.caller("l.ortega"), wish("mine", &[], &[])).await.unwrap();
    std::fs::write(&other, theirs.secret).unwrap();
    let (code, out, said) = plant.asks(core(&plant.base, &other), "BMS-B61", told).await;
    assert!(code == Some(2) && out.is_empty() && said.contains("no such thing"), "{code:?} {out} {said}");
    plant.demo.world.close().await;
}

#[tokio::test]
async fn a_list_of_revoked_certificates_is_one_that_openssh_reads() {
    let plant = Plant::new().await;
    let (krl, cert) = (plant.folder.join("revoked.krl"), plant.folder.join("theirs-cert.pub"));
    plant.certificate("127.0.0.1").await;
    let fetches = async || {
        let mut words = plant.core();
        words.push(krl.display().to_string());
        let (code, _, said) = plant.runs(&["ssh-krl"], &words).await;
        assert_eq!(code, Some(0), "{said}");
        let out = Command::new("ssh-keygen").arg("-Qf").arg(&krl).arg(&cert).output().await.unwrap();
        (out.status.success(), String::from_utf8_lossy(&out.stdout).into_owned())
    };
    // given a sshd that does not ask and lets in by the name alone, with the list
    let instance = plant.demo.sign_in("m.okafor").await.get("/api/v1/objects/instance/BMS-B61").await.json();
    let names = plant.folder.join("principals");
    std::fs::write(&names, format!("{}/{}\n", instance["id"].as_str().unwrap(), login())).unwrap();
    assert!(fetches().await.0, "nothing is revoked");
    let with = format!("AuthorizedPrincipalsFile {}\nRevokedKeys {}", names.display(), krl.display());
    let sshd = plant.sshd(&with).await;
    assert!(plant.comes(&sshd).await, "{}", sshd.log());
    // when the grant rests, the certificate is on the list and opens nothing; when it goes on, it is not
    plant.does("m.okafor", "suspend-grant", json!({ "grant": plant.grant, "cause": "incident" })).await;
    let (good, said) = fetches().await;
    assert!(!good && said.contains("REVOKED"), "{said}");
    assert!(!plant.comes(&sshd).await);
    plant.does("m.okafor", "resume-grant", json!({ "grant": plant.grant })).await;
    assert!(fetches().await.0);
    assert!(plant.comes(&sshd).await, "{}", sshd.log());
    plant.does("d.weber", "revoke-grant", json!({ "grant": plant.grant, "reason": "Over." })).await;
    assert!(!fetches().await.0);
    // and stays there behind its end, for clocks that are behind; an hour later no clock is
    plant.demo.world.set("2026-11-16T14:14:00Z");
    assert!(!fetches().await.0);
    // and an answer that is no list leaves the list where it is
    let old = std::fs::read(&krl).unwrap();
    for answer in ["", "<html>Sign in</html>"] {
        let base = answers(answer).await;
        let words = ["--core", &base, "--token-file", &plant.folder.join("token").display().to_string()];
        let words: Vec<String> = words.into_iter().map(str::to_owned).chain([krl.display().to_string()]).collect();
        let (code, out, said) = plant.runs(&["ssh-krl"], &words).await;
        assert!(code == Some(2) && out.is_empty() && said.contains("no list of revoked"), "{code:?} {out} {said}");
        assert_eq!(std::fs::read(&krl).unwrap(), old);
    }
    plant.demo.world.set("2026-11-16T14:16:00Z");
    assert!(fetches().await.0);
    plant.demo.world.close().await;
}

#[tokio::test]
async fn what_a_person_ends_at_once_ends_at_the_sshd_and_nothing_else_does() {
    let plant = Plant::new().await;
    let sshd = plant.sshd(&plant.asking()).await;
    plant.certificate("127.0.0.1").await;
    let position = plant.folder.join("position");
    let kept = || std::fs::read_to_string(&position).unwrap();
    let number = |kept: &str| kept.split(' ').next().unwrap().parse::<u64>().unwrap();
    let listens = async |position: &Path| {
        let mut words = plant.core();
        let sessions = plant.folder.join("sessions");
        words.extend(["--sessions".to_owned(), sessions.display().to_string()]);
        words.extend(["--position".to_owned(), position.display().to_string(), "--once".to_owned()]);
        words.extend(["--timeout", "0"].map(str::to_owned));
        plant.runs(&["ssh-disconnect"], &words).await
    };
    // given a first look, which begins with what comes from now on, and somebody inside
    assert_eq!(listens(&position).await.0, Some(0));
    // and a folder for the position that nobody made is said before anything is asked
    let (code, _, said) = listens(&plant.folder.join("missing").join("position")).await;
    assert!(code != Some(0) && said.contains("where the position is kept"), "{code:?} {said}");
    let mut inside = plant.client(&sshd, "echo begun; sleep 300").spawn().unwrap();
    let mut lines = tokio::io::AsyncBufReadExt::lines(tokio::io::BufReader::new(inside.stdout.take().unwrap()));
    let begun = tokio::time::timeout(Duration::from_secs(30), lines.next_line()).await.unwrap().unwrap();
    assert_eq!(begun.as_deref(), Some("begun"), "{}", sshd.log());
    // when the grant only rests, nothing ends
    plant.does("m.okafor", "suspend-grant", json!({ "grant": plant.grant, "cause": "incident" })).await;
    let (code, out, said) = listens(&position).await;
    assert!(code == Some(0) && out.is_empty(), "{out} {said}");
    assert_eq!(inside.try_wait().unwrap(), None, "nobody is cut off by a hold");
    let before = kept();
    // when a person ends it at once, then it does, and nobody comes in again
    plant.does("d.weber", "disconnect", json!({ "grant": plant.grant })).await;
    let (code, out, said) = listens(&position).await;
    assert!(code == Some(0) && out.contains("ended at once"), "{out} {said}");
    let ended = tokio::time::timeout(Duration::from_secs(20), inside.wait()).await.expect("it ends").unwrap();
    assert!(!ended.success());
    assert!(!plant.comes(&sshd).await);
    // and whoever died over the answer does it once more from the same position, which ends nobody twice
    let after = kept();
    std::fs::write(&position, &before).unwrap();
    let (code, out, _) = listens(&position).await;
    assert!(code == Some(0) && out.is_empty(), "{out}");
    assert!(number(&kept()) >= number(&after));
    // and a position of another record, longer or with another past, is said, and it is looked from the beginning
    let past = format!("{} {}", before.split(' ').next().unwrap(), "0".repeat(64));
    for other in ["99999999", &past] {
        std::fs::write(&position, other).unwrap();
        let (code, out, said) = listens(&position).await;
        assert!(code == Some(0) && out.is_empty() && said.contains("another record"), "{code:?} {out} {said}");
        assert!((number(&after)..99_999_999).contains(&number(&kept())) && kept() != *other, "{}", kept());
    }
    plant.demo.world.close().await;
}
