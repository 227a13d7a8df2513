//! `plantgate import sheet`: what the page does, for who prefers a terminal or a script: columns guessed, remembered or
//! named, effects first, rejected rows back as the same file.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use plantgate_app::{
    import::sheet::{
        How, ImportSheet, Opened, SheetDefaults, SheetDone, Spelling, check, complaints, guessed, open, rejected,
    },
    new_request,
};
use plantgate_domain::{
    base::{Day, Why},
    event::expect::SheetField,
};
use plantgate_store::{Limits, Stop};
use serde_json::json;

use super::import::{bytes, name};
use crate::{Ended, data::Data, printer::Printer};

/// Which sheet, and how to read it.
#[derive(ClapArgs, Debug)]
pub struct Args {
    file: PathBuf,
    /// Who imports: a person's reference or id.
    #[arg(long = "as", value_name = "PERSON")]
    who: String,
    /// Show the effects and leave no trace.
    #[arg(long)]
    preview: bool,
    /// Leave rejected rows out instead of refusing the file.
    #[arg(long)]
    without_rejected: bool,
    /// Write the rejected rows to this file, as the same kind of file with one column more.
    #[arg(long, value_name = "FILE")]
    rejected: Option<PathBuf>,
    /// The worksheet, where there are several.
    #[arg(long)]
    sheet: Option<String>,
    /// Line of the titles, where the guess is wrong.
    #[arg(long, value_name = "LINE")]
    header: Option<u64>,
    /// What a column is, by its title: `--column 'Firma=provider'`; nothing behind `=`: not read.
    #[arg(long = "column", value_name = "TITLE=FIELD")]
    columns: Vec<String>,
    /// Site of systems whose row names none.
    #[arg(long)]
    site: Option<String>,
    /// Country of firms whose row names none.
    #[arg(long)]
    country: Option<String>,
    /// First day of what begins nowhere.
    #[arg(long, value_parser = crate::words::parsed::<Day>)]
    from: Option<Day>,
    /// Last day of access that ends nowhere.
    #[arg(long, value_parser = crate::words::parsed::<Day>)]
    until: Option<Day>,
    /// A spelling and whose it is: `--same 'Mueller=P-09'`.
    #[arg(long = "same", value_name = "NAME=FIRM")]
    same: Vec<String>,
    /// A spelling that is a firm of its own.
    #[arg(long = "own", value_name = "NAME")]
    own: Vec<String>,
    /// An empty firm means the firm above.
    #[arg(long)]
    down: bool,
}

/// Runs it.
pub async fn run(args: Args, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    let how = How { sheet: args.sheet.clone(), header: args.header };
    let opened = open(&name(&args.file), &bytes(&args.file)?, &how, &Limits::standard())?;
    let app = data.open().await?;
    let caller = super::caller(&app, &args.who).await?;
    let columns = {
        let mut look = app.store().look().await?;
        let first = guessed(&mut look, &opened).await?;
        named(&opened, first.columns, &args.columns)?
    };
    let defaults =
        SheetDefaults { site: args.site.clone(), country: args.country.clone(), from: args.from, until: args.until };
    let act = opened.act(columns, defaults, spellings(&args)?, args.down)?;
    if let Some(file) = &args.rejected {
        let report = check(&app, &caller, &act).await?;
        let reader = crate::words::reader(printer.lang);
        let title = reader.t("sheet-reason").to_string();
        let back = rejected(&opened.sheet, &title, &complaints(&report.plan.rejected, &|i| reader.why(&i.why)))?;
        super::cosign::write(file, &back)?;
    }
    let act = ImportSheet { without_rejected: args.without_rejected, ..act };
    let done: SheetDone = if args.preview {
        app.preview(&caller, act).await?.done
    } else {
        app.act(&caller, new_request()?, act).await?.done
    };
    tell(&done, args.preview, printer);
    Ok(Ended::Yes)
}

fn tell(done: &SheetDone, preview: bool, printer: Printer) {
    let json = json!({ "new": done.new, "unchanged": done.unchanged, "rejected": done.rejected, "opened": done.opened,
        "import": done.reference, "preview": preview });
    printer.data(&json, || {
        let mut lines = vec![format!("{} new, {} unchanged, {} rejected", done.new, done.unchanged, done.rejected)];
        lines.extend(done.opened.iter().map(|(kind, n)| format!("opens {n} {kind}")));
        lines
    });
    if preview {
        printer.say("This was a preview: nothing was saved.");
    } else if let Some(reference) = &done.reference {
        printer.say(&format!("Undo it within 24 hours with the act `undo-import` and import {reference}."));
    }
}

/// Columns as somebody named them, over the guess.
fn named(
    opened: &Opened,
    mut columns: Vec<Option<SheetField>>,
    names: &[String],
) -> Result<Vec<Option<SheetField>>, Stop> {
    for named in names {
        let (title, word) = named.rsplit_once('=').unwrap_or((named.as_str(), ""));
        let at = opened.sheet.titles.iter().position(|t| t == title.trim());
        let titles = opened.sheet.titles.join(", ");
        let unknown = || Why::of("invalid-none-of").with("given", title).with("known", titles);
        let place = at.and_then(|at| columns.get_mut(at)).ok_or_else(|| Stop::field("column", unknown()))?;
        let word = word.trim();
        *place = if word.is_empty() { None } else { Some(word.parse().map_err(|w| Stop::field("column", w))?) };
    }
    Ok(columns)
}

fn spellings(args: &Args) -> Result<Vec<Spelling>, Stop> {
    let mut all: Vec<Spelling> = args.own.iter().map(|name| Spelling { name: name.clone(), is: None }).collect();
    for same in &args.same {
        let (name, is) = same.rsplit_once('=').ok_or_else(|| Stop::field("same", Why::of("invalid-empty")))?;
        all.push(Spelling { name: name.trim().to_owned(), is: Some(is.trim().to_owned()) });
    }
    Ok(all)
}
