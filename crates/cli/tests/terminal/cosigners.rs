//! A cosigner as people run it: by a stick between two machines, and as a small second process that may be killed at
//! any moment.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    thread,
};

use plantgate_ledger::{
    Checkpoint, SecretKey, Tree,
    tree::{consistency, leaf_hash, root_of},
    witness::Request,
};
use serde_json::{Value, json};

use super::folder::Folder;

/// Another machine: a folder with a cosigner's state in it, and none of a plant's data.
struct Outside(Folder);

impl Outside {
    fn new(name: &str) -> Outside {
        let outside = Outside(Folder::new(name));
        let (code, key) = outside.json(&["--name", "headquarters.example/cosigner", "key"]);
        assert_eq!(code, Some(0), "{key}");
        outside
    }
    fn state(&self) -> String {
        self.0.path().join("state").to_string_lossy().into_owned()
    }
    fn json(&self, words: &[&str]) -> (Option<i32>, Value) {
        self.0.json(&[&["cosigner", "--state", &self.state()], words].concat(), "")
    }
    fn key(&self) -> String {
        self.json(&["key"]).1["key"].as_str().unwrap().to_owned()
    }
    fn size(&self) -> u64 {
        self.json(&["show"]).1[0]["size"].as_u64().unwrap_or(0)
    }
    /// A process that answers; its address.
    fn serve(&self) -> (Running, String) {
        let words = ["cosigner", "--state", &self.state(), "serve", "--listen", "127.0.0.1:0"];
        started(Command::new(env!("CARGO_BIN_EXE_plantgate")).args(words))
    }
}

/// A process that ends with its test.
pub struct Running(Child);

impl Running {
    pub fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}
impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts what says on which address it listens, and reads that.
pub fn started(command: &mut Command) -> (Running, String) {
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut child = Running(child);
    let mut said = BufReader::new(child.0.stderr.take().unwrap());
    let mut seen = String::new();
    loop {
        let mut line = String::new();
        assert!(said.read_line(&mut line).unwrap() > 0, "it ended: {seen}");
        if let Some((_, rest)) = line.split_once("http://") {
            let address = rest.split_whitespace().next().unwrap().to_owned();
            // What it says later must not stop it.
            thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
            return (child, address);
        }
        seen.push_str(&line);
    }
}

fn plant(name: &str) -> Folder {
    let folder = Folder::new(name);
    let made = folder.run(&["demo", "--no-serve"], "");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    folder
}

pub const NOW: [&str; 2] = ["--plant-now", "2026-11-16T07:30:00Z"];

fn told(folder: &Folder, what: &str) -> String {
    let (_, found) = folder.json(&[&["doctor"][..], &NOW].concat(), "");
    let line = found.as_array().unwrap().iter().find(|f| f["what"] == what).unwrap().clone();
    line["words"].as_str().unwrap().to_owned()
}

/// The plant's log key as its owner says it, told to the cosigner; the cosigner's key named by the plant.
fn acquainted(folder: &Folder, outside: &Outside) {
    let key = told(folder, "log key").split_whitespace().next().unwrap().to_owned();
    assert_eq!(outside.json(&["trust", &key]).0, Some(0));
    let body = json!({ "keys": [outside.key()], "quorum": 1, "reason": "Headquarters keeps our heads." }).to_string();
    let (code, said) = folder.json(&[&["act", "name-cosigners", "--as", "N-102"][..], &NOW].concat(), &body);
    assert_eq!(code, Some(0), "{said}");
}

fn path(folder: &Folder, file: &str) -> String {
    folder.path().join(file).to_string_lossy().into_owned()
}

