//! `plantgate doctor`: what a person would check first when something does not work, each with what to do.

use clap::Args as ClapArgs;
use plantgate_app::App;
use plantgate_ledger::{VerifierKey, pack::fingerprint};
use plantgate_store::{
    Stop,
    db::{Engine, Tx},
    verify,
    witnesses::{self, Policy},
};
use serde_json::json;

use crate::{Ended, config::Config, data::Data, printer::Printer};

/// Nothing to say.
#[derive(ClapArgs, Debug)]
pub struct Args {}

/// Runs it.
pub async fn run(_args: Args, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    let mut found = Vec::new();
    let mut note = |what: &str, ok: bool, words: String| found.push(json!({ "what": what, "ok": ok, "words": words }));
    let config = Config::read(&data.folder)?;
    note("configuration", true, format!("database {}", shown(&config.address(&data.folder))));
    let apart = config.key_file.as_ref().is_some_and(|k| !k.starts_with(&data.folder));
    let words = if apart {
        "the keyring's key lies apart from the data"
    } else {
        "the keyring's key lies beside the data: whoever copies the folder can sign. Set key_file in plantgate.toml."
    };
    note("key file", apart, words.to_owned());
    let app = data.open().await?;
    let engine = match app.store().db().engine() {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    };
    note("database", true, format!("{engine} answers"));
    let place = app.store().blobs().place();
    match app.store().blobs().try_out().await {
        Ok(()) => note("evidence", true, format!("{place}: a trial piece was stored, read back and removed")),
        Err(stop) => note("evidence", false, format!("{place}: {}", crate::words::of(&stop, printer.lang))),
    }
    if config.evidence.as_ref().is_some_and(|e| !e.cautious()) {
        let words = "others can read the file with its key, or what goes to it: chmod 600 the file, take https";
        note("evidence key", false, words.to_owned());
    }
    let mut tx = app.store().db().read().await?;
    let policy = witnesses::policy(&mut tx, app.store().keyring()).await?;
    let key = policy.key(app.store().keyring())?;
    let (verifier, print) = (key.verifier(), fingerprint(key.verifier()));
    note("log key", true, format!("{verifier} (fingerprint {print}): give it to whoever checks your packs"));
    let (ok, words) = outside(&mut tx, &app, &policy, printer).await?;
    note("cosigners", ok, words);
    let keys = witnesses::log_keys(&mut tx, app.store().keyring()).await?;
    let v = verify::verify_with(&mut tx, false, &keys).await?;
    note("record", v.damage.is_empty(), format!("{} entries, {} damaged", v.size, v.damage.len()));
    let look = app.store().look().await?;
    let ahead = look.now().0.secs_since(app.store().clock().now());
    let words = if let Some(doubt) = look.doubt() {
        let (shown, reckoned) = (doubt.shown, look.now().0);
        format!(
            "the clock shows {shown}, Plantgate reckons {reckoned}: set it right, or let two people do \
             `plantgate act confirm-clock --as PERSON`"
        )
    } else if ahead > 5 {
        format!("the clock is {ahead} s behind the last entry: set it right")
    } else {
        "the clock is not behind the record".to_owned()
    };
    note("clock", look.doubt().is_none() && ahead <= 5, words);
    let bad = found.iter().filter(|f| f.get("ok") == Some(&json!(false))).count();
    printer.data(&found, || found.iter().map(line).collect());
    Ok(if bad == 0 { Ended::Yes } else { Ended::No })
}

/// Whether somebody outside vouches for the record, and up to where.
async fn outside(tx: &mut Tx, app: &App, policy: &Policy, printer: Printer) -> Result<(bool, String), Stop> {
    if let Some(behind) = app.store().watermark().behind() {
        return Ok((false, super::said(&behind, printer.lang)));
    }
    let names: Vec<&str> = policy.keys.iter().map(VerifierKey::name).collect();
    Ok(match witnesses::newest(tx, policy).await? {
        Some(w) => (true, format!("{} vouched for {} entries at {}", w.by.join(", "), w.size, w.at)),
        None if names.is_empty() => {
            let words = "the record names none: whoever controls this machine could build another history. \
                 `plantgate act name-cosigners --as PERSON`";
            (false, words.to_owned())
        }
        None => (false, format!("{} vouched for no head yet: `plantgate cosign export FILE`", names.join(", "))),
    })
}

fn line(f: &serde_json::Value) -> String {
    let word = |key: &str| f.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
    let mark = if f.get("ok") == Some(&json!(true)) { "ok  " } else { "look" };
    format!("{mark}  {:<14} {}", word("what"), word("words"))
}

/// An address without its password.
fn shown(address: &str) -> String {
    match (address.split_once("://"), address.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        _ => address.to_owned(),
    }
}
