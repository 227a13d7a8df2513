//! The gateway in a test, between a stock OpenSSH client and a stock sshd: real keys, a real askpass program that types
//! the code, real ports on loopback.

use std::{
    net::IpAddr,
    path::{Path, PathBuf},
    process::{Output, Stdio},
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use plantgate_domain::{
    base::{PersonId, SessionId},
    witness::session::Session,
};
use plantgate_gateway::{
    Authority, Limits,
    authority::{Entry, Knock, Pass, Plan, Report, Sight, Standing},
    keys, recording,
    russh::keys::PrivateKey,
};
use plantgate_porter::Porter;
use plantgate_store::{db::V, memory::Memory};
use plantgate_wire::words::Lang;
use serde_json::json;
use tokio::{
    net::TcpListener,
    process::{Child, Command},
};

use crate::{
    demo::Demo,
    sshd::{Sshd, Takes},
    world::request,
};

/// A gateway, a system behind it, and a person of a provider with a key.
pub struct Gate {
    pub port: u16,
    pub target: Sshd,
    folder: PathBuf,
    server: tokio::task::JoinHandle<()>,
    limits: Limits,
    /// Whether its core says nothing.
    silent: Arc<AtomicBool>,
    /// Whether nobody is waited for.
    alone: Arc<AtomicBool>,
}

/// The core, which a test can make say nothing, as one that hangs.
struct Core {
    porter: Porter,
    silent: Arc<AtomicBool>,
    alone: Arc<AtomicBool>,
}

impl Core {
    fn speaks(&self) -> bool {
        !self.silent.load(Ordering::Relaxed)
    }
}

impl Authority for Core {
    async fn knock(&self, knock: Knock<'_>) -> Option<Pass> {
        self.porter.knock(knock).await
    }
    async fn prove(&self, pass: &Pass, code: &str) -> bool {
        self.porter.prove(pass, code).await
    }
    async fn begin(&self, pass: &Pass) -> Result<Plan, Vec<String>> {
        let mut plan = self.porter.begin(pass).await?;
        plan.attended &= !self.alone.load(Ordering::Relaxed);
        Ok(plan)
    }
    async fn entry(&self, plan: &Plan, source: IpAddr) -> Result<Entry, String> {
        self.porter.entry(plan, source).await
    }
    async fn standing(&self, session: SessionId) -> Option<Standing> {
        let mut standing = if self.speaks() { self.porter.standing(session).await } else { None }?;
        standing.alone &= !self.alone.load(Ordering::Relaxed);
        Some(standing)
    }
    fn holds(&self, session: SessionId, sight: Weak<dyn Sight>) {
        self.porter.holds(session, sight);
    }
    async fn report(&self, session: SessionId, report: Report) -> bool {
        self.speaks() && self.porter.report(session, report).await
    }
}

/// A client on its way: what it is called with besides the usual.
pub struct Client<'g> {
    gate: &'g Gate,
    command: Command,
}

