//! `plantgate qualify-install`: what is installed here, and whether it does on this machine what it was released to do,
//! as a report signed by the log key (installation qualification, see `docs/validation/README.md`). The report is a
//! signed note; its first line is no log's origin, so it can never pass for a head of the record.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use plantgate_app::{App, demo, read::Memory};
use plantgate_domain::{
    base::{Kind, Why},
    expect::rulebook::Rulebook,
};
use plantgate_ledger::{
    key::VerifierKey,
    note::Note,
    pack::fingerprint,
    tree::{Edge, Hash},
};
use plantgate_store::{Clock, Db, Limits, Stop, db::Engine, schema::ROWS_VERSION, verify, witnesses, writer};
use serde_json::{Value, json};

use crate::{Ended, config::Config, data::Data, printer::Printer};

/// First line of every report.
const TITLE: &str = "plantgate installation qualification 1";

/// What to write or check.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// Where the report goes; a file that exists is not overwritten.
    #[arg(required_unless_present = "check")]
    report: Option<PathBuf>,
    /// `SHA256SUMS` of the release, got by another way than the binary.
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    sums: Option<PathBuf>,
    /// Check a report instead of making one.
    #[arg(long, value_name = "REPORT", requires = "key")]
    check: Option<PathBuf>,
    /// The log key of the installation, got by another way than the report.
    #[arg(long, value_name = "KEY", requires = "check")]
    key: Option<String>,
}

/// One line of the report.
struct Found {
    what: &'static str,
    is: String,
    /// `None`: said, not judged.
    met: Option<bool>,
}

#[derive(Default)]
struct Report(Vec<Found>);

impl Report {
    fn say(&mut self, what: &'static str, is: impl Into<String>) {
        self.0.push(Found { what, is: one_line(&is.into()), met: None });
    }
    fn judge(&mut self, what: &'static str, met: bool, is: impl Into<String>) {
        self.0.push(Found { what, is: one_line(&is.into()), met: Some(met) });
    }
    fn met(&self) -> bool {
        self.0.iter().all(|f| f.met != Some(false))
    }
    fn text(&self) -> String {
        let word = |f: &Found| match f.met {
            None => "said",
            Some(true) => "met",
            Some(false) => "NOT MET",
        };
        let lines = self.0.iter().map(|f| format!("{} | {} | {}\n", word(f), f.what, f.is));
        let result = if self.met() { "every judged line is met" } else { "not every judged line is met" };
        format!("{TITLE}\n{}result | {result}\n", lines.collect::<String>())
    }
}

/// A note holds no control characters, and a line of ours is one line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Runs it.
pub async fn run(args: Args, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    if let (Some(file), Some(key)) = (&args.check, &args.key) {
        return check(file, key, printer);
    }
    let Some(file) = args.report else { return Err(Stop::NotFound) };
    if file.exists() {
        let why = Why::of("invalid-file-exists").with("file", file.display().to_string());
        return Err(Stop::field("report", why));
    }
    let mut report = Report::default();
    let app = data.open().await?;
    report.say("made at (UTC, clock of this machine)", app.store().clock().now().to_string());
    binary(&mut report, args.sums.as_deref())?;
    configuration(&mut report, data)?;
    installed(&mut report, &app).await?;
    known_answers(&mut report);
    self_test(&mut report).await?;
    let mut tx = app.store().db().read().await?;
    let ring = app.store().keyring();
    let key = witnesses::policy(&mut tx, ring).await?.key(ring)?;
    drop(tx);
    let note = Note::sign(&report.text(), &[&key]).map_err(Stop::fault)?;
    std::fs::write(&file, note.to_string()).map_err(|e| unwritable(&file, &e))?;
    let lines: Vec<Value> = report.0.iter().map(|f| json!({ "what": f.what, "is": f.is, "met": f.met })).collect();
    let answer = json!({ "report": file, "met": report.met(), "lines": lines });
    printer.data(&answer, || report.text().lines().map(str::to_owned).collect());
    printer.say("It says what this machine was at this moment, and nothing about how it is used.");
    Ok(if report.met() { Ended::Yes } else { Ended::No })
}

fn unwritable(file: &Path, e: &std::io::Error) -> Stop {
    let why = Why::of("invalid-file-unreadable").with("file", file.display().to_string()).with("said", e.to_string());
    Stop::field("report", why)
}

