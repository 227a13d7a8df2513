//! `plantgate verify`: whether what is stored is still what was recorded, beside a running plant, at one snapshot. It
//! opens the database without bringing anything up to date, because a damaged record must not stop its own check, and
//! says which modes ran and which did not.

mod said;

use std::path::PathBuf;

use clap::Args as ClapArgs;
use plantgate_domain::base::Why;
use plantgate_store::{
    Limits, Stop,
    audit::{self, Asked, Mode, Report},
};
use serde_json::{Value, json};

use crate::{Ended, config::Config, data::Data, printer::Printer, words::reader};

/// What to verify.
#[derive(ClapArgs, Debug)]
#[command(after_help = "Without a mode: all that is affordable beside a running plant; what was left out is said.\n\
    Exit codes: 0 all that ran is sound, 1 it could not be checked, 2 something is damaged and named.")]
pub struct Args {
    /// An audit pack; without one, the data directory.
    #[arg(conflicts_with_all = ["all", "heads", "leaves", "commitments", "blobs", "rebuild"])]
    pack: Option<PathBuf>,
    /// A log key you have by another way than the pack; may be given several times.
    #[arg(long, value_name = "KEY", requires = "pack")]
    key: Vec<String>,
    /// A cosigner's key you have by another way.
    #[arg(long, value_name = "KEY", requires = "pack")]
    cosigner: Vec<String>,
    /// Every mode, whatever it costs.
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    modes: Modes,
}

/// Modes by name.
#[derive(ClapArgs, Debug)]
struct Modes {
    /// Edge, tiles and signed heads against the stored leaf hashes.
    #[arg(long)]
    heads: bool,
    /// Hash every entry again, and hold its columns against what it says (with --heads).
    #[arg(long)]
    leaves: bool,
    /// Names and texts against what entries committed to.
    #[arg(long)]
    commitments: bool,
    /// Hash every piece of evidence again.
    #[arg(long)]
    blobs: bool,
    /// Fold everything anew and compare every row (with --leaves).
    #[arg(long)]
    rebuild: bool,
}

impl Args {
    fn asked(&self) -> Asked {
        let m = &self.modes;
        let named = [m.heads, m.leaves, m.commitments, m.blobs, m.rebuild];
        let modes: Vec<Mode> =
            Mode::ALL.into_iter().zip(named).filter(|(_, named)| *named || self.all).map(|(mode, _)| mode).collect();
        if modes.is_empty() { Asked::Affordable } else { Asked::These(modes) }
    }
}

/// Runs it.
pub async fn run(args: Args, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    if let Some(file) = &args.pack {
        return super::pack_check::run(file, &args.key, &args.cosigner, printer);
    }
    let asked = args.asked();
    let Some(parts) = Config::read(&data.folder)?.parts(&data.folder).await? else {
        let folder = data.folder.display().to_string();
        return Err(Stop::field("data", Why::of("invalid-no-data").with("folder", folder)));
    };
    let keys = parts.keyring.map(|ring| ring.log_key()).transpose()?;
    let keys: Vec<_> = keys.iter().map(|key| key.verifier().clone()).collect();
    let report = audit::run(&parts.db, &parts.blobs, &keys, &asked, &Limits::standard()).await?;
    let reader = reader(printer.lang);
    printer.data(&answer(&report, &reader)?, || said::lines(&report, &reader));
    printer.say(&said::conclusion(&report, &reader));
    Ok(if !report.damage.is_empty() {
        Ended::No
    } else if report.fell_short(&asked) {
        Ended::Unfinished
    } else {
        Ended::Yes
    })
}

fn answer(report: &Report, reader: &plantgate_wire::words::Reader) -> Result<Value, Stop> {
    let mut damage = Vec::new();
    for d in &report.damage {
        let mut one = serde_json::to_value(d).map_err(Stop::fault)?;
        if let Some(fields) = one.as_object_mut() {
            fields.insert("words".to_owned(), said::damage(d, reader).into());
        }
        damage.push(one);
    }
    let not_run: Vec<Value> =
        report.not_run.iter().map(|(mode, why)| json!({ "mode": mode, "because": why })).collect();
    let count = |mode| report.ran.iter().find(|ran| ran.mode == mode).map(|ran| ran.count);
    Ok(json!({
        "size": report.size, "root": report.root.to_string(), "sound": report.damage.is_empty(),
        "ran": report.ran, "not_run": not_run, "damage": damage, "rows": count(Mode::Rebuild),
        "evidence": count(Mode::Blobs), "externally_witnessed": false,
    }))
}
