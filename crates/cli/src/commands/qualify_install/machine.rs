//! What this machine is and how Plantgate is set up on it: what somebody must know to install the same again.

use plantgate_app::App;
use plantgate_ledger::tree::Hash;
use plantgate_store::Stop;

use super::report::Report;
use crate::{config::Config, data::Data};

/// Operating system and processor, as the kernel and the distribution call them.
pub fn platform(report: &mut Report) {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    report.say("platform", format!("{} on {}", std::env::consts::OS, std::env::consts::ARCH));
    report.say("kernel", said(read("/proc/sys/kernel/osrelease").trim()));
    let release = read("/etc/os-release");
    let name = release.lines().find_map(|l| l.strip_prefix("PRETTY_NAME=")).unwrap_or_default();
    report.say("operating system", said(name.trim_matches('"')));
}

fn said(text: &str) -> String {
    if text.is_empty() { "not known".to_owned() } else { text.to_owned() }
}

/// How it is set up, without anything secret.
pub fn configuration(report: &mut Report, data: &Data, app: &App) -> Result<(), Stop> {
    let config = Config::read(&data.folder)?;
    let file = std::fs::read(data.folder.join("plantgate.toml")).ok();
    let digest = file.map(|bytes| format!("SHA-256 {}", Hash::of_content(&bytes)));
    report.say("configuration", digest.unwrap_or_else(|| "none: everything as delivered".to_owned()));
    let database = if config.database.is_some() { "PostgreSQL, as configured" } else { "SQLite in the data directory" };
    report.say("database", database);
    report.say("evidence lies in", app.store().blobs().place());
    report.say("cosigners asked", config.cosigner.len().to_string());
    report.say("listens on", config.listen.unwrap_or_else(|| "as told when started".to_owned()));
    report.say("browsers reach it through TLS", if config.https { "yes" } else { "no" });
    let apart = config.key_file.as_ref().is_some_and(|k| !k.starts_with(&data.folder));
    report.judge("key of the keyring lies apart from the data", apart, if apart { "yes" } else { "no" });
    Ok(())
}