fn binary(report: &mut Report, sums: Option<&Path>) -> Result<(), Stop> {
    let path = std::env::current_exe().map_err(Stop::fault)?;
    let digest = Hash::of_content(&std::fs::read(&path).map_err(Stop::fault)?).to_string();
    report.say("release", env!("CARGO_PKG_VERSION"));
    report.say("SHA-256 of the binary that runs", digest.as_str());
    let Some(file) = sums else {
        report.say("SHA-256 of the release", "not compared: no --sums was given");
        return Ok(());
    };
    let text = std::fs::read_to_string(file).map_err(|e| unwritable(file, &e))?;
    // Lines of sha256sum: digest, two spaces (or a space and a star), name.
    let named = text
        .lines()
        .filter_map(|l| l.split_once(' '))
        .find(|(_, name)| name.trim_start_matches([' ', '*']) == "plantgate");
    match named {
        Some((sum, _)) => report.judge("SHA-256 of the release", sum.eq_ignore_ascii_case(&digest), sum),
        None => report.judge("SHA-256 of the release", false, "the file of sums names no plantgate"),
    }
    Ok(())
}

fn configuration(report: &mut Report, data: &Data) -> Result<(), Stop> {
    let config = Config::read(&data.folder)?;
    let database = if config.database.is_some() { "PostgreSQL, as configured" } else { "SQLite in the data directory" };
    report.say("database", database);
    report.say("listens on", config.listen.unwrap_or_else(|| "as told when started".to_owned()));
    report.say("browsers reach it through TLS", if config.https { "yes" } else { "no" });
    let apart = config.key_file.as_ref().is_some_and(|k| !k.starts_with(&data.folder));
    report.judge("key of the keyring lies apart from the data", apart, if apart { "yes" } else { "no" });
    Ok(())
}

/// Versions, rules and the record of this installation.
async fn installed(report: &mut Report, app: &App) -> Result<(), Stop> {
    let engine = match app.store().db().engine() {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    };
    report.judge("database answers", true, engine);
    report.say("shape of rows", ROWS_VERSION.to_string());
    let mut look = app.store().look().await?;
    report.judge("clock is believed", look.doubt().is_none(), if look.doubt().is_none() { "yes" } else { "no" });
    if let Some(kept) = look.every(Kind::Rulebook).await?.into_iter().next_back() {
        for f in Rulebook::try_from(kept.thing)?.files {
            report.say(
                "rules in force",
                format!("{} version {} SHA-256 {}", f.file, f.version, Hash::of_content(f.text.as_bytes())),
            );
        }
    }
    drop(look);
    let mut tx = app.store().db().read().await?;
    let ring = app.store().keyring();
    let key = witnesses::policy(&mut tx, ring).await?.key(ring)?;
    report.say("fingerprint of the log key", fingerprint(key.verifier()));
    let keys = witnesses::log_keys(&mut tx, ring).await?;
    let v = verify::verify_with(&mut tx, true, &keys).await?;
    let is = format!("{} entries, root {}, {} rows compared, {} damaged", v.size, v.root, v.rows, v.damage.len());
    report.judge("record and rows are sound", v.damage.is_empty(), is);
    Ok(())
}

/// Answers that others published.
fn known_answers(report: &mut Report) {
    let empty = Edge::default().root().to_string();
    // RFC 6962 §2.1: the root of the empty tree is the digest of nothing.
    let published = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    report.judge("known answer: root of the empty tree (RFC 6962)", empty == published, empty.as_str());
    let leaf = plantgate_ledger::tree::leaf_hash(b"").to_string();
    let published = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
    report.judge("known answer: hash of an empty leaf (RFC 6962)", leaf == published, leaf.as_str());
    // RFC 8032 §7.1, test 1.
    let seed: [u8; 32] = [
        0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49,
        0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
    ];
    let public = plantgate_ledger::key::SecretKey::from_seed("rfc8032", &seed).map(|k| *k.verifier().public());
    let is = public.map(|p| p.iter().map(|b| format!("{b:02x}")).collect::<String>()).unwrap_or_default();
    let published = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    report.judge("known answer: public key of a seed (RFC 8032)", is == published, is.as_str());
}

