//! `plantgate demo`: a fictional plant to try everything on, told through the public doors in order of time, then
//! served. Passwords are made here, shown on the sign-in page, and exist on demo data only.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use plantgate_app::{App, Caller, demo, sign_in::Enrolment};
use plantgate_domain::base::{Instant, Why};
use plantgate_store::{Clock, Stop, verify::Older};
use plantgate_web::door::state::DemoAccount;
use serde::{Deserialize, Serialize};

use super::serve;
use crate::{Ended, config::Config, data::Data, printer::Printer, sign_on};

/// How to try it.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
    /// The plant's Monday morning; all dates of the stories follow it.
    #[arg(long, default_value = demo::D0, value_parser = crate::words::parsed::<Instant>)]
    now: Instant,
    /// Make the data and stop.
    #[arg(long)]
    no_serve: bool,
}

/// Accounts kept beside demo data, so that a second start shows the same ones.
#[derive(Serialize, Deserialize)]
struct Kept {
    handle: String,
    password: String,
    seed: String,
    role: String,
}

/// Runs it.
pub async fn run(args: Args, data: &Data, printer: Printer) -> Result<Ended, Stop> {
    let config = Config::read(&data.folder)?;
    let clock = Clock::demo(args.now);
    let app = App::new(config.open(&data.folder, clock.clone(), Older::Renewed).await?);
    let look = app.store().look().await?;
    let (size, last) = (look.size(), look.now().0);
    drop(look);
    let file = data.folder.join("demo-accounts.json");
    let accounts = if size == 0 {
        printer.say("Making the demo plant: three sites, 63 systems, 14 providers and what happened to them …");
        let people = demo::load(&app, &clock, args.now, demo::FILES).await?;
        let accounts = passwords(&app, &people).await?;
        std::fs::write(&file, serde_json::to_vec_pretty(&accounts).map_err(Stop::fault)?).map_err(Stop::fault)?;
        accounts
    } else if file.exists() {
        clock.set(args.now.max(last));
        read(&file)?
    } else {
        let why = Why::of("invalid-no-demo-data").with("folder", data.folder.display().to_string());
        return Err(Stop::field("--data", why));
    };
    for a in &accounts {
        printer.say(&format!("  {:<14} {:<26} {}", a.handle, a.password, a.role));
    }
    printer.say("The sign-in page shows these accounts and the code of the moment.");
    if args.no_serve {
        return Ok(Ended::Yes);
    }
    let shown = accounts.into_iter().map(|a| DemoAccount {
        handle: a.handle,
        password: a.password,
        seed: a.seed,
        role: a.role,
    });
    let sign_on = sign_on::ready(&config.identity_provider, config.origin.as_deref(), &args.listen, config.https)?;
    serve::demo(app, &args.listen, &config, (shown.collect(), sign_on), printer).await
}

fn read(file: &PathBuf) -> Result<Vec<Kept>, Stop> {
    let text = std::fs::read(file).map_err(Stop::fault)?;
    serde_json::from_slice(&text)
        .map_err(|e| Stop::field("demo-accounts.json", Why::of("invalid-demo-accounts").with("said", e.to_string())))
}

/// The people one can be in the demo.
const WHO: &[&str] = &[
    "anna.keller",
    "m.okafor",
    "j.lindqvist",
    "r.adeyemi",
    "s.brooks",
    "li.na",
    "i.haddad",
    "b.stahl",
    "t.reyes",
    "l.ortega",
    "i.campos",
    "c.moreau",
    "k.brandt",
];

async fn passwords(app: &App, people: &demo::DemoPeople) -> Result<Vec<Kept>, Stop> {
    let mut kept = Vec::new();
    for p in people.0.iter().filter(|p| WHO.contains(&p.handle.as_str())) {
        let seed = Enrolment::new()?;
        let password = format!("demo-{}", plantgate_app::new_request()?.simple());
        let password: String = password.chars().take(21).collect();
        app.set_credential(&Caller::host(), p.id, &p.handle, &password, &seed).await?;
        let role = p.provider.as_ref().map_or_else(|| p.roles.clone(), |f| format!("{f}: {}", p.roles));
        kept.push(Kept { handle: p.handle.clone(), password, seed: seed.text(), role });
    }
    Ok(kept)
}
