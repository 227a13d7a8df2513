//! Files through the gateway, each in the log with its digest and only the way its grant allows, and forwards to the
//! granted system alone: with the programs that people have.

use std::{
    path::{Path, PathBuf},
    process::Output,
    time::Duration,
};

use plantgate_domain::event::witness::{Closing, Ending, PartKind};
use plantgate_store::Stop;
use plantgate_testkit::{
    demo::Demo,
    gate::{self, Gate},
    left_out::left_out,
    world::World,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    process::Child,
};

use super::{
    attends, does, emergency, emergency_for,
    plays::{part, says},
};

pub fn sha(of: &[u8]) -> String {
    Sha256::digest(of).iter().map(|b| format!("{b:02x}")).collect()
}

fn bytes(many: usize) -> Vec<u8> {
    (0..many).map(|n| u8::try_from(n % 251).unwrap()).collect()
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Two folders: one of the person, one of the system.
fn folders(demo: &Demo) -> (PathBuf, PathBuf) {
    let (theirs, there) = (demo.world.folder.join("laptop"), demo.world.folder.join("system"));
    std::fs::create_dir_all(&theirs).unwrap();
    std::fs::create_dir_all(&there).unwrap();
    (theirs, there)
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// A grant with this right alone; the scope of the engagement has it, too.
pub async fn grant_for(demo: &Demo, role: &str) -> String {
    let scope = json!({ "engagement": "E-025", "instance": "BMS-B61",
        "roles": ["view", "collect", "configure", "transfer-in"],
        "conduits": [{ "a": "BZ5", "b": "BZ4" }, { "a": "BZ4", "b": "BZ7" }] });
    does(demo, "m.okafor", "propose-scope", scope).await;
    does(demo, "b.stahl", "approve-scope", json!({ "engagement": "E-025", "instance": "BMS-B61" })).await;
    emergency_for(demo, 60, &[role]).await
}

/// Types into it, waits until it is held, is beside it, and waits for its end.
async fn attended(demo: &Demo, mut client: Child, input: &str) -> Output {
    let mut into = client.stdin.take().unwrap();
    into.write_all(input.as_bytes()).await.unwrap();
    drop(into);
    let session = gate::until(demo, "begun", |s| s.ended.is_none()).await;
    attends(demo, &session.facts.reference).await;
    tokio::time::timeout(Duration::from_secs(60), client.wait_with_output()).await.expect("it ends").unwrap()
}

/// The line about a file.
fn of<'l>(log: &'l [Value], what: &str, path: &Path) -> &'l Value {
    let found = log.iter().find(|l| l["what"] == what && l["path"] == text(path));
    found.unwrap_or_else(|| panic!("no {what} of {}: {log:#?}", path.display()))
}

