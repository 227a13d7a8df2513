//! `plantgate upload`: puts a file into the evidence store and prints what the act `deliver-evidence` wants to know of
//! it. Bytes that no act names say nothing and belong to nobody.

use plantgate_domain::base::Why;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use plantgate_store::{Stop, ops::upload::By};
use serde_json::json;

use crate::{Ended, data::Data, printer::Printer};

/// Which file.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The evidence.
    file: PathBuf,
}

/// Runs it.
pub async fn run(args: Args, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    let app = data.open().await?;
    let file = tokio::fs::File::open(&args.file).await.map_err(|e| {
        let why = Why::of("invalid-file-unreadable")
            .with("file", args.file.display().to_string())
            .with("said", e.to_string());
        Stop::field("file", why)
    })?;
    let store = app.store();
    let stored = store.take_file(file, store.limits().evidence_bytes, By::House).await?;
    let json = json!({ "sha256": stored.sha256, "bytes": stored.size });
    printer.data(&json, || vec![format!("{}  {} bytes", stored.sha256, stored.size)]);
    Ok(Ended::Yes)
}