#[test]
fn a_head_goes_out_on_a_stick_and_its_cosignature_comes_back() {
    let (folder, outside) = (plant("stick"), Outside::new("stick-outside"));
    let run = |words: &[&str]| folder.json(&[words, &NOW[..]].concat(), "");
    let stick = path(&folder, "head");
    // given a cosigner that does not know this log yet: it vouches for nothing and says what to do
    assert_eq!(run(&["cosign", "export", &stick]).0, Some(0));
    let (code, said) = outside.json(&["sign", &stick]);
    assert!(code == Some(2) && said["why"].as_str().unwrap().contains("does not know the log"), "{said}");
    acquainted(&folder, &outside);
    // when the head goes out and comes back
    assert_eq!(outside.json(&["sign", &stick]).0, Some(0));
    let (code, said) = run(&["cosign", "import", &path(&folder, "head.cosigned")]);
    assert_eq!((code, &said["by"]), (Some(0), &json!(["headquarters.example/cosigner"])), "{said}");
    // then the record says that it is witnessed, and up to where
    let (_, sound) = run(&["verify"]);
    assert_eq!((&sound["externally_witnessed"], &sound["sound"]), (&json!(true), &json!(true)), "{sound}");
    assert_eq!(sound["cosigned_size"], said["size"]);
    assert!(told(&folder, "cosigners").contains("headquarters.example/cosigner vouched for"));
    // and a pack at that head carries it, for who has the cosigner's key
    let pack = path(&folder, "pack.zip");
    let size = said["size"].to_string();
    let (code, made) = run(&["pack", &pack, "--as", "N-102", "--reason", "for the insurer", "--size", &size]);
    assert_eq!(code, Some(0), "{made}");
    let (log, cosigner) = (told(&folder, "log key"), outside.key());
    let log = log.split_whitespace().next().unwrap();
    let check = |more: &[&str]| outside.0.json(&[&["verify", &pack, "--key", log][..], more].concat(), "");
    let (code, said) = check(&["--cosigner", &cosigner]);
    assert_eq!((code, &said["cosigned_by"]), (Some(0), &json!(["headquarters.example/cosigner"])), "{said}");
    assert_eq!(check(&["--cosigner", &cosigner, "--quorum", "2"]).0, Some(2));
    assert_eq!(check(&["--cosigner", log]).0, Some(2), "a log's key counts as no cosigner's");
    // and the same stick a second time is not taken for something new; a file that is none is refused in words
    let (code, said) = outside.json(&["sign", &path(&folder, "plant.sqlite")]);
    assert!(code == Some(2) && said.to_string().contains("no head to vouch for"), "{said}");
    // and nothing is written over
    assert_eq!(run(&["cosign", "export", &stick]).0, Some(2));
}

#[test]
fn a_new_key_takes_over_at_the_terminal_and_the_cosigner_follows() {
    let (folder, outside) = (plant("rotate"), Outside::new("rotate-outside"));
    let run = |words: &[&str]| folder.json(&[words, &NOW[..]].concat(), "");
    acquainted(&folder, &outside);
    let statement = path(&folder, "handover");
    // when two people let a new key take over
    let rotate = ["keys", "rotate", "--as", "N-102", "--second", "N-100", "--reason", "It is five years old."];
    let (code, said) = run(&[&rotate[..], &["--out", &statement]].concat());
    assert_eq!(code, Some(0), "{said}");
    // then two keys are shown, the newer from its entry on, and the record is sound
    let (_, keys) = run(&["keys", "show"]);
    assert_eq!((&keys[1]["key"], keys[1]["from"].as_u64()), (&said["key"], said["entry"].as_u64().map(|e| e + 1)));
    assert_eq!(run(&["verify"]).1["sound"], json!(true));
    // and the cosigner vouches for nothing by the new key before it follows, and for all after
    let (stick, again) = (path(&folder, "head"), path(&folder, "again"));
    assert_eq!(run(&["cosign", "export", &stick]).0, Some(0));
    let (code, no) = outside.json(&["sign", &stick]);
    assert!(code == Some(2) && no["why"].as_str().unwrap().contains("not signed by a key"), "{no}");
    assert_eq!(outside.json(&["follow", &stick]).0, Some(2), "a head is no handover");
    assert_eq!(outside.json(&["follow", &statement]).0, Some(0));
    assert_eq!(run(&["cosign", "export", &again]).0, Some(0));
    assert_eq!(outside.json(&["sign", &again]).0, Some(0));
    assert_eq!(run(&["cosign", "import", &path(&folder, "again.cosigned")]).0, Some(0));
}

