//! `plantgate qualify-install`: what is installed here, and whether it does on this machine what it was released to do,
//! as a report signed by the log key (installation qualification, see `docs/validation/README.md`). The report is a
//! signed note; its first line is no log's origin, so it can never pass for a head of the record.

mod known;
mod machine;
mod report;
mod scratch;

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use plantgate_app::{App, read::Memory};
use plantgate_domain::{
    base::{Kind, Why},
    expect::rulebook::Rulebook,
};
use plantgate_ledger::{key::VerifierKey, note::Note, pack::fingerprint, tree::Hash};
use plantgate_store::{Stop, schema::ROWS_VERSION, verify, witnesses};
use serde_json::json;

use self::report::{Report, TITLE};
use crate::{Ended, data::Data, printer::Printer};

/// What to write or check.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// Where the report goes; a file that exists is not overwritten.
    #[arg(required_unless_present = "check")]
    report: Option<PathBuf>,
    /// `SHA256SUMS` of the release, got by another way than the binary.
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    sums: Option<PathBuf>,
    /// Without the sums: the report then says that nobody compared the binary with a release.
    #[arg(long, conflicts_with_all = ["sums", "check"])]
    without_sums: bool,
    /// Check a report instead of making one.
    #[arg(long, value_name = "REPORT", requires = "key")]
    check: Option<PathBuf>,
    /// The log key of the installation, got by another way than the report.
    #[arg(long, value_name = "KEY", requires = "check")]
    key: Option<String>,
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
    binary(&mut report, args.sums.as_deref(), args.without_sums)?;
    machine::platform(&mut report);
    machine::configuration(&mut report, data, &app)?;
    installed(&mut report, &app).await?;
    known::judge(&mut report, known::ANSWERS);
    scratch::judge(&mut report).await?;
    let mut tx = app.store().db().read().await?;
    let ring = app.store().keyring();
    let key = witnesses::policy(&mut tx, ring).await?.key(ring)?;
    drop(tx);
    let note = Note::sign(&report.text(), &[&key]).map_err(Stop::fault)?;
    std::fs::write(&file, note.to_string()).map_err(|e| unwritable(&file, &e))?;
    let answer = json!({ "report": file, "met": report.met(), "lines": report.lines() });
    printer.data(&answer, || report.text().lines().map(str::to_owned).collect());
    printer.say("It says what this machine was at this moment, and nothing about how it is used.");
    Ok(if report.met() { Ended::Yes } else { Ended::No })
}

fn unwritable(file: &Path, e: &std::io::Error) -> Stop {
    let why = Why::of("invalid-file-unreadable").with("file", file.display().to_string()).with("said", e.to_string());
    Stop::field("report", why)
}

fn binary(report: &mut Report, sums: Option<&Path>, without: bool) -> Result<(), Stop> {
    let path = std::env::current_exe().map_err(Stop::fault)?;
    let digest = Hash::of_content(&std::fs::read(&path).map_err(Stop::fault)?).to_string();
    report.say("release", env!("CARGO_PKG_VERSION"));
    report.say("SHA-256 of the binary that runs", digest.as_str());
    let Some(file) = sums else {
        let is = "not compared: no --sums was given";
        if without {
            report.say("SHA-256 of the release", is)
        } else {
            report.judge("SHA-256 of the release", false, is)
        }
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

/// Versions, rules and the record of this installation.
async fn installed(report: &mut Report, app: &App) -> Result<(), Stop> {
    let mut tx = app.store().db().read().await?;
    // Said, not judged: a database that does not answer leaves no report at all.
    report.say("database engine", tx.server().await?);
    drop(tx);
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
