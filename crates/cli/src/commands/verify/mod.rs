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
    watermark::{Behind, Watermark},
    witnesses::{self, Policy, VerifierKey, Witnessed},
};
use serde_json::{Value, json};

use crate::{
    Ended,
    config::{Config, Parts},
    data::Data,
    printer::Printer,
    words::reader,
};

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
    /// How many of those cosigners must have signed the head; 1 when not said.
    #[arg(long, requires = "cosigner")]
    quorum: Option<usize>,
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
        return super::pack_check::run(file, (&args.key, &args.cosigner, args.quorum), printer);
    }
    let asked = args.asked();
    let Some(parts) = Config::read(&data.folder)?.parts(&data.folder).await? else {
        let folder = data.folder.display().to_string();
        return Err(Stop::field("data", Why::of("invalid-no-data").with("folder", folder)));
    };
    let outside = outside(&parts).await?;
    let report = audit::run(&parts.db, &parts.blobs, &outside.keys, &asked, &Limits::standard()).await?;
    let reader = reader(printer.lang);
    printer.data(&answer(&report, &outside, &reader)?, || said::lines(&report, &reader));
    printer.say(&said::conclusion(&report, outside.witnessed.as_ref(), &reader));
    if let Some(behind) = &outside.behind {
        printer.say(&super::said(behind, printer.lang));
    }
    Ok(if !report.damage.is_empty() || outside.behind.is_some() {
        Ended::No
    } else if report.fell_short(&asked) {
        Ended::Unfinished
    } else {
        Ended::Yes
    })
}

/// What the record says about its keys, and what others outside said about it.
#[derive(Default)]
struct Outside {
    keys: Vec<(u64, VerifierKey)>,
    witnessed: Option<Witnessed>,
    behind: Option<Behind>,
}

async fn outside(parts: &Parts) -> Result<Outside, Stop> {
    let Some(ring) = &parts.keyring else { return Ok(Outside::default()) };
    let mut tx = parts.db.read().await?;
    // Rows that cannot be read must not stop the check of what they are made from: then the first key is the key.
    let Ok(policy) = witnesses::policy(&mut tx, ring).await else {
        let first = Policy::of(None, ring).key(ring)?;
        return Ok(Outside { keys: vec![(0, first.verifier().clone())], ..Outside::default() });
    };
    drop(tx);
    let mut tx = parts.db.read().await?;
    let keys = witnesses::log_keys(&mut tx, ring).await?;
    let (witnessed, behind) = match Watermark::open(&mut tx, ring).await {
        Ok(mark) => (witnesses::newest(&mut tx, &policy).await?, mark.behind()),
        // Tiles may be what is damaged; the verification names them.
        Err(_) => (None, None),
    };
    Ok(Outside { keys, witnessed, behind })
}

fn answer(report: &Report, outside: &Outside, reader: &plantgate_wire::words::Reader) -> Result<Value, Stop> {
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
        "evidence": count(Mode::Blobs), "externally_witnessed": outside.witnessed.is_some(),
        "cosigned_size": outside.witnessed.as_ref().map(|w| w.size),
        "cosigned_by": outside.witnessed.as_ref().map(|w| w.by.clone()).unwrap_or_default(),
        "behind": outside.behind.is_some(),
    }))
}
