//! The largest piece of evidence through the real server: it streams, so that memory does not grow with it; into a
//! folder on both engines, and into a bucket. And what `doctor` says of a bucket, without ever saying its key.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use plantgate_app::sign_in::Enrolment;
use plantgate_testkit::{
    bucket::{Bucket, SECRET},
    postgres::Scratch,
    proxy::Mode,
};
use serde_json::{Value, json};

use super::folder::Folder;

const MIB: usize = 1_024 * 1_024;
/// How far memory may go above what the idle server has.
const ABOVE_IDLE_KIB: u64 = 64 * 1_024;

/// The real server on a demo plant; it ends with the test.
struct Server {
    process: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    fn start(folder: &Folder) -> Server {
        let mut process = Command::new(env!("CARGO_BIN_EXE_plantgate"))
            .arg("--data")
            .arg(folder.path())
            .args(["demo", "--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map_while(Result::ok);
        let told = lines.find_map(|l| Some(l.split_once("http://")?.1.split_whitespace().next()?.to_owned()));
        // Whoever writes on must find a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Server { process, address: told.unwrap() }
    }
    /// A value of `/proc/…/status` in KiB.
    fn memory(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find(|l| l.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
    fn post(&self, path: &str, token: &str, size: usize, body: impl Iterator<Item = Vec<u8>>) -> (u16, Value) {
        let mut line = TcpStream::connect(&self.address).unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n\
             Authorization: Bearer {token}\r\nConnection: close\r\n\r\n",
            self.address
        );
        line.write_all(head.as_bytes()).unwrap();
        for part in body {
            line.write_all(&part).unwrap();
        }
        let mut answer = String::new();
        line.read_to_string(&mut answer).unwrap();
        let status = answer.split_whitespace().nth(1).unwrap().parse().unwrap();
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        let from = body.find('{').unwrap_or(body.len());
        let until = body.rfind('}').map_or(body.len(), |at| at + 1);
        (status, serde_json::from_str(&body[from..until]).unwrap())
    }
    fn sign_in(&self, folder: &Folder, handle: &str) -> String {
        let accounts = std::fs::read_to_string(folder.path().join("demo-accounts.json")).unwrap();
        let accounts: Vec<Value> = serde_json::from_str(&accounts).unwrap();
        let of = accounts.iter().find(|a| a["handle"] == handle).unwrap();
        let code = Enrolment::from_text(of["seed"].as_str().unwrap()).unwrap().code_now().unwrap();
        let body = json!({ "handle": handle, "password": of["password"], "code": code }).to_string();
        let (status, told) = self.post("/api/v1/sessions", "", body.len(), std::iter::once(body.into_bytes()));
        assert_eq!(status, 201, "{told}");
        told["token"].as_str().unwrap().to_owned()
    }
}

/// Uploads so many MiB; how far memory went above idle, in KiB.
fn grows(folder: &Folder, mib: usize) -> u64 {
    assert!(folder.run(&["demo", "--no-serve"], "").status.success());
    let server = Server::start(folder);
    let token = server.sign_in(folder, "i.campos");
    let idle = server.memory("VmRSS");
    let parts = (0..mib).map(|n| vec![u8::try_from(n % 251).unwrap(); MIB]);
    let (status, told) = server.post("/api/v1/evidence/uploads", &token, mib * MIB, parts);
    assert_eq!((status, &told["bytes"]), (200, &json!(mib * MIB)), "{told}");
    server.memory("VmHWM").saturating_sub(idle)
}

#[tokio::test]
async fn two_hundred_megabytes_need_no_memory_of_their_own() {
    let mut all = vec![("SQLite", Folder::new("large"))];
    let scratch = Scratch::create().await.unwrap();
    if let Some(scratch) = &scratch {
        let folder = Folder::new("large-pg");
        folder.write("plantgate.toml", &format!("database = \"{}\"\n", scratch.url));
        all.push(("PostgreSQL", folder));
    }
    for (engine, folder) in &all {
        let grown = grows(folder, 200);
        println!("{engine}: 200 MiB into the folder took {} MiB of memory above idle", grown / 1_024);
        assert!(grown <= ABOVE_IDLE_KIB, "{engine}: {grown} KiB above idle");
    }
    if let Some(scratch) = scratch {
        scratch.remove().await.unwrap();
    }
}

/// A data directory whose evidence lies in a bucket.
fn with_bucket(name: &str, bucket: &Bucket) -> Folder {
    let folder = Folder::new(name);
    folder.write("s3.toml", &format!("key_id = \"key\"\nsecret = \"{SECRET}\"\n"));
    let key = folder.path().join("s3.toml");
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let at = &bucket.at;
    folder.write(
        "plantgate.toml",
        &format!(
            "[evidence]\nendpoint = \"{}\"\nbucket = \"{}\"\ncredentials_file = \"{}\"\n",
            at.endpoint,
            at.bucket,
            key.display()
        ),
    );
    folder
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_file_streams_into_a_bucket_too() {
    let Some(bucket) = Bucket::create().await else { return };
    let folder = with_bucket("large-s3", &bucket);
    let grown = tokio::task::block_in_place(|| grows(&folder, 100));
    println!("100 MiB into a bucket took {} MiB of memory above idle", grown / 1_024);
    assert!(grown <= ABOVE_IDLE_KIB, "{grown} KiB above idle");
    // and the check of all evidence reads it from there
    let verified = tokio::task::block_in_place(|| folder.json(&["verify"], "").1);
    assert!(verified["sound"] == json!(true) && verified["evidence"].as_u64() > Some(3), "{verified}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_tries_the_bucket_and_never_says_its_key() {
    let Some(bucket) = Bucket::create().await else { return };
    let folder = with_bucket("doctor-s3", &bucket);
    let ask = || {
        let out = tokio::task::block_in_place(|| folder.run(&["doctor"], ""));
        let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
        assert!(!said.contains(SECRET), "{said}");
        said
    };
    // given a bucket that works; then doctor says where it is and that it was tried
    let said = ask();
    assert!(said.contains("ok    evidence") && said.contains(&bucket.at.bucket), "{said}");
    assert!(bucket.names().await.is_empty(), "the trial piece is gone again");
    // when nobody gets through, then it says so and goes on with the rest
    bucket.line.set(Mode::Gone);
    let said = ask();
    assert!(said.contains("look  evidence") && said.contains("The evidence store does not answer"), "{said}");
    assert!(said.contains("ok    database"), "{said}");
    // when others can read the file with the key, then that is said
    let key = folder.path().join("s3.toml");
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    assert!(ask().contains("look  evidence key"));
}
