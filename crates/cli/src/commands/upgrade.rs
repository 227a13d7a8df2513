//! `plantgate upgrade`: what would read differently by this release and by rules somebody proposes, before the release
//! serves and before anybody adopts. Run the new binary on the data of the old one: it reads, and writes nothing
//! into the record or its rows.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use plantgate_app::{
    expect::{
        moves::{Move, Two},
        replay::{Replayed, replayed},
    },
    read::Memory,
};
use plantgate_domain::{
    base::{Instant, Kind, Now, Ref, Why},
    expect::rulebook::Rulebook,
    rules::{BUILTIN, version_of},
};
use plantgate_store::{
    Db, Limits, Stop,
    past::Past,
    upgrade::{Other, compare},
};
use serde_json::{Value, json};

use crate::{Ended, config::Config, data::Data, printer::Printer};

/// What to compare with.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// A folder with changed rules files; without it, the newer ones of this release.
    #[arg(long, value_name = "FOLDER")]
    rules: Option<PathBuf>,
    /// Write the rules files of this release into a folder, to look at them or to propose them on the page of rules.
    #[arg(long, value_name = "FOLDER")]
    write_rules: Option<PathBuf>,
}

/// Runs it.
pub async fn run(args: Args, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    if let Some(folder) = &args.write_rules {
        return write(folder, printer);
    }
    let (mut past, at, other, again) = read(data).await?;
    let book = past.every(Kind::Rulebook).await?.into_iter().next_back().ok_or(Stop::NotFound)?;
    let book = Rulebook::try_from(book.thing)?;
    let files = match &args.rules {
        Some(folder) => given(folder, &book)?,
        None => newer(&book),
    };
    let mut by_rules: Vec<Move> = Vec::new();
    let named: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    if !files.is_empty() {
        let texts: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let rules = book.with(&texts).map_err(|bad| Stop::field("--rules", bad.why.clone()))?;
        by_rules = Two::of(&mut past, rules, Now(at)).await?.moves(Now(at)).await?;
    }
    let mut by_release: Vec<Value> = other.iter().map(|o| of_release(&past, o)).collect();
    by_release.extend(again.moves.iter().map(|(m, then)| decided_otherwise(&past, m, *then)));
    let by_rules: Vec<Value> = by_rules.iter().map(|m| of_rules(&past, m)).collect();
    let still = by_release.is_empty() && by_rules.is_empty();
    let json = json!({ "release": env!("CARGO_PKG_VERSION"), "entries": past.size, "at": at, "rules_files": named,
        "tiers_asked_again": again.tiers, "decisions_asked_again": again.decisions, "by_release": by_release,
        "by_rules": by_rules });
    printer.data(&json, || {
        let mut lines = vec![format!("{} entries, read at {at}", past.size)];
        lines.extend(by_release.iter().map(|m| line("this release", m)));
        lines.extend(by_rules.iter().map(|m| line("the rules", m)));
        lines
    });
    let rules = if named.is_empty() { "no newer rules".to_owned() } else { named.join(", ") };
    printer.say(&format!(
        "Compared: every standing, grade and state by this release, today and on each of the next 90 days; {} tiers \
             that stand and {} decisions that live grants and open requests rest on, each by what was known when it \
             was made; by rules: {rules}. {}",
        again.tiers,
        again.decisions,
        say(still)
    ));
    Ok(if still { Ended::Yes } else { Ended::No })
}

fn say(still: bool) -> &'static str {
    if still {
        "Nothing reads differently."
    } else {
        "What reads differently is named above. Nothing has moved: rules move things when two people adopt them, a \
         release when it is started to serve. Ask who supplied the release about every line you did not expect."
    }
}

/// The record by this code; the rows of the release in use stay as they are.
async fn read(data: &Data) -> Result<(Past, Instant, Vec<Other>, Replayed), Stop> {
    let config = Config::read(&data.folder)?;
    let address = config.address(&data.folder);
    if config.database.is_none() && !Path::new(&address).exists() {
        return Err(Stop::field(
            "data",
            Why::of("invalid-no-record").with("folder", data.folder.display().to_string()),
        ));
    }
    let db = Db::open(&address, &Limits::standard()).await?;
    let mut tx = db.read().await?;
    let (mut past, at, other) = compare(&mut tx).await?;
    let again = replayed(&mut tx, &mut past, Now(at)).await?;
    Ok((past, at, other, again))
}