#[test]
fn serve_asks_before_it_takes_the_first_act() {
    let (folder, outside) = (plant("asks"), Outside::new("asks-outside"));
    acquainted(&folder, &outside);
    let exported = folder.json(&[&["cosign", "export", &path(&folder, "head")][..], &NOW].concat(), "");
    assert_eq!(exported.0, Some(0), "{}", exported.1);
    let (mut cosigner, address) = outside.serve();
    let config = format!("[[cosigner]]\nname = \"headquarters.example/cosigner\"\nurl = \"http://{address}\"\n");
    folder.write("plantgate.toml", &config);
    // when the plant is served, then it was vouched for before the door opened
    let data = folder.path().to_string_lossy().into_owned();
    let words = ["--data", &data, NOW[0], NOW[1], "serve", "--listen", "127.0.0.1:0"];
    let (mut served, _) = started(Command::new(env!("CARGO_BIN_EXE_plantgate")).args(words));
    served.kill();
    cosigner.kill();
    assert_eq!(Some(outside.size()), exported.1["size"].as_u64());
    let (_, sound) = folder.json(&[&["verify"][..], &NOW].concat(), "");
    assert_eq!(sound["cosigned_size"], exported.1["size"], "{sound}");
}

/// A request out of a log of a test.
fn request(tree: &Tree, old: u64, size: u64) -> String {
    let key = SecretKey::from_seed("plant.example/log", &[9; 32]).unwrap();
    let head = Checkpoint { origin: "plant.example/log".to_owned(), size, root: root_of(tree, size).unwrap() };
    let proof = consistency(tree, old, size).unwrap();
    Request { old, proof, checkpoint: head.sign(&[&key]).unwrap().to_string() }.text()
}

/// Status and body of what a server says; nothing when it died.
fn post(address: &str, body: &str) -> Option<(u16, String)> {
    let mut wire = TcpStream::connect(address).ok()?;
    let head = "POST /add-checkpoint HTTP/1.1\r\nHost: cosigner\r\nConnection: close\r\nContent-Length:";
    wire.write_all(format!("{head} {}\r\n\r\n{body}", body.len()).as_bytes()).ok()?;
    let mut said = String::new();
    wire.read_to_string(&mut said).ok()?;
    let (top, body) = said.split_once("\r\n\r\n")?;
    Some((top.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
}

#[test]
fn a_cosigner_killed_at_any_moment_has_vouched_for_nothing_it_does_not_remember() {
    let outside = Outside::new("killed");
    let key = SecretKey::from_seed("plant.example/log", &[9; 32]).unwrap().verifier().to_string();
    assert_eq!(outside.json(&["trust", &key]).0, Some(0));
    let tree: Tree = (0..400_u64).map(|n| leaf_hash(&n.to_be_bytes())).collect();
    let other: Tree = (0..400_u64).map(|n| leaf_hash(&(n + 7_000).to_be_bytes())).collect();
    let mut vouched = 0;
    for round in 0..12_u64 {
        let (mut child, address) = outside.serve();
        // given a log that grows as fast as it is vouched for, from two senders at once
        let senders: Vec<_> = (0..2)
            .map(|_| {
                let (address, tree, mut at) = (address.clone(), tree.clone(), vouched);
                thread::spawn(move || {
                    let mut best = 0;
                    // Refused by the other sender's size: on from there, until the line is dead.
                    while let Some((status, body)) = post(&address, &request(&tree, at, (at + 1).min(400))) {
                        match status {
                            200 => (best, at) = ((at + 1).min(400), (at + 1).min(400)),
                            409 => at = body.trim().parse().unwrap(),
                            other => panic!("{other}: {body}"),
                        }
                    }
                    best
                })
            })
            .collect();
        // when it is killed after another number of answers each round
        let mut before = 0;
        for _ in 0..=round * 3 {
            if let Some((409, size)) = post(&address, &request(&tree, 0, 1)) {
                before = before.max(size.trim().parse().unwrap());
            }
        }
        child.kill();
        let best = senders.into_iter().map(|s| s.join().unwrap()).max().unwrap();
        // then what it remembers is at least what anybody was told
        let size = outside.size();
        assert!(size >= best && size >= before && size >= vouched, "{size} {best} {before} {vouched}");
        vouched = size;
    }
    assert!(vouched > 12, "{vouched}");
    // and it is still of one history
    let (mut child, address) = outside.serve();
    assert_eq!(post(&address, &request(&other, vouched, vouched)).unwrap().0, 422);
    assert_eq!(post(&address, &request(&other, vouched, 400.max(vouched))).unwrap().0, 422);
    assert_eq!(post(&address, "a letter").unwrap().0, 400);
    assert_eq!(post(&address, &request(&tree, vouched, vouched)).unwrap().0, 200);
    child.kill();
    let (code, shown) = outside.json(&["show"]);
    assert_eq!((code, &shown[0]["splits"]), (Some(2), &json!(if vouched == 400 { 1 } else { 2 })), "{shown}");
}
