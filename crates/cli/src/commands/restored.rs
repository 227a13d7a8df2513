//! `plantgate restored`: two people say that this record is an older copy put back under a newer cosigned head. It goes
//! on as a log of its own, with a key of its own, and its entry names the head where the old log went another way.

use clap::Args as ClapArgs;
use plantgate_app::expect::witnesses::DeclareRestored;
use plantgate_domain::{base::Why, event::expect::OldHead};
use plantgate_store::{Stop, ops, writer};
use serde_json::json;

use crate::{Ended, data::Data, printer::Printer};

/// Who says so, and why.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// Who says it: a person's reference or id.
    #[arg(long = "as", value_name = "PERSON")]
    who: String,
    /// Who agrees: another person with the same power.
    #[arg(long, value_name = "PERSON")]
    second: String,
    /// What was lost, and why no newer copy is there; it stands in the record.
    #[arg(long)]
    reason: String,
}

/// Runs it.
pub async fn run(args: Args, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    let app = data.open().await?;
    let caller = super::caller(&app, &args.who).await?;
    let behind = app.store().watermark().behind();
    let head = behind.as_ref().and_then(|b| b.head());
    let head = head.ok_or_else(|| Stop::field("data", Why::of("invalid-restored-not")))?;
    let old = OldHead { origin: head.origin.clone(), size: head.size, root: head.root.to_string() };
    // The key first: an entry that names a log nobody can sign for would stop the record for ever.
    let log = app.store().keyring().begin_log()?;
    let said = DeclareRestored {
        old,
        origin: log.verifier().name().to_owned(),
        key: log.verifier().to_string(),
        second: args.second,
        reason: args.reason,
    };
    let answer = app.act(&caller, writer::new_request()?, said).await?;
    let gone = ops::outbox::empty(app.store().db()).await?;
    app.store().checkpoint().await?;
    let key = log.verifier().to_string();
    printer.data(&json!({ "old": answer.done, "entry": answer.entry, "key": key }), || {
        vec![format!("entry {}: from here on this is the log {}", answer.entry, log.verifier().name()), key.clone()]
    });
    printer.say(&format!("The outbox was emptied, {gone} deliveries of the older copy are not sent a second time."));
    printer.say("Give the new key to your cosigners and to whoever checks your packs, by another way than here.");
    Ok(Ended::Yes)
}
