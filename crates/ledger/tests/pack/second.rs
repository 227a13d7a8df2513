//! The second verifier and other people's zip readers, run for real.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use crate::{forged, given, handed, odd, spoilt};

fn verifier() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("verifier")
}

fn run(program: &str, arguments: &[&str]) -> Output {
    Command::new(program).args(arguments).output().unwrap_or_else(|e| panic!("{program} is needed: {e}"))
}

/// What a piece of Python beside the second verifier says on standard error, with one word given to it.
pub fn python(code: &str, word: &str) -> String {
    python_with(code, word, b"")
}
fn python_with(code: &str, word: &str, stdin: &[u8]) -> String {
    let mut command = Command::new("python3");
    command.args(["-c", code, word]).current_dir(verifier()).stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin).unwrap();
    String::from_utf8_lossy(&child.wait_with_output().unwrap().stderr).into_owned()
}

/// A folder of its own for one test; gone when it ends.
struct Folder(PathBuf);
impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("plantgate-pack-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
    fn put(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }
}
impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_python_in_the_pack_agrees_and_never_trusts_the_pack_s_own_key() {
    let folder = Folder::new("agrees");
    for (name, pack) in [("selection", given::carrying_selection()), ("range", given::carrying_range())] {
        // given the verifier as the pack carries it
        let script = folder.put("verify_pack.py", &forged::files(&pack)["verify_pack.py"]);
        let path = folder.put(name, &pack);
        let key = given::key().verifier().to_string();
        // when the reader has the key by another way: verified
        let with = run("python3", &[&script, &path, "--key", &key]);
        let said = String::from_utf8_lossy(&with.stdout).into_owned();
        assert_eq!(with.status.code(), Some(0), "{said}{}", String::from_utf8_lossy(&with.stderr));
        assert!(said.contains("VERIFIED with the key you gave") && said.contains("not externally witnessed"), "{said}");
        assert!(said.contains(&plantgate_ledger::pack::fingerprint(given::key().verifier())), "{said}");
        // and without one: not
        let without = run("python3", &[&script, &path]);
        let said = String::from_utf8_lossy(&without.stdout).into_owned();
        assert_eq!(without.status.code(), Some(2), "{said}");
        assert!(said.contains("NOT VERIFIED: whole in itself"), "{said}");
        // and with another: the fault is named
        let other = run("python3", &[&script, &path, "--key", &given::other_key().verifier().to_string()]);
        assert_eq!(other.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&other.stdout).contains("a key you do not trust"));
    }
    let absent = run("python3", &[verifier().join("verify_pack.py").to_str().unwrap(), "/nowhere"]);
    assert_eq!(absent.status.code(), Some(1));
}

#[test]
fn both_count_the_same_cosigners_and_ask_for_as_many_as_the_reader_does() {
    let folder = Folder::new("cosigned");
    let script = verifier().join("verify_pack.py").to_str().unwrap().to_owned();
    let (key, cosigner) = (given::key().verifier().to_string(), given::cosigner().verifier().to_string());
    let path = folder.put("pack.zip", &given::cosigned());
    let with = |more: &[&str]| {
        let out = run("python3", &[&[script.as_str(), &path, "--key", &key], more].concat());
        (out.status.code(), String::from_utf8_lossy(&out.stdout).into_owned())
    };
    // given the cosigner's key: counted, and the record is witnessed to this reader
    let (code, said) = with(&["--cosigner", &cosigner]);
    assert!(code == Some(0) && said.contains("cosigned   by headquarters.example"), "{said}");
    assert!(!said.contains("not externally witnessed"), "{said}");
    // given none: said to be unchecked
    let (code, said) = with(&[]);
    assert!(code == Some(0) && said.contains("headquarters.example: give their keys"), "{said}");
    // given a cosigner who did not sign, or more asked for than did: not verified
    let absent = plantgate_ledger::CosignerKey::from_seed("absent.example", &[3; 32]).unwrap().verifier().to_string();
    for more in [vec!["--cosigner", &absent], vec!["--cosigner", &cosigner, "--quorum", "2"]] {
        let (code, said) = with(&more);
        assert!(code == Some(2) && said.contains("NOT VERIFIED"), "{said}");
    }
    // given two keys of one cosigner, or one key under two names: refused, and counted once by who reads the code
    let again = [("headquarters.example", [6; 32]), ("regulator.example", [7; 32])];
    for (name, seed) in again {
        let twin = plantgate_ledger::CosignerKey::from_seed(name, &seed).unwrap();
        let (code, said) = with(&["--cosigner", &cosigner, "--cosigner", &twin.verifier().to_string()]);
        assert!(code == Some(2) && said.contains("stands twice"), "{said}");
        let sealed = given::cosigned_by(&[&given::cosigner(), &twin]);
        let words = [key.as_str(), &cosigner, &twin.verifier().to_string()].join(" ");
        let count = "import sys, verify_pack as v; k = sys.argv[1].split(); \
                     f = v.check(sys.stdin.buffer.read(), [v.Key(k[0])], [v.Key(c, 4) for c in k[1:]]); \
                     sys.exit(str(f[2]['cosigned']))";
        assert_eq!(python_with(count, &words, &sealed), "['headquarters.example']\n");
    }
    // given a log's key as a cosigner's, or the other way round: refused
    assert_eq!(with(&["--cosigner", &key]).0, Some(2));
    assert_eq!(run("python3", &[&script, &path, "--key", &cosigner]).status.code(), Some(2));
}