#[tokio::test]
async fn a_file_comes_in_with_its_digest_and_none_goes_out_without_the_right() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let gate = Gate::open(&demo).await;
        let grant = grant_for(&demo, "transfer-in").await;
        let (theirs, there) = folders(&demo);
        let content = bytes(100_000);
        std::fs::write(theirs.join("logic.bin"), &content).unwrap();
        std::fs::write(there.join("recipe"), "secret").unwrap();
        // given a stock client that sends one, makes a folder, gives a name and wants one out
        let (sent, named, folder) = (there.join("logic.part"), there.join("logic.bin"), there.join("new"));
        let script = format!(
            "put {} {}\nmkdir {}\nrename {} {}\nget {} {}\n",
            text(&theirs.join("logic.bin")),
            text(&sent),
            text(&folder),
            text(&sent),
            text(&named),
            text(&there.join("recipe")),
            text(&theirs.join("recipe"))
        );
        let client = gate.tool(&demo, "sftp", "l.ortega", &grant).await.starts(&["127.0.0.1"]);
        let output = attended(&demo, client, &script).await;
        // then what came in is whole, and what was not to go out is not there, and they were told why
        assert_eq!(std::fs::read(&named).unwrap(), content, "{engine}: {}", words(&output));
        assert!(!theirs.join("recipe").exists(), "{engine}");
        assert!(words(&output).contains("This grant lets no files out"), "{engine}: {}", words(&output));
        // and each stands in the log
        let log = gate::logged(&demo).await;
        let file = of(&log, "file", &sent);
        assert_eq!(file["sha256"], sha(&content), "{file}");
        assert_eq!(
            (&file["direction"], &file["in"], &file["ended"]),
            (&json!("in"), &json!(100_000), &json!("closed"))
        );
        assert_eq!(of(&log, "sftp", &folder)["did"], "mkdir");
        let renamed = log.iter().find(|l| l["did"] == "rename").unwrap();
        assert_eq!((&renamed["path"], &renamed["to"]), (&json!(text(&sent)), &json!(text(&named))));
        assert_eq!(of(&log, "sftp", &sent)["did"], "open-to-write");
        assert_eq!(of(&log, "refused", &there.join("recipe"))["why"], "no-collect");
        // and a person of the site reads it in the browser, in words
        let session = gate::newest(&demo).await.unwrap();
        let (path, number) = part(&session, PartKind::Log);
        let door = demo.sign_in("m.okafor").await;
        says(&door, &session, &number, "What came in.").await;
        let page = door.get(&path).await.words();
        let told = [format!("{}, came in", text(&sent)), format!("folder made, {}", text(&folder)), sha(&content)];
        for told in
            told.iter().chain([&format!("open, {}, the grant does not collect files", text(&there.join("recipe")))])
        {
            assert!(page.contains(told.as_str()), "{engine}: {told}: {page}");
        }
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_file_goes_out_with_its_digest_and_nothing_is_changed_without_the_right() {
    let demo = Demo::on(World::sqlite().await).await;
    let gate = Gate::open(&demo).await;
    let grant = grant_for(&demo, "collect").await;
    let (theirs, there) = folders(&demo);
    let content = bytes(300_000);
    let (trace, logic) = (there.join("trace"), there.join("logic"));
    std::fs::write(&trace, &content).unwrap();
    std::fs::write(&logic, "as it was").unwrap();
    std::fs::write(theirs.join("other"), "other").unwrap();
    let script = format!(
        "get {} {}\nput {} {}\nrm {}\n",
        text(&trace),
        text(&theirs.join("trace")),
        text(&theirs.join("other")),
        text(&logic),
        text(&logic)
    );
    let client = gate.tool(&demo, "sftp", "l.ortega", &grant).await.starts(&["127.0.0.1"]);
    let output = attended(&demo, client, &script).await;
    assert_eq!(std::fs::read(theirs.join("trace")).unwrap(), content, "{}", words(&output));
    assert_eq!(std::fs::read(&logic).unwrap(), b"as it was", "{}", words(&output));
    assert!(words(&output).contains("This grant lets no files in"), "{}", words(&output));
    let log = gate::logged(&demo).await;
    let file = of(&log, "file", &trace);
    assert_eq!((&file["sha256"], &file["out"]), (&json!(sha(&content)), &json!(300_000)), "{file}");
    assert_eq!((&file["direction"], &file["whole"]), (&json!("out"), &json!(true)), "{file}");
    let refused: Vec<_> = log.iter().filter(|l| l["what"] == "refused").map(|l| l["sftp"].clone()).collect();
    assert_eq!(refused, ["open", "remove"], "{log:#?}");
    demo.world.close().await;
}

#[tokio::test]
async fn scp_goes_by_the_same_way_and_the_old_one_keeps_its_direction() {
    let demo = Demo::on(World::sqlite().await).await;
    let gate = Gate::open(&demo).await;
    let grant = grant_for(&demo, "transfer-in").await;
    let (theirs, there) = folders(&demo);
    let content = bytes(70_000);
    let local = text(&theirs.join("a"));
    std::fs::write(&local, &content).unwrap();
    let remote = |name: &str| format!("127.0.0.1:{}", text(&there.join(name)));
    // given a copy in by SFTP, which is what scp does today
    let client = gate.tool(&demo, "scp", "l.ortega", &grant).await.starts(&[&local, &remote("new")]);
    let output = attended(&demo, client, "").await;
    assert!(output.status.success(), "{}", words(&output));
    let log = gate::logged(&demo).await;
    assert_eq!(of(&log, "file", &there.join("new"))["sha256"], sha(&content), "{log:#?}");
    // one by the old protocol
    let client = gate.tool(&demo, "scp", "l.ortega", &grant).await.with(&["-O"]).starts(&[&local, &remote("old")]);
    let output = attended(&demo, client, "").await;
    assert_eq!(std::fs::read(there.join("old")).unwrap(), content, "{}", words(&output));
    gate::quiet(&demo).await;
    // and both out, which this grant does not allow
    let out = text(&theirs.join("out"));
    let client = gate.tool(&demo, "scp", "l.ortega", &grant).await.starts(&[&remote("new"), &out]);
    let output = attended(&demo, client, "").await;
    assert!(!output.status.success() && !Path::new(&out).exists(), "{}", words(&output));
    gate::quiet(&demo).await;
    let client = gate.tool(&demo, "scp", "l.ortega", &grant).await.with(&["-O"]).starts(&[&remote("new"), &out]);
    let output = client.wait_with_output().await.unwrap();
    assert!(!output.status.success() && !Path::new(&out).exists(), "{}", words(&output));
    demo.world.close().await;
}

