//! `plantgate pack FILE`: a part of the record for somebody outside, with its proofs. That it was made becomes an entry
//! before the file is written; whether there is room for the file is found out before the entry.

mod aside;

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use plantgate_app::{
    App, Caller,
    review::{
        pack::{self, Disclose, Sealed, Wish},
        packed::{RecordPack, purpose},
    },
};
use plantgate_domain::base::{Actor, Instant, Kind};
use plantgate_store::{Stop, writer};
use serde_json::json;

use aside::Aside;

use crate::{Ended, data::Data, printer::Printer};

/// What to take.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The file to write; never over an existing one.
    file: PathBuf,
    /// Who makes it: a person's reference or id. What they may not see stays out.
    #[arg(long = "as", value_name = "PERSON")]
    who: String,
    /// For whom and what for; it stands in the record.
    #[arg(long)]
    reason: String,
    /// Everything of a provider, such as P-09; may be given several times.
    #[arg(long, value_name = "REFERENCE")]
    provider: Vec<String>,
    /// One object, such as engagement/E-025; may be given several times.
    #[arg(long, value_name = "KIND/REFERENCE", value_parser = object)]
    object: Vec<(Kind, String)>,
    /// Everything of an engagement, such as E-025; may be given several times.
    #[arg(long, value_name = "REFERENCE")]
    engagement: Vec<String>,
    /// Everything of a site, such as BRU; may be given several times.
    #[arg(long, value_name = "REFERENCE")]
    site: Vec<String>,
    /// From this entry on; with it the pack proves that nothing is missing.
    #[arg(long, conflicts_with = "since")]
    from: Option<u64>,
    /// Up to before this entry.
    #[arg(long, conflicts_with = "before")]
    until: Option<u64>,
    /// From this instant on, like 2026-10-01T00:00:00Z.
    #[arg(long)]
    since: Option<Instant>,
    /// Up to before this instant.
    #[arg(long)]
    before: Option<Instant>,
    /// At the signed head of this size instead of the newest.
    #[arg(long)]
    size: Option<u64>,
    /// Private values that go along.
    #[arg(long, value_enum, default_value = "nothing")]
    disclose: Open,
    /// Take the evidence files along.
    #[arg(long)]
    evidence: bool,
}

/// Private values that go along.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Open {
    Nothing,
    Names,
    Everything,
}

fn object(text: &str) -> Result<(Kind, String), String> {
    let (kind, name) = text.split_once('/').ok_or("write it as kind/reference, such as engagement/E-025")?;
    let kind = kind.parse().map_err(|_| format!("‘{kind}’ is no kind of object"))?;
    Ok((kind, name.to_owned()))
}

/// Runs it.
pub async fn run(args: Args, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    let app = data.open().await?;
    let caller = super::caller(&app, &args.who).await?;
    let wish = wish(&app, &args).await?;
    let file = Aside::begin(&args.file)?;
    let sealed = make(&app, &caller, &wish, &args.reason, &file, printer).await?;
    file.keep(&sealed.bytes)?;
    let m = &sealed.made;
    printer.data(&json!({ "made": m, "bytes": sealed.bytes.len() }), || {
        vec![
            format!(
                "{}: {} entries, {} private values, {} evidence files",
                args.file.display(),
                m.entries,
                m.disclosed,
                m.evidence
            ),
            format!("proven against {} entries; SHA-256 {}", m.size, m.sha256),
        ]
    });
    if let Some(w) = sealed.witnessed.as_ref().filter(|w| w.size < m.size) {
        printer.say(&format!("This head is not cosigned yet; the newest that is has {0} entries: --size {0}.", w.size));
    }
    printer.say("Give the reader your log key by another way than this file: `plantgate doctor` prints it.");
    Ok(Ended::Yes)
}

async fn wish(app: &App, args: &Args) -> Result<Wish, Stop> {
    let mut look = app.store().look().await?;
    let since = match args.since {
        Some(at) => Some(pack::index_at(&mut look, at).await?),
        None => args.from,
    };
    let before = match args.before {
        Some(at) => Some(pack::index_at(&mut look, at).await?),
        None => args.until,
    };
    let named = [args.provider.len(), args.object.len(), args.engagement.len(), args.site.len()];
    let ranged = since.is_some() || before.is_some() || named == [0; 4];
    let size = args.size.unwrap_or(look.size());
    Ok(Wish {
        providers: args.provider.clone(),
        objects: args.object.clone(),
        engagements: args.engagement.clone(),
        sites: args.site.clone(),
        range: ranged.then_some((since.unwrap_or(0), before.unwrap_or(size))),
        size: args.size,
        disclose: match args.disclose {
            Open::Nothing => Disclose::Nothing,
            Open::Names => Disclose::Names,
            Open::Everything => Disclose::Everything,
        },
        evidence: args.evidence,
    })
}

async fn make(
    app: &App,
    caller: &Caller,
    wish: &Wish,
    reason: &str,
    file: &Aside,
    printer: Printer,
) -> Result<Sealed, Stop> {
    let Actor::Person(me) = caller.actor else { return Err(Stop::NotFound) };
    purpose(reason)?;
    let drawn = pack::draw(app.store(), me, wish, printer.lang.tag()).await?;
    let views = plantgate_web::pack::views(&drawn, printer.lang)?;
    let sealed = drawn.seal(views.readme, views.report, views.print)?;
    file.reserve(sealed.bytes.len())?;
    let record = RecordPack { made: sealed.made.clone(), reason: reason.to_owned() };
    app.act(caller, writer::new_request()?, record).await?;
    Ok(sealed)
}
