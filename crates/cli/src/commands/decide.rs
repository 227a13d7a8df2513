//! `plantgate decide`: the question of a request, answered now or as of an instant by the rules of that day. Exit 0
//! when it would be granted, 2 when not.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use plantgate_app::permit::ask::{self, RequestAccess};
use plantgate_domain::{
    base::{Instant, Now, Why},
    event::permit::{Decided, Outcome, Verdict},
};
use plantgate_porter::Called;
use plantgate_store::{Stop, memory::Memory, past::Past};
use plantgate_wire::words::Lang;

use crate::{Ended, data::Data, printer::Printer, words::reader};

/// What to decide.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// File with the body of the act `request-access`; without it stdin.
    #[arg(long)]
    body: Option<PathBuf>,
    /// Who asks: a person's reference or id.
    #[arg(long = "as", value_name = "PERSON")]
    who: String,
    /// Known then, evaluated then, by the rules of then: an instant like 2026-11-16T07:30:00Z.
    #[arg(long, value_parser = crate::words::parsed::<Instant>)]
    as_of: Option<Instant>,
}

/// Runs it.
pub async fn run(args: Args, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    let app = data.open().await?;
    let caller = super::caller(&app, &args.who).await?;
    let by = caller.actor.person().ok_or(Stop::NotFound)?;
    let wish = read(args.body.as_deref())?;
    let mut look = app.store().look().await?;
    let (decided, called) = match args.as_of {
        None => {
            let (now, size) = (look.now(), look.size());
            decided(&mut look, &wish, by, now, size).await?
        }
        Some(then) => {
            let mut past = Past::fold(look.tx(), then).await?;
            let size = past.size;
            decided(&mut past, &wish, by, Now(then), size).await?
        }
    };
    printer.data(&decided, || lines(&decided, &called, printer.lang));
    Ok(if decided.verdict == Verdict::Granted { Ended::Yes } else { Ended::No })
}

async fn decided(
    memory: &mut impl Memory,
    wish: &RequestAccess,
    by: plantgate_domain::base::PersonId,
    now: Now,
    size: u64,
) -> Result<(Decided, Called), Stop> {
    let (decision, facts) = ask::decide(memory, wish, by, now).await?;
    let decided = Decided { log_size: size, ..decision.freeze(&facts) };
    let called = Called::learn(memory, &decided).await?;
    Ok((decided, called))
}

fn lines(d: &Decided, called: &Called, lang: Lang) -> Vec<String> {
    let reader = reader(lang);
    let mut lines = vec![format!(
        "{} · standing {} · at {} · record size {} · rules {}",
        d.verdict, d.standing, d.instant, d.log_size, d.rules_version
    )];
    lines.extend(d.checks.iter().map(|c| {
        let mark = match c.result {
            Outcome::Passed => "✓",
            Outcome::Warning => "!",
            Outcome::NotPassed => "✗",
            Outcome::Unknown => "?",
            Outcome::DoesNotApply | Outcome::NotJudgedHere => "–",
        };
        let help = c.help.as_ref().filter(|_| matches!(c.result, Outcome::NotPassed | Outcome::Unknown));
        let help = help.map_or_else(String::new, |h| format!(" {}", called.said(&reader, h)));
        format!("{mark} {:>2} {:<6} {}{help}", c.no, c.rule, called.said(&reader, &c.say))
    }));
    if d.attended_would_pass {
        lines.push("The same work attended would pass.".to_owned());
    }
    lines
}

fn read(file: Option<&Path>) -> Result<RequestAccess, Stop> {
    let text = super::body(file)?;
    serde_json::from_str(&text)
        .map_err(|e| Stop::field("body", Why::of("invalid-no-access-request").with("said", e.to_string())))
}