#[tokio::test]
async fn rsync_goes_in_with_the_right_for_it() {
    if std::process::Command::new("rsync").arg("--version").output().is_err() {
        return left_out("not run: rsync through the gateway, because there is no rsync here");
    }
    let demo = Demo::on(World::sqlite().await).await;
    let gate = Gate::open(&demo).await;
    let grant = grant_for(&demo, "transfer-in").await;
    let (theirs, there) = folders(&demo);
    let local = text(&theirs.join("a"));
    std::fs::write(&local, bytes(70_000)).unwrap();
    let remote = format!("127.0.0.1:{}", text(&there.join("a")));
    let client = gate.client(&demo, "l.ortega", &grant).await.under("rsync").starts(&[&local, &remote]);
    let output = attended(&demo, client, "").await;
    assert_eq!(std::fs::read(there.join("a")).unwrap(), bytes(70_000), "{}", words(&output));
    gate::quiet(&demo).await;
    let out = text(&theirs.join("b"));
    let client = gate.client(&demo, "l.ortega", &grant).await.under("rsync").starts(&[&remote, &out]);
    let output = client.wait_with_output().await.unwrap();
    assert!(!output.status.success() && !Path::new(&out).exists(), "{}", words(&output));
    demo.world.close().await;
}

#[tokio::test]
async fn when_the_window_ends_a_transfer_goes_on_and_no_new_one_begins() {
    let demo = Demo::on(World::sqlite().await).await;
    let gate = Gate::open(&demo).await;
    let grant = grant_for(&demo, "transfer-in").await;
    let (theirs, there) = folders(&demo);
    let content = bytes(2_000_000);
    std::fs::write(theirs.join("big"), &content).unwrap();
    std::fs::write(theirs.join("small"), "small").unwrap();
    let (big, small) = (there.join("big"), there.join("small"));
    // given one that takes more than ten seconds, and another behind it
    let slow = ["-l", "1200", "-B", "32768", "127.0.0.1"];
    let mut client = gate.tool(&demo, "sftp", "l.ortega", &grant).await.starts(&slow);
    let script = format!(
        "put {} {}\nput {} {}\n",
        text(&theirs.join("big")),
        text(&big),
        text(&theirs.join("small")),
        text(&small)
    );
    let mut into = client.stdin.take().unwrap();
    into.write_all(script.as_bytes()).await.unwrap();
    drop(into);
    let session = gate::until(&demo, "begun", |s| s.ended.is_none()).await;
    attends(&demo, &session.facts.reference).await;
    let so_far = || std::fs::metadata(&big).map_or(0, |m| m.len());
    for _ in 0..400 {
        if so_far() > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    // when the window is over in the middle of it
    demo.world.set("2026-11-16T08:30:30Z");
    let closing = gate::until(&demo, "closing", |s| s.closing.is_some()).await;
    assert_eq!(closing.closing.unwrap().cause, Closing::Window);
    assert!((1..2_000_000).contains(&so_far()), "it is in the middle: {}", so_far());
    // who could cut it reads what that would break
    let end = format!("/access/sessions/{}/end", session.facts.reference);
    let page = demo.sign_in("d.weber").await.get(&end).await.words();
    let running = format!("file {}, ", text(&big));
    assert!(page.contains(&running) && page.contains("KiB so far"), "{page}");
    // then it comes to its end, whole, and the next one does not begin
    let output = tokio::time::timeout(Duration::from_secs(60), client.wait_with_output()).await.unwrap().unwrap();
    assert_eq!(std::fs::read(&big).unwrap(), content, "{}", words(&output));
    assert!(!small.exists() && words(&output).contains("No new transfer begins now"), "{}", words(&output));
    let log = gate::logged(&demo).await;
    assert_eq!(of(&log, "file", &big)["sha256"], sha(&content), "{log:#?}");
    assert_eq!(of(&log, "refused", &small)["why"], "nothing-new");
    let closing = log.iter().find(|l| l["what"] == "closing").unwrap();
    assert_eq!(closing["transfers"][0]["path"], text(&big), "{closing}");
    demo.world.close().await;
}

/// A program that says back what it hears, on a port of its own; and a port on which nobody should ever knock.
async fn echoes() -> (u16, TcpListener) {
    let (echo, silent) = (TcpListener::bind("127.0.0.1:0").await, TcpListener::bind("127.0.0.1:0").await);
    let echo = echo.unwrap();
    let port = echo.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = echo.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = stream.split();
                let _gone = tokio::io::copy(&mut from, &mut to).await;
                let _gone = to.shutdown().await;
            });
        }
    });
    (port, silent.unwrap())
}

