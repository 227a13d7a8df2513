//! Tools that people have, through the gateway: a web page and a remote desktop behind a forward, and Ansible. Real
//! servers and real clients, because what they do first, and in which order, is what breaks in between.

use std::{
    process::{Output, Stdio},
    time::Duration,
};

use plantgate_testkit::{
    demo::Demo,
    gate::{self, Gate},
    left_out::left_out,
    world::World,
};
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    process::{Child, Command},
};

use super::{attends, emergency, files::grant_for};

/// Whether there is such a program here; where there is none, that is said.
fn there_is(program: &str, what: &str) -> bool {
    let found = std::process::Command::new(program).arg("--version").output().is_ok();
    if !found {
        left_out(&format!("not run: {what} through the gateway, because there is no {program} here"));
    }
    found
}

/// Starts a server and waits until its port is open.
async fn serves(mut command: Command, port: u16) -> Child {
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true).spawn();
    let child = child.unwrap();
    for _ in 0..400 {
        if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            return child;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{command:?} did not begin");
}

/// A tool at this end of a forward to a port of the system, from the beginning of an attended session to its end; what
/// the tool answered, and the log.
async fn led<T>(demo: &Demo, gate: &Gate, port: u16, tool: impl AsyncFnOnce(u16) -> T) -> (T, Vec<Value>) {
    gate.pin_with(demo, &gate.target.host_key, &port.to_string()).await;
    let grant = emergency(demo, 60).await;
    let near = gate::free_port().await;
    let lead = format!("127.0.0.1:{near}:127.0.0.1:{port}");
    let mut client = gate.client(demo, "l.ortega", &grant).await.with(&["-N", "-L", &lead]).begins(&[]);
    let session = gate::until(demo, "begun", |s| s.ended.is_none()).await;
    attends(demo, &session.facts.reference).await;
    for _ in 0..400 {
        if TcpStream::connect(("127.0.0.1", near)).await.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let said = tool(near).await;
    client.kill().await.unwrap();
    (said, gate::logged(demo).await)
}

/// Bytes of all forwards: in, out.
fn bytes(log: &[Value]) -> (u64, u64) {
    let closed = || log.iter().filter(|l| l["what"] == "forward" && l["did"] == "closed");
    let sum = |name: &str| closed().map(|l| l[name].as_u64().unwrap()).sum();
    (sum("in"), sum("out"))
}

#[tokio::test]
async fn a_page_of_a_system_is_read_in_a_client_of_http() {
    let demo = Demo::on(World::sqlite().await).await;
    let gate = Gate::open(&demo).await;
    // given the web server that Python has, on the system
    let (folder, port) = (demo.world.folder.join("pages"), gate::free_port().await);
    std::fs::create_dir_all(&folder).unwrap();
    let firmware: Vec<u8> = (0..1_000_000_u32).map(|n| u8::try_from(n % 251).unwrap()).collect();
    std::fs::write(folder.join("firmware.bin"), &firmware).unwrap();
    let mut server = Command::new("python3");
    server.args(["-m", "http.server", "--bind", "127.0.0.1", &port.to_string(), "--directory"]).arg(&folder);
    let _server = serves(server, port).await;
    plantgate_store::blobs::choose_tls();
    let client = reqwest::Client::new();
    let (said, log) = led(&demo, &gate, port, async |near| {
        let page = client.get(format!("http://127.0.0.1:{near}/")).send().await.unwrap().text().await.unwrap();
        // and several at once, as a browser asks
        let ask = || async {
            let sent = client.get(format!("http://127.0.0.1:{near}/firmware.bin")).send().await;
            sent.unwrap().bytes().await.unwrap()
        };
        let (a, b, c) = tokio::join!(ask(), ask(), ask());
        let none = client.get(format!("http://127.0.0.1:{near}/none")).send().await.unwrap().status();
        (page, [a, b, c], none)
    })
    .await;
    let (page, files, none) = said;
    assert!(page.contains("firmware.bin"), "{page}");
    assert!(files.iter().all(|file| file == &firmware) && none == reqwest::StatusCode::NOT_FOUND, "{none}");
    // then the log has how much went which way, and that it was not looked into
    let (into, out) = bytes(&log);
    assert!(out > 3_000_000 && (1..100_000).contains(&into), "{into} in, {out} out: {log:#?}");
    assert!(log.iter().filter(|l| l["what"] == "forward").all(|l| l["recorded"] == false && l["port"] == json!(port)));
    demo.world.close().await;
}

/// Asks a remote desktop what it speaks (MS-RDPBCGR 2.2.1.1), takes TLS, and goes through its handshake.
const DESKTOP: &str = "import socket, ssl, sys
line = socket.create_connection(('127.0.0.1', int(sys.argv[1])), 10)
line.sendall(bytes.fromhex('030000130ee00000000000010008000b000000'))
said = line.recv(100)
assert said[:2] == b'\\x03\\x00' and said[5] == 0xd0 and said[11] == 2 and said[15] == 1, said.hex()
trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
with trust.wrap_socket(line) as desk: print(desk.version(), len(desk.getpeercert(True)))
";

#[tokio::test]
async fn a_remote_desktop_answers_behind_a_forward() {
    if !there_is("xrdp", "a remote desktop") {
        return;
    }
    let demo = Demo::on(World::sqlite().await).await;
    let gate = Gate::open(&demo).await;
    // given a server of RDP with a certificate of its own
    let (folder, port) = (demo.world.folder.join("desktop"), gate::free_port().await);
    std::fs::create_dir_all(&folder).unwrap();
    let file = |name: &str| folder.join(name).display().to_string();
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=desk", "-keyout"]);
    let made = openssl.args([&file("key"), "-out", &file("cert")]).output().await.unwrap();
    assert!(made.status.success(), "{made:?}");
    let text = format!(
        "[Globals]\nini_version=1\nfork=false\nport=tcp://127.0.0.1:{port}\nsecurity_layer=negotiate\n\
         certificate={}\nkey_file={}\nssl_protocols=TLSv1.2, TLSv1.3\n[Logging]\nLogFile={}\nLogLevel=INFO\n\
         EnableSyslog=false\n[Xorg]\nname=Xorg\nlib=libxup.so\n",
        file("cert"),
        file("key"),
        file("log")
    );
    std::fs::write(folder.join("ini"), text).unwrap();
    let mut server = Command::new("xrdp");
    server.args(["--nodaemon", "--config", &file("ini")]);
    let _server = serves(server, port).await;
    // when a client goes through its beginning and the handshake of TLS
    let (said, log) = led(&demo, &gate, port, async |near| {
        Command::new("python3").args(["-c", DESKTOP, &near.to_string()]).output().await.unwrap()
    })
    .await;
    assert!(said.status.success() && said.stdout.starts_with(b"TLSv1."), "{said:?}");
    let (into, out) = bytes(&log);
    assert!(into > 19 && out > 19, "{into} in, {out} out");
    demo.world.close().await;
}

/// Ansible with one system, by what its manual calls ad-hoc commands.
async fn ansible(demo: &Demo, gate: &Gate, grant: &str, words: &[&str]) -> Output {
    let by = gate.client(demo, "l.ortega", grant).await.command().into_std();
    let mut args: Vec<String> = by.get_args().map(|w| w.to_string_lossy().into_owned()).collect();
    // Without a password of its own Ansible switches off every question, and its own options come behind these.
    args.extend(["-o", "KbdInteractiveAuthentication=yes", "-o"].map(str::to_owned));
    args.push("PreferredAuthentications=publickey,keyboard-interactive".to_owned());
    args.extend(["-o", "ControlMaster=auto", "-o", "ControlPersist=5s"].map(str::to_owned));
    let mut command = Command::new("ansible");
    let temporary = demo.world.folder.join("ansible");
    command.args(["all", "-i", "127.0.0.1,", "-e", "ansible_python_interpreter=/usr/bin/python3"]).args(words);
    command.arg("-e").arg(format!("ansible_remote_tmp={}", temporary.display()));
    by.get_envs().for_each(|(name, value)| {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    });
    command.env("ANSIBLE_SSH_ARGS", args.join(" ")).env("ANSIBLE_HOST_KEY_CHECKING", "True");
    command
        .env("ANSIBLE_SSH_CONTROL_PATH_DIR", demo.world.folder.join("cp"))
        .env("ANSIBLE_REMOTE_PORT", gate.port.to_string());
    command.env("ANSIBLE_LOCAL_TEMP", demo.world.folder.join("local")).env("LC_ALL", "C.UTF-8");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let running = command.spawn().unwrap();
    let session = gate::until(demo, "begun", |s| s.ended.is_none()).await;
    attends(demo, &session.facts.reference).await;
    let ended = tokio::time::timeout(Duration::from_secs(90), running.wait_with_output()).await;
    let ended = ended.expect("it ends").unwrap();
    gate::quiet(demo).await;
    ended
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test]
async fn ansible_runs_commands_and_brings_a_file_with_its_digest() {
    if !there_is("ansible", "Ansible") {
        return;
    }
    let demo = Demo::on(World::sqlite().await).await;
    let gate = Gate::open(&demo).await;
    let grant = grant_for(&demo, "transfer-in").await;
    let (from, to) = (demo.world.folder.join("recipe.txt"), demo.world.folder.join("there.txt"));
    std::fs::write(&from, "set point 42\n").unwrap();
    for (module, words, told) in [("raw", "echo inside $((40+2))", "inside 42"), ("command", "printf %s-%s a b", "a-b")]
    {
        let done = ansible(&demo, &gate, &grant, &["-m", module, "-a", words]).await;
        assert!(done.status.success() && said(&done).contains(told), "{module}: {}", said(&done));
    }
    let copy = format!("src={} dest={}", from.display(), to.display());
    let done = ansible(&demo, &gate, &grant, &["-m", "copy", "-a", &copy]).await;
    assert!(done.status.success() && said(&done).contains("\"changed\": true"), "{}", said(&done));
    assert_eq!(std::fs::read_to_string(&to).unwrap(), "set point 42\n");
    // then the log has the file as it came, though a program put it into its place
    let log = gate::logged(&demo).await;
    let sha = super::files::sha(b"set point 42\n");
    let file = log.iter().find(|l| l["what"] == "file" && l["sha256"] == json!(sha));
    assert!(file.is_some_and(|f| f["direction"] == "in"), "{log:#?}");
    // and what it asked the system to run
    assert!(log.iter().any(|l| l["what"] == "exec" && l["command"].as_str().is_some_and(|c| c.contains("python3"))));
    demo.world.close().await;
}