pub(crate) async fn keygen(file: &Path) -> String {
    let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f"]).arg(file).status();
    assert!(made.await.unwrap().success());
    let line = std::fs::read_to_string(format!("{}.pub", file.display())).unwrap();
    line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

/// A port of this machine at which nobody listens yet.
pub async fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

/// Who runs the tests, because sshd lets nobody else in.
pub fn login() -> String {
    let said = std::process::Command::new("id").arg("-un").output().unwrap();
    String::from_utf8(said.stdout).unwrap().trim().to_owned()
}

impl Gate {
    /// Opens a gate of the demo plant. `BMS-B61` is behind it, and Lucía Ortega has a key.
    pub async fn open(demo: &Demo) -> Gate {
        Gate::within(demo, Limits::standard()).await
    }

    /// The same within other limits.
    pub async fn within(demo: &Demo, limits: Limits) -> Gate {
        let folder = demo.world.folder.join("gate");
        std::fs::create_dir_all(&folder).unwrap();
        let (_, authority) = plantgate_porter::keys(&demo.world.app).unwrap();
        let trusted = keys::line(authority.public_key()).unwrap();
        let target = Sshd::start(&folder, Takes::Certificates(&trusted)).await;
        let (silent, alone) = Default::default();
        let gate = Gate { port: 0, target, folder, server: tokio::spawn(async {}), limits, silent, alone };
        gate.pin(demo, &gate.target.host_key).await;
        gate.key(demo, "l.ortega").await;
        gate.opened(demo).await
    }

    /// Opens the same gate anew, as after a restart of its process: what was left comes home first.
    pub async fn opened(mut self, demo: &Demo) -> Gate {
        let (host, _) = plantgate_porter::keys(&demo.world.app).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        self.at(demo, listener.local_addr().unwrap().port());
        let folder = demo.world.folder.join("recordings");
        let porter = Porter::open(demo.world.app.clone(), &folder, Lang::En, self.limits).await.unwrap();
        let core = Arc::new(Core { porter, silent: self.silent.clone(), alone: self.alone.clone() });
        let end = std::future::pending();
        self.server = tokio::spawn(plantgate_gateway::serve(listener, host, core, self.limits, end));
        self
    }

    /// Lets another authority answer: the same gate as one that stands elsewhere.
    #[expect(clippy::unused_async, reason = "whoever opens a gate waits for it")]
    pub async fn asking(self, demo: &Demo, authority: impl Authority) -> Gate {
        self.asking_within(demo, &tokio::runtime::Handle::current(), authority)
    }

    /// The same in a runtime of its own: one that is shut down ends everything of it at once, as a machine does that
    /// loses its power.
    pub fn asking_within(mut self, demo: &Demo, at: &tokio::runtime::Handle, authority: impl Authority) -> Gate {
        self.server.abort();
        let (host, _) = plantgate_porter::keys(&demo.world.app).unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        self.at(demo, listener.local_addr().unwrap().port());
        let (authority, limits) = (Arc::new(authority), self.limits);
        self.server = at.spawn(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            plantgate_gateway::serve(listener, host, authority, limits, std::future::pending()).await;
        });
        self
    }

    /// Where its clients find it from now on: another process may hold it.
    pub fn at(&mut self, demo: &Demo, port: u16) {
        let (host, _) = plantgate_porter::keys(&demo.world.app).unwrap();
        self.port = port;
        let known = format!("[127.0.0.1]:{port} {}\n", keys::line(host.public_key()).unwrap());
        std::fs::write(self.folder.join("known"), known).unwrap();
    }

    /// The key of somebody, for a client that is no program of OpenSSH.
    pub fn private(&self, handle: &str) -> PrivateKey {
        let text = std::fs::read_to_string(self.folder.join(handle)).unwrap();
        PrivateKey::from_openssh(text).unwrap()
    }

    /// Whether the core says nothing from now on.
    pub fn silence(&self, silent: bool) {
        self.silent.store(silent, Ordering::Relaxed);
    }

    /// From now on nobody is waited for, where an attendant would be: for what is measured without people.
    pub fn waits_for_nobody(&self) {
        self.alone.store(true, Ordering::Relaxed);
    }

    /// Pins where the system is, with a key.
    pub async fn pin(&self, demo: &Demo, host_key: &str) {
        self.pin_with(demo, host_key, "").await;
    }

    /// The same, with ports to which tools may be led.
    pub async fn pin_with(&self, demo: &Demo, host_key: &str, forwards: &str) {
        self.pin_at(demo, ("127.0.0.1", self.target.port), host_key, forwards).await;
    }

    /// The same at another place than the sshd of this gate.
    pub async fn pin_at(&self, demo: &Demo, (host, port): (&str, u16), host_key: &str, forwards: &str) {
        let body = json!({ "instance": "BMS-B61", "host": host, "port": port, "login": login(),
            "host_key": host_key, "forwards": forwards });
        demo.world.named(&demo.caller("m.okafor"), "pin-endpoint", body).await.unwrap();
    }

    /// Makes a key for somebody and registers it as theirs; its file is called as they are.
    pub async fn key(&self, demo: &Demo, handle: &str) {
        let public = keygen(&self.folder.join(handle)).await;
        let line = plantgate_gateway::russh::keys::PublicKey::from_openssh(&public).unwrap();
        let person = demo.person(handle).to_string();
        let body = json!({ "person": person, "kind": "ssh", "fingerprint": keys::fingerprint(&line),
            "public": public });
        demo.world.named(&demo.caller(handle), "set-credential", body).await.unwrap();
    }

    /// A client of somebody, for a grant. It reads the notice and types the code of the moment.
    pub async fn client(&self, demo: &Demo, handle: &str, grant: &str) -> Client<'_> {
        let code = code(demo, demo.person(handle)).await;
        self.typing(handle, grant, "yes", &code)
    }

    /// The same with another program that goes by ssh: `sftp`, `scp`.
    pub async fn tool(&self, demo: &Demo, program: &str, handle: &str, grant: &str) -> Client<'_> {
        let code = code(demo, demo.person(handle)).await;
        self.program(program, handle, grant, ("yes", &code))
    }

    /// A client that types this.
    pub fn typing(&self, handle: &str, grant: &str, read: &str, code: &str) -> Client<'_> {
        self.program("ssh", handle, grant, (read, code))
    }

    fn program(&self, program: &str, handle: &str, grant: &str, (read, code): (&str, &str)) -> Client<'_> {
        let askpass = self.folder.join(format!("askpass-{}", request().simple()));
        let script = format!("#!/bin/sh\ncase \"$1\" in *yes*) echo '{read}';; *) echo '{code}';; esac\n");
        std::fs::write(&askpass, script).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&askpass, std::fs::Permissions::from_mode(0o700)).unwrap();
        }
        let mut command = Command::new(program);
        command.args(["-F", "none", "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=yes"]);
        command.arg("-o").arg(format!("UserKnownHostsFile={}", self.folder.join("known").display()));
        // As options, because the programs have other letters for them.
        command.arg("-o").arg(format!("IdentityFile={}", self.folder.join(handle).display()));
        command.arg("-o").arg(format!("Port={}", self.port)).arg("-o").arg(format!("User={grant}"));
        command.env("SSH_ASKPASS", &askpass).env("SSH_ASKPASS_REQUIRE", "force").env_remove("SSH_AUTH_SOCK");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        Client { gate: self, command }
    }

    /// Ends the gate as a killed process does: nobody is told.
    pub fn kill(&self) {
        self.server.abort();
    }
}