/// Files of this release with a higher number than the ones adopted. The owner's own of the same number stand.
fn newer(book: &Rulebook) -> Vec<(String, String)> {
    let adopted = |name: &str| book.files.iter().find(|f| f.file == name).map_or(0, |f| f.version);
    let newer = BUILTIN.iter().filter(|(name, text)| version_of(text).unwrap_or_default() > adopted(name));
    newer.map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

/// The rules files in a folder that say something else than the ones adopted; other files are left alone.
fn given(folder: &Path, book: &Rulebook) -> Result<Vec<(String, String)>, Stop> {
    let (mut files, mut found) = (Vec::new(), false);
    for (name, _) in BUILTIN {
        let path = folder.join(name);
        if path.exists() {
            found = true;
            let text = std::fs::read_to_string(&path).map_err(|e| unreadable(&path, &e))?;
            if !book.files.iter().any(|f| f.file == name && f.text == text) {
                files.push((name.to_owned(), text));
            }
        }
    }
    if !found {
        let why = Why::of("invalid-rules-folder").with("folder", folder.display().to_string());
        return Err(Stop::field("--rules", why));
    }
    Ok(files)
}

fn unreadable(path: &Path, e: &std::io::Error) -> Stop {
    let why = Why::of("invalid-file-unreadable").with("file", path.display().to_string()).with("said", e.to_string());
    Stop::field("--rules", why)
}

fn write(folder: &Path, printer: Printer) -> Result<Ended, Stop> {
    let said = |e: std::io::Error| {
        let why = Why::of("invalid-folder").with("folder", folder.display().to_string()).with("said", e.to_string());
        Stop::field("--write-rules", why)
    };
    std::fs::create_dir_all(folder).map_err(said)?;
    for (name, text) in BUILTIN {
        std::fs::write(folder.join(name), text).map_err(said)?;
    }
    let names: Vec<&str> = BUILTIN.iter().map(|(name, _)| *name).collect();
    printer.data(&json!({ "folder": folder, "files": names }), || names.iter().map(|n| (*n).to_owned()).collect());
    Ok(Ended::Yes)
}

/// The short reference of an object, or its kind and id where it has none.
fn called(past: &Past, on: Ref) -> String {
    let reference = past.heap.get(on).and_then(|kept| kept.thing.card().reference);
    reference.unwrap_or_else(|| format!("{} {}", on.kind, on.id))
}

fn of_release(past: &Past, o: &Other) -> Value {
    let site = o.site.map(|site| called(past, site.into()));
    json!({ "on": called(past, o.on), "site": site, "what": o.line, "before": o.before, "after": o.after,
        "from": o.from })
}

/// An answer of the release before that this one would not have given, with the instant at which it was given.
fn decided_otherwise(past: &Past, m: &Move, then: Instant) -> Value {
    let mut one = of_rules(past, m);
    if let Some(fields) = one.as_object_mut() {
        fields.insert("decided".to_owned(), json!(then));
    }
    one
}

fn of_rules(past: &Past, m: &Move) -> Value {
    let site = m.site.map(|site| called(past, site.into()));
    json!({ "on": called(past, m.on), "site": site, "what": m.what, "before": m.before, "after": m.after,
        "requirement": m.requirement, "checks": m.checks })
}

fn line(by: &str, m: &Value) -> String {
    let word = |key: &str| m.get(key).and_then(Value::as_str).unwrap_or_default();
    let at = if word("site").is_empty() { String::new() } else { format!(" at {}", word("site")) };
    let what = match word("requirement") {
        "" => word("what").to_owned(),
        id => format!("{} of {id}", word("what")),
    };
    let from = if word("from").is_empty() { String::new() } else { format!(", seen on {}", word("from")) };
    let decided = if word("decided").is_empty() { String::new() } else { format!(", decided on {}", word("decided")) };
    let keys = m.get("checks").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let keys: Vec<&str> = keys.collect();
    let by_checks = if keys.is_empty() { String::new() } else { format!(" ({})", keys.join(", ")) };
    format!("by {by}: {}{at}, {what}: {} → {}{by_checks}{from}{decided}", word("on"), word("before"), word("after"))
}