#[tokio::test]
async fn a_tool_reaches_a_pinned_port_of_the_granted_system_and_nothing_else() {
    for demo in Demo::both().await {
        let engine = demo.world.engine;
        let gate = Gate::open(&demo).await;
        let (port, silent) = echoes().await;
        gate.pin_with(&demo, &gate.target.host_key, &port.to_string()).await;
        let grant = emergency(&demo, 60).await;
        // before somebody is beside them there is none, and they are told
        let there = format!("127.0.0.1:{port}");
        let early = gate.client(&demo, "l.ortega", &grant).await.with(&["-W", &there]).runs(&[]).await;
        assert!(words(&early).contains("somebody of the site must be beside you"), "{engine}: {}", words(&early));
        gate::quiet(&demo).await;
        // given a connection that is attended
        let path = format!("ControlPath={}", demo.world.folder.join("mux").display());
        let client = gate.client(&demo, "l.ortega", &grant).await.with(&["-M", "-o", &path]);
        let mut master = client.begins(&["cat"]);
        let held = master.stdin.take();
        let session = gate::until(&demo, "begun", |s| s.ended.is_none()).await;
        attends(&demo, &session.facts.reference).await;
        let by = |to: &str| gate.typing("l.ortega", &grant, "", "").with(&["-o", &path, "-W", to]);
        // the pinned port answers, by the name of the system, too
        for to in [there.clone(), format!("bms-b61:{port}")] {
            let output = by(&to).types(&[], "hello\n").await;
            assert_eq!(String::from_utf8_lossy(&output.stdout), "hello\n", "{engine} {to}: {}", words(&output));
        }
        // another port, another name for the same machine, and another machine do not
        let other = silent.local_addr().unwrap().port();
        for to in [format!("127.0.0.1:{other}"), format!("localhost:{port}"), format!("10.61.0.9:{port}")] {
            let output = by(&to).types(&[], "hello\n").await;
            assert!(output.stdout.is_empty(), "{engine} {to}: {output:?}");
        }
        let knocked = tokio::time::timeout(Duration::from_millis(200), silent.accept()).await;
        assert!(knocked.is_err(), "{engine}: nobody knocked");
        drop(held);
        let output = master.wait_with_output().await.unwrap();
        assert!(words(&output).contains("not one that the site opened"), "{engine}: {}", words(&output));
        // and the log has what was led where, how much, and that it was not looked into
        let log = gate::logged(&demo).await;
        let closed: Vec<_> = log.iter().filter(|l| l["what"] == "forward" && l["did"] == "closed").collect();
        assert_eq!(closed.len(), 2, "{engine}: {log:#?}");
        assert_eq!((&closed[0]["in"], &closed[0]["out"], &closed[0]["port"]), (&json!(6), &json!(6), &json!(port)));
        assert_eq!(closed[0]["recorded"], false);
        let refused: Vec<_> = log.iter().filter(|l| l["what"] == "refused").map(|l| l["why"].clone()).collect();
        let elsewhere = "not-granted-system";
        assert_eq!(refused, ["not-pinned-port", elsewhere, elsewhere], "{engine}");
        demo.world.close().await;
    }
}