impl Client<'_> {
    /// With an option before the host.
    #[must_use]
    pub fn with(mut self, words: &[&str]) -> Self {
        self.command.args(words);
        self
    }

    /// The command itself, for whoever starts it in another way.
    pub fn command(self) -> Command {
        self.command
    }

    /// Begins it with a command; its input is ours.
    pub fn begins(mut self, command: &[&str]) -> Child {
        self.command.arg("127.0.0.1");
        self.starts(command)
    }

    /// Begins it with these words alone; its input is ours.
    pub fn starts(mut self, words: &[&str]) -> Child {
        let _gate = self.gate;
        self.command.args(words).stdin(Stdio::piped());
        self.command.spawn().unwrap()
    }

    /// A program that is told by `-e` how to get there: `rsync`.
    #[must_use]
    pub fn under(self, program: &str) -> Self {
        let by = self.command.as_std();
        let words: Vec<String> =
            [by.get_program()].into_iter().chain(by.get_args()).map(|w| w.to_string_lossy().into_owned()).collect();
        let mut command = Command::new(program);
        command.arg("-e").arg(words.join(" "));
        by.get_envs().for_each(|(name, value)| {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        });
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        Client { gate: self.gate, command }
    }

    /// Runs a command to its end.
    pub async fn runs(self, command: &[&str]) -> Output {
        self.types(command, "").await
    }

    /// The same with something on its input.
    pub async fn types(self, command: &[&str], input: &str) -> Output {
        use tokio::io::AsyncWriteExt;
        let mut child = self.begins(command);
        let mut into = child.stdin.take().unwrap();
        into.write_all(input.as_bytes()).await.unwrap();
        drop(into);
        tokio::time::timeout(Duration::from_secs(60), child.wait_with_output()).await.expect("it ends").unwrap()
    }
}

/// A code that nobody used yet.
pub async fn code(demo: &Demo, person: PersonId) -> String {
    let pocket = demo.world.pocket(person).await;
    let mut tx = demo.world.app.store().db().write().await.unwrap();
    tx.run("delete from totp_step where person = $1", &[V::Id(person.0)]).await.unwrap();
    tx.commit().await.unwrap();
    pocket.seed.code_at(demo.world.wall().await).unwrap()
}

/// The newest session that a gateway let in.
pub async fn newest(demo: &Demo) -> Option<Session> {
    let all = demo.world.every::<Session>().await.into_iter();
    all.filter(Session::gated).max_by_key(|s| s.facts.reference.clone())
}

/// Waits until a session is as it should be.
pub async fn until(demo: &Demo, what: &str, is: impl Fn(&Session) -> bool) -> Session {
    for _ in 0..400 {
        if let Some(session) = newest(demo).await.filter(&is) {
            return session;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{}: never {what}: {:#?}", demo.world.engine, newest(demo).await);
}

/// Waits until nobody is inside any more.
pub async fn quiet(demo: &Demo) {
    until(demo, "ended", |s| s.ended.is_some()).await;
}

/// The lines of the log of a session that ended.
pub async fn logged(demo: &Demo) -> Vec<serde_json::Value> {
    let session = until(demo, "ended", |s| s.ended.is_some()).await;
    let parts = recorded(demo, session.id).await;
    let log = parts.iter().find(|part| part.contains("\"what\":\"ended\"")).expect("a log");
    log.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Everything that was recorded of a session, opened with the key that the record keeps, part by part.
pub async fn recorded(demo: &Demo, session: SessionId) -> Vec<String> {
    let store = demo.world.app.store();
    let mut look = store.look().await.unwrap();
    let session: Session = look.get(session).await.unwrap();
    let sealed = look.open_private(&session.noticed.unwrap().seal).await.unwrap().unwrap();
    drop(look);
    let key = store.keyring().unseal(&sealed).unwrap();
    let key = <[u8; 32]>::try_from(key.as_slice()).unwrap().into();
    let mut all = Vec::new();
    for part in session.parts {
        let bytes = store.blobs().read(&part.blob).await.unwrap();
        let opened = recording::open(&bytes, &key).unwrap();
        assert_eq!(opened.head, part.head);
        all.push(String::from_utf8(opened.text).unwrap());
    }
    all
}
