//! `plantgate import`: a CSV file of a kind, an inventory of any known format, or a whole ledger. All or nothing;
//! `--preview` shows the effects by doing it and leaving no trace.

use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

use clap::{Args as ClapArgs, Subcommand};
use plantgate_app::{
    import::{Defaults, ImportKind, Imported, Upload, Wanted, file::read_netbox, read, read_inventory},
    new_request,
};
use plantgate_domain::base::{Why, ZoneName};
use plantgate_store::{Stop, transfer};
use serde_json::json;

use super::sheet;
use crate::{Ended, data::Data, printer::Printer};

/// What to import.
#[derive(ClapArgs, Debug)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

/// What can be imported.
#[derive(Subcommand, Debug)]
enum What {
    /// A CSV file; KIND is sites, zones, conduits, systems, providers, people, agreements, engagements, scope
    /// or sightings.
    Csv {
        #[arg(value_parser = kind)]
        kind: ImportKind,
        file: PathBuf,
        #[command(flatten)]
        how: How,
    },
    /// One flat sheet as somebody keeps it, CSV or XLSX: firms, people, systems, contracts together.
    Sheet(sheet::Args),
    /// A NetBox export (JSON, also gzipped): its sites and devices.
    Netbox {
        file: PathBuf,
        /// Zone of time for sites that have none.
        #[arg(long, value_parser = crate::words::parsed::<ZoneName>)]
        zone: Option<ZoneName>,
        /// Country for sites that have none.
        #[arg(long)]
        country: Option<String>,
        #[command(flatten)]
        how: How,
    },
    /// A file somebody else's tool wrote, of any known format: nmap (XML), Zeek logs, CycloneDX (JSON, XML), lists of
    /// roles (YAML), NetBox exports. What was seen never replaces what people said.
    Inventory {
        file: PathBuf,
        /// Where what was seen is: a site's reference.
        #[arg(long)]
        site: Option<String>,
        /// The system a bill of materials is about.
        #[arg(long)]
        system: Option<String>,
        /// Zone of time for sites of a NetBox export that have none.
        #[arg(long, value_parser = crate::words::parsed::<ZoneName>)]
        zone: Option<ZoneName>,
        /// Country for sites of a NetBox export that have none.
        #[arg(long)]
        country: Option<String>,
        #[command(flatten)]
        how: How,
    },
    /// entries.jsonl and private.jsonl of `plantgate export ledger`, into an empty archive.
    Ledger { folder: PathBuf },
}

fn kind(word: &str) -> Result<ImportKind, String> {
    let read = serde_json::from_value(serde_json::Value::String(word.to_owned()));
    read.map_err(|e| format!("{e}"))
}

/// By whom, and whether for real.
#[derive(ClapArgs, Debug)]
struct How {
    /// Who imports: a person's reference or id.
    #[arg(long = "as", value_name = "PERSON")]
    who: String,
    /// Show the effects and leave no trace.
    #[arg(long)]
    preview: bool,
}

/// Runs it.
pub async fn run(args: Args, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    let limits = plantgate_store::Limits::standard();
    match args.what {
        What::Csv { kind, file, how } => {
            let upload = read(kind, &name(&file), &bytes(&file)?, &limits)?;
            rows(upload, &how, data, printer).await
        }
        What::Netbox { file, zone, country, how } => {
            let defaults = Defaults { zone, country };
            let upload = read_netbox(&name(&file), &bytes(&file)?, &defaults, &limits)?;
            rows(upload, &how, data, printer).await
        }
        What::Sheet(args) => sheet::run(args, data, printer).await,
        What::Inventory { file, site, system, zone, country, how } => {
            let wanted = Wanted { site, system, defaults: Defaults { zone, country } };
            let upload = read_inventory(&name(&file), &bytes(&file)?, &wanted, &limits)?;
            rows(upload, &how, data, printer).await
        }
        What::Ledger { folder } => ledger(&folder, data, printer).await,
    }
}

pub(super) fn name(file: &Path) -> String {
    file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

pub(super) fn bytes(file: &Path) -> Result<Vec<u8>, Stop> {
    std::fs::read(file).map_err(|e| {
        Stop::field(
            "file",
            Why::of("invalid-file-unreadable").with("file", file.display().to_string()).with("said", e.to_string()),
        )
    })
}

async fn rows(upload: Upload, how: &How, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    let app = data.open().await?;
    let caller = super::caller(&app, &how.who).await?;
    let notes = upload.notes;
    let done: Imported = if how.preview {
        app.preview(&caller, upload.import).await?.done
    } else {
        app.act(&caller, new_request()?, upload.import).await?.done
    };
    let json = json!({ "new": done.new, "changed": done.changed, "unchanged": done.unchanged, "notes": notes,
        "preview": how.preview });
    printer.data(&json, || vec![format!("{} new, {} changed, {} unchanged", done.new, done.changed, done.unchanged)]);
    if let Some(format) = &notes.format {
        printer.say(&format!("read as {format}"));
    }
    for (what, count) in &notes.counted {
        printer.say(&format!("counted: {count} {what}"));
    }
    for line in &notes.listed {
        printer.say(&format!("listed: {line}"));
    }
    for (what, count) in &notes.not_imported {
        printer.say(&format!("not imported: {count} {}", what.trim_start_matches("left-out-")));
    }
    if how.preview {
        printer.say("This was a preview: nothing was saved.");
    }
    Ok(Ended::Yes)
}

async fn ledger(folder: &Path, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    let app = data.open().await?;
    let open = |file: &str| {
        let path = folder.join(file);
        let opened = File::open(&path).map(BufReader::new);
        opened.map_err(|e| {
            Stop::field(
                "folder",
                Why::of("invalid-file-unreadable").with("file", path.display().to_string()).with("said", e.to_string()),
            )
        })
    };
    let (mut entries, mut private) = (open("entries.jsonl")?, open("private.jsonl")?);
    let count = transfer::import(app.store().db(), &mut entries, &mut private).await?;
    printer.data(&json!({ "entries": count }), || vec![format!("{count} entries")]);
    printer.say("Copy the folder `blobs` too, then run `plantgate verify --rebuild`.");
    Ok(Ended::Yes)
}
