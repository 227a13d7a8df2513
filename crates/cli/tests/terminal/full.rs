//! Disks that are full, as whoever keeps the machine meets them at a terminal: what happened, which disk, what next;
//! and nothing under a name that is not whole.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
};

use plantgate_store::schema::ROWS_VERSION;
use plantgate_testkit::volume::Volume;
use serde_json::json;

use super::{
    cosigners::NOW,
    folder::Folder,
    packs::{log_key, person},
    upgrade::{edit, plant, shape},
};

/// Every file on a disk but the one that fills it.
fn files(folder: &Path) -> Vec<String> {
    let mut all = Vec::new();
    for one in std::fs::read_dir(folder).unwrap().map(|f| f.unwrap()) {
        if one.file_type().unwrap().is_dir() {
            all.extend(files(&one.path()));
        } else if one.file_name() != "filler" {
            all.push(one.path().display().to_string());
        }
    }
    all
}

#[test]
fn what_does_not_fit_on_a_disk_is_not_there_and_nothing_says_that_it_was_made() {
    let Some(volume) = Volume::small(16 * 1_024) else { return };
    let folder = plant("full");
    let on = |name: &str| volume.path().join(name).display().to_string();
    let (pack, monday, ledger, who) = (on("verdano.zip"), on("monday"), on("ledger"), person(&folder, "Okafor"));
    let commands: [(&str, Vec<&str>); 3] = [
        (&pack, [&["pack", &pack, "--as", &who, "--reason", "for them", "--provider", "P-09"][..], &NOW].concat()),
        (&monday, [&["backup", &monday][..], &NOW].concat()),
        ("entries.jsonl", [&["export", "ledger", &ledger][..], &NOW].concat()),
    ];
    let size = || folder.json(&["verify", "--heads"], "").1["size"].clone();
    let before = size();
    // given a disk with no room, and one where a part of each fits
    for room in [0, 60_000] {
        volume.fill(room);
        for (named, words) in &commands {
            // when it is asked for, then what cannot be written and what to do is said, and nothing of it lies there
            let (code, said) = folder.json(words, "");
            let said = said.to_string();
            assert!(code == Some(2) && said.contains("the disk there is full"), "{words:?} {room}: {said}");
            assert!(said.contains("Make room") && said.contains(named), "{said}");
            assert_eq!(files(volume.path()), [""; 0], "{words:?} {room}");
        }
        volume.free();
    }
    // and no entry says that a pack was made
    assert_eq!(size(), before);
    // when there is room, then each is done, whole, under the name that was wanted
    for (_, words) in &commands {
        let (code, said) = folder.json(words, "");
        assert_eq!(code, Some(0), "{words:?}: {said}");
    }
    assert_eq!(folder.json(&["verify", &pack, "--key", &log_key(&folder)], "").0, Some(0));
    assert_eq!(size().as_u64(), before.as_u64().map(|n| n + 1));
    // and nothing is ever written over it
    let (code, said) = folder.json(&commands[0].1, "");
    assert!(code == Some(2) && said.to_string().contains("is there already"), "{said}");
    assert_eq!(files(volume.path()).iter().filter(|f| f.ends_with(".unfinished")).count(), 0);
}

/// A server that a test started, and what it says.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn page(address: &str) -> String {
    let mut line = TcpStream::connect(address).unwrap();
    line.write_all(b"GET / HTTP/1.1\r\nHost: plant\r\nConnection: close\r\n\r\n").unwrap();
    let mut said = String::new();
    line.read_to_string(&mut said).unwrap();
    said
}

#[tokio::test]
async fn a_server_on_a_full_disk_says_so_keeps_its_port_and_serves_when_there_is_room() {
    let Some(volume) = Volume::small(64 * 1_024) else { return };
    let folder = Folder::on(volume.path().join("data"));
    assert!(folder.run(&["demo", "--no-serve"], "").status.success());
    // given rows of another release, and no room to make them anew
    assert_eq!(edit(&folder, "update meta set value = '1' where name = 'rows'").await, 1);
    volume.fill(0);
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let data = folder.path().display().to_string();
    // when the new release is started
    let child = Command::new(env!("CARGO_BIN_EXE_plantgate"))
        .args(["--data", &data, NOW[0], NOW[1], "serve", "--listen", &address])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let mut server = Server(child.unwrap());
    let mut said = BufReader::new(server.0.stderr.take().unwrap()).lines().map_while(Result::ok);
    // then it says why it does not serve, and what to do; every address answers meanwhile
    let told = said.by_ref().find(|line| line.contains("The disk of the database is full"));
    assert!(told.is_some_and(|line| line.contains("must make room")), "it ended or said nothing");
    assert!(page(&address).starts_with("HTTP/1.1 503"));
    volume.free();
    // when there is room, then it makes the rows and serves, by itself
    assert!(said.by_ref().any(|line| line.contains(&format!("listens on http://{address}"))));
    assert!(!page(&address).starts_with("HTTP/1.1 503"));
    drop(server);
    assert_eq!(shape(&folder).await, ROWS_VERSION.to_string());
    let (code, said) = folder.json(&["verify", "--rebuild"], "");
    assert_eq!((code, &said["sound"]), (Some(0), &json!(true)), "{said}");
}

#[test]
fn a_record_on_a_full_disk_is_checked_and_saved_elsewhere() {
    let (Some(volume), elsewhere) = (Volume::small(64 * 1_024), Folder::new("full-elsewhere")) else { return };
    let folder = Folder::on(volume.path().join("data"));
    assert!(folder.run(&["demo", "--no-serve"], "").status.success());
    let monday = elsewhere.path().join("monday").display().to_string();
    // given a disk with room for what the engine itself needs to read, some dozen kilobytes, and nothing else
    volume.fill(128 * 1_024);
    let (code, said) = folder.json(&["verify", "--rebuild"], "");
    assert_eq!((code, &said["sound"]), (Some(0), &json!(true)), "{said}");
    let (code, said) = folder.json(&[&["backup", monday.as_str()][..], &NOW].concat(), "");
    assert_eq!(code, Some(0), "{said}");
    std::fs::remove_dir_all(&monday).unwrap();
    volume.free();
    // given a disk with nothing at all, then each says what is full and what to do
    volume.fill(0);
    for words in [vec!["verify", "--rebuild"], [&["backup", monday.as_str()][..], &NOW].concat()] {
        let (code, said) = folder.json(&words, "");
        let said = said.to_string();
        assert!(code == Some(0) || (code == Some(1) && said.contains("must make room")), "{words:?}: {said}");
    }
}