#[test]
fn nothing_a_terminal_obeys_leaves_the_second_verifier_either() {
    let folder = Folder::new("escapes");
    let script = verifier().join("verify_pack.py").to_str().unwrap().to_owned();
    let key = given::key().verifier().to_string();
    let shown = forged::files(&given::selection());
    let accepted = forged::signed(shown, &given::key(), |m| m.software = "1\u{2028}VERIFIED\u{202e}".to_owned());
    let mut all = forged::raw();
    all.push(("accepted".to_owned(), accepted));
    for (what, pack) in all.into_iter().filter(|(what, _)| what.contains("manifest") || what == "accepted") {
        let out = run("python3", &[&script, &folder.put("pack.zip", &pack), "--key", &key]);
        let said = String::from_utf8(out.stdout).unwrap();
        let obeyed = |c: &char| c.is_control() && *c != '\n' || "\u{2028}\u{2029}\u{202e}\u{2066}".contains(*c);
        assert!(!said.chars().any(|c| obeyed(&c)) && !said.is_empty(), "{what}: {said:?}");
        // a line that begins with a verdict is the verifier's own
        let verdicts = said.lines().filter(|l| l.starts_with("VERIFIED") || l.starts_with("NOT VERIFIED")).count();
        assert_eq!(verdicts, 1, "{what}: {said}");
    }
}

#[test]
fn the_second_verifier_says_which_handovers_it_could_not_hold_against_the_log() {
    let folder = Folder::new("handovers");
    let script = verifier().join("verify_pack.py").to_str().unwrap().to_owned();
    let key = given::key().verifier().to_string();
    for (n, (what, pack, unheld, headless)) in handed::open_questions().into_iter().enumerate() {
        let path = folder.put(&format!("{n}.zip"), &pack);
        let out = run("python3", &[&script, &path, "--key", &key]);
        let said = String::from_utf8_lossy(&out.stdout).into_owned();
        assert_eq!(out.status.code(), Some(0), "{what}: {said}");
        assert_eq!(said.contains("the handover of entry 9 stands in this log"), !unheld.is_empty(), "{what}: {said}");
        assert_eq!(
            said.contains("handover of entry 9 calls the old key's last"),
            !headless.is_empty(),
            "{what}: {said}"
        );
    }
}