/// A plant in a folder of its own: the whole story through the public doors, folded again, and damaged by hand.
async fn self_test(report: &mut Report) -> Result<(), Stop> {
    let folder = std::env::temp_dir().join(format!("plantgate-qualify-{}", writer::new_request()?));
    let outcome = plant(report, &folder).await;
    let left = std::fs::remove_dir_all(&folder);
    report.say("self-test folder", if left.is_ok() { "removed" } else { "could not be removed" });
    outcome
}

async fn plant(report: &mut Report, folder: &Path) -> Result<(), Stop> {
    let now = demo::D0.parse().map_err(Stop::fault)?;
    let clock = Clock::demo(now);
    let app = App::new(Config::default().open(folder, clock.clone()).await?);
    demo::load(&app, &clock, now, demo::FILES).await?;
    let mut tx = app.store().db().read().await?;
    let keys = witnesses::log_keys(&mut tx, app.store().keyring()).await?;
    let v = verify::verify_with(&mut tx, true, &keys).await?;
    drop(tx);
    let is = format!("{} entries, {} rows compared, {} damaged", v.size, v.rows, v.damage.len());
    report.judge("self-test: a plant is made and its rows are the fold of its record", v.damage.is_empty(), is);
    let mut look = app.store().look().await?;
    let mut restricted = 0;
    for (engagement, site) in look.not_good().await? {
        let word = look.word(engagement.into(), site.0, "standing").await?;
        restricted += u64::from(word.is_some_and(|(word, _)| word == "restricted"));
    }
    drop(look);
    report.judge(
        "self-test: overdue evidence restricts by the clock",
        restricted >= 1,
        format!("{restricted} standings"),
    );
    app.store().db().close().await;
    let changed = forge(folder)?;
    let db = Db::open(&folder.join("plant.sqlite").to_string_lossy(), &Limits::standard()).await?;
    let mut tx = db.read().await?;
    let v = verify::verify_with(&mut tx, true, &keys).await?;
    drop(tx);
    db.close().await;
    let named = changed >= 1 && !v.damage.is_empty();
    let is = format!("{changed} changed, {} named", v.damage.len());
    report.judge("self-test: what was changed in the file by hand is named", named, is);
    Ok(())
}

/// Another name of the same length wherever one stands in the files of the database, as somebody with the disk in
/// their hands could write it; in how many places.
fn forge(folder: &Path) -> Result<usize, Stop> {
    let (from, to) = (b"Verdano".as_slice(), b"Verdana".as_slice());
    let mut places = 0;
    for name in ["plant.sqlite", "plant.sqlite-wal"] {
        let file = folder.join(name);
        let Ok(bytes) = std::fs::read(&file) else { continue };
        let mut forged = Vec::with_capacity(bytes.len());
        let mut rest = bytes.as_slice();
        while let Some((first, behind)) = rest.split_first() {
            if rest.starts_with(from) {
                forged.extend_from_slice(to);
                rest = rest.get(from.len()..).unwrap_or_default();
                places += 1;
            } else {
                forged.push(*first);
                rest = behind;
            }
        }
        std::fs::write(&file, forged).map_err(Stop::fault)?;
    }
    Ok(places)
}

/// Checks a report with a key that came by another way.
fn check(file: &Path, key: &str, printer: Printer) -> Result<Ended, Stop> {
    let wrong = |field: &'static str, said: String| Stop::field(field, Why::of("invalid-said").with("said", said));
    let key: VerifierKey = key.parse().map_err(|e| wrong("--key", format!("{e}")))?;
    let bytes = std::fs::read(file).map_err(|e| unwritable(file, &e))?;
    let note = Note::parse(&bytes).map_err(|e| wrong("--check", e.to_string()))?;
    let trusted = [key];
    let signed = note.verify(&trusted).is_ok() && note.text().starts_with(&format!("{TITLE}\n"));
    let met = note.text().ends_with("\nresult | every judged line is met\n");
    let print = trusted.iter().map(fingerprint).collect::<String>();
    let answer = json!({ "signed": signed, "met": met, "fingerprint": print, "text": note.text() });
    printer.data(&answer, || note.text().lines().map(str::to_owned).collect());
    printer.say(match (signed, met) {
        (true, true) => "The report is signed by that key, and every judged line is met.",
        (true, false) => "The report is signed by that key, and it says that something is not met.",
        (false, _) => "The report is not signed by that key, or was changed. Do not rely on it; ask for it again.",
    });
    printer.say(&format!("Fingerprint of the key you gave: {print}"));
    Ok(if signed && met { Ended::Yes } else { Ended::No })
}