#[tokio::test]
async fn a_forward_goes_on_behind_the_window_and_ends_when_the_area_says_so() {
    let demo = Demo::on(World::sqlite().await).await;
    let gate = Gate::open(&demo).await;
    let (port, _silent) = echoes().await;
    gate.pin_with(&demo, &gate.target.host_key, &port.to_string()).await;
    let grant = emergency(&demo, 30).await;
    let near = gate::free_port().await;
    let lead = format!("127.0.0.1:{near}:127.0.0.1:{port}");
    let client = gate.client(&demo, "l.ortega", &grant).await.with(&["-N", "-L", &lead]);
    let _master = client.begins(&[]);
    let session = gate::until(&demo, "begun", |s| s.ended.is_none()).await;
    attends(&demo, &session.facts.reference).await;
    let mut tool = TcpStream::connect(("127.0.0.1", near)).await.unwrap();
    let mut heard = [0; 4];
    tool.write_all(b"ping").await.unwrap();
    tool.read_exact(&mut heard).await.unwrap();
    // when the window is over, then the tool goes on, and another one does not begin
    demo.world.set("2026-11-16T08:00:30Z");
    gate::until(&demo, "closing", |s| s.closing.is_some()).await;
    tool.write_all(b"pong").await.unwrap();
    tool.read_exact(&mut heard).await.unwrap();
    assert_eq!(&heard, b"pong");
    let mut late = TcpStream::connect(("127.0.0.1", near)).await.unwrap();
    let _gone = late.write_all(b"late").await;
    assert!(!matches!(late.read(&mut heard).await, Ok(1..)), "nothing new");
    // and it ends when the area says that the end is safe
    does(&demo, "d.weber", "confirm-safe-end", json!({ "session": session.facts.reference })).await;
    let ended = tokio::time::timeout(Duration::from_secs(20), tool.read(&mut heard)).await;
    assert!(!matches!(ended.expect("it ends"), Ok(1..)));
    let session = gate::until(&demo, "ended", |s| s.ended.is_some()).await;
    assert_eq!(session.ended.unwrap().1, Ending::SafeEnd);
    let log = gate::logged(&demo).await;
    let closed = log.iter().find(|l| l["what"] == "forward" && l["did"] == "closed").unwrap();
    assert_eq!((&closed["in"], &closed["out"]), (&json!(8), &json!(8)), "{log:#?}");
    demo.world.close().await;
}

#[tokio::test]
async fn no_grant_to_look_leads_a_tool_and_nothing_leads_back() {
    let demo = Demo::on(World::sqlite().await).await;
    let gate = Gate::open(&demo).await;
    let (port, _silent) = echoes().await;
    gate.pin_with(&demo, &gate.target.host_key, &port.to_string()).await;
    let grant = emergency_for(&demo, 60, &["view", "collect"]).await;
    let there = format!("127.0.0.1:{port}");
    let refused = gate.client(&demo, "l.ortega", &grant).await.with(&["-W", &there]).runs(&[]).await;
    assert!(words(&refused).contains("not one that the site opened"), "{}", words(&refused));
    // a socket of theirs at our end
    let back = format!("{}:{there}", demo.world.folder.join("back").display());
    let client = gate.client(&demo, "l.ortega", &grant).await.with(&["-o", "ExitOnForwardFailure=yes", "-R", &back]);
    let refused = client.runs(&["true"]).await;
    assert_eq!(refused.status.code(), Some(255), "{}", words(&refused));
    assert!(words(&refused).contains("remote port forwarding failed"), "{}", words(&refused));
    demo.world.close().await;
}

#[tokio::test]
async fn ports_for_tools_are_read_before_they_are_pinned_and_stand_on_the_page() {
    let demo = Demo::on(World::sqlite().await).await;
    let gate = Gate::open(&demo).await;
    let whole = |forwards: &str| {
        json!({ "instance": "BMS-B61", "host": "10.0.0.1", "login": "service", "host_key": gate.target.host_key,
            "forwards": forwards })
    };
    for wrong in ["0", "65536", "rdp", "1-3", "22", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17"] {
        let no = demo.world.named(&demo.caller("m.okafor"), "pin-endpoint", whole(wrong)).await;
        let named = matches!(&no, Err(Stop::Invalid(why)) if why[0].place.field.as_deref() == Some("forwards"));
        assert!(named, "{wrong}: {no:?}");
    }
    does(&demo, "m.okafor", "pin-endpoint", whole("3389, 443")).await;
    let page = demo.sign_in("m.okafor").await.get("/systems/BMS-B61").await.words();
    assert!(page.contains("443, 3389; enforced, not recorded"), "{page}");
    demo.world.close().await;
}