#[test]
fn python_refuses_every_changed_byte_and_every_forged_pack_too() {
    let packs = [
        ("m-selection", given::carrying_selection()),
        ("m-range", given::carrying_range()),
        ("m-cosigned", given::cosigned()),
        ("m-handed", given::spanning(&given::next_key(), None, [(given::HANDED, given::handed_over().1)].into())),
    ];
    for (name, pack) in packs {
        let folder = Folder::new(name);
        let path = folder.put("pack.zip", &pack);
        let forged_folder = Folder::new(&format!("{name}-forged"));
        let structural = forged::structural(&pack);
        // Each forged pack that is signed anew costs the second verifier a question to openssl: every 23rd of them.
        let anew = forged::by_the_key_holder(&pack).into_iter().step_by(23);
        let all: Vec<_> = structural.into_iter().chain(anew).collect();
        for (n, (what, bytes)) in all.iter().enumerate() {
            forged_folder.put(&format!("{n:04} {}", what.replace('/', "-")), bytes);
        }
        let script = verifier().join("mutate.py");
        let key = given::key().verifier().to_string();
        let mut words = vec![script.to_str().unwrap(), &path, &key, forged_folder.0.to_str().unwrap()];
        let cosigner = given::cosigner().verifier().to_string();
        if name == "m-cosigned" {
            words.push(&cosigner);
        }
        let out = run("python3", &words);
        let said = String::from_utf8_lossy(&out.stdout).into_owned();
        assert!(out.status.success(), "{said}{}", String::from_utf8_lossy(&out.stderr));
        let tried: serde_json::Value = serde_json::from_str(&said).unwrap();
        assert_eq!(tried["accepted"], serde_json::json!([]), "{name}");
        assert_eq!(
            (tried["outer"].as_u64(), tried["forged"].as_u64()),
            (Some(pack.len() as u64), Some(all.len() as u64))
        );
        assert!(tried["inner"].as_u64().unwrap() > 20_000);
    }
}

/// What each verifier makes of each of these packs, with our key and our cosigner's.
fn verdicts(folder: &Folder, all: &[(String, Vec<u8>)]) -> Vec<(String, bool, bool)> {
    let key = [given::key().verifier().clone()];
    let mut first = Vec::new();
    for (n, (what, bytes)) in all.iter().enumerate() {
        let clean: String = what.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(80).collect();
        let name = format!("{n:04} {clean}");
        folder.put(&name, bytes);
        first.push((name, plantgate_ledger::pack::check(bytes, &key, &[]).is_ok()));
    }
    let script = verifier().join("mutate.py");
    let out = run("python3", &[script.to_str().unwrap(), folder.0.to_str().unwrap(), &key[0].to_string()]);
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(out.status.success(), "{said}{}", String::from_utf8_lossy(&out.stderr));
    let second: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&said).unwrap();
    assert_eq!(second.len(), all.len());
    first.into_iter().map(|(name, accepts)| (name.clone(), accepts, second[&name] == 0)).collect()
}

fn differing(of: &[(String, bool, bool)]) -> Vec<&(String, bool, bool)> {
    of.iter().filter(|(_, first, second)| first != second).collect()
}

#[test]
fn both_verifiers_end_the_same_way_on_what_no_typed_value_can_say() {
    let folder = Folder::new("raw");
    let mut all = forged::raw();
    all.extend(handed::cases());
    all.extend(odd::cases());
    let found = verdicts(&folder, &all);
    assert!(differing(&found).is_empty(), "first and second differ: {:?}", differing(&found));
    // and what stands as it is is accepted by both, and nothing else
    let accepted: Vec<&String> = found.iter().filter(|(_, first, _)| *first).map(|(name, ..)| name).collect();
    let sound = |name: &&String| name.contains("sound") || name.contains("as-it-is");
    assert!(accepted.len() >= 6 && accepted.iter().all(sound), "{accepted:?}");
}

#[test]
fn both_verifiers_end_the_same_way_on_packs_spoilt_by_chance_and_signed_anew() {
    let folder = Folder::new("spoilt");
    let found = verdicts(&folder, &spoilt::cases(400));
    assert!(differing(&found).is_empty(), "first and second differ: {:?}", differing(&found));
    // neither all sound nor all refused: both answers were compared
    let accepted = found.iter().filter(|(_, first, _)| *first).count();
    assert!((20..380).contains(&accepted), "{accepted} of 400 accepted");
}

#[test]
fn other_people_s_zip_readers_open_it() {
    let folder = Folder::new("readers");
    let path = folder.put("pack.zip", &given::selection());
    let listed = run("python3", &["-m", "zipfile", "-l", &path]);
    let said = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(said.contains("entries/000000000003.json") && said.contains("1980-01-01"), "{said}");
    let tested = run("python3", &["-m", "zipfile", "-t", &path]);
    assert!(tested.status.success() && String::from_utf8_lossy(&tested.stdout).contains("Done testing"));
}
